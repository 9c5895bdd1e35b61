"""What holds for one time follows what happens to the person: a pause, an absence, leaving; and never begins late."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from participants.models import EndReason, Trajectory
from pluspunt.tests.factories import OpeningFactory, PlacementFactory, WorkshopFactory
from workshops.models import DayPart, OneOff, Session
from workshops.services.absences import report_absence
from workshops.services.attention import Kind, find_out
from workshops.services.cancelling import cancel_session
from workshops.services.placements import change_placement, end_placement, place
from workshops.services.replanning import people_to_move, propose, replan
from workshops.services.room import Slot
from workshops.services.sessions import ensure_sessions
from workshops.services.trajectories import end_pause, end_trajectory, pause_trajectory

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)
TUESDAY = MONDAY + timedelta(days=1)
SUNDAY = date(2026, 3, 8)


@pytest.fixture
def wood(db):
    """Open on Tuesday morning, with nobody in it."""
    return OpeningFactory(workshop=WorkshopFactory(name="Hout"), weekday=2).workshop


@pytest.fixture
def placement(monday, workshop, wood):
    placement = PlacementFactory(workshop=workshop)
    ensure_sessions(SUNDAY)
    return placement


def cancelled(placement, by) -> Session:
    return cancel_session(Session.objects.get(workshop=placement.workshop, date=MONDAY), reason="Storing", by=by)


def sent_elsewhere(placement, by) -> Session:
    """The session of Tuesday, to which the person goes instead of the cancelled one of Monday."""
    session = cancelled(placement, by)
    there = Session.objects.get(workshop__name="Hout", date=TUESDAY)
    replan(session, {placement.participant.key: str(there.pk)}, by=by)
    return there


def test_who_is_paused_does_not_come_for_one_time_and_does_when_that_ends_before(placement, coordinator):
    there = sent_elsewhere(placement, coordinator)
    pause = pause_trajectory(placement.trajectory, start=MONDAY, end=TUESDAY, reason="langer weg", by=coordinator)
    assert not there.attendances.exists()
    end_pause(pause, last_day=MONDAY, by=coordinator)
    assert there.attendances.get().participant == placement.participant


def test_who_has_no_place_any_more_does_not_come_for_one_time_instead(placement, coordinator):
    there = sent_elsewhere(placement, coordinator)
    end_placement(placement, last_day=MONDAY - timedelta(days=1), by=coordinator)
    assert not there.attendances.exists()
    assert not OneOff.objects.standing().exists()


def test_who_comes_somewhere_else_from_then_on_does_not_come_for_one_time_instead(placement, coordinator):
    there = sent_elsewhere(placement, coordinator)
    elsewhere = Slot(OpeningFactory(weekday=2).workshop, 2, DayPart.MORNING)
    change_placement(placement, elsewhere, start=MONDAY, by=coordinator)
    assert not there.attendances.exists()


def test_nobody_is_placed_where_they_go_elsewhere_for_one_time(placement, coordinator):
    sent_elsewhere(placement, coordinator)
    slot = Slot(OpeningFactory(weekday=2).workshop, 2, DayPart.MORNING)
    with pytest.raises(ValidationError, match="op di 3 mrt komt deze persoon voor één keer bij Hout"):
        place(placement.trajectory, [slot], start=MONDAY, by=coordinator)
    place(placement.trajectory, [slot], start=SUNDAY, by=coordinator)


def test_who_leaves_does_not_come_for_one_time_any_more(placement, coordinator):
    there = sent_elsewhere(placement, coordinator)
    leaves = {"reason": EndReason.AS_PLANNED, "destination": Trajectory.Destination.EDUCATION}
    end_trajectory(placement.trajectory, last_day=MONDAY, **leaves, by=coordinator)
    assert not there.attendances.exists()
    assert OneOff.objects.get().withdrawn_by == coordinator


def test_who_leaves_later_still_comes_for_one_time(placement, coordinator):
    there = sent_elsewhere(placement, coordinator)
    leaves = {"reason": EndReason.AS_PLANNED, "destination": Trajectory.Destination.EDUCATION}
    end_trajectory(placement.trajectory, last_day=TUESDAY, **leaves, by=coordinator)
    assert there.attendances.get().planned
    assert OneOff.objects.standing().exists()


def test_who_says_to_stay_away_after_the_session_was_cancelled_needs_no_other_place(placement, coordinator):
    session = cancelled(placement, coordinator)
    assert (people_to_move(session), len(propose(session).lines)) == (1, 1)
    report_absence(placement.participant, MONDAY, MONDAY, "", None, "SELF", by=coordinator)
    assert (people_to_move(session), propose(session).lines) == (0, [])
    assert Kind.CANCELLED not in [item.kind for item in find_out(coordinator).now]


def test_nobody_is_sent_to_what_began_already_unless_it_is_at_that_moment(workshop, coordinator):
    """At eleven: from a session of this afternoon not to one of this morning, from one of this morning it may be."""
    for part in ("MORNING", "AFTERNOON"):
        OpeningFactory(workshop=WorkshopFactory(name=f"Hout {part}"), day_part=part)
    afternoon = OpeningFactory(workshop=WorkshopFactory(name="Keuken"), day_part="AFTERNOON").workshop
    PlacementFactory(workshop=workshop)
    PlacementFactory(workshop=afternoon, day_part="AFTERNOON")
    with time_machine.travel("2026-03-02T11:00:00+01:00", tick=False):
        ensure_sessions(MONDAY)
        found = {}
        for each in (workshop, afternoon):
            [line] = propose(cancel_session(each.sessions.get(date=MONDAY), reason="Storing", by=coordinator)).lines
            found[each] = [option.session.workshop.name for option in line.options]
    assert found == {workshop: ["Hout MORNING", "Hout AFTERNOON", "Keuken"], afternoon: ["Hout AFTERNOON"]}
