"""The people behind a figure: those of a stock, who came, who went, and where to."""

from datetime import timedelta

from django.db.models import Q, QuerySet

from impact.figures.attendance import TargetGroup
from impact.figures.facts.kinds import Facts, Trait, first_of_month, month_said, said_by
from impact.figures.people import in_stock, leaves, paths_of_groups, stays
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
    rows = stays() if is_house else paths_of_groups().filter(target_group=whose)
    traits = [GROUP] if is_house else []
    stock = {"begin": period.start, "end": period.end + timedelta(days=1)}
    if name in stock:
        # Somebody with two paths at once stands in the stock of the house once.
        return Facts("path", rows.filter(in_stock(stock[name])), traits, each="participant" if is_house else "pk")
    if name == "enrolled":
        return enrolled_facts(rows, period, traits)
    if name == "inflow":
        began = Q(start_date__range=(period.start, period.end), continues=False)
        return Facts("path", rows.filter(began), [STARTED, *traits])
    if name == "outflow":
        return Facts("path", rows.filter(leaves(period)), [STOPPED, DESTINATION, *traits])
    return None


def enrolled_facts(rows: QuerySet, period: Period, traits: list[Trait]) -> Facts:
    """Distinct people of these paths who were enrolled in the period."""
    return Facts("path", rows.overlapping(period.start, period.end), traits, each="participant")


def flow_through_facts(name: str, period: Period) -> Facts | None:
    """Who moved up, or who was enrolled where one can move up from."""
    lower = Trajectory.objects.exclude(target_group=TargetGroup.SKILLED_VOLUNTEER)
    if name == "moved":
        moved = lower.filter(moved_to__isnull=False, end_date__range=(period.start, period.end))
        return Facts("path", moved, [GROUP, STOPPED], each="participant")
    return enrolled_facts(lower, period, [GROUP]) if name == "enrolled" else None


def destination_facts(value: str, period: Period) -> Facts:
    """Who left the house and went there; `none` is where nobody wrote it down."""
    rows = stays().filter(leaves(period), destination="" if value == "none" else value)
    return Facts("path", rows, [STOPPED, GROUP])


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
