"""All figures of one period together."""

from dataclasses import dataclass, field
from datetime import date

from impact.figures.attendance import (
    AttendanceFigures,
    GroupFigures,
    WorkshopFigures,
    capacity_of,
    figures_by_group,
    figures_by_month,
    figures_by_workshop,
    lines_of,
    of_participants,
    of_volunteers,
)
from impact.figures.path import (
    PositiveOutflowFigures,
    RetentionFigures,
    UtilisationFigures,
    WaitingFigures,
    positive_outflow,
    retention_figures,
    utilisation_figures,
    waiting_figures,
)
from impact.figures.people import (
    FlowFigures,
    FlowThroughFigures,
    destinations,
    enrolled_people,
    flow_figures,
    flow_through_figures,
    house_flow_figures,
    reached_people,
)
from impact.figures.scope import HOUSE, Scope
from pluspunt.periods import Period


@dataclass(frozen=True)
class PeriodFigures:
    """Everything the figures page and the annual report say about one period.

    `total`, `by_workshop` and `by_month` count participants, `volunteers` the skilled volunteers (with the capacity of
    the house, of which they take nothing). `reached` and `enrolled` count both. What lies before the register began is
    `None`; `registered_from` says when that was.
    """

    period: Period
    registered_from: date | None
    total: AttendanceFigures | None
    volunteers: AttendanceFigures | None
    enrolled: int | None
    reached: int | None
    flow: dict[str, FlowFigures] | None
    house_flow: FlowFigures | None
    flow_through: FlowThroughFigures | None
    destinations: dict[str, int] | None
    positive_outflow: PositiveOutflowFigures | None
    waiting: WaitingFigures | None
    utilisation: UtilisationFigures | None
    by_group: dict[str, GroupFigures] | None
    retention: list[RetentionFigures] = field(default_factory=list)
    by_workshop: list[WorkshopFigures] = field(default_factory=list)
    by_month: dict[tuple[int, int], AttendanceFigures | None] = field(default_factory=dict)
    scope: Scope = HOUSE

    @property
    def starts_before_register(self) -> bool:
        return self.registered_from is None or self.period.start < self.registered_from


def period_figures(period: Period, scope: Scope = HOUSE, *, in_parts: bool = True) -> PeriodFigures:
    """All figures of `period`, in a number of queries that does not depend on how much there is to count.

    Without `in_parts` those per workshop and per month are not asked: to compare with, the whole is enough.
    """
    began = scope.registered_from(period)
    has_register = began is not None and began <= period.end
    covers = has_register and began <= period.start
    lines = lines_of(period, scope) if has_register or in_parts else {}
    by_group = figures_by_group(period, scope, lines) if has_register else None
    capacity = capacity_of(period, scope)
    gone_to = destinations(period, scope) if covers else None
    return PeriodFigures(
        period=period,
        scope=scope,
        registered_from=began,
        total=of_participants(by_group, capacity) if by_group else None,
        volunteers=of_volunteers(by_group, capacity) if by_group else None,
        enrolled=enrolled_people(period, scope) if covers else None,
        reached=reached_people(period, scope) if has_register else None,
        flow=flow_figures(period, scope) if covers else None,
        house_flow=house_flow_figures(period, scope) if covers else None,
        flow_through=flow_through_figures(period, scope) if covers else None,
        destinations=gone_to,
        positive_outflow=positive_outflow(gone_to) if gone_to is not None else None,
        waiting=waiting_figures(period, scope) if has_register else None,
        utilisation=utilisation_figures(period, scope) if covers else None,
        by_group=by_group,
        retention=retention_figures(period, scope) if covers else [],
        by_workshop=figures_by_workshop(period, scope, lines) if in_parts else [],
        by_month=figures_by_month(period, scope) if in_parts else {},
    )
