"""The registers of the whole house: how far each of them is, and which are left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from workshops.models import COACH_CORRECTS_FOR, Attendance, ClosedMonth, DayPart, Location, Session

# A register is asked for from so long before its day part ends, until so long after.
REMINDS_BEFORE = timedelta(minutes=30)
REMINDS_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class HousePart:
    """One day part of the house; every session knows how many people are `present`, and what `with_open` adds."""

    part: DayPart
    sessions: list[Session]

    @property
    def locations(self) -> list[tuple[Location, list[Session]]]:
        return [(location, list(group)) for location, group in groupby(self.sessions, lambda s: s.workshop.location)]

    @property
    def going_on(self) -> list[Session]:
        return [session for session in self.sessions if session.takes_marks]

    @property
    def present(self) -> int:
        return sum(session.present for session in self.going_on)

    @property
    def open(self) -> int:
        return sum(session.open_people for session in self.going_on)

    @property
    def is_future(self) -> bool:
        return all(session.is_future for session in self.sessions)


def with_open(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Adds to each session `people`, `recorded` (as `with_counts`) and `open_people`: who is not recorded yet."""
    return sessions.with_counts().annotate(open_people=F("people") - F("recorded"))


def house_parts(sessions: QuerySet[Session], now: datetime) -> list[HousePart]:
    """The `sessions` of one day per day part and, in that, per location; today begins with the part that it is now.

    Numbers of people only, no names: everybody who records attendance may see how far the house is. One query.
    """
    present = Count("attendances", filter=Q(attendances__status=Attendance.Status.PRESENT))
    counted = with_open(sessions).annotate(present=present).select_related("workshop__location")
    found = list(counted.order_by("workshop__location__name", "workshop__location", "workshop__name"))
    is_today = any(session.date == timezone.localdate(now) for session in found)
    now_part = DayPart.at(now)
    parts = sorted(DayPart, key=lambda part: is_today and part != now_part)
    grouped = [HousePart(part, [s for s in found if s.day_part == part]) for part in parts]
    return [group for group in grouped if group.sessions]


def unfinished_registers(user: User, now: datetime) -> QuerySet[Session]:
    """Registers that began and are not complete, which `user` can still complete; the newest first.

    A coach: own workshops and where they helped out, as long as a coach corrects (§4). A coordinator: everything since
    the last closed month.
    """
    today = timezone.localdate(now)
    days = Q(date__lt=today) | Q(date=today, day_part__in=_begun_parts(now))
    if user.role == User.Role.COACH:
        days &= Q(date__gte=today - COACH_CORRECTS_FOR)
    elif frozen_until := ClosedMonth.objects.last_day():
        days &= Q(date__gt=frozen_until)
    # Asked of the rows, by key: the database then counts in the few registers that are left, not in all of them.
    somebody_open = Attendance.objects.open().filter(days, planned=True).order_by().values("session")
    sessions = Session.objects.visible_to(user).filter(days, state=Session.State.PLANNED, pk__in=somebody_open)
    return sessions.order_by("-date", "day_part", "workshop__location__name", "workshop__name")


def _begun_parts(now: datetime) -> list[DayPart]:
    return [part for part in DayPart if part.order <= DayPart.at(now).order]


@dataclass(frozen=True)
class Reminder:
    """A day part that is (nearly) over while people in these registers are still open."""

    part: DayPart
    is_over: bool
    registers: list[tuple[Session, int]]  # and how many people are open in it

    @property
    def open(self) -> int:
        return sum(number for _, number in self.registers)


def register_reminder(open_people: Mapping[Session, int], now: datetime) -> Reminder | None:
    """What to remind of: the registers in which people are open, from half an hour before their day part ends.

    `open_people` says how many people are open in each session, whatever its day. An hour after the end nobody is
    reminded any more: the board of registers that are left takes over. No query; the sessions have their workshop.
    """
    today = timezone.localdate(now)
    for part in DayPart:
        end = timezone.make_aware(datetime.combine(today, part.ends_at))
        waiting = [
            (session, number)
            for session, number in open_people.items()
            if number and session.takes_marks and (session.date, session.day_part) == (today, part)
        ]
        if waiting and end - REMINDS_BEFORE <= now <= end + REMINDS_AFTER:
            return Reminder(part, now >= end, waiting)
    return None
