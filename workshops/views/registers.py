"""The work of a coach: who came."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Max, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from impact.services.due import who_takes_part
from participants.models import Participant
from privacy.services import Action, log_access
from workshops.forms.registers import BatchForm, MarkForm
from workshops.models import (
    COACH_CORRECTS_FOR,
    AbsenceReason,
    Attendance,
    AttendanceChange,
    Closure,
    Session,
    Value,
)
from workshops.permissions import can_record
from workshops.services.attendance import (
    Collision,
    RegisterCounts,
    change_attendance,
    mark_all_present,
    register_counts,
    undo_batch,
    undo_last_change,
)
from workshops.services.calls import to_call
from workshops.services.house import register_reminder
from workshops.services.jobs import jobs_of_day
from workshops.services.months import is_frozen
from workshops.services.one_offs import one_offs_of
from workshops.services.replanning import people_to_move
from workshops.services.row_facts import row_facts
from workshops.services.session_notes import note_before
from workshops.services.tablets import issue_pass
from workshops.views.days import NEARBY
from workshops.views.outputs import register_outputs
from workshops.views.pages import get_session, is_over, register_url, require_recording, why_not

# An open page gets a new pass so often: long before the one it has runs out.
PASS_RENEWED_AFTER = 6 * 60 * 60


@require_safe
@gzip_page
@permission_required("workshops.record_attendance", raise_exception=True)
def register_detail(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    session = get_session(request, workshop_id, day, part)
    one_offs = one_offs_of(session)
    context = _register(request, session, others=[each.participant for each in one_offs])
    context |= {
        "why_not": why_not(session, Closure.objects.on(day) if session.state == Session.State.CLOSED else []),
        "days_to_correct": COACH_CORRECTS_FOR.days,
        "is_over": is_over(session),
        "reminder": register_reminder({session: context["counts"].open}, timezone.now()),
        "notes": note_before(session),
        "one_offs": one_offs,
        "to_move": people_to_move(session) if request.user.has_perm("workshops.plan_placements") else 0,
        "session_changes": session.changes.select_related("by"),
        "problem": "",
        **register_outputs(request, session),
        **_nearby_sessions(session),
    }
    return render(request, "workshops/register_detail.html", context)


@require_safe
@gzip_page
@permission_required("workshops.record_attendance", raise_exception=True)
def register_rows(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    """The rows of a register that is open on a screen, or 204 when nothing changed since `stand`."""
    session = get_session(request, workshop_id, day, part)
    if request.GET.get("stand") == _stamp(session):
        return HttpResponse(status=204)
    return render(request, "workshops/_register_rows.html", _register(request, session))


def _register(request: HttpRequest, session: Session, others: Iterable[Participant] = ()) -> dict:
    """What the rows of a register need; this is also where looking at them, and at `others`, is logged."""
    stamp = _stamp(session)
    related = ("participant", "trajectory", "reason", "recorded_by", "absence", "job")
    rows = list(session.attendances.listed().select_related(*related))
    log_access(
        request,
        Action.VIEW,
        dict.fromkeys([*(row.participant for row in rows), *others]),
        "register: aanwezigheid, let op, indicatie, toestemming",
    )
    changes = AttendanceChange.objects.filter(
        attendance__session=session, version=F("attendance__version"), version__gt=0
    ).order_by()
    before = {change.attendance_id: change.old for change in changes}
    today = timezone.localdate()
    facts = row_facts(session, rows, today)
    no_shows = to_call((row.participant_id for row in rows), today)
    guided = Participant.objects.visible_to(request.user).filter(pk__in=[row.participant_id for row in rows])
    measured = who_takes_part(guided)
    for row in rows:
        row.takes_cards = row.participant_id in measured
        row.before = before.get(row.pk, Value(Attendance.Status.OPEN))
        row.facts = facts[row.pk]
        row.no_shows = no_shows.get(row.participant_id)
    may_record = can_record(request.user, session, today)
    frozen = is_frozen(session)
    is_editable = may_record and session.takes_marks and not frozen
    return {
        "session": session,
        "may_record": may_record,
        "is_editable": is_editable,
        "frozen": frozen,
        "jobs": jobs_of_day(session) if is_editable and not session.is_future else [],
        "participants": [row for row in rows if not row.trajectory.is_volunteer],
        "volunteers": [row for row in rows if row.trajectory.is_volunteer],
        "counts": RegisterCounts(**Counter(row.status.lower() for row in rows)),
        "reasons": list(AbsenceReason.objects.filter(is_active=True)),
        "ticket": issue_pass(request.user, session) if is_editable else "",
        "now": int(timezone.now().timestamp() * 1000),
        "stamp": stamp,
    }


def _stamp(session: Session) -> str:
    """Differs as soon as anything in the register does: versions only grow."""
    found = session.attendances.order_by().aggregate(
        Sum("version"), Count("pk"), Max("pk"), planned=Count("pk", filter=Q(planned=True))
    )
    age = int(timezone.now().timestamp()) // PASS_RENEWED_AFTER
    return "-".join(str(value or 0) for value in (*found.values(), session.state, age))


@require_POST
@permission_required("workshops.record_attendance", raise_exception=True)
def attendance_mark(request: HttpRequest, workshop_id: int, day: date, part: str, key: str) -> HttpResponse:
    """A tap on a page without JavaScript; with it, marks go through `marks_receive`."""
    row = _visible_row(request, workshop_id, day, part, key)
    require_recording(request, row.session)
    form = MarkForm(request.POST)
    with transaction.atomic():
        log_access(request, Action.CHANGE, [row.participant], "aanwezigheid: status")
        try:
            if form.is_valid():
                marked = _apply(form, row, request.user)
        except Collision as collision:
            form.add_error(None, _what_happened(collision))
        except ValidationError as error:
            form.add_error(None, error.messages)
    name = row.participant.floor_name
    if problem := " ".join(message for errors in form.errors.values() for message in errors):
        messages.error(request, f"{name} is niet opgeslagen. {problem}")
    elif not marked.is_listed:
        messages.success(request, f"{name} staat niet meer in dit register.")
    return redirect(f"{register_url(row.session)}#p-{key}")


def _apply(form: MarkForm, row: Attendance, user) -> Attendance:
    if form.cleaned_data["undo"]:
        return undo_last_change(row, by=user)
    return change_attendance(row.pk, form.mark, by=user)


def _what_happened(collision: Collision) -> str:
    """What a colleague made of the row, for who is about to change it: leave it, or tap again."""
    row, last = collision.row, collision.last
    who = f" door {last.by}" if last and last.by else ""
    when = f"Om {timezone.localtime(last.at):%H:%M}" if last else "Intussen"
    return f"{when} op {row.get_status_display()} gezet{who}. Laat het zo, of tik nog een keer om het te wijzigen."


@require_POST
@permission_required("workshops.record_attendance", raise_exception=True)
def attendance_mark_all(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    session = get_session(request, workshop_id, day, part)
    require_recording(request, session)
    batch = uuid4()
    try:
        with transaction.atomic():
            rows = mark_all_present(session, by=request.user, batch=batch)
            log_access(request, Action.CHANGE, [row.participant for row in rows], "aanwezigheid: status")
    except ValidationError as error:
        messages.error(request, f"Er is niets opgeslagen. {' '.join(error.messages)}")
        return redirect(register_url(session))
    if rows:
        messages.success(request, f"Iedereen aanwezig: {len(rows)} ingevuld.")
    else:
        messages.info(request, "Iedereen was al ingevuld.")
    if elsewhere := register_counts(session).open:
        messages.warning(request, f"Nog open: {elsewhere}. Die staan op dit dagdeel ergens anders als aanwezig.")
    return redirect(f"{register_url(session)}?ongedaan={batch}" if rows else register_url(session))


@require_POST
@permission_required("workshops.record_attendance", raise_exception=True)
def attendance_undo_all(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    """Takes back one time that everyone was set to present; what was changed after that stays."""
    session = get_session(request, workshop_id, day, part)
    require_recording(request, session)
    form = BatchForm(request.POST)
    try:
        with transaction.atomic():
            rows = undo_batch(session, form.cleaned_data["batch"], by=request.user) if form.is_valid() else []
            people = [row.participant for row in rows]
            log_access(request, Action.CHANGE, people, "aanwezigheid: status, ongedaan gemaakt")
    except ValidationError as error:
        messages.error(request, f"Er is niets veranderd. {' '.join(error.messages)}")
    else:
        messages.success(request, f"Ongedaan gemaakt: {len(rows)} weer zoals het was.")
    return redirect(register_url(session))


# --- What the pages have in common ------------------------------------------------------------------------------


def _visible_row(request: HttpRequest, workshop_id: int, day: date, part: str, key: str) -> Attendance:
    rows = Attendance.objects.filter(session__in=Session.objects.visible_to(request.user)).order_by()
    rows = rows.select_related("session__workshop", "participant", "trajectory")
    return get_object_or_404(rows, workshop=workshop_id, date=day, day_part=part, participant__key=key)


def _nearby_sessions(session: Session) -> dict:
    """This workshop's previous and next day (this day part, if it can be), and the other part of this day."""
    around = Session.objects.filter(
        workshop=session.workshop_id, date__range=(session.date - NEARBY, session.date + NEARBY)
    )
    around = list(around.order_by().values_list("date", "day_part", named=True))

    def distance(other) -> tuple[timedelta, bool]:
        return abs(other.date - session.date), other.day_part != session.day_part

    same_day = [other for other in around if other.date == session.date and other.day_part != session.day_part]
    return {
        "previous_session": min((s for s in around if s.date < session.date), key=distance, default=None),
        "next_session": min((s for s in around if s.date > session.date), key=distance, default=None),
        "other_part": next(iter(same_day), None),
    }
