"""The people: finding them, seeing where they stand, and keeping what is known about them."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from participants.forms import (
    FirstIndicationForm,
    IndicationForm,
    NewParticipantForm,
    ParticipantFilterForm,
    ParticipantForm,
    PractitionerForm,
    TrajectoryForm,
    refusals_on,
)
from participants.models import Indication, Participant, Practitioner, Trajectory
from participants.services import add_participant, save_participant, save_row
from pluspunt.periods import Period
from privacy.services import Action, log_access
from workshops.models import Placement, Workshop
from workshops.services.overview import attendance_weeks
from workshops.services.sessions import ensure_sessions

PAGE_SIZE = 25
form_page = require_http_methods(["GET", "HEAD", "POST"])
WEEKS_SHOWN = 8


@require_safe
@permission_required("participants.view_participant", raise_exception=True)
def participant_list(request: HttpRequest) -> HttpResponse:
    everybody = Participant.objects.visible_to(request.user)
    form = ParticipantFilterForm(request.GET, workshops=Workshop.objects.visible_to(request.user))
    if not form.is_valid() and "q" in form.errors:
        # The address must not keep what was typed: it may be a citizen service number.
        messages.error(request, f"Er is niet gezocht. {' '.join(form.errors['q'])}")
        return redirect("participant_list")
    running = Placement.objects.on(timezone.localdate()).select_related("workshop").order_by("workshop__name")
    people = form.apply(everybody).select_related("district")
    people = people.prefetch_related(
        "trajectories__pauses", "indications", Prefetch("placements", running, to_attr="running_placements")
    )
    page = Paginator(people, PAGE_SIZE).get_page(request.GET.get("page"))
    log_access(request, Action.SEARCH, page.object_list, "naam, doelgroep, status, werkplaatsen, gebied, indicatie")
    context = {
        "form": form,
        "page_obj": page,
        "nobody_yet": not page.paginator.count and not everybody.exists(),
        "without_ended": not form.cleaned_data.get("status"),
    }
    return render(request, "participants/participant_list.html", context)


@require_safe
@permission_required("participants.view_participant", raise_exception=True)
def participant_detail(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    today = timezone.localdate()
    ensure_sessions(today)
    log_access(request, Action.VIEW, [participant], "traject, indicatie, plaatsingen, aanwezigheid, contact")
    monday = today - timedelta(days=today.weekday())
    placements = participant.placements.select_related("workshop", "trajectory")
    context = {
        "participant": participant,
        "today": today,
        "may_edit": request.user.has_perm("participants.change_participant"),
        "may_place": request.user.has_perm("workshops.plan_placements"),
        "trajectories": participant.trajectories.prefetch_related("pauses"),
        "indications": participant.indications.all(),
        "running": placements.on(today),
        "coming": placements.filter(start_date__gt=today),
        "ended": placements.filter(end_date__lt=today).order_by("-end_date", "weekday"),
        "weeks": attendance_weeks(participant, Period(monday - timedelta(weeks=WEEKS_SHOWN - 1), today)),
        "practitioners": participant.practitioners.select_related("organisation"),
    }
    return render(request, "participants/participant_detail.html", context)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def participant_add(request: HttpRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = NewParticipantForm(data)
    trajectory_form = TrajectoryForm(data, initial={"start_date": timezone.localdate()})
    indication_form = FirstIndicationForm(data, prefix="indicatie")
    forms = [form, trajectory_form, indication_form]
    answers = [each.is_valid() for each in forms]  # every one, so that all errors are shown at once
    if all(answers):
        indication = indication_form.instance if indication_form.has_changed() else None
        with refusals_on(form):
            participant = add_participant(form.instance, trajectory_form.instance, indication, by=request.user)
            changed = [name for each in forms for name in each.changed_data]
            log_access(request, Action.ADD, [participant], _names(changed))
            messages.success(request, f"{participant.full_name} staat erin. Kies nu een plek in een werkplaats.")
            return redirect("placement_add", participant.key)
    known = Participant.objects.same_as(form.instance) if all(answers) else []
    if known:
        log_access(request, Action.SEARCH, known, "naam, geboortedatum")
    context = {"forms": forms, "form": form, "refused": any(each.errors for each in forms), "known": known}
    return render(request, "participants/participant_add.html", context)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def participant_edit(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    form = ParticipantForm(request.POST if request.method == "POST" else None, instance=participant)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_participant(form.instance, by=request.user)
            return _saved(request, Action.CHANGE, participant, form)
    log_access(request, Action.VIEW, [participant], "persoonsgegevens")
    # The heading keeps the name as it is stored, whatever was typed.
    context = {"form": form, "participant": Participant.objects.get(pk=participant.pk)}
    return render(request, "participants/participant_edit.html", context)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def trajectory_add(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    row = Trajectory(participant=participant, start_date=timezone.localdate())
    return _row_page(request, TrajectoryForm, row, "participants/trajectory_add.html")


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def trajectory_edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    row = get_object_or_404(get_participant(request, key).trajectories, pk=pk)
    return _row_page(request, TrajectoryForm, row, "participants/trajectory_edit.html")


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def indication_add(request: HttpRequest, key: str) -> HttpResponse:
    row = Indication(participant=get_participant(request, key))
    return _row_page(request, IndicationForm, row, "participants/indication_add.html")


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def indication_edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    row = get_object_or_404(get_participant(request, key).indications, pk=pk)
    return _row_page(request, IndicationForm, row, "participants/indication_edit.html")


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def practitioner_add(request: HttpRequest, key: str) -> HttpResponse:
    row = Practitioner(participant=get_participant(request, key))
    return _row_page(request, PractitionerForm, row, "participants/practitioner_add.html")


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def practitioner_edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    row = get_object_or_404(get_participant(request, key).practitioners, pk=pk)
    return _row_page(request, PractitionerForm, row, "participants/practitioner_edit.html")


def get_participant(request: HttpRequest, key: str) -> Participant:
    """Somebody whom the signed-in user may see; nobody else exists for them."""
    return get_object_or_404(Participant.objects.visible_to(request.user), key=key)


def _row_page(
    request: HttpRequest, form_class: type, row: Trajectory | Indication | Practitioner, template: str
) -> HttpResponse:
    """The form of one row of one person, new or known."""
    participant, is_new = row.participant, row.pk is None
    form = form_class(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_row(form.instance, by=request.user)
            return _saved(request, Action.ADD if is_new else Action.CHANGE, participant, form)
    log_access(request, Action.VIEW, [participant], "naam" if is_new else row._meta.verbose_name)
    return render(request, template, {"form": form, "participant": participant})


def _saved(request: HttpRequest, action: Action, participant: Participant, form) -> HttpResponse:
    log_access(request, action, [participant], _names(form.changed_data))
    messages.success(request, "Dat is bewaard.")
    return redirect("participant_detail", participant.key)


def _names(fields: list[str]) -> str:
    return ", ".join(fields)[:200]
