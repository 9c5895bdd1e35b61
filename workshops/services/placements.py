"""Placing people in workshops, and how a placement changes without a new past."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from participants.models import Trajectory
from participants.services.people import lock_participant
from pluspunt.templatetags.words import day as in_words
from workshops.models import Attendance, Placement, Weeks, Workshop
from workshops.services.absence_rows import filled_to_come
from workshops.services.advice import (
    Slot,
    draft_placement,
    not_together_problems,
    placement_problems,
    placement_warnings,
    weeks_of,
)
from workshops.services.locks import lock_workshops
from workshops.services.not_together import lock_pairs
from workshops.services.one_offs import chains_instead_of, take_back, workshops_of
from workshops.services.sessions import reconcile_sessions
from workshops.services.waiting_outcomes import close_fulfilled

DAY = timedelta(days=1)


class UnseenWarnings(ValidationError):
    """Something to know came up after somebody agreed; `messages` are all warnings as they are now."""


@transaction.atomic
def place(
    trajectory: Trajectory,
    slots: Iterable[Slot],
    *,
    start: date,
    end: date | None = None,
    every_other_week: bool = False,
    weeks: Weeks | None = None,
    trial_until: date | None = None,
    agreed: Collection[str] | None = None,
    by: User | None,
) -> list[Placement]:
    """Place somebody in each of `slots` from `start` on, and bring the registers in line.

    With `every_other_week` the very first day says which weeks these are, unless `weeks` says so. After `trial_until`
    somebody decides whether it goes on. Raises `ValidationError` when a slot falls outside the trajectory, books the
    person twice, or puts together two people who are not planned together; then nothing is saved.

    `agreed` are the warnings (`placement_warnings`) to which somebody said yes: with any other the answer is
    `UnseenWarnings` and nothing is saved, so that of two who take the last place the second is told. Without `agreed`
    nobody is asked.
    """
    slots = list(slots)
    lock_participant(trajectory.participant_id)
    lock_pairs(trajectory.participant_id)
    lock_workshops({slot.workshop.pk for slot in slots})
    weeks = weeks or weeks_of(slots, start, every_other_week)
    placements = make_placements(
        trajectory, slots, start=start, end=end, weeks=weeks, trial_until=trial_until, agreed=agreed, by=by
    )
    reconcile_sessions(Workshop.objects.filter(pk__in={slot.workshop.pk for slot in slots}), start)
    return placements


def make_placements(
    trajectory: Trajectory,
    slots: list[Slot],
    *,
    start: date,
    end: date | None,
    weeks: Weeks,
    trial_until: date | None,
    agreed: Collection[str] | None,
    by: User | None,
) -> list[Placement]:
    """What `place()` saves, for who holds the locks of the person, the pairs and the workshops; no registers yet."""
    trajectory = Trajectory.objects.get(pk=trajectory.pk)
    problems = placement_problems(trajectory, slots, start, end, weeks=weeks)
    if problems:
        raise ValidationError(problems)
    placements = [draft_placement(trajectory, slot, start, end, weeks) for slot in slots]
    check_trial(placements, trial_until)
    if agreed is not None:
        warnings = placement_warnings(trajectory, slots, start, end, weeks=weeks)
        if not set(warnings) <= set(agreed):
            raise UnseenWarnings(warnings)
    with refused_twice():
        for placement in placements:
            placement.trial_until = trial_until
            placement.validate_constraints()
            placement._history_user = by
            placement.save(force_insert=True)
    close_fulfilled(placements, by=by)
    return placements


def check_trial(placements: Iterable[Placement], trial_until: date | None) -> None:
    """Raise `ValidationError` when a trial until then does not lie within the days of each of `placements`."""
    if trial_until is None:
        return
    for placement in placements:
        if trial_until < placement.start_date:
            raise ValidationError({"trial_until": "De proef eindigt voor de eerste dag."})
        if placement.end_date and trial_until > placement.end_date:
            end = in_words(placement.end_date)
            raise ValidationError({"trial_until": f"De proef eindigt na de laatste dag, {end}."})


@transaction.atomic
def end_placement(placement: Placement, *, last_day: date, reason: str = "", by: User | None) -> Placement:
    """Let a placement end after `last_day`. What was recorded stays; open rows after that day go, and so does what
    somebody would do instead for one time.

    `reason` is a `Placement.EndReason`, or empty.

    Raises `ValidationError` when `last_day` lies before its start or after the end of its trajectory, when something
    was recorded after it up to today, when a later end would put together two people who are not planned together, or
    when the placement is gone meanwhile.
    """
    placement = lock_placement(placement)
    recorded = _recorded(placement).filter(date__gt=last_day, date__lte=timezone.localdate())
    if last := recorded.order_by("-date").first():
        raise ValidationError(f"Op {in_words(last.date)} is al aanwezigheid ingevuld. Kies die dag of een latere.")
    until = placement.end_date
    placement.end_date, placement.end_reason = last_day, reason
    placement._history_user = by
    placement.full_clean()
    if until and last_day > until:
        lock_pairs(placement.participant_id)
        if problems := not_together_problems(placement.participant_id, [placement], since=until + DAY):
            raise ValidationError(problems)
    elsewhere = chains_instead_of(placement, last_day)
    lock_workshops({placement.workshop_id} | workshops_of(elsewhere))
    with refused_twice():
        placement.save(update_fields=["end_date", "end_reason"])
    take_back(elsewhere, by=by)
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
    placement = lock_placement(placement)
    if not may_withdraw(placement):
        raise ValidationError("Er is al aanwezigheid ingevuld. Laat de plaatsing op een dag stoppen.")
    elsewhere = chains_instead_of(placement, placement.start_date - DAY)
    lock_workshops({placement.workshop_id} | workshops_of(elsewhere))
    placement._history_user = by
    placement.delete()
    take_back(elsewhere, by=by)
    reconcile_sessions(Workshop.objects.filter(pk=placement.workshop_id), placement.start_date)


@transaction.atomic
def change_placement(
    placement: Placement, slot: Slot, *, start: date, agreed: Collection[str] | None = None, by: User | None
) -> Placement:
    """Move a placement to another slot from `start` on: the old one ends the day before, a new one begins.

    It keeps its weeks, its last day and a trial that is not over by then. A move from its very first day on leaves
    nothing of the old one. Raises `ValidationError` when the old one does not run on `start`, when `slot` is where it
    is now, and for what `place()` (also with `agreed`), `end_placement()` and `withdraw_placement()` refuse.
    """
    placement = lock_placement(placement)
    lock_pairs(placement.participant_id)
    elsewhere = chains_instead_of(placement, start - DAY)
    lock_workshops({placement.workshop_id, slot.workshop.pk} | workshops_of(elsewhere))
    if (placement.workshop_id, placement.weekday, placement.day_part) == (
        slot.workshop.pk,
        slot.weekday,
        slot.day_part,
    ):
        raise ValidationError("Dit is het dagdeel van nu. Kies een ander dagdeel of een andere werkplaats.")
    if not placement.runs_on(start):
        raise ValidationError("Op die dag loopt deze plaatsing niet. Kies een dag waarop ze loopt.")
    on_trial, last_day = placement.trial_until, placement.end_date
    if start == placement.start_date:
        withdraw_placement(placement, by=by)
    else:
        end_placement(placement, last_day=start - DAY, reason=Placement.EndReason.MOVED, by=by)
    return place(
        placement.trajectory,
        [slot],
        start=start,
        end=last_day,
        weeks=Weeks(placement.weeks),
        trial_until=on_trial if on_trial and on_trial >= start else None,
        agreed=agreed,
        by=by,
    )[0]


def check_change(placement: Placement, slot: Slot, *, start: date, by: User | None) -> None:
    """Raise `ValidationError` when `change_placement()` would; nothing is kept."""
    with transaction.atomic():
        change_placement(placement, slot, start=start, by=by)
        transaction.set_rollback(True)


def lock_placement(placement: Placement) -> Placement:
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
