"""How many people there are, who started, who stopped and where they went."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from impact.figures.attendance import TargetGroup, attended_slots, people_in, ratio
from impact.figures.scope import HOUSE, Scope
from impact.figures.stays import (
    STAYED_HERE,
    in_stock,
    leaves,
    matters_to,
    starts,
    stays,
    stays_per_group,
    with_destination,
)
from participants.models import Trajectory
from pluspunt.periods import Period
from workshops.models import Placement


@dataclass(frozen=True)
class FlowFigures:
    """People of one target group (or of all) in a period; `begin` + `inflow` − `outflow` = `end`."""

    begin: int
    inflow: int
    outflow: int
    end: int
    enrolled: int


@dataclass(frozen=True)
class FlowThroughFigures:
    """Doorstroom: of the people `enrolled` in day care or activation in a period, those who `moved` up.

    Some of them went `between` target groups, some `to_partner`: to a workplace at a partner; somebody may do both.
    """

    moved: int
    enrolled: int
    between: int = 0
    to_partner: int = 0

    @property
    def rate(self) -> float | None:
        return ratio(self.moved, self.enrolled)


def reached_people(period: Period, scope: Scope = HOUSE) -> int:
    """Bereikt: distinct people, volunteers included, with at least one attended slot, planned or not."""
    return people_in(attended_slots(period, scope))


def enrolled_people(period: Period, scope: Scope = HOUSE) -> int:
    """Ingeschreven: distinct people, volunteers included, with a trajectory that overlaps the period.

    In workshops: with a placement there that overlaps the period.
    """
    rows = scope.placements(period) if scope.is_of_workshops else scope.paths(period)
    return rows.overlapping(period.start, period.end).aggregate(people=Count("participant", distinct=True))["people"]


def flow_figures(period: Period, scope: Scope = HOUSE) -> dict[str, FlowFigures]:
    """Stand, instroom and uitstroom per target group; `begin` + `inflow` − `outflow` = `end` (invariant 2).

    First and last day belong to a trajectory. `begin` are those running on the day before the period who did not stop
    that day, so that it equals the `end` of the period before. Trajectories of one kind that follow each other within
    28 days are one: the gap is neither outflow nor inflow, and the person stays in the stock.
    """
    rows = stays_per_group(scope, period).filter(matters_to(period)).values("target_group").annotate(**_flow(period))
    found = {row.pop("target_group"): FlowFigures(**row) for row in rows}
    return {group: found.get(group, FlowFigures(0, 0, 0, 0, 0)) for group in TargetGroup.values}


def house_flow_figures(period: Period, scope: Scope = HOUSE) -> FlowFigures:
    """Stand, instroom and uitstroom of people in the whole house; `begin` + `inflow` − `outflow` = `end`.

    Somebody with two trajectories counts once, and moving between target groups within 28 days is neither inflow nor
    outflow (§6): all trajectories of a person with at most 28 days between them are one stay. In a narrower scope the
    same of who belongs there: who moves from one workshop of a location to another stays at that location.
    """
    return FlowFigures(**stays(scope, period).filter(matters_to(period)).aggregate(**_flow(period)))


def _flow(period: Period) -> dict[str, Count]:
    """What of stays is counted; in a stock everybody counts once."""
    people = {"distinct": True}
    overlaps = Q(start_date__lte=period.end) & (Q(end_date__isnull=True) | Q(end_date__gte=period.start))
    return {
        "begin": Count("participant", filter=in_stock(period.start), **people),
        "inflow": Count("pk", filter=starts(period)),
        "outflow": Count("pk", filter=leaves(period)),
        "end": Count("participant", filter=in_stock(period.end + timedelta(days=1)), **people),
        "enrolled": Count("participant", filter=overlaps, **people),
    }


def flow_through_figures(period: Period, scope: Scope = HOUSE) -> FlowThroughFigures:
    """Doorstroom (§6): people who moved up / people enrolled in day care or activation, both distinct people.

    Moving up is day care → activation → volunteer, in one action, or to a workplace at a partner. The first counts in
    the period in which the trajectory that was left has its last day, so that who moved was enrolled.
    """
    # Told apart first: else PostgreSQL would find out for every count again who moved.
    rows = moved_up(period, scope).values("pk", "participant", "went_between", "went_to_partner").distinct()
    between, to_partner = Q(went_between=True), Q(went_to_partner=True)
    people = {"distinct": True}
    return FlowThroughFigures(
        **rows.aggregate(
            moved=Count("participant", filter=between | to_partner, **people),
            enrolled=Count("participant", **people),
            between=Count("participant", filter=between, **people),
            to_partner=Count("participant", filter=to_partner, **people),
        )
    )


def moved_up(period: Period, scope: Scope = HOUSE) -> QuerySet[Trajectory]:
    """Trajectories in day care or activation in the period, which know who `went_between` and `went_to_partner`.

    To a partner goes who first comes to a workplace there after having worked elsewhere: who begins there did not move.
    """
    lower = scope.paths(period).exclude(target_group=TargetGroup.SKILLED_VOLUNTEER)
    own = Placement.objects.filter(participant=OuterRef("participant"), start_date__lt=OuterRef("start_date"))
    first = ~Exists(own.filter(workshop__host__isnull=False).order_by())
    elsewhere = Exists(own.filter(workshop__host__isnull=True).order_by())
    days = (period.start, period.end)
    at_partner = Placement.objects.filter(first, elsewhere, workshop__host__isnull=False, start_date__range=days)
    # Who was left behind in the period for something that began after it.
    onward = Trajectory.objects.filter(moved_from__isnull=False, start_date__gt=period.start)
    return lower.overlapping(*days).annotate(
        went_between=Q(pk__in=onward.order_by().values("moved_from"))
        & Q(end_date__isnull=False, end_date__lte=period.end),
        went_to_partner=Q(pk__in=at_partner.order_by().values("trajectory")),
    )


def destinations(period: Period, scope: Scope = HOUSE) -> dict[str, int]:
    """Where those who left in the period went: destination → people; "" where nobody wrote it down.

    Only destinations that occur; together they are the outflow. `STAYED_HERE` occurs in a narrower scope only: who left
    that and not the house.
    """
    left = with_destination(stays(scope, period).filter(leaves(period)), scope)
    found = dict(left.values_list("went_to").annotate(people=Count("pk")))
    return {value: found[value] for value in (*Trajectory.Destination.values, STAYED_HERE, "") if value in found}


def people_by_strand(period: Period, scope: Scope = HOUSE) -> dict[str, int]:
    """Distinct people in activation per strand (sociaal, educatief, arbeidsmatig); somebody may have several."""
    rows = scope.paths(period).overlapping(period.start, period.end)
    strands = ("strand_social", "strand_educational", "strand_work")
    return rows.aggregate(**{name: Count("participant", distinct=True, filter=Q(**{name: True})) for name in strands})
