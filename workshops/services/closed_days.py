"""Whether a workshop is closed on a day, also when it was elsewhere then."""

from collections import defaultdict
from datetime import date

from django.db.models import F, Q, Window
from django.db.models.functions import Lag
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
    past = Session.objects.filter(workshop__in=workshops, date__lt=today, location__isnull=False)
    # Only the first session after each move, also of one that came back to where it was.
    in_order = Window(Lag("location"), partition_by=F("workshop"), order_by=["date", "pk"])
    arrivals = past.annotate(before=in_order).filter(Q(before__isnull=True) | ~Q(before=F("location")))
    moves = defaultdict(dict)
    for workshop, location, first in arrivals.order_by("date").values_list("workshop", "location", "date"):
        moves[workshop][first] = location
    return moves


def is_closed(closures: list[Closure], workshop: Workshop, day: date, where: dict[date, int]) -> bool:
    """Whether one of `closures` closes the workshop where it was on that day; from today on where it is now."""
    began = max((first for first in where if first <= day), default=None)
    location = where[began] if began and day < timezone.localdate() else None
    return any(closure.closes(workshop, day, location) for closure in closures)
