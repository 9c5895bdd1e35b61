"""Coordinators who plan the same person at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from pluspunt.tests.factories import OpeningFactory, TrajectoryFactory, WorkshopFactory
from workshops.models import DayPart, Placement
from workshops.services.advice import Slot
from workshops.services.placements import end_placement, place, withdraw_placement

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
