"""The small sisters of the annual report: a page of the year, and what one workshop or one theme did in it.

They show nothing that the annual report of the same period keeps back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from impact.figures.outputs import OutputTotal, output_totals, outputs_by
from impact.figures.society import reuse_figures
from impact.models import Report as WrittenReport
from impact.report.annual import headlines_of, opening_headlines
from impact.report.chapters import Chapter, chapters_of_workshops, pictures_of
from impact.report.document import Report, make_report
from impact.report.filling import report_content
from impact.report.growing import people_of
from impact.report.sentences import Headline, before_register
from impact.report.society import amount_said, reuse_of, tells_about_people
from impact.report.together import Together, collaborations_of
from impact.report.words import named
from partners.models import Theme
from pluspunt.pdf import render_pdf, render_pdf_on_one_page
from pluspunt.periods import Period
from pluspunt.templatetags.words import say
from workshops.models import Workshop

# From large to small: the first that fits on one page.
SIZES = ("large", "normal", "small")


@dataclass(frozen=True)
class Sheet:
    """What is told about one workshop or theme: `nothing` says why there are no figures."""

    name: str
    under: str
    headlines: list[Headline]
    outputs: list[tuple[str, str]]
    collaborations: list[Together]
    chapter: Chapter | None = None
    nothing: str = ""


def summary_pdf(period: Period) -> bytes:
    """The year on one A4."""
    return pdf_of_summary(summary_context(period))


def pdf_of_summary(context: dict[str, Any]) -> bytes:
    """The page of which all is counted already."""
    return render_pdf_on_one_page("impact/print/summary.html", context, SIZES)


def summary_context(period: Period, report: Report | None = None) -> dict[str, Any]:
    """What the page of the year says: eight figures, the months, and a sentence for each of the four P's.

    `report` are the figures of the period as they leave the house, when they were counted already.
    """
    report = report or make_report(period, leaves_house=True)
    reuse, people = reuse_figures(period), people_of(period, report.published)
    made = [total for total in output_totals(period) if total.quantity and not total.type.derived_from]
    return {
        "title": say(f"Impact in {period.start.year}", f"Impact in {period.start.year}"),
        "period": period,
        "report": report,
        "headlines": opening_headlines(report, reuse.avoided),
        "pillars": [
            ("PEOPLE", people.raters[0].chart.title if people.raters else report.enrolled_sentence),
            ("PLACE", listed_outputs(made[:4])),
            ("PROSPERITY", report.onward or report.flow_through_sentence),
            ("PLANET", reuse_of(reuse).sentence),
        ],
        "before_register": before_register(report.figures),
        "document_date": period.end,
    }


def listed_outputs(totals: Sequence[OutputTotal]) -> str:
    """ "Geteld: fietsen gerepareerd 310, maaltijden gekookt 9.600."; empty when nothing was counted."""
    words = ", ".join(f"{named(total.type.name)} {amount_said(total.quantity, total)}" for total in totals)
    return say(f"Geteld: {words}.", f"Counted: {words}.") if words else ""


def workshop_pdf(workshop: Workshop, period: Period) -> bytes:
    """What one workshop did in a period, with what the editor of that year wrote about it."""
    written = WrittenReport.objects.filter(year=period.start.year).first()
    content = report_content(written, period=period) if written else None
    chapter = chapters_of_workshops(content).get(workshop.pk) if content else None
    sheet = workshop_sheet(workshop, make_report(period, leaves_house=True), chapter)
    return pdf_of_sheet(sheet, period, pictures_of(content) if content else {})


def workshop_sheet(workshop: Workshop, report: Report, chapter: Chapter | None = None) -> Sheet:
    """The figures of a workshop as far as `report` shows them: none where fewer than five people came."""
    rows = {row.key: row for row in report.workshops}
    row = rows.get(workshop.pk)
    return Sheet(
        name=workshop.name,
        under=workshop.location.name + (f" · {workshop.host.name}" if workshop.host else ""),
        headlines=headlines_of(row) if row else [],
        outputs=_amounts("workshop", workshop.pk, report.figures.period),
        collaborations=[],
        chapter=chapter,
        nothing=""
        if row and row.figures
        else say(
            "Over de mensen en dagdelen in deze werkplaats staan hier geen cijfers: er was nog geen register, of er "
            "kwamen zo weinig mensen dat zij te herkennen zouden zijn.",
            "There are no figures here about people and day parts in this workshop: there was no register yet, or so "
            "few people came that they could be recognised.",
        ),
    )


def theme_pdf(theme: Theme, period: Period) -> bytes:
    """What was done with partners on one theme in a period."""
    return pdf_of_sheet(theme_sheet(theme, period), period)


def theme_sheet(theme: Theme, period: Period) -> Sheet:
    """Collaborations and outputs of a theme; it tells nothing about people."""
    together = collaborations_of(period, themes=[theme.pk])
    return Sheet(
        name=named(theme.name),
        under=say("Een van de vier thema’s van Pluspunt", "One of the four themes of Pluspunt"),
        headlines=[],
        outputs=_amounts("theme", theme.pk, period),
        collaborations=together,
        nothing=""
        if together
        else say("Op dit thema liep in deze periode geen samenwerking.", "No collaboration ran on this theme."),
    )


def _amounts(key: str, pk: int, period: Period) -> list[tuple[str, str]]:
    """What was counted for one workshop or theme, in the order of lists."""
    quantities = outputs_by(key, period)
    found: list[tuple[OutputTotal, Decimal]] = [
        (total, quantities.get(total.type.pk, {}).get(pk, Decimal(0)))
        for total in output_totals(period)
        if not tells_about_people(total.type)
    ]
    return [(named(total.type.name), amount_said(quantity, total)) for total, quantity in found if quantity]


def pdf_of_sheet(sheet: Sheet, period: Period, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The sheet of which all is counted already."""
    context = {"sheet": sheet, "period": period, "language": "nl", "document_date": period.end}
    return render_pdf("impact/print/sheet.html", context, pictures=pictures)
