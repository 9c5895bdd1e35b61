"""How many people there are, who started, who stopped and where they went."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from impact.figures.attendance import Status, TargetGroup, ratio
from participants.models import RESTART_WITHIN, Trajectory
from pluspunt.periods import Period
from workshops.models import Attendance, Placement, Session


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


def reached_people(period: Period) -> int:
    """Bereikt: distinct people, volunteers included, with at least one attended slot, planned or not."""
    attended = Attendance.objects.filter(
        date__range=(period.start, period.end), status=Status.PRESENT, session__state=Session.State.PLANNED
    )
    return attended.aggregate(people=Count("participant", distinct=True))["people"]


def enrolled_people(period: Period) -> int:
    """Ingeschreven: distinct people, volunteers included, with a trajectory that overlaps the period."""
    overlapping = Trajectory.objects.overlapping(period.start, period.end)
    return overlapping.aggregate(people=Count("participant", distinct=True))["people"]


def flow_figures(period: Period) -> dict[str, FlowFigures]:
    """Stand, instroom and uitstroom per target group; `begin` + `inflow` − `outflow` = `end` (invariant 2).

    First and last day belong to a trajectory. `begin` are those running on the day before the period who did not stop
    that day, so that it equals the `end` of the period before. Trajectories of one kind that follow each other within
    28 days are one: the gap is neither outflow nor inflow, and the person stays in the stock.
    """
    starts = Q(start_date__range=(period.start, period.end))
    rows = (
        paths_of_groups()
        .values("target_group")
        .annotate(
            begin=Count("pk", filter=in_stock(period.start)),
            inflow=Count("pk", filter=starts & Q(continues=False)),
            outflow=Count("pk", filter=leaves(period)),
            end=Count("pk", filter=in_stock(period.end + timedelta(days=1))),
            enrolled=Count(
                "participant",
                distinct=True,
                filter=Q(start_date__lte=period.end) & (Q(end_date__isnull=True) | Q(end_date__gte=period.start)),
            ),
        )
    )
    found = {row.pop("target_group"): FlowFigures(**row) for row in rows}
    return {group: found.get(group, FlowFigures(0, 0, 0, 0, 0)) for group in TargetGroup.values}


def house_flow_figures(period: Period) -> FlowFigures:
    """Stand, instroom and uitstroom of people in the whole house; `begin` + `inflow` − `outflow` = `end`.

    Somebody with two trajectories counts once, and moving between target groups within 28 days is neither inflow nor
    outflow (§6): all trajectories of a person with at most 28 days between them are one stay.
    """
    rows = stays()
    starts = Q(start_date__range=(period.start, period.end), continues=False)
    people = {"distinct": True}
    return FlowFigures(
        **rows.aggregate(
            begin=Count("participant", filter=in_stock(period.start), **people),
            inflow=Count("pk", filter=starts),
            outflow=Count("pk", filter=leaves(period)),
            end=Count("participant", filter=in_stock(period.end + timedelta(days=1)), **people),
            enrolled=Count(
                "participant",
                filter=Q(start_date__lte=period.end) & (Q(end_date__isnull=True) | Q(end_date__gte=period.start)),
                **people,
            ),
        )
    )


def flow_through_figures(period: Period) -> FlowThroughFigures:
    """Doorstroom (§6): people who moved up / people enrolled in day care or activation, both distinct people.

    Moving up is day care → activation → volunteer, in one action, or to a workplace at a partner. The first counts in
    the period in which the trajectory that was left has its last day, so that who moved was enrolled.
    """
    rows = moved_up(period)
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


def moved_up(period: Period) -> QuerySet[Trajectory]:
    """Trajectories in day care or activation in the period, which know who `went_between` and `went_to_partner`.

    To a partner goes who first comes to a workplace there after having worked elsewhere: who begins there did not move.
    """
    lower = Trajectory.objects.exclude(target_group=TargetGroup.SKILLED_VOLUNTEER).order_by()
    own = Placement.objects.filter(participant=OuterRef("participant"), start_date__lt=OuterRef("start_date"))
    first = ~Exists(own.filter(workshop__host__isnull=False).order_by())
    elsewhere = Exists(own.filter(workshop__host__isnull=True).order_by())
    at_partner = Placement.objects.filter(
        first,
        elsewhere,
        trajectory=OuterRef("pk"),
        workshop__host__isnull=False,
        start_date__range=(period.start, period.end),
    )
    return lower.overlapping(period.start, period.end).annotate(
        went_between=Exists(Trajectory.objects.filter(moved_from=OuterRef("pk")).order_by())
        & Q(end_date__isnull=False, end_date__lte=period.end),
        went_to_partner=Exists(at_partner.order_by()),
    )


def destinations(period: Period) -> dict[str, int]:
    """Where those who left the house in the period went: destination → people; "" where nobody wrote it down.

    Only destinations that occur; together they are the house's outflow.
    """
    left = stays().filter(leaves(period)).values("destination").annotate(people=Count("pk"))
    found = dict(left.values_list("destination", "people"))
    return {value: found[value] for value in (*Trajectory.Destination.values, "") if value in found}


def people_by_strand(period: Period) -> dict[str, int]:
    """Distinct people in activation per strand (sociaal, educatief, arbeidsmatig); somebody may have several."""
    rows = Trajectory.objects.overlapping(period.start, period.end).order_by()
    strands = ("strand_social", "strand_educational", "strand_work")
    return rows.aggregate(**{name: Count("participant", distinct=True, filter=Q(**{name: True})) for name in strands})


def paths_of_groups() -> QuerySet[Trajectory]:
    """Trajectories that know whether they continue one of the same kind, `goes_on` after them, and from when."""
    same_kind = {"participant": OuterRef("participant"), "target_group": OuterRef("target_group")}
    before = Trajectory.objects.filter(
        **same_kind, end_date__lt=OuterRef("start_date"), end_date__gte=OuterRef("start_date") - RESTART_WITHIN
    )
    after = Trajectory.objects.filter(
        **same_kind, start_date__gt=OuterRef("end_date"), start_date__lte=OuterRef("end_date") + RESTART_WITHIN
    )
    return Trajectory.objects.order_by().annotate(
        continues=Exists(before.order_by()),
        goes_on=Exists(after.order_by()),
        next_start=Subquery(after.order_by("start_date").values("start_date")[:1]),
    )


def stays() -> QuerySet[Trajectory]:
    """Trajectories that know whether one person's stay `continues` in them, `goes_on` after them, and from when."""
    others = Trajectory.objects.filter(participant=OuterRef("participant")).exclude(pk=OuterRef("pk")).order_by()
    still_there = Q(end_date__isnull=True) | Q(end_date__gte=OuterRef("start_date") - RESTART_WITHIN)
    began_first = Q(start_date__lt=OuterRef("start_date")) | Q(start_date=OuterRef("start_date"), pk__lt=OuterRef("pk"))
    ends_later = Q(end_date__isnull=True) | Q(end_date__gt=OuterRef("end_date"))
    ends_last = ends_later | Q(end_date=OuterRef("end_date"), pk__gt=OuterRef("pk"))
    soon = Q(start_date__lte=OuterRef("end_date") + RESTART_WITHIN)
    following = others.filter(soon, start_date__gt=OuterRef("end_date"))
    return Trajectory.objects.order_by().annotate(
        continues=Exists(others.filter(began_first & still_there)),
        goes_on=Exists(others.filter(ends_last & soon)),
        next_start=Subquery(following.order_by("start_date").values("start_date")[:1]),
    )


def leaves(period: Period) -> Q:
    """Of `stays` or `paths_of_groups`: whose last day lies in the period, and who does not go on soon after."""
    return Q(end_date__range=(period.start, period.end), goes_on=False)


def in_stock(day: date) -> Q:
    """Running on the day before `day` and not stopped then, or in the gap before a restart."""
    goes_on = Q(end_date__isnull=True) | Q(end_date__gte=day) | Q(next_start__gte=day)
    return Q(start_date__lt=day) & goes_on
