"""Placing people in workshops: what is refused, what only warns, and how a placement changes without a new past."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from participants.models import Indication, Participant, Pause, Trajectory
from participants.services.claims import granted_per_week, is_in_day_parts
from participants.services.people import lock_participant
from pluspunt.templatetags.words import day as in_words
from pluspunt.templatetags.words import number as number_in_words
from workshops.models import Attendance, DayPart, Placement, Weekday, Workshop
from workshops.services.absences import filled_to_come
from workshops.services.not_together import lock_pairs, people_in_the_way
from workshops.services.sessions import reconcile_sessions

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Slot:
    """A weekly day part in a workshop."""

    workshop: Workshop
    weekday: int
    day_part: str

    def __str__(self):
        return f"{self.workshop.name}, {Weekday(self.weekday).label} {DayPart(self.day_part).label}"

    def first_day(self, start: date) -> date:
        """The first day from `start` on that has this weekday."""
        return start + timedelta(days=(self.weekday - start.isoweekday()) % 7)


def placement_warnings(
    trajectory: Trajectory,
    slots: Iterable[Slot],
    start: date,
    end: date | None = None,
    instead_of: Placement | None = None,
) -> list[str]:
    """What a coordinator should know before placing somebody in `slots`: too few places, too little indication.

    `instead_of` is the placement that ends when these begin. All of it warns and never blocks (invariant 5 of the
    domain).
    """
    slots = list(slots)
    warnings = []
    if start < timezone.localdate():
        warnings.append("De eerste dag is al voorbij. Die dagdelen komen als ‘nog niet ingevuld’ in de registers.")
    if trajectory.is_volunteer:
        return warnings
    return [
        *warnings,
        *(warning for slot in slots for warning in _capacity_warnings(slot, start, end)),
        *_indication_warnings(trajectory, len(slots), start, instead_of),
    ]


def _capacity_warnings(slot: Slot, start: date, end: date | None) -> list[str]:
    day = slot.first_day(start)
    opening = slot.workshop.openings.on(day).filter(weekday=slot.weekday, day_part=slot.day_part).first()
    if opening is None:
        return [f"{slot}: op {in_words(day)} is de werkplaats niet open."]
    others = Placement.objects.taking_places().overlapping(day, end)
    others = list(others.filter(workshop=slot.workshop, weekday=slot.weekday, day_part=slot.day_part))
    # Somebody else may begin later: the fullest day is the first one, or one on which a placement begins.
    for moment in sorted({day, *(other.start_date for other in others if other.start_date > day)}):
        there = [other for other in others if other.runs_on(moment)]
        if len(there) >= opening.capacity:
            since = "" if moment == day else f" vanaf {in_words(moment)}"
            counted = f"{len(there)} van {opening.capacity} plaatsen zijn bezet"
            return [f"{slot}: vol{since}, {counted}{_kept_places(there, moment)}."]
    return []


def _kept_places(placements: list[Placement], day: date) -> str:
    """Why the board shows more room on `day`: a paused person is not there, but comes back to the place."""
    trajectories = {placement.trajectory_id for placement in placements}
    paused = Pause.objects.on(day).filter(trajectory__in=trajectories).count()
    return f", waarvan {paused} bewaard voor wie onderbroken is" if paused else ""


def _indication_warnings(trajectory: Trajectory, extra: int, start: date, instead_of: Placement | None) -> list[str]:
    indications = Indication.objects.filter(
        participant=trajectory.participant_id, product_category=Indication.Category.DAY_CARE
    )
    if not indications.exists() and trajectory.target_group != Trajectory.TargetGroup.SOCIAL_DAY_CARE:
        return []
    running = [i for i in indications.on(start) if is_in_day_parts(i)]
    if not running:
        return ["Er is op de begindatum geen lopende indicatie in dagdelen."]
    per_week = [granted_per_week(indication) for indication in running]
    if None in per_week:
        return []  # a total without an end cannot be spread over weeks
    granted = sum(per_week)
    others = Placement.objects.taking_places().on(start).filter(participant=trajectory.participant_id)
    placed = others.exclude(pk=instead_of.pk if instead_of else None).count() + extra
    if placed > granted:
        # Per month or in total: on average, rounded as people read it.
        amount = granted if granted.denominator == 1 else f"gemiddeld {number_in_words(float(granted), 1)}"
        return [f"De indicatie is {amount} dagdelen per week; hiermee worden het er {placed}."]
    return []


def placement_problems(
    trajectory: Trajectory, slots: Iterable[Slot], start: date, end: date | None = None
) -> list[str]:
    """Why `place()` would refuse: a sentence per day part outside the trajectory, booked twice, or with somebody
    with whom this person is not together."""
    slots = list(slots)
    if not slots:
        return ["Kies minstens één dagdeel."]
    chosen = Counter((slot.weekday, slot.day_part) for slot in slots)
    problems = [
        f"{Weekday(weekday).label.capitalize()} {DayPart(part).label}: kies één werkplaats, niet {count}."
        for (weekday, part), count in chosen.items()
        if count > 1
    ]
    placements = [_placement(trajectory, slot, start, end) for slot in slots]
    for slot, placement in zip(slots, placements, strict=True):
        try:
            placement.full_clean()
        except ValidationError as error:
            problems += [f"{slot}: {message}" for message in error.messages]
    return problems + not_together_problems(trajectory.participant_id, placements)


def people_to_keep_apart(
    trajectory: Trajectory, slots: Iterable[Slot], start: date, end: date | None = None
) -> list[Participant]:
    """Whom `placement_problems()` names, because they are placed in one of `slots` in that time."""
    placements = [_placement(trajectory, slot, start, end) for slot in slots]
    return list({other: None for _, other in people_in_the_way(trajectory.participant_id, placements)})


def not_together_problems(participant_id: int, placements: Iterable[Placement], since: date = date.min) -> list[str]:
    """A sentence for a coordinator per placement, saved or not, that from `since` on breaks invariant 7."""
    return [
        f"{Slot(mine.workshop, mine.weekday, mine.day_part)}: niet samen met {other.full_name}. Die werkt hier dan ook."
        for mine, other in people_in_the_way(participant_id, placements, since=since)
    ]


def _placement(trajectory: Trajectory, slot: Slot, start: date, end: date | None) -> Placement:
    return Placement(
        trajectory=trajectory,
        participant_id=trajectory.participant_id,
        workshop=slot.workshop,
        weekday=slot.weekday,
        day_part=slot.day_part,
        start_date=start,
        # Outside the trajectory its end says nothing: the placement is refused for that, not for its dates.
        end_date=end or (trajectory.end_date if trajectory.runs_on(start) else None),
    )


def slot_people(workshop: Workshop, day: date, day_part: str) -> list[Placement]:
    """Who is placed in this slot on `day`, by name, each with `is_paused` that day; two queries."""
    placements = workshop.placements.on(day).filter(weekday=day.isoweekday(), day_part=day_part)
    people = list(placements.select_related("participant", "trajectory").order_by("participant__sort_name"))
    paused = set(Pause.objects.on(day).filter(trajectory__placements__in=people).values_list("trajectory", flat=True))
    for placement in people:
        placement.is_paused = placement.trajectory_id in paused
    return people


@transaction.atomic
def place(
    trajectory: Trajectory, slots: Iterable[Slot], *, start: date, end: date | None = None, by: User | None
) -> list[Placement]:
    """Place somebody in each of `slots` from `start` on, and bring the registers in line.

    Raises `ValidationError` when a slot falls outside the trajectory, books the person twice, or puts together two
    people who are not planned together; then nothing is saved.
    """
    lock_participant(trajectory.participant_id)
    lock_pairs(trajectory.participant_id)
    trajectory = Trajectory.objects.get(pk=trajectory.pk)
    slots = list(slots)
    problems = placement_problems(trajectory, slots, start, end)
    if problems:
        raise ValidationError(problems)
    placements = [_placement(trajectory, slot, start, end) for slot in slots]
    with refused_twice():
        for placement in placements:
            placement._history_user = by
            placement.save(force_insert=True)
    reconcile_sessions(Workshop.objects.filter(pk__in={slot.workshop.pk for slot in slots}), start)
    return placements


@transaction.atomic
def end_placement(placement: Placement, *, last_day: date, by: User | None) -> Placement:
    """Let a placement end after `last_day`. What was recorded stays; open rows after that day go.

    Raises `ValidationError` when `last_day` lies before its start or after the end of its trajectory, when something
    was recorded after it up to today, when a later end would put together two people who are not planned together, or
    when the placement is gone meanwhile.
    """
    placement = _locked(placement)
    recorded = _recorded(placement).filter(date__gt=last_day, date__lte=timezone.localdate())
    if last := recorded.order_by("-date").first():
        raise ValidationError(f"Op {in_words(last.date)} is al aanwezigheid ingevuld. Kies die dag of een latere.")
    until = placement.end_date
    placement.end_date = last_day
    placement._history_user = by
    placement.full_clean()
    if until and last_day > until:
        lock_pairs(placement.participant_id)
        if problems := not_together_problems(placement.participant_id, [placement], since=until + DAY):
            raise ValidationError(problems)
    with refused_twice():
        placement.save(update_fields=["end_date"])
    first_changed = min(day for day in (last_day, until) if day) + DAY
    reconcile_sessions(Workshop.objects.filter(pk=placement.workshop_id), first_changed)
    return placement


def may_withdraw(placement: Placement) -> bool:
    """Whether nothing was recorded in it yet, so that it can be taken back."""
    return not _recorded(placement).exists()


@transaction.atomic
def withdraw_placement(placement: Placement, *, by: User | None) -> None:
    """Take back a placement in which nothing was recorded yet; its history keeps that it was there.

    Raises `ValidationError` when something was recorded (then it can only end), or when it is gone meanwhile.
    """
    placement = _locked(placement)
    if not may_withdraw(placement):
        raise ValidationError("Er is al aanwezigheid ingevuld. Laat de plaatsing op een dag stoppen.")
    placement._history_user = by
    placement.delete()
    reconcile_sessions(Workshop.objects.filter(pk=placement.workshop_id), placement.start_date)


@transaction.atomic
def change_placement(placement: Placement, slot: Slot, *, start: date, by: User | None) -> Placement:
    """Move a placement to another slot from `start` on: the old one ends the day before, a new one begins.

    A move from its very first day on leaves nothing of the old one. Raises `ValidationError` when the old one does not
    run on `start`, when `slot` is where it is now, and for what `place()`, `end_placement()` and
    `withdraw_placement()` refuse.
    """
    placement = _locked(placement)
    if (placement.workshop_id, placement.weekday, placement.day_part) == (
        slot.workshop.pk,
        slot.weekday,
        slot.day_part,
    ):
        raise ValidationError("Dit is het dagdeel van nu. Kies een ander dagdeel of een andere werkplaats.")
    if not placement.runs_on(start):
        raise ValidationError("Op die dag loopt deze plaatsing niet. Kies een dag waarop ze loopt.")
    if start == placement.start_date:
        withdraw_placement(placement, by=by)
    else:
        end_placement(placement, last_day=start - DAY, by=by)
    return place(placement.trajectory, [slot], start=start, end=placement.end_date, by=by)[0]


def check_change(placement: Placement, slot: Slot, *, start: date, by: User | None) -> None:
    """Raise `ValidationError` when `change_placement()` would; nothing is kept."""
    with transaction.atomic():
        change_placement(placement, slot, start=start, by=by)
        transaction.set_rollback(True)


def _locked(placement: Placement) -> Placement:
    """The placement as it is now, after waiting for whoever was changing it."""
    lock_participant(placement.participant_id)
    try:
        return Placement.objects.select_related("trajectory", "workshop").get(pk=placement.pk)
    except Placement.DoesNotExist as error:
        raise ValidationError("Deze plaatsing is intussen ingetrokken.") from error


def _recorded(placement: Placement) -> QuerySet[Attendance]:
    """What somebody recorded in the sessions of this placement; not what an absence reported beforehand filled."""
    rows = (
        Attendance.objects.recorded()
        .exclude(filled_to_come())
        .filter(
            participant=placement.participant_id,
            workshop=placement.workshop_id,
            day_part=placement.day_part,
            date__gte=placement.start_date,
            date__iso_week_day=placement.weekday,
        )
    )
    return rows.filter(date__lte=placement.end_date) if placement.end_date else rows


@contextmanager
def refused_twice() -> Iterator[None]:
    """Turns the database's refusal of two rows on one day into a sentence."""
    try:
        yield
    except IntegrityError as error:
        raise ValidationError("Iemand anders heeft dit intussen gewijzigd. Kijk de plaatsingen na.") from error
