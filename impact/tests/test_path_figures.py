"""How paths went: retention, positive outflow, flow-through to a partner, waiting time and utilisation."""

from collections import Counter
from datetime import date
from fractions import Fraction
from statistics import median

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from impact.figures import TargetGroup, flow_through_figures, period_figures, retention_figures, utilisation_figures
from impact.figures.path import median_of, positive_outflow, waiting_figures
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    ApplicationFactory,
    IndicationFactory,
    OrganisationFactory,
    PlacementFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from workshops.models import Attendance, Session
from workshops.services.sessions import ensure_sessions

pytestmark = pytest.mark.django_db
FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))


def retention(period: Period = FEBRUARY) -> dict[int, tuple[int, int]]:
    return {row.months: (row.stayed, row.cohort) for row in retention_figures(period)}


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2025-11-10", None, (1, 1)),
        ("2025-11-10", "2026-02-10", (1, 1)),
        ("2025-11-10", "2026-02-09", (0, 1)),
        # Three months after 30 November is the last day of February.
        ("2025-11-30", "2026-02-28", (1, 1)),
        ("2025-11-30", "2026-02-27", (0, 1)),
        ("2025-10-31", None, (0, 0)),
        ("2025-12-01", None, (0, 0)),
    ],
)
def test_retention_looks_at_the_day_on_which_a_stay_is_so_old(start, end, expected):
    TrajectoryFactory(start_date=start, end_date=end)
    assert retention()[3] == expected


@pytest.mark.parametrize(("restart", "stayed"), [("2026-02-28", 1), ("2026-03-05", 0)])
def test_who_restarts_within_28_days_never_left(restart, stayed):
    path = TrajectoryFactory(start_date="2025-11-20", end_date="2026-02-01")
    TrajectoryFactory(participant=path.participant, start_date=restart)
    assert retention()[3] == (stayed, 1)


def test_another_target_group_is_the_same_stay():
    path = TrajectoryFactory(start_date="2025-08-15", end_date="2025-12-31")
    TrajectoryFactory(participant=path.participant, target_group=TargetGroup.ACTIVATION, start_date="2026-01-01")
    assert retention() == {3: (0, 0), 6: (1, 1), 12: (0, 0)}


def test_who_moved_house_or_died_is_left_out_of_positive_outflow():
    found = positive_outflow({"PAID_WORK": 2, "GOALS_REACHED": 1, "MOVED": 4, "DECEASED": 1, "": 1, "DETENTION": 2})
    assert (found.onward, found.left, found.rate) == (3, 6, 0.5)
    assert positive_outflow({"MOVED": 3}).rate is None


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([("own", "2025-12-01"), ("hosted", "2026-02-10")], (1, 1)),
        ([("hosted", "2026-02-10")], (0, 0)),
        ([("hosted", "2025-11-01"), ("own", "2025-12-01"), ("hosted", "2026-02-10")], (0, 0)),
        ([("own", "2025-12-01"), ("hosted", "2026-03-01")], (0, 0)),
    ],
)
def test_flow_through_counts_who_first_goes_to_a_partner(monday, places, expected):
    workshops = {"own": WorkshopFactory(), "hosted": WorkshopFactory(host=OrganisationFactory())}
    path = TrajectoryFactory(start_date="2025-01-01")
    for weekday, (place, day) in enumerate(places, start=1):
        PlacementFactory(trajectory=path, workshop=workshops[place], weekday=weekday, start_date=day)
    found = flow_through_figures(FEBRUARY)
    assert (found.moved, found.to_partner, found.between, found.enrolled) == (*expected, 0, 1)


def test_who_moves_both_ways_moved_once(monday):
    path = TrajectoryFactory(start_date="2025-01-01", end_date="2026-02-20")
    TrajectoryFactory(participant=path.participant, start_date="2026-02-21", moved_from=path, target_group="ACTIVATION")
    PlacementFactory(trajectory=path, start_date="2025-02-01", end_date="2026-02-09")
    hosted = WorkshopFactory(host=OrganisationFactory())
    PlacementFactory(trajectory=path, workshop=hosted, start_date="2026-02-10", end_date="2026-02-20")
    found = flow_through_figures(FEBRUARY)
    assert (found.moved, found.between, found.to_partner) == (1, 1, 1)


@pytest.fixture
def first_day(monday, workshop, coach):
    """Lets people who applied on these days come for the first time on the first Monday of February."""

    def come(*people: list[str]):
        paths = [PlacementFactory(workshop=workshop, start_date="2026-01-05").trajectory for _ in people]
        for path, days in zip(paths, people, strict=True):
            about = {"participant": path.participant, "trajectory": path}
            for day in days:
                ApplicationFactory(applied_on=day, state="STARTED", decided_on="2026-01-05", **about)
        ensure_sessions(monday)
        by = {"recorded_by": coach, "recorded_at": timezone.now()}
        Attendance.objects.filter(date__lt="2026-02-02").update(status="NO_SHOW", **by)
        Attendance.objects.filter(date__gte="2026-02-02").update(status="PRESENT", **by)

    return come


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ([], (3, 41)),
        # Of two applications the first one counts: 60 days.
        ([["2025-12-04", "2026-01-02"]], (4, 50.5)),
    ],
)
def test_waiting_time_is_the_middle_of_the_days_to_the_first_slot_that_was_attended(first_day, more, expected):
    first_day(["2026-01-01"], ["2025-12-23"], ["2025-12-03"], *more)
    found = waiting_figures(FEBRUARY)
    assert found == waiting_figures(Period(date(2026, 2, 2), date(2026, 2, 2)))
    assert (found.people, found.median) == expected


def test_a_session_that_was_cancelled_is_no_first_slot(first_day):
    first_day(["2026-01-01"])
    Session.objects.filter(date="2026-02-02").update(state="CANCELLED", cancel_reason="storm")
    assert waiting_figures(Period(date(2026, 2, 2), date(2026, 2, 8))).median is None
    assert waiting_figures(FEBRUARY).median == 39


@given(st.lists(st.integers(0, 400), min_size=1, max_size=30))
def test_the_median_of_counts_is_the_median(days):
    assert median_of(Counter(days)) == median(days)


def test_utilisation_divides_what_was_delivered_by_what_people_were_entitled_to(monday, workshop, coach):
    path = PlacementFactory(workshop=workshop, start_date="2026-01-05").trajectory
    IndicationFactory(participant=path.participant, start_date="2026-02-02", end_date="2026-02-15", volume=2)
    ensure_sessions(monday)
    Attendance.objects.update(status="PRESENT", recorded_by=coach, recorded_at=timezone.now())
    found = utilisation_figures(FEBRUARY)
    assert (found.delivered, found.entitled, found.rate) == (2, Fraction(4), 0.5)


def test_before_the_register_nothing_of_this_is_known(monday):
    WorkshopFactory(registered_from=date(2026, 2, 15))
    figures = period_figures(FEBRUARY)
    assert (figures.positive_outflow, figures.utilisation, figures.retention) == (None, None, [])
