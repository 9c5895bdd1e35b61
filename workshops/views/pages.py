"""What the pages about one session share."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from workshops.models import Closure, Session
from workshops.permissions import can_record
from workshops.services.corrections import open_corrections
from workshops.services.effects import WorkshopEffect, print_of
from workshops.services.walk_ins import walk_ins_to_settle


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
    return session.is_over


def why_not(session: Session, closures: list[Closure]) -> str:
    """Why a session does not go on; empty when it does."""
    if session.state == Session.State.CLOSED:
        return next((c.reason for c in closures if c.closes(session.workshop, session.date)), "")
    return session.cancel_reason


def is_asked(request: HttpRequest) -> bool:
    """Whether a form that first shows what it will do was sent: `step` is "check" or "confirm", and not "back"."""
    return request.method == "POST" and request.POST.get("step") in ("check", "confirm")


def is_agreed(request: HttpRequest, shown: str) -> bool:
    """Whether somebody said yes to exactly these effects; what changed since they were shown, is shown again."""
    return request.POST.get("step") == "confirm" and request.POST.get("shown") == shown


def day_of(form: BaseForm, name: str) -> date:
    """The day that was typed, or the one that was proposed as long as that is no day."""
    if form.is_bound and form.is_valid() and form.cleaned_data[name]:
        return form.cleaned_data[name]
    return form.get_initial_for_field(form.fields[name], name)


def has_seen(request: HttpRequest, effects: list[WorkshopEffect], *more: str) -> bool:
    """Whether the page on which the button was pressed showed these effects; nothing need not be shown."""
    return not (effects or more) or request.POST.get("shown") == print_of(effects, *more)


def seen_on_page(form: BaseForm, effects: list[WorkshopEffect], *more: str) -> dict:
    """What `_path_form.html` needs; `must_look`: with the day that was typed it is something else than was shown.

    `more` are sentences about what else it touches.
    """
    must_look = form.is_bound and form.is_valid()
    shown = {"effects": effects, "more": more, "shown": print_of(effects, *more)}
    return {**shown, "must_look": must_look, "today": timezone.localdate()}
