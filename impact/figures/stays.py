"""How long people belonged somewhere: rows with a period, of which those of one person that follow soon are one stay.

Somebody belongs to the house or to a target group by a trajectory, to workshops by a placement (`Scope`). Rows with at
most 28 days between them are one stay (§6): the gap is neither outflow nor inflow.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from impact.figures.scope import HOUSE, Scope
from participants.models import RESTART_WITHIN, Trajectory
from pluspunt.periods import Period

# Where somebody went who left a target group or workshops, and not the house.
STAYED_HERE = "STAYED_HERE"


def stays(scope: Scope = HOUSE, period: Period | None = None) -> QuerySet:
    """Rows that know whether one person's stay `continues` in them, `goes_on` after them, and from when (`next_start`).

    Of every time; `period` says which workshops belong to a scope of workshops, and is needed there.
    """
    return _joined(scope, period, same=())


def stays_per_group(scope: Scope = HOUSE, period: Period | None = None) -> QuerySet:
    """The same, where only rows of the same target group are one stay."""
    return _joined(scope, period, same=("target_group",))


def with_destination(rows: QuerySet, scope: Scope) -> QuerySet:
    """Adds where each stay that ended went (`went_to`): a destination, `STAYED_HERE`, or "" when nobody wrote it down.

    Who leaves workshops goes where their trajectory does, when that ends with it or at most 28 days later.
    """
    if scope.is_house:
        return rows.annotate(went_to=F("destination"))
    on = Trajectory.objects.filter(participant=OuterRef("participant")).order_by()
    on = on.filter(start_date__lte=OuterRef("end_date") + RESTART_WITHIN)
    still_here = Exists(on.filter(Q(end_date__isnull=True) | Q(end_date__gt=OuterRef("end_date") + RESTART_WITHIN)))
    written = F("trajectory__destination") if scope.is_of_workshops else F("destination")
    if scope.is_of_workshops:
        return rows.annotate(went_to=Case(When(still_here, then=Value(STAYED_HERE)), default=written))
    moved = Q(destination="") & still_here
    return rows.annotate(went_to=Case(When(moved, then=Value(STAYED_HERE)), default=written))


def matters_to(period: Period) -> Q:
    """Of stays: the only rows that can be in a stock of the period, or begin or end in it."""
    not_over = Q(end_date__isnull=True) | Q(end_date__gte=period.start - RESTART_WITHIN)
    return Q(start_date__lte=period.end) & not_over


def leaves(period: Period) -> Q:
    """Of stays: whose last day lies in the period, and who does not go on soon after."""
    return Q(end_date__range=(period.start, period.end), goes_on=False)


def starts(period: Period) -> Q:
    """Of stays: whose first day lies in the period, and who was not here shortly before."""
    return Q(start_date__range=(period.start, period.end), continues=False)


def in_stock(day: date) -> Q:
    """Running on the day before `day` and not stopped then, or in the gap before a restart."""
    goes_on = Q(end_date__isnull=True) | Q(end_date__gte=day) | Q(next_start__gte=day)
    return Q(start_date__lt=day) & goes_on


def rows_of(scope: Scope, period: Period | None) -> QuerySet:
    """What stays are made of: trajectories, or placements that know their target group."""
    if scope.is_of_workshops:
        return scope.placements(period).annotate(target_group=F("trajectory__target_group"))
    return scope.of_group(Trajectory.objects.order_by())


def _joined(scope: Scope, period: Period | None, same: Iterable[str]) -> QuerySet:
    rows = rows_of(scope, period)
    others = rows.filter(participant=OuterRef("participant"), **{name: OuterRef(name) for name in same})
    others = others.exclude(pk=OuterRef("pk"))
    still_there = Q(end_date__isnull=True) | Q(end_date__gte=OuterRef("start_date") - RESTART_WITHIN)
    began_first = Q(start_date__lt=OuterRef("start_date")) | Q(start_date=OuterRef("start_date"), pk__lt=OuterRef("pk"))
    ends_later = Q(end_date__isnull=True) | Q(end_date__gt=OuterRef("end_date"))
    ends_last = ends_later | Q(end_date=OuterRef("end_date"), pk__gt=OuterRef("pk"))
    soon = Q(start_date__lte=OuterRef("end_date") + RESTART_WITHIN)
    following = others.filter(soon, start_date__gt=OuterRef("end_date"))
    # As sets of rows, so that PostgreSQL finds each of them once for all, and not again for every row.
    continued = rows.filter(Exists(others.filter(began_first & still_there)))
    followed = rows.filter(Exists(others.filter(ends_last & soon)))
    return rows.annotate(
        continues=Q(pk__in=continued.values("pk")),
        goes_on=Q(pk__in=followed.values("pk")),
        next_start=Subquery(following.order_by("start_date").values("start_date")[:1]),
    )
