"""The years about which there is something to report."""

from collections.abc import Sequence
from datetime import date

from impact.forms.periods import year_so_far
from pluspunt.periods import Period
from workshops.services.sessions import house_registered_from


def report_years(today: date) -> Sequence[int]:
    """The years of which anything is known, the newest first."""
    began = house_registered_from()
    if began is None or began > year_so_far(today).end:
        return []
    return range(today.year, began.year - 1, -1)


def report_period(year: int, today: date) -> Period:
    """A whole year; this year up to yesterday."""
    return year_so_far(today) if year == today.year else Period.of_year(year)
