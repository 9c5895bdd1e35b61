"""The people behind what was measured: who grew and how, of whom it is known, and on which rung they stand."""

from django.db.models import F, Q

from impact.figures.attendance import TargetGroup
from impact.figures.facts.kinds import Facts, Trait, first_of_month, month_said, said_by
from impact.figures.growth import finished_measurements, last_scores, measured_people, refused_people
from impact.figures.ladder import last_positions
from impact.models import LadderPosition
from pluspunt.periods import Period

GROUP = Trait("Doelgroep", "target_group", said_by(TargetGroup))
MEASURED_IN = Trait("Gemeten in", "taken_on", month_said, first_of_month)
RUNG = Trait("Trede", "rung", said_by(LadderPosition.Rung))
# Growth is kept as a whole number and what it is divided by: half a point or more, either way.
UP, DOWN = Q(grown_of__lte=F("grown") * 2), Q(grown_of__lte=F("grown") * -2)
WAYS = {"n": Q(), "up": UP, "down": DOWN, "same": ~UP & ~DOWN}
MOVES = {"compared": Q(), "up": Q(before__lt=F("rung")), "down": Q(before__gt=F("rung")), "same": Q(before=F("rung"))}


def growth_facts(rater: str, indicator: str, name: str, period: Period) -> Facts | None:
    """The people behind `growth.SELF.SELF_CONFIDENCE.up`."""
    if name not in WAYS:
        return None
    rows = last_scores(period).filter(WAYS[name], rater=rater, indicator=indicator)
    return Facts("person", rows, [MEASURED_IN], each="participant")


def coverage_facts(whose: str, name: str, period: Period) -> Facts | None:
    """The people behind `coverage.enrolled`, `coverage.refused`, `coverage.measured` and `coverage.SELF.measured`."""
    rows, done = measured_people(period), finished_measurements(period)
    if name == "measured":
        done = done if whose == name else done.filter(rater=whose)
        rows = rows.filter(participant__in=done.values("participant"))
    elif name == "refused":
        rows = rows.filter(participant__in=refused_people(period.end))
    elif name != "enrolled":
        return None
    return Facts("person", rows, [GROUP], each="participant")


def ladder_facts(name: str, period: Period) -> Facts:
    """The people with a position, on one rung (`ladder.3`), or who moved one way (`ladder.up`)."""
    rows = last_positions(period)
    if name in MOVES:
        rows = rows.filter(MOVES[name], before__isnull=False)
    elif name != "n":
        rows = rows.filter(rung=int(name))
    return Facts("person", rows, [RUNG], each="participant")
