"""The rows that an absence, said beforehand, fills in the registers: filling them, and opening them again."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from workshops.models import Absence, Attendance, AttendanceChange, ClosedMonth, DayPart, Session, Workshop
from workshops.services.attendance import Mark, change_attendance

Status = Attendance.Status


def fill_rows(workshops: Collection[Workshop], start: date, end: date, *, replanned: Collection[int] = ()) -> None:
    """Fill rows that planning just made, in `workshops` from `start` to `end`, for whom stays away and said so before.

    `replanned` are rows that were there before and are planned again; of other rows only those that nobody ever
    touched: who emptied a row meant that.
    """
    absences = list(Absence.objects.standing().overlapping(start, end))
    if not absences:
        return
    rows = Attendance.objects.open().filter(workshop__in=workshops, planned=True, date__range=(start, end))
    absent = {absence.participant_id for absence in absences}
    fill_covered(absences, rows.filter(Q(version=0) | Q(pk__in=replanned), participant__in=absent))


def filled_to_come() -> Q:
    """Rows to come that an absence filled: nobody recorded anything there, so planning may still take them away."""
    return Q(status=Status.EXCUSED, absence__isnull=False) & not_over()


@transaction.atomic
def empty_filled_rows(rows: QuerySet[Attendance], *, by: User | None) -> list[int]:
    """Open again those of `rows` that are still as an absence filled them, with a change for each; return their keys.

    Also in a session that does not go on, where nobody can tap: it may go on after all.
    """
    rows = rows.filter(status=Status.EXCUSED, absence__isnull=False)
    locked = list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))
    now, changes = timezone.now(), []
    for row in locked:
        changes.append(
            AttendanceChange(
                attendance=row,
                at=now,
                by=by,
                old_status=row.status,
                old_reason_id=row.reason_id,
                new_status=Status.OPEN,
                version=row.version + 1,
            )
        )
        row.status, row.reason, row.absence, row.version = Status.OPEN, None, None, row.version + 1
        row.recorded_by = row.recorded_at = None
    written = ["status", "reason", "absence", "version", "recorded_by", "recorded_at"]
    Attendance.objects.bulk_update(locked, written, batch_size=100)
    AttendanceChange.objects.bulk_create(changes)
    return [row.pk for row in locked]


def fill_covered(absences: list[Absence], rows: QuerySet[Attendance]) -> int:
    """Set those of the open `rows` that are covered to excused, in sessions that go on; return how many."""
    by_person: dict[int, list[Absence]] = {}
    for absence in absences:
        by_person.setdefault(absence.participant_id, []).append(absence)
    frozen_until = ClosedMonth.objects.last_day() or date.min
    rows = rows.filter(session__state=Session.State.PLANNED, date__gt=frozen_until, participant__in=by_person)
    filled = 0
    # Locked first: a row that somebody records at this moment is theirs.
    for row in rows.order_by("pk").select_for_update(of=("self",), no_key=True):
        covering = (each for each in by_person[row.participant_id] if each.covers(row.date, row.day_part))
        if absence := next(covering, None):
            mark = Mark(Status.EXCUSED, reason=absence.reason_id)
            change_attendance(row.pk, mark, by=absence.taken_by, absence=absence)
            filled += 1
    return filled


def not_over() -> Q:
    """Rows of sessions that are going on or are still to come."""
    now = timezone.localtime()
    part = DayPart.at(now)
    still_today = [each for each in DayPart if each.order >= part.order]
    return Q(date__gt=now.date()) | Q(date=now.date(), day_part__in=still_today)
