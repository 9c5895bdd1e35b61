"""The arithmetic of indications: what may be claimed per month, and what somebody may come in a period."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from participants.models import Indication
from participants.services.claims import (
    MonthClaim,
    claimable,
    entitlement,
    granted_per_week,
    is_cut_by_whole,
    iso_weeks,
    product_periods,
    utilisation,
)
from pluspunt.periods import Period

WEEK, MONTH, TOTAL = Indication.Frequency.values
DAY = timedelta(days=1)
JULY, AUGUST, SEPTEMBER = date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1)


def granted(volume, frequency=WEEK, start=date(2025, 7, 7), end=date(2025, 9, 7)):
    return Indication(volume=volume, frequency=frequency, start_date=start, end_date=end)


def weeks_per_month(indication):
    return [iso_weeks(period) for period in product_periods(indication, indication.start_date).values()]


def caps(indication, delivered):
    return [row.cap for row in claimable(indication, delivered)]


# --- the worked examples --------------------------------------------------------------------------------------------


def test_nine_weeks_in_summer_count_as_ten_in_their_months():
    indication = granted(1)
    assert weeks_per_month(indication) == [4, 5, 1]
    assert iso_weeks(Period(indication.start_date, indication.end_date)) == 9
    assert claimable(indication, {JULY: 4, AUGUST: 5, SEPTEMBER: 1}) == [
        MonthClaim(JULY, 4, 4),
        MonthClaim(AUGUST, 5, 5),
        MonthClaim(SEPTEMBER, 1, 0),
    ]


def test_the_autumn_touches_fourteen_weeks_in_months_and_pays_thirteen():
    indication = granted(2, start=date(2025, 10, 7), end=date(2025, 12, 30))
    assert weeks_per_month(indication) == [4, 5, 5]
    assert iso_weeks(Period(indication.start_date, indication.end_date)) == 13
    months = claimable(indication, {date(2025, month, 1): 99 for month in (10, 11, 12)})
    assert [(row.cap, row.claimable, row.cut) for row in months] == [(8, 8, 91), (10, 10, 89), (8, 8, 91)]


def test_what_a_month_leaves_of_a_week_in_two_months_the_next_may_use():
    assert caps(granted(1), {JULY: 3, AUGUST: 5, SEPTEMBER: 2}) == [4, 5, 1]


# --- per month and in total -----------------------------------------------------------------------------------------


def test_a_broken_month_has_the_whole_volume():
    assert caps(granted(16, MONTH), {JULY: 20}) == [16, 16, 16]


def test_a_total_is_what_earlier_months_left():
    months = claimable(granted(20, TOTAL), {JULY: 12, AUGUST: 12, SEPTEMBER: 1})
    assert [(row.cap, row.claimable, row.cut) for row in months] == [(20, 12, 0), (8, 8, 4), (0, 0, 1)]


def test_without_an_end_the_months_go_on_to_the_last_delivery():
    assert caps(granted(16, MONTH, end=None), {SEPTEMBER: 1}) == [16, 16, 16]
    assert caps(granted(16, MONTH, end=None), {}) == [16]


def test_a_month_outside_the_indication_is_a_mistake():
    with pytest.raises(ValueError, match="outside the indication"):
        claimable(granted(1), {date(2025, 10, 1): 1})


# --- entitlement and utilisation ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frequency", "volume", "start", "end", "expected"),
    [
        (WEEK, 4, date(2025, 7, 7), date(2025, 7, 20), Fraction(8)),
        (WEEK, 4, date(2025, 7, 7), date(2025, 7, 7), Fraction(4, 7)),
        (WEEK, 4, date(2025, 6, 1), date(2025, 7, 6), Fraction(0)),
        (WEEK, 4, date(2025, 9, 1), date(2025, 12, 31), Fraction(4)),
        (MONTH, 31, date(2025, 7, 1), date(2025, 8, 15), Fraction(25 + 15)),
        (TOTAL, 63, date(2025, 7, 7), date(2025, 7, 16), Fraction(10)),
    ],
)
def test_the_right_in_a_period(frequency, volume, start, end, expected):
    assert entitlement(granted(volume, frequency), Period(start, end)) == expected


def test_a_total_without_an_end_cannot_be_spread():
    endless = granted(63, TOTAL, end=None)
    assert entitlement(endless, Period(JULY, AUGUST)) is None
    assert granted_per_week(endless) is None


def test_an_average_week_of_each_variant():
    year = {"start": date(2025, 1, 1), "end": date(2025, 12, 31)}
    assert granted_per_week(granted(4, WEEK, **year)) == 4
    assert granted_per_week(granted(365, MONTH, **year)) == 84
    assert granted_per_week(granted(365, TOTAL, **year)) == 7


def test_utilisation_is_nothing_when_there_is_nothing_to_divide():
    assert (utilisation(3, Fraction(4)), utilisation(3, Fraction(0)), utilisation(3, None)) == (0.75, None, None)


# --- what holds for every indication --------------------------------------------------------------------------------

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@st.composite
def indications(draw, frequencies=(WEEK, MONTH, TOTAL)):
    start = draw(DAYS)
    end = start + timedelta(days=draw(st.integers(0, 800)))
    return granted(draw(st.integers(1, 14)), draw(st.sampled_from(frequencies)), start, end)


@st.composite
def delivered_in(draw, indication):
    months = product_periods(indication, indication.start_date)
    return {month: draw(st.integers(0, 120)) for month in months if draw(st.booleans())}


WITH_DELIVERY = indications().flatmap(lambda row: st.tuples(st.just(row), delivered_in(row)))


@given(WITH_DELIVERY)
def test_a_month_never_pays_more_than_came_or_than_its_cap(case):
    indication, delivered = case
    months = claimable(indication, delivered)
    assert [row.month for row in months] == sorted(product_periods(indication, indication.start_date))
    assert all(0 <= row.claimable <= min(row.delivered, row.cap) for row in months)
    assert all(row.claimable + row.cut == row.delivered for row in months)
    assert sum(row.delivered for row in months) == sum(delivered.values())


@given(WITH_DELIVERY)
def test_the_whole_never_pays_more_than_was_granted(case):
    indication, delivered = case
    months = claimable(indication, delivered)
    whole = {
        WEEK: indication.volume * iso_weeks(Period(indication.start_date, indication.end_date)),
        MONTH: indication.volume * len(months),
        TOTAL: indication.volume,
    }
    assert sum(row.claimable for row in months) <= whole[indication.frequency]


@given(WITH_DELIVERY, st.integers(0, 30), st.integers(1, 20))
def test_one_who_comes_more_is_never_paid_less(case, which, more):
    indication, delivered = case
    months = list(product_periods(indication, indication.start_date))
    month = months[which % len(months)]
    busier = delivered | {month: delivered.get(month, 0) + more}
    before, after = claimable(indication, delivered), claimable(indication, busier)
    assert sum(row.claimable for row in after) >= sum(row.claimable for row in before)
    earlier = months.index(month)
    assert after[:earlier] == before[:earlier]


@given(indications())
def test_full_months_use_all_of_a_week_or_total_and_nothing_of_it_twice(indication):
    months = claimable(indication, dict.fromkeys(product_periods(indication, indication.start_date), 10_000))
    weeks = weeks_per_month(indication)
    whole_weeks = iso_weeks(Period(indication.start_date, indication.end_date))
    assert whole_weeks <= sum(weeks) <= whole_weeks + len(weeks) - 1
    paid = {WEEK: whole_weeks, MONTH: len(weeks), TOTAL: 1}[indication.frequency] * indication.volume
    assert sum(row.claimable for row in months) == paid


@given(WITH_DELIVERY, st.integers(0, 30))
def test_a_claim_made_after_some_months_agrees_with_one_made_after_all(case, which):
    """Wherever the period is split in two: what was claimed first stands, and both parts together are the whole."""
    indication, delivered = case
    months = list(product_periods(indication, indication.start_date))
    split = months[which % len(months)]
    whole = claimable(indication, delivered)
    first = claimable(indication, {month: count for month, count in delivered.items() if month < split})
    known = [row for row in whole if row.month < split]
    assert first[: len(known)] == known
    later = [row for row in whole if row.month >= split]
    assert sum(row.claimable for row in known) + sum(row.claimable for row in later) == sum(
        row.claimable for row in whole
    )
    # Full months after the split never lift the whole over what it grants.
    full = claimable(indication, {month: 10_000 if month >= split else delivered.get(month, 0) for month in months})
    weeks = iso_weeks(Period(indication.start_date, indication.end_date))
    most = {WEEK: weeks, MONTH: len(months), TOTAL: 1}[indication.frequency] * indication.volume
    assert sum(row.claimable for row in full) <= most


@given(indications(frequencies=(WEEK,)), st.integers(1, 800))
def test_an_indication_split_in_two_grants_what_it_was_and_a_week_more_if_it_is_cut_within_one(indication, days):
    """On a Monday nothing is gained; within a week both parts touch it."""
    split = indication.start_date + timedelta(days=days)
    assume(split <= indication.end_date)
    parts = [
        granted(indication.volume, WEEK, indication.start_date, split - DAY),
        granted(indication.volume, WEEK, split, indication.end_date),
    ]
    paid = [
        sum(row.claimable for row in claimable(part, dict.fromkeys(product_periods(part, split), 10_000)))
        for part in (indication, *parts)
    ]
    gained = 0 if split.weekday() == 0 else indication.volume
    assert paid[1] + paid[2] == paid[0] + gained


def test_which_limit_gave_the_cap():
    summer = granted(1)
    claims = claimable(summer, {JULY: 9, AUGUST: 9, SEPTEMBER: 9})
    assert [is_cut_by_whole(summer, claim) for claim in claims] == [False, False, True]
    autumn = granted(2, start=date(2025, 10, 7), end=date(2025, 12, 30))
    claims_of_autumn = claimable(autumn, {date(2025, month, 1): 99 for month in (10, 11, 12)})
    assert [is_cut_by_whole(autumn, claim) for claim in claims_of_autumn] == [False, False, True]
    assert not is_cut_by_whole(granted(1, MONTH), claims[0])
    assert is_cut_by_whole(granted(1, TOTAL), claims[0])


@given(indications())
def test_product_periods_are_the_days_of_the_indication_cut_at_the_months(indication):
    periods = list(product_periods(indication, indication.start_date).values())
    assert (periods[0].start, periods[-1].end) == (indication.start_date, indication.end_date)
    for one, next_one in pairwise(periods):
        assert (one.end + DAY, next_one.start.day) == (next_one.start, 1)


@given(indications(), DAYS, st.integers(0, 400), st.integers(1, 400))
def test_the_right_in_two_periods_that_touch_is_the_right_in_both_together(indication, start, first, second):
    middle = start + timedelta(days=first)
    end = middle + timedelta(days=second)
    parts = entitlement(indication, Period(start, middle)), entitlement(indication, Period(middle + DAY, end))
    assert sum(parts) == entitlement(indication, Period(start, end))
    assert min(parts) >= 0


@given(indications(frequencies=(WEEK, TOTAL)))
def test_the_right_over_the_whole_is_what_was_granted(indication):
    period = Period(indication.start_date, indication.end_date)
    weeks = Fraction((period.end - period.start).days + 1, 7)
    expected = indication.volume * (weeks if indication.frequency == WEEK else 1)
    assert entitlement(indication, period) == expected
    assert granted_per_week(indication) * weeks == expected
