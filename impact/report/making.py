"""Which documents the worker can make, and how each of them is made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from impact.models import Report
from impact.report.annual import report_document
from impact.report.content import ReportContent
from impact.report.filling import report_content
from impact.report.frozen import measured
from impact.report.partner import partner_pdf
from impact.report.sheets import summary_pdf, theme_pdf, workshop_pdf
from impact.report.spreadsheet import figures_csv, figures_workbook
from impact.report.texts import default_sections
from impact.report.years import report_period, report_years
from impact.services.publishing import PUBLICATION, publish
from partners.models import Organisation, Theme
from pluspunt.periods import Period
from pluspunt.spreadsheets import XLSX
from workshops.models import Workshop
from workshops.services.sessions import ensure_sessions

PDF = "application/pdf"


@dataclass(frozen=True)
class Made:
    """A file that is ready: its bytes, and how it is called when somebody takes it home."""

    content: bytes
    name: str
    content_type: str = PDF


class Progress(Protocol):
    """`progress(40, "De tabellen worden gezet")`: how far it is in percents, and what happens now."""

    def __call__(self, percent: int, step: str) -> None: ...


class CannotBeMadeError(Exception):
    """Trying again does not help; the text is the sentence for whoever asked."""


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document: its name, how one of them is called, which parameters it needs, and how it is made."""

    label: str
    title: Callable[[dict[str, Any]], str]
    needs: tuple[str, ...]
    make: Callable[[dict[str, Any], Progress], Made]


def make_annual_report(parameters: dict[str, Any], progress: Progress) -> Made:
    """The annual report of a year with a register; a year that is not over yet goes up to yesterday."""
    year, today = parameters["year"], timezone.localdate()
    if year not in report_years(today):
        raise CannotBeMadeError("Van dit jaar is er geen register.")
    progress(5, "De registers worden bijgewerkt")
    ensure_sessions(today)
    progress(15, "De cijfers worden geteld")
    period = report_period(year, today)
    data = figures_csv(measured(period), period)
    progress(25, "De cijfers worden in woorden gezet")
    document = report_document(draft_content(year, period), tuple(data))
    progress(40, "De bladzijden worden opgemaakt")
    return Made(document.pdf(), f"Jaarverslag impact {year}.pdf")


def draft_content(year: int, period: Period) -> ReportContent:
    """The report of a year as it is being written, or with the usual texts when nobody began to write it."""
    report = Report.objects.filter(year=year).first()
    return report_content(report, period=period) if report else ReportContent(period, default_sections())


def make_version(parameters: dict[str, Any], progress: Progress) -> Made:
    """The next version of a report, published; for an attempt after a first one that succeeded, that version again."""
    report = Report.objects.get(pk=parameters["report"])
    version = report.versions.filter(number=parameters["number"]).first()
    if version is None:
        try:
            version = publish(report, by=User.objects.get(pk=parameters["by"]), progress=progress)
        except ValidationError as refusal:
            raise CannotBeMadeError(" ".join(refusal.messages)) from refusal
    file = version.files.first()
    return Made(bytes(file.content), file.name, file.content_type)


def title_of_version(parameters: dict[str, Any]) -> str:
    report = Report.objects.get(pk=parameters["report"])
    return f"Jaarverslag impact {report.year}, versie {parameters['number']}"


def make_summary(parameters: dict[str, Any], progress: Progress) -> Made:
    """The year on one page."""
    year, period = _counted_period(parameters, progress)
    return Made(summary_pdf(period), f"Impact in {year} op een bladzijde.pdf")


def make_spreadsheet(parameters: dict[str, Any], progress: Progress) -> Made:
    """All figures of a year with their definitions, as far as they may leave the house."""
    year, period = _counted_period(parameters, progress)
    return Made(figures_workbook(measured(period), period, timezone.localdate()), f"Cijfers {year}.xlsx", XLSX)


def make_workshop_year(parameters: dict[str, Any], progress: Progress) -> Made:
    """What one workshop did in a year."""
    year, period = _counted_period(parameters, progress)
    workshop = _subject(Workshop.objects.select_related("location", "host"), parameters["workshop"])
    return Made(workshop_pdf(workshop, period), f"{slugify(workshop.name)}-{year}.pdf")


def make_partner_year(parameters: dict[str, Any], progress: Progress) -> Made:
    """What a partner and the centre did together in a year."""
    year, period = _counted_period(parameters, progress)
    organisation = _subject(Organisation.objects.all(), parameters["organisation"])
    return Made(partner_pdf(organisation, period), f"{slugify(organisation.name)}-{year}.pdf")


def make_theme_year(parameters: dict[str, Any], progress: Progress) -> Made:
    """What was done with partners on one theme in a year."""
    year, period = _counted_period(parameters, progress)
    theme = _subject(Theme.objects.all(), parameters["theme"])
    return Made(theme_pdf(theme, period), f"{slugify(theme.name)}-{year}.pdf")


def _counted_period(parameters: dict[str, Any], progress: Progress) -> tuple[int, Period]:
    """The year that was asked and its period, with the registers up to date."""
    year, today = parameters["year"], timezone.localdate()
    if year not in report_years(today):
        raise CannotBeMadeError("Van dit jaar is er geen register.")
    progress(5, "De registers worden bijgewerkt")
    ensure_sessions(today)
    progress(30, "De cijfers worden geteld en opgemaakt")
    return year, report_period(year, today)


def _subject(rows: QuerySet, key: int) -> Any:
    """What the document is about; somebody may have removed it since it was asked."""
    found = rows.filter(pk=key).first()
    if found is None:
        raise CannotBeMadeError("Waar dit document over gaat, bestaat niet meer.")
    return found


def _of_subject(label: str, model: type[Model], name: str) -> Callable[[dict[str, Any]], str]:
    def title(asked: dict[str, Any]) -> str:
        about = model.objects.filter(pk=asked[name]).first()
        return f"{about or label} in {asked['year']}"

    return title


DOCUMENT_KINDS: dict[str, DocumentKind] = {
    "annual_report": DocumentKind(
        "Jaarverslag", lambda asked: f"Jaarverslag impact {asked['year']}", ("year",), make_annual_report
    ),
    "summary": DocumentKind(
        "Het jaar op één bladzijde",
        lambda asked: f"Impact in {asked['year']} op één bladzijde",
        ("year",),
        make_summary,
    ),
    "spreadsheet": DocumentKind(
        "Cijfers als spreadsheet",
        lambda asked: f"Cijfers van {asked['year']} als spreadsheet",
        ("year",),
        make_spreadsheet,
    ),
    "workshop_year": DocumentKind(
        "Verslag van een werkplaats",
        _of_subject("Een werkplaats", Workshop, "workshop"),
        ("year", "workshop"),
        make_workshop_year,
    ),
    "partner_year": DocumentKind(
        "Verslag voor een partner",
        _of_subject("Een partner", Organisation, "organisation"),
        ("year", "organisation"),
        make_partner_year,
    ),
    "theme_year": DocumentKind(
        "Verslag van een thema", _of_subject("Een thema", Theme, "theme"), ("year", "theme"), make_theme_year
    ),
    PUBLICATION: DocumentKind("Gepubliceerd jaarverslag", title_of_version, ("report", "number", "by"), make_version),
}
