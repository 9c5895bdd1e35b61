"""The figures of domain reference §6: pure functions over the database that return frozen dataclasses.

Screen, PDF, command and spreadsheet all read these, so that one figure has one meaning. Ratios are ratios of sums,
never means of ratios, and `None` when there is nothing to divide or when the register did not exist yet.
"""

from impact.figures.attendance import (
    AttendanceFigures,
    GroupFigures,
    TargetGroup,
    WorkshopFigures,
    attendance_figures,
    figures_by_group,
    figures_by_month,
    figures_by_workshop,
    ratio,
    sum_figures,
    volunteer_figures,
)
from impact.figures.outputs import OutputTotal, output_entries, output_totals, outputs_by, outputs_by_month
from impact.figures.path import (
    PositiveOutflowFigures,
    RetentionFigures,
    UtilisationFigures,
    WaitingFigures,
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
    people_by_strand,
    reached_people,
)
from impact.figures.period import PeriodFigures, period_figures
from impact.figures.scope import HOUSE, Scope
from impact.figures.society import (
    FactorRemark,
    IndicatorFigures,
    OutputLine,
    ReuseFigures,
    ReuseLine,
    factor_remarks,
    indicator_figures,
    reuse_figures,
)
from impact.figures.stays import STAYED_HERE

__all__ = [
    "HOUSE",
    "STAYED_HERE",
    "AttendanceFigures",
    "FactorRemark",
    "FlowFigures",
    "FlowThroughFigures",
    "GroupFigures",
    "IndicatorFigures",
    "OutputLine",
    "OutputTotal",
    "PeriodFigures",
    "PositiveOutflowFigures",
    "RetentionFigures",
    "ReuseFigures",
    "ReuseLine",
    "Scope",
    "TargetGroup",
    "UtilisationFigures",
    "WaitingFigures",
    "WorkshopFigures",
    "attendance_figures",
    "destinations",
    "enrolled_people",
    "factor_remarks",
    "figures_by_group",
    "figures_by_month",
    "figures_by_workshop",
    "flow_figures",
    "flow_through_figures",
    "house_flow_figures",
    "indicator_figures",
    "output_entries",
    "output_totals",
    "outputs_by",
    "outputs_by_month",
    "people_by_strand",
    "period_figures",
    "ratio",
    "reached_people",
    "retention_figures",
    "reuse_figures",
    "sum_figures",
    "utilisation_figures",
    "volunteer_figures",
    "waiting_figures",
]
