"""The registers of a day, of somebody's own workshops and of the whole house, and those that are left to complete."""

from datetime import date, timedelta
from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pluspunt.lists import page_of
from privacy.services import Action, Ground, log_access
from workshops.models import COACH_CORRECTS_FOR, Closure, DayPart, Session, Workshop
from workshops.services.house import house_parts, register_reminder, unfinished_registers, with_open
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.services.stand_ins import stand_in
from workshops.views.pages import register_url, today_tabs, why_not

# How far "previous" and "next" look: past every holiday.
NEARBY = timedelta(days=31)


@require_safe
@permission_required("workshops.record_attendance", raise_exception=True)
def session_day(request: HttpRequest, day: date | None = None) -> HttpResponse:
    now, today = timezone.now(), timezone.localdate()
    day = day or today
    ensure_sessions(today + HORIZON)
    workshops = list(Workshop.objects.visible_to(request.user))
    mine = Session.objects.visible_to(request.user)
    # Counting leaves out the usual order.
    sessions = list(with_open(mine.on(day)).select_related("workshop__location").order_by("workshop__name", "pk"))
    closures = [c for c in Closure.objects.on(day) if any(c.closes(workshop, day) for workshop in workshops)]
    for session in sessions:
        session.why_not = why_not(session, closures)
    left = unfinished_registers(request.user, now).filter(date__lt=today).count() if day == today else 0
    context = {
        "day": day,
        "today": today,
        "last_day": today + HORIZON,
        "workshops": workshops,
        "parts": _by_part(sessions, now_first=day == today),
        "closures": closures,
        "unfinished_count": left,
        "reminder": register_reminder({session: session.open_people for session in sessions}, now),
        **_nearby_days(mine, day),
        **today_tabs(request),
    }
    return render(request, "workshops/session_day.html", context)


def _by_part(sessions: list[Session], *, now_first: bool) -> list[dict]:
    """The sessions per day part; today begins with the part that it is now."""
    now = DayPart.at(timezone.now())
    parts = sorted(DayPart, key=lambda part: now_first and part != now)
    grouped = [{"part": part, "sessions": [s for s in sessions if s.day_part == part]} for part in parts]
    return [group for group in grouped if group["sessions"]]


def _nearby_days(sessions: QuerySet[Session], day: date) -> dict[str, date | None]:
    """The nearest days before and after `day` that have sessions."""
    before = sessions.filter(date__range=(day - NEARBY, day - timedelta(days=1)))
    after = sessions.filter(date__range=(day + timedelta(days=1), day + NEARBY))
    return {
        "previous_day": before.aggregate(Max("date"))["date__max"],
        "next_day": after.aggregate(Min("date"))["date__min"],
    }


@require_safe
@permission_required("workshops.record_attendance", raise_exception=True)
def house_day(request: HttpRequest, day: date | None = None) -> HttpResponse:
    now, today = timezone.now(), timezone.localdate()
    day = day or today
    ensure_sessions(today + HORIZON)
    everywhere = Session.objects.all()
    parts = house_parts(everywhere.on(day), now)
    mine = set(Session.objects.visible_to(request.user).on(day).order_by().values_list("pk", flat=True))
    closures = list(Closure.objects.on(day).select_related("workshop", "location"))
    for session in (session for part in parts for session in part.sessions):
        session.why_not = why_not(session, closures)
        session.is_mine = session.pk in mine
    context = {
        "day": day,
        "today": today,
        "last_day": today + HORIZON,
        "parts": parts,
        "closures": closures,
        "may_stand_in": request.user.is_coach and day == today,
        **_nearby_days(everywhere, day),
        **today_tabs(request),
    }
    return render(request, "workshops/house_day.html", context)


@require_POST
@permission_required("workshops.record_attendance", raise_exception=True)
def stand_in_add(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    """Every coach may help out anywhere, today: so the session is one of the whole house."""
    if not request.user.is_coach:
        raise PermissionDenied
    session = get_object_or_404(
        Session.objects.select_related("workshop"), workshop=workshop_id, date=day, day_part=part
    )
    try:
        with transaction.atomic():
            stand_in(session, by=request.user)
            rows = session.attendances.listed().select_related("participant")
            people = [row.participant for row in rows]
            log_access(request, Action.VIEW, people, "invallen: register, aanwezigheid", ground=Ground.STAND_IN)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("house_day")
    return redirect(register_url(session))


@require_safe
@permission_required("workshops.record_attendance", raise_exception=True)
def register_board(request: HttpRequest) -> HttpResponse:
    ensure_sessions(timezone.localdate())
    left = unfinished_registers(request.user, timezone.now())
    page = page_of(request, with_open(left).select_related("workshop"))
    context = {
        "page_obj": page,
        "days": [(day, list(sessions)) for day, sessions in groupby(page, lambda session: session.date)],
        "days_to_correct": COACH_CORRECTS_FOR.days,
        **today_tabs(request),
    }
    return render(request, "workshops/register_board.html", context)
