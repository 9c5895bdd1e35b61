"""What the overview of a month counts: each attended day part once, within the caps of §5, with why it is less."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from participants.models import Indication, ProductCode
from participants.services.claims import first_of_month, product_periods
from pluspunt.tests.factories import (
    IndicationFactory,
    ParticipantFactory,
    SessionFactory,
    TrajectoryFactory,
    UserFactory,
    VolunteerFactory,
    WorkshopFactory,
)
from workshops.models import Attendance, ClosedMonth, DayPart, Session
from workshops.services.statement_figures import cut_per_reason, total_of, totals_per_product
from workshops.services.statements import draft_statement, share_out

pytestmark = pytest.mark.django_db
WEEK, MONTH, TOTAL = Indication.Frequency.values
DAY = timedelta(days=1)
JULY, AUGUST, SEPTEMBER = date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1)
# One summer in which everybody of these tests came; every month of it is closed.
MONTHS = [date(2025, month, 1) for month in range(6, 13)]


def close(*months: date) -> None:
    by = UserFactory(role=User.Role.COORDINATOR)
    ClosedMonth.objects.bulk_create(ClosedMonth(month=month, closed_by=by) for month in months)


def attend(path, days, *, workshop=None, **facts) -> None:
    """`path` was there on each of `days`; a day that occurs twice is a morning and an afternoon."""
    workshop = workshop or WorkshopFactory()
    seen = Counter()
    for day in days:
        part = list(DayPart)[seen[day]]
        seen[day] += 1
        state = facts.get("state", Session.State.PLANNED)
        session = Session.objects.filter(workshop=workshop, date=day, day_part=part).first()
        why = "" if state == Session.State.PLANNED else "teamdag"
        session = session or SessionFactory(workshop=workshop, date=day, day_part=part, state=state, cancel_reason=why)
        Attendance.objects.create(
            session=session,
            workshop=workshop,
            trajectory=path,
            participant=path.participant,
            date=day,
            day_part=part,
            planned=facts.get("planned", True),
            status=facts.get("status", Attendance.Status.PRESENT),
            recorded_at=timezone.now(),
        )


def days_from(start: date, count: int) -> list[date]:
    return [start + n * DAY for n in range(count)]


def said(month: date) -> list[tuple]:
    """Delivered, cap, claimable and why less, of every line of a month."""
    return [(line.delivered, line.cap, line.claimable, line.cut_reason) for line in draft_statement(month)]


@pytest.fixture
def path(monday):
    close(*MONTHS)
    return TrajectoryFactory()


def granted(path, volume, frequency=WEEK, start=date(2025, 7, 7), end=date(2025, 9, 7), **facts):
    facts = {"volume": volume, "frequency": frequency, "start_date": start, "end_date": end, **facts}
    return IndicationFactory(participant=path.participant, **facts)


def product(code: str) -> ProductCode:
    return ProductCode.objects.create(category="07", code=code, description=code)


# --- the worked examples of §5, with people who came ----------------------------------------------------------------


def test_nine_weeks_in_summer_are_claimed_as_four_and_five_and_none(path):
    granted(path, 1)
    # Once in every week, and on Monday 1 September once more than the whole allows.
    attend(path, [date(2025, 7, 7) + n * 7 * DAY for n in range(9)])
    assert [said(month) for month in (JULY, AUGUST, SEPTEMBER)] == [[(4, 4, 4, "")], [(4, 5, 4, "")], [(1, 1, 1, "")]]
    attend(path, [date(2025, 8, 2), date(2025, 9, 3)])
    assert [said(month) for month in (AUGUST, SEPTEMBER)] == [[(5, 5, 5, "")], [(2, 0, 0, "WHOLE")]]
    assert said(MONTHS[0]) == said(date(2025, 10, 1)) == []


def test_the_autumn_is_paid_thirteen_weeks_of_the_fourteen(path):
    granted(path, 2, start=date(2025, 10, 7), end=date(2025, 12, 30))
    attend(path, days_from(date(2025, 10, 7), 85))
    found = [said(date(2025, month, 1)) for month in (10, 11, 12)]
    assert found == [[(25, 8, 8, "CAP")], [(30, 10, 10, "CAP")], [(30, 8, 8, "WHOLE")]]


def test_a_volume_per_month_is_whole_in_a_broken_month(path):
    granted(path, 5, MONTH)
    attend(path, days_from(date(2025, 9, 1), 7))
    assert said(SEPTEMBER) == [(7, 5, 5, "CAP")]


def test_a_total_is_what_all_earlier_months_left(path):
    granted(path, 10, TOTAL)
    attend(path, [*days_from(date(2025, 7, 7), 6), *days_from(date(2025, 8, 4), 6)])
    found = [said(month) for month in (JULY, AUGUST, SEPTEMBER)]
    assert found == [[(6, 10, 6, "")], [(6, 4, 4, "WHOLE")], [(0, 0, 0, "")]]


# --- what is delivered ----------------------------------------------------------------------------------------------


def test_a_visit_counts_and_absence_a_cancelled_session_and_volunteering_do_not(path):
    granted(path, 14)
    attend(path, [date(2025, 7, 7)], planned=False)
    attend(path, [date(2025, 7, 8)], status=Attendance.Status.NO_SHOW)
    attend(path, [date(2025, 7, 9)], status=Attendance.Status.EXCUSED)
    attend(path, [date(2025, 7, 10)], state=Session.State.CANCELLED)
    attend(VolunteerFactory(participant=path.participant), [date(2025, 7, 11)])
    assert said(JULY) == [(1, 56, 1, "")]


def test_who_came_without_an_indication_that_day_has_a_line_of_their_own(path):
    granted(path, 14)
    attend(path, [date(2025, 7, 4), date(2025, 7, 4), date(2025, 7, 7)])
    attend(TrajectoryFactory(), [date(2025, 7, 7)])
    assert said(JULY) == [(1, 56, 1, ""), (2, 0, 0, "NONE"), (1, 0, 0, "NONE")]
    assert cut_per_reason(draft_statement(JULY)) == [("geen indicatie in dagdelen op die dagen", 3)]


@pytest.mark.parametrize("facts", [{"unit": "04"}, {"product_category": "08", "unit": "82"}])
def test_an_indication_that_is_not_in_day_parts_pays_none(path, facts):
    granted(path, 14, **facts)
    attend(path, [date(2025, 7, 7)])
    assert said(JULY) == [(1, 0, 0, "NONE")]


def test_an_indication_of_which_nobody_came_is_there_with_nothing(path):
    granted(path, 2)
    assert said(JULY) == [(0, 8, 0, "")]


def test_a_month_that_is_open_is_refused(monday):
    with pytest.raises(ValidationError, match="nog niet gesloten"):
        draft_statement(JULY)


# --- two indications on one day -------------------------------------------------------------------------------------


def test_of_two_on_one_day_the_one_that_ends_first_counts_until_it_is_full(path):
    first = granted(path, 4, MONTH, end=date(2025, 8, 31))
    second = granted(path, 3, MONTH, end=date(2025, 12, 31), product_code=product("07A12"))
    attend(path, days_from(date(2025, 7, 7), 6))
    lines = {(line.indication, line.cut_reason): line for line in draft_statement(JULY)}
    found = {key: (line.delivered, line.cap, line.claimable) for key, line in lines.items()}
    # Four count with the first, two with the other; a line says that these four lie on its days as well.
    assert found == {(first, ""): (4, 4, 4), (second, ""): (2, 3, 2), (second, "OVERLAP"): (4, 0, 0)}
    total = total_of(lines.values())
    assert (total.delivered, total.claimable, total.cut) == (6, 6, 0)


def test_what_neither_has_room_for_is_cut_once(path):
    granted(path, 1, MONTH, end=date(2025, 8, 31))
    granted(path, 1, MONTH, end=date(2025, 12, 31), product_code=product("07A12"))
    attend(path, days_from(date(2025, 7, 7), 4))
    assert sorted(said(JULY)) == [(1, 1, 1, ""), (3, 0, 0, "OVERLAP"), (3, 1, 1, "CAP")]
    assert cut_per_reason(draft_statement(JULY)) == [("meer dan de maand toelaat", 2)]


def test_the_totals_are_per_municipality_product_and_scheme(path):
    code = product("07A12")
    granted(path, 2, product_code=code)
    other, third = TrajectoryFactory(), TrajectoryFactory()
    granted(other, 2, product_code=code, scheme="WLZ")
    granted(third, 1, municipality_code="0606")
    for each in (path, other, third, TrajectoryFactory()):
        attend(each, days_from(date(2025, 7, 7), 5))
    totals = totals_per_product(draft_statement(JULY))
    found = [(t.first.municipality, t.first.product, t.first.scheme, t.delivered, t.claimable, t.cut) for t in totals]
    assert found == [
        ("Rotterdam (0599)", "07 07A12", "Wlz", 5, 5, 0),
        ("Rotterdam (0599)", "07 07A12", "Wmo", 5, 5, 0),
        ("Schiedam (0606)", "07", "Wmo", 5, 4, 1),
        ("", "", "", 5, 0, 5),
    ]


# --- what holds whatever happened -----------------------------------------------------------------------------------


def recount(indication: Indication, came: list[date]) -> dict[date, int]:
    """What each month pays, one day part at a time: the same rules, told another way than `claimable` does."""
    weeks = {day.isocalendar()[:2] for day in _days(indication.start_date, indication.end_date)}
    whole = {WEEK: len(weeks) * indication.volume, MONTH: None, TOTAL: indication.volume}[indication.frequency]
    paid = Counter()
    for day in sorted(came):
        of_month = [
            d for d in _days(indication.start_date, indication.end_date) if (d.year, d.month) == day.timetuple()[:2]
        ]
        if not of_month or not indication.start_date <= day <= indication.end_date:
            continue
        in_weeks = len({d.isocalendar()[:2] for d in of_month})
        most = {WEEK: in_weeks * indication.volume, MONTH: indication.volume, TOTAL: indication.volume}
        month = day.replace(day=1)
        if paid[month] < most[indication.frequency] and (whole is None or paid.total() < whole):
            paid[month] += 1
    return paid


def _days(start: date, end: date) -> list[date]:
    return days_from(start, (end - start).days + 1)


SUMMER = st.integers(0, 120).map(lambda n: date(2025, 6, 3) + n * DAY)
# Weeks in which somebody comes (nearly) every day, so that every limit is met, and some days here and there.
OFTEN = st.tuples(SUMMER, st.integers(10, 50), st.integers(1, 2)).map(lambda f: days_from(f[0], f[1])[:: f[2]] * 2)
VISITS = st.tuples(OFTEN, st.lists(SUMMER, max_size=10)).map(
    lambda days: [day for day, n in Counter(days[0] + days[1]).items() for _ in range(min(n, 2))]
)
GRANTED = st.tuples(st.integers(1, 4), st.sampled_from([WEEK, MONTH, TOTAL]), SUMMER, st.integers(0, 110))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=GRANTED, visits=VISITS)
def test_the_months_pay_what_a_recount_day_by_day_pays(monday, facts, visits):
    volume, frequency, start, length = facts
    with transaction.atomic():
        close(*MONTHS)
        path = TrajectoryFactory()
        indication = granted(path, volume, frequency, start, start + length * DAY)
        attend(path, visits)
        lines = {month: draft_statement(month) for month in MONTHS}
        expected = recount(indication, visits)
        paid = {month: sum(line.claimable for line in lines[month]) for month in MONTHS}
        assert paid == {month: expected[month] for month in MONTHS}
        delivered = {month: sum(line.delivered for line in lines[month]) for month in MONTHS}
        assert delivered == {month: sum(first_of_month(day) == month for day in visits) for month in MONTHS}
        weeks = len({day.isocalendar()[:2] for day in _days(indication.start_date, indication.end_date)})
        if frequency == WEEK:
            assert sum(paid.values()) <= volume * weeks
        transaction.set_rollback(True)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.lists(GRANTED, min_size=2, max_size=3), visits=VISITS)
def test_with_several_indications_each_day_part_counts_once_and_none_is_overpaid(monday, facts, visits):
    with transaction.atomic():
        close(*MONTHS)
        path = TrajectoryFactory()
        indications = [
            granted(path, volume, frequency, start, start + length * DAY, product_code=product(f"07A{number}"))
            for number, (volume, frequency, start, length) in enumerate(facts)
        ]
        attend(path, visits)
        paid = Counter()
        for month in MONTHS:
            lines = draft_statement(month)
            assert total_of(lines).delivered == sum(first_of_month(day) == month for day in visits)
            for line in lines:
                paid[line.indication] += line.claimable
                assert line.claimable <= min(line.delivered, line.cap)
        for indication in indications:
            alone = recount(indication, [day for day in _days(date(2025, 6, 1), date(2025, 12, 31)) for _ in range(2)])
            assert paid[indication] <= alone.total()
        transaction.set_rollback(True)


@given(
    start=st.integers(1, 31),
    length=st.integers(0, 30),
    volumes=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    days=st.lists(st.integers(1, 31), max_size=20),
)
def test_of_two_indications_in_one_month_as_much_is_paid_as_can_be(start, length, volumes, days):
    """Whatever way of sharing one tries: none gives more."""
    july = {"frequency": MONTH, "unit": "16"}
    one = Indication(pk=1, volume=volumes[0], start_date=JULY, end_date=date(2025, 7, 31), **july)
    end = date(2025, 7, min(31, start + length))
    two = Indication(pk=2, volume=volumes[1], start_date=date(2025, 7, start), end_date=end, **july)
    came = Counter(date(2025, 7, day) for day in days)
    shares = share_out([one, two], came)
    paid = sum(min(each.volume, shares.counted[each.pk].total()) for each in (one, two))
    both = sum(count for day, count in came.items() if two.runs_on(day))
    only_one = came.total() - both
    best = max(min(one.volume, only_one + n) + min(two.volume, both - n) for n in range(both + 1))
    assert paid == best
    assert shares.counted[1].total() + shares.counted[2].total() == came.total()
    assert shares.uncovered.total() == 0


def test_a_month_says_the_same_whatever_came_after_it(path):
    """Overviews made one after the other agree with those made later: earlier months do not know later ones."""
    indication = granted(path, 3)
    attend(path, days_from(date(2025, 7, 7), 20))
    before = said(JULY)
    attend(path, days_from(date(2025, 8, 4), 20))
    assert said(JULY) == before
    assert list(product_periods(indication, SEPTEMBER)) == [JULY, AUGUST, SEPTEMBER]


@pytest.mark.parametrize("people", [1, 3, 30])
def test_a_draft_takes_four_questions_for_any_number_of_people(people, monday, django_assert_num_queries):
    close(*MONTHS)
    workshop = WorkshopFactory()
    for number in range(people):
        path = TrajectoryFactory()
        granted(path, 2)
        granted(path, 2, product_code=product(f"{number:05d}"), end=date(2025, 12, 31))
        attend(path, days_from(date(2025, 7, 7), 3), workshop=workshop)
    attend(TrajectoryFactory(participant=ParticipantFactory()), [date(2025, 7, 7)])
    with django_assert_num_queries(4):
        draft_statement(JULY)
