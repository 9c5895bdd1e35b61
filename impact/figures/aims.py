"""What a year aimed at, beside how far it is; in the figures of the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from impact.figures.figure import Figure, Kind
from impact.models import Target
from pluspunt.periods import Period

House = Target.Figure
# Which figure of the catalogue a target of the house is about.
FIGURES = {
    House.REACHED: "reached.house",
    House.DELIVERED: "attendance.delivered",
    House.ATTENDANCE_RATE: "attendance.attendance_rate",
    House.OCCUPANCY: "attendance.occupancy",
    House.COMPLETENESS: "attendance.completeness",
    House.POSITIVE_OUTFLOW: "positive_outflow.rate",
    House.FLOW_THROUGH: "flow_through.rate",
    House.WAITING_TIME: "waiting.median",
    House.COVERAGE: "coverage.rate",
    House.VOLUNTEER_HOURS: "volunteers.hours",
    House.CO2_AVOIDED: "co2e.total",
}
# Here less is better.
AT_MOST = {House.WAITING_TIME}
# What grows through the year is compared with the part of the target that belongs to the days so far. People come
# faster than that, so that who is behind on it is certainly behind.
GROWS = {House.REACHED, House.DELIVERED, House.FLOW_THROUGH, House.VOLUNTEER_HOURS, House.CO2_AVOIDED}


@dataclass(frozen=True)
class Aim:
    """A target of a year and the figure that it is about; `expected` is what belongs to the days so far.

    Rates are between 0 and 1, as in the catalogue.
    """

    figure: Figure
    target: float
    expected: float
    at_most: bool = False

    @property
    def shortfall(self) -> float:
        """How much of what was expected is missing: 0.1 is a tenth; 0 when on target or when nothing can be said."""
        if not self.is_known or not self.expected:
            return 0.0
        missing = 1 - float(self.figure.value) / self.expected
        return max(0.0, -missing if self.at_most else missing)

    @property
    def is_behind(self) -> bool:
        return self.shortfall > 0

    @property
    def is_known(self) -> bool:
        return self.figure.value is not None

    @property
    def is_part(self) -> bool:
        """Whether what is expected now is less than the target of the whole year."""
        return self.expected != self.target


def house_aims(period: Period, figures: Mapping[str, Figure]) -> list[Aim]:
    """The targets of the house for the year of `period` of which there is a figure, in the order of their list.

    None when the period does not begin with the year, or ends in another: then a target says nothing about it.
    """
    if (period.start.month, period.start.day) != (1, 1) or period.start.year != period.end.year:
        return []
    targets = Target.objects.filter(year=period.start.year, indicator__isnull=True)
    found = {target.figure: target for target in targets.order_by()}
    return [
        _aim(found[name], figures[key], period) for name, key in FIGURES.items() if name in found and key in figures
    ]


def _aim(target: Target, figure: Figure, period: Period) -> Aim:
    value = float(target.value / 100 if figure.kind is Kind.RATE else target.value)
    part = float(share_of_year(period)) if target.figure in GROWS else 1
    return Aim(figure, value, value * part, at_most=target.figure in AT_MOST)


def share_of_year(period: Period) -> Decimal:
    """Which part of its year the period covers."""
    return Decimal(len(period.days)) / len(Period.of_year(period.start.year).days)
