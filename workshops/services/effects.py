"""What a change in the schedule touches, told before it is saved: placements, and registers that are made already."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256

from django.db.models import Count, Max, Min, Q, QuerySet

from participants.models import Trajectory
from workshops.models import Attendance, Duty, Placement, Session, WaitingEntry, Workshop
from workshops.services.absence_rows import filled_to_come

WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Registers:
    """Registers that are made already: `sessions` on `days` from `first` to `last`.

    `planned` are rows in which nobody recorded anything, of `people`; of these an absence reported beforehand filled
    `absences`. `recorded` rows stay as they are.
    """

    sessions: int = 0
    days: int = 0
    first: date | None = None
    last: date | None = None
    planned: int = 0
    people: int = 0
    absences: int = 0
    recorded: int = 0


@dataclass(frozen=True)
class WorkshopEffect:
    """What is touched in one workshop."""

    workshop: Workshop
    placements: list[Placement] = field(default_factory=list)
    registers: Registers = Registers()
    duties: int = 0
    waiting: int = 0

    @property
    def people(self) -> list[tuple]:
        """(person, their placements here), by name."""
        found = defaultdict(list)
        for placement in self.placements:
            found[placement.participant].append(placement)
        return list(found.items())


def effects_on_workshops(workshops: Iterable[Workshop], start: date) -> list[WorkshopEffect]:
    """Everything in `workshops` from `start` on, without an end; five queries."""
    workshops = list(workshops)
    sessions = Session.objects.filter(workshop__in=workshops, date__gte=start)
    rows = Attendance.objects.filter(workshop__in=workshops, date__gte=start)
    registers = registers_by(sessions, rows, "workshop")
    placements = defaultdict(list)
    for placement in placements_from(Placement.objects.filter(workshop__in=workshops), start):
        placements[placement.workshop_id].append(placement)
    duties = _counted(Duty.objects.filter(workshop__in=workshops).overlapping(start, None))
    waiting = _counted(WaitingEntry.objects.waiting().filter(workshop__in=workshops))
    return [
        WorkshopEffect(
            workshop,
            placements[workshop.pk],
            registers.get((workshop.pk,), Registers()),
            duties.get(workshop.pk, 0),
            waiting.get(workshop.pk, 0),
        )
        for workshop in workshops
    ]


def effects_on_path(trajectory: Trajectory, start: date, end: date | None = None) -> list[WorkshopEffect]:
    """What of one person is touched from `start` to `end` (`None`: without an end), per workshop.

    Also where somebody only comes for one time. Two queries, and one more for that.
    """
    mine = trajectory.placements.overlapping(start, end).select_related("workshop", "participant")
    rows = trajectory.attendances.filter(date__gte=start)
    rows = rows.filter(date__lte=end) if end else rows
    registers = registers_by(None, rows, "workshop")
    placements = defaultdict(list)
    # A morning goes before an afternoon.
    for placement in mine.order_by("workshop__name", "workshop", "weekday", "-day_part", "start_date"):
        placements[placement.workshop].append(placement)
    visited = [key for (key,), made in registers.items() if made.planned]
    visited = set(visited) - {workshop.pk for workshop in placements}
    for workshop in Workshop.objects.filter(pk__in=visited).order_by("name") if visited else []:
        placements[workshop] = []
    return [
        WorkshopEffect(workshop, found, registers.get((workshop.pk,), Registers()))
        for workshop, found in placements.items()
    ]


def placements_from(placements: QuerySet[Placement], start: date) -> QuerySet[Placement]:
    """Those that run on `start` or later, with their people, by name and then in the order of the week."""
    running = placements.overlapping(start, None).select_related("participant", "trajectory")
    return running.order_by("participant__sort_name", "participant", "weekday", "-day_part", "start_date")


def registers_of(sessions: QuerySet[Session]) -> Registers:
    """All of `sessions` together; two queries."""
    return registers_by(sessions, Attendance.objects.filter(session__in=sessions.order_by())).get((), Registers())


def registers_by(sessions: QuerySet[Session] | None, rows: QuerySet[Attendance], *by: str) -> dict[tuple, Registers]:
    """The registers per value of the fields `by`, which sessions and rows both have; two queries.

    Without `sessions` these are counted by the rows: of one person they are the same; then it is one query.
    """
    found: dict[tuple, dict] = defaultdict(dict)
    if sessions is not None:
        numbers = {"sessions": Count("pk"), "days": Count("date", distinct=True)}
        _add(found, sessions, by, {**numbers, "first": Min("date"), "last": Max("date")})
    not_recorded = Q(status=Attendance.Status.OPEN, planned=True) | filled_to_come()
    numbers = {
        "planned": Count("pk", filter=not_recorded),
        "people": Count("participant", filter=not_recorded, distinct=True),
        "absences": Count("pk", filter=filled_to_come()),
        "recorded": Count("pk", filter=~Q(status=Attendance.Status.OPEN) & ~filled_to_come()),
    }
    if sessions is None:
        numbers |= {"sessions": Count("session", distinct=True), "days": Count("date", distinct=True)}
        numbers |= {"first": Min("date"), "last": Max("date")}
    _add(found, rows, by, numbers)
    return {key: Registers(**numbers) for key, numbers in found.items()}


def _add(found: dict[tuple, dict], rows: QuerySet, by: tuple[str, ...], numbers: dict) -> None:
    # Named so that no number is taken for a field.
    named = {f"of_{name}": number for name, number in numbers.items()}
    totals = rows.order_by().values(*by).annotate(**named) if by else [rows.order_by().aggregate(**named)]
    for row in totals:
        found[tuple(row[name] for name in by)].update({name: row[f"of_{name}"] for name in numbers})


def _counted(rows: QuerySet) -> dict[int, int]:
    return dict(rows.order_by().values_list("workshop").annotate(Count("pk")))


def most_at_once(placements: Collection[Placement], start: date) -> int:
    """The most participants of `placements`, all of one weekly day part, who come on one day from `start` on."""
    taking = [placement for placement in placements if not placement.trajectory.is_volunteer]
    begins = {max(start, placement.start_date) for placement in taking}
    # Also the week after: who comes every other week, comes then.
    days = {_next(day, each.weekday) + more for day in begins for each in taking for more in (timedelta(0), WEEK)}
    return max((sum(each.comes_on(day) for each in taking) for day in days), default=0)


def _next(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.isoweekday()) % 7)


def print_of(*facts) -> str:
    """A short print of what was shown, to know afterwards whether that is still what would happen."""
    return sha256(repr([_plain(fact) for fact in facts]).encode()).hexdigest()[:20]


def _plain(fact):
    if isinstance(fact, WorkshopEffect):
        placements = [(each.pk, each.start_date, each.end_date) for each in fact.placements]
        return fact.workshop.pk, placements, fact.registers, fact.duties, fact.waiting
    return [_plain(each) for each in fact] if isinstance(fact, list) else fact
