"""The slots behind a figure about attendance: rows of registers, and sessions with their places."""

from datetime import date

from django.db.models import Q, QuerySet

from impact.figures.attendance import Status, TargetGroup
from impact.figures.facts.kinds import Facts, Trait, first_of_month, month_said, said_by
from impact.figures.path import delivered_on_indication
from impact.figures.scope import Scope
from pluspunt.periods import Period, last_day_of_month
from workshops.models import Attendance, Session
from workshops.services.volunteers import HOURS_PER_DAY_PART

WENT_ON = Q(session__state=Session.State.PLANNED)
PLANNED = WENT_ON & Q(planned=True)
# Which rows of registers each figure counts (domain reference §6).
COUNTS = {
    "planned": PLANNED,
    "attended": PLANNED & Q(status=Status.PRESENT),
    "excused": PLANNED & Q(status=Status.EXCUSED),
    "no_show": PLANNED & Q(status=Status.NO_SHOW),
    "open": PLANNED & Q(status=Status.OPEN),
    "extra": WENT_ON & Q(planned=False, status=Status.PRESENT),
    "delivered": WENT_ON & Q(status=Status.PRESENT),
    "hours": WENT_ON & Q(status=Status.PRESENT),
    "cancelled": Q(session__state=Session.State.CANCELLED, planned=True),
}
TOOK_PART = WENT_ON & (Q(planned=True) | Q(status=Status.PRESENT))
WORKSHOP = Trait("Werkplaats", "workshop__name")
MONTH = Trait("Maand", "date", month_said, first_of_month)
STATUS = Trait("Hoe ingevuld", "status", said_by(Status))
GROUP = Trait("Doelgroep", "trajectory__target_group", said_by(TargetGroup))
"""Of whom the rows are, told apart by what they have in common and not by who they are."""


def slot_facts(head: str, whose: str, name: str, period: Period, scope: Scope) -> Facts | None:
    """The facts of `attendance.planned`, `workshop.12.capacity`, `month.2026-03.people`, `volunteers.hours` …"""
    rows = scope.slots(Attendance.objects.filter(date__range=(period.start, period.end)))
    sessions = Session.objects.filter(date__range=(period.start, period.end), state=Session.State.PLANNED)
    sessions = scope.sessions(sessions)
    rows, sessions, traits = _of(head, whose, rows, sessions)
    if name == "capacity":
        return Facts("session", sessions, [t for t in (WORKSHOP, MONTH) if t in traits], amount="capacity")
    if name == "people":
        return Facts("person", rows.filter(TOOK_PART), [GROUP], each="participant")
    if name not in COUNTS:
        return None
    times = HOURS_PER_DAY_PART if name == "hours" else 1
    return Facts("slot", rows.filter(COUNTS[name]), traits, times=times)


def reached_facts(whose: str, period: Period, scope: Scope) -> Facts:
    """Who came at least once: of a target group, or all together."""
    rows = Attendance.objects.filter(COUNTS["delivered"], date__range=(period.start, period.end))
    rows = scope.slots(rows)
    if whose in TargetGroup.values:
        return Facts("person", rows.filter(trajectory__target_group=whose), [WORKSHOP], each="participant")
    return Facts("person", rows, [GROUP, WORKSHOP], each="participant")


def indication_facts(name: str, period: Period) -> Facts | None:
    """What was delivered on an indication; what people were entitled to has no rows: it is worked out per day."""
    rows = delivered_on_indication(period)
    return Facts("slot", rows, [WORKSHOP, MONTH]) if name == "delivered" else None


def _of(head: str, whose: str, rows: QuerySet, sessions: QuerySet) -> tuple[QuerySet, QuerySet, list[Trait]]:
    """The rows and sessions that the first part of a key is about, and by what they still differ."""
    is_volunteer = Q(trajectory__target_group=TargetGroup.SKILLED_VOLUNTEER)
    if head == "volunteers":
        return rows.filter(is_volunteer), sessions, [WORKSHOP, MONTH, STATUS]
    rows = rows.exclude(is_volunteer)
    if head == "group":
        return rows.filter(trajectory__target_group=whose), sessions, [WORKSHOP, MONTH, STATUS]
    if head == "workshop":
        return rows.filter(workshop=whose), sessions.filter(workshop=whose), [MONTH, STATUS, GROUP]
    if head == "month":
        first = date.fromisoformat(f"{whose}-01")
        days = Q(date__range=(first, last_day_of_month(first)))
        return rows.filter(days), sessions.filter(days), [WORKSHOP, STATUS, GROUP]
    return rows, sessions, [WORKSHOP, MONTH, STATUS, GROUP]
