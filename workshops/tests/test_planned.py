"""Who should be where: the counts of a week, the rows in its registers and the places all say the same."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participants.models import Pause, Trajectory
from pluspunt.tests.factories import (
    AbsenceFactory,
    DutyFactory,
    LeaveFactory,
    OneOffFactory,
    OpeningFactory,
    PlacementFactory,
    TrajectoryFactory,
    UserFactory,
    WorkshopFactory,
)
from workshops.models import Attendance, DayPart, Location, Session, StandIn, Weeks, Workshop
from workshops.services.planned import planned_in_week
from workshops.services.sessions import ensure_sessions, reconcile_sessions

pytestmark = pytest.mark.django_db
MORNING = DayPart.MORNING
WEEK = timedelta(weeks=1)
VOLUNTEER = Trajectory.TargetGroup.SKILLED_VOLUNTEER


def here(workshop, day, part=MORNING):
    return planned_in_week([workshop], day - timedelta(days=day.weekday()))[workshop.pk, day, part]


def volunteer_in(workshop, **kwargs):
    return PlacementFactory(workshop=workshop, trajectory=TrajectoryFactory(target_group=VOLUNTEER), **kwargs)


def supervised(workshop, by, per, without=0):
    Workshop.objects.filter(pk=workshop.pk).update(supervision=by, places_per_supervisor=per, places_without=without)
    reconcile_sessions(Workshop.objects.filter(pk=workshop.pk), date(2026, 1, 1))


@pytest.mark.parametrize("day", [date(2026, 12, 28), date(2027, 1, 4), date(2021, 1, 4)])
def test_weeks_take_turns_also_past_week_53(day):
    assert Weeks.of(day) == Weeks.of(day + timedelta(days=6)) != Weeks.of(day + WEEK)
    assert Weeks.EVERY.hold_on(day)
    assert {Weeks.EVEN.hold_on(day), Weeks.ODD.hold_on(day)} == {True, False}


def test_who_comes_every_other_week_stands_in_every_other_register(monday, workshop):
    PlacementFactory(workshop=workshop, weeks=Weeks.of(monday))
    PlacementFactory(workshop=workshop, weeks=Weeks.of(monday + WEEK))
    PlacementFactory(workshop=workshop)
    ensure_sessions(monday + WEEK)
    for day in (monday, monday + WEEK):
        assert here(workshop, day).participants == 2
        assert Attendance.objects.filter(date=day).count() == 2


def test_for_one_time_somebody_goes_elsewhere(monday, workshop):
    other = WorkshopFactory()
    OpeningFactory(workshop=other)
    placement = PlacementFactory(workshop=workshop)
    ensure_sessions(monday + WEEK)
    away, to = (Session.objects.get(workshop=place, date=monday) for place in (workshop, other))
    OneOffFactory(trajectory=placement.trajectory, away_from=away, comes_to=to)
    reconcile_sessions(Workshop.objects.all(), monday)
    assert [(row.workshop, row.planned) for row in Attendance.objects.filter(date=monday)] == [(other, True)]
    assert (here(workshop, monday).participants, here(other, monday).participants) == (0, 1)
    assert here(workshop, monday + WEEK).participants == 1


def test_places_follow_who_is_there(monday, workshop, coach):
    DutyFactory(user=coach, workshop=workshop)
    welder = volunteer_in(workshop)
    ensure_sessions(monday + WEEK)
    supervised(workshop, Workshop.Supervision.EITHER, 3)
    places = Session.objects.filter(workshop=workshop, date__gte=monday).order_by("date")
    assert list(places.values_list("capacity", flat=True)) == [6, 6]
    AbsenceFactory(participant=welder.participant, start_date=monday, end_date=monday, taken_by=coach)
    LeaveFactory(user=coach, start_date=monday + WEEK, end_date=monday + WEEK)
    reconcile_sessions(Workshop.objects.all(), monday)
    assert list(places.values_list("capacity", flat=True)) == [3, 3]
    StandIn.objects.create(session=places[0], user=UserFactory())
    reconcile_sessions(Workshop.objects.all(), monday)
    assert list(places.values_list("capacity", flat=True)) == [6, 3]


def test_places_are_never_more_than_the_opening_has(monday, workshop):
    DutyFactory.create_batch(4, workshop=workshop)
    supervised(workshop, Workshop.Supervision.COACH, 3)
    ensure_sessions(monday)
    assert Session.objects.get(workshop=workshop, date=monday).capacity == 8


def test_nobody_to_supervise_is_no_places_but_still_open(monday, workshop):
    supervised(workshop, Workshop.Supervision.VOLUNTEER, 3)
    ensure_sessions(monday)
    session = Session.objects.get(workshop=workshop, date=monday)
    assert (session.capacity, session.state) == (0, Session.State.PLANNED)


def test_days_that_have_been_keep_their_places_and_their_location(monday, workshop):
    Workshop.objects.filter(pk=workshop.pk).update(registered_from=monday - WEEK)
    ensure_sessions(monday)
    old = workshop.location
    Workshop.objects.filter(pk=workshop.pk).update(location=Location.objects.create(name="Noord"))
    supervised(workshop, Workshop.Supervision.COACH, 3)
    found = Session.objects.filter(workshop=workshop).order_by("date")
    assert [(s.capacity, s.location.name) for s in found] == [(8, old.name), (0, "Noord")]


@given(
    people=st.lists(
        st.tuples(
            st.sampled_from([Weeks.EVERY, Weeks.EVEN, Weeks.ODD]),
            st.booleans(),  # a volunteer
            st.sampled_from(["", "paused", "away", "elsewhere", "away and elsewhere"]),
        ),
        max_size=6,
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_counts_are_those_of_the_registers(people, monday, workshop, coach):
    """Rows that are planned are who comes or said not to come; a pause leaves no row."""
    with transaction.atomic():
        ensure_sessions(monday)
        session = Session.objects.get(workshop=workshop, date=monday)
        for weeks, is_volunteer, what in people:
            group = VOLUNTEER if is_volunteer else Trajectory.TargetGroup.ACTIVATION
            path = TrajectoryFactory(target_group=group)
            PlacementFactory(workshop=workshop, weeks=weeks, trajectory=path)
            if what == "paused":
                Pause.objects.create(trajectory=path, start_date=monday, end_date=monday)
            if "away" in what:
                AbsenceFactory(participant=path.participant, start_date=monday, end_date=monday, taken_by=coach)
            if "elsewhere" in what:
                OneOffFactory(trajectory=path, away_from=session)
        reconcile_sessions(Workshop.objects.all(), monday)
        planned = here(workshop, monday)
        rows = session.attendances.filter(planned=True)
        of_participants = rows.exclude(trajectory__target_group=VOLUNTEER)
        assert of_participants.filter(status="OPEN").count() == planned.participants
        assert of_participants.filter(status="EXCUSED").count() == planned.excused
        assert rows.filter(trajectory__target_group=VOLUNTEER, status="OPEN").count() == planned.volunteers
        transaction.set_rollback(True)


@pytest.mark.parametrize("number", [1, 3])
def test_a_week_asks_four_things(number, monday, django_assert_num_queries):
    for workshop in WorkshopFactory.create_batch(number):
        PlacementFactory.create_batch(number, workshop=workshop)
        DutyFactory(workshop=workshop)
    with django_assert_num_queries(4):
        planned_in_week(Workshop.objects.all(), monday)
