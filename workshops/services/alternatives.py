"""Where somebody could go for one time instead of a session: free places in that week, and why they fit or do not."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from functools import cached_property

from django.db.models import Count, Q

from participants.models import Indication, NotTogether, Participant, Pause
from participants.services.claims import granted_per_week, is_in_day_parts
from workshops.models import (
    Absence,
    Attendance,
    Duty,
    OneOff,
    Placement,
    Session,
    WaitingEntry,
)
from workshops.services.planned import in_week, planned_in_week
from workshops.services.rota import takes_place


@dataclass(frozen=True)
class Option:
    """A session in which there is a place; `reasons` say why it suits somebody, `rank` how well (low first)."""

    session: Session
    reasons: list[str]
    rank: tuple

    @property
    def value(self) -> str:
        """What stands for it in a form."""
        return str(self.session.pk)

    @property
    def is_same_moment(self) -> bool:
        return self.rank[0] == 0


@dataclass
class Line:
    """One person of the session: what they are planned for otherwise in that week, against what was granted."""

    row: Attendance
    options: list[Option]
    planned: int
    granted: Fraction | None
    # The `Option.value` that is proposed, or one of the words of `replanning`.
    proposed: str = ""

    @property
    def participant(self) -> Participant:
        return self.row.participant

    @property
    def granted_per_week(self) -> float | None:
        return None if self.granted is None else float(self.granted)

    @property
    def has_enough(self) -> bool:
        """Whether one day part more is more than was granted."""
        return self.granted is not None and self.planned + 1 > self.granted

    def option(self, value: str) -> Option | None:
        return next((option for option in self.options if option.value == value), None)


@dataclass
class Surroundings:
    """What is known of the week of `session`, read in a number of queries that does not grow with the people."""

    session: Session
    people: list[int]
    candidates: list[Session] = field(init=False)

    def __post_init__(self):
        monday = self.session.date - timedelta(days=self.session.date.weekday())
        self.days = [monday + timedelta(days=n) for n in range(7)]
        self._with_room = self._find_room()
        self.candidates = [each for each in self._with_room if self._is_supervised(each)]
        self.room = {each.pk: each.capacity - each.taken for each in self.candidates}

    def _find_room(self) -> list[Session]:
        found = Session.objects.filter(date__range=(self.days[0], self.days[-1]), state=Session.State.PLANNED)
        found = found.exclude(pk=self.session.pk).select_related("workshop__location")
        counted = found.annotate(taken=Count("attendances", filter=takes_place("attendances__")))
        return [each for each in counted if each.taken < each.capacity and self._is_in_time(each)]

    def _is_in_time(self, session: Session) -> bool:
        """Whether it has yet to begin; who is sent away now can still join what is going on now."""
        now = (self.session.date, self.session.day_part)
        return session.is_future or ((session.date, session.day_part) == now and not session.is_over)

    def _is_supervised(self, session: Session) -> bool:
        """With a rule the places say it. Without one somebody must be there, in a workshop that has a rota at all."""
        if session.workshop.supervision or session.workshop_id not in self._with_rota:
            return True
        there = self._planned[session.workshop_id, session.date, session.day_part]
        return bool(there.coaches or there.volunteers)

    @cached_property
    def _planned(self):
        return planned_in_week({session.workshop for session in self._with_room}, self.days[0])

    @cached_property
    def _with_rota(self) -> set[int]:
        return set(in_week(Duty.objects.all(), self.days[0]).order_by().values_list("workshop", flat=True))

    @cached_property
    def busy(self) -> dict[int, set[tuple]]:
        """Person → (date, day part) of whatever else they are planned for in that week."""
        rows = Attendance.objects.filter(
            participant__in=self.people, date__range=(self.days[0], self.days[-1]), session__state=Session.State.PLANNED
        )
        rows = rows.filter(Q(planned=True) | ~Q(status=Attendance.Status.OPEN)).exclude(session=self.session)
        found = defaultdict(set)
        for person, *slot in rows.order_by().values_list("participant", "date", "day_part"):
            found[person].add(tuple(slot))
        return found

    @cached_property
    def left(self) -> dict[int, set[int]]:
        """Person → sessions that they leave for one time already."""
        found = defaultdict(set)
        one_offs = OneOff.objects.standing().filter(participant__in=self.people, away_from__isnull=False)
        for person, session in one_offs.values_list("participant", "away_from"):
            found[person].add(session)
        return found

    @cached_property
    def apart(self) -> dict[int, set[int]]:
        """Person → with whom they are not together."""
        found = defaultdict(set)
        pairs = NotTogether.objects.filter(Q(first__in=self.people) | Q(second__in=self.people))
        for one, other in pairs.order_by().values_list("first", "second"):
            found[one].add(other)
            found[other].add(one)
        return found

    @cached_property
    def there(self) -> dict[int, set[int]]:
        """Session → who of those to keep apart stands in its register or is placed there, whatever was said since."""
        others = {other for person in self.people for other in self.apart[person]}
        found = defaultdict(set)
        rows = Attendance.objects.listed().filter(session__in=self.room, participant__in=others).order_by()
        for session, person in rows.values_list("session", "participant"):
            found[session].add(person)
        slots = {(s.workshop_id, s.date, s.day_part): s.pk for s in self.candidates}
        placed = in_week(Placement.objects.filter(participant__in=others), self.days[0]).order_by()
        for *slot, person in placed.values_list("workshop", "on", "day_part", "participant"):
            if tuple(slot) in slots:
                found[slots[tuple(slot)]].add(person)
        return found

    @cached_property
    def away(self) -> dict[int, list]:
        """Person → absences and pauses in that week."""
        found = defaultdict(list)
        for absence in Absence.objects.standing().filter(participant__in=self.people).overlapping(*self._week):
            found[absence.participant_id].append(absence)
        pauses = Pause.objects.filter(trajectory__participant__in=self.people).select_related("trajectory")
        for pause in pauses.overlapping(*self._week):
            found[pause.trajectory.participant_id].append(pause)
        return found

    @cached_property
    def granted(self) -> dict[int, Fraction]:
        """Person → day parts per week by what runs on the day of the session; nothing where that cannot be spread."""
        found: dict[int, list] = defaultdict(list)
        for indication in Indication.objects.filter(participant__in=self.people).on(self.session.date):
            if is_in_day_parts(indication):
                found[indication.participant_id].append(granted_per_week(indication))
        return {person: sum(amounts) for person, amounts in found.items() if None not in amounts}

    @cached_property
    def wishes(self) -> dict[int, list[WaitingEntry]]:
        found = defaultdict(list)
        for entry in WaitingEntry.objects.waiting().filter(participant__in=self.people):
            found[entry.participant_id].append(entry)
        return found

    @cached_property
    def worked(self) -> dict[int, dict[int, bool]]:
        """Person → workshop → whether they still work there, else they did."""
        found = defaultdict(dict)
        for placement in Placement.objects.filter(participant__in=self.people, start_date__lte=self.session.date):
            runs = placement.runs_on(self.session.date)
            known = found[placement.participant_id]
            known[placement.workshop_id] = known.get(placement.workshop_id, False) or runs
        return found

    @property
    def _week(self):
        return self.days[0], self.days[-1]

    def options_for(self, row: Attendance) -> list[Option]:
        """Where this person could go, what suits best first."""
        fitting = [self._option(row, session) for session in self.candidates if self.may_go(row, session)]
        return sorted(fitting, key=lambda option: option.rank)

    def may_go(self, row: Attendance, session: Session) -> bool:
        """Whether nothing is in the way of this person: not planned then, not away, in the path, and not together."""
        person, slot = row.participant_id, (session.date, session.day_part)
        return (
            row.trajectory.runs_on(session.date)
            and slot not in self.busy[person]
            and session.pk not in self.left[person]
            and not (self.apart[person] & self.there[session.pk])
            and not any(_is_in_the_way(each, session) for each in self.away[person])
        )

    def _option(self, row: Attendance, session: Session) -> Option:
        person, mine = row.participant_id, self.session
        is_same_moment = (session.date, session.day_part) == (mine.date, mine.day_part)
        wished = any(
            entry.workshop_id == session.workshop_id and entry.wants(session.date.isoweekday(), session.day_part)
            for entry in self.wishes[person]
        )
        works = self.worked[person].get(session.workshop_id)
        facts = [
            (8, wished, "wil hier graag heen"),
            (4, works is True, "werkt hier ook"),
            (3, works is False, "werkte hier eerder"),
            (2, session.workshop.discipline == mine.workshop.discipline, "zelfde soort werk"),
            (1, session.workshop.location_id == (mine.location_id or mine.workshop.location_id), "zelfde locatie"),
        ]
        score = sum(weight for weight, holds, _ in facts if holds)
        distance = abs((session.date - mine.date).days)
        rank = (not is_same_moment, distance, -score, -self.room[session.pk], session.workshop.name, session.pk)
        return Option(session, [words for _, holds, words in facts if holds], rank)


def lines_of(surroundings: Surroundings, rows: Iterable[Attendance]) -> list[Line]:
    """A line for each of these rows, with where the person could go."""
    return [
        Line(
            row,
            surroundings.options_for(row),
            len(surroundings.busy[row.participant_id]),
            surroundings.granted.get(row.participant_id),
        )
        for row in rows
    ]


def _is_in_the_way(away: Absence | Pause, session: Session) -> bool:
    if isinstance(away, Absence):
        return away.covers(session.date, session.day_part)
    return away.runs_on(session.date)
