"""Growth of people as they and their coaches say it, and of how many of them that is known (§6, §7).

Growth is no proof of what the house did: more happens in a life. What is written about it says so.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from impact.figures.attendance import TargetGroup, ratio
from impact.models import Measurement, MeasurementChoice, Rater, Score
from participants.models import PeopleIndicator, Trajectory
from pluspunt.periods import Period


@dataclass(frozen=True)
class GrowthFigures:
    """How far `n` people are from where they began, about one indicator, as one rater says; on a scale of 1 to 5.

    `total` is the exact sum of what each of them grew; `up` grew at least half a point, `down` fell back at least half
    a point, `same` is in between. Published from n ≥ 10.
    """

    n: int
    total: Fraction
    up: int
    down: int

    @property
    def same(self) -> int:
        return self.n - self.up - self.down

    @property
    def mean(self) -> float | None:
        return float(self.total / self.n) if self.n else None

    @property
    def up_share(self) -> float | None:
        return ratio(self.up, self.n)

    @property
    def same_share(self) -> float | None:
        return ratio(self.same, self.n)

    @property
    def down_share(self) -> float | None:
        return ratio(self.down, self.n)


@dataclass(frozen=True)
class CoverageFigures:
    """Of how many people something was measured in a period.

    `enrolled` are distinct participants, without skilled volunteers: they are not measured. Of them `refused` said no
    and did not change that before the period ended; they stay in the denominator, so that coverage never flatters.
    `measured` is by rater, `measured_any` by either.
    """

    enrolled: int
    refused: int
    measured: dict[str, int]
    measured_any: int

    @property
    def rate(self) -> float | None:
        return ratio(self.measured_any, self.enrolled)

    def rate_of(self, rater: str) -> float | None:
        return ratio(self.measured[rater], self.enrolled)


NO_GROWTH = GrowthFigures(0, Fraction(0), 0, 0)


def growth_figures(period: Period) -> dict[tuple[str, str], GrowthFigures]:
    """Growth per (rater, indicator); a person counts in the period of their last measurement in it. One query.

    Of each person the last score in the period is compared with the first that the same rater ever gave about the same
    indicator, when at least 90 days lie between them (§6). SELF and COACH are never put together. All twelve are there.
    """
    rows = (
        last_scores(period)
        .values("rater", "indicator", "grown_of")
        .annotate(
            n=Count("pk"),
            total=Sum("grown"),
            up=Count("pk", filter=Q(grown_of__lte=F("grown") * 2)),
            down=Count("pk", filter=Q(grown_of__lte=F("grown") * -2)),
        )
    )
    found = defaultdict(lambda: NO_GROWTH)
    for row in rows:
        key = row["rater"], row["indicator"]
        before = found[key]
        found[key] = GrowthFigures(
            before.n + row["n"],
            before.total + Fraction(row["total"], row["grown_of"]),
            before.up + row["up"],
            before.down + row["down"],
        )
    return {(rater, name): found[rater, name] for rater in Rater.values for name in PeopleIndicator.values}


def last_scores(period: Period) -> QuerySet[Score]:
    """The last score in `period` of each person, rater and indicator, where it can be compared with the first."""
    rows = Score.objects.filter(taken_on__range=(period.start, period.end), grown__isnull=False).order_by()
    return rows.filter(Q(next_on__isnull=True) | Q(next_on__gt=period.end))


def coverage_figures(period: Period) -> CoverageFigures:
    """How many participants there are and how many of them were measured in the period; one query."""
    done = finished_measurements(period)
    people = {"distinct": True}
    counts = measured_people(period).aggregate(
        enrolled=Count("participant", **people),
        refused=Count("participant", filter=Q(participant__in=refused_people(period.end)), **people),
        any=Count("participant", filter=Q(participant__in=done.values("participant")), **people),
        **{
            rater: Count(
                "participant", filter=Q(participant__in=done.filter(rater=rater).values("participant")), **people
            )
            for rater in Rater.values
        },
    )
    return CoverageFigures(
        enrolled=counts["enrolled"],
        refused=counts["refused"],
        measured={rater: counts[rater] for rater in Rater.values},
        measured_any=counts["any"],
    )


def measured_people(period: Period) -> QuerySet[Trajectory]:
    """The trajectories of who could be measured in the period: of participants, not of skilled volunteers."""
    paths = Trajectory.objects.exclude(target_group=TargetGroup.SKILLED_VOLUNTEER).order_by()
    return paths.overlapping(period.start, period.end)


def finished_measurements(period: Period) -> QuerySet[Measurement]:
    """The measurements that were finished and taken in the period."""
    return Measurement.objects.filter(finished_at__isnull=False, taken_on__range=(period.start, period.end)).order_by()


def refused_people(day: date) -> QuerySet:
    """The keys of people whose last choice up to `day` was no."""
    made = MeasurementChoice.objects.filter(decided_on__lte=day).order_by()
    later = Q(recorded_at__gt=OuterRef("recorded_at")) | Q(recorded_at=OuterRef("recorded_at"), pk__gt=OuterRef("pk"))
    replaced = made.filter(later, participant=OuterRef("participant"))
    return made.filter(~Exists(replaced), takes_part=False).values("participant")
