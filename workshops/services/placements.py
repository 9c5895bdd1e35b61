"""Placing people in workshops: what is refused, what only warns, and how a placement changes without a new past."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from participants.models import Indication, Participant, Pause, Trajectory
from workshops.models import DayPart, Placement, Weekday, Workshop
from workshops.services.sessions import reconcile_sessions


@dataclass(frozen=True)
class Slot:
    """A weekly day part in a workshop."""

    workshop: Workshop
    weekday: int
    day_part: str

    def __str__(self):
        return f"{self.workshop.name}, {Weekday(self.weekday).label} {DayPart(self.day_part).label}"


def placement_warnings(
    trajectory: Trajectory, slots: Iterable[Slot], start: date, end: date | None = None
) -> list[str]:
    """What a coordinator should know before placing somebody in `slots`: too few places, too little indication.

    Both warn and never block (invariant 5 of the domain).
    """
    slots = list(slots)
    return [*_capacity_warnings(trajectory, slots, start), *_indication_warnings(trajectory, slots, start)]


def _capacity_warnings(trajectory: Trajectory, slots: list[Slot], start: date) -> list[str]:
    if trajectory.is_volunteer:
        return []
    warnings = []
    for slot in slots:
        day = start + timedelta(days=(slot.weekday - start.isoweekday()) % 7)
        opening = slot.workshop.openings.on(day).filter(weekday=slot.weekday, day_part=slot.day_part).first()
        taken = Placement.objects.taking_places().filter(
            workshop=slot.workshop, weekday=slot.weekday, day_part=slot.day_part
        )
        taken = taken.on(day).count()
        if opening is None:
            warnings.append(f"{slot}: dan is de werkplaats niet open.")
        elif taken >= opening.capacity:
            warnings.append(f"{slot}: vol, {taken} van {opening.capacity} plaatsen zijn bezet.")
    return warnings


def _indication_warnings(trajectory: Trajectory, slots: list[Slot], start: date) -> list[str]:
    indications = Indication.objects.filter(
        participant=trajectory.participant, product_category=Indication.Category.DAY_CARE
    )
    if not indications.exists() and trajectory.target_group != Trajectory.TargetGroup.SOCIAL_DAY_CARE:
        return []
    running = [i for i in indications.on(start) if i.is_in_day_parts_per_week]
    if not running:
        return ["Er is op de begindatum geen lopende indicatie in dagdelen per week."]
    granted = sum(indication.volume for indication in running)
    placed = trajectory.participant.placements.on(start).count() + len(slots)
    if placed > granted:
        return [f"De indicatie is {granted} dagdelen per week; hiermee worden het er {placed}."]
    return []


@transaction.atomic
def place(
    trajectory: Trajectory, slots: Iterable[Slot], *, start: date, end: date | None = None, by: User | None
) -> list[Placement]:
    """Place somebody in each of `slots` from `start` on, and bring the registers in line.

    Raises `ValidationError` when a slot falls outside the trajectory or books the person twice; then nothing is saved.
    """
    Participant.objects.select_for_update(of=("self",)).order_by("pk").get(pk=trajectory.participant_id)
    trajectory.refresh_from_db()
    slots = list(slots)
    if not slots:
        raise ValidationError("Kies minstens één dagdeel.")
    placements, problems = [], []
    for slot in slots:
        placement = Placement(
            trajectory=trajectory,
            participant=trajectory.participant,
            workshop=slot.workshop,
            weekday=slot.weekday,
            day_part=slot.day_part,
            start_date=start,
            end_date=end or trajectory.end_date,
        )
        placement._history_user = by
        try:
            placement.full_clean()
            placement.save()
            placements.append(placement)
        except ValidationError as error:
            problems += [f"{slot}: {message}" for message in error.messages]
    if problems:
        raise ValidationError(problems)
    reconcile_sessions(Workshop.objects.filter(pk__in={slot.workshop.pk for slot in slots}), start)
    return placements


@transaction.atomic
def end_placement(placement: Placement, *, last_day: date, by: User | None) -> Placement:
    """Let a placement end after `last_day`. What was recorded stays; open rows after that day go.

    Raises `ValidationError` when `last_day` lies before its start or after the end of its trajectory.
    """
    Participant.objects.select_for_update(of=("self",)).order_by("pk").get(pk=placement.participant_id)
    placement = Placement.objects.select_related("trajectory", "workshop").get(pk=placement.pk)
    until = placement.end_date
    placement.end_date = last_day
    placement._history_user = by
    placement.full_clean()
    placement.save(update_fields=["end_date"])
    first_changed = min(day for day in (last_day, until) if day) + timedelta(days=1)
    reconcile_sessions(Workshop.objects.filter(pk=placement.workshop_id), first_changed)
    return placement


@transaction.atomic
def withdraw_placement(placement: Placement, *, by: User | None) -> None:
    """Take back a placement in which nothing was recorded yet; its history keeps that it was there.

    Raises `ValidationError` when something was recorded: then it can only end.
    """
    Participant.objects.select_for_update(of=("self",)).order_by("pk").get(pk=placement.participant_id)
    recorded = placement.participant.attendances.recorded().filter(
        workshop=placement.workshop, day_part=placement.day_part, date__gte=placement.start_date
    )
    if any(row.date.isoweekday() == placement.weekday and placement.runs_on(row.date) for row in recorded):
        raise ValidationError("Er is al aanwezigheid ingevuld. Laat de plaatsing op een dag stoppen.")
    workshops = Workshop.objects.filter(pk=placement.workshop_id)
    placement._history_user = by
    placement.delete()
    reconcile_sessions(workshops, placement.start_date)


@transaction.atomic
def change_placement(placement: Placement, slot: Slot, *, start: date, by: User | None) -> Placement:
    """Move a placement to another slot from `start` on: the old one ends the day before, a new one begins.

    Raises `ValidationError` when the old one does not run the day before `start` (end it instead), or when the new
    one is refused.
    """
    if not placement.runs_on(start - timedelta(days=1)):
        raise ValidationError("Wijzigen kan pas na de eerste dag en tot de laatste dag van deze plaatsing.")
    end = placement.end_date
    end_placement(placement, last_day=start - timedelta(days=1), by=by)
    return place(placement.trajectory, [slot], start=start, end=end, by=by)[0]


@transaction.atomic
def pause_trajectory(trajectory: Trajectory, *, start: date, end: date | None, reason: str, by: User | None) -> Pause:
    """Take somebody out of the schedule and the denominators for a while; the places stay theirs.

    Raises `ValidationError` when the pause falls outside the trajectory or touches another pause.
    """
    Participant.objects.select_for_update(of=("self",)).order_by("pk").get(pk=trajectory.participant_id)
    pause = Pause(trajectory=trajectory, start_date=start, end_date=end, reason=reason)
    pause._history_user = by
    pause.full_clean()
    if not trajectory.runs_on(start):
        raise ValidationError("De onderbreking begint buiten het traject.")
    pause.save()
    reconcile_sessions(_workshops_of(trajectory), start)
    return pause


@transaction.atomic
def end_pause(pause: Pause, *, last_day: date, by: User | None) -> Pause:
    """Let a pause end after `last_day`, and put the person back in the registers that are made."""
    pause.end_date = last_day
    pause._history_user = by
    pause.full_clean()
    pause.save(update_fields=["end_date"])
    reconcile_sessions(_workshops_of(pause.trajectory), pause.start_date)
    return pause


@transaction.atomic
def end_trajectory(trajectory: Trajectory, *, last_day: date, destination: str, by: User | None) -> Trajectory:
    """Let somebody leave after `last_day`, for `destination`: trajectory and placements end, what is recorded stays.

    Raises `ValidationError` when `last_day` lies before the start, or when a placement starts after it.
    """
    Participant.objects.select_for_update(of=("self",)).order_by("pk").get(pk=trajectory.participant_id)
    trajectory.end_date, trajectory.destination = last_day, destination
    trajectory._history_user = by
    trajectory.full_clean()
    later = trajectory.placements.filter(Q(end_date__isnull=True) | Q(end_date__gt=last_day))
    if later.filter(start_date__gt=last_day).exists():
        raise ValidationError("Er is een plaatsing die pas na deze dag begint. Stop die eerst.")
    workshops = _workshops_of(trajectory)
    for placement in later:
        end_placement(placement, last_day=last_day, by=by)
    trajectory.save()
    reconcile_sessions(workshops, last_day + timedelta(days=1))
    return trajectory


def _workshops_of(trajectory: Trajectory):
    return Workshop.objects.filter(pk__in=trajectory.placements.values("workshop"))
