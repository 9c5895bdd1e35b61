"""Several coordinators change one workshop at the same moment: each day part keeps one version, on both databases."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError

from pluspunt.tests.factories import PlacementFactory, TrajectoryFactory
from workshops.models import DayPart
from workshops.services.advice import Slot
from workshops.services.openings import change_openings
from workshops.services.placements import place
from workshops.services.sessions import ensure_sessions
from workshops.services.stopping import stop_workshop
from workshops.tests.test_concurrency import WRITERS, at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
WEEK = timedelta(weeks=1)


def test_a_slot_keeps_one_version_a_day(monday, workshop):
    ensure_sessions(monday + 2 * WEEK)

    def change(number: int):
        return change_openings(workshop, {(1, DayPart.MORNING): number + 10}, monday + (number % 3) * WEEK, by=None)

    at_once(change)
    versions = list(workshop.openings.order_by("start_date"))
    assert len(versions) == 4
    assert all(one.end_date and one.end_date < other.start_date for one, other in pairwise(versions))


def test_who_is_placed_while_the_workshop_stops_is_seen_or_comes_after_it(monday, workshop):
    PlacementFactory.create_batch(3, workshop=workshop)
    ensure_sessions(monday + 2 * WEEK)
    trajectories = [TrajectoryFactory() for _ in range(WRITERS)]
    slot = Slot(workshop, 1, DayPart.MORNING)

    def work(number: int):
        try:
            if number == 0:
                return stop_workshop(workshop, last_day=monday, reason="klaar", by=None)
            return place(trajectories[number], [slot], start=monday, by=None)
        except ValidationError as refusal:
            return refusal.messages[0]

    refusals = [answer for answer in at_once(work) if isinstance(answer, str)]
    assert refusals in ([], ["Iemand anders heeft hier intussen iemand geplaatst. Kijk het opnieuw na."])
    has_stopped = workshop.openings.get().end_date == monday
    assert workshop.placements.count() == WRITERS - 1 + 3
    assert workshop.sessions.filter(date__gt=monday).exists() is not has_stopped
