"""Granted against planned and delivered."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from participants.models import ProductCode
from participants.services.claims import MonthClaim
from pluspunt.periods import Period
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
from workshops.services.entitlement import delivered_rows, indication_use
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
    ("first", "second", "is_shared"),
    [
        ((date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 1, 31), date(2026, 2, 28)), True),
        ((date(2026, 1, 1), date(2026, 1, 30)), (date(2026, 1, 31), date(2026, 2, 28)), False),
        ((date(2026, 1, 1), None), (date(2026, 2, 1), None), True),
        ((date(2026, 1, 1), None), (date(2025, 12, 1), date(2026, 1, 31)), True),
        ((date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 2, 1), None), False),
    ],
)
def test_one_day_of_both_is_sharing(monday, placement, first, second, is_shared):
    code = ProductCode.objects.create(category="07", code="07A12", description="Arbeidsmatig")
    facts = {"participant": placement.participant, "frequency": "4"}
    one = IndicationFactory(**facts, start_date=first[0], end_date=first[1])
    other = IndicationFactory(**facts, start_date=second[0], end_date=second[1], product_code=code)
    assert (use_of(one, monday).is_shared, use_of(other, monday).is_shared) == (is_shared, is_shared)


def test_what_others_plan_and_do_counts_for_them_alone(monday, placement, coordinator):
    other = PlacementFactory(workshop=placement.workshop, weekday=2).participant
    add_visitor(placement.participant.attendances.first().session, other, by=coordinator)
    uses = [use_of(IndicationFactory(participant=each), monday) for each in (placement.participant, other)]
    assert [(use.planned_per_week, use.delivered) for use in uses] == [(1, 0), (1, 1)]


def test_one_that_begins_today_counts_today_and_one_from_before_the_registers_does_not_hide_it(
    monday, placement, coordinator
):
    came(placement, coordinator)
    old = IndicationFactory(participant=placement.participant, start_date=date(2024, 1, 1), end_date=date(2025, 12, 31))
    new = IndicationFactory(participant=placement.participant, start_date=monday, volume=7)
    uses = indication_use(placement.participant, [old, new], monday)
    assert list(uses) == [new.pk]
    assert (uses[new.pk].period, uses[new.pk].delivered, uses[new.pk].entitled) == (Period(monday, monday), 1, 1)


def test_without_a_register_nothing_is_known(monday):
    assert use_of(IndicationFactory(), monday) is None


def test_the_right_and_how_much_of_it_was_used_as_the_page_shows_them(monday, placement, coordinator):
    came(placement, coordinator)
    begun = {"participant": placement.participant, "start_date": monday - 2 * WEEK}
    indication = IndicationFactory(**begun, volume=7)
    assert (use_of(indication, monday).entitled_day_parts, use_of(indication, monday).bar_width) == (15.0, 20.0)
    indication.volume = 3
    indication.save()
    assert use_of(indication, monday).bar_width == 46.7
    indication.volume = 1
    indication.save()
    assert use_of(indication, monday).bar_width == 100
    indication.frequency, indication.end_date = "6", None
    indication.save()
    assert (use_of(indication, monday).entitled_day_parts, use_of(indication, monday).bar_width) == (None, 0)


def test_what_is_delivered_until_a_day_has_that_day_in_it(monday, placement, coordinator):
    first, second, _ = came(placement, coordinator)
    assert list(delivered_rows(second.date).order_by("date")) == [first, second]


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
