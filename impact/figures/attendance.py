"""What was planned, who came and how full it was: slots of participant × date × day part."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields

from django.db.models import Count, Q, QuerySet, Sum

from participants.models import Trajectory
from pluspunt.periods import Period
from workshops.models import Attendance, Session, Workshop
from workshops.services.sessions import house_registered_from

Status = Attendance.Status
TargetGroup = Trajectory.TargetGroup
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


def attendance_figures(period: Period) -> AttendanceFigures:
    """The slots of participants in the whole house (§6)."""
    return _one(_slots(period, volunteers=False), _capacity(period))


def volunteer_figures(period: Period) -> AttendanceFigures:
    """The slots of skilled volunteers; `capacity` is the house's, of which they take no place (§8)."""
    return _one(_slots(period, volunteers=True), _capacity(period))


def figures_by_group(period: Period) -> dict[str, GroupFigures]:
    """Per target group: the slots and the people reached. Somebody with two trajectories counts in both groups."""
    came = Q(status=Status.PRESENT, session__state=Session.State.PLANNED)
    people = Count("participant", distinct=True, filter=came)
    rows = (
        Attendance.objects.filter(date__range=(period.start, period.end))
        .order_by()
        .values("trajectory__target_group")
        .annotate(**_counts(), people=people)
    )
    found = {
        row.pop("trajectory__target_group"): GroupFigures(reached=row.pop("people"), attendance=_figures(row, 0))
        for row in rows
    }
    return {group: found.get(group, GroupFigures(AttendanceFigures(), 0)) for group in TargetGroup.values}


def figures_by_workshop(period: Period) -> list[WorkshopFigures]:
    """Per workshop, in the order of lists; `None` where the register began after the period."""
    slots = _slots(period, volunteers=False)
    found = _grouped(slots, _capacity(period), "workshop")
    took_part = slots.filter(Q(planned=True) | Q(status=Status.PRESENT), session__state=Session.State.PLANNED)
    people = dict(took_part.values_list("workshop").annotate(Count("participant", distinct=True)))
    return [
        WorkshopFigures(
            workshop,
            found.get(workshop.pk, AttendanceFigures()) if _has_register(workshop, period) else None,
            people=people.get(workshop.pk, 0),
            starts_late=_has_register(workshop, period) and workshop.registered_from > period.start,
        )
        for workshop in Workshop.objects.select_related("location", "host")
    ]


def figures_by_month(period: Period) -> dict[tuple[int, int], AttendanceFigures | None]:
    """(year, month) → figures, for every month the period touches; `None` before the register began.

    Grouped per day in the database and folded into months here: grouping by month is slow on SQLite.
    """
    began = house_registered_from()
    by_day = _grouped(_slots(period, volunteers=False), _capacity(period), "date")
    months: dict[tuple[int, int], list[AttendanceFigures]] = {(day.year, day.month): [] for day in period.days}
    for day, figures in by_day.items():
        months[day.year, day.month].append(figures)
    return {
        month: sum_figures(rows) if began is not None and (began.year, began.month) <= month else None
        for month, rows in months.items()
    }


def _has_register(workshop: Workshop, period: Period) -> bool:
    return workshop.registered_from is not None and workshop.registered_from <= period.end


def _slots(period: Period, *, volunteers: bool) -> QuerySet[Attendance]:
    rows = Attendance.objects.filter(date__range=(period.start, period.end)).order_by()
    of_volunteers = Q(trajectory__target_group=TargetGroup.SKILLED_VOLUNTEER)
    return rows.filter(of_volunteers if volunteers else ~of_volunteers)


def _capacity(period: Period) -> QuerySet[Session]:
    in_period = Session.objects.filter(date__range=(period.start, period.end), state=Session.State.PLANNED)
    return in_period.order_by()


def _counts() -> dict[str, Count]:
    went_on = Q(session__state=Session.State.PLANNED)
    planned = went_on & Q(planned=True)
    return {
        "n_planned": Count("pk", filter=planned),
        "attended": Count("pk", filter=planned & Q(status=Status.PRESENT)),
        "extra": Count("pk", filter=went_on & Q(planned=False, status=Status.PRESENT)),
        "excused": Count("pk", filter=planned & Q(status=Status.EXCUSED)),
        "no_show": Count("pk", filter=planned & Q(status=Status.NO_SHOW)),
        "n_open": Count("pk", filter=planned & Q(status=Status.OPEN)),
        "cancelled": Count("pk", filter=Q(session__state=Session.State.CANCELLED, planned=True)),
    }


def _figures(counts: dict, capacity: int | None) -> AttendanceFigures:
    renamed = {"n_planned": "planned", "n_open": "open"}
    return AttendanceFigures(**{renamed.get(k, k): v for k, v in counts.items()}, capacity=capacity or 0)


def _one(slots: QuerySet[Attendance], sessions: QuerySet[Session]) -> AttendanceFigures:
    return _figures(slots.aggregate(**_counts()), sessions.aggregate(places=Sum("capacity"))["places"])


def _grouped(slots: QuerySet[Attendance], sessions: QuerySet[Session], by: str) -> dict:
    capacity = dict(sessions.values(by).annotate(places=Sum("capacity")).values_list(by, "places"))
    counts = {row.pop(by): row for row in slots.values(by).annotate(**_counts())}
    nothing = dict.fromkeys(_counts(), 0)
    return {key: _figures(counts.get(key, nothing), capacity.get(key)) for key in capacity.keys() | counts.keys()}


def sum_figures(rows: Iterable[AttendanceFigures]) -> AttendanceFigures:
    """The figures of several workshops or months together."""
    totals: dict[str, int] = defaultdict(int)
    for row in rows:
        for column in fields(row):
            totals[column.name] += getattr(row, column.name)
    return AttendanceFigures(**totals)
