"""Where places are free, now and in the coming weeks: for good, for a while, or for one time."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import takewhile

from django.db.models import Q
from django.utils import timezone

from participants.models import Pause, Trajectory
from workshops.models import Absence, Attendance, DayPart, OneOff, Opening, Placement, Session, Weekday, Weeks, Workshop
from workshops.services.room import Slot
from workshops.services.sessions import HORIZON

WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)
# A place that is free for fewer weeks is offered per session.
SHORTEST_WHILE = 2
_VOLUNTEER = Trajectory.TargetGroup.SKILLED_VOLUNTEER


class Kind(StrEnum):
    """How long a place is free; those for good come first."""

    FOR_GOOD = "vast"
    FOR_A_WHILE = "tijdelijk"
    ONCE = "eenmalig"


@dataclass(frozen=True)
class FreePlace:
    """`count` places that are free in one weekly day part from `start` on.

    `until` is the last day: `None` for good, the day itself for one session (`session_id`). `weeks` says whether it is
    every week or every other one.
    """

    workshop: Workshop
    weekday: int
    day_part: str
    kind: Kind
    start: date
    until: date | None
    count: int
    weeks: int = Weeks.EVERY
    session_id: int | None = None

    @property
    def slot(self) -> Slot:
        return Slot(self.workshop, self.weekday, self.day_part)

    @property
    def key(self) -> str:
        """What a page sends back to say which place it means; another place, or other days, is another key."""
        days = f"{self.start:%Y%m%d}-{self.until:%Y%m%d}" if self.until else f"{self.start:%Y%m%d}"
        return f"{self.kind}-{self.weekday}-{self.day_part}-{int(self.weeks)}-{days}"

    @property
    def weekday_name(self) -> str:
        return Weekday(self.weekday).label

    @property
    def is_every_other_week(self) -> bool:
        return self.weeks != Weeks.EVERY

    def falls_on(self, day: date) -> bool:
        """Whether who gets this place comes on `day`."""
        return (
            day.isoweekday() == self.weekday
            and self.start <= day <= (self.until or date.max)
            and Weeks(self.weeks).hold_on(day)
        )

    def first_day(self, since: date) -> date:
        """The first day of the place from `since` on; it may lie after `until`."""
        return self.slot.first_day_in(self.weeks, max(self.start, since))


@dataclass
class _SlotFacts:
    """Everything that is known about one weekly day part in one workshop."""

    workshop: Workshop
    weekday: int
    day_part: str
    sessions: dict[date, Session] = field(default_factory=dict)
    openings: list[Opening] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)
    # Placement → the days on which somebody is paused and known to come back, as (first, last).
    pauses: dict[int, list[tuple[date, date]]] = field(default_factory=dict)
    absences: dict[int, list[Absence]] = field(default_factory=dict)
    # (day, person): who is excused in that register, or goes elsewhere; and who comes for one time.
    left_by: set[tuple[date, int]] = field(default_factory=set)
    joined_by: set[tuple[date, int]] = field(default_factory=set)

    def places_on(self, day: date) -> int:
        """The places of the pattern: of the opening, and no more than there were people for in any coming week."""
        opening = next((each for each in self.openings if each.runs_on(day)), None)
        return 0 if opening is None else min(opening.capacity, max(s.capacity for s in self.sessions.values()))

    def free_for_good(self, day: date) -> int:
        """Who is away for a while comes back to the place, so that it is taken."""
        return self.places_on(day) - len(self._there(day)[0])

    def free_for_a_while(self, day: date) -> int:
        there, paused, _ = self._there(day)
        return self.places_on(day) - len(there - paused)

    def free_once(self, day: date) -> int:
        there, paused, away = self._there(day)
        return self.sessions[day].capacity - len(there - paused - away)

    def _there(self, day: date) -> tuple[set[int], set[int], set[int]]:
        """People: who has a place that day, who of them is paused, and who of them said to stay away."""
        coming = [each for each in self.placements if each.comes_on(day)]
        paused = {p.participant_id for p in coming if any(a <= day <= b for a, b in self.pauses.get(p.pk, []))}
        joined = {person for on, person in self.joined_by if on == day}
        there = {each.participant_id for each in coming} | joined
        away = {p for p in there if any(a.covers(day, self.day_part) for a in self.absences.get(p, []))}
        away |= {person for on, person in self.left_by if on == day}
        return there, paused - joined, away

    def days(self) -> list[date]:
        """The coming sessions, and later the days on which somebody begins or is back: there it may become full."""
        last = max(self.sessions)
        changes = {each.start_date for each in self.placements}
        changes |= {back + DAY for pauses in self.pauses.values() for _, back in pauses}
        slot = Slot(self.workshop, self.weekday, self.day_part)
        # Two weeks of each: what holds every other week shows in one of them.
        changes = {last + DAY, *(change for change in changes if change > last)}
        later = {slot.first_day(change) + n * WEEK for change in changes for n in range(2)}
        return sorted({*self.sessions, *later})

    def closes_after(self) -> date | None:
        """The last day on which the slot is open; `None` when no end is known."""
        ends = [opening.end_date for opening in self.openings]
        return None if None in ends else max(ends)


def free_places(workshops: Iterable[Workshop]) -> list[FreePlace]:
    """The free places of `workshops` from today on, those for good first; seven queries.

    Looks at the sessions of the coming six weeks that are made already and are not closed or cancelled. A place for
    good is free in all of them and is not promised to anybody later; one for a while is that of somebody who is paused
    until a known day, or is promised from a later day on; one for one time is that of somebody who said to stay away,
    beforehand or in that register. Of a session that has begun no place is offered. Volunteers take no place.
    """
    slots = _slots({workshop.pk: workshop for workshop in workshops}, timezone.localdate())
    return sorted((place for facts in slots for place in _places_of(facts)), key=_order)


def _order(place: FreePlace) -> tuple:
    name, order = place.workshop.name, list(Kind).index(place.kind)
    return order, name, place.workshop.pk, place.weekday, DayPart(place.day_part).order, place.start


def _places_of(facts: _SlotFacts) -> list[FreePlace]:
    days = facts.days()
    places = _for_good(facts, days, Weeks.EVERY)
    if not places:
        places = [place for weeks in (Weeks.EVEN, Weeks.ODD) for place in _for_good(facts, days, weeks)]
    if not places:
        places = _for_a_while(facts, days)
    single = [day for day in facts.sessions if not any(place.falls_on(day) for place in places)]
    return places + [
        _place(facts, Kind.ONCE, day, day, count, session_id=facts.sessions[day].pk)
        for day in single
        if (count := facts.free_once(day)) > 0
    ]


def _for_good(facts: _SlotFacts, days: list[date], weeks: Weeks) -> list[FreePlace]:
    """From the first day on after which it is never full again."""
    of_weeks = [day for day in days if weeks.hold_on(day)]
    last = facts.closes_after()
    if last:
        of_weeks = [day for day in of_weeks if day <= last]
    free = list(_while_free(facts.free_for_good, reversed(of_weeks)))
    if not free or free[-1][0] not in facts.sessions:
        return []
    start, count = free[-1][0], min(places for _, places in free)
    return [_place(facts, Kind.FOR_A_WHILE if last else Kind.FOR_GOOD, start, last, count, weeks=weeks)]


def _for_a_while(facts: _SlotFacts, days: list[date]) -> list[FreePlace]:
    """The first weeks on end in which there is room."""
    for number, day in enumerate(days):
        free = list(_while_free(facts.free_for_a_while, days[number:]))
        if not free:
            continue
        until = facts.closes_after()
        if number + len(free) < len(days):
            # Between the days that were looked at nothing changes.
            until = days[number + len(free)] - WEEK
        if len(free) < SHORTEST_WHILE or day not in facts.sessions or until is None:
            return []
        return [_place(facts, Kind.FOR_A_WHILE, day, until, min(places for _, places in free))]
    return []


def _while_free(count: Callable[[date], int], days: Iterable[date]) -> Iterable[tuple[date, int]]:
    return takewhile(lambda each: each[1] > 0, ((day, count(day)) for day in days))


def _place(facts: _SlotFacts, kind: Kind, start: date, until: date | None, count: int, **more) -> FreePlace:
    return FreePlace(facts.workshop, facts.weekday, facts.day_part, kind, start, until, count, **more)


# --- What is known ----------------------------------------------------------------------------------------------------


def _slots(by_key: dict[int, Workshop], since: date) -> list[_SlotFacts]:
    """The facts of every slot with a session to come."""
    slots: dict[tuple, _SlotFacts] = {}
    sessions = Session.objects.filter(workshop__in=by_key, date__range=(since, since + HORIZON))
    for session in sessions.filter(state=Session.State.PLANNED).order_by("date"):
        if session.is_future:
            key = (session.workshop_id, session.date.isoweekday(), session.day_part)
            facts = slots.setdefault(key, _SlotFacts(by_key[key[0]], *key[1:]))
            facts.sessions[session.date] = session
    for opening in Opening.objects.filter(workshop__in=by_key).overlapping(since, None):
        if facts := slots.get((opening.workshop_id, opening.weekday, opening.day_part)):
            facts.openings.append(opening)
    _add_people(slots, list(by_key), since)
    return [facts for facts in slots.values() if facts.openings]


def _add_people(slots: dict[tuple, _SlotFacts], workshops: list[int], since: date) -> None:
    placements = Placement.objects.filter(workshop__in=workshops).taking_places().overlapping(since, None)
    pauses, absences = _pauses(placements, since), _absences(since)
    for placement in placements:
        if facts := slots.get((placement.workshop_id, placement.weekday, placement.day_part)):
            facts.placements.append(placement)
            facts.pauses[placement.pk] = pauses[placement.trajectory_id]
    for one_off in _one_offs(workshops, since):
        for session, people in ((one_off.away_from, "left_by"), (one_off.comes_to, "joined_by")):
            key = session and (session.workshop_id, session.date.isoweekday(), session.day_part)
            if facts := slots.get(key):
                getattr(facts, people).add((session.date, one_off.participant_id))
    for workshop, day, part, person in _excused(workshops, since):
        if facts := slots.get((workshop, day.isoweekday(), part)):
            facts.left_by.add((day, person))
    for facts in slots.values():
        facts.absences = absences


def _pauses(placements, since: date) -> dict[int, list[tuple[date, date]]]:
    """Trajectory → pauses that have an end, known or expected. Who may be back tomorrow keeps the place free."""
    found = defaultdict(list)
    pauses = Pause.objects.filter(trajectory__in=placements.values("trajectory")).overlapping(since, None)
    for pause in pauses:
        if back := pause.end_date or pause.expected_until:
            found[pause.trajectory_id].append((pause.start_date, back))
    return found


def _absences(since: date) -> dict[int, list[Absence]]:
    found = defaultdict(list)
    for absence in Absence.objects.standing().overlapping(since, since + HORIZON):
        found[absence.participant_id].append(absence)
    return found


def _excused(workshops: list[int], since: date) -> list[tuple[int, date, str, int]]:
    """(workshop, day, day part, person) of the rows in which somebody is excused."""
    rows = Attendance.objects.filter(workshop__in=workshops, date__range=(since, since + HORIZON))
    excused = rows.filter(status=Attendance.Status.EXCUSED, planned=True).order_by()
    return list(excused.values_list("workshop", "date", "day_part", "participant"))


def _one_offs(workshops: list[int], since: date) -> list[OneOff]:
    """What was changed for one time in the coming weeks, of who takes a place."""
    here = Q(away_from__workshop__in=workshops, away_from__date__gte=since)
    here |= Q(comes_to__workshop__in=workshops, comes_to__date__gte=since)
    found = OneOff.objects.standing().filter(here).exclude(trajectory__target_group=_VOLUNTEER)
    return list(found.select_related("away_from", "comes_to"))
