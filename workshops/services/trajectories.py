"""What happens to somebody's path and touches the schedule: pausing, coming back, moving on, leaving."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from participants.models import EndReason, Pause, Trajectory
from participants.services.paths import trajectory_to_continue
from participants.services.people import lock_participant, save_row
from pluspunt.templatetags.words import day as in_words
from pluspunt.templatetags.words import full_day
from workshops.models import Placement, Workshop
from workshops.services.absence_rows import filled_to_come
from workshops.services.locks import lock_workshops
from workshops.services.one_offs import withdraw_after
from workshops.services.placements import end_placement, refused_twice, withdraw_placement
from workshops.services.sessions import reconcile_sessions
from workshops.services.waiting_outcomes import waiting_of_leaver, withdraw_of_leaver

DAY = timedelta(days=1)


@transaction.atomic
def pause_trajectory(
    trajectory: Trajectory,
    *,
    start: date,
    end: date | None,
    reason: str,
    expected_until: date | None = None,
    by: User | None,
) -> Pause:
    """Take somebody out of the schedule and the denominators for a while; the places stay theirs.

    `expected_until` is what is thought when the last day is not known yet. Raises `ValidationError` without a
    reason, when the pause falls outside the trajectory or touches another pause.
    """
    if not reason.strip():
        raise ValidationError({"reason": "Vul een reden in."})
    lock_participant(trajectory.participant_id)
    trajectory = Trajectory.objects.get(pk=trajectory.pk)
    pause = Pause(trajectory=trajectory, start_date=start, end_date=end, reason=reason, expected_until=expected_until)
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
def expect_back(pause: Pause, *, until: date, by: User | None) -> Pause:
    """Somebody is asked again and stays away longer or shorter than was thought; the last day is still not known.

    Raises `ValidationError` when the last day is known meanwhile, when `until` has been, and when it lies after the
    trajectory.
    """
    lock_participant(pause.trajectory.participant_id)
    pause = Pause.objects.select_related("trajectory").get(pk=pause.pk)
    if pause.end_date:
        raise ValidationError(f"De laatste dag is al bekend: {full_day(pause.end_date)}.")
    if until < timezone.localdate():
        raise ValidationError({"expected_until": "Deze dag is geweest. Kies vandaag of een latere dag."})
    if not pause.trajectory.runs_on(until):
        raise ValidationError({"expected_until": "Deze dag valt buiten het traject."})
    pause.expected_until = until
    pause._history_user = by
    pause.full_clean()
    pause.save(update_fields=["expected_until"])
    return pause


@transaction.atomic
def end_trajectory(
    trajectory: Trajectory, *, last_day: date, reason: str, destination: str, by: User | None
) -> Trajectory:
    """Let somebody leave after `last_day`, why (`EndReason`) and where to: placements and pauses end with it.

    What is recorded stays. Who leaves for good waits for nothing any more: that is withdrawn, with the reason.
    So is what was planned for one time after that day, and a placement or a pause that would begin then. Raises
    `ValidationError` without a reason or destination, when the trajectory ended already, when `last_day` lies before
    the start, or when something was recorded after it up to today.
    """
    for field, value in {"reason": reason, "destination": destination}.items():
        if not value:
            raise ValidationError({field: "Vul dit in."})
    ended = _end(trajectory, last_day, reason, destination, by)
    withdraw_of_leaver(ended.participant, last_day=last_day, by=by)
    return ended


def what_else_ends(trajectory: Trajectory, last_day: date) -> list[str]:
    """What ends beside placements when somebody leaves after `last_day`, in sentences."""
    said = pauses_that_lapse(trajectory, last_day)
    waiting = waiting_of_leaver(trajectory.participant, last_day, leaves=trajectory)
    if waiting:
        said.append(f"Van de wachtlijst: {', '.join(str(entry.workshop) for entry in waiting)}.")
    return said


def pauses_that_lapse(trajectory: Trajectory, last_day: date) -> list[str]:
    """The pauses that would begin after `last_day`, on which the path ends, in sentences."""
    coming = trajectory.pauses.filter(start_date__gt=last_day).order_by("start_date")
    return [f"De onderbreking vanaf {in_words(pause.start_date)} vervalt." for pause in coming]


@transaction.atomic
def move_on(
    trajectory: Trajectory, target_group: str, *, start: date, strands: Iterable[str] = (), by: User | None
) -> Trajectory:
    """Let somebody move on within the house: one trajectory ends on the day before `start`, the next begins.

    `strands` are the names of the fields of activation that are chosen. Counts as flow-through (§6). Raises
    `ValidationError` for a way back (day care → activation → volunteer only), when a trajectory of that kind runs or
    ended so short ago that it would go on, and for whatever `end_trajectory` refuses; then nothing changes.
    """
    lock_participant(trajectory.participant_id)
    if start <= trajectory.start_date:
        raise ValidationError({"start": "Kies een dag na de eerste dag van dit traject."})
    old = trajectory_to_continue(trajectory.participant_id, target_group, start)
    if old and old.pk != trajectory.pk:
        raise ValidationError(
            f"{old.get_target_group_display().capitalize()} stopte pas op {in_words(old.end_date)}. "
            "Laat dat traject opnieuw beginnen en stop daarna dit traject."
        )
    is_volunteer = target_group == Trajectory.TargetGroup.SKILLED_VOLUNTEER
    destination = Trajectory.Destination.VOLUNTEERING_HERE if is_volunteer else ""
    ended = _end(trajectory, start - DAY, EndReason.AS_PLANNED, destination, by)
    following = Trajectory(
        participant_id=ended.participant_id,
        target_group=target_group,
        start_date=start,
        moved_from=ended,
        **dict.fromkeys(strands, True),
    )
    save_row(following, by=by)
    return following


def _end(trajectory: Trajectory, last_day: date, reason: str, destination: str, by: User | None) -> Trajectory:
    lock_participant(trajectory.participant_id)
    trajectory = Trajectory.objects.get(pk=trajectory.pk)
    if trajectory.end_date and trajectory.end_date < timezone.localdate():
        raise ValidationError(f"Dit traject is al gestopt op {full_day(trajectory.end_date)}.")
    recorded = trajectory.attendances.recorded().exclude(filled_to_come())
    recorded = recorded.filter(date__gt=last_day, date__lte=timezone.localdate())
    if last := recorded.order_by("-date").first():
        raise ValidationError(f"Op {in_words(last.date)} is al aanwezigheid ingevuld. Kies die dag of een latere.")
    trajectory.end_date, trajectory.end_reason, trajectory.destination = last_day, reason, destination
    trajectory._history_user = by
    trajectory.full_clean()
    workshops = list(_workshops_of(trajectory).values_list("pk", flat=True))
    # All of them at once: one by one, two people who leave the same workshops could wait for each other.
    lock_workshops(workshops)
    for placement in trajectory.placements.overlapping(last_day + DAY, None):
        if placement.start_date > last_day:
            withdraw_placement(placement, by=by)
            continue
        end_placement(placement, last_day=last_day, reason=Placement.EndReason.PATH_ENDED, by=by)
    for pause in trajectory.pauses.overlapping(last_day + DAY, None):
        if pause.start_date > last_day:
            pause._history_user = by
            pause.delete()
            continue
        end_pause(pause, last_day=last_day, by=by)
    trajectory.save()
    withdraw_after(trajectory, last_day, by=by)
    reconcile_sessions(Workshop.objects.filter(pk__in=workshops), last_day + DAY)
    return trajectory


def _workshops_of(trajectory: Trajectory) -> QuerySet[Workshop]:
    """Where somebody comes in this trajectory, by the weekly pattern or for one time."""
    for_once = trajectory.one_offs.standing().order_by().values("comes_to__workshop")
    return Workshop.objects.filter(Q(pk__in=trajectory.placements.values("workshop")) | Q(pk__in=for_once))
