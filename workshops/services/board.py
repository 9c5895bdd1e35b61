"""The board of a week: how many places are taken and free, per workshop and day part."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from participants.models import Pause
from workshops.models import Closure, DayPart, Opening, Placement, Weekday, Workshop


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


@dataclass(frozen=True)
class Cell:
    """One workshop on one day part. `places` is `None` when it is not open; volunteers take no place."""

    column: Column
    workshop: Workshop | None = None
    places: int | None = None
    taken: int = 0
    volunteers: int = 0
    paused: int = 0
    closed_because: str = ""

    @property
    def key(self) -> str:
        """The slot of this cell in a form."""
        return f"{self.workshop.pk}-{self.column.weekday.value}-{self.column.day_part}"

    @property
    def is_open(self) -> bool:
        return self.places is not None

    @property
    def free(self) -> int:
        return max(0, (self.places or 0) - self.taken)

    @property
    def over(self) -> int:
        """How many people more than there are places."""
        return max(0, self.taken - (self.places or 0))

    @property
    def heat(self) -> int:
        """0 (nobody) to 4 (full), for the tint."""
        return min(4, self.taken * 4 // self.places) if self.places else 0


@dataclass(frozen=True)
class Board:
    columns: list[Column]
    rows: list[tuple[Workshop, list[Cell]]]
    totals: list[Cell] = field(default_factory=list)

    @property
    def days(self) -> list[date]:
        return [column.day for column in self.columns if column.is_first_of_day]

    @property
    def weekend(self) -> list[date]:
        """The days at the far end, which a narrow screen does not show at once."""
        return [day for day in self.days if day.isoweekday() > Weekday.FRIDAY]

    @property
    def cells(self) -> list[Cell]:
        return [cell for _, cells in self.rows for cell in cells]

    @property
    def taken(self) -> int:
        return sum(cell.taken for cell in self.totals)

    @property
    def places(self) -> int:
        return sum(cell.places or 0 for cell in self.totals)

    @property
    def crowded(self) -> list[Cell]:
        """Day parts with more people than places."""
        return [cell for cell in self.cells if cell.is_open and cell.over]


def week_board(workshops: Iterable[Workshop], first_day: date, *, as_pattern: bool = False) -> Board:
    """Places taken and free on the seven days from `first_day`, in five queries.

    A paused person leaves the place free on those days. Closures of those days count too, but not with `as_pattern`:
    a placement goes on after them.
    """
    days = [first_day + timedelta(days=n) for n in range(7)]
    openings = {(o.workshop_id, o.weekday, o.day_part): o for o in _in_week(Opening.objects, days)}
    closures = [] if as_pattern else list(Closure.objects.overlapping(days[0], days[-1]))
    pauses = defaultdict(list)
    for pause in Pause.objects.overlapping(days[0], days[-1]):
        pauses[pause.trajectory_id].append(pause)
    people = defaultdict(list)
    for placement in _in_week(Placement.objects.select_related("trajectory"), days):
        people[placement.workshop_id, placement.weekday, placement.day_part].append(placement)

    columns = _columns(days, openings)
    rows = []
    for workshop in workshops:
        cells = []
        for column in columns:
            slot = (workshop.pk, column.weekday.value, column.day_part)
            closed = next((c.reason for c in closures if c.closes(workshop, column.day)), "")
            cells.append(_cell(workshop, column, openings.get(slot), closed, people[slot], pauses))
        rows.append((workshop, cells))
    return Board(columns, rows, [_total(column, n, rows) for n, column in enumerate(columns)])


def slot_cell(workshop: Workshop, day: date, day_part: str) -> Cell | None:
    """The cell of one day part of one workshop; `None` when the board has no column for it."""
    cells = week_board([workshop], day).cells
    return next((cell for cell in cells if (cell.column.day, cell.column.day_part) == (day, day_part)), None)


def _in_week(rows, days: list[date]) -> list:
    """Those of the weekly patterns that run on their own day of this week."""
    on = {day.isoweekday(): day for day in days}
    return [row for row in rows.overlapping(days[0], days[-1]) if row.runs_on(on[row.weekday])]


def _columns(days: list[date], openings: dict) -> list[Column]:
    """Monday to Friday, and a day of the weekend when something is open then."""
    open_days = {weekday for _, weekday, _ in openings}
    shown = [day for day in sorted(days, key=date.isoweekday) if day.isoweekday() <= 5 or day.isoweekday() in open_days]
    return [Column(day, part) for day in shown for part in DayPart.values]


def _cell(workshop: Workshop, column: Column, opening: Opening | None, closed: str, people: list, pauses: dict) -> Cell:
    if opening is None or closed:
        return Cell(column, workshop, closed_because=closed if opening else "")
    paused = [p for p in people if any(pause.runs_on(column.day) for pause in pauses[p.trajectory_id])]
    here = [p for p in people if p not in paused]
    return Cell(
        column,
        workshop,
        places=opening.capacity,
        taken=sum(not p.trajectory.is_volunteer for p in here),
        volunteers=sum(p.trajectory.is_volunteer for p in here),
        paused=len(paused),
    )


def _total(column: Column, n: int, rows: list[tuple[Workshop, list[Cell]]]) -> Cell:
    cells = [cells[n] for _, cells in rows if cells[n].is_open]
    return Cell(
        column,
        places=sum(cell.places for cell in cells) if cells else None,
        taken=sum(cell.taken for cell in cells),
        volunteers=sum(cell.volunteers for cell in cells),
    )
