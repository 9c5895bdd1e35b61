"""The rota of a week on a board: per workshop and day part who is there to supervise, and where somebody is missing."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from accounts.models import User
from participants.models import Participant, Trajectory
from workshops.models import (
    Attendance,
    Closure,
    DayPart,
    Duty,
    Leave,
    OneOff,
    Opening,
    Session,
    StandIn,
    Weekday,
    Workshop,
)
from workshops.services.planned import Planned, in_week, planned_in_week


@dataclass(frozen=True)
class RotaColumn:
    day: date
    day_part: str

    @property
    def is_first_of_day(self) -> bool:
        return self.day_part == DayPart.MORNING


@dataclass
class RotaCell:
    """One workshop on one day part: `full_places` of the opening (`None`: not open), `places` with who is there.

    `coaches` are there by the rota, `away` are on leave or help out elsewhere, `helpers` help out here. `gone` is how
    many people were sent elsewhere for one time.
    """

    column: RotaColumn
    workshop: Workshop
    full_places: int | None = None
    places: int = 0
    planned: Planned = field(default_factory=Planned)
    is_cancelled: bool = False
    has_session: bool = False
    has_rota: bool = False
    closed_because: str = ""
    coaches: list[User] = field(default_factory=list)
    away: list[User] = field(default_factory=list)
    helpers: list[User] = field(default_factory=list)
    volunteers: list[Participant] = field(default_factory=list)
    gone: int = 0

    @property
    def is_open(self) -> bool:
        return self.full_places is not None

    @property
    def names(self) -> list[tuple[str, str]]:
        """First names of the coaches, each with what is to be said of it: there is little room in a cell."""
        groups = ((self.coaches, ""), (self.helpers, "valt in"), (self.away, "niet hier"))
        return [(user.name.partition(" ")[0], said) for users, said in groups for user in users]

    @property
    def too_many(self) -> int:
        """How many people more than places with who is there."""
        return max(0, self.planned.participants - self.places) if self.is_going_on else 0

    @property
    def is_unattended(self) -> bool:
        """Whether people come and nobody supervises, in a workshop that has a rule or a rota at all."""
        nobody = not (self.planned.coaches or self.planned.volunteers)
        return self.is_going_on and nobody and bool(self.planned.participants) and self.asks_somebody

    @property
    def asks_somebody(self) -> bool:
        return bool(self.workshop.supervision) or self.has_rota

    @property
    def is_going_on(self) -> bool:
        return self.is_open and not self.is_cancelled

    @property
    def is_gap(self) -> bool:
        """Whether somebody should do something about it: of a day that has been nobody can any more."""
        if self.column.day < timezone.localdate():
            return False
        return self.is_unattended or (bool(self.workshop.supervision) and self.too_many > 0)

    @property
    def may_return(self) -> int:
        """For how many of those who were sent elsewhere there is a place again."""
        if not self.is_going_on or self.column.day < timezone.localdate():
            return 0
        return min(self.gone, max(0, self.places - self.planned.participants))


@dataclass(frozen=True)
class RotaBoard:
    columns: list[RotaColumn]
    rows: list[tuple[Workshop, list[RotaCell]]]

    @property
    def days(self) -> list[date]:
        return [column.day for column in self.columns if column.is_first_of_day]

    @property
    def gaps(self) -> list[RotaCell]:
        return self._in_order(lambda cell: cell.is_gap)

    @property
    def with_room_again(self) -> list[RotaCell]:
        return self._in_order(lambda cell: cell.may_return)

    def _in_order(self, is_meant: Callable[[RotaCell], object]) -> list[RotaCell]:
        return sorted(
            (cell for _, cells in self.rows for cell in cells if is_meant(cell)),
            key=lambda cell: (cell.column.day, DayPart(cell.column.day_part).order, cell.workshop.name),
        )


def rota_board(workshops: Collection[Workshop], monday: date) -> RotaBoard:
    """Who supervises in the seven days from `monday`; the number of queries does not grow with the workshops."""
    workshops = list(workshops)
    days = [monday + timedelta(days=n) for n in range(7)]
    openings = {
        (o.workshop_id, o.on, o.day_part): o.capacity
        for o in in_week(Opening.objects.filter(workshop__in=workshops), days[0])
    }
    facts = _Facts(workshops, days)
    weekend = {day for _, day, _ in openings}
    shown = [day for day in days if day.isoweekday() <= Weekday.FRIDAY or day in weekend]
    columns = [RotaColumn(day, part) for day in shown for part in DayPart.values]
    rows = [(workshop, [facts.cell(workshop, column, openings) for column in columns]) for workshop in workshops]
    return RotaBoard(columns, rows)


def rota_cell(workshop: Workshop, day: date, day_part: str) -> RotaCell:
    """One cell of that board, whether the workshop is open or not."""
    board = rota_board([workshop], day - timedelta(days=day.weekday()))
    cells = [cell for _, cells in board.rows for cell in cells]
    found = (cell for cell in cells if (cell.column.day, cell.column.day_part) == (day, day_part))
    return next(found, RotaCell(RotaColumn(day, day_part), workshop))


class _Facts:
    """What is known of a week, by (workshop, day, day part)."""

    def __init__(self, workshops: list[Workshop], days: list[date]):
        within = (days[0], days[-1])
        self.planned = planned_in_week(workshops, days[0])
        self.closures = list(Closure.objects.overlapping(*within))
        sessions = Session.objects.filter(workshop__in=workshops, date__range=within)
        self.sessions = {(s.workshop_id, s.date, s.day_part): s for s in sessions}
        self.leaves = list(Leave.objects.overlapping(*within))
        self.helpers, self.helps_at = defaultdict(list), defaultdict(set)
        helping = StandIn.objects.filter(session__date__range=within, user__is_active=True)
        for each in helping.select_related("user", "session"):
            self.helpers[each.session.workshop_id, each.session.date, each.session.day_part].append(each.user)
            self.helps_at[each.user_id, each.session.date, each.session.day_part].add(each.session.workshop_id)
        gone = OneOff.objects.standing().filter(away_from__workshop__in=workshops, away_from__date__range=within)
        slots = gone.values_list("away_from__workshop", "away_from__date", "away_from__day_part")
        self.gone = Counter(slots.order_by())
        self.duties = defaultdict(list)
        duties = in_week(Duty.objects.filter(workshop__in=workshops, user__is_active=True), days[0])
        for duty in duties.select_related("user").order_by("user__name"):
            self.duties[duty.workshop_id, duty.on, duty.day_part].append(duty.user)
        self.with_rota = {workshop for workshop, _, _ in self.duties}
        self.volunteers = defaultdict(list)
        rows = Attendance.objects.filter(
            session__in=[s.pk for s in self.sessions.values()],
            planned=True,
            trajectory__target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER,
        )
        rows = rows.exclude(status=Attendance.Status.EXCUSED).select_related("participant")
        for row in rows.order_by("participant__sort_name"):
            self.volunteers[row.workshop_id, row.date, row.day_part].append(row.participant)

    def cell(self, workshop: Workshop, column: RotaColumn, openings: dict) -> RotaCell:
        slot = (workshop.pk, column.day, column.day_part)
        closed = next((c.reason for c in self.closures if c.closes(workshop, column.day)), "")
        session, full = self.sessions.get(slot), None if closed else openings.get(slot)
        cell = RotaCell(
            column,
            workshop,
            full_places=full,
            planned=self.planned[slot],
            is_cancelled=bool(session and session.state == Session.State.CANCELLED),
            has_session=session is not None,
            has_rota=workshop.pk in self.with_rota,
            closed_because=closed if slot in openings else "",
            helpers=self.helpers[slot],
            volunteers=self.volunteers[slot],
            gone=self.gone[slot],
        )
        for user in self.duties[slot]:
            (cell.away if self._is_away(user, column, workshop) else cell.coaches).append(user)
        cell.places = self._places(cell, session)
        return cell

    def _places(self, cell: RotaCell, session: Session | None) -> int:
        """Of a day that has been, as they were."""
        if session and cell.column.day < timezone.localdate():
            return session.capacity
        return cell.workshop.places_with(cell.full_places or 0, cell.planned.coaches, cell.planned.volunteers)

    def _is_away(self, user: User, column: RotaColumn, workshop: Workshop) -> bool:
        on_leave = any(leave.user_id == user.pk and leave.covers(column.day, column.day_part) for leave in self.leaves)
        return on_leave or bool(self.helps_at[user.pk, column.day, column.day_part] - {workshop.pk})
