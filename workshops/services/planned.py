"""Who should be where in a week: the weekly patterns, less who is away, plus what holds for one time only."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, DateField, Exists, F, Func, OuterRef, Q, QuerySet, Value

from participants.models import Pause, Trajectory
from workshops.models import Absence, Attendance, Duty, Leave, OneOff, Placement, StandIn, Weeks, Workshop

# (workshop, date, day part)
SlotKey = tuple[int, date, str]
_VOLUNTEER = Trajectory.TargetGroup.SKILLED_VOLUNTEER


@dataclass
class Planned:
    """The people of one session, counted: `participants` and `volunteers` are expected; the others keep their place.

    `excused` and `paused` are participants only: they say how many places are free for the moment.
    """

    participants: int = 0
    volunteers: int = 0
    excused: int = 0
    paused: int = 0
    coaches: int = 0


def planned_in_week(workshops: Collection[Workshop], monday: date) -> dict[SlotKey, Planned]:
    """Everybody planned in the seven days from `monday` on, per session, closed or not; four queries."""
    found: dict[SlotKey, Planned] = defaultdict(Planned)
    days = [monday + timedelta(days=n) for n in range(7)]
    _count_patterns(found, workshops, days)
    _count_one_offs(found, workshops, days)
    _count_coaches(found, workshops, days)
    return found


def _count_patterns(found: dict, workshops: Collection[Workshop], days: list[date]) -> None:
    """Who comes by a weekly pattern; not who for one time goes elsewhere."""
    elsewhere = OneOff.objects.standing().filter(
        participant=OuterRef("participant"),
        away_from__workshop=OuterRef("workshop"),
        away_from__day_part=OuterRef("day_part"),
        away_from__date=OuterRef("on"),
    )
    rows = (
        in_week(Placement.objects.filter(workshop__in=workshops), days[0])
        .filter(~Exists(elsewhere))
        .annotate(
            is_volunteer=Q(trajectory__target_group=_VOLUNTEER),
            is_paused=Exists(pauses_on("on")),
            is_away=_is_away("workshop", "on", "day_part"),
        )
        .order_by()
        .values_list("workshop", "on", "day_part", "is_volunteer", "is_paused", "is_away")
        .annotate(people=Count("pk"))
    )
    for workshop, on, part, *stands, people in rows:
        _add(found[workshop, on, part], *stands, people)


def _count_one_offs(found: dict, workshops: Collection[Workshop], days: list[date]) -> None:
    """Who comes for one time, and was not sent on from there."""
    onwards = OneOff.objects.standing().filter(participant=OuterRef("participant"), away_from=OuterRef("comes_to"))
    rows = (
        OneOff.objects.standing()
        .filter(~Exists(onwards), comes_to__workshop__in=workshops, comes_to__date__range=(days[0], days[-1]))
        .annotate(
            is_volunteer=Q(trajectory__target_group=_VOLUNTEER),
            is_paused=Exists(pauses_on("comes_to__date")),
            is_away=_is_away("comes_to__workshop", "comes_to__date", "comes_to__day_part"),
        )
        .order_by()
        .values_list(
            "comes_to__workshop", "comes_to__date", "comes_to__day_part", "is_volunteer", "is_paused", "is_away"
        )
        .annotate(people=Count("pk"))
    )
    for workshop, on, part, *stands, people in rows:
        _add(found[workshop, on, part], *stands, people)


def _covers(day: F | OuterRef) -> Q:
    return Q(start_date__lte=day) & (Q(end_date__isnull=True) | Q(end_date__gte=day))


def pauses_on(day: str) -> QuerySet[Pause]:
    """Of the trajectory of the row around it, on its day (`day`: a path from there)."""
    return Pause.objects.filter(_covers(OuterRef(day)), trajectory=OuterRef("trajectory"))


def absences_on(day: str, day_part: str) -> QuerySet[Absence]:
    """What the person of the row around it said beforehand, for its day and day part (paths from there)."""
    parts = Q(day_part="") | Q(day_part=OuterRef(day_part))
    return Absence.objects.standing().filter(parts, _covers(OuterRef(day)), participant=OuterRef("participant"))


def _is_away(workshop: str, day: str, day_part: str) -> Q:
    """Who said beforehand to stay away and did not come after all, or is marked as excused in that register."""
    rows = Attendance.objects.filter(
        date=OuterRef(day),
        workshop=OuterRef(workshop),
        participant=OuterRef("participant"),
        day_part=OuterRef(day_part),
        planned=True,
    )
    said, came = Exists(absences_on(day, day_part)), Exists(rows.filter(status=Attendance.Status.PRESENT))
    return Q(Exists(rows.filter(status=Attendance.Status.EXCUSED))) | (Q(said) & ~Q(came))


def _add(cell: Planned, is_volunteer: bool, is_paused: bool, is_away: bool, people: int) -> None:
    if is_volunteer:
        cell.volunteers += 0 if is_paused or is_away else people
    elif is_paused:
        cell.paused += people
    elif is_away:
        cell.excused += people
    else:
        cell.participants += people


def _count_coaches(found: dict, workshops: Collection[Workshop], days: list[date]) -> None:
    for *slot, _ in coaches_in_week(workshops, days[0]):
        found[tuple(slot)].coaches += 1


def coaches_in_week(workshops: Collection[Workshop], monday: date) -> set[tuple[int, date, str, int]]:
    """(workshop, day, day part, coach): by the rota, not on leave nor helping out elsewhere, and who helps out there.

    Two queries.
    """
    parts = Q(day_part="") | Q(day_part=OuterRef("day_part"))
    on_leave = Leave.objects.filter(parts, _covers(OuterRef("on")), user=OuterRef("user"))
    duties = in_week(Duty.objects.filter(workshop__in=workshops), monday)
    helps_elsewhere = StandIn.objects.filter(
        user=OuterRef("user"), session__date=OuterRef("on"), session__day_part=OuterRef("day_part")
    ).exclude(session__workshop=OuterRef("workshop"))
    duties = duties.filter(~Exists(on_leave), ~Exists(helps_elsewhere), user__is_active=True)
    there = set(duties.order_by().values_list("workshop", "on", "day_part", "user"))
    helping = StandIn.objects.filter(
        session__workshop__in=workshops,
        session__date__range=(monday, monday + timedelta(days=6)),
        user__is_active=True,
    ).order_by()
    there.update(helping.values_list("session__workshop", "session__date", "session__day_part", "user"))
    return there


class DayInWeek(Func):
    """The date of a weekday in the week of a Monday: `DayInWeek(Value(monday), F("weekday"))`."""

    arity = 2
    output_field = DateField()

    def as_sqlite(self, compiler, connection, **context):
        return super().as_sql(
            compiler, connection, template="date(%(expressions)s - 1) || ' days')", arg_joiner=", (", **context
        )

    def as_postgresql(self, compiler, connection, **context):
        return super().as_sql(compiler, connection, template="(%(expressions)s - 1)", arg_joiner=" + ", **context)


def in_week(patterns: QuerySet, monday: date) -> QuerySet:
    """Those of weekly patterns (placements, duties, openings) that hold on their own day of this week: `on`."""
    if patterns.model is Placement:
        patterns = patterns.filter(weeks__in=Weeks.holding_on(monday))
    on = DayInWeek(Value(monday, output_field=DateField()), F("weekday"))
    return patterns.annotate(on=on).filter(_covers(F("on")))


def mondays_of(days: Iterable[date]) -> list[date]:
    """The Mondays of the weeks in which `days` lie, in order."""
    return sorted({day - timedelta(days=day.weekday()) for day in days})
