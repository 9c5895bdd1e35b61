"""Who is in the house at this moment: the list that goes along when everybody must go outside."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db.models import Q
from django.utils import timezone

from participants.models import Participant
from workshops.models import Attendance, DayPart, Location, Session, Workshop

Status = Attendance.Status


@dataclass
class Place:
    """One workshop: who is in it, who may be, and how many people without a name were counted."""

    workshop: Workshop
    inside: list[Attendance] = field(default_factory=list)
    maybe: list[Attendance] = field(default_factory=list)
    neighbours: int = 0
    visitors: int = 0


@dataclass(frozen=True)
class Inside:
    """The whole house in one day part, as it is at `moment`."""

    moment: datetime
    day_part: DayPart
    places: list[Place]

    @property
    def locations(self) -> list[tuple[Location, list[Place]]]:
        """The places by location; those without anybody are left out."""
        grouped: dict[Location, list[Place]] = {}
        for place in self.places:
            grouped.setdefault(place.workshop.location, []).append(place)
        return list(grouped.items())

    @property
    def people(self) -> list[Participant]:
        """Everybody whose name stands on the list, once."""
        rows = (row for place in self.places for row in (*place.inside, *place.maybe))
        return list({row.participant_id: row.participant for row in rows}.values())

    @property
    def inside(self) -> int:
        return sum(len(place.inside) for place in self.places)

    @property
    def maybe(self) -> int:
        """People, not lines: who is expected in two places is one."""
        return len({row.participant_id for place in self.places for row in place.maybe})

    @property
    def neighbours(self) -> int:
        return sum(place.neighbours for place in self.places)

    @property
    def visitors(self) -> int:
        return sum(place.visitors for place in self.places)

    @property
    def counted(self) -> int:
        """Everybody who must be found outside: people present, neighbours and visitors."""
        return self.inside + self.neighbours + self.visitors


def people_inside(moment: datetime, day_part: DayPart | None = None) -> Inside:
    """Who is in the house at `moment`, in the day part that it is then or the one asked for; in three queries.

    Inside is who is present, has arrived and has not left. Maybe inside is who was expected and of whom nothing is
    recorded, unless they are present somewhere else. Somebody present in a session that was cancelled after all stays
    on the list: better looked for once too often.
    """
    moment = timezone.localtime(moment)
    day_part = DayPart(day_part or DayPart.at(moment))
    rows = _rows(moment.date(), day_part)
    elsewhere = {row.participant_id for row in rows if row.status == Status.PRESENT}
    places: dict[int, Place] = {}
    for session in _counted_sessions(moment.date(), day_part):
        place = _place(places, session.workshop)
        place.neighbours, place.visitors = session.neighbours, session.visitors
    for row in rows:
        if row.status == Status.PRESENT and _is_inside(row, moment.time()):
            _place(places, row.workshop).inside.append(row)
        elif row.status == Status.OPEN and row.participant_id not in elsewhere:
            _place(places, row.workshop).maybe.append(row)
    ordered = sorted(places.values(), key=lambda p: (p.workshop.location.name, p.workshop.name, p.workshop.pk))
    return Inside(moment, day_part, ordered)


def _rows(day: date, day_part: DayPart) -> Iterable[Attendance]:
    expected = Q(status=Status.OPEN, planned=True, session__state=Session.State.PLANNED)
    rows = Attendance.objects.filter(expected | Q(status=Status.PRESENT), date=day, day_part=day_part)
    return list(rows.select_related("participant", "trajectory", "workshop__location"))


def _counted_sessions(day: date, day_part: DayPart) -> Iterable[Session]:
    sessions = Session.objects.filter(Q(neighbours__gt=0) | Q(visitors__gt=0), date=day, day_part=day_part)
    return sessions.select_related("workshop__location").order_by()


def _is_inside(row: Attendance, now: time) -> bool:
    has_arrived = row.arrived_at is None or row.arrived_at <= now
    return has_arrived and (row.left_at is None or row.left_at > now)


def _place(places: dict[int, Place], workshop: Workshop) -> Place:
    return places.setdefault(workshop.pk, Place(workshop))
