"""The registers of a day, of somebody's own workshops and of the whole house."""

from datetime import date, timedelta

from django.contrib.auth.decorators import permission_required
from django.db.models import F, Max, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from workshops.models import COACH_CORRECTS_FOR, Closure, DayPart, Session, Workshop
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.views.pages import why_not

# How far "previous" and "next" look: past every holiday.
NEARBY = timedelta(days=31)


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
        session.why_not = why_not(session, closures)
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


@require_safe
@permission_required("workshops.record_attendance", raise_exception=True)
def house_day(request: HttpRequest) -> HttpResponse:
    return render(request, "workshops/house_day.html")


@require_safe
@permission_required("workshops.record_attendance", raise_exception=True)
def register_board(request: HttpRequest) -> HttpResponse:
    return render(request, "workshops/register_board.html")
