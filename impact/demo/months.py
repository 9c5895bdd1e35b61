"""Closed months in the demo, with corrections that were decided and a few that wait."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from accounts.models import User
from impact.demo.people import ACCOUNTS
from participants.models import Trajectory
from workshops.models import Attendance, AttendanceChange, ClosedMonth, CorrectionRequest, MonthStatement
from workshops.services.attendance import Mark
from workshops.services.corrections import decide_correction, request_correction
from workshops.services.months import close_month
from workshops.services.statements import make_statement

Status = Attendance.Status
# Of so many of the last closed months there is an overview.
STATEMENTS = 3
# Was, what it should have been, and why.
DECIDED = [
    (Status.NO_SHOW, Status.PRESENT, "Stond op de papieren lijst van die ochtend", True, ""),
    (Status.NO_SHOW, Status.EXCUSED, "Had zich telefonisch afgemeld", True, "Klopt, het stond in het telefoonboekje"),
    (Status.PRESENT, Status.NO_SHOW, "Volgens mij was dit iemand anders", False, "Ik heb hem zelf gezien"),
]
WAITING = [
    (Status.NO_SHOW, Status.PRESENT, "Werkte buiten bij de voedseltuin, niet gezien"),
    (Status.OPEN, Status.PRESENT, "Vergeten in te vullen, was er wel"),
    (Status.EXCUSED, Status.PRESENT, "Kwam in de middag toch nog"),
]


def add_months(today: date, chance: Random) -> None:
    """Everything up to two months ago is closed; of the last closed month some rows are asked about."""
    coach, coordinator = (
        User.objects.get(email=ACCOUNTS[role][0]) for role in (User.Role.COACH, User.Role.COORDINATOR)
    )
    month = (today.replace(day=1) - timedelta(days=32)).replace(day=1)
    close_month(month, by=coordinator)
    closed = list(ClosedMonth.objects.all())
    for each in closed:
        each.closed_at = _at((each.month + timedelta(days=32)).replace(day=4), time(16, 20))
    ClosedMonth.objects.bulk_update(closed, ["closed_at"])
    _add_statements(closed, coordinator)
    rows = Attendance.objects.filter(date__range=(month, month + timedelta(days=27)), session__state="PLANNED")
    rows = rows.filter(workshop__in=coach.workshops.all(), planned=True).order_by("pk")
    # Of participants: what is mended then changes the overview of the month.
    rows = rows.exclude(trajectory__target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)
    for number, (was, becomes, why, is_approved, answer) in enumerate(DECIDED):
        row = chance.choice(rows.filter(status=was, correction_requests=None))
        correction = request_correction(row, Mark(becomes), why=why, by=coach)
        decide_correction(correction, is_approved=is_approved, by=coordinator, seen=row.version, answer=answer)
        asked, decided = _at(today - timedelta(days=9 - number), time(9, 30)), _at(today - timedelta(days=6), time(15))
        CorrectionRequest.objects.filter(pk=correction.pk).update(asked_at=asked, decided_at=decided)
        AttendanceChange.objects.filter(correction=correction).update(at=decided, received_at=decided)
    for number, (was, becomes, why) in enumerate(WAITING):
        if left := list(rows.filter(status=was, correction_requests=None)[:40]):
            correction = request_correction(chance.choice(left), Mark(becomes), why=why, by=coach)
            asked = _at(today - timedelta(days=3 - number), time(11, 15))
            CorrectionRequest.objects.filter(pk=correction.pk).update(asked_at=min(asked, timezone.now()))
    _add_special(list(rows.filter(status=Status.NO_SHOW, correction_requests=None)[:2]), coach, coordinator)


def _add_statements(closed: list[ClosedMonth], coordinator: User) -> None:
    """Of the last months: set down right after they were closed, and so before the corrections."""
    for each in sorted(closed, key=lambda row: row.month)[-STATEMENTS:]:
        statement = make_statement(each.month, by=coordinator)
        MonthStatement.objects.filter(pk=statement.pk).update(made_at=each.closed_at + timedelta(minutes=10))


def _add_special(rows: list[Attendance], coach: User, coordinator: User) -> None:
    """One that came late from a tablet, and one that the coordinator of the demo cannot decide about."""
    if len(rows) == 2:
        late, own = rows
        marked_at = _at(late.date, time(9, 20))
        why = "Getikt op de dag zelf, binnengekomen na het sluiten"
        request_correction(late, Mark(Status.PRESENT), why=why, by=coach, origin="LATE", marked_at=marked_at)
        request_correction(own, Mark(Status.EXCUSED), why="De moeder belde mij die ochtend", by=coordinator)


def _at(day: date, moment: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, moment))
