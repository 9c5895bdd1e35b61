"""What was planned, who came and how full it was: slots of participant × date × day part."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace

from django.db.models import Count, F, Q, QuerySet, Sum, Window

from impact.figures.scope import HOUSE, Scope
from participants.models import Trajectory
from pluspunt.periods import Period
from workshops.models import Attendance, Session, Workshop

Status = Attendance.Status
TargetGroup = Trajectory.TargetGroup
GROUP = "trajectory__target_group"
# In which column a planned slot of a session that went on is counted.
PLANNED_COLUMNS = {
    Status.PRESENT: "attended",
    Status.EXCUSED: "excused",
    Status.NO_SHOW: "no_show",
    Status.OPEN: "open",
}
# Under this share of recorded slots the figures carry a warning.
COMPLETENESS_WARNS_UNDER = 0.95


def ratio(part: int, whole: int) -> float | None:
    """`part` / `whole`, or `None` when there is nothing to divide."""
    return part / whole if whole else None


@dataclass(frozen=True)
class AttendanceFigures:
    """Slots (participant × date × day part) of a period; what follows from them are ratios between 0 and 1.

    `planned` (Pn) leaves out cancelled sessions, closed days and pauses, so that
    `attended` (A) + `excused` (X) + `no_show` (N) + `open` (U) = `planned`. `extra` (E) are visitors who were not
    planned; `capacity` (C) are the places of all sessions that went on.
    """

    planned: int = 0
    attended: int = 0
    extra: int = 0
    excused: int = 0
    no_show: int = 0
    open: int = 0
    cancelled: int = 0
    capacity: int = 0

    @property
    def delivered(self) -> int:
        """Geleverde dagdelen: A + E."""
        return self.attended + self.extra

    @property
    def attendance_rate(self) -> float | None:
        """Opkomst: A / Pn."""
        return ratio(self.attended, self.planned)

    @property
    def no_show_rate(self) -> float | None:
        """Niet afgemeld: N / Pn."""
        return ratio(self.no_show, self.planned)

    @property
    def completeness(self) -> float | None:
        """Registratiegraad: (Pn − U) / Pn."""
        return ratio(self.planned - self.open, self.planned)

    @property
    def is_incomplete(self) -> bool:
        return self.completeness is not None and self.completeness < COMPLETENESS_WARNS_UNDER

    @property
    def planned_occupancy(self) -> float | None:
        """Geplande bezetting: Pn / C."""
        return ratio(self.planned, self.capacity)

    @property
    def occupancy(self) -> float | None:
        """Bezetting: (A + E) / C."""
        return ratio(self.delivered, self.capacity)


@dataclass(frozen=True)
class GroupFigures:
    """One target group: its slots (without capacity, which is the house's) and the people who came at least once."""

    attendance: AttendanceFigures
    reached: int


@dataclass(frozen=True)
class WorkshopFigures:
    """A workshop with its figures, `None` when its register began after the period.

    `people` are the distinct participants with a slot that went on; `starts_late` says that the register began
    halfway through the period.
    """

    workshop: Workshop
    figures: AttendanceFigures | None
    people: int = 0
    starts_late: bool = False


# (target group, workshop) → its slots.
Lines = Mapping[tuple[str, int], AttendanceFigures]


def attendance_figures(period: Period, scope: Scope = HOUSE) -> AttendanceFigures:
    """The slots of participants (§6), in the whole house or in a narrower scope; a target group has no places."""
    return of_participants(figures_by_group(period, scope), capacity_of(period, scope))


def volunteer_figures(period: Period, scope: Scope = HOUSE) -> AttendanceFigures:
    """The slots of skilled volunteers; `capacity` is the house's, of which they take no place (§8)."""
    return of_volunteers(figures_by_group(period, scope), capacity_of(period, scope))


def of_participants(groups: Mapping[str, GroupFigures], capacity: int) -> AttendanceFigures:
    """The target groups that take places, together."""
    rows = (row.attendance for group, row in groups.items() if group != TargetGroup.SKILLED_VOLUNTEER)
    return replace(sum_figures(rows), capacity=capacity)


def of_volunteers(groups: Mapping[str, GroupFigures], capacity: int) -> AttendanceFigures:
    """The attendance of skilled volunteers out of `capacity` places."""
    return replace(groups[TargetGroup.SKILLED_VOLUNTEER].attendance, capacity=capacity)


def capacity_of(period: Period, scope: Scope = HOUSE) -> int:
    """Capaciteit: the places of all sessions in the period that went on (§6)."""
    return _sessions(period, scope).aggregate(places=Sum("capacity"))["places"] or 0


def lines_of(period: Period, scope: Scope = HOUSE) -> Lines:
    """(target group, workshop) → the slots, still without capacity: what both tables below are added up from.

    Read once for both: to go through a year of slots is what figures cost.
    """
    return _tally(_slots(period, scope), GROUP, "workshop")


def figures_by_group(period: Period, scope: Scope = HOUSE, lines: Lines | None = None) -> dict[str, GroupFigures]:
    """Per target group: the slots and the people reached. Somebody with two trajectories counts in both groups.

    `lines` when they were read before.
    """
    found = _folded(_tally(_slots(period, scope), GROUP) if lines is None else lines, 0)
    people = people_by(GROUP, attended_slots(period, scope))
    return {
        group: GroupFigures(found.get(group, AttendanceFigures()), people.get(group, 0)) for group in TargetGroup.values
    }


def figures_by_workshop(period: Period, scope: Scope = HOUSE, lines: Lines | None = None) -> list[WorkshopFigures]:
    """Per workshop, in the order of lists; `None` where the register began after the period.

    `lines` when they were read before.
    """
    if lines is None:
        rows = _tally(_slots_of_participants(period, scope), "workshop")
    else:
        rows = {key: line for key, line in lines.items() if key[0] != TargetGroup.SKILLED_VOLUNTEER}
    found = _with_capacity(_folded(rows, -1), _sessions(period, scope), "workshop")
    people = people_by("workshop", slots_that_took_part(period, scope))
    return [
        WorkshopFigures(
            workshop,
            found.get(workshop.pk, AttendanceFigures()) if _has_register(workshop, period) else None,
            people=people.get(workshop.pk, 0),
            starts_late=_has_register(workshop, period) and workshop.registered_from > period.start,
        )
        for workshop in scope.workshops(period).select_related("location", "host")
    ]


def figures_by_month(period: Period, scope: Scope = HOUSE) -> dict[tuple[int, int], AttendanceFigures | None]:
    """(year, month) → figures, for every month the period touches; `None` before the register began.

    Grouped per day in the database and folded into months here: grouping by month is slow on SQLite.
    """
    began = scope.registered_from(period)
    found = {day: line for (day,), line in _tally(_slots_of_participants(period, scope), "date").items()}
    by_day = _with_capacity(found, _sessions(period, scope), "date")
    months: dict[tuple[int, int], list[AttendanceFigures]] = {(day.year, day.month): [] for day in period.days}
    for day, figures in by_day.items():
        months[day.year, day.month].append(figures)
    return {
        month: sum_figures(rows) if began is not None and (began.year, began.month) <= month else None
        for month, rows in months.items()
    }


def attended_slots(period: Period, scope: Scope = HOUSE) -> QuerySet[Attendance]:
    """Slots of everybody who came, planned or not, in sessions that went on."""
    return _slots(period, scope).filter(status=Status.PRESENT, session__state=Session.State.PLANNED)


def slots_that_took_part(period: Period, scope: Scope = HOUSE) -> QuerySet[Attendance]:
    """Slots of participants that went on: everybody planned, and who came without that."""
    went_on = _slots_of_participants(period, scope).filter(session__state=Session.State.PLANNED)
    return went_on.filter(Q(planned=True) | Q(status=Status.PRESENT))


def people_by(key: str, slots: QuerySet[Attendance]) -> dict[object, int]:
    """Distinct people per value of `key`.

    First the pairs and then how many there are: COUNT(DISTINCT) would make PostgreSQL sort every slot, by one process.
    """
    pairs = slots.values(key, "participant").annotate(slots=Count("*"))
    return dict(pairs.annotate(people=Window(Count("*"), partition_by=F(key))).values_list(key, "people").distinct())


def people_in(slots: QuerySet[Attendance]) -> int:
    """Distinct people, counted in the same way."""
    return slots.values("participant").distinct().count()


def _has_register(workshop: Workshop, period: Period) -> bool:
    return workshop.registered_from is not None and workshop.registered_from <= period.end


def _slots(period: Period, scope: Scope) -> QuerySet[Attendance]:
    """Every slot of the period.

    A slot has the day of its session, and a path that ran on that day. To say so leaves out no slot; without it the
    database reads the sessions and paths of all years.
    """
    days = (period.start, period.end)
    ran = Q(trajectory__end_date__isnull=True) | Q(trajectory__end_date__gte=period.start)
    its_own = Q(ran, session__date__range=days, trajectory__start_date__lte=period.end)
    return scope.slots(Attendance.objects.filter(its_own, date__range=days)).order_by()


def _slots_of_participants(period: Period, scope: Scope) -> QuerySet[Attendance]:
    return _slots(period, scope).exclude(trajectory__target_group=TargetGroup.SKILLED_VOLUNTEER)


def _sessions(period: Period, scope: Scope) -> QuerySet[Session]:
    in_period = Session.objects.filter(date__range=(period.start, period.end), state=Session.State.PLANNED)
    return scope.sessions(in_period).order_by()


def _tally(slots: QuerySet[Attendance], *by: str) -> dict[tuple, AttendanceFigures]:
    """The figures per value of what `by` names, still without capacity.

    The database counts per state and status, which is twice as fast as counting each figure with a filter of its own;
    what is added up here is a handful of numbers per value.
    """
    counts: dict[tuple, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = slots.values_list(*by, "session__state", "planned", "status").annotate(number=Count("*"))
    for *values, state, planned, status, number in rows:
        key = tuple(values)
        if state == Session.State.PLANNED and planned:
            counts[key]["planned"] += number
            counts[key][PLANNED_COLUMNS[status]] += number
        elif state == Session.State.PLANNED and status == Status.PRESENT:
            counts[key]["extra"] += number
        elif state == Session.State.CANCELLED and planned:
            counts[key]["cancelled"] += number
    return {key: AttendanceFigures(**columns) for key, columns in counts.items()}


def _folded(lines: Mapping[tuple, AttendanceFigures], place: int) -> dict[object, AttendanceFigures]:
    """The lines per value that stands at `place` in their key."""
    rows = defaultdict(list)
    for key, line in lines.items():
        rows[key[place]].append(line)
    return {value: sum_figures(of_value) for value, of_value in rows.items()}


def _with_capacity(found: dict, sessions: QuerySet[Session], by: str) -> dict[object, AttendanceFigures]:
    capacity = dict(sessions.values_list(by).annotate(Sum("capacity")))
    keys = found.keys() | capacity.keys()
    return {key: replace(found.get(key, AttendanceFigures()), capacity=capacity.get(key, 0)) for key in keys}


def sum_figures(rows: Iterable[AttendanceFigures]) -> AttendanceFigures:
    """The figures of several workshops or months together."""
    totals: dict[str, int] = defaultdict(int)
    for row in rows:
        for column in fields(row):
            totals[column.name] += getattr(row, column.name)
    return AttendanceFigures(**totals)
