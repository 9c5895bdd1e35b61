"""The board of a week: per workshop and day part the places, who is planned, who came, who waits, and who supervises.

What is to come is counted from the weekly patterns; a day that has been from its register, so that the board and the
figures (§6) say the same.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from participants.models import Trajectory
from workshops.models import ANY_DAY, Attendance, Closure, DayPart, Location, Opening, Session, Weekday, Workshop
from workshops.models import WaitingEntry as Waiting
from workshops.services.planned import Planned, SlotKey, in_week, planned_in_week

DAYS = 7


@dataclass(frozen=True)
class Column:
    day: date
    day_part: str

    @property
    def weekday(self) -> Weekday:
        return Weekday(self.day.isoweekday())

    @property
    def is_first_of_day(self) -> bool:
        return self.day_part == DayPart.MORNING


@dataclass
class Cell:
    """One workshop on one day part, or the sum of several; volunteers take no place.

    `places` is `None` when it does not go on, `full_places` what there would be with enough people to supervise.
    `taken` is everybody planned (Pn), `excused` of those said not to come, `paused` keep a place but are not planned.
    `attended` (A + E) is `None` for a day that has yet to come.
    """

    column: Column
    places: int | None = None
    full_places: int = 0
    taken: int = 0
    excused: int = 0
    paused: int = 0
    attended: int | None = None
    waiting: int = 0
    coaches: int = 0
    volunteers: int = 0
    is_cancelled: bool = False
    closed_because: str = ""
    workshop: Workshop | None = None

    @property
    def is_open(self) -> bool:
        return self.places is not None

    @property
    def free(self) -> int:
        return max(0, (self.places or 0) - self.taken)

    @property
    def over(self) -> int:
        """How many people more than places, without who said not to come."""
        return max(0, self.taken - self.excused - (self.places or 0))

    @property
    def begun_places(self) -> int:
        """The places of which is known who came."""
        return 0 if self.attended is None else self.places or 0

    @property
    def fewer(self) -> int:
        """How many places there are not, because somebody is missing to supervise."""
        return max(0, self.full_places - self.places) if self.is_open else 0

    @property
    def heat(self) -> int:
        """0 (nobody planned) to 4 (full), for the tint."""
        return _heat(self.taken, self.places)

    @property
    def attended_heat(self) -> int:
        """0 (nobody came) to 4 (as many as there were places), for the tint."""
        return _heat(self.attended or 0, self.places)


def _heat(people: int, places: int | None) -> int:
    return min(4, people * 4 // places) if places else 0


@dataclass
class Total(Cell):
    """What goes on of several cells, added up; `free` too: a place in one workshop is no room in a full one."""

    free: int = 0
    begun_places: int = 0

    def add(self, cell: Cell) -> None:
        self.places = (self.places or 0) + cell.places
        self.full_places += cell.full_places
        self.taken += cell.taken
        self.free += cell.free
        self.excused += cell.excused
        self.paused += cell.paused
        self.waiting += cell.waiting
        self.coaches += cell.coaches
        self.volunteers += cell.volunteers
        if cell.attended is not None:
            self.attended = (self.attended or 0) + cell.attended
            self.begun_places += cell.begun_places


@dataclass
class Row:
    """A workshop in the week, and where it was then; `waiting` are those to whom more than one day part would do."""

    workshop: Workshop
    location: Location
    cells: list[Cell]
    waiting: int = 0

    @property
    def total(self) -> Total:
        return _sum(self.cells[0].column, self.cells)


@dataclass
class LocationRows:
    location: Location
    rows: list[Row]
    totals: list[Total]

    @property
    def total(self) -> Total:
        return _sum(self.totals[0].column, self.totals)


@dataclass
class Board:
    """`week_days` are the days that can be chosen: Monday to Friday, and those of the weekend with something open."""

    columns: list[Column]
    locations: list[LocationRows]
    totals: list[Total] = field(default_factory=list)
    week_days: list[date] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        return [row for location in self.locations for row in location.rows]

    @property
    def cells(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.cells]

    @property
    def days(self) -> list[date]:
        return [column.day for column in self.columns if column.is_first_of_day]

    @property
    def weekend(self) -> list[date]:
        """The days at the far end, which a narrow screen does not show at once."""
        return [day for day in self.days if day.isoweekday() > Weekday.FRIDAY]

    @property
    def whole(self) -> Total:
        """The week of the house in one sum; `attended` of the day parts that have begun."""
        return _sum(self.columns[0], self.totals)


def week_board(workshops: Iterable[Workshop], monday: date, *, only: date | None = None) -> Board:
    """The seven days from `monday` on, or only one of them; at most nine queries, and the one for `workshops`."""
    workshops = list(workshops)
    days = [monday + timedelta(days=n) for n in range(DAYS)]
    openings = {(o.workshop_id, o.on, o.day_part): o for o in in_week(Opening.objects.order_by(), monday)}
    closures = list(Closure.objects.overlapping(days[0], days[-1]))
    sessions = _sessions(workshops, days)
    planned = planned_in_week(workshops, monday)
    waiting = _waiting(workshops)
    week_days = _shown_days(days, openings, sessions)
    columns = [Column(day, part) for day in ([only] if only else week_days) for part in DayPart.values]
    locations = _locations(workshops, sessions)
    rows = []
    for workshop in workshops:
        row = Row(
            workshop,
            locations[workshop.pk],
            [],
            sum(waiting[workshop.pk, ANY_DAY, part] for part in ("", *DayPart.values)),
        )
        row.waiting += sum(waiting[workshop.pk, weekday, ""] for weekday in Weekday.values)
        for column in columns:
            slot = (workshop.pk, column.day, column.day_part)
            closed = next((c.reason for c in closures if c.closes(workshop, column.day)), None)
            people = planned.get(slot) or Planned()
            cell = _cell(workshop, column, openings.get(slot), closed, sessions.get(slot), people)
            cell.waiting = waiting[workshop.pk, column.day.isoweekday(), column.day_part] if cell.is_open else 0
            row.cells.append(cell)
        rows.append(row)
    return _board(columns, rows, week_days)


def slot_cell(workshop: Workshop, day: date, day_part: str) -> Cell | None:
    """The cell of one day part of one workshop; `None` when the board has no column for it."""
    cells = week_board([workshop], day - timedelta(days=day.weekday()), only=day).cells
    return next((cell for cell in cells if cell.column.day_part == day_part), None)


def _sessions(workshops: list[Workshop], days: list[date]) -> dict[SlotKey, Session]:
    """The sessions of the week; with how many were planned (`people`), excused, and came, when it has begun."""
    sessions = Session.objects.filter(workshop__in=workshops, date__range=(days[0], days[-1])).order_by()
    if days[0] <= timezone.localdate():
        rows = ~Q(attendances__trajectory__target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)
        status = Attendance.Status
        is_planned = rows & Q(attendances__planned=True)
        sessions = sessions.annotate(
            people=Count("attendances", filter=is_planned),
            excused=Count("attendances", filter=is_planned & Q(attendances__status=status.EXCUSED)),
            came=Count("attendances", filter=rows & Q(attendances__status=status.PRESENT)),
        )
    return {(session.workshop_id, session.date, session.day_part): session for session in sessions}


def _waiting(workshops: list[Workshop]) -> Counter:
    """(workshop, weekday or any, day part or any) → how many wait for it."""
    rows = Waiting.objects.waiting().filter(workshop__in=workshops).order_by()
    found = rows.values_list("workshop", "weekday", "day_part").annotate(people=Count("pk"))
    return Counter({(workshop, weekday, part): people for workshop, weekday, part, people in found})


def _shown_days(days: list[date], *slots: Iterable[SlotKey]) -> list[date]:
    """Monday to Friday, and a day of the weekend when something is, or was, open then."""
    open_days = {day for keys in slots for _, day, _ in keys}
    return [day for day in days if day.isoweekday() <= Weekday.FRIDAY or day in open_days]


def _locations(workshops: list[Workshop], sessions: dict[SlotKey, Session]) -> dict[int, Location]:
    """Where each workshop was that week, by its last session; a later move changes no week that has been."""
    last = {}
    for (workshop, *_), session in sorted(sessions.items(), key=lambda each: each[0][1]):
        last[workshop] = session.location_id or last.get(workshop)
    moved = {w.pk: last[w.pk] for w in workshops if last.get(w.pk) not in (None, w.location_id)}
    found = Location.objects.in_bulk(set(moved.values())) if moved else {}
    return {w.pk: found[moved[w.pk]] if w.pk in moved else w.location for w in workshops}


def _cell(
    workshop: Workshop,
    column: Column,
    opening: Opening | None,
    closed: str | None,
    session: Session | None,
    planned: Planned,
) -> Cell:
    """One cell: a session says how many places there are and whether it goes on, before it is made the opening."""
    cell = Cell(
        column,
        workshop=workshop,
        taken=planned.participants + planned.excused,
        excused=planned.excused,
        paused=planned.paused,
        coaches=planned.coaches,
        volunteers=planned.volunteers,
    )
    if session is None:
        if opening and closed is None:
            cell.full_places = opening.capacity
            cell.places = workshop.places_with(opening.capacity, planned.coaches, planned.volunteers)
        cell.closed_because = closed or "" if opening else ""
        return cell
    if session.state == Session.State.PLANNED:
        cell.places, cell.full_places = session.capacity, opening.capacity if opening else session.capacity
    cell.is_cancelled = session.state == Session.State.CANCELLED
    cell.closed_because = session.cancel_reason or closed or ""
    if session.date < timezone.localdate():
        cell.taken, cell.excused, cell.paused = session.people, session.excused, 0
    if cell.is_open and not session.is_future:
        cell.attended = session.came
    return cell


def _board(columns: list[Column], rows: list[Row], week_days: list[date]) -> Board:
    groups: dict[Location, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.location, []).append(row)
    locations = [LocationRows(location, group, _totals(columns, group)) for location, group in groups.items()]
    return Board(columns, locations, _totals(columns, rows), week_days)


def _totals(columns: list[Column], rows: list[Row]) -> list[Total]:
    return [_sum(column, [row.cells[n] for row in rows]) for n, column in enumerate(columns)]


def _sum(column: Column, cells: Iterable[Cell]) -> Total:
    """What goes on of `cells`, added up."""
    total = Total(column)
    for cell in cells:
        if cell.is_open:
            total.add(cell)
    return total
