"""How waiting ends without anybody deciding about the list: somebody is placed, or leaves."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from participants.models import Participant, Trajectory
from participants.services.people import save_row
from pluspunt.templatetags.words import day as in_words
from workshops.models import Placement, WaitingEntry

State = WaitingEntry.State
DAY = timedelta(days=1)


def close_entry(
    entry: WaitingEntry, state: str, *, on: date, reason: str = "", placement: Placement | None = None, by: User | None
) -> WaitingEntry:
    """Write down what came of an entry; its participant is locked already. Raises what the model refuses."""
    entry.state, entry.decided_on, entry.reason, entry.placement = state, on, reason, placement
    save_row(entry, by=by)
    return entry


@transaction.atomic
def close_fulfilled(placements: Iterable[Placement], *, by: User | None) -> list[WaitingEntry]:
    """Close what somebody waited for and now has: for each placement one wish, the most exact one first.

    Of a placement that begins later too: the place is promised. The participant is locked already.
    """
    closed = []
    for placement in placements:
        waiting = placement.participant.waiting_entries.waiting().filter(workshop=placement.workshop_id).in_turn()
        wishes = [each for each in waiting if each.wants(placement.weekday, placement.day_part)]
        exact = min(wishes, key=lambda each: (each.weekday == 0, each.day_part == ""), default=None)
        if exact:
            closed.append(close_entry(exact, State.PLACED, on=timezone.localdate(), placement=placement, by=by))
    return closed


@transaction.atomic
def withdraw_of_leaver(participant: Participant, *, last_day: date, by: User | None) -> list[WaitingEntry]:
    """Take somebody who leaves after `last_day` off the list (`waiting_of_leaver`); the person is locked already."""
    reason = f"Traject gestopt, laatste dag {in_words(last_day)}."
    today = timezone.localdate()
    entries = waiting_of_leaver(participant, last_day)
    return [close_entry(entry, State.WITHDRAWN, on=today, reason=reason, by=by) for entry in entries]


def waiting_of_leaver(
    participant: Participant, last_day: date, *, leaves: Trajectory | None = None
) -> list[WaitingEntry]:
    """What somebody who leaves after `last_day` waits for no more; nothing when they go on or applied again.

    `leaves` is the path that will end then. Three queries at most.
    """
    others = participant.trajectories.overlapping(last_day + DAY, None)
    others = others.exclude(pk=leaves.pk) if leaves else others
    if others.exists() or participant.applications.waiting().exists():
        return []
    return list(participant.waiting_entries.waiting().select_related("workshop"))
