"""Where a place is free: for good, for a while, or for one time."""

from datetime import date, timedelta

import pytest

from participants.models import Pause
from pluspunt.tests.factories import (
    AbsenceFactory,
    OneOffFactory,
    OpeningFactory,
    PlacementFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from workshops.models import Attendance, Closure, Opening, Weeks, Workshop
from workshops.services.attendance import mark_attendance
from workshops.services.cancelling import cancel_session
from workshops.services.free_places import Kind, free_places
from workshops.services.sessions import HORIZON, ensure_sessions, reconcile_sessions

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
TUESDAY = date(2026, 3, 3)


@pytest.fixture
def workshop(monday, coach):
    """Open on Tuesday mornings with two places."""
    workshop = WorkshopFactory(name="Hout", coaches=[coach])
    OpeningFactory(workshop=workshop, weekday=2, capacity=2)
    ensure_sessions(monday + HORIZON)
    return workshop


def placed(workshop, **facts):
    return PlacementFactory(workshop=workshop, weekday=2, **facts)


def found(workshop) -> list[tuple]:
    reconcile_sessions(Workshop.objects.all(), TUESDAY)
    return [(place.kind.value, place.start, place.until, place.count) for place in free_places([workshop])]


def test_what_nobody_has_is_free_for_good(workshop):
    assert found(workshop) == [("vast", TUESDAY, None, 2)]
    placed(workshop)
    assert found(workshop) == [("vast", TUESDAY, None, 1)]
    placed(workshop)
    assert found(workshop) == []


def test_a_volunteer_takes_no_place(workshop):
    placed(workshop, trajectory=TrajectoryFactory(target_group="SKILLED_VOLUNTEER"))
    assert found(workshop) == [("vast", TUESDAY, None, 2)]


def test_a_place_to_come_is_free_from_the_day_after_somebody_leaves(workshop):
    placed(workshop)
    placed(workshop, end_date=TUESDAY + 2 * WEEK)
    assert found(workshop) == [("vast", TUESDAY + 3 * WEEK, None, 1)]


def test_a_place_promised_to_somebody_later_is_free_until_then_also_beyond_six_weeks(workshop):
    placed(workshop)
    late = placed(workshop, start_date=TUESDAY + 10 * WEEK)
    assert found(workshop) == [("tijdelijk", TUESDAY, TUESDAY + 9 * WEEK, 1)]
    late.start_date = TUESDAY + WEEK
    late.save()
    # One week is not a while: that is one session.
    assert found(workshop) == [("eenmalig", TUESDAY, TUESDAY, 1)]


def test_who_comes_every_other_week_leaves_the_other_weeks(workshop):
    placed(workshop)
    mine = Weeks.of(TUESDAY)
    placed(workshop, weeks=mine)
    assert found(workshop) == [("vast", TUESDAY + WEEK, None, 1)]
    [place] = free_places([workshop])
    assert (place.weeks, place.is_every_other_week) == (Weeks.EVERY - mine, True)
    assert place.falls_on(TUESDAY + 3 * WEEK)
    assert not place.falls_on(TUESDAY + 2 * WEEK)


@pytest.mark.parametrize(
    ("end", "expected", "until"),
    [
        (TUESDAY + 3 * WEEK, None, TUESDAY + 3 * WEEK),
        (None, TUESDAY + 3 * WEEK, TUESDAY + 3 * WEEK),
        (None, TUESDAY + 20 * WEEK, TUESDAY + 20 * WEEK),
        # Who is expected on a Wednesday is back on the Tuesday after it.
        (None, TUESDAY + 3 * WEEK + DAY, TUESDAY + 3 * WEEK),
    ],
)
def test_a_pause_frees_the_place_until_it_is_thought_to_end(workshop, end, expected, until):
    placed(workshop)
    path = placed(workshop).trajectory
    Pause.objects.create(trajectory=path, start_date=date(2026, 2, 2), end_date=end, expected_until=expected)
    assert found(workshop) == [("tijdelijk", TUESDAY, until, 1)]


def test_who_may_be_back_tomorrow_keeps_the_place_free(workshop):
    placed(workshop)
    Pause.objects.create(trajectory=placed(workshop).trajectory, start_date=date(2026, 2, 2))
    assert found(workshop) == []


def test_of_two_who_are_paused_the_first_back_takes_one_place(workshop):
    for weeks in (3, 5):
        path = placed(workshop).trajectory
        Pause.objects.create(trajectory=path, start_date=date(2026, 2, 2), end_date=TUESDAY + weeks * WEEK)
    assert found(workshop) == [("tijdelijk", TUESDAY, TUESDAY + 5 * WEEK, 1)]


def test_an_absence_frees_each_session_that_it_covers(workshop, coach):
    placed(workshop)
    away = placed(workshop).participant
    AbsenceFactory(participant=away, taken_by=coach, start_date=TUESDAY, end_date=TUESDAY + WEEK)
    AbsenceFactory(
        participant=away,
        taken_by=coach,
        start_date=TUESDAY + 2 * WEEK,
        end_date=TUESDAY + 2 * WEEK,
        day_part="AFTERNOON",
    )
    assert found(workshop) == [("eenmalig", TUESDAY + n * WEEK, TUESDAY + n * WEEK, 1) for n in (0, 1)]


def test_who_is_marked_as_excused_in_a_register_frees_that_session(workshop, coach):
    placed(workshop)
    placed(workshop)
    assert found(workshop) == []
    row = Attendance.objects.filter(date=TUESDAY).first()
    mark_attendance(row, "EXCUSED", by=coach)
    assert found(workshop) == [("eenmalig", TUESDAY, TUESDAY, 1)]
    mark_attendance(row, "OPEN", by=coach)
    assert found(workshop) == []


def test_what_was_planned_for_one_time_counts(workshop):
    first, second = placed(workshop), placed(workshop)
    session = workshop.sessions.get(date=TUESDAY)
    OneOffFactory(trajectory=first.trajectory, away_from=session)
    assert found(workshop) == [("eenmalig", TUESDAY, TUESDAY, 1)]
    OneOffFactory(comes_to=session)
    assert found(workshop) == []
    second.delete()
    # The place is free for good once the visit is over.
    assert found(workshop) == [("vast", TUESDAY + WEEK, None, 1), ("eenmalig", TUESDAY, TUESDAY, 1)]


def test_what_is_closed_cancelled_or_has_begun_is_not_offered(workshop, coach):
    Closure.objects.create(start_date=TUESDAY, end_date=TUESDAY, reason="feest")
    reconcile_sessions(Workshop.objects.all(), TUESDAY)
    cancel_session(workshop.sessions.get(date=TUESDAY + WEEK), reason="geen stroom", by=coach)
    assert found(workshop) == [("vast", TUESDAY + 2 * WEEK, None, 2)]
    OpeningFactory(workshop=workshop, weekday=1, capacity=1)
    reconcile_sessions(Workshop.objects.all(), TUESDAY - DAY)
    mondays = [place.start for place in free_places([workshop]) if place.weekday == 1]
    assert mondays == [TUESDAY + WEEK - DAY]


def test_a_workshop_that_stops_gives_places_until_then(workshop):
    Opening.objects.update(end_date=TUESDAY + 4 * WEEK)
    assert found(workshop) == [("tijdelijk", TUESDAY, TUESDAY + 4 * WEEK, 2)]


def test_fewer_places_later_count(workshop):
    Opening.objects.update(end_date=TUESDAY + WEEK)
    OpeningFactory(workshop=workshop, weekday=2, capacity=1, start_date=TUESDAY + 2 * WEEK)
    placed(workshop)
    assert found(workshop) == [("tijdelijk", TUESDAY, TUESDAY + WEEK, 1)]


def test_a_place_for_which_nobody_supervises_is_not_free(workshop):
    Workshop.objects.update(supervision="COACH", places_per_supervisor=4, places_without=0)
    assert found(workshop) == []


def test_each_free_place_has_its_own_key(workshop):
    OpeningFactory(workshop=workshop, weekday=4)
    reconcile_sessions(Workshop.objects.all(), TUESDAY)
    keys = [place.key for place in free_places([workshop])]
    assert len(set(keys)) == len(keys) == 2


@pytest.mark.parametrize("number", [1, 3])
def test_the_queries_do_not_grow_with_the_rows(db, monday, number, django_assert_num_queries):
    workshops = [WorkshopFactory() for _ in range(number)]
    for workshop in workshops:
        OpeningFactory(workshop=workshop, weekday=2)
        Pause.objects.create(trajectory=placed(workshop).trajectory, start_date=monday, expected_until=monday + WEEK)
        PlacementFactory.create_batch(number, workshop=workshop, weekday=2)
    ensure_sessions(monday + HORIZON)
    with django_assert_num_queries(7):
        assert len(free_places(workshops)) == number
    assert {place.kind for place in free_places(workshops)} == {Kind.FOR_GOOD}
