"""The people behind a figure: those of a stock, who came, who went, and where to."""

from datetime import timedelta

from django.db.models import Q, QuerySet

from impact.figures.attendance import TargetGroup
from impact.figures.facts.kinds import Facts, Trait, first_of_month, month_said
from impact.figures.path import LEFT_OUT, POSITIVE, cohort_of, first_times
from impact.figures.people import moved_up
from impact.figures.scope import Scope
from impact.figures.stays import STAYED_HERE, in_stock, leaves, starts, stays, stays_per_group, with_destination
from participants.models import Trajectory
from pluspunt.periods import Period

GROUPS = dict(TargetGroup.choices)
DESTINATIONS = dict(Trajectory.Destination.choices) | {STAYED_HERE: "nog bij Pluspunt", "": "niet ingevuld"}
GROUP = Trait("Doelgroep", "target_group", lambda value: GROUPS[value])
STARTED = Trait("Begonnen in", "start_date", month_said, first_of_month)
STOPPED = Trait("Gestopt in", "end_date", month_said, first_of_month)
DESTINATION = Trait("Waarheen", "went_to", lambda value: DESTINATIONS[value])
STRANDS = ("social", "educational", "work")
HAS_STRAND = Q(strand_social=True) | Q(strand_educational=True) | Q(strand_work=True)


def flow_facts(whose: str, name: str, period: Period, scope: Scope) -> Facts | None:
    """The stays behind `flow.ACTIVATION.begin`, `flow.house.outflow` …"""
    is_house = whose not in TargetGroup.values
    rows = stays(scope, period) if is_house else stays_per_group(scope, period).filter(target_group=whose)
    kind, traits = _kind(scope), [GROUP] if is_house else []
    stock = {"begin": period.start, "end": period.end + timedelta(days=1)}
    if name in stock:
        # In a stock everybody counts once.
        return Facts(kind, rows.filter(in_stock(stock[name])), traits, each="participant")
    if name == "enrolled":
        return Facts(kind, rows.overlapping(period.start, period.end), traits, each="participant")
    if name == "inflow":
        return Facts(kind, rows.filter(starts(period)), [STARTED, *traits])
    return Facts(kind, _left(period, scope, rows), [STOPPED, DESTINATION, *traits]) if name == "outflow" else None


def flow_through_facts(name: str, period: Period, scope: Scope) -> Facts | None:
    """Who moved up, which way, or who was enrolled where one can move up from."""
    between, to_partner = Q(went_between=True), Q(went_to_partner=True)
    ways = {"moved": between | to_partner, "between": between, "to_partner": to_partner, "enrolled": Q()}
    rows = moved_up(period, scope)
    return Facts("path", rows.filter(ways[name]), [GROUP], each="participant") if name in ways else None


def destination_facts(value: str, period: Period, scope: Scope) -> Facts:
    """Who left and went there; `none` is where nobody wrote it down."""
    rows = _left(period, scope).filter(went_to="" if value == "none" else value)
    return Facts(_kind(scope), rows, [STOPPED, GROUP])


def onward_facts(name: str, period: Period, scope: Scope) -> Facts | None:
    """Who left without moving house or dying (`left`), and who of them went `onward`."""
    rows = _left(period, scope).exclude(went_to__in=LEFT_OUT)
    ways = {"left": Q(), "onward": Q(went_to__in=POSITIVE)}
    traits = [DESTINATION, STOPPED, GROUP]
    return Facts(_kind(scope), rows.filter(ways[name]), traits) if name in ways else None


def retention_facts(months: int, name: str, period: Period, scope: Scope) -> Facts | None:
    """Who began `months` months before a day of the period, and who of them `stayed`."""
    ways = {"cohort": Q(), "stayed": Q(has_stayed=True)}
    rows = cohort_of(months, period, scope)
    return Facts(_kind(scope), rows.filter(ways[name]), [STARTED, GROUP]) if name in ways else None


def waiting_facts(name: str, period: Period, scope: Scope) -> Facts | None:
    """Who came for the first time after an application."""
    rows = Trajectory.objects.filter(pk__in=first_times(period, scope).values("trajectory"))
    return Facts("path", rows, [STARTED, GROUP]) if name == "people" else None


def strand_facts(name: str, period: Period, scope: Scope) -> Facts | None:
    """Who is in activation with this strand, with any (`filled`) or without one (`missing`)."""
    rows = scope.paths(period).filter(target_group=TargetGroup.ACTIVATION).overlapping(period.start, period.end)
    filled = rows.filter(HAS_STRAND)
    if name == "missing":
        rows = rows.exclude(participant__in=filled.order_by().values("participant"))
    elif name == "filled":
        rows = filled
    elif name in STRANDS:
        rows = rows.filter(**{f"strand_{name}": True})
    else:
        return None
    return Facts("path", rows, [STARTED], each="participant")


def _left(period: Period, scope: Scope, rows: QuerySet | None = None) -> QuerySet:
    """Who left in the period, with where each went."""
    return with_destination((stays(scope, period) if rows is None else rows).filter(leaves(period)), scope)


def _kind(scope: Scope) -> str:
    """To workshops people belong by their placements, elsewhere by their trajectories."""
    return "place" if scope.is_of_workshops else "path"
