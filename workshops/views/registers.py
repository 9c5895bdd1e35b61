"""The work of a coach: who came."""

from collections import Counter
from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from privacy.services import Action, log_access
from workshops.forms.registers import MarkForm
from workshops.models import COACH_CORRECTS_FOR, AbsenceReason, Attendance, Closure, Session, Workshop
from workshops.permissions import can_record
from workshops.services.attendance import RegisterCounts, mark_all_present, mark_attendance, register_counts
from workshops.views.days import NEARBY
from workshops.views.pages import get_session, is_over, register_url, require_recording, why_not

Status = Attendance.Status


@require_safe
@gzip_page
@permission_required("workshops.record_attendance", raise_exception=True)
def register_detail(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    session = get_session(request, workshop_id, day, part)
    rows = list(session.attendances.listed().select_related("participant", "trajectory", "reason", "recorded_by"))
    log_access(request, Action.VIEW, [row.participant for row in rows], "register: aanwezigheid, let op")
    may_record = can_record(request.user, session, timezone.localdate())
    context = {
        "session": session,
        "may_record": may_record,
        "is_editable": may_record and session.takes_marks,
        "why_not": why_not(session, Closure.objects.on(day) if session.state == Session.State.CLOSED else []),
        "participants": [row for row in rows if not row.trajectory.is_volunteer],
        "volunteers": [row for row in rows if row.trajectory.is_volunteer],
        "counts": RegisterCounts(**Counter(row.status.lower() for row in rows)),
        "reasons": _reasons(),
        "days_to_correct": COACH_CORRECTS_FOR.days,
        "is_over": is_over(session),
        **_nearby_sessions(session),
    }
    return render(request, "workshops/register_detail.html", context)


@require_POST
@permission_required("workshops.record_attendance", raise_exception=True)
def attendance_mark(request: HttpRequest, workshop_id: int, day: date, part: str, key: str) -> HttpResponse:
    row = _visible_row(request, workshop_id, day, part, key)
    session = row.session
    require_recording(request, session)
    form = MarkForm(request.POST)
    # One transaction, so that a tap waits for the disk once.
    with transaction.atomic():
        log_access(request, Action.CHANGE, [row.participant], "aanwezigheid: status")
        try:
            if form.is_valid():
                marked = mark_attendance(row, **form.cleaned_data, by=request.user)
                marked.participant, marked.trajectory, row = row.participant, row.trajectory, marked
        except ValidationError as error:
            form.add_error(None, error.messages)
    problem = " ".join(message for errors in form.errors.values() for message in errors)
    if request.htmx:
        return _marked_row(request, session, row, problem)
    if problem:
        messages.error(request, f"{row.participant.floor_name} is niet opgeslagen. {problem}")
    elif not row.is_listed:
        messages.success(request, f"{row.participant.floor_name} staat niet meer in dit register.")
    return redirect(f"{register_url(session)}#p-{key}")


@require_POST
@permission_required("workshops.record_attendance", raise_exception=True)
def attendance_mark_all(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    session = get_session(request, workshop_id, day, part)
    require_recording(request, session)
    try:
        with transaction.atomic():
            rows = mark_all_present(session, by=request.user)
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
    return redirect(register_url(session))


# --- What the pages have in common ------------------------------------------------------------------------------


def _visible_row(request: HttpRequest, workshop_id: int, day: date, part: str, key: str) -> Attendance:
    rows = Attendance.objects.filter(workshop__in=Workshop.objects.visible_to(request.user)).order_by()
    rows = rows.select_related("session__workshop", "participant", "trajectory")
    return get_object_or_404(rows, workshop=workshop_id, date=day, day_part=part, participant__key=key)


def _reasons() -> list[AbsenceReason]:
    return list(AbsenceReason.objects.filter(is_active=True))


def _marked_row(request: HttpRequest, session: Session, row: Attendance, problem: str) -> HttpResponse:
    context = {
        "session": session,
        "row": row,
        "problem": problem,
        "is_editable": True,
        "reasons": _reasons() if row.status == Status.EXCUSED else [],
        "counts": register_counts(session),
    }
    return render(request, "workshops/_register_mark.html", context)


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
