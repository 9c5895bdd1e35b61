"""People who are never planned in one session (invariant 7 of the domain). The reason is not kept and never asked.

Whoever plans somebody, or lets a visitor in, locks the person first and then the pairs of that person
(`lock_pairs`), always in this order: of two people who are planned at the same moment the second sees the first. A
pair is made with both people locked, so that it cannot appear in between.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from participants.models import NotTogether, Participant
from participants.services.people import lock_participant
from workshops.models import Attendance, OneOff, Placement, Session, Weeks


@dataclass(frozen=True)
class SharedSlot:
    """A weekly day part in one workshop for which two people are both placed, from `first_day` on."""

    one: Placement
    other: Placement
    first_day: date


@transaction.atomic
def register_not_together(one: Participant, other: Participant, *, by: User) -> NotTogether:
    """Keep that these two are never planned in one session.

    Raises `ValidationError` when they are the same person, when it is known already, and when they are both placed in
    a session from today on (`shared_slots` says where); a pause changes nothing about that.
    """
    first, second = _lock_both(one.pk, other.pk)
    if first == second:
        raise ValidationError("Kies iemand anders: dit is dezelfde persoon.")
    if shared_slots(one, other, since=timezone.localdate()):
        raise ValidationError("Deze twee werken nu samen. Verplaats of stop eerst één van de twee plaatsingen.")
    pair = NotTogether(first_id=first, second_id=second, recorded_by=by)
    pair._history_user = by
    pair.full_clean()
    pair.save()
    return pair


@transaction.atomic
def remove_not_together(pair: NotTogether, *, by: User) -> None:
    """Let two people be planned together again; the history keeps that they were not. A second time changes nothing."""
    _lock_both(pair.first_id, pair.second_id)
    if pair := NotTogether.objects.filter(pk=pair.pk).first():
        pair._history_user = by
        pair.delete()


def lock_pairs(*people: int) -> None:
    """Wait for whoever plans somebody with whom one of `people` is not together; they are locked already."""
    pairs = NotTogether.objects.filter(Q(first__in=people) | Q(second__in=people)).order_by("pk")
    list(pairs.select_for_update(no_key=True).values_list("pk", flat=True))


def shared_slots(one: Participant, other: Participant, *, since: date) -> list[SharedSlot]:
    """Where these two are both placed from `since` on, the first day first; three queries.

    A session of `since` itself in which one of them is recorded has been: nobody can be moved out of it any more.
    """
    recorded = Attendance.objects.recorded().filter(participant__in=(one, other), date=since).order_by()
    has_been = set(recorded.values_list("workshop", "day_part"))
    placements = [
        list(person.placements.overlapping(since, None).select_related("workshop", "participant"))
        for person in (one, other)
    ]
    shared = [
        SharedSlot(mine, theirs, first_day)
        for mine in placements[0]
        for theirs in placements[1]
        if (first_day := first_shared_day(mine, theirs, _from(mine, since, has_been)))
    ]
    return sorted(shared, key=lambda slot: slot.first_day)


def _from(placement: Placement, since: date, has_been: set[tuple[int, str]]) -> date:
    return since + timedelta(days=1) if (placement.workshop_id, placement.day_part) in has_been else since


def first_shared_day(one: Placement, other: Placement, since: date) -> date | None:
    """The first day from `since` on whose session both are planned in; a pause of either changes nothing."""
    if (one.weekday, one.day_part) != (other.weekday, other.day_part) or one.workshop != other.workshop:
        return None
    if not one.meets(other):
        return None
    start = max(one.start_date, other.start_date, since)
    day = start + timedelta(days=(one.weekday - start.isoweekday()) % 7)
    if not Weeks(one.weeks & other.weeks).hold_on(day):
        day += timedelta(weeks=1)
    return day if all(p.end_date is None or day <= p.end_date for p in (one, other)) else None


def people_in_the_way(
    participant_id: int, placements: Iterable[Placement], *, since: date = date.min, also: Iterable[Placement] = ()
) -> list[tuple[Placement, Participant]]:
    """Of `placements`, saved or not, each that puts this person together with somebody, and with whom.

    Only sessions from `since` on count. `also` are placements that are not in the database yet. One query when nobody
    is registered, else three.
    """
    pairs = NotTogether.objects.of(participant_id).values_list("first", "second")
    others = {pk for pair in pairs for pk in pair} - {participant_id}
    if not others:
        return []
    theirs = list(Placement.objects.filter(participant__in=others).select_related("workshop", "participant"))
    theirs += _for_one_time(others)
    theirs += [placement for placement in also if placement.participant_id in others]
    return [
        (mine, other.participant)
        for mine in placements
        for other in sorted(theirs, key=lambda placement: placement.participant.sort_name)
        if first_shared_day(mine, other, since)
    ]


def _for_one_time(people: Iterable[int]) -> list[Placement]:
    """Where these people come for one time, each as a placement of that one day."""
    coming = OneOff.objects.standing().filter(participant__in=people, comes_to__isnull=False)
    return [
        Placement(
            participant=each.participant,
            trajectory_id=each.trajectory_id,
            workshop=each.comes_to.workshop,
            weekday=each.comes_to.date.isoweekday(),
            day_part=each.comes_to.day_part,
            start_date=each.comes_to.date,
            end_date=each.comes_to.date,
        )
        for each in coming.select_related("participant", "comes_to__workshop")
    ]


def would_meet(session: Session, participant: Participant) -> bool:
    """Whether somebody stands in this register with whom `participant` is not together; who said no is not there."""
    here = session.attendances.listed().exclude(status=Attendance.Status.EXCUSED).order_by()
    pairs = NotTogether.objects.of(participant.pk)
    there = here.exclude(participant=participant).values("participant")
    return pairs.filter(first__in=there).exists() or pairs.filter(second__in=there).exists()


def _lock_both(one: int, other: int) -> tuple[int, int]:
    first, second = sorted((one, other))
    for pk in (first, second):
        lock_participant(pk)
    return first, second
