"""Whether a workshop is closed on a day, also when it was elsewhere then."""

from collections import defaultdict
from datetime import date

from django.db.models import Min
from django.utils import timezone

from pluspunt.periods import Period
from workshops.models import Closure, Session, Workshop


def past_locations(workshops: list[Workshop], period: Period, closures: list[Closure]) -> dict[int, dict[date, int]]:
    """Workshop → first day → where it was from then on, as its sessions of the past say.

    Asked only when it matters: for days that have been, when a location is closed on some of them.
    """
    today = timezone.localdate()
    if period.start >= today or not any(closure.location_id for closure in closures):
        return {}
    past = Session.objects.filter(workshop__in=workshops, date__lt=today, location__isnull=False).order_by()
    moves = defaultdict(dict)
    for workshop, location, first in past.values_list("workshop", "location").annotate(Min("date")):
        moves[workshop][first] = location
    return moves


def is_closed(closures: list[Closure], workshop: Workshop, day: date, where: dict[date, int]) -> bool:
    """Whether one of `closures` closes the workshop where it was on that day; from today on where it is now."""
    began = max((first for first in where if first <= day), default=None)
    location = where[began] if began and day < timezone.localdate() else None
    return any(closure.closes(workshop, day, location) for closure in closures)
