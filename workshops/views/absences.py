"""Somebody stays away, said beforehand: keeping it, and taking it back."""

from collections.abc import Callable
from datetime import date
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from participants.models import Participant, Trajectory
from participants.views.pages import done, get_participant
from pluspunt.forms import form_page, refusals_on
from pluspunt.templatetags.words import day as in_words
from pluspunt.templatetags.words import near_part
from privacy.services import Action, log_access
from workshops.forms.absences import AbsenceForm
from workshops.models import Absence
from workshops.services.absence_days import filled_by, touched_by
from workshops.services.absences import LONGEST, report_absence, withdraw_absence
from workshops.services.rota import PlacesChange, PlacesEffect, places_effect
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.services.waiting_matches import matches_in_places_of


@form_page
@permission_required("workshops.record_attendance", raise_exception=True)
def absence_add(request: HttpRequest, key: str) -> HttpResponse:
    """Once for all sessions that it covers; `step` "show" tells beforehand which these are."""
    participant = get_participant(request, key)
    today = timezone.localdate()
    absence = Absence(participant=participant, taken_by=request.user, start_date=today, end_date=today)
    form = AbsenceForm(request.POST if request.method == "POST" else None, instance=absence)
    context = {"form": form, "participant": participant, "longest_days": LONGEST}
    if request.method == "POST" and form.is_valid():
        ensure_sessions(today + HORIZON)
        days = {name: form.cleaned_data[name] for name in ("start_date", "end_date", "day_part")}
        context["touched"] = touched_by(participant, *days.values())
        context["goes_on"] = days["end_date"] > today + HORIZON
        context["pause"] = _pause_instead(participant, days["start_date"], days["end_date"])
        how = (*days.values(), form.cleaned_data["reason"], form.cleaned_data["reported_by"])
        report = partial(report_absence, participant, *how, by=request.user)
        with refusals_on(form):
            context["effect"] = effect = _places_taken_along(participant, days["start_date"], days["end_date"], report)
            if request.POST.get("step") != "show":
                absence = report()
                to = "waiting_match" if _somebody_fits(request, absence) else "participant_detail"
                if over := [change for change in effect.changes if change.too_many]:
                    messages.warning(request, _too_many(over))
                what = "afwezigheid vooraf: dagen, reden"
                return done(request, participant, what, _said(absence), Action.ADD, to=to)
    log_access(request, Action.VIEW, [participant], "naam, plaatsingen" if "touched" in context else "naam")
    return render(request, "workshops/absence_add.html", context)


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


def _pause_instead(participant: Participant, start: date, end: date) -> str | None:
    """For who is away too long for an absence: where it is kept as a pause, or that there is no path to pause."""
    path = participant.trajectories.on(start).order_by("start_date").first()
    if (end - start).days < LONGEST or path is None:
        return None
    return f"{reverse('pause_add', args=[participant.key, path.pk])}?van={start:%Y-%m-%d}&tot={end:%Y-%m-%d}"


def _places_taken_along(participant: Participant, start: date, end: date, report: Callable) -> PlacesEffect:
    """What `report` does to the places of sessions in which this person supervises as a skilled volunteer."""
    paths = participant.trajectories.filter(target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)
    return places_effect(report) if paths.overlapping(start, end).exists() else PlacesEffect([])


def _too_many(changes: list[PlacesChange]) -> str:
    where = ", ".join(
        f"{change.session.workshop} {near_part(change.session.date, change.session.day_part)}" for change in changes
    )
    return f"Daar zijn nu te weinig plekken: {where}. Zoek op het weekbord een andere plek voor wie te veel is."


def _somebody_fits(request: HttpRequest, absence: Absence) -> bool:
    """Whether a coordinator can give a place that this sets free to somebody who waits."""
    may_place = request.user.has_perm("workshops.plan_placements")
    return may_place and absence.attendances.exists() and bool(matches_in_places_of(absence.participant))


def _said(absence: Absence) -> str:
    """How many registers it filled, and what becomes of the days whose registers are not made yet."""
    filled = filled_by(absence)
    until = f"t/m {in_words(absence.end_date)}"
    sentence = f"Afgemeld voor {filled}, {until}." if filled.day_parts else f"De afmelding is bewaard, {until}."
    if absence.end_date > timezone.localdate() + HORIZON:
        return f"{sentence} Latere dagdelen volgen vanzelf."
    return sentence if filled.day_parts else f"{sentence} In die dagen is er geen dagdeel om af te melden."


def _day_parts(count: int) -> str:
    return "1 dagdeel" if count == 1 else f"{count} dagdelen"
