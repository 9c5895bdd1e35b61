"""Somebody says beforehand that they stay away: it fills the registers of those days, until it is withdrawn."""

from collections.abc import Collection
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from participants.models import Participant
from pluspunt.templatetags.words import day as in_words
from workshops.models import (
    Absence,
    AbsenceReason,
    Attendance,
    AttendanceChange,
    ClosedMonth,
    DayPart,
    Session,
    Workshop,
)
from workshops.services.attendance import Mark, change_attendance

Status = Attendance.Status
# In days. Who stays away longer is paused: that leaves the denominators (§4).
LONGEST = 92
# So far ahead somebody may say it; later is a mistyped year.
FURTHEST = timedelta(days=366)


@transaction.atomic
def report_absence(
    participant: Participant,
    start: date,
    end: date,
    day_part: str,
    reason: AbsenceReason | None,
    reported_by: str,
    by: User,
) -> Absence:
    """Keep that somebody stays away from `start` to `end`, and fill what is open and planned in those days as excused.

    `day_part` is one part of each of these days, or empty for whole days. `reported_by` (`Absence.ReportedBy`) said so
    to `by`. Only the registers of today and later are filled; those that are made later, when they are made. Raises
    `ValidationError` for days in the past or too far ahead, for more than `LONGEST` days, for a reason that is not in
    use, outside every trajectory, and when an absence that stands shares a day part with it.
    """
    participant = _lock(participant.pk)
    absence = Absence(
        participant=participant,
        start_date=start,
        end_date=end,
        day_part=day_part,
        reason=reason,
        reported_by=reported_by,
        taken_by=by,
    )
    absence.full_clean()
    _check_days(absence)
    _check_overlap(absence)
    if reason is not None and not AbsenceReason.objects.filter(pk=reason.pk, is_active=True).exists():
        raise ValidationError({"reason": "Deze reden is niet meer in gebruik. Kies een andere."})
    absence.save(force_insert=True)
    _lock_registers(participant)
    rows = participant.attendances.open().filter(planned=True, date__gte=timezone.localdate())
    _fill([absence], rows.filter(date__range=(start, end)))
    return absence


@transaction.atomic
def withdraw_absence(absence: Absence, by: User) -> int:
    """Take back an absence; return how many rows are open again.

    These are the rows that it filled, of sessions that are not over, if nobody changed them since; what has been stays.
    Another absence that stands fills them at once. Raises `ValidationError` when it was withdrawn already, or when its
    person became part of another record meanwhile.
    """
    participant = _lock(absence.participant_id)
    absence = Absence.objects.select_for_update(no_key=True).get(pk=absence.pk)
    if absence.withdrawn_at is not None:
        raise ValidationError("Deze afmelding is al ingetrokken.")
    absence.withdrawn_by, absence.withdrawn_at = by, timezone.now()
    absence.save(update_fields=["withdrawn_by", "withdrawn_at"])
    _lock_registers(participant)
    emptied = empty_filled_rows(absence.attendances.filter(_not_over()), by=by)
    others = participant.absences.standing().overlapping(absence.start_date, absence.end_date)
    filled = _fill(list(others), Attendance.objects.open().filter(pk__in=emptied))
    return len(emptied) - filled


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
    _fill(absences, rows.filter(Q(version=0) | Q(pk__in=replanned), participant__in=absent))


def filled_to_come() -> Q:
    """Rows to come that an absence filled: nobody recorded anything there, so planning may still take them away."""
    return Q(status=Status.EXCUSED, absence__isnull=False) & _not_over()


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


def _lock(participant_id: int) -> Participant:
    try:
        return Participant.objects.select_for_update(no_key=True).get(pk=participant_id)
    except Participant.DoesNotExist as error:
        raise ValidationError("Iemand anders heeft deze persoon intussen samengevoegd. Kijk het na.") from error


def _check_days(absence: Absence) -> None:
    today = timezone.localdate()
    if absence.start_date < today:
        sentence = "Kies vandaag of een latere dag. Wat geweest is, vul je in het register in."
        raise ValidationError({"start_date": sentence})
    if absence.start_date > today + FURTHEST:
        raise ValidationError({"start_date": "Dit is meer dan een jaar vooruit. Kijk het jaar na."})
    if (absence.end_date - absence.start_date).days >= LONGEST:
        sentence = f"Dit is langer dan {LONGEST} dagen. Dan is het een onderbreking: de coördinator legt die vast."
        raise ValidationError({"end_date": sentence})
    if not absence.participant.trajectories.overlapping(absence.start_date, absence.end_date).exists():
        raise ValidationError(f"{absence.participant.nickname} heeft in deze dagen geen lopend traject.")


def _check_overlap(absence: Absence) -> None:
    others = absence.participant.absences.standing().overlapping(absence.start_date, absence.end_date)
    if absence.day_part:
        others = others.filter(day_part__in=["", absence.day_part])
    if other := others.order_by("start_date", "pk").first():
        raise ValidationError(
            f"{absence.participant.nickname} is al afgemeld {absence_days(other)}. Trek die afmelding eerst in."
        )


def absence_days(absence: Absence) -> str:
    """ "op ma 2 mrt", "van ma 2 mrt t/m wo 4 mrt", and which part of each day when it is not the whole day."""
    first, last = in_words(absence.start_date), in_words(absence.end_date)
    days = f"op {first}" if absence.start_date == absence.end_date else f"van {first} t/m {last}"
    return f"{days} ({absence.get_day_part_display()})" if absence.day_part else days


def _lock_registers(participant: Participant) -> None:
    """Wait for whoever makes rows for this person now, so that none is made without knowing of the absence."""
    workshops = Workshop.objects.filter(pk__in=participant.placements.values("workshop")).order_by("pk")
    list(workshops.select_for_update(no_key=True).values_list("pk", flat=True))


def _fill(absences: list[Absence], rows: QuerySet[Attendance]) -> int:
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


def _not_over() -> Q:
    """Rows of sessions that are going on or are still to come."""
    now = timezone.localtime()
    part = DayPart.at(now)
    still_today = [each for each in DayPart if each.order >= part.order]
    return Q(date__gt=now.date()) | Q(date=now.date(), day_part__in=still_today)
