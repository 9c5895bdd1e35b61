"""Somebody stays away, said beforehand: keeping it, and taking it back."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from participants.views.pages import done, get_participant
from pluspunt.forms import form_page, refusals_on
from pluspunt.templatetags.words import day as in_words
from privacy.services import Action, log_access
from workshops.forms.absences import AbsenceForm
from workshops.models import Absence
from workshops.services.absences import LONGEST, report_absence, withdraw_absence
from workshops.services.sessions import HORIZON, ensure_sessions


@form_page
@permission_required("workshops.record_attendance", raise_exception=True)
def absence_add(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    today = timezone.localdate()
    absence = Absence(participant=participant, taken_by=request.user, start_date=today, end_date=today)
    form = AbsenceForm(request.POST if request.method == "POST" else None, instance=absence)
    if request.method == "POST" and form.is_valid():
        ensure_sessions(today + HORIZON)
        data = form.cleaned_data
        with refusals_on(form):
            absence = report_absence(
                participant,
                data["start_date"],
                data["end_date"],
                data["day_part"],
                data["reason"],
                data["reported_by"],
                by=request.user,
            )
            return done(request, participant, "afwezigheid vooraf: dagen, reden", _said(absence), Action.ADD)
    log_access(request, Action.VIEW, [participant], "naam")
    return render(
        request, "workshops/absence_add.html", {"form": form, "participant": participant, "longest_days": LONGEST}
    )


@require_POST
@permission_required("workshops.record_attendance", raise_exception=True)
def absence_withdraw(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    absence = get_object_or_404(participant.absences, pk=pk)
    try:
        opened = withdraw_absence(absence, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        log_access(request, Action.VIEW, [participant], "afwezigheid vooraf")
        return redirect("participant_detail", participant.key)
    sentence = f"De afmelding is ingetrokken. {_day_parts(opened)} {'staat' if opened == 1 else 'staan'} weer open."
    return done(request, participant, "afwezigheid vooraf: ingetrokken", sentence)


def _said(absence: Absence) -> str:
    """How many registers it filled, and what becomes of the days whose registers are not made yet."""
    filled = absence.attendances.count()
    until = f"t/m {in_words(absence.end_date)}"
    sentence = f"Afgemeld voor {_day_parts(filled)}, {until}." if filled else f"De afmelding is bewaard, {until}."
    if absence.end_date > timezone.localdate() + HORIZON:
        return f"{sentence} Latere dagdelen volgen vanzelf."
    return sentence if filled else f"{sentence} In die dagen is er geen dagdeel om af te melden."


def _day_parts(count: int) -> str:
    return "1 dagdeel" if count == 1 else f"{count} dagdelen"
