"""Which documents the worker can make, and how each of them is made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from impact.models import Report
from impact.report.annual import report_document
from impact.report.content import ReportContent
from impact.report.filling import report_content
from impact.report.texts import default_sections
from impact.report.years import report_period, report_years
from impact.services.publishing import PUBLICATION, publish
from pluspunt.periods import Period
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
    document = report_document(draft_content(year, report_period(year, today)))
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


DOCUMENT_KINDS: dict[str, DocumentKind] = {
    "annual_report": DocumentKind(
        "Jaarverslag", lambda asked: f"Jaarverslag impact {asked['year']}", ("year",), make_annual_report
    ),
    PUBLICATION: DocumentKind("Gepubliceerd jaarverslag", title_of_version, ("report", "number", "by"), make_version),
}
