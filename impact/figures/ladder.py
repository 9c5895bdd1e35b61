"""Where people stand on the participatieladder, one step per half year, and how they moved (§7)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from impact.models import LadderPosition
from pluspunt.periods import Period

Rung = LadderPosition.Rung


@dataclass(frozen=True)
class LadderFigures:
    """The last step of each of `n` people in a period, and how it differs from their last one before that period.

    `people` is rung → how many, all six; `compared` are those who had a step before, of whom `up` stand higher.
    """

    n: int
    people: dict[int, int]
    compared: int
    up: int
    down: int

    @property
    def same(self) -> int:
        return self.compared - self.up - self.down


def ladder_figures(period: Period) -> LadderFigures:
    """Distribution over the rungs and movement; the half years that share a day with the period count. One query."""
    # Told apart first: else PostgreSQL would look for the rung before once for every count.
    rows = last_positions(period).values("participant", "rung", "before").distinct()
    people = {f"on_{rung}": Count("participant", filter=Q(rung=rung)) for rung in Rung.values}
    found = rows.aggregate(
        n=Count("participant"),
        compared=Count("participant", filter=Q(before__isnull=False)),
        up=Count("participant", filter=Q(before__lt=F("rung"))),
        down=Count("participant", filter=Q(before__gt=F("rung"))),
        **people,
    )
    return LadderFigures(
        n=found["n"],
        people={rung: found[f"on_{rung}"] for rung in Rung.values},
        compared=found["compared"],
        up=found["up"],
        down=found["down"],
    )


def last_positions(period: Period) -> QuerySet[LadderPosition]:
    """The last position of each person in `period`, with `before`: the rung of their last one before it."""
    first, last = half_year_of(period.start), half_year_of(period.end)
    inside = LadderPosition.objects.filter(_until(*last)).exclude(_until(first[0], first[1] - 1)).order_by()
    own = {"participant": OuterRef("participant")}
    later = Q(year__gt=OuterRef("year")) | Q(year=OuterRef("year"), half__gt=OuterRef("half"))
    earlier = LadderPosition.objects.filter(_until(first[0], first[1] - 1), **own).order_by("-year", "-half")
    return inside.filter(~Exists(inside.filter(later, **own))).annotate(before=Subquery(earlier.values("rung")[:1]))


def half_year_of(day: date) -> tuple[int, int]:
    """(year, half) in which `day` lies; January to June is the first half."""
    return day.year, 1 if day.month <= 6 else 2


def _until(year: int, half: int) -> Q:
    """Positions up to and with this half year; half 0 is the end of the year before."""
    return Q(year__lt=year) | Q(year=year, half__lte=half)
