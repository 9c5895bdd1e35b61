"""The work of a coach: which registers there are on a day, and who came."""

from collections import Counter
from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Max, Min, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from participants.models import Participant, Trajectory
from privacy.services import Action, log_access
from workshops.forms.registers import MarkForm, VisitorForm, VisitorSearchForm
from workshops.models import (
    COACH_CORRECTS_FOR,
    AbsenceReason,
    Attendance,
    Closure,
    DayPart,
    Placement,
    Session,
    Workshop,
)
from workshops.permissions import can_record
from workshops.services.attendance import (
    AskFirst,
    RegisterCounts,
    add_visitor,
    mark_all_present,
    mark_attendance,
    register_counts,
)
from workshops.services.sessions import HORIZON, ensure_sessions

Status = Attendance.Status
# How far "previous" and "next" look: past every holiday.
NEARBY = timedelta(days=31)
MOST_FOUND = 20


@require_safe
@permission_required("workshops.record_attendance", raise_exception=True)
def session_day(request: HttpRequest, day: date | None = None) -> HttpResponse:
    today = timezone.localdate()
    day = day or today
    ensure_sessions(today + HORIZON)
    workshops = list(Workshop.objects.visible_to(request.user))
    mine = Session.objects.visible_to(request.user)
    sessions = list(mine.on(day).with_counts().select_related("workshop__location"))
    closures = [c for c in Closure.objects.on(day) if any(c.closes(workshop, day) for workshop in workshops)]
    for session in sessions:
        session.why_not = _why_not(session, closures)
    context = {
        "day": day,
        "today": today,
        "last_day": today + HORIZON,
        "workshops": workshops,
        "parts": _by_part(sessions, now_first=day == today),
        "closures": closures,
        "unfinished": _unfinished(mine, today) if day == today else [],
        **_nearby_days(mine, day),
    }
    return render(request, "workshops/session_day.html", context)


