"""Recording who came: every change locks its row, keeps what was there before, and refuses what cannot be.

Locks are taken in one order everywhere, people before rows and rows by number, and without the key (`no_key`): rows
that only refer to a locked one need not wait for it, so that planning and recording cannot lock each other out.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, replace
from datetime import datetime, time
from functools import partial
from types import EllipsisType
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, F, OuterRef
from django.utils import timezone

from accounts.models import User
from workshops.models import (
    Absence,
    AbsenceReason,
    Attendance,
    AttendanceChange,
    ClosedMonth,
    CorrectionRequest,
    Job,
    Session,
    Value,
)
from workshops.services.supervisors import follow_supervisor, is_supervisor

Status = Attendance.Status
_DETAILS_OF = {Status.PRESENT: ("arrived_at", "left_at", "job"), Status.EXCUSED: ("reason",)}


class Collision(ValidationError):
    """A colleague changed the row after it was seen: `row` is what it is now, `last` the change that made it so."""

    def __init__(self, row: Attendance, last: AttendanceChange | None):
        super().__init__("Een collega heeft dit intussen anders ingevuld.")
        self.row, self.last = row, last


class MonthIsClosed(ValidationError):
    """The row is frozen: only a correction, asked with a reason and approved by somebody else, changes it."""

    def __init__(self):
        super().__init__("Deze maand is gesloten. Vraag een correctie.")


@dataclass(frozen=True)
class Mark:
    """What somebody wants a row to become; a detail that is left out stays as long as the status does.

    `seen` is the version of the row that they saw, or `None` to change it whatever it is. With `is_polite` nobody is
    asked when the row is no longer what was seen: it stays as it is.
    """

    status: str
    reason: int | EllipsisType | None = ...
    arrived_at: time | EllipsisType | None = ...
    left_at: time | EllipsisType | None = ...
    job: int | EllipsisType | None = ...
    seen: int | None = None
    is_polite: bool = False

    @classmethod
    def to(cls, value: Value, **about) -> "Mark":
        """The mark that makes a row exactly `value`."""
        return cls(value.status, value.reason, value.arrived_at, value.left_at, value.job, **about)

    def value_for(self, row: Attendance) -> Value:
        """All of what the row becomes; a detail that does not belong to the status is left out."""
        kept = row.value if row.status == self.status else Value(self.status)
        given = {name: getattr(self, name) for name in _DETAILS_OF.get(self.status, ())}
        return replace(kept, **{name: value for name, value in given.items() if value is not ...})


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


def mark_attendance(
    attendance: Attendance, status: str, *, by: User | None, reason: AbsenceReason | None = None
) -> Attendance:
    """Set one row to `status` (never toggle), with an optional `reason` for who is excused; see `change_attendance`.

    Excused again without a reason keeps the reason that was given.
    """
    mark = Mark(status, reason=reason.pk) if reason and status == Status.EXCUSED else Mark(status)
    return change_attendance(attendance.pk, mark, by=by)


@transaction.atomic
def change_attendance(row_id: int, mark: Mark, *, by: User | None, **about) -> Attendance:
    """`change_in_transaction`, in a transaction of its own."""
    return change_in_transaction(row_id, mark, by=by, **about)


def change_in_transaction(
    row_id: int,
    mark: Mark,
    *,
    by: User | None,
    at: datetime | None = None,
    absence: Absence | None = None,
    correction: CorrectionRequest | None = None,
    batch: UUID | None = None,
) -> Attendance:
    """Make the row what `mark` says, as done by `by` at `at` (now). Returns the row as it is, with its session.

    Setting what is already there changes nothing and writes no history. Raises `Collision` when a colleague changed the
    row since `mark.seen`, `MonthIsClosed` when it is frozen and this is no `correction`, and `ValidationError` for a
    session that does not go on, for anything but excused on a day to come, for a visitor who would be absent, for
    somebody who is present elsewhere on that day part, and for a row that planning took away.
    Who calls this undoes the whole transaction when something is raised. Afterwards the places follow who supervises;
    of an `absence` whoever reports it sees to that.
    """
    at = at or timezone.now()
    rows = Attendance.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("session__workshop", "trajectory")
    row = rows.filter(pk=row_id).order_by().first()
    if row is None:
        raise ValidationError("Deze persoon staat niet meer in dit register.")
    wanted = mark.value_for(row)
    if row.value == wanted and (absence is None or row.absence_id == absence.pk):
        return row
    _check_seen(row, mark, by, at)
    if correction is None:
        check_month(row.date)
    _check_may_become(row, wanted, is_correction=correction is not None)
    _write(row, wanted, by=by, at=at, absence=absence, correction=correction, batch=batch)
    if absence is None and is_supervisor(row):
        transaction.on_commit(partial(follow_supervisor, row.session))
    return row


@transaction.atomic
def undo_last_change(attendance: Attendance, *, by: User) -> Attendance:
    """Make the row again what it was before its last change; raises as `change_attendance`.

    Nothing happens to a row that was never changed.
    """
    Attendance.objects.select_for_update(no_key=True).get(pk=attendance.pk)
    last = AttendanceChange.objects.filter(attendance=attendance).order_by("pk").last()
    return change_attendance(attendance.pk, Mark.to(last.old), by=by) if last else attendance


@transaction.atomic
def mark_all_present(session: Session, *, by: User, batch: UUID | None = None) -> list[Attendance]:
    """Set every row that is still open to present; return the rows that were set. `batch` names this act, to undo it.

    People who are present elsewhere on that day part stay open. Raises `ValidationError` for a session that does not
    go on or is still to come, for a closed month, and when somebody becomes present elsewhere at the same moment.
    """
    session = Session.objects.get(pk=session.pk)
    check_session(session, Status.PRESENT)
    elsewhere = Attendance.objects.filter(
        participant=OuterRef("participant"), date=session.date, day_part=session.day_part, status=Status.PRESENT
    )
    rows = session.attendances.open().filter(~Exists(elsewhere), planned=True).select_related("participant")
    rows = list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))
    check_month(session.date)
    now = timezone.now()
    with _one_place_at_a_time():
        Attendance.objects.filter(pk__in=[row.pk for row in rows]).update(
            status=Status.PRESENT, recorded_by=by, recorded_at=now, version=F("version") + 1
        )
    AttendanceChange.objects.bulk_create(
        AttendanceChange(
            attendance=row,
            at=now,
            by=by,
            old_status=Status.OPEN,
            new_status=Status.PRESENT,
            version=row.version + 1,
            batch=batch,
        )
        for row in rows
    )
    return rows


@transaction.atomic
def undo_batch(session: Session, batch: UUID, *, by: User) -> list[Attendance]:
    """Give every row that one act of `by` changed its value of before; return those rows.

    A row that was changed again since stays as it is. Raises as `change_attendance`.
    """
    changes = AttendanceChange.objects.filter(batch=batch, by=by, attendance__session=session).order_by("attendance")
    undone = []
    for change in changes:
        with suppress(Collision):
            undone.append(
                change_attendance(change.attendance_id, Mark.to(change.old, seen=change.version, is_polite=True), by=by)
            )
    return undone


def check_session(session: Session, status: str) -> None:
    """Raises `ValidationError` when nobody in this session can become `status` now."""
    if not session.takes_marks:
        raise ValidationError(f"Deze sessie is {session.get_state_display()}: er valt niets in te vullen.")
    if session.is_future and status not in (Status.EXCUSED, Status.OPEN):
        raise ValidationError("Deze sessie komt nog: je kunt iemand nu alleen afmelden.")


def check_month(day) -> None:
    """Raises `MonthIsClosed` for a frozen day. Ask it after locking: whoever closes a month locks its rows first."""
    # Months close in order: this one or a later one.
    if ClosedMonth.objects.filter(month__gte=day.replace(day=1)).exists():
        raise MonthIsClosed


def check_job(row: Attendance, wanted: Value) -> None:
    """Raises `ValidationError` for a job of another workshop than that of the row."""
    here = Job.objects.filter(pk=wanted.job, workshop=row.workshop_id)
    if wanted.job not in (None, row.job_id) and not here.exists():
        raise ValidationError("Deze klus is van een andere werkplaats.")


def _check_seen(row: Attendance, mark: Mark, by: User | None, at: datetime) -> None:
    """Nobody collides with themselves, except when the mark was made before what stands there."""
    if mark.seen is None or mark.seen == row.version:
        return
    last = row.changes.select_related("by").order_by("pk").last()
    is_own = last is not None and by is not None and last.by_id == by.pk and last.at <= at
    if mark.is_polite or not is_own:
        raise Collision(row, last)


def _check_may_become(row: Attendance, wanted: Value, *, is_correction: bool) -> None:
    if wanted.status not in Status.values:
        raise ValidationError("Kies aanwezig, afgemeld of niet afgemeld.")
    if not is_correction:
        check_session(row.session, wanted.status)
    if not row.planned and wanted.status not in (Status.PRESENT, Status.OPEN):
        raise ValidationError("Wie niet gepland was, kan alleen aanwezig zijn.")
    if wanted.arrived_at and wanted.left_at and wanted.left_at <= wanted.arrived_at:
        raise ValidationError("Weggaan komt na binnenkomen. Kijk de tijden na.")
    check_job(row, wanted)


def _write(row: Attendance, wanted: Value, *, by: User | None, at: datetime, absence, correction, batch) -> None:
    old = row.value
    row.status, row.reason_id, row.arrived_at, row.left_at, row.job_id = astuple(wanted)
    row.absence = absence
    row.version += 1
    row.recorded_by, row.recorded_at = (None, None) if row.status == Status.OPEN else (by, at)
    with _one_place_at_a_time():
        row.save(update_fields=_WRITTEN)
    change = AttendanceChange(attendance=row, at=at, by=by, version=row.version, correction=correction, batch=batch)
    for name, before, after in zip(_CHANGED, astuple(old), astuple(wanted), strict=True):
        setattr(change, f"old_{name}", before)
        setattr(change, f"new_{name}", after)
    change.save(force_insert=True)


# In the order of the fields of `Value`.
_CHANGED = ("status", "reason_id", "arrived_at", "left_at", "job_id")
_WRITTEN = (
    "status", "reason", "arrived_at", "left_at", "job", "absence", "version", "recorded_by", "recorded_at",
)  # fmt: skip


@contextmanager
def _one_place_at_a_time() -> Iterator[None]:
    """Turns the database's refusal of being present in two places into a sentence."""
    try:
        yield
    except IntegrityError as error:
        raise ValidationError("Deze persoon staat op dit dagdeel al ergens anders als aanwezig.") from error
