"""Which planned day parts an absence or a pause takes away, told before it is saved."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils import timezone

from participants.models import Participant
from workshops.models import Absence, Session


@dataclass(frozen=True)
class AwayFrom:
    """Planned day parts per workshop, by name; `days` are the first and the last of them."""

    workshops: list[tuple[str, int]]
    days: tuple[date, date] | None

    @property
    def day_parts(self) -> int:
        return sum(count for _, count in self.workshops)

    def __str__(self):
        """ "12 dagdelen in 3 werkplaatsen"."""
        parts = "1 dagdeel" if self.day_parts == 1 else f"{self.day_parts} dagdelen"
        return f"{parts} in {'1 werkplaats' if len(self.workshops) == 1 else f'{len(self.workshops)} werkplaatsen'}"


def touched_by(participant: Participant, start: date, end: date, day_part: str = "") -> AwayFrom:
    """What an absence from `start` to `end` would fill: open and planned from today on, in registers that are made."""
    rows = participant.attendances.open().filter(
        planned=True, session__state=Session.State.PLANNED, date__gte=max(start, timezone.localdate()), date__lte=end
    )
    return _counted(rows.filter(day_part=day_part) if day_part else rows)


def filled_by(absence: Absence) -> AwayFrom:
    """What an absence filled."""
    return _counted(absence.attendances.all())


def _counted(rows) -> AwayFrom:
    per_workshop = rows.order_by().values_list("workshop__name").annotate(Count("pk")).order_by("workshop__name")
    days = sorted(rows.order_by().values_list("date", flat=True).distinct())
    return AwayFrom(list(per_workshop), (days[0], days[-1]) if days else None)
