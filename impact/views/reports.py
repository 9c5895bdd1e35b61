"""The annual report of a year: the list of years, its editor, and the way from draft to review and back."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from impact.forms.reports import RemarkForm, ReportForm
from impact.models import Report, ReportSection, ReportVersion
from impact.report.filling import section_title
from impact.report.years import report_years
from impact.services.publishing import publication_checks, publication_under_way
from impact.services.reports import (
    add_workshop_sections,
    correct_report,
    offer_report,
    return_report,
    save_report,
    start_report,
)
from pluspunt.editing import edit_page, get_to_edit, tell_taken
from pluspunt.forms import form_page, refusals_on

STEPS_SHOWN = 12


@dataclass(frozen=True)
class YearLine:
    """A year in the list, with its report when somebody began it."""

    year: int
    report: Report | None
    is_running: bool


@dataclass(frozen=True)
class SectionLine:
    """A section in the editor, with the parts of workshops under it."""

    section: ReportSection
    title: str
    parts: tuple["SectionLine", ...] = ()


@require_safe
@permission_required("impact.make_reports", raise_exception=True)
def report_list(request: HttpRequest) -> HttpResponse:
    """Every year with a register: its report, how far that is, and what was published of it."""
    today = timezone.localdate()
    versions = Prefetch("versions", ReportVersion.objects.defer("content", "changes"))
    reports = {report.year: report for report in Report.objects.prefetch_related(versions)}
    years = sorted({*report_years(today), *reports}, reverse=True)
    lines = [YearLine(year, reports.get(year), year == today.year) for year in years]
    return render(request, "impact/report_list.html", {"lines": lines})


@require_POST
@permission_required("impact.make_reports", raise_exception=True)
def report_start(request: HttpRequest, year: int) -> HttpResponse:
    try:
        start_report(year, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("report_list")
    messages.success(request, f"Het verslag van {year} is begonnen. Alle onderdelen staan klaar.")
    return redirect("report_edit", year)


@require_safe
@permission_required("impact.make_reports", raise_exception=True)
def report_edit(request: HttpRequest, year: int) -> HttpResponse:
    """The sections in their order, what is still needed before publishing, and who did what."""
    report = get_object_or_404(Report, year=year)
    checks = publication_checks(report, timezone.localdate())
    context = {
        "report": report,
        "lines": _lines(report),
        "checks": checks,
        "refusals": [check for check in checks if check.refuses],
        "publication": publication_under_way(report),
        "versions": report.versions.defer("content").select_related("published_by"),
        "steps": report.history.select_related("history_user").order_by("-history_date", "-history_id")[:STEPS_SHOWN],
    }
    return render(request, "impact/report_edit.html", context)


@edit_page
@permission_required("impact.make_reports", raise_exception=True)
def report_describe(request: HttpRequest, year: int) -> HttpResponse:
    """The title, and what is told about the organisation."""
    report = get_to_edit(request, Report.objects, year=year)
    form = ReportForm(request.POST if request.method == "POST" else None, instance=report)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_report(form.instance, by=request.user)
            messages.success(request, "De gegevens zijn bewaard.")
            tell_taken(request, form)
            return redirect("report_edit", year)
    return render(request, "impact/report_describe.html", {"form": form, "fieldsets": form.fieldsets(), "year": year})


@require_POST
@permission_required("impact.make_reports", raise_exception=True)
def report_complete(request: HttpRequest, year: int) -> HttpResponse:
    """Add the workshops that came after the report was begun."""
    added = add_workshop_sections(get_object_or_404(Report, year=year), by=request.user)
    said = f"Werkplaatsen erbij: {added}." if added else "Alle werkplaatsen van dit jaar stonden er al."
    messages.success(request, said)
    return redirect("report_edit", year)


@require_POST
@permission_required("impact.make_reports", raise_exception=True)
def report_offer(request: HttpRequest, year: int) -> HttpResponse:
    report = get_object_or_404(Report, year=year)
    try:
        offer_report(report, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Het verslag is ter controle. Niemand wijzigt het nu.")
    return redirect("report_edit", year)


@form_page
@permission_required("impact.make_reports", raise_exception=True)
def report_return(request: HttpRequest, year: int) -> HttpResponse:
    """Back to draft, with what has to be different."""
    return _remark_page(request, year, return_report, "impact/report_return.html", "Het verslag is weer een concept.")


@form_page
@permission_required("impact.make_reports", raise_exception=True)
def report_correct(request: HttpRequest, year: int) -> HttpResponse:
    """A published report is taken up again for a next version."""
    said = "Je werkt nu aan een nieuwe versie. Wat gepubliceerd is, blijft zoals het is."
    return _remark_page(request, year, correct_report, "impact/report_correct.html", said)


def _remark_page(request: HttpRequest, year: int, act: Callable, template: str, said: str) -> HttpResponse:
    report = get_object_or_404(Report, year=year)
    form = RemarkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            act(report, form.cleaned_data["remark"], by=request.user)
            messages.success(request, said)
            return redirect("report_edit", year)
    return render(request, template, {"form": form, "report": report})


def _lines(report: Report) -> list[SectionLine]:
    rows = report.sections.without_pictures().select_related("workshop").prefetch_related("stories__uses")
    lines = [(row, SectionLine(row, section_title(row))) for row in rows]
    parts = tuple(line for row, line in lines if row.workshop_id)
    return [
        SectionLine(row, line.title, parts if row.kind == ReportSection.Kind.WORKSHOPS else ())
        for row, line in lines
        if not row.workshop_id
    ]
