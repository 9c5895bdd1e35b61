"""Where somebody fits: everything that matters before one chooses a place, on one page. Ten queries, however many."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices

from participants.models import Application, Indication, NotTogether, Participant, Trajectory
from workshops.models import Ability, DayPart, Opening, Placement, WaitingEntry, Weekday, Weeks, Workshop
from workshops.services.advice import (
    IndicationRoom,
    draft_placement,
    indication_room,
    last_day,
    wanted_abilities,
    weeks_of,
)
from workshops.services.not_together import people_in_the_way
from workshops.services.room import Room, Rooms, Slot

MOST_EARLIER = 6


class Fit(TextChoices):
    """Whether a day part fits, in a word for its cell."""

    FITS = "FITS", "past"
    HERE = "HERE", "werkt hier al"
    ELSEWHERE = "ELSEWHERE", "is dan elders"
    APART = "APART", "niet samen"
    OUTSIDE = "OUTSIDE", "buiten traject"
    FULL = "FULL", "vol"


@dataclass(frozen=True)
class FitCell:
    """One slot for one person. `is_wished` says that they wait for it; `half_free` in which weeks there is room yet."""

    slot: Slot
    fit: Fit
    room: Room
    is_wished: bool = False
    half_free: bool = False

    @property
    def key(self) -> str:
        return self.slot.key

    @property
    def fits(self) -> bool:
        return self.fit == Fit.FITS

    @property
    def weekday(self) -> Weekday:
        return Weekday(self.slot.weekday)


@dataclass(frozen=True)
class FitRow:
    """One workshop: a cell per column, `None` where it is not open; what it wants beforehand, and who waits for it."""

    workshop: Workshop
    cells: list[FitCell | None]
    wanted: list[Ability]
    waiting: list[WaitingEntry]
    is_near: bool

    @property
    def fitting(self) -> int:
        return sum(1 for cell in self.cells if cell and cell.fits)


@dataclass(frozen=True)
class FitGrid:
    """The workshops for which somebody waits come first. `columns` are (weekday, day part)."""

    columns: list[tuple[Weekday, DayPart]]
    rows: list[FitRow]

    @property
    def weekdays(self) -> list[Weekday]:
        return list(dict.fromkeys(weekday for weekday, _ in self.columns))

    @property
    def has_wishes(self) -> bool:
        return any(row.waiting for row in self.rows)

    @property
    def wished(self) -> list[FitCell]:
        """What fits and is wished."""
        return [cell for row in self.rows for cell in row.cells if cell and cell.fits and cell.is_wished]


@dataclass(frozen=True)
class EarlierPlaces:
    """The day parts in one workshop that ended on one day, for one reason."""

    workshop: Workshop
    last_day: date
    reason: str
    day_parts: list[str]


@dataclass(frozen=True)
class Situation:
    """What is known of somebody before a place is chosen."""

    wishes: list[Application]
    waiting: list[WaitingEntry]
    indication: IndicationRoom | None
    transport: list[Indication]
    placed: list[Placement]
    earlier: list[EarlierPlaces]
    apart: list[Participant]


def situation(participant: Participant, trajectory: Trajectory, day: date) -> Situation:
    """How it stands with somebody on `day`; eight queries."""
    placements = list(participant.placements.select_related("workshop").order_by("weekday", "-day_part", "pk"))
    over = [each for each in placements if each.end_date and each.end_date < day]
    transport = participant.indications.on(day).filter(product_category=Indication.Category.TRANSPORT)
    return Situation(
        wishes=list(participant.applications.exclude(wish="").order_by("-applied_on", "-pk")[:2]),
        waiting=waiting_of(participant),
        indication=None if trajectory.is_volunteer else indication_room(trajectory, day),
        transport=list(transport),
        placed=[each for each in placements if each not in over],
        earlier=_earlier(over)[:MOST_EARLIER],
        apart=_apart(participant),
    )


def _apart(participant: Participant) -> list[Participant]:
    """With whom somebody is never planned, by name."""
    pairs = NotTogether.objects.of(participant).select_related("first", "second")
    others = [pair.second if pair.first_id == participant.pk else pair.first for pair in pairs]
    return sorted(others, key=lambda other: (other.sort_name, other.pk))


def _earlier(placements: list[Placement]) -> list[EarlierPlaces]:
    """The last ones first."""
    found: dict[tuple, EarlierPlaces] = {}
    for each in sorted(placements, key=lambda each: each.end_date, reverse=True):
        group = (each.workshop_id, each.end_date, each.end_reason)
        known = found.setdefault(group, EarlierPlaces(each.workshop, each.end_date, each.get_end_reason_display(), []))
        known.day_parts.append(f"{each.get_weekday_display()} {each.get_day_part_display()}")
    return list(found.values())


def waiting_of(participant: Participant) -> list[WaitingEntry]:
    """What somebody waits for now."""
    return list(participant.waiting_entries.waiting().in_turn().select_related("workshop"))


def fitting_grid(
    trajectory: Trajectory,
    workshops: Iterable[Workshop],
    start: date,
    end: date | None = None,
    *,
    every_other_week: bool = False,
    weeks: Weeks | None = None,
    instead_of: Placement | None = None,
) -> FitGrid:
    """Every open day part with whether this person fits there from `start` on; seven queries.

    `weeks` says in which weeks, when that does not follow from the first day. `instead_of` is the placement that ends
    when this one begins.
    """
    participant = trajectory.participant
    workshops = {workshop.pk: workshop for workshop in workshops}
    until = last_day(trajectory, start, end)
    judge = _Judge(trajectory, workshops, start, until, instead_of)
    slots = _open_slots(workshops, start, until)
    asked = {slot: weeks or weeks_of([slot], start, every_other_week) for slot in slots.values()}
    judge.keep_apart(asked)
    waiting, wanted = waiting_of(participant), wanted_abilities(participant.pk, workshops)
    columns = _columns(slots)
    rows = []
    for workshop in workshops.values():
        mine = [entry for entry in waiting if entry.workshop_id == workshop.pk]
        found = [slots.get((workshop.pk, weekday, part)) for weekday, part in columns]
        cells = [slot and judge.cell(slot, asked[slot], mine) for slot in found]
        is_near = workshop.location.district_id is not None
        is_near = is_near and workshop.location.district_id == participant.district_id
        rows.append(FitRow(workshop, cells, wanted.get(workshop.pk, []), mine, is_near))
    rows = [row for row in rows if any(row.cells)]
    return FitGrid(columns, sorted(rows, key=lambda row: not row.waiting))


def _open_slots(workshops: dict[int, Workshop], start: date, until: date | None) -> dict[tuple, Slot]:
    openings = Opening.objects.filter(workshop__in=workshops).overlapping(start, until)
    slots = openings.order_by().values_list("workshop", "weekday", "day_part").distinct()
    return {(pk, weekday, part): Slot(workshops[pk], weekday, part) for pk, weekday, part in slots}


def _columns(slots: dict[tuple, Slot]) -> list[tuple[Weekday, DayPart]]:
    """Monday to Friday, and a day of the weekend when something is open then."""
    open_days = {weekday for _, weekday, _ in slots}
    return [(day, part) for day in Weekday if day <= Weekday.FRIDAY or day in open_days for part in DayPart]


class _Judge:
    """What decides about a cell, read once for all of them."""

    def __init__(
        self,
        trajectory: Trajectory,
        workshops: dict[int, Workshop],
        start: date,
        until: date | None,
        instead_of: Placement | None,
    ):
        self.trajectory, self.start, self.until = trajectory, start, until
        self.rooms = Rooms(workshops, start, until, without=instead_of)
        own = Placement.objects.filter(participant=trajectory.participant_id).overlapping(start, until)
        self.own = [each for each in own if instead_of is None or each.pk != instead_of.pk]
        ends_later = trajectory.end_date and (until is None or until > trajectory.end_date)
        self.is_outside = start < trajectory.start_date or bool(ends_later)
        self.apart = set()

    def keep_apart(self, slots: dict[Slot, Weeks]) -> None:
        """Look up in which of `slots` somebody is placed with whom this person is not together."""
        days = (self.start, self.until)
        drafts = [draft_placement(self.trajectory, slot, *days, weeks) for slot, weeks in slots.items()]
        met = people_in_the_way(self.trajectory.participant_id, drafts)
        self.apart = {(mine.workshop_id, mine.weekday, mine.day_part) for mine, _ in met}

    def cell(self, slot: Slot, weeks: Weeks, waiting: list[WaitingEntry]) -> FitCell:
        room = self.rooms.in_slot(slot, weeks)
        is_wished = any(entry.wants(slot.weekday, slot.day_part) for entry in waiting)
        fit = self._fit(slot, weeks, room)
        # Every week is too much, but there may be room every other week.
        is_tried = fit == Fit.FULL and weeks == Weeks.EVERY
        half_free = is_tried and any(self.rooms.in_slot(slot, turn).free for turn in (Weeks.EVEN, Weeks.ODD))
        return FitCell(slot, fit, room, is_wished, half_free)

    def _fit(self, slot: Slot, weeks: Weeks, room: Room) -> Fit:
        if self.is_outside:
            return Fit.OUTSIDE
        same = [p for p in self.own if (p.weekday, p.day_part) == (slot.weekday, slot.day_part) and p.weeks & weeks]
        if same:
            return Fit.HERE if any(p.workshop_id == slot.workshop.pk for p in same) else Fit.ELSEWHERE
        if (slot.workshop.pk, slot.weekday, slot.day_part) in self.apart:
            return Fit.APART
        is_full = not room.free and not (self.trajectory.is_volunteer and room.is_open)
        return Fit.FULL if is_full else Fit.FITS


def first_days(slot: Slot, weeks: Weeks, start: date, count: int = 2) -> list[date]:
    """The first days on which somebody comes, for a sentence."""
    first = slot.first_day_in(weeks, start)
    step = timedelta(weeks=1 if weeks == Weeks.EVERY else 2)
    return [first + n * step for n in range(count)]
