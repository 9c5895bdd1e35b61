"""The path of somebody: one line of time, the first day, the trial."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from participants.forms.trajectories import TrajectoryForm, TrajectoryStartForm, TrialConfirmForm, TrialExtendForm
from participants.models import RESTART_WITHIN, Application, Participant, Trajectory
from participants.services.paths import (
    confirm_trial,
    extend_trial,
    line_of_time,
    start_trajectory,
    trajectories_to_continue,
)
from participants.views.pages import done, get_participant, person_page, row_page
from pluspunt.forms import form_page, refusals_on
from pluspunt.templatetags.words import day as in_words
from privacy.services import Action, log_access

PATH = "participant_path"


@require_safe
@permission_required("participants.view_participant", raise_exception=True)
def participant_path(request: HttpRequest, key: str) -> HttpResponse:
    """Where somebody stands with what can be done now, and everything that happened as one line of time."""
    participant = get_participant(request, key)
    today = timezone.localdate()
    trajectories = list(participant.trajectories.select_related("moved_from", "moved_to").prefetch_related("pauses"))
    current = [each for each in trajectories if each.end_date is None or each.end_date >= today]
    for trajectory in current:
        trajectory.following = getattr(trajectory, "moved_to", None)
    applications = list(participant.applications.select_related("referrer_organisation"))
    may_edit = request.user.has_perm("participants.change_participant")
    return person_page(
        request,
        "participants/participant_path.html",
        participant,
        "aanmelding, traject, onderbreking",
        events=line_of_time(applications, trajectories, today=today, with_referrer=may_edit),
        waiting=next((each for each in applications if each.is_waiting), None),
        current=current,
        has_past=bool(trajectories),
        today=today,
    )


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def trajectory_add(request: HttpRequest, key: str) -> HttpResponse:
    """A first day without an application: a second kind beside the first, or beginning again.

    Of who waits it is the first day of that application: else it would go on waiting.
    """
    participant = get_participant(request, key)
    if waiting := participant.applications.waiting().first():
        return trajectory_start(request, key, waiting.pk)
    last = participant.main_trajectory
    row = Trajectory(participant=participant, start_date=timezone.localdate())
    if last and last.status == Trajectory.Status.ENDED:
        row.target_group = last.target_group
    return _start_page(request, row, None, "participants/trajectory_add.html")


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def trajectory_start(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """The first day of somebody who waits; closes the application."""
    participant = get_participant(request, key)
    application = get_object_or_404(participant.applications, pk=pk)
    row = Trajectory(participant=participant, start_date=timezone.localdate(), target_group=application.target_group)
    return _start_page(request, row, application, "participants/trajectory_start.html")


def _start_page(request: HttpRequest, row: Trajectory, application: Application | None, template: str) -> HttpResponse:
    participant = row.participant
    form = TrajectoryStartForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        first_day = row.start_date
        with refusals_on(form):
            started = start_trajectory(form.instance, application=application, by=request.user)
            return _started(request, participant, started, goes_on=started.start_date < first_day)
    log_access(request, Action.VIEW, [participant], "naam, aanmelding, traject")
    # Said beforehand: which trajectories would go on, and until which first day.
    ended = trajectories_to_continue(participant.pk, timezone.localdate())
    continuing = [(each, each.end_date + RESTART_WITHIN) for each in ended]
    context = {"form": form, "participant": participant, "application": application, "continuing": continuing}
    return render(request, template, context)


def _started(request: HttpRequest, participant: Participant, started: Trajectory, *, goes_on: bool) -> HttpResponse:
    sentence = "Het traject begint. Kies nu een plek in een werkplaats."
    if goes_on:
        since, group = in_words(started.start_date), started.get_target_group_display()
        sentence = f"Het traject {group} van {since} gaat door. Kies weer een plek in een werkplaats."
    return done(request, participant, "traject, eerste dag", sentence, Action.ADD, to="placement_add")


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def trajectory_edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    row = get_object_or_404(get_participant(request, key).trajectories, pk=pk)
    return row_page(request, TrajectoryForm, row, "participants/trajectory_edit.html", PATH)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def trial_confirm(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    trajectory = get_object_or_404(participant.trajectories, pk=pk)
    initial = {"on": max(timezone.localdate(), trajectory.start_date)}
    form = TrialConfirmForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            confirm_trial(trajectory, on=form.cleaned_data["on"], by=request.user)
            sentence = f"{participant.nickname} is niet meer op proef."
            return done(request, participant, "proef, traject", sentence, to=PATH)
    log_access(request, Action.VIEW, [participant], "naam, traject")
    context = {"form": form, "participant": participant, "trajectory": trajectory}
    return render(request, "participants/trial_confirm.html", context)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def trial_extend(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    trajectory = get_object_or_404(participant.trajectories, pk=pk)
    form = TrialExtendForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            extend_trial(trajectory, until=form.cleaned_data["until"], by=request.user)
            return done(request, participant, "proef, traject", "De proef duurt langer.", to=PATH)
    log_access(request, Action.VIEW, [participant], "naam, traject")
    context = {"form": form, "participant": participant, "trajectory": trajectory}
    return render(request, "participants/trial_extend.html", context)
