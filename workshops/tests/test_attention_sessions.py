"""What of sessions and registers needs somebody: each rule, and when it does not hold."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from pluspunt.tests.factories import (
    AbsenceFactory,
    CorrectionRequestFactory,
    DutyFactory,
    LeaveFactory,
    OneOffFactory,
    PlacementFactory,
    SessionFactory,
    TrajectoryFactory,
    VolunteerFactory,
    WaitingEntryFactory,
    WalkInFactory,
)
from workshops.models import Attendance, ClosedMonth, DayPart, Session, Workshop
from workshops.services.attendance import mark_attendance
from workshops.services.attention import Kind, Urgency, find_out
from workshops.services.cancelling import cancel_session
from workshops.services.sessions import ensure_sessions, reconcile_sessions

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
Status = Attendance.Status


@pytest.fixture
def found(monday, coordinator):
    """Items of a kind, as a coordinator sees them this Monday."""
    return lambda kind: [item for item in find_out(coordinator).now if item.kind is kind]


@pytest.fixture
def ahead(monday, session):
    """Sessions of three people on every Monday morning, this one and those of the three weeks after it."""
    ensure_sessions(monday + 3 * WEEK)
    return list(Session.objects.filter(date__gte=monday).order_by("date"))


# --- Places and supervision -------------------------------------------------------------------------------------------


def test_sessions_with_more_people_than_places(found, ahead):
    Session.objects.update(capacity=3)
    assert found(Kind.CROWDED) == []
    Session.objects.update(capacity=2)
    items = found(Kind.CROWDED)
    assert [(each.pk, each.urgency) for each in items] == [
        (ahead[0].pk, Urgency.NOW),
        (ahead[1].pk, Urgency.LATER),
        (ahead[2].pk, Urgency.LATER),
    ]
    assert items[0].what == "3 deelnemers gepland op 2 plaatsen: 1 te veel."
    assert items[0].title == "Fietsenwerkplaats West, vanochtend"


def test_who_stays_away_and_volunteers_take_no_place(found, ahead, workshop, monday, coordinator):
    path = VolunteerFactory()
    PlacementFactory(trajectory=path, participant=path.participant, workshop=workshop)
    person = workshop.placements.first().participant
    AbsenceFactory(participant=person, start_date=monday, end_date=monday + 2 * WEEK, taken_by=coordinator)
    Session.objects.update(capacity=2)
    assert found(Kind.CROWDED) == []


@pytest.mark.parametrize("state", [Session.State.CANCELLED, Session.State.CLOSED])
def test_a_session_that_does_not_go_on_is_not_crowded(found, ahead, state):
    reason = "ziek" if state == Session.State.CANCELLED else ""
    Session.objects.update(capacity=1, state=state, cancel_reason=reason)
    assert found(Kind.CROWDED) == []


def test_a_session_of_this_morning_is_over_in_the_afternoon(ahead, coordinator):
    Session.objects.update(capacity=1)
    with time_machine.travel("2026-03-02T12:45:00+01:00", tick=False):
        kinds = [item.pk for item in find_out(coordinator).now if item.kind is Kind.CROWDED]
    assert kinds == [ahead[1].pk, ahead[2].pk]


def test_too_few_people_to_supervise(found, ahead, workshop, coach, monday):
    Workshop.objects.update(supervision="COACH", places_per_supervisor=3)
    duty = DutyFactory(user=coach, workshop=workshop)
    reconcile_sessions(Workshop.objects.all(), monday)
    assert found(Kind.SUPERVISION) == []
    LeaveFactory(user=coach, start_date=monday + WEEK, end_date=monday + WEEK)
    reconcile_sessions(Workshop.objects.all(), monday)
    [item] = found(Kind.SUPERVISION)
    assert (item.pk, item.workshops) == (ahead[1].pk, {workshop.pk})
    assert item.what == "3 deelnemers gepland, begeleiding voor 0 plaatsen (coaches tellen mee)."
    assert found(Kind.CROWDED) == []
    assert duty.user == coach


def test_no_coach_in_a_workshop_with_a_rota(found, ahead, workshop, coach, monday):
    assert found(Kind.SUPERVISION) == []
    duty = DutyFactory(user=coach, workshop=workshop, weekday=2)
    [first, *_] = found(Kind.SUPERVISION)
    assert first.what == "3 deelnemers gepland, en er is geen coach ingeroosterd."
    assert first.action.url == reverse("rota_week", args=[monday])
    duty.weekday = 1
    duty.save()
    assert found(Kind.SUPERVISION) == []


def test_where_nobody_is_planned_nobody_needs_to_be(found, workshop, coach, monday):
    ensure_sessions(monday + WEEK)
    DutyFactory(user=coach, workshop=workshop, weekday=2)
    assert found(Kind.SUPERVISION) == []


# --- Cancelled sessions -----------------------------------------------------------------------------------------------


def test_people_of_a_cancelled_session_for_whom_nothing_was_decided(found, ahead, coordinator):
    cancel_session(ahead[1], reason="geen stroom", by=coordinator)
    [item] = found(Kind.CANCELLED)
    assert (item.pk, item.what) == (ahead[1].pk, "3 deelnemers nog niet herpland.")
    one, two, three = ahead[1].attendances.select_related("trajectory")
    elsewhere = SessionFactory(date=ahead[1].date, day_part=DayPart.AFTERNOON)
    OneOffFactory(trajectory=one.trajectory, away_from=ahead[1], comes_to=elsewhere)
    OneOffFactory(trajectory=two.trajectory, away_from=ahead[1])
    assert [each.what for each in found(Kind.CANCELLED)] == ["1 deelnemer nog niet herpland."]
    last = OneOffFactory(trajectory=three.trajectory, away_from=ahead[1])
    assert found(Kind.CANCELLED) == []
    last.withdrawn_at, last.withdrawn_by = timezone.now(), coordinator
    last.save()
    assert len(found(Kind.CANCELLED)) == 1


def test_a_cancelled_session_that_lies_behind_us_is_not_replanned(session, coordinator):
    cancel_session(session, reason="geen stroom", by=coordinator)
    for hour, number in (("2026-03-02T12:15", 1), ("2026-03-02T12:45", 0), ("2026-03-03T09:00", 0)):
        with time_machine.travel(f"{hour}:00+01:00", tick=False):
            assert sum(item.kind is Kind.CANCELLED for item in find_out(coordinator).now) == number


# --- The waiting list -------------------------------------------------------------------------------------------------


def test_people_on_the_waiting_list_who_fit_in_a_free_place(found, workshop, monday):
    ensure_sessions(monday + 6 * WEEK)
    path = TrajectoryFactory()
    WaitingEntryFactory(workshop=workshop, participant=path.participant)
    WaitingEntryFactory(workshop=workshop, participant=path.participant, weekday=1)
    [item] = found(Kind.WAITING)
    assert (item.pk, item.urgency, item.workshops) == (workshop.pk, Urgency.THIS_WEEK, {workshop.pk})
    assert item.what == "1 deelnemer van de wachtlijst past op een vrije plek."
    assert item.title == "Fietsenwerkplaats West"
    WaitingEntryFactory(workshop=workshop, participant=TrajectoryFactory().participant)
    assert [each.what for each in found(Kind.WAITING)] == ["2 deelnemers van de wachtlijst passen op een vrije plek."]


def test_a_place_for_one_time_can_wait(found, workshop, monday, coordinator):
    workshop.openings.update(capacity=1)
    placement = PlacementFactory(workshop=workshop)
    ensure_sessions(monday + 6 * WEEK)
    WaitingEntryFactory(workshop=workshop, participant=TrajectoryFactory().participant)
    assert found(Kind.WAITING) == []
    AbsenceFactory(
        participant=placement.participant,
        start_date=monday + WEEK,
        end_date=monday + WEEK,
        taken_by=coordinator,
    )
    [item] = found(Kind.WAITING)
    assert item.urgency == Urgency.LATER
    assert item.what == "1 deelnemer van de wachtlijst past op een vrije plek, voor één keer."


# --- Registers, walk-ins, corrections ---------------------------------------------------------------------------------


def test_registers_of_past_days_that_are_not_complete(found, session, monday, coordinator):
    workshop = session.workshop
    days = [each.date for each in Session.objects.filter(date__lt=monday)]
    Attendance.objects.exclude(date__in=[monday, monday - WEEK, monday - 2 * WEEK]).delete()
    items = found(Kind.REGISTER)
    assert [(each.day, each.what) for each in items] == [
        (monday - 2 * WEEK, "3 deelnemers nog niet ingevuld. De coach kan dit niet meer."),
        (monday - WEEK, "3 deelnemers nog niet ingevuld."),
    ]
    for row in Attendance.objects.filter(date=monday - WEEK):
        mark_attendance(row, Status.PRESENT, by=coordinator)
    assert [each.day for each in found(Kind.REGISTER)] == [monday - 2 * WEEK]
    ClosedMonth.objects.create(month=monday.replace(month=2), closed_by=coordinator)
    assert found(Kind.REGISTER) == []
    assert workshop.registered_from < min(days)


def test_walk_ins_to_settle(found, coordinator):
    walk_in = WalkInFactory(is_without_indication=True)
    [item] = found(Kind.WALK_IN)
    assert item.participant == walk_in.attendance.participant
    assert item.what.endswith(": meer mensen dan plaatsen, geen indicatie op die dag.")
    walk_in.settled_by, walk_in.settled_at = coordinator, timezone.now()
    walk_in.save()
    assert found(Kind.WALK_IN) == []


def test_corrections_that_wait_for_a_decision(found, session, coordinator):
    row = session.attendances.first()
    own = CorrectionRequestFactory(attendance=row, asked_by=coordinator)
    other = CorrectionRequestFactory(attendance=row)
    labels = {each.pk: each.action.label for each in found(Kind.CORRECTION)}
    assert labels == {own.pk: "Bekijk het verzoek", other.pk: "Beslis"}
    type(own).objects.filter(pk=other.pk).update(is_approved=True, decided_by=coordinator, decided_at=timezone.now())
    assert [each.pk for each in found(Kind.CORRECTION)] == [own.pk]
