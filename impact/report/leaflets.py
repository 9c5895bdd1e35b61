"""What goes with a version besides the report: a sheet for every workshop, partner and theme of which it tells.

They are made of the figures of the version, so that they keep back what it keeps back.
"""

from collections.abc import Callable, Iterator
from functools import partial

from django.utils.text import slugify

from impact.report.chapters import chapters_of_workshops, pictures_of
from impact.report.content import ReportContent
from impact.report.document import Report
from impact.report.partner import partner_year_context, pdf_of_partner
from impact.report.sheets import pdf_of_sheet, theme_sheet, workshop_sheet
from partners.models import Organisation, Theme
from workshops.models import Workshop

Leaflet = tuple[str, Callable[[], bytes]]


def leaflets_of(report: Report, content: ReportContent) -> list[Leaflet]:
    """Name and making of every sheet; all is read now, and making looks at nothing more."""
    return [*_workshops(report, content), *_partners(report), *_themes(report)]


def _workshops(report: Report, content: ReportContent) -> Iterator[Leaflet]:
    """Every workshop that has figures of its own in the report, or of which something was written."""
    period, written, pictures = report.figures.period, chapters_of_workshops(content), pictures_of(content)
    keys = {row.key for row in report.workshops if row.figures} | written.keys()
    for workshop in Workshop.objects.filter(pk__in=keys - {None}).select_related("location", "host"):
        sheet = workshop_sheet(workshop, report, written.get(workshop.pk))
        yield _name("werkplaats", workshop.name, workshop.pk), partial(pdf_of_sheet, sheet, period, pictures)


def _partners(report: Report) -> Iterator[Leaflet]:
    for organisation in Organisation.objects.all():
        context = partner_year_context(organisation, report.figures.period, report.published)
        if not context["year"].is_empty:
            yield _name("partner", organisation.name, organisation.pk), partial(pdf_of_partner, context)


def _themes(report: Report) -> Iterator[Leaflet]:
    period = report.figures.period
    for theme in Theme.objects.all():
        sheet = theme_sheet(theme, period)
        if sheet.collaborations:
            yield _name("thema", theme.name, theme.pk), partial(pdf_of_sheet, sheet, period)


def _name(kind: str, name: str, key: int) -> str:
    """Two of one name stay two files."""
    return f"{kind}-{slugify(name)}-{key}.pdf"
