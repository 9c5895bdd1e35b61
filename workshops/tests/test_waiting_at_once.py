"""Two coordinators who give one free place at the same moment."""

import pytest

from pluspunt.tests.factories import OpeningFactory, TrajectoryFactory, WaitingEntryFactory
from workshops.models import Placement, WaitingEntry
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.services.waiting import place_from_list
from workshops.services.waiting_matches import matches
from workshops.tests.test_placements_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_only_one_of_two_gets_the_place_and_the_other_is_told(monday, coordinator):
    workshop = OpeningFactory(weekday=2, capacity=1).workshop
    ensure_sessions(monday + HORIZON)
    entries = [WaitingEntryFactory(participant=TrajectoryFactory().participant, workshop=workshop) for _ in range(4)]
    [match] = matches()
    assert [fit.entry for fit in match.fits] == entries
    answers = at_once(lambda entry: place_from_list(entry, match.place.key, by=coordinator), entries)
    told = "Deze plek is intussen weg of anders. Kijk wie er nu past."
    assert sorted(answers) == [told] * 3 + ["done"]
    placed = WaitingEntry.objects.get(state="PLACED")
    assert (Placement.objects.get(), WaitingEntry.objects.waiting().count()) == (placed.placement, 3)


def test_one_wish_is_placed_once(monday, coordinator):
    workshop = OpeningFactory(weekday=2, capacity=4).workshop
    ensure_sessions(monday + HORIZON)
    entry = WaitingEntryFactory(participant=TrajectoryFactory().participant, workshop=workshop)
    [match] = matches()
    answers = at_once(lambda key: place_from_list(entry, key, by=coordinator), [match.place.key] * 2)
    assert answers.count("done") == 1
    assert sum(answer.startswith("Dit wacht niet meer: geplaatst") for answer in answers) == 1
    assert Placement.objects.count() == 1
