"""Pausing somebody's path, coming back, moving on, leaving."""

from datetime import timedelta

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from participants.forms.trajectories import MoveOnForm, PauseEndForm, PauseForm, TrajectoryEndForm
from participants.models import Participant, Pause, Trajectory
from participants.views.pages import done, get_participant
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access
from workshops.models import Placement
from workshops.services.trajectories import end_pause, end_trajectory, move_on, pause_trajectory

PATH = "participant_path"


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def trajectory_end(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    trajectory = get_object_or_404(participant.trajectories, pk=pk)
    # Of one that is to begin, no day before that.
    initial = {"last_day": max(timezone.localdate(), trajectory.start_date)}
    form = TrajectoryEndForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            end_trajectory(trajectory, **form.cleaned_data, by=request.user)
            sentence = "Het traject en de plaatsingen stoppen."
            return done(request, participant, "laatste dag, reden, waarheen", sentence, to=PATH)
    return _question(request, "workshops/trajectory_end.html", participant, trajectory, form)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def trajectory_move_on(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """From day care or activation to the next kind, in one action."""
    participant = get_participant(request, key)
    trajectory = get_object_or_404(participant.trajectories, pk=pk)
    groups = Trajectory.TargetGroup(trajectory.target_group).next_groups
    data = request.POST if request.method == "POST" else None
    form = MoveOnForm(data, groups=groups, initial={"start": timezone.localdate() + timedelta(days=1)})
    if request.method == "POST" and form.is_valid():
        group, start = form.cleaned_data["target_group"], form.cleaned_data["start"]
        with refusals_on(form):
            following = move_on(trajectory, group, start=start, strands=form.strands, by=request.user)
            to = following.get_target_group_display()
            sentence = f"{participant.nickname} stroomt door naar {to}. Kies nu een plek."
            return done(request, participant, "doorstroom, traject", sentence, to="placement_add")
    return _question(request, "workshops/trajectory_move_on.html", participant, trajectory, form)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def pause_add(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    trajectory = get_object_or_404(participant.trajectories, pk=pk)
    pause = Pause(trajectory=trajectory, start_date=timezone.localdate())
    form = PauseForm(request.POST if request.method == "POST" else None, instance=pause)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            pause_trajectory(
                trajectory, start=data["start_date"], end=data["end_date"], reason=data["reason"], by=request.user
            )
            sentence = "De onderbreking is bewaard. De plekken blijven staan."
            return done(request, participant, "onderbreking", sentence, to=PATH)
    log_access(request, Action.VIEW, [participant], "naam, traject")
    return render(request, "workshops/pause_add.html", {"form": form, "participant": participant})


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def pause_end(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    pause = get_object_or_404(Pause.objects.filter(trajectory__participant=participant), pk=pk)
    initial = {"last_day": max(timezone.localdate() - timedelta(days=1), pause.start_date)}
    form = PauseEndForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            end_pause(pause, last_day=form.cleaned_data["last_day"], by=request.user)
            return done(request, participant, "einde onderbreking", "De onderbreking stopt op die dag.", to=PATH)
    log_access(request, Action.VIEW, [participant], "naam, onderbreking")
    return render(request, "workshops/pause_end.html", {"form": form, "participant": participant, "pause": pause})


def _placements_of(trajectory: Trajectory) -> QuerySet[Placement]:
    """Those that run or are to begin, per workshop in the order of the week."""
    placements = trajectory.placements.overlapping(timezone.localdate(), None).select_related("workshop")
    # A morning goes before an afternoon.
    return placements.order_by("workshop__name", "workshop", "weekday", "-day_part")


def _question(
    request: HttpRequest, template: str, participant: Participant, trajectory: Trajectory, form: Form
) -> HttpResponse:
    """A form about how a path goes on, with the placements that end with it."""
    log_access(request, Action.VIEW, [participant], "naam, traject")
    context = {"form": form, "participant": participant, "trajectory": trajectory}
    return render(request, template, {**context, "placements": _placements_of(trajectory)})
