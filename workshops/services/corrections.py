"""Mending what somebody may not change themselves any more: one person asks, another one decides (§4, §8)."""

from dataclasses import asdict, astuple
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from workshops.models import Attendance, AttendanceChange, CorrectionRequest, Session, Value
from workshops.permissions import can_record
from workshops.services.attendance import Collision, Mark, change_attendance, check_job, check_session
from workshops.services.months import is_frozen

Origin = CorrectionRequest.Origin
_SHOWN = (
    "attendance__participant", "attendance__session__workshop", "attendance__reason", "attendance__job", "reason",
    "job", "asked_by", "decided_by",
)  # fmt: skip


def can_change_directly(user: User, session: Session, today: date) -> bool:
    """Whether somebody can still change this register themselves, and so has nothing to ask."""
    return can_record(user, session, today) and not is_frozen(session)


def open_corrections() -> QuerySet[CorrectionRequest]:
    """What waits for a decision, oldest first; `is_overtaken` says that its row was changed after it was asked."""
    changes = AttendanceChange.objects.filter(attendance=OuterRef("attendance"), received_at__gt=OuterRef("asked_at"))
    waiting = CorrectionRequest.objects.filter(is_approved__isnull=True)
    return waiting.select_related(*_SHOWN).annotate(is_overtaken=Exists(changes))


def decided_corrections(since: date) -> QuerySet[CorrectionRequest]:
    """What was decided from the day `since` on, the newest first."""
    midnight = timezone.make_aware(datetime.combine(since, datetime.min.time()))
    decided = CorrectionRequest.objects.filter(decided_at__gte=midnight)
    return decided.select_related(*_SHOWN).order_by("-decided_at", "-pk")


@transaction.atomic
def request_correction(
    attendance: Attendance,
    wanted: Mark | Value,
    *,
    why: str,
    by: User,
    origin: str = Origin.ASKED,
    marked_at: datetime | None = None,
) -> CorrectionRequest:
    """Ask that a row becomes what `wanted` says, and why; nothing changes until another coordinator approves it.

    Raises `ValidationError` when `by` could change the row themselves, when somebody asked for this row already, when
    it says so already, and for what cannot be (times that do not fit, a visitor who was absent, a session that did not
    go on). A mark that came late from a tablet (`Origin.LATE`, made at `marked_at`) waits beside others of its row, so
    that none is lost, and it does not matter what `by` may do by now; the same of the same person is one request.
    """
    rows = Attendance.objects.select_for_update(of=("self",), no_key=True).select_related("session__workshop")
    # Of who was erased meanwhile nothing more is written down.
    row = rows.order_by().filter(pk=attendance.pk, participant__anonymised_on__isnull=True).first()
    if row is None:
        raise ValidationError("Deze persoon staat niet meer in dit register.")
    mark = Mark.to(wanted) if isinstance(wanted, Value) else wanted
    value = mark.value_for(row)
    if value == row.value:
        raise ValidationError("Dat staat er al. Er is niets te veranderen.")
    check_session(row.session, value.status)
    if origin == Origin.ASKED:
        _check_may_ask(row, by)
    elif same := row.correction_requests.filter(
        is_approved__isnull=True, origin=origin, asked_by=by, **asdict(value)
    ).first():
        return same
    _check_may_be(row, value)
    correction = CorrectionRequest(
        attendance_id=row.pk,
        status=value.status,
        reason_id=value.reason,
        arrived_at=value.arrived_at,
        left_at=value.left_at,
        job_id=value.job,
        why=why,
        origin=origin,
        marked_at=marked_at,
        asked_by=by,
    )
    correction.full_clean()
    correction.save(force_insert=True)
    return correction


@transaction.atomic
def decide_correction(
    correction: CorrectionRequest, *, is_approved: bool, by: User, seen: int, answer: str = ""
) -> CorrectionRequest:
    """Approve or refuse a request; approved, the row becomes what was asked, changed by `by` and kept as a correction.

    `seen` is the version of the row that `by` saw. The same decision twice counts once. Raises `ValidationError`, and
    leaves the request open, when somebody else decided already, for one's own request, for a refusal without an
    `answer`, when the row was changed since it was seen, and when the row cannot become this (present elsewhere).
    """
    Attendance.objects.select_for_update(no_key=True).order_by().get(pk=correction.attendance_id)
    rows = CorrectionRequest.objects.select_for_update(of=("self",), no_key=True)
    correction = rows.select_related("attendance__session", "decided_by").get(pk=correction.pk)
    if not correction.is_open:
        if (correction.decided_by_id, correction.is_approved) == (by.pk, is_approved):
            return correction
        how = "keurde dit verzoek al goed" if correction.is_approved else "wees dit verzoek al af"
        raise ValidationError(f"{correction.decided_by} {how}.")
    if correction.asked_by_id == by.pk:
        raise ValidationError("Je kunt niet beslissen over je eigen verzoek. Vraag een collega.")
    if not (is_approved or answer.strip()):
        raise ValidationError("Schrijf kort waarom je dit verzoek afwijst.")
    if is_approved:
        _apply(correction, by, seen)
    correction.is_approved, correction.answer = is_approved, answer.strip()
    correction.decided_by, correction.decided_at = by, timezone.now()
    correction.full_clean()
    correction.save(update_fields=["is_approved", "answer", "decided_by", "decided_at"])
    return correction


def _apply(correction: CorrectionRequest, by: User, seen: int) -> None:
    check_session(correction.attendance.session, correction.status)
    mark = Mark.to(correction.value, seen=seen)
    try:
        change_attendance(correction.attendance_id, mark, by=by, correction=correction)
    except Collision as collision:
        raise ValidationError("Deze regel is intussen gewijzigd. Kijk wat er nu staat en beslis dan.") from collision


def _check_may_ask(row: Attendance, by: User) -> None:
    if can_change_directly(by, row.session, timezone.localdate()):
        raise ValidationError("Je kunt dit nog zelf aanpassen in het register. Een verzoek is niet nodig.")
    if waiting := row.correction_requests.filter(is_approved__isnull=True).select_related("asked_by").first():
        raise ValidationError(f"{waiting.asked_by} vroeg voor deze regel al een correctie. Wacht op het besluit.")


def _check_may_be(row: Attendance, value: Value) -> None:
    """What the database would refuse; not whether somebody is present elsewhere, as that may be mended first."""
    check_job(row, value)
    row.status, row.reason_id, row.arrived_at, row.left_at, row.job_id = astuple(value)
    row.recorded_at = None if row.status == Attendance.Status.OPEN else timezone.now()
    row.absence = None
    row.validate_constraints(exclude={"participant"})
