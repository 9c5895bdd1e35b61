"""Taking over a weekly pattern: of somebody's own earlier places, or of somebody else."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from participants.models import Participant
from workshops.models import Placement, Weeks
from workshops.services.room import Slot


@dataclass(frozen=True)
class Pattern:
    """The day parts of one rhythm; `left_out` are those of the other one, which are placed apart."""

    participant: Participant
    slots: list[Slot]
    every_other_week: bool
    left_out: list[Placement]


def pattern_of(participant: Participant, *, earlier: bool) -> Pattern | None:
    """The places that somebody has, else those of the last day on which they had any; `None` when they never had.

    With `earlier` only places that are over.
    """
    today = timezone.localdate()
    placements = list(participant.placements.select_related("workshop"))
    found = [] if earlier else [each for each in placements if each.end_date is None or each.end_date >= today]
    if not found:
        over = [each for each in placements if each.end_date and each.end_date < today]
        last = max((each.end_date for each in over), default=None)
        # The places of a last week rarely end on one and the same day.
        found = [each for each in over if each.end_date > last - timedelta(weeks=1)]
    if not found:
        return None
    every_week = [each for each in found if each.weeks == Weeks.EVERY]
    taken = every_week or found
    slots = {Slot(each.workshop, each.weekday, each.day_part): None for each in taken}
    return Pattern(participant, list(slots), not every_week, [each for each in found if each not in taken])
