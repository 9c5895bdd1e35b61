"""How long people wait for a place in a workshop: those who wait now, and those who were placed in the last year."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.db.models import Q
from django.utils import timezone

from workshops.models import WaitingEntry, Workshop

LAST_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Wait:
    """So many wishes; `median` and `longest` in days, `None` when there are none."""

    count: int
    median: float | None
    longest: int | None


@dataclass(frozen=True)
class WaitingTimes:
    """Of one workshop, or of the whole house (`workshop` is `None`)."""

    workshop: Workshop | None
    now: Wait
    placed: Wait


def wait_of(days: Iterable[int]) -> Wait:
    """The figures of a list of waiting times in days."""
    days = list(days)
    return Wait(len(days), median(days) if days else None, max(days, default=None))


def waiting_times(workshops: Iterable[Workshop]) -> list[WaitingTimes]:
    """Per workshop with a wish that counts, by name, and last the house; one query.

    From the question to today for what waits, to the decision for what was placed in the last 365 days. Somebody who
    waits for two day parts counts twice: a figure of places, not of people.
    """
    today = timezone.localdate()
    now, placed = defaultdict(list), defaultdict(list)
    State = WaitingEntry.State
    counted = Q(state=State.WAITING) | Q(state=State.PLACED, decided_on__gt=today - LAST_YEAR)
    rows = WaitingEntry.objects.filter(counted).order_by()
    for workshop, asked_on, decided_on in rows.values_list("workshop", "asked_on", "decided_on"):
        (now if decided_on is None else placed)[workshop].append(_days(asked_on, decided_on or today))
    known = sorted((w for w in workshops if w.pk in now or w.pk in placed), key=lambda w: (w.name, w.pk))
    times = [WaitingTimes(w, wait_of(now[w.pk]), wait_of(placed[w.pk])) for w in known]
    everything = [[days for each in by_workshop.values() for days in each] for by_workshop in (now, placed)]
    return [*times, WaitingTimes(None, *map(wait_of, everything))]


def _days(start: date, end: date) -> int:
    return (end - start).days
