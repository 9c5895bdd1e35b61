"""The annual report as a document: the sections of the editor, each with the figures that belong to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import translation

from impact.figures.outputs import output_totals, outputs_by
from impact.figures.society import indicator_figures, reuse_figures
from impact.models import Indicator
from impact.report.chapters import Chapter, chapters_of, chapters_of_workshops, pictures_of
from impact.report.content import ReportContent
from impact.report.document import Report, make_report
from impact.report.drawings import destination_chart, house_flow_chart, occupancy_chart, trend_of_years
from impact.report.growing import people_of
from impact.report.paths import paths_of
from impact.report.sentences import Headline, before_register
from impact.report.society import amount_said, indicator_block, quantity_said, reuse_of, tells_about_people
from impact.report.together import collaborations_of
from impact.report.words import explained, named
from impact.report.workshops import WorkshopRow
from pluspunt.pdf import AttachedFile, render_pdf
from pluspunt.periods import Period
from pluspunt.templatetags.words import number, percent, say

TEMPLATE = "impact/print/annual_report.html"


@dataclass(frozen=True)
class WorkshopPart:
    """Half a page about one workshop: its figures, what it made, and what the editor wrote about it."""

    row: WorkshopRow
    headlines: list[Headline]
    outputs: list[str]
    chapter: Chapter | None


@dataclass(frozen=True)
class ReportDocument:
    """A report of which all is counted and said: making the PDF asks the database nothing more."""

    language: str
    context: dict[str, Any]
    pictures: Mapping[str, bytes]
    attachments: tuple[AttachedFile, ...] = ()

    def pdf(self) -> bytes:
        with translation.override(self.language):
            return render_pdf(TEMPLATE, self.context, pictures=self.pictures, attachments=self.attachments)


def report_document(content: ReportContent, attachments: tuple[AttachedFile, ...] = ()) -> ReportDocument:
    """The document of `content` in its language, with `attachments` as its data."""
    with translation.override(content.language):
        return ReportDocument(content.language, report_context(content), pictures_of(content), attachments)


def report_context(content: ReportContent) -> dict[str, Any]:
    """What the template of the annual report shows; small numbers of people are kept back.

    Sentences and numbers are in the active language: `report_document` makes that the language of the report.
    """
    period = content.period
    report = make_report(period, leaves_house=True, kept_back=content.kept_back)
    reuse = reuse_figures(period)
    return {
        "content": content,
        "language": content.language,
        "title": _title(content),
        "period": period,
        "is_draft": content.version is None,
        "version": content.version,
        "fingerprint": _in_groups(content.version.fingerprint) if content.version else "",
        "chapters": chapters_of(content),
        "report": report,
        "headlines": opening_headlines(report, reuse.avoided),
        "flow_chart": house_flow_chart(report),
        "paths": paths_of(report.figures, report.published),
        "destination_chart": destination_chart(report),
        "trend": trend_of_years(period) if report.figures.total and report.before.total else None,
        "indicators": _indicators(period, report.published.signs),
        "people": people_of(period, report.published),
        "reuse": reuse_of(reuse),
        "workshops": workshop_parts(report, content),
        "occupancy_chart": occupancy_chart(report),
        "collaborations": collaborations_of(period),
        "meanings": [explained(meaning) for meaning in report.meanings],
        "before_register": before_register(report.figures),
        "document_date": content.version.date if content.version else period.end,
    }


def workshop_parts(report: Report, content: ReportContent) -> list[WorkshopPart]:
    """Every workshop that may be shown by itself and of which anything is known, in the order of lists."""
    period, written = report.figures.period, chapters_of_workshops(content)
    made = _made_per_workshop(period)
    return [
        WorkshopPart(row, headlines_of(row), made.get(row.key, []), written.get(row.key))
        for row in report.workshops
        if row.key is not None and (row.figures or row.key in written)
    ]


def headlines_of(row: WorkshopRow) -> list[Headline]:
    """The figures of one workshop at a glance; none before its register began."""
    if row.figures is None:
        return []
    figures = row.figures
    return [
        Headline(number(figures.delivered), say("geleverde dagdelen", "delivered day parts"), ""),
        Headline(percent(figures.attendance_rate), say("opkomst", "attendance"), ""),
        Headline(percent(figures.occupancy), say("bezetting", "occupancy"), ""),
    ]


def _made_per_workshop(period: Period) -> dict[int, list[str]]:
    """Per workshop what it made, in words: "fietsen gerepareerd 310"."""
    found: dict[int, list[str]] = {}
    quantities = outputs_by("workshop", period)
    for total in (each for each in output_totals(period) if not tells_about_people(each.type)):
        for workshop, quantity in quantities.get(total.type.pk, {}).items():
            if quantity:
                found.setdefault(workshop, []).append(f"{named(total.type.name)} {amount_said(quantity, total)}")
    return found


def _in_groups(fingerprint: str) -> str:
    """A long row of signs in groups of eight, as people can compare it."""
    return " ".join(fingerprint[n : n + 8] for n in range(0, len(fingerprint), 8))


def opening_headlines(report: Report, avoided: Decimal | None) -> list[Headline]:
    """Eight figures at a glance: people and day parts first, then what was made of it for the city."""
    made = [total for total in output_totals(report.figures.period) if total.quantity and not total.type.derived_from]
    extra = [
        Headline(quantity_said(total), named(total.type.name), say("door de werkplaatsen", "by the workshops"))
        for total in made[:1]
    ]
    if avoided:
        note = say("schatting, zie Planet", "an estimate, see Planet")
        extra.append(Headline(f"{number(avoided)}\u00a0kg", say("CO2e bespaard", "CO2e avoided"), note))
    return [*report.headlines[: 8 - len(extra)], *extra]


def _indicators(period: Period, signs: Mapping[str, str]) -> dict[str, list]:
    """Per pillar its indicators, those of the city with what was counted for them."""
    found = {pillar.value: [] for pillar in Indicator.Pillar}
    for indicator in Indicator.objects.filter(pillar=Indicator.Pillar.PEOPLE, is_active=True):
        found[indicator.pillar].append(indicator_block(indicator))
    for figures in indicator_figures(period):
        found[figures.indicator.pillar].append(indicator_block(figures.indicator, figures.lines, signs))
    return found


def _title(content: ReportContent) -> str:
    """The title with its year, also when whoever wrote it left that out."""
    title = content.title or say("Jaarverslag impact", "Impact report")
    return title if str(content.year) in title else f"{title} {content.year}"
