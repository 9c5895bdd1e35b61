"""Who asks for a place: the list, and what becomes of an application."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import recent_sign_in_to_export
from participants.forms.applications import ApplicationDecisionForm, ApplicationFilterForm, ApplicationForm
from participants.models import Application, Participant
from participants.services.paths import decline_application, save_application, withdraw_application
from participants.views.pages import done, get_participant, lock_row, saved
from pluspunt.editing import edit_page
from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import Column, export_response, export_wanted, page_of, remember_filters
from privacy.services import Action, log_access

PATH = "participant_path"
SHOWN = "naam, aanmelding, verwijzer, doelgroep, wens, intake"
COLUMNS = [
    Column("Naam", lambda each: each.participant.list_name),
    Column("Aangemeld op", lambda each: each.applied_on),
    Column("Dagen gewacht", lambda each: each.waiting_days),
    Column("Aangemeld door", lambda each: each.get_referrer_display()),
    Column("Organisatie", lambda each: str(each.referrer_organisation or "")),
    Column("Naam verwijzer", lambda each: each.referrer_name),
    Column("Doelgroep", lambda each: each.get_target_group_display()),
    Column("Wens", lambda each: each.wish),
    Column("Intake", lambda each: each.intake_on),
    Column("Stand", lambda each: each.get_state_display()),
    Column("Besloten op", lambda each: each.decided_on),
    Column("Reden", lambda each: each.reason),
]


@require_safe
@permission_required("participants.change_participant", raise_exception=True)
@recent_sign_in_to_export
def application_list(request: HttpRequest) -> HttpResponse:
    if answer := remember_filters(request, "application_list"):
        return answer
    form = ApplicationFilterForm(request.GET)
    if not form.is_valid() and "q" in form.errors:
        # The address must not keep what was typed: it may be a citizen service number.
        messages.error(request, f"Er is niet gezocht. {' '.join(form.errors['q'])}")
        return redirect("application_list")
    people = Participant.objects.visible_to(request.user)
    every = Application.objects.filter(participant__in=people)
    applications = form.apply(every, people).select_related("participant", "referrer_organisation")
    if wanted := export_wanted(request):
        return _export(request, wanted, applications)
    page = page_of(request, applications)
    log_access(request, Action.SEARCH, _people_in(page.object_list), SHOWN)
    nothing_yet = not page.paginator.count and not every.exists()
    context = {"form": form, "page_obj": page, "nothing_yet": nothing_yet, "today": timezone.localdate()}
    return render(request, "participants/application_list.html", context)


def _export(request: HttpRequest, wanted: str, applications: QuerySet[Application]) -> HttpResponse:
    rows = list(applications)
    log_access(request, Action.EXPORT, _people_in(rows), f"{SHOWN}, besluit, reden")
    return export_response(wanted, "Aanmeldingen", COLUMNS, rows)


def _people_in(applications: list[Application]) -> list[Participant]:
    """Each person once, though somebody may have applied more than once."""
    return list({each.participant_id: each.participant for each in applications}.values())


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def application_add(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    last = participant.main_trajectory
    application = Application(participant=participant, target_group=last.target_group if last else "")
    return _application_page(request, application, "participants/application_add.html")


@edit_page
@permission_required("participants.change_participant", raise_exception=True)
def application_edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    application = get_object_or_404(get_participant(request, key).applications, pk=pk)
    if request.method == "POST":
        application = lock_row(application)
    return _application_page(request, application, "participants/application_edit.html")


def _application_page(request: HttpRequest, application: Application, template: str) -> HttpResponse:
    participant, is_new = application.participant, application.pk is None
    form = ApplicationForm(request.POST if request.method == "POST" else None, instance=application)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_application(form.instance, by=request.user)
            return saved(request, Action.ADD if is_new else Action.CHANGE, participant, form, PATH)
    log_access(request, Action.VIEW, [participant], "naam" if is_new else "aanmelding")
    return render(request, template, {"form": form, "participant": participant})


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def application_decline(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    application = get_object_or_404(participant.applications, pk=pk)
    form = _decision_form(request)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            decline_application(application, **form.cleaned_data, by=request.user)
            return done(request, participant, "aanmelding, besluit, reden", "De aanmelding is afgewezen.", to=PATH)
    log_access(request, Action.VIEW, [participant], "aanmelding")
    context = {"form": form, "participant": participant, "application": application}
    return render(request, "participants/application_decline.html", context)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def application_withdraw(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    application = get_object_or_404(participant.applications, pk=pk)
    form = _decision_form(request)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            withdraw_application(application, **form.cleaned_data, by=request.user)
            return done(request, participant, "aanmelding, besluit, reden", "De aanmelding is ingetrokken.", to=PATH)
    log_access(request, Action.VIEW, [participant], "aanmelding")
    context = {"form": form, "participant": participant, "application": application}
    return render(request, "participants/application_withdraw.html", context)


def _decision_form(request: HttpRequest) -> ApplicationDecisionForm:
    return ApplicationDecisionForm(
        request.POST if request.method == "POST" else None, initial={"on": timezone.localdate()}
    )
