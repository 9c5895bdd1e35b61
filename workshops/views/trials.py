"""A placement on trial asks for a decision."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from participants.views.pages import done, get_participant
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access
from workshops.forms.placements import TrialForm
from workshops.models import Attendance, Placement
from workshops.services.trials import confirm_placement, extend_placement_trial, stop_after_trial


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def trial_decide(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """It goes on, it stops, or the trial lasts longer."""
    participant = get_participant(request, key)
    placement = get_object_or_404(participant.placements.select_related("workshop", "trajectory"), pk=pk)
    if request.method != "POST" and not placement.is_on_trial:
        messages.info(request, "Over deze plek hoeft niemand meer te besluiten.")
        return redirect("participant_detail", key)
    form = TrialForm(request.POST if request.method == "POST" else None, initial={"last_day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            sentence = _decide(placement, form.cleaned_data, request.user)
            return done(request, participant, "proef van plaatsing", sentence)
    log_access(request, Action.VIEW, [participant], "naam, plaatsing, aanwezigheid")
    context = {"form": form, "participant": participant, "placement": placement, "came": _came(placement)}
    return render(request, "workshops/trial_decide.html", context)


def _decide(placement: Placement, answer: dict, user) -> str:
    if answer["decision"] == TrialForm.GOES_ON:
        confirm_placement(placement, by=user)
        return "De proef is voorbij, de plek gaat door."
    if answer["decision"] == TrialForm.LONGER:
        extend_placement_trial(placement, until=answer["until"], by=user)
        return "De proef duurt langer."
    stop_after_trial(placement, last_day=answer["last_day"], by=user)
    return "De plek stopt na die dag."


def _came(placement: Placement) -> dict[str, int]:
    """How often somebody came in the trial so far, and how often there is a row in a register for it."""
    rows = Attendance.objects.recorded().filter(
        participant=placement.participant_id,
        workshop=placement.workshop_id,
        day_part=placement.day_part,
        date__gte=placement.start_date,
        date__lte=timezone.localdate(),
        date__iso_week_day=placement.weekday,
    )
    statuses = list(rows.order_by().values_list("status", flat=True))
    return {"present": statuses.count(Attendance.Status.PRESENT), "recorded": len(statuses)}
