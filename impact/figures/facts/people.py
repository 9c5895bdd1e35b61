"""The people behind a figure: those of a stock, who came, who went, and where to."""

from datetime import timedelta

from django.db.models import Q, QuerySet

from impact.figures.attendance import TargetGroup
from impact.figures.facts.kinds import Facts, Trait, first_of_month, month_said, said_by
from impact.figures.path import LEFT_OUT, POSITIVE, cohort_of, first_times
from impact.figures.people import moved_up
from impact.figures.stays import in_stock, leaves, starts, stays, stays_per_group
from participants.models import Trajectory
from pluspunt.periods import Period

GROUP = Trait("Doelgroep", "target_group", said_by(TargetGroup))
STARTED = Trait("Begonnen in", "start_date", month_said, first_of_month)
STOPPED = Trait("Gestopt in", "end_date", month_said, first_of_month)
DESTINATION = Trait("Waarheen", "destination", said_by(Trajectory.Destination))
STRANDS = ("social", "educational", "work")
HAS_STRAND = Q(strand_social=True) | Q(strand_educational=True) | Q(strand_work=True)


def flow_facts(whose: str, name: str, period: Period) -> Facts | None:
    """The paths behind `flow.ACTIVATION.begin`, `flow.house.outflow` …"""
    is_house = whose not in TargetGroup.values
    rows = stays() if is_house else stays_per_group().filter(target_group=whose)
    traits = [GROUP] if is_house else []
    stock = {"begin": period.start, "end": period.end + timedelta(days=1)}
    if name in stock:
        # Somebody with two paths at once stands in the stock of the house once.
        return Facts("path", rows.filter(in_stock(stock[name])), traits, each="participant" if is_house else "pk")
    if name == "enrolled":
        return enrolled_facts(rows, period, traits)
    if name == "inflow":
        return Facts("path", rows.filter(starts(period)), [STARTED, *traits])
    if name == "outflow":
        return Facts("path", rows.filter(leaves(period)), [STOPPED, DESTINATION, *traits])
    return None


def enrolled_facts(rows: QuerySet, period: Period, traits: list[Trait]) -> Facts:
    """Distinct people of these paths who were enrolled in the period."""
    return Facts("path", rows.overlapping(period.start, period.end), traits, each="participant")


def flow_through_facts(name: str, period: Period) -> Facts | None:
    """Who moved up, which way, or who was enrolled where one can move up from."""
    rows = moved_up(period)
    between, to_partner = Q(went_between=True), Q(went_to_partner=True)
    ways = {"moved": between | to_partner, "between": between, "to_partner": to_partner}
    if name in ways:
        return Facts("path", rows.filter(ways[name]), [GROUP], each="participant")
    return enrolled_facts(rows, period, [GROUP]) if name == "enrolled" else None


def destination_facts(value: str, period: Period) -> Facts:
    """Who left the house and went there; `none` is where nobody wrote it down."""
    rows = stays().filter(leaves(period), destination="" if value == "none" else value)
    return Facts("path", rows, [STOPPED, GROUP])


def onward_facts(name: str, period: Period) -> Facts | None:
    """Who left without moving house or dying (`left`), and who of them went `onward`."""
    rows = stays().filter(leaves(period)).exclude(destination__in=LEFT_OUT)
    if name == "onward":
        return Facts("path", rows.filter(destination__in=POSITIVE), [DESTINATION, STOPPED, GROUP])
    return Facts("path", rows, [DESTINATION, STOPPED, GROUP]) if name == "left" else None


def retention_facts(months: int, name: str, period: Period) -> Facts | None:
    """Who began `months` months before a day of the period, and who of them `stayed`."""
    if name not in ("cohort", "stayed"):
        return None
    rows = cohort_of(months, period)
    return Facts("path", rows.filter(has_stayed=True) if name == "stayed" else rows, [STARTED, GROUP])


def waiting_facts(name: str, period: Period) -> Facts | None:
    """Who came for the first time after an application."""
    rows = Trajectory.objects.filter(pk__in=first_times(period).values("trajectory"))
    return Facts("path", rows, [STARTED, GROUP]) if name == "people" else None


def strand_facts(name: str, period: Period) -> Facts | None:
    """Who is in activation with this strand, with any (`filled`) or without one (`missing`)."""
    rows = Trajectory.objects.filter(target_group=TargetGroup.ACTIVATION)
    if name in STRANDS:
        return enrolled_facts(rows.filter(**{f"strand_{name}": True}), period, [])
    filled = rows.filter(HAS_STRAND)
    if name == "filled":
        return enrolled_facts(filled, period, [])
    with_one = filled.overlapping(period.start, period.end).order_by()
    return enrolled_facts(rows.exclude(participant__in=with_one.values("participant")), period, [])
