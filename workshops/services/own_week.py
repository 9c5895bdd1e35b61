"""Somebody's own week: where they go on which day part, and why not when they do not."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from django.db.models import Q

from participants.models import Participant, Pause
from pluspunt.periods import Period
from workshops.models import (
    Attendance,
    Closure,
    DayPart,
    Duty,
    Leave,
    Location,
    OneOff,
    Opening,
    Placement,
    Session,
    StandIn,
    Weeks,
    Workshop,
)

# (workshop, date, day part)
Key = tuple[int, date, str]
WORKING_DAYS = 5
# What fits on the card, in lines of large letters: so many letters a line in a cell and across, and the room between
# two rows.
CELL_WIDTH, CARD_WIDTH, ROW_EXTRA = 16, 45, 1.2
CARD_SIZES = ((29, "large"), (34, "medium"), (52, "small"), (10_000, "tiny"))


class State(StrEnum):
    """What becomes of a day part, the most important one first."""

    COMES = "COMES"
    CANCELLED = "CANCELLED"
    CLOSED = "CLOSED"
    ABSENT = "ABSENT"
    PAUSED = "PAUSED"
    NOT_NOW = "NOT_NOW"


_ORDER = list(State)


@dataclass(frozen=True)
class OwnPart:
    """One day part of one person in one workshop. `reason` is that of a closure; `coaches` are first names."""

    day: date
    day_part: str
    workshop: Workshop
    location: Location
    state: State
    reason: str = ""
    is_once: bool = False
    is_every_other_week: bool = False
    coaches: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        return self.workshop.pk, self.day, self.day_part


@dataclass(frozen=True)
class OwnDay:
    day: date
    morning: list[OwnPart]
    afternoon: list[OwnPart]

    @property
    def parts(self) -> list[OwnPart]:
        return self.morning + self.afternoon

    @property
    def cells(self) -> list[tuple[DayPart, list[OwnPart]]]:
        return [(DayPart.MORNING, self.morning), (DayPart.AFTERNOON, self.afternoon)]


@dataclass(frozen=True)
class OwnWeek:
    """Monday to Friday, and a day of the weekend when there is something then."""

    monday: date
    days: list[OwnDay]

    @property
    def parts(self) -> list[OwnPart]:
        return [part for day in self.days for part in day.parts]

    @property
    def comes(self) -> list[OwnPart]:
        return [part for part in self.parts if part.state == State.COMES]

    @property
    def size(self) -> str:
        """How large the letters of the card can be, so that it is one page: "large" to "tiny"."""
        lines = sum(ROW_EXTRA + max([2, *(_lines(parts) for _, parts in day.cells)]) for day in self.days)
        lines += sum(1 + len(place.address) // CARD_WIDTH for place in self.places if place.address)
        return next(size for most, size in CARD_SIZES if lines <= most)

    @property
    def places(self) -> list[Location]:
        """Where somebody goes this week, each once."""
        return list({part.location.pk: part.location for part in self.comes}.values())


def week_of(participant: Participant, monday: date) -> OwnWeek:
    """The week of somebody from `monday` on, with who is there for them by the rota; ten queries at most."""
    period = Period(monday, monday + timedelta(days=6))
    by_slot = defaultdict(list)
    for part in _with_coaches(own_parts(participant, period), period):
        by_slot[part.day, part.day_part].append(part)
    days = [OwnDay(day, *(_shown(by_slot[day, part]) for part in DayPart.values)) for day in period.days]
    return OwnWeek(monday, [day for n, day in enumerate(days) if n < WORKING_DAYS or day.parts])


def own_parts(participant: Participant, period: Period) -> list[OwnPart]:
    """Every day part of somebody in `period`, in order; seven queries.

    The registers say it where they are made; beyond them the weekly patterns do, less closures, pauses and absences.
    """
    facts = _Facts(participant, period)
    found = [part for key in facts.keys if (part := facts.part(key)) is not None]
    return sorted(found, key=lambda part: (part.day, DayPart(part.day_part).order, _ORDER.index(part.state)))


def _shown(parts: list[OwnPart]) -> list[OwnPart]:
    """Who goes somewhere need not hear where they do not go; of several reasons not to come one is enough."""
    return [part for part in parts if part.state == State.COMES] or parts[:1]


def _lines(parts: list[OwnPart]) -> int:
    """How many lines `parts` take in one cell of the card."""
    texts = [
        text
        for part in parts
        for text in (
            part.workshop.name,
            part.reason or f"{part.location.name} · met {' en '.join(part.coaches)}",
            "voor één keer" * part.is_once,
            "om de week" * part.is_every_other_week,
        )
    ]
    return sum(-(-len(text) // CELL_WIDTH) for text in texts)


@dataclass
class _Facts:
    """What is known about the days of one person in a period, each asked once."""

    participant: Participant
    period: Period

    def __post_init__(self):
        start, end = self.period.start, self.period.end
        of_session = ("session__location", "session__workshop__location")
        rows = self.participant.attendances.filter(planned=True, date__range=(start, end))
        self.rows = {_key(row.session): row for row in rows.select_related(*of_session).order_by()}
        placements = self.participant.placements.overlapping(start, end).select_related("workshop__location")
        self.plans: dict[Key, Placement] = {
            (plan.workshop_id, day, plan.day_part): plan
            for plan in placements
            for day in self.period.days
            if plan.comes_on(day)
        }
        self.once: dict[Key, OneOff] = {}
        self.not_now: set[Key] = set()
        for one_off in self._one_offs():
            if one_off.comes_to:
                self.once[_key(one_off.comes_to)] = one_off
            if one_off.away_from:
                self.not_now.add(_key(one_off.away_from))
        self.pauses = list(Pause.objects.overlapping(start, end).filter(trajectory__participant=self.participant))
        self.absences = list(self.participant.absences.standing().overlapping(start, end))
        self.closures = list(Closure.objects.overlapping(start, end).order_by("pk"))

    def _one_offs(self) -> Iterable[OneOff]:
        days = (self.period.start, self.period.end)
        sessions = ("away_from", "comes_to__location", "comes_to__workshop__location")
        here = Q(away_from__date__range=days) | Q(comes_to__date__range=days)
        return self.participant.one_offs.standing().filter(here).select_related(*sessions)

    @property
    def keys(self) -> set[Key]:
        start, end = self.period.start, self.period.end
        return {key for key in {*self.rows, *self.plans, *self.once} if start <= key[1] <= end}

    @cached_property
    def openings(self) -> list[Opening]:
        workshops = {plan.workshop_id for plan in self.plans.values()}
        return list(Opening.objects.filter(workshop__in=workshops).overlapping(self.period.start, self.period.end))

    def part(self, key: Key) -> OwnPart | None:
        """The day part at `key`; `None` when nobody expects the person there."""
        row, plan, once = self.rows.get(key), self.plans.get(key), self.once.get(key)
        session = row.session if row else once.comes_to if once else None
        workshop = session.workshop if session else plan.workshop
        state = self._state_of_row(row) if row else self._state_without_row(key, workshop, session)
        return state and OwnPart(
            day=key[1],
            day_part=key[2],
            workshop=workshop,
            location=(session and session.location) or workshop.location,
            state=state,
            reason=self._closed_because(workshop, key[1]) if state == State.CLOSED else "",
            is_once=once is not None,
            is_every_other_week=plan is not None and plan.weeks != Weeks.EVERY,
        )

    @staticmethod
    def _state_of_row(row: Attendance) -> State:
        if row.session.state == Session.State.CLOSED:
            return State.CLOSED
        if row.status == Attendance.Status.EXCUSED:
            return State.ABSENT
        return State.CANCELLED if row.session.state == Session.State.CANCELLED else State.COMES

    def _state_without_row(self, key: Key, workshop: Workshop, session: Session | None) -> State | None:
        day, part = key[1:]
        plan = self.once.get(key) or self.plans[key]
        is_open = session is not None or any(
            opening.workshop_id == workshop.pk and opening.day_part == part and opening.weekday == day.isoweekday()
            for opening in self.openings
            if opening.runs_on(day)
        )
        if not is_open:
            return None
        if any(pause.trajectory_id == plan.trajectory_id and pause.runs_on(day) for pause in self.pauses):
            return State.PAUSED
        if self._closed_because(workshop, day):
            return State.CLOSED
        if key in self.not_now:
            return State.NOT_NOW
        if is_made(workshop, day):
            return None
        return State.ABSENT if any(each.covers(day, part) for each in self.absences) else State.COMES

    def _closed_because(self, workshop: Workshop, day: date) -> str:
        return next((closure.reason for closure in self.closures if closure.closes(workshop, day)), "")


def _key(session: Session) -> Key:
    return session.workshop_id, session.date, session.day_part


def is_made(workshop: Workshop, day: date) -> bool:
    """Whether the register of that day exists, so that who has no row in it is not expected."""
    first, last = workshop.registered_from, workshop.sessions_until
    return first is not None and last is not None and first <= day <= last


def _with_coaches(parts: list[OwnPart], period: Period) -> list[OwnPart]:
    """`parts` with the first names of who is there by the rota and not on leave, or helps out; three queries."""
    there = [part for part in parts if part.state == State.COMES]
    if not there:
        return parts
    workshops = {part.workshop.pk for part in there}
    duties = Duty.objects.filter(workshop__in=workshops, user__is_active=True).select_related("user")
    duties = list(duties.overlapping(period.start, period.end))
    leaves = Leave.objects.filter(user__in={duty.user_id for duty in duties})
    leaves = list(leaves.overlapping(period.start, period.end))
    names: dict[Key, dict[int, str]] = defaultdict(dict)
    for part in there:
        for duty in duties:
            is_away = any(each.user_id == duty.user_id and each.covers(part.day, part.day_part) for each in leaves)
            is_here = (duty.workshop_id, duty.day_part) == (part.workshop.pk, part.day_part) and duty.comes_on(part.day)
            if is_here and not is_away:
                names[part.key][duty.user_id] = first_name(duty.user.name)
    helping = StandIn.objects.filter(session__workshop__in=workshops, user__is_active=True)
    for stand_in in helping.filter(session__date__range=(period.start, period.end)).select_related("user", "session"):
        names[_key(stand_in.session)][stand_in.user_id] = first_name(stand_in.user.name)
    return [replace(part, coaches=tuple(sorted(names[part.key].values()))) for part in parts]


def first_name(name: str) -> str:
    """What people call a colleague: the first word of the name."""
    return name.split()[0] if name.split() else ""
