"""Requests to mend a row that is frozen, or too old for a coach."""

from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import page_of
from privacy.services import Action, log_access
from workshops.forms.corrections import CorrectionForm, DecisionForm
from workshops.models import CorrectionRequest
from workshops.services.corrections import (
    can_change_directly,
    decide_correction,
    decided_corrections,
    open_corrections,
    request_correction,
)
from workshops.services.months import is_frozen
from workshops.views.history import get_row
from workshops.views.pages import register_url, today_tabs

DECIDED_SHOWN_FOR = timedelta(days=30)
MOST_DECIDED = 50


@form_page
@permission_required("workshops.record_attendance", raise_exception=True)
def correction_add(request: HttpRequest, workshop_id: int, day: date, part: str, key: str) -> HttpResponse:
    row = get_row(request, workshop_id, day, part, key)
    if why := _why_no_request(request, row):
        messages.info(request, why)
        return redirect(f"{register_url(row.session)}#p-{key}")
    form = CorrectionForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            request_correction(row, form.value, why=form.cleaned_data["why"], by=request.user)
            log_access(request, Action.ADD, [row.participant], "verzoek om correctie van aanwezigheid")
            messages.success(request, "Je verzoek is verstuurd. Een coördinator beslist.")
            return redirect("attendance_history", workshop_id, day, part, key)
    log_access(request, Action.VIEW, [row.participant], "naam, aanwezigheid")
    waiting = row.correction_requests.filter(is_approved__isnull=True).select_related("asked_by").first()
    context = {"form": form, "row": row, "session": row.session, "waiting": waiting}
    return render(request, "workshops/correction_add.html", context | {"is_frozen": is_frozen(row.session)})


def _why_no_request(request: HttpRequest, row) -> str:
    if not row.session.takes_marks:
        return f"Deze sessie is {row.session.get_state_display()}: er valt niets te corrigeren."
    if can_change_directly(request.user, row.session, timezone.localdate()):
        return "Je kunt dit nog zelf aanpassen. Een verzoek is niet nodig."
    return ""


@require_safe
@permission_required("workshops.close_months", raise_exception=True)
def correction_list(request: HttpRequest) -> HttpResponse:
    return _list(request)


@require_POST
@permission_required("workshops.close_months", raise_exception=True)
def correction_decide(request: HttpRequest, pk: int) -> HttpResponse:
    correction = get_object_or_404(CorrectionRequest.objects.select_related("attendance__participant"), pk=pk)
    form = DecisionForm(request.POST)
    if form.is_valid():
        is_approved = form.cleaned_data["decision"] == DecisionForm.APPROVE
        answer, seen = form.cleaned_data["answer"], form.cleaned_data["seen"]
        with refusals_on(form):
            decide_correction(correction, is_approved=is_approved, by=request.user, seen=seen, answer=answer)
            person = correction.attendance.participant
            log_access(request, Action.CHANGE, [person], "aanwezigheid: besluit over een correctie")
            done = "goedgekeurd en doorgevoerd" if is_approved else "afgewezen"
            messages.success(request, f"De correctie bij {person.floor_name} is {done}.")
            return redirect("correction_list")
    problem = " ".join(message for errors in form.errors.values() for message in errors)
    return _list(request, refused=pk, problem=problem)


def _list(request: HttpRequest, *, refused: int | None = None, problem: str = "") -> HttpResponse:
    """All that waits, and what was decided lately; `problem` is why the decision on `refused` was not taken."""
    page = page_of(request, open_corrections())
    decided = list(decided_corrections(timezone.localdate() - DECIDED_SHOWN_FOR)[:MOST_DECIDED])
    for correction in page:
        correction.problem = problem if correction.pk == refused else ""
        correction.typed = request.POST.get("answer", "") if correction.problem else ""
    if refused and not any(correction.problem for correction in page):
        messages.error(request, problem)
    people = {correction.attendance.participant for correction in [*page, *decided]}
    log_access(request, Action.VIEW, people, "verzoeken om correctie: naam, aanwezigheid")
    context = {"page_obj": page, "decided": decided, "days_shown": DECIDED_SHOWN_FOR.days}
    context |= today_tabs(request)
    return render(request, "workshops/correction_list.html", context)
