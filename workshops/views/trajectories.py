"""Moving on, and leaving."""

from datetime import timedelta

from django.contrib.auth.decorators import permission_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from participants.forms.trajectories import MoveOnForm, TrajectoryEndForm
from participants.models import Participant, Trajectory
from participants.views.pages import done, get_participant
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access
from workshops.services.effects import WorkshopEffect, effects_on_path
from workshops.services.trajectories import end_trajectory, move_on, pauses_that_lapse, what_else_ends
from workshops.views.pages import day_of, has_seen, seen_on_page

PATH = "participant_path"
DAY = timedelta(days=1)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def trajectory_end(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    trajectory = get_object_or_404(participant.trajectories, pk=pk)
    # Of one that is to begin, no day before that.
    initial = {"last_day": max(timezone.localdate(), trajectory.start_date)}
    form = TrajectoryEndForm(request.POST if request.method == "POST" else None, initial=initial)
    last_day = day_of(form, "last_day")
    effects = effects_on_path(trajectory, last_day + DAY)
    more = what_else_ends(trajectory, last_day)
    if request.method == "POST" and form.is_valid() and has_seen(request, effects, *more):
        with refusals_on(form):
            end_trajectory(trajectory, **form.cleaned_data, by=request.user)
            sentence = "Het traject en de plaatsingen stoppen."
            return done(request, participant, "laatste dag, reden, waarheen", sentence, to=PATH)
    return _question(request, "workshops/trajectory_end.html", participant, trajectory, form, effects, *more)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def trajectory_move_on(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """From day care or activation to the next kind, in one action."""
    participant = get_participant(request, key)
    trajectory = get_object_or_404(participant.trajectories, pk=pk)
    groups = Trajectory.TargetGroup(trajectory.target_group).next_groups
    initial = {"start": timezone.localdate() + DAY}
    form = MoveOnForm(request.POST if request.method == "POST" else None, groups=groups, initial=initial)
    start = day_of(form, "start")
    effects, more = effects_on_path(trajectory, start), pauses_that_lapse(trajectory, start - DAY)
    if request.method == "POST" and form.is_valid() and has_seen(request, effects, *more):
        data = form.cleaned_data
        with refusals_on(form):
            following = move_on(
                trajectory, data["target_group"], start=data["start"], strands=form.strands, by=request.user
            )
            to = following.get_target_group_display()
            sentence = f"{participant.nickname} stroomt door naar {to}. Kies nu een plek."
            return done(request, participant, "doorstroom, traject", sentence, to="placement_add")
    return _question(request, "workshops/trajectory_move_on.html", participant, trajectory, form, effects, *more)


def _question(
    request: HttpRequest,
    template: str,
    participant: Participant,
    trajectory: Trajectory,
    form: Form,
    effects: list[WorkshopEffect],
    *more: str,
) -> HttpResponse:
    """A form about how a path goes on, with the placements that end with it."""
    log_access(request, Action.VIEW, [participant], "naam, traject, plaatsingen")
    context = {"form": form, "participant": participant, "trajectory": trajectory}
    return render(request, template, {**context, **seen_on_page(form, effects, *more)})
