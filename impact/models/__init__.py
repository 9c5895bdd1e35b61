from impact.models.documents import Document
from impact.models.indicators import Indicator, Target
from impact.models.ladder import LadderPosition
from impact.models.measuring import (
    GROWTH_AFTER,
    Answer,
    Measurement,
    MeasurementChoice,
    MicroMeasurement,
    Rater,
    Score,
    Statement,
)
from impact.models.reports import Report, ReportFile, ReportSection, ReportVersion
from impact.models.society import Contribution, Factor, Story, StoryUse

__all__ = [
    "GROWTH_AFTER",
    "Answer",
    "Contribution",
    "Document",
    "Factor",
    "Indicator",
    "LadderPosition",
    "Measurement",
    "MeasurementChoice",
    "MicroMeasurement",
    "Rater",
    "Report",
    "ReportFile",
    "ReportSection",
    "ReportVersion",
    "Score",
    "Statement",
    "Story",
    "StoryUse",
    "Target",
]
