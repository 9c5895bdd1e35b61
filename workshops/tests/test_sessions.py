"""Making the register: what is planned gets a row, and what was recorded is never touched."""

from datetime import date, timedelta

import pytest

from participants.models import Pause
from pluspunt.tests.factories import OpeningFactory, PlacementFactory, WorkshopFactory
from workshops.models import Attendance, Closure, DayPart, Opening, Session, Workshop
from workshops.services.attendance import mark_attendance
from workshops.services.cancelling import cancel_session
from workshops.services.sessions import (
    continue_schedule,
    ensure_sessions,
    openings_end_on,
    reconcile_sessions,
)

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)
PRESENT, OPEN = Attendance.Status.PRESENT, Attendance.Status.OPEN


def slots():
    return list(Attendance.objects.order_by("date").values_list("date", "participant", "planned"))


def test_every_opening_gets_a_session_and_everybody_planned_a_row(monday, workshop):
    placement = PlacementFactory(workshop=workshop, start_date=monday)
    ensure_sessions(monday + WEEK)
    assert list(workshop.sessions.filter(date__gte=monday).values_list("date", "capacity")) == [
        (monday, 8),
        (monday + WEEK, 8),
    ]
    person = placement.participant_id
    assert slots() == [(monday, person, True), (monday + WEEK, person, True)]


def test_sessions_begin_when_the_register_does(monday, workshop):
    ensure_sessions(monday)
    assert workshop.sessions.order_by("date").first().date == date(2026, 1, 5)


def test_a_second_time_changes_nothing(session):
    before = list(Session.objects.order_by("pk").values())
    Workshop.objects.update(sessions_until=None)
    ensure_sessions(session.date)
    assert list(Session.objects.order_by("pk").values()) == before


def test_closed_days_make_no_session(monday, workshop):
    Closure.objects.create(start_date=monday, end_date=monday, reason="teamdag")
    ensure_sessions(monday)
    assert not workshop.sessions.filter(date=monday).exists()


def test_a_closure_elsewhere_closes_nothing_here(monday, workshop):
    Closure.objects.create(start_date=monday, end_date=monday, reason="teamdag", workshop=WorkshopFactory())
    ensure_sessions(monday)
    assert workshop.sessions.filter(date=monday).exists()


def test_a_later_closure_takes_away_open_rows_and_keeps_recorded_ones(session, coach):
    recorded = session.attendances.first()
    mark_attendance(recorded, PRESENT, by=coach)
    Closure.objects.create(start_date=session.date, end_date=session.date, reason="storing")
    reconcile_sessions(Workshop.objects.all(), session.date)
    session.refresh_from_db()
    assert session.state == Session.State.CLOSED
    assert list(session.attendances.values_list("pk", "status")) == [(recorded.pk, PRESENT)]


def test_a_withdrawn_closure_opens_the_session_again(session, coach):
    mark_attendance(session.attendances.first(), PRESENT, by=coach)
    closure = Closure.objects.create(start_date=session.date, end_date=session.date, reason="storing")
    reconcile_sessions(Workshop.objects.all(), session.date)
    closure.delete()
    reconcile_sessions(Workshop.objects.all(), session.date)
    session.refresh_from_db()
    assert session.state == Session.State.PLANNED
    assert session.attendances.count() == 3


def test_a_paused_person_has_no_row(session):
    row = session.attendances.first()
    Pause.objects.create(trajectory=row.trajectory, start_date=session.date, end_date=session.date)
    reconcile_sessions(Workshop.objects.all(), session.date)
    assert row.pk not in session.attendances.values_list("pk", flat=True)
    assert session.attendances.count() == 2


def test_a_row_that_was_emptied_again_keeps_its_history(session, coach):
    row = session.attendances.first()
    mark_attendance(row, PRESENT, by=coach)
    mark_attendance(row, OPEN, by=coach)
    row.trajectory.placements.all().delete()
    reconcile_sessions(Workshop.objects.all(), session.date)
    row.refresh_from_db()
    assert (row.planned, row.changes.count()) == (False, 2)


def test_a_cancelled_session_keeps_its_rows_and_its_reason(session):
    cancel_session(session, reason="begeleider ziek", by=None)
    reconcile_sessions(Workshop.objects.all(), session.date)
    session.refresh_from_db()
    assert (session.state, session.cancel_reason) == (Session.State.CANCELLED, "begeleider ziek")
    assert session.attendances.count() == 3


def test_places_stay_as_they_were_before_the_opening_changed(monday, workshop):
    ensure_sessions(monday + WEEK)
    Opening.objects.filter(workshop=workshop).update(end_date=monday)
    OpeningFactory(workshop=workshop, capacity=3, start_date=monday + WEEK)
    reconcile_sessions(Workshop.objects.all(), monday)
    assert list(workshop.sessions.filter(date__gte=monday).values_list("capacity", flat=True)) == [8, 3]


def test_the_schedule_goes_on_from_a_day_with_the_places_it_had(monday, workshop):
    Opening.objects.filter(workshop=workshop).update(end_date=date(2026, 1, 31))
    PlacementFactory(workshop=workshop)
    ensure_sessions(monday + WEEK)
    assert continue_schedule(monday) == 1
    assert list(workshop.sessions.filter(date__gte=date(2026, 2, 1)).values_list("date", flat=True)) == [
        monday,
        monday + WEEK,
    ]
    assert continue_schedule(monday) == 0


def test_an_opening_that_stopped_earlier_on_purpose_stays_closed(monday, workshop):
    Opening.objects.filter(workshop=workshop).update(end_date=date(2026, 1, 31))
    OpeningFactory(workshop=workshop, day_part=DayPart.AFTERNOON, end_date=date(2025, 6, 30))
    continue_schedule(monday)
    assert list(workshop.openings.on(monday).values_list("day_part", flat=True)) == [DayPart.MORNING]
    assert openings_end_on() is None


def test_a_schedule_that_stops_is_known_until_it_goes_on(monday, workshop):
    assert openings_end_on() is None
    Opening.objects.filter(workshop=workshop).update(end_date=date(2026, 1, 31))
    assert openings_end_on() == date(2026, 1, 31)
    continue_schedule(monday)
    assert openings_end_on() is None
