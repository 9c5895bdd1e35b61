"""Granted against planned and delivered."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from participants.models import ProductCode
from participants.services.claims import MonthClaim
from pluspunt.tests.factories import (
    IndicationFactory,
    OpeningFactory,
    PlacementFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from workshops.models import Attendance, DayPart
from workshops.services.advice import Slot, placement_warnings
from workshops.services.attendance import mark_attendance
from workshops.services.cancelling import cancel_session
from workshops.services.entitlement import indication_use
from workshops.services.sessions import ensure_sessions
from workshops.services.visitors import add_visitor

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)
REGISTERS_BEGAN = date(2026, 1, 1)


@pytest.fixture
def placement(monday, workshop):
    """Every Monday morning since 16 February in the coach's workshop: three times up to today."""
    placement = PlacementFactory(workshop=workshop, start_date=monday - 2 * WEEK)
    ensure_sessions(monday)
    return placement


def use_of(indication, today):
    indications = indication.participant.indications.all()
    return indication_use(indication.participant, indications, today).get(indication.pk)


def came(placement, coach, count=3):
    rows = list(placement.participant.attendances.order_by("date")[:count])
    for row in rows:
        mark_attendance(row, Attendance.Status.PRESENT, by=coach)
    return rows


def test_what_was_granted_planned_and_delivered(monday, placement, coordinator):
    came(placement, coordinator, 2)
    use = use_of(IndicationFactory(participant=placement.participant, start_date=monday - 2 * WEEK, volume=2), monday)
    assert (use.granted_per_week, use.planned_per_week, use.delivered) == (2, 1, 2)
    assert use.entitled == Fraction(2 * 15, 7)
    assert use.utilisation == pytest.approx(2 / (30 / 7))
    assert use.months == [MonthClaim(date(2026, 2, 1), 2, 4)]


def test_absence_cancelled_sessions_and_days_outside_are_not_delivered(monday, placement, coordinator):
    first, second, third = came(placement, coordinator)
    mark_attendance(second, Attendance.Status.NO_SHOW, by=coordinator)
    indication = IndicationFactory(participant=placement.participant, start_date=monday - 2 * WEEK)
    assert use_of(indication, monday).delivered == 2
    cancel_session(third.session, reason="teamdag", by=coordinator)
    assert use_of(indication, monday).delivered == 1
    indication.start_date = first.date + timedelta(days=1)
    indication.save()
    assert use_of(indication, monday).delivered == 0


def test_a_visit_that_was_not_planned_is_delivered(monday, placement, coach):
    other = WorkshopFactory(coaches=[coach])
    OpeningFactory(workshop=other, day_part=DayPart.AFTERNOON)
    ensure_sessions(monday)
    session = other.sessions.get(date=monday - WEEK, day_part=DayPart.AFTERNOON)
    IndicationFactory(participant=placement.participant, start_date=monday - WEEK)
    add_visitor(session, placement.participant, by=coach)
    assert use_of(placement.participant.indications.get(), monday).delivered == 1


def test_what_somebody_does_as_a_volunteer_does_not_count(monday, placement, coordinator):
    came(placement, coordinator)
    placement.trajectory.target_group = "SKILLED_VOLUNTEER"
    placement.trajectory.save()
    use = use_of(IndicationFactory(participant=placement.participant, start_date=monday - 2 * WEEK), monday)
    assert (use.planned_per_week, use.delivered) == (0, 0)


def test_days_before_the_first_register_count_for_neither_side(monday, placement):
    use = use_of(IndicationFactory(participant=placement.participant, start_date=date(2025, 1, 1), volume=7), monday)
    assert use.period.start == REGISTERS_BEGAN
    assert use.entitled == (monday - REGISTERS_BEGAN).days + 1


def test_one_that_is_over_has_no_planning_and_stops_at_its_end(monday, placement):
    last = monday - WEEK
    use = use_of(IndicationFactory(participant=placement.participant, end_date=last), monday)
    assert (use.planned_per_week, use.period.end) == (None, last)


def test_more_planned_than_granted_is_said(monday, placement):
    indication = IndicationFactory(participant=placement.participant, volume=1)
    assert not use_of(indication, monday).is_over_planned
    PlacementFactory(trajectory=placement.trajectory, workshop=placement.workshop, weekday=2)
    assert use_of(indication, monday).is_over_planned


def test_two_for_day_care_at_once_say_that_they_share(monday, placement):
    one = IndicationFactory(participant=placement.participant)
    assert not use_of(one, monday).is_shared
    IndicationFactory(participant=placement.participant, product_category="08", unit="82")
    assert not use_of(one, monday).is_shared
    code = ProductCode.objects.create(category="07", code="07A12", description="Arbeidsmatig")
    IndicationFactory(participant=placement.participant, product_code=code)
    assert use_of(one, monday).is_shared


@pytest.mark.parametrize(
    "facts",
    [
        {"unit": "04"},
        {"product_category": "08"},
        {"start_date": date(2026, 3, 3)},
        {"start_date": date(2024, 1, 1), "end_date": date(2025, 12, 31)},
    ],
)
def test_nothing_is_said_of_other_units_of_days_to_come_or_from_before_the_registers(monday, placement, facts):
    assert use_of(IndicationFactory(participant=placement.participant, **facts), monday) is None


def test_it_takes_three_queries_for_one_and_for_three(monday, placement, django_assert_num_queries):
    for year in (2026, 2025, 2024):
        IndicationFactory(participant=placement.participant, start_date=date(year, 1, 1), end_date=date(year, 12, 31))
        rows = list(placement.participant.indications.all())
        with django_assert_num_queries(3):
            indication_use(placement.participant, rows, monday)


# --- the warning before placing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "warned"),
    [
        ({"frequency": "4", "volume": 5}, []),
        (
            {"frequency": "4", "volume": 4},
            ["De indicatie is gemiddeld 0,9 dagdelen per week; hiermee worden het er 1."],
        ),
        ({"frequency": "6", "volume": 53, "start_date": date(2026, 1, 1), "end_date": date(2026, 12, 31)}, []),
        (
            {"frequency": "6", "volume": 40, "start_date": date(2026, 1, 1), "end_date": date(2026, 12, 31)},
            ["De indicatie is gemiddeld 0,8 dagdelen per week; hiermee worden het er 1."],
        ),
        ({"frequency": "6", "volume": 1, "end_date": None}, []),
        ({"unit": "04"}, ["Er is op de begindatum geen lopende indicatie in dagdelen."]),
    ],
)
def test_a_volume_per_month_or_in_total_is_spread_over_weeks(monday, workshop, facts, warned):
    path = TrajectoryFactory()
    IndicationFactory(participant=path.participant, **facts)
    assert placement_warnings(path, [Slot(workshop, 1, DayPart.MORNING)], monday) == warned