@require_safe
@gzip_page
@permission_required("workshops.record_attendance", raise_exception=True)
def register_detail(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    session = _visible_session(request, workshop_id, day, part)
    rows = list(session.attendances.listed().select_related("participant", "trajectory", "reason", "recorded_by"))
    log_access(request, Action.VIEW, [row.participant for row in rows], "register: aanwezigheid, let op")
    may_record = can_record(request.user, session, timezone.localdate())
    context = {
        "session": session,
        "may_record": may_record,
        "is_editable": may_record and session.takes_marks,
        "why_not": _why_not(session, Closure.objects.on(day) if session.state == Session.State.CLOSED else []),
        "participants": [row for row in rows if not row.trajectory.is_volunteer],
        "volunteers": [row for row in rows if row.trajectory.is_volunteer],
        "counts": RegisterCounts(**Counter(row.status.lower() for row in rows)),
        "reasons": _reasons(),
        "days_to_correct": COACH_CORRECTS_FOR.days,
        "is_over": _is_over(session),
        **_nearby_sessions(session),
    }
    return render(request, "workshops/register_detail.html", context)


@require_POST
@permission_required("workshops.record_attendance", raise_exception=True)
def attendance_mark(request: HttpRequest, workshop_id: int, day: date, part: str, key: str) -> HttpResponse:
    row = _visible_row(request, workshop_id, day, part, key)
    session = row.session
    _require_recording(request, session)
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
    return redirect(f"{_register_url(session)}#p-{key}")


@require_POST
@permission_required("workshops.record_attendance", raise_exception=True)
def attendance_mark_all(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    session = _visible_session(request, workshop_id, day, part)
    _require_recording(request, session)
    try:
        with transaction.atomic():
            rows = mark_all_present(session, by=request.user)
            log_access(request, Action.CHANGE, [row.participant for row in rows], "aanwezigheid: status")
    except ValidationError as error:
        messages.error(request, f"Er is niets opgeslagen. {' '.join(error.messages)}")
        return redirect(_register_url(session))
    if rows:
        messages.success(request, f"Iedereen aanwezig: {len(rows)} ingevuld.")
    else:
        messages.info(request, "Iedereen was al ingevuld.")
    if elsewhere := register_counts(session).open:
        messages.warning(request, f"Nog open: {elsewhere}. Die staan op dit dagdeel ergens anders als aanwezig.")
    return redirect(_register_url(session))


@permission_required("workshops.record_attendance", raise_exception=True)
def visitor_add(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    session = _visible_session(request, workshop_id, day, part)
    _require_recording(request, session)
    if request.method == "POST":
        return _add_visitor(request, session)
    return _visitor_page(request, session)


def _visitor_page(request: HttpRequest, session: Session, asked: Participant | None = None) -> HttpResponse:
    """Who can be added; or `asked`: whether that person is added although somebody should think about it first."""
    form = VisitorSearchForm(request.GET) if "q" in request.GET else VisitorSearchForm()
    people = _found_people(session, form.cleaned_data["q"]) if form.is_valid() else []
    if form.is_valid():
        log_access(request, Action.SEARCH, people[:MOST_FOUND], "naam, werkplaats, contact bij nood, let op")
    context = {
        "session": session,
        "form": form,
        "is_searched": form.is_valid(),
        "people": people[:MOST_FOUND],
        "has_more": len(people) > MOST_FOUND,
        "is_over": _is_over(session),
        "asked": asked,
    }
    return render(request, "workshops/visitor_add.html", context)


def _add_visitor(request: HttpRequest, session: Session) -> HttpResponse:
    form = VisitorForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Kies iemand uit de lijst.")
        return redirect("visitor_add", session.workshop_id, session.date, session.day_part)
    person = form.cleaned_data["participant"]
    is_agreed = "toch" in request.POST
    with transaction.atomic():
        try:
            add_visitor(session, person, by=request.user, is_agreed=is_agreed)
            messages.success(request, f"{person.floor_name} staat erbij en is aanwezig.")
        except AskFirst:
            log_access(request, Action.VIEW, [person], "naam")
            return _visitor_page(request, session, asked=person)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            log_access(request, Action.VIEW, [person], "naam, traject, aanwezigheid")
        else:
            how = ", na overleg" if is_agreed else ""
            log_access(request, Action.ADD, [person], f"aanwezigheid: extra in het register{how}")
    return redirect(f"{_register_url(session)}#p-{person.key}")


# --- What the pages have in common ------------------------------------------------------------------------------


def _visible_session(request: HttpRequest, workshop_id: int, day: date, part: str) -> Session:
    sessions = Session.objects.visible_to(request.user)
    sessions = sessions.select_related("workshop__location", "workshop__site_contact")
    return get_object_or_404(sessions, workshop=workshop_id, date=day, day_part=part)


def _visible_row(request: HttpRequest, workshop_id: int, day: date, part: str, key: str) -> Attendance:
    rows = Attendance.objects.filter(workshop__in=Workshop.objects.visible_to(request.user)).order_by()
    rows = rows.select_related("session__workshop", "participant", "trajectory")
    return get_object_or_404(rows, workshop=workshop_id, date=day, day_part=part, participant__key=key)


def _require_recording(request: HttpRequest, session: Session) -> None:
    if not can_record(request.user, session, timezone.localdate()):
        raise PermissionDenied


def _register_url(session: Session) -> str:
    return reverse("register_detail", args=[session.workshop_id, session.date, session.day_part])


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


def _is_over(session: Session) -> bool:
    """Whether the day part lies behind us."""
    now = timezone.localtime()
    return (session.date, DayPart(session.day_part).order) < (now.date(), DayPart.at(now).order)


def _why_not(session: Session, closures: list[Closure]) -> str:
    """Why a session does not go on; empty when it does."""
    if session.state == Session.State.CLOSED:
        return next((c.reason for c in closures if c.closes(session.workshop, session.date)), "")
    return session.cancel_reason


def _by_part(sessions: list[Session], *, now_first: bool) -> list[dict]:
    """The sessions per day part; today begins with the part that it is now."""
    now = DayPart.at(timezone.now())
    parts = sorted(DayPart, key=lambda part: now_first and part != now)
    grouped = [{"part": part, "sessions": [s for s in sessions if s.day_part == part]} for part in parts]
    return [group for group in grouped if group["sessions"]]


def _unfinished(sessions: QuerySet[Session], today: date) -> list[Session]:
    """Registers of the days before that a coach can still complete, the newest first."""
    past = sessions.filter(date__range=(today - COACH_CORRECTS_FOR, today - timedelta(days=1)))
    open_ones = past.filter(state=Session.State.PLANNED).with_counts().filter(recorded__lt=F("people"))
    return list(open_ones.select_related("workshop").order_by("-date", "day_part", "workshop__name"))


def _nearby_days(sessions: QuerySet[Session], day: date) -> dict[str, date | None]:
    """The nearest days before and after `day` that have sessions."""
    before = sessions.filter(date__range=(day - NEARBY, day - timedelta(days=1)))
    after = sessions.filter(date__range=(day + timedelta(days=1), day + NEARBY))
    return {
        "previous_day": before.aggregate(Max("date"))["date__max"],
        "next_day": after.aggregate(Min("date"))["date__min"],
    }


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


def _found_people(session: Session, text: str) -> list[Participant]:
    """People with a running trajectory whose name holds `text`: one more than is shown, to know whether there are."""
    places = Placement.objects.on(session.date).select_related("workshop")
    running = Trajectory.objects.on(session.date)
    found = Participant.objects.search(text).filter(trajectories__in=running).distinct()
    people = list(found.prefetch_related(Prefetch("placements", places))[: MOST_FOUND + 1])
    here = session.attendances.listed().filter(participant__in=people).order_by()
    listed = set(here.values_list("participant", flat=True))
    for person in people:
        person.workshop_names = sorted({placement.workshop.name for placement in person.placements.all()})
        person.is_listed = person.pk in listed
    return people
