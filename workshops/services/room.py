"""How much room there is in a weekly day part, seen over all the time in which somebody would come there."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from participants.models import Pause
from workshops.models import DayPart, Opening, Placement, Session, Weekday, Weeks, Workshop

WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Slot:
    """A weekly day part in a workshop."""

    workshop: Workshop
    weekday: int
    day_part: str

    def __str__(self):
        return f"{self.workshop.name}, {Weekday(self.weekday).label} {DayPart(self.day_part).label}"

    @property
    def key(self) -> str:
        """This slot in a form or an address."""
        return f"{self.workshop.pk}-{self.weekday}-{self.day_part}"

    def first_day(self, start: date) -> date:
        """The first day from `start` on that has this weekday."""
        return start + timedelta(days=(self.weekday - start.isoweekday()) % 7)

    def first_day_in(self, weeks: Weeks, start: date) -> date:
        """The first day from `start` on that has this weekday and lies in one of `weeks`."""
        day = self.first_day(start)
        return day if Weeks(weeks).hold_on(day) else day + WEEK


@dataclass(frozen=True)
class Room:
    """The places of one slot on `day`: the first day on which none is free, else the one with the fewest free.

    `first_day` is the first one of the time asked for. `capacity` is `None` when the workshop is not open on `day`;
    `there` are the placements that take a place then, `kept` of them for people who are paused and come back to it.
    With `is_lowered` there are fewer places than the opening has, for want of supervision.
    """

    first_day: date
    day: date
    capacity: int | None
    there: tuple[Placement, ...]
    kept: int = 0
    is_lowered: bool = False

    @property
    def is_open(self) -> bool:
        return self.capacity is not None

    @property
    def free(self) -> int:
        return max(0, (self.capacity or 0) - len(self.there))

    @property
    def is_later(self) -> bool:
        """Whether there is room at first, and none from `day` on."""
        return self.day > self.first_day


class Rooms:
    """The openings of workshops and who is placed there, from `start` to `end`; four queries, and then none."""

    def __init__(self, workshops: Iterable[Workshop], start: date, end: date | None, without: Placement | None = None):
        self.start, self.end = start, end
        workshops = list(workshops)
        self.openings = self._by_slot(Opening.objects.filter(workshop__in=workshops).overlapping(start, end))
        placements = Placement.objects.taking_places().filter(workshop__in=workshops).overlapping(start, end)
        self.placements = self._by_slot(placements.exclude(pk=without.pk) if without else placements)
        self.pauses = defaultdict(list)
        for pause in (
            Pause.objects.overlapping(start, end).filter(trajectory__placements__workshop__in=workshops).distinct()
        ):
            self.pauses[pause.trajectory_id].append(pause)
        self.most = self._most(workshops)

    def _most(self, workshops: list[Workshop]) -> dict[tuple, int]:
        """Slot → its places where they are fewer than those of the opening in every session that is made already.

        One week without a supervisor says nothing of a weekly pattern; all of them do.
        """
        first = max(self.start, timezone.localdate())
        planned = Session.objects.filter(workshop__in=workshops, state=Session.State.PLANNED)
        sessions = planned.exclude(workshop__supervision="").filter(date__range=(first, self.end or date.max))
        found, in_full = {}, set()
        for workshop, day, part, capacity in sessions.order_by().values_list(
            "workshop", "date", "day_part", "capacity"
        ):
            key = (workshop, day.isoweekday(), part)
            found[key] = max(capacity, found.get(key, 0))
            if any(opening.runs_on(day) and capacity >= opening.capacity for opening in self.openings[key]):
                in_full.add(key)
        return {key: capacity for key, capacity in found.items() if key not in in_full}

    @staticmethod
    def _by_slot(patterns) -> dict[tuple, list]:
        found = defaultdict(list)
        for each in patterns.order_by("pk"):
            found[each.workshop_id, each.weekday, each.day_part].append(each)
        return found

    def in_slot(self, slot: Slot, weeks: Weeks) -> Room:
        """The room for somebody who comes there in `weeks`."""
        rooms = [self._on(slot, weeks, day) for day in self._days_that_differ(slot, weeks)]
        return next((room for room in rooms if not room.free), None) or min(rooms, key=lambda room: room.free)

    def _days_that_differ(self, slot: Slot, weeks: Weeks) -> list[date]:
        """The days on which something changes; what comes every other week makes that two weeks each time."""
        first = slot.first_day_in(weeks, self.start)
        key = (slot.workshop.pk, slot.weekday, slot.day_part)
        changes = {first, *(each.start_date for each in (*self.placements[key], *self.openings[key]))}
        changes |= {opening.end_date + DAY for opening in self.openings[key] if opening.end_date}
        days = {slot.first_day(max(first, change)) + turn for change in changes for turn in (WEEK * 0, WEEK)}
        last = self.end or date.max
        return [first, *sorted(day for day in days if first < day <= last and weeks.hold_on(day))]

    def _on(self, slot: Slot, weeks: Weeks, day: date) -> Room:
        key = (slot.workshop.pk, slot.weekday, slot.day_part)
        capacity = next((opening.capacity for opening in self.openings[key] if opening.runs_on(day)), None)
        most = self.most.get(key)
        is_lowered = capacity is not None and most is not None and most < capacity
        there = tuple(placement for placement in self.placements[key] if placement.comes_on(day))
        kept = sum(any(pause.runs_on(day) for pause in self.pauses[each.trajectory_id]) for each in there)
        first_day = slot.first_day_in(weeks, self.start)
        return Room(first_day, day, most if is_lowered else capacity, there, kept, is_lowered)
