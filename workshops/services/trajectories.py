"""What happens to somebody's path and touches the schedule: pausing, coming back, leaving."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from participants.models import Pause, Trajectory
from participants.services.people import lock_participant
from pluspunt.templatetags.words import day as in_words
from pluspunt.templatetags.words import full_day
from workshops.models import Workshop
from workshops.services.placements import end_placement, refused_twice
from workshops.services.sessions import reconcile_sessions

DAY = timedelta(days=1)


@transaction.atomic
def pause_trajectory(trajectory: Trajectory, *, start: date, end: date | None, reason: str, by: User | None) -> Pause:
    """Take somebody out of the schedule and the denominators for a while; the places stay theirs.

    Raises `ValidationError` when the pause falls outside the trajectory or touches another pause.
    """
    lock_participant(trajectory.participant_id)
    trajectory = Trajectory.objects.get(pk=trajectory.pk)
    pause = Pause(trajectory=trajectory, start_date=start, end_date=end, reason=reason)
    pause._history_user = by
    pause.full_clean()
    if not trajectory.runs_on(start) or (end and not trajectory.runs_on(end)):
        raise ValidationError("De onderbreking valt buiten het traject.")
    with refused_twice():
        pause.save()
    reconcile_sessions(_workshops_of(trajectory), start)
    return pause


@transaction.atomic
def end_pause(pause: Pause, *, last_day: date, by: User | None) -> Pause:
    """Let a pause end after `last_day`, and put the person back in the registers that are made.

    Raises `ValidationError` when `last_day` lies before its start, after the trajectory, or in another pause.
    """
    lock_participant(pause.trajectory.participant_id)
    pause = Pause.objects.select_related("trajectory").get(pk=pause.pk)
    until = pause.end_date
    pause.end_date = last_day
    pause._history_user = by
    pause.full_clean()
    if not pause.trajectory.runs_on(last_day):
        raise ValidationError("De onderbreking valt buiten het traject.")
    with refused_twice():
        pause.save(update_fields=["end_date"])
    reconcile_sessions(_workshops_of(pause.trajectory), min(day for day in (last_day, until) if day) + DAY)
    return pause


@transaction.atomic
def end_trajectory(trajectory: Trajectory, *, last_day: date, destination: str, by: User | None) -> Trajectory:
    """Let somebody leave after `last_day`, for `destination`: trajectory, placements and pauses end with it.

    What is recorded stays. Raises `ValidationError` when the trajectory ended already, when `last_day` lies before the
    start, when something was recorded after it up to today, or when a placement or pause starts after it.
    """
    lock_participant(trajectory.participant_id)
    trajectory = Trajectory.objects.get(pk=trajectory.pk)
    if trajectory.end_date and trajectory.end_date < timezone.localdate():
        raise ValidationError(f"Dit traject is al gestopt op {full_day(trajectory.end_date)}.")
    recorded = trajectory.attendances.recorded().filter(date__gt=last_day, date__lte=timezone.localdate())
    if last := recorded.order_by("-date").first():
        raise ValidationError(f"Op {in_words(last.date)} is al aanwezigheid ingevuld. Kies die dag of een latere.")
    trajectory.end_date, trajectory.destination = last_day, destination
    trajectory._history_user = by
    trajectory.full_clean()
    workshops = _workshops_of(trajectory)
    for placement in trajectory.placements.overlapping(last_day + DAY, None):
        if placement.start_date > last_day:
            raise ValidationError("Er is een plaatsing die pas na deze dag begint. Trek die eerst in.")
        end_placement(placement, last_day=last_day, by=by)
    for pause in trajectory.pauses.overlapping(last_day + DAY, None):
        if pause.start_date > last_day:
            raise ValidationError("Er is een onderbreking die pas na deze dag begint.")
        end_pause(pause, last_day=last_day, by=by)
    trajectory.save()
    reconcile_sessions(workshops, last_day + DAY)
    return trajectory


def _workshops_of(trajectory: Trajectory) -> QuerySet[Workshop]:
    return Workshop.objects.filter(pk__in=trajectory.placements.values("workshop"))
