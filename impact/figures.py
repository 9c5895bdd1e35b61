"""The figures of domain reference §6: pure functions over the database that return frozen dataclasses.

Screen, PDF, command and spreadsheet all read these, so that one figure has one meaning. Ratios are ratios of sums,
never means of ratios, and `None` when there is nothing to divide or when the register did not exist yet.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum

from participants.models import Trajectory
from pluspunt.periods import Period
from workshops.models import Attendance, Session, Workshop
from workshops.services.sessions import house_registered_from

Status = Attendance.Status
TargetGroup = Trajectory.TargetGroup
# A restart of the same kind within so many days is the same trajectory.
RESTART_WITHIN = timedelta(days=28)
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
class FlowFigures:
    """People of one target group (or of all) in a period; `begin` + `inflow` − `outflow` = `end`."""

    begin: int
    inflow: int
    outflow: int
    end: int
    enrolled: int


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


@dataclass(frozen=True)
class PeriodFigures:
    """Everything the figures page and the annual report say about one period.

    `total`, `by_workshop` and `by_month` count participants, `volunteers` the skilled volunteers (with the capacity of
    the house, of which they take nothing). `reached` and `enrolled` count both. What lies before the register began is
    `None`; `registered_from` says when that was.
    """

    period: Period
    registered_from: date | None
    total: AttendanceFigures | None
    volunteers: AttendanceFigures | None
    enrolled: int | None
    reached: int | None
    flow: dict[str, FlowFigures] | None
    house_flow: FlowFigures | None
    destinations: dict[str, int] | None
    by_group: dict[str, GroupFigures] | None
    by_workshop: list[WorkshopFigures] = field(default_factory=list)
    by_month: dict[tuple[int, int], AttendanceFigures | None] = field(default_factory=dict)

    @property
    def starts_before_register(self) -> bool:
        return self.registered_from is None or self.period.start < self.registered_from


def period_figures(period: Period) -> PeriodFigures:
    """All figures of `period`, in a number of queries that does not depend on how much there is to count."""
    began = house_registered_from()
    has_register = began is not None and began <= period.end
    covers = has_register and began <= period.start
    return PeriodFigures(
        period=period,
        registered_from=began,
        total=attendance_figures(period) if has_register else None,
        volunteers=volunteer_figures(period) if has_register else None,
        enrolled=enrolled_people(period) if covers else None,
        reached=reached_people(period) if has_register else None,
        flow=flow_figures(period) if covers else None,
        house_flow=house_flow_figures(period) if covers else None,
        destinations=destinations(period) if covers else None,
        by_group=figures_by_group(period) if has_register else None,
        by_workshop=figures_by_workshop(period),
        by_month=figures_by_month(period),
    )


# --- Taking part ----------------------------------------------------------------------------------------------


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


# --- People ---------------------------------------------------------------------------------------------------


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
    before = Trajectory.objects.filter(
        participant=OuterRef("participant"),
        target_group=OuterRef("target_group"),
        end_date__lt=OuterRef("start_date"),
        end_date__gte=OuterRef("start_date") - RESTART_WITHIN,
    )
    after = Trajectory.objects.filter(
        participant=OuterRef("participant"),
        target_group=OuterRef("target_group"),
        start_date__gt=OuterRef("end_date"),
        start_date__lte=OuterRef("end_date") + RESTART_WITHIN,
    )
    next_start = Subquery(after.order_by("start_date").values("start_date")[:1])
    starts = Q(start_date__range=(period.start, period.end))
    ends = Q(end_date__range=(period.start, period.end))
    rows = (
        Trajectory.objects.order_by()
        .annotate(continues=Exists(before), next_start=next_start)
        .values("target_group")
        .annotate(
            begin=Count("pk", filter=_in_stock(period.start)),
            inflow=Count("pk", filter=starts & Q(continues=False)),
            outflow=Count("pk", filter=ends & Q(next_start__isnull=True)),
            end=Count("pk", filter=_in_stock(period.end + timedelta(days=1))),
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
    rows = _stays()
    starts = Q(start_date__range=(period.start, period.end), continues=False)
    people = {"distinct": True}
    return FlowFigures(
        **rows.aggregate(
            begin=Count("participant", filter=_in_stock(period.start), **people),
            inflow=Count("pk", filter=starts),
            outflow=Count("pk", filter=_leaves(period)),
            end=Count("participant", filter=_in_stock(period.end + timedelta(days=1)), **people),
            enrolled=Count(
                "participant",
                filter=Q(start_date__lte=period.end) & (Q(end_date__isnull=True) | Q(end_date__gte=period.start)),
                **people,
            ),
        )
    )


def destinations(period: Period) -> dict[str, int]:
    """Where those who left the house in the period went: destination → people; "" where nobody wrote it down.

    Only destinations that occur; together they are the house's outflow.
    """
    left = _stays().filter(_leaves(period)).values("destination").annotate(people=Count("pk"))
    found = dict(left.values_list("destination", "people"))
    return {value: found[value] for value in (*Trajectory.Destination.values, "") if value in found}


def people_by_strand(period: Period) -> dict[str, int]:
    """Distinct people in activation per strand (sociaal, educatief, arbeidsmatig); somebody may have several."""
    rows = Trajectory.objects.overlapping(period.start, period.end).order_by()
    strands = ("strand_social", "strand_educational", "strand_work")
    return rows.aggregate(**{name: Count("participant", distinct=True, filter=Q(**{name: True})) for name in strands})


def _stays() -> QuerySet[Trajectory]:
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


def _leaves(period: Period) -> Q:
    return Q(end_date__range=(period.start, period.end), goes_on=False)


def _in_stock(day: date) -> Q:
    """Running on the day before `day` and not stopped then, or in the gap before a restart."""
    goes_on = Q(end_date__isnull=True) | Q(end_date__gte=day) | Q(next_start__gte=day)
    return Q(start_date__lt=day) & goes_on
