"""What is printed: the attendance list of a session, and somebody's own overview of attendance."""

from datetime import date, timedelta

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from impact.charts import month_labels
from impact.forms.periods import PeriodForm
from participants.views.pages import get_participant
from pluspunt.pdf import pdf_response, render_pdf
from pluspunt.periods import Period
from pluspunt.templatetags.words import part_name
from privacy.services import Action, log_access
from workshops.models import Session
from workshops.services.overview import counts_by_month, counts_of

# As many lines as fit on one page; some always stay empty, for people who walk in.
LINES_PER_PAGE = 29
EMPTY_LINES = (4, 8)
YEAR = timedelta(days=364)


@require_safe
@permission_required("workshops.record_attendance", raise_exception=True)
def session_list_pdf(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    """The register on paper: a name and three boxes on each line, with a cross where something is known already."""
    sessions = Session.objects.visible_to(request.user).select_related("workshop__location")
    session = get_object_or_404(sessions, workshop=workshop_id, date=day, day_part=part)
    rows = list(session.attendances.listed().select_related("participant", "trajectory"))
    log_access(request, Action.PRINT, [row.participant for row in rows], "register: namen, aanwezigheid")
    context = {
        "session": session,
        "rows": rows,
        "empty_lines": range(max(EMPTY_LINES[0], min(EMPTY_LINES[1], LINES_PER_PAGE - len(rows)))),
        "document_date": day,
    }
    filename = f"{slugify(session.workshop.name)}-{day:%Y-%m-%d}-{part_name(part)}.pdf"
    return pdf_response(render_pdf("workshops/print/session_list.html", context), filename)


@require_safe
@permission_required("participants.view_participant", raise_exception=True)
def attendance_overview_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """Somebody's own attendance, to hand over: per month and per day part, without reasons."""
    participant = get_participant(request, key)
    today = timezone.localdate()
    form = PeriodForm(request.GET or None, today=today, default=Period(today - YEAR, today))
    form.is_valid()
    rows = participant.attendances.listed().filter(date__range=(form.period.start, form.period.end))
    rows = list(rows.select_related("session", "workshop").order_by("date", "-day_part"))
    log_access(request, Action.PRINT, [participant], "aanwezigheid per dagdeel")
    months = counts_by_month(rows)
    context = {
        "participant": participant,
        "period": form.period,
        "rows": rows,
        "months": list(zip(month_labels(months), months.values(), strict=True)),
        "total": counts_of(rows),
        "document_date": form.period.end,
    }
    return pdf_response(render_pdf("participants/print/attendance_overview.html", context), "aanwezigheid.pdf")
