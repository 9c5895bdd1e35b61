"""Recording who came: every change locks its row, keeps what was there before, and refuses what cannot be.

Locks are taken in one order everywhere, people before rows and rows by number, and without the key (`no_key`): rows
that only refer to a locked one need not wait for it, so that planning and recording cannot lock each other out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from participants.models import Participant, Trajectory
from workshops.models import AbsenceReason, Attendance, AttendanceChange, Placement, Session
from workshops.services.not_together import lock_pairs, would_meet

Status = Attendance.Status


class AskFirst(ValidationError):
    """Nothing is wrong, but somebody should think about it; who said yes asks again with `is_agreed`."""


@dataclass(frozen=True)
class RegisterCounts:
    """How many people who stand in one register have each status, visitors and volunteers included."""

    present: int = 0
    excused: int = 0
    no_show: int = 0
    open: int = 0

    @property
    def people(self) -> int:
        return self.recorded + self.open

    @property
    def recorded(self) -> int:
        return self.present + self.excused + self.no_show


def register_counts(session: Session) -> RegisterCounts:
    """The counters of one register, in one query."""
    found = session.attendances.listed().order_by().values_list("status").annotate(Count("pk"))
    return RegisterCounts(**{status.lower(): count for status, count in found})


@transaction.atomic
def mark_attendance(
    attendance: Attendance, status: str, *, by: User | None, reason: AbsenceReason | None = None
) -> Attendance:
    """Set one row to `status` (never toggle), with an optional `reason` for an excused absence.

    Setting what is already there changes nothing and writes no history; excused again without a reason keeps the
    reason that was given. Returns the row as it is now, with its session. Raises `ValidationError`
    for a session that does not go on, for anything but excused on a day to come, for a visitor who
    would be absent, for somebody who is present elsewhere on that day part, and for a row that planning took away.
    """
    rows = Attendance.objects.select_for_update(of=("self",), no_key=True).select_related("session")
    row = rows.filter(pk=attendance.pk).order_by().first()
    if row is None:
        raise ValidationError("Deze persoon staat niet meer in dit register.")
    if status != Status.EXCUSED:
        reason = None
    elif reason is None:
        reason = row.reason
    if (row.status, row.reason_id) == (status, reason and reason.pk):
        return row
    _check_may_become(row, status)
    return _write(row, status, reason, by)


@transaction.atomic
def mark_all_present(session: Session, *, by: User) -> list[Attendance]:
    """Set every row that is still open to present; return the rows that were set.

    People who are present elsewhere on that day part stay open. Raises `ValidationError` for a session that does not
    go on or is still to come, and when somebody becomes present elsewhere at the same moment.
    """
    session = Session.objects.get(pk=session.pk)
    _check_session(session, Status.PRESENT)
    elsewhere = Attendance.objects.filter(
        participant=OuterRef("participant"), date=session.date, day_part=session.day_part, status=Status.PRESENT
    )
    rows = session.attendances.open().filter(~Exists(elsewhere), planned=True).select_related("participant")
    rows = list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))
    now = timezone.now()
    with _one_place_at_a_time():
        Attendance.objects.filter(pk__in=[row.pk for row in rows]).update(
            status=Status.PRESENT, recorded_by=by, recorded_at=now
        )
    AttendanceChange.objects.bulk_create(
        AttendanceChange(attendance=row, at=now, by=by, old_status=Status.OPEN, new_status=Status.PRESENT)
        for row in rows
    )
    return rows


@transaction.atomic
def add_visitor(session: Session, participant: Participant, *, by: User, is_agreed: bool = False) -> Attendance:
    """Record somebody who was not planned as present in this session only; a second time changes nothing.

    Of several trajectories it becomes the one that is placed in this workshop, else one as participant before one as
    volunteer. Raises `ValidationError` when the person has no running trajectory that day, is planned here already, or
    is present elsewhere on that day part, and for a session that does not go on or is still to come. Raises `AskFirst`
    when somebody is in the session with whom this person is not planned together, unless that `is_agreed`; its sentence
    says neither who nor why (invariant 7).
    """
    participant = Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    lock_pairs(participant.pk)
    session = Session.objects.get(pk=session.pk)
    _check_session(session, Status.PRESENT)
    trajectory = _trajectory_of_visitor(session, participant)
    if trajectory is None:
        raise ValidationError(f"{participant.floor_name} heeft op deze dag geen lopend traject.")
    is_listed = session.attendances.listed().filter(participant=participant).exists()
    if not (is_listed or is_agreed) and would_meet(session, participant):
        raise AskFirst(f"Overleg even met de coördinator voor je {participant.floor_name} erbij zet.")
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


def _trajectory_of_visitor(session: Session, participant: Participant) -> Trajectory | None:
    here = Placement.objects.on(session.date).filter(trajectory=OuterRef("pk"), workshop=session.workshop_id)
    running = Trajectory.objects.on(session.date).filter(participant=participant)
    preferred = running.alias(
        is_placed_here=Exists(here), as_volunteer=Q(target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)
    )
    return preferred.order_by("-is_placed_here", "as_volunteer", "-start_date", "-pk").first()


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
        raise ValidationError("Deze sessie komt nog: je kunt iemand nu alleen afmelden.")


def _write(row: Attendance, status: str, reason: AbsenceReason | None, by: User | None) -> Attendance:
    change = AttendanceChange(
        attendance=row,
        at=timezone.now(),
        by=by,
        old_status=row.status,
        old_reason_id=row.reason_id,
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
