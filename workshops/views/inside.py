"""Who is in the house now: on a screen and on paper, for when everybody must go outside."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pluspunt.pdf import pdf_response, render_pdf
from privacy.services import Action, log_access
from workshops.models import DayPart
from workshops.services.inside import people_inside as find_people_inside
from workshops.services.sessions import HORIZON, ensure_sessions

# What the list shows of everybody on it.
DATA = "naam, aanwezig"


@require_safe
@permission_required("workshops.record_attendance", raise_exception=True)
def people_inside(request: HttpRequest, part: str | None = None) -> HttpResponse:
    """The whole house, for every coach: for safety, and no more than a name."""
    ensure_sessions(timezone.localdate() + HORIZON)
    now = timezone.localtime()
    inside = find_people_inside(now, part)
    log_access(request, Action.VIEW, inside.people, DATA)
    context = {
        "inside": inside,
        "is_now": inside.day_part == DayPart.at(now),
        "other_part": next(each for each in DayPart if each != inside.day_part),
    }
    return render(request, "workshops/people_inside.html", context)


@require_safe
@permission_required("workshops.record_attendance", raise_exception=True)
def people_inside_pdf(request: HttpRequest, part: str | None = None) -> HttpResponse:
    ensure_sessions(timezone.localdate() + HORIZON)
    inside = find_people_inside(timezone.now(), part)
    log_access(request, Action.PRINT, inside.people, DATA)
    context = {"inside": inside, "document_date": inside.moment.date()}
    filename = f"wie-is-er-{inside.moment:%Y-%m-%d-%H%M}.pdf"
    return pdf_response(render_pdf("workshops/print/people_inside.html", context), filename)
