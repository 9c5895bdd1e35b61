"""Whose measurement it is when (domain reference §7): baseline, every half year, and around the last day."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impact.models import Measurement, Rater
from impact.services.due import State, Stay, add_months, measurements_due, next_due, stay_on, stays_of
from participants.models import Participant, Pause, Trajectory
from pluspunt.tests.factories import (
    MeasurementChoiceFactory,
    MeasurementFactory,
    PlacementFactory,
    TrajectoryFactory,
    VolunteerFactory,
)
from workshops.services.attention import Kind, find_out

Moment = Measurement.Moment
WEEK = timedelta(weeks=1)
START = date(2025, 3, 3)


def due_on(today, *, measured=(), end=None, start=START, began=START):
    return next_due(Stay(start, end), measured, today, began)


@pytest.mark.parametrize(
    ("today", "state"),
    [(START, State.NOW), (START + 6 * WEEK, State.NOW), (START + 6 * WEEK + timedelta(days=1), State.LATE)],
)
def test_a_baseline_has_six_weeks(today, state):
    due = due_on(today)
    assert (due.moment, due.day, due.closes) == (Moment.BASELINE, START, START + 6 * WEEK)
    assert due.state(today) == state


def test_who_came_before_the_house_measured_has_six_weeks_from_then():
    began = START + 52 * WEEK
    assert due_on(began, began=began).closes == began + 6 * WEEK
    # Before the first one is asked, nobody is late.
    assert due_on(began, began=None).state(began) == State.NOW


@pytest.mark.parametrize(
    ("weeks", "state"), [(-7, State.LATER), (-6, State.SOON), (0, State.NOW), (6, State.NOW), (7, State.LATE)]
)
def test_the_next_is_half_a_year_after_the_last_give_or_take_six_weeks(weeks, state):
    day = date(2025, 9, 10)
    today = day + weeks * WEEK
    due = due_on(today, measured=[(date(2025, 3, 10), Moment.BASELINE)])
    assert (due.moment, due.day) == (Moment.PERIODIC, day)
    assert due.state(today) == state


@pytest.mark.parametrize(
    ("days", "moment"), [(-15, Moment.PERIODIC), (-14, Moment.EXIT), (0, Moment.EXIT), (14, Moment.EXIT), (15, None)]
)
def test_the_last_is_within_two_weeks_of_the_last_day(days, moment):
    end = date(2026, 1, 31)
    due = due_on(end + timedelta(days=days), measured=[(START, Moment.BASELINE)], end=end)
    assert (due and due.moment) == moment


def test_after_the_last_one_nothing_is_asked():
    end = date(2026, 1, 31)
    assert due_on(end, measured=[(end - WEEK, Moment.EXIT)], end=end) is None


def test_who_comes_back_after_a_month_begins_anew():
    stays = stays_of(
        [(date(2025, 1, 6), date(2025, 3, 31)), (date(2025, 4, 28), date(2025, 6, 30)), (date(2025, 7, 29), None)]
    )
    assert stays == [Stay(date(2025, 1, 6), date(2025, 6, 30)), Stay(date(2025, 7, 29), None)]
    now = stay_on(stays, date(2025, 8, 1))
    assert next_due(now, [(date(2025, 2, 1), Moment.BASELINE)], date(2025, 8, 1), START).moment == Moment.BASELINE


days = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@given(days, st.integers(1, 24))
@settings(max_examples=100)
def test_months_later_is_that_many_months_later_on_no_later_day(day, months):
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(days, st.none() | st.integers(0, 600), st.lists(st.integers(0, 600), max_size=4), st.integers(0, 700))
@settings(max_examples=100)
def test_what_is_wanted_lies_in_its_own_window(start, length, measured, later):
    end = None if length is None else start + timedelta(days=length)
    today = start + timedelta(days=later)
    taken = [(start + timedelta(days=each), Moment.PERIODIC) for each in measured]
    due = next_due(Stay(start, end), taken, today, start)
    if due:
        assert due.opens <= due.day <= due.closes
        assert start <= due.day or due.moment == Moment.EXIT
        assert (due.moment == Moment.EXIT) == (end is not None and today >= end - 2 * WEEK)
        assert (due.moment == Moment.BASELINE) == (not taken and due.moment != Moment.EXIT)


# --- The list -------------------------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def wanted(today) -> list[tuple[Participant, str]]:
    return [(row.participant, row.rater) for row in measurements_due(Participant.objects.all(), today)]


def test_the_list_leaves_out_who_refused_paused_died_or_helps(monday):
    asked, refused, paused, died = [TrajectoryFactory(start_date=monday - WEEK) for _ in range(4)]
    MeasurementChoiceFactory(participant=asked.participant)
    MeasurementChoiceFactory(participant=refused.participant, takes_part=False)
    Pause.objects.create(trajectory=paused, start_date=monday, end_date=monday)
    Trajectory.objects.filter(pk=died.pk).update(end_date=monday, destination=Trajectory.Destination.DECEASED)
    VolunteerFactory()
    assert wanted(monday) == [(asked.participant, Rater.SELF), (asked.participant, Rater.COACH)]


def test_the_most_urgent_comes_first_and_the_two_raters_are_apart(monday):
    late, now = TrajectoryFactory(start_date=monday - 30 * WEEK), TrajectoryFactory(start_date=monday - WEEK)
    for path in (late, now):
        MeasurementChoiceFactory(participant=path.participant, decided_on=monday - 30 * WEEK)
    MeasurementFactory(trajectory=late, rater=Rater.COACH, taken_on=monday - WEEK, finished_at=f"{monday}T09:00Z")
    assert wanted(monday) == [
        (late.participant, Rater.SELF),
        (now.participant, Rater.SELF),
        (now.participant, Rater.COACH),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_as_many_queries_for_one_as_for_three(number, monday, django_assert_num_queries):
    for _ in range(number):
        MeasurementChoiceFactory(participant=PlacementFactory().participant)
    with django_assert_num_queries(6):
        assert len(wanted(monday)) == 2 * number


def test_a_coordinator_hears_of_it_a_week_before_it_is_late(monday, coordinator):
    path = TrajectoryFactory(start_date=monday - 5 * WEEK)
    MeasurementChoiceFactory(participant=path.participant, decided_on=monday - 6 * WEEK)

    def found():
        items = [*find_out(coordinator).now]
        return [item.what for item in items if item.kind is Kind.MEASUREMENT]

    # It closes in a week to the day: not yet.
    assert found() == []
    Trajectory.objects.filter(pk=path.pk).update(start_date=monday - 5 * WEEK - timedelta(days=1))
    assert found() == ["Startmeting (deelnemer zelf en coach): uiterlijk zo 8 mrt."]
