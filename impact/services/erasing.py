"""What becomes of measuring and stories when somebody is erased: scores count on, words and pictures go."""

from django.db.models import Q

from impact.models import (
    Answer,
    LadderPosition,
    Measurement,
    MeasurementChoice,
    MicroMeasurement,
    Score,
    Story,
    StoryUse,
)
from privacy.models import Part
from privacy.services.erasing import Rule

_GROWTH = "groei en bereik van het meten tellen wie wanneer gemeten is"

ERASING = [
    Rule(StoryUse, of=("story__participant",), delete=True, part=Part.STORIES),
    Rule(Story, delete=True, part=Part.STORIES),
    Rule(MicroMeasurement, delete=True, part=Part.MEASUREMENTS),
    Rule(Answer, of=("measurement__participant",), delete=True, part=Part.MEASUREMENTS),
    Rule(
        Score,
        keep={
            "measurement rater taken_on indicator points answered asked next_on grown grown_of": _GROWTH,
        },
        part=Part.MEASUREMENTS,
    ),
    Rule(
        Measurement,
        delete=Q(finished_at__isnull=True),
        keep={"trajectory moment rater taken_on taken_by started_at finished_at": _GROWTH},
        part=Part.MEASUREMENTS,
    ),
    Rule(
        MeasurementChoice,
        keep={"takes_part text decided_on recorded_by recorded_at": "hoeveel mensen niet mee wilden doen"},
    ),
    Rule(LadderPosition, keep={"year half rung recorded_by recorded_on": "waar mensen op de participatieladder staan"}),
]
