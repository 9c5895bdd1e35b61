"""Coordinators who plan the same person at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from participants.models import EndReason, Trajectory
from pluspunt.tests.factories import OpeningFactory, PlacementFactory, TrajectoryFactory, WorkshopFactory
from pluspunt.tests.last_place import last_places
from workshops.models import DayPart, Placement
from workshops.services.advice import Slot
from workshops.services.placements import change_placement, end_placement, place, withdraw_placement
from workshops.services.placing_several import place_several
from workshops.services.sessions import ensure_sessions
from workshops.services.trajectories import end_trajectory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PLANNERS = 4


def at_once(action, arguments):
    """What each call gave: "done" or the sentence with which it was refused."""

    def call(argument):
        try:
            action(argument)
            return "done"
        except ValidationError as error:
            return error.messages[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(PLANNERS) as pool:
        return list(pool.map(call, arguments))


def test_only_one_of_them_places_somebody_on_a_day_part(monday):
    trajectory = TrajectoryFactory()
    slots = [Slot(opening.workshop, 1, DayPart.MORNING) for opening in OpeningFactory.create_batch(PLANNERS)]
    answers = at_once(lambda slot: place(trajectory, [slot], start=monday, by=None), slots)
    assert (answers.count("done"), Placement.objects.count()) == (1, 1)
    refused = "Deze persoon is op dit dagdeel in die tijd al geplaatst."
    assert sum(answer.endswith(refused) for answer in answers) == PLANNERS - 1


def test_ending_and_withdrawing_at_once_leaves_no_half_work(monday):
    [placement] = place(TrajectoryFactory(), [Slot(WorkshopFactory(), 1, DayPart.MORNING)], start=monday, by=None)
    actions = [
        lambda: withdraw_placement(placement, by=None),
        lambda: end_placement(placement, last_day=monday + timedelta(days=7), by=None),
    ]
    answers = at_once(lambda action: action(), actions)
    assert answers[0] == "done"
    assert answers[1] in ("done", "Deze plaatsing is intussen ingetrokken.")
    assert not Placement.objects.exists()


def test_of_two_who_take_the_last_place_one_is_told(monday):
    assert last_places(5) == {("placed", "told"): 5}


def test_two_who_swap_workshops_do_not_wait_for_each_other(monday):
    """Each leaves the workshop to which the other one comes."""
    slots = [Slot(opening.workshop, 1, DayPart.MORNING) for opening in OpeningFactory.create_batch(2)]
    for turn in range(5):
        start = monday + timedelta(weeks=turn + 1)
        placements = [place(TrajectoryFactory(), [slot], start=monday, by=None)[0] for slot in slots]
        moves = list(zip(placements, reversed(slots), strict=True))
        answers = at_once(lambda move, start=start: change_placement(*move, start=start, agreed=None, by=None), moves)
        assert answers == ["done", "done"]


def test_several_groups_at_once_each_place_whoever_there_is_room_for(monday):
    slot = Slot(OpeningFactory(capacity=3).workshop, 1, DayPart.MORNING)
    people = [TrajectoryFactory() for _ in range(4)]
    # The same people in another order: who is locked first never depends on the order.
    groups = [people, people[::-1]]
    at_once(lambda group: place_several(group, slot, start=monday, agreed={}, by=None), groups)
    assert slot.workshop.placements.count() == 3


def test_people_who_leave_the_same_workshops_do_not_wait_for_each_other(monday):
    """Nor for who makes registers: each of them makes rows for the others too."""
    workshops = [OpeningFactory().workshop for _ in range(2)]
    for workshop in workshops:
        OpeningFactory(workshop=workshop, weekday=2)
    ensure_sessions(monday + timedelta(weeks=6))
    for _ in range(3):
        paths = TrajectoryFactory.create_batch(PLANNERS)
        for number, path in enumerate(paths):
            for weekday, workshop in enumerate(workshops[:: -1 if number % 2 else 1], 1):
                PlacementFactory(trajectory=path, workshop=workshop, weekday=weekday)
        why = {"reason": EndReason.AS_PLANNED, "destination": Trajectory.Destination.PAID_WORK}
        answers = at_once(lambda path, why=why: end_trajectory(path, last_day=monday, **why, by=None), paths)
        assert answers == ["done"] * PLANNERS
