"""The arithmetic of an indication: what may be claimed of it per month, and what somebody may come by it.

Pure functions over one indication in day parts (iWmo unit 16). Other units and other products say nothing about day
parts: ask `is_in_day_parts` first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from participants.models import Indication
from pluspunt.periods import Period

Frequency = Indication.Frequency
DAYS_IN_YEAR, DAYS_IN_WEEK, MONTHS_IN_YEAR = 365, 7, 12


@dataclass(frozen=True)
class MonthClaim:
    """One calendar month of one indication, in whole day parts; `month` is the first of the month."""

    month: date
    delivered: int
    cap: int

    @property
    def claimable(self) -> int:
        return min(self.delivered, self.cap)

    @property
    def cut(self) -> int:
        """Delivered, and not paid by this indication."""
        return self.delivered - self.claimable


def is_in_day_parts(indication: Indication) -> bool:
    """Whether it grants day care in day parts: the only kind that a register can be compared with."""
    is_day_care = indication.product_category == Indication.Category.DAY_CARE
    return is_day_care and indication.unit == Indication.Unit.DAY_PART


def first_of_month(day: date) -> date:
    """The first day of the month that `day` is in."""
    return day.replace(day=1)


def iso_weeks(period: Period) -> int:
    """How many ISO weeks (Monday to Sunday) the period touches; one day in it is enough."""
    return (_monday(period.end) - _monday(period.start)).days // DAYS_IN_WEEK + 1


def product_periods(indication: Indication, until: date) -> dict[date, Period]:
    """First of the month → product period: the month clipped to the indication (§5).

    In order, every month that the indication touches; one without an end goes on to the month of `until`.
    """
    end = indication.end_date or _last_of_month(until)
    return {first_of_month(part.start): part for part in _months(indication.start_date, end)}


def claimable(indication: Indication, delivered: Mapping[date, int]) -> list[MonthClaim]:
    """What may be claimed per calendar month of the day parts `delivered` in it (§5), oldest month first.

    `delivered` maps the first of a month to whole day parts inside the indication; absence is no delivery. Per week the
    cap is volume × ISO weeks that the product period touches, while all months together stay within volume × ISO weeks
    of the whole indication: a week that lies in two months is paid once. Per month it is the volume, also in a broken
    month. In total it is what earlier months left. Raises `ValueError` for a month that the indication does not touch.
    """
    periods = product_periods(indication, until=max(delivered, default=indication.start_date))
    if outside := set(delivered) - set(periods):
        raise ValueError(f"delivered outside the indication: {sorted(outside)}")
    left = _cap_of_whole(indication)
    months = []
    for month, period in periods.items():
        cap = indication.volume
        if indication.frequency == Frequency.WEEK:
            cap *= iso_weeks(period)
        months.append(MonthClaim(month, delivered.get(month, 0), cap if left is None else min(cap, left)))
        left = None if left is None else left - months[-1].claimable
    return months


def is_cut_by_whole(indication: Indication, claim: MonthClaim) -> bool:
    """Whether the limit of the whole indication gave `claim` its cap, and not that of the month alone (§5)."""
    if indication.frequency != Frequency.WEEK:
        return indication.frequency == Frequency.TOTAL
    of_month = product_periods(indication, until=claim.month)[claim.month]
    return claim.cap < indication.volume * iso_weeks(of_month)


def _cap_of_whole(indication: Indication) -> int | None:
    """What all months together may not exceed; per month there is no such limit."""
    if indication.frequency == Frequency.WEEK:
        return indication.volume * iso_weeks(Period(indication.start_date, indication.end_date))
    return indication.volume if indication.frequency == Frequency.TOTAL else None


def entitlement(indication: Indication, period: Period) -> Fraction | None:
    """Recht in periode, in day parts (§6): what somebody may come by this indication in `period`.

    Per week: volume × overlap days / 7. Per month: volume × Σ overlap days / days in the month. In total: volume ×
    overlap days / days of the indication; `None` when that has no end, because it cannot be spread.
    """
    start = max(period.start, indication.start_date)
    end = min(period.end, indication.end_date or period.end)
    is_total = indication.frequency == Frequency.TOTAL
    if is_total and indication.end_date is None:
        return None
    if end < start:
        return Fraction(0)
    days = (end - start).days + 1
    if indication.frequency == Frequency.WEEK:
        return Fraction(indication.volume * days, DAYS_IN_WEEK)
    if is_total:
        return Fraction(indication.volume * days, (indication.end_date - indication.start_date).days + 1)
    return sum((_of_month(indication.volume, part) for part in _months(start, end)), Fraction(0))


def utilisation(delivered: int, entitled: Fraction | None) -> float | None:
    """Benutting: delivered / entitlement (§6); `None` when there is nothing to divide."""
    return float(delivered / entitled) if entitled else None


def granted_per_week(indication: Indication) -> Fraction | None:
    """Day parts in an average week: §6 over seven days, and for a volume per month over a year of twelve of them."""
    if indication.frequency == Frequency.WEEK:
        return Fraction(indication.volume)
    if indication.frequency == Frequency.MONTH:
        return Fraction(indication.volume * MONTHS_IN_YEAR * DAYS_IN_WEEK, DAYS_IN_YEAR)
    if indication.end_date is None:
        return None
    return Fraction(indication.volume * DAYS_IN_WEEK, (indication.end_date - indication.start_date).days + 1)


def _months(start: date, end: date) -> list[Period]:
    """The days from `start` to `end`, cut at the ends of months."""
    parts = []
    while start <= end:
        parts.append(Period(start, min(_last_of_month(start), end)))
        start = parts[-1].end + timedelta(days=1)
    return parts


def _of_month(volume: int, part: Period) -> Fraction:
    return Fraction(volume * ((part.end - part.start).days + 1), _last_of_month(part.start).day)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
