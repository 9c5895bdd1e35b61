"""Recording who came: every change locks its row, keeps what was there before, and refuses what cannot be."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from participants.models import Participant, Trajectory
from workshops.models import AbsenceReason, Attendance, AttendanceChange, Session

Status = Attendance.Status


@transaction.atomic
def mark_attendance(
    attendance: Attendance, status: str, *, by: User | None, reason: AbsenceReason | None = None
) -> Attendance:
    """Set one row to `status` (never toggle), with an optional `reason` for an excused absence.

    Setting what is already there changes nothing and writes no history. Raises `ValidationError` for a session that
    does not go on, for anything but excused on a day to come, for a visitor who would be absent, and for somebody who
    is present elsewhere on that day part.
    """
    row = Attendance.objects.select_for_update(of=("self",)).select_related("session").get(pk=attendance.pk)
    if status != Status.EXCUSED:
        reason = None
    if (row.status, row.reason_id) == (status, reason.pk if reason else None):
        return row
    _check_may_become(row, status)
    return _write(row, status, reason, by)


@transaction.atomic
def mark_all_present(session: Session, *, by: User) -> int:
    """Set every row that is still open to present; return how many were set.

    People who are present elsewhere on that day part stay open. Raises `ValidationError` for a session that does not
    go on or is still to come.
    """
    rows = session.attendances.open().filter(planned=True).select_related("session").order_by("pk")
    rows = list(rows.select_for_update(of=("self",)))
    elsewhere = set(
        Attendance.objects.filter(
            date=session.date,
            day_part=session.day_part,
            status=Status.PRESENT,
            participant__in=[r.participant_id for r in rows],
        ).values_list("participant", flat=True)
    )
    if rows:
        _check_session(rows[0].session, Status.PRESENT)
    now = timezone.now()
    changed = [row for row in rows if row.participant_id not in elsewhere]
    with _one_place_at_a_time():
        Attendance.objects.filter(pk__in=[row.pk for row in changed]).update(
            status=Status.PRESENT, recorded_by=by, recorded_at=now
        )
    AttendanceChange.objects.bulk_create(
        AttendanceChange(attendance=row, at=now, by=by, old_status=Status.OPEN, new_status=Status.PRESENT)
        for row in changed
    )
    return len(changed)


@transaction.atomic
def add_visitor(session: Session, participant: Participant, *, by: User) -> Attendance:
    """Record somebody who was not planned as present in this session only.

    Raises `ValidationError` when the person has no running trajectory that day, is planned here already, or is
    present elsewhere on that day part, and for a session that does not go on or is still to come.
    """
    session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    trajectory = Trajectory.objects.on(session.date).filter(participant=participant).first()
    if trajectory is None:
        raise ValidationError(f"{participant.floor_name} heeft op deze dag geen lopend traject.")
    row, _ = Attendance.objects.get_or_create(
        session=session,
        participant=participant,
        defaults={
            "trajectory": trajectory,
            "workshop_id": session.workshop_id,
            "date": session.date,
            "day_part": session.day_part,
            "planned": False,
        },
    )
    if row.planned:
        raise ValidationError(f"{participant.floor_name} staat al in dit register.")
    return mark_attendance(row, Status.PRESENT, by=by)


def _check_may_become(row: Attendance, status: str) -> None:
    if status not in Status.values:
        raise ValidationError("Kies aanwezig, afgemeld of niet afgemeld.")
    _check_session(row.session, status)
    if not row.planned and status not in (Status.PRESENT, Status.OPEN):
        raise ValidationError("Wie niet gepland was, kan alleen aanwezig zijn.")


def _check_session(session: Session, status: str) -> None:
    if not session.takes_marks:
        raise ValidationError(f"Deze sessie is {session.get_state_display()}: er valt niets in te vullen.")
    if session.is_future and status not in (Status.EXCUSED, Status.OPEN):
        raise ValidationError("Deze dag komt nog: je kunt iemand nu alleen afmelden.")


def _write(row: Attendance, status: str, reason: AbsenceReason | None, by: User | None) -> Attendance:
    change = AttendanceChange(
        attendance=row,
        at=timezone.now(),
        by=by,
        old_status=row.status,
        old_reason=row.reason,
        new_status=status,
        new_reason=reason,
    )
    row.status, row.reason = status, reason
    is_recorded = status != Status.OPEN
    row.recorded_by, row.recorded_at = (by, change.at) if is_recorded else (None, None)
    with _one_place_at_a_time():
        row.save(update_fields=["status", "reason", "recorded_by", "recorded_at"])
    change.save(force_insert=True)
    return row


@contextmanager
def _one_place_at_a_time() -> Iterator[None]:
    """Turns the database's refusal of being present in two places into a sentence."""
    try:
        yield
    except IntegrityError as error:
        raise ValidationError("Deze persoon staat op dit dagdeel al ergens anders als aanwezig.") from error
