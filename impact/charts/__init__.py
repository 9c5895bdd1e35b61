"""Charts as geometry and as the sentence that they prove; templates draw them, the same on screen and in print.

`templates/impact/_chart.html` draws a `Chart` with its title and caption, `_chart_table.html` its table.
"""

from impact.charts.bars import horizontal_bars, small_multiples, target_chart, trend_chart
from impact.charts.drawing import Chart, Table, Value
from impact.charts.months import (
    Bar,
    BarChart,
    Segment,
    attendance_caption,
    attendance_chart,
    attendance_title,
    days_of_month,
    labels_in,
    month_labels,
    share_segments,
    whole_percent,
)
from impact.charts.people import Growth, flow_chart, growth_chart, growth_words, ladder_chart

__all__ = [
    "Bar",
    "BarChart",
    "Chart",
    "Growth",
    "Segment",
    "Table",
    "Value",
    "attendance_caption",
    "attendance_chart",
    "attendance_title",
    "days_of_month",
    "flow_chart",
    "growth_chart",
    "growth_words",
    "horizontal_bars",
    "labels_in",
    "ladder_chart",
    "month_labels",
    "share_segments",
    "small_multiples",
    "target_chart",
    "trend_chart",
    "whole_percent",
]
