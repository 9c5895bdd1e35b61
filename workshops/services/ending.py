"""What it changes when one placement ends, said before it is done."""

from dataclasses import dataclass
from datetime import date

from workshops.models import ANY_DAY, Attendance, Placement, WaitingEntry
from workshops.services.advice import IndicationRoom, indication_room


@dataclass(frozen=True)
class EndingEffect:
    """`rows` stand ready in registers after the last day and go; `waiting` people wait for this day part; `after` is
    the indication without this placement, `None` for a volunteer."""

    rows: int
    waiting: int
    after: IndicationRoom | None


def effect_of_ending(placement: Placement, last_day: date) -> EndingEffect:
    """What goes when `placement` ends after `last_day`; five queries."""
    rows = Attendance.objects.open().filter(
        participant=placement.participant_id,
        workshop=placement.workshop_id,
        day_part=placement.day_part,
        planned=True,
        date__gt=last_day,
        date__iso_week_day=placement.weekday,
    )
    waiting = WaitingEntry.objects.waiting().filter(
        weekday__in=[ANY_DAY, placement.weekday],
        day_part__in=["", placement.day_part],
        workshop=placement.workshop_id,
    )
    path = placement.trajectory
    after = None if path.is_volunteer else indication_room(path, last_day, instead_of=placement)
    return EndingEffect(rows.count(), waiting.count(), after)
