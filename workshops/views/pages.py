"""What the pages about one session share."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control

from workshops.models import Closure, DayPart, Session
from workshops.permissions import can_record
from workshops.services.corrections import open_corrections
from workshops.services.walk_ins import walk_ins_to_settle

# A page full of names, on a tablet that people share: the browser keeps nothing of it.
not_kept = cache_control(private=True, no_store=True)


def get_session(request: HttpRequest, workshop_id: int, day: date, part: str) -> Session:
    """A session that the signed-in user may see, with its workshop; no other exists for them (404)."""
    sessions = Session.objects.visible_to(request.user)
    sessions = sessions.select_related("workshop__location", "workshop__site_contact")
    return get_object_or_404(sessions, workshop=workshop_id, date=day, day_part=part)


def require_recording(request: HttpRequest, session: Session) -> None:
    """Refuses (403) who may look at this register, but not record in it any more."""
    if not can_record(request.user, session, timezone.localdate()):
        raise PermissionDenied


def register_url(session: Session) -> str:
    return reverse("register_detail", args=[session.workshop_id, session.date, session.day_part])


def today_tabs(request: HttpRequest) -> dict[str, int]:
    """What waits for a coordinator, for the tabs of today; two queries, and none for who has nothing to decide."""
    if not request.user.has_perm("workshops.close_months"):
        return {}
    return {"walk_ins_waiting": walk_ins_to_settle().count(), "corrections_waiting": open_corrections().count()}


def is_over(session: Session) -> bool:
    """Whether the day part lies behind us."""
    now = timezone.localtime()
    return (session.date, DayPart(session.day_part).order) < (now.date(), DayPart.at(now).order)


def why_not(session: Session, closures: list[Closure]) -> str:
    """Why a session does not go on; empty when it does."""
    if session.state == Session.State.CLOSED:
        return next((c.reason for c in closures if c.closes(session.workshop, session.date)), "")
    return session.cancel_reason
