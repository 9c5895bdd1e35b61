"""Taking in a year of spreadsheets: choose the files, read what would happen, confirm; then go on with the schedule."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from participants.models import Participant
from pluspunt.templatetags.words import short_date
from privacy.services import Action, log_access
from workshops.forms.year_import import ScheduleContinueForm, YearFilesForm
from workshops.models import ImportDraft
from workshops.services.sessions import continue_schedule, openings_end_on, why_year_is_frozen
from workshops.services.year_import.drafts import confirm_draft, draft_report, is_confirmed, make_draft, why_gone
from workshops.services.year_import.files import COLUMNS, skipped_files
from workshops.services.year_import.report import ImportReport, Similar

# Longer lists are cut: nobody reads a thousand lines on a screen, and the total says how many there are.
LINES_SHOWN = 100


@require_http_methods(["GET", "POST"])
@permission_required("workshops.import_year", raise_exception=True)
def year_import(request: HttpRequest) -> HttpResponse:
    form = YearFilesForm()
    if request.method == "POST":
        form = YearFilesForm(request.POST, request.FILES)
        if form.is_valid():
            log_access(request, Action.VIEW, [], "gegevens inlezen: bestanden gecontroleerd")
            draft = make_draft(form.cleaned_data["files"], by=request.user)
            if skipped := skipped_files(file.name for file in request.FILES.getlist("files")):
                messages.info(request, skipped)
            return redirect("year_import_detail", draft.pk)
    return render(request, "workshops/year_import.html", {"form": form, "file_names": list(COLUMNS)})


@require_safe
@permission_required("workshops.import_year", raise_exception=True)
def year_import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    draft = get_object_or_404(ImportDraft.objects.visible_to(request.user), pk=pk)
    if gone := why_gone(draft):
        messages.warning(request, gone)
        return redirect("year_import")
    report = draft_report(draft)
    remarks = [
        (
            "Geweigerd",
            "Deze rijen worden niet ingelezen. Verbeter ze in het bestand en lees het opnieuw in.",
            "refusals",
        ),
        (
            "Anders dan wat er al staat",
            "Wat er al staat, blijft zo. Pas het zelf aan als het bestand klopt.",
            "differences",
        ),
        ("Niet overgenomen", "De rest van deze rijen wordt wel ingelezen.", "notes"),
    ]
    lists = [
        {"title": title, "text": text, "total": len(found), "remarks": found[:LINES_SHOWN]}
        for title, text, name in remarks
        if (found := getattr(report, name))
    ]
    context = {
        "draft": draft,
        "report": report,
        "lists": lists,
        "similar": _similar(request, report),
        "is_confirmed": is_confirmed(draft),
        "frozen": why_year_is_frozen(report.year),
        "openings_end": openings_end_on(),
    }
    return render(request, "workshops/year_import_detail.html", context)


def _similar(request: HttpRequest, report: ImportReport) -> list[tuple[Similar, Participant | None]]:
    """Who in the files may be there already, each with the known person where it is not another row; one query."""
    shown = report.similar[:LINES_SHOWN]
    keys = [each.key for each in shown if each.key]
    people = {person.key: person for person in Participant.objects.visible_to(request.user).filter(key__in=keys)}
    if people:
        log_access(request, Action.SEARCH, people.values(), "gegevens inlezen: naam")
    return [(each, people.get(each.key)) for each in shown]


@require_POST
@permission_required("workshops.import_year", raise_exception=True)
def year_import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    draft = get_object_or_404(ImportDraft.objects.visible_to(request.user), pk=pk)
    if why_gone(draft):
        return redirect("year_import_detail", pk)  # which says so
    try:
        with transaction.atomic():
            plan = confirm_draft(draft, by=request.user)
            data = "gegevens inlezen: persoon, traject, indicatie, plaatsingen, aanwezigheid"
            log_access(request, Action.ADD, plan.touched.values(), data)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("year_import_detail", pk)
    if plan.is_empty:
        messages.info(request, "Er was niets nieuws. Er is niets opgeslagen.")
    else:
        messages.success(request, f"De gegevens van {plan.rows.year} zijn ingelezen.")
    return redirect("year_import_detail", pk)


@require_http_methods(["GET", "POST"])
@permission_required("workshops.plan_placements", raise_exception=True)
def schedule_continue(request: HttpRequest) -> HttpResponse:
    openings_end = openings_end_on()
    form = ScheduleContinueForm(openings_end=openings_end)
    weeks_back = 0
    if request.method == "POST" and openings_end:
        form = ScheduleContinueForm(request.POST, openings_end=openings_end)
        weeks_back = form.weeks_back if form.is_valid() else 0
        if form.is_valid() and not weeks_back:
            start = form.cleaned_data["start"]
            count = continue_schedule(start)
            day_parts = "1 dagdeel per week gaat" if count == 1 else f"{count} dagdelen per week gaan"
            messages.success(request, f"{day_parts} door vanaf {short_date(start)}.")
            return redirect("home")
    context = {"form": form, "openings_end": openings_end, "weeks_back": weeks_back}
    return render(request, "workshops/schedule_continue.html", context)
