"""Placing people in workshops, changing that, and letting them leave."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from participants.models import Participant, Trajectory
from participants.views.pages import done, get_participant
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access
from workshops.forms.placements import PlacementChangeForm, PlacementEndForm, PlacementForm
from workshops.models import Placement, Weeks, Workshop
from workshops.services.advice import (
    Slot,
    indication_room,
    per_week,
    placement_problems,
    placement_warnings,
    weeks_of,
)
from workshops.services.ending import effect_of_ending
from workshops.services.fitting import Situation, first_days, fitting_grid, situation
from workshops.services.patterns import Pattern
from workshops.services.placements import (
    UnseenWarnings,
    change_placement,
    check_change,
    end_placement,
    may_withdraw,
    place,
    withdraw_placement,
)
from workshops.views.patterns import asked_pattern, people_to_copy, refused_search

SHOWN = "naam, traject, wensen, indicaties, plaatsingen, vaardigheden, gebied"


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def placement_add(request: HttpRequest, key: str) -> HttpResponse:
    """Says what will happen before it happens: `step` is "show" (places from a day), "check" or "confirm"."""
    participant = get_participant(request, key)
    if refused := refused_search(request):
        return refused
    copied = asked_pattern(request, participant)
    data = _sent(request)
    form = PlacementForm(data, participant=participant, initial=_chosen_before(request, participant, copied))
    context = {"form": form, "participant": participant, "copied": copied}
    if data and form.is_valid() and (response := _place(request, participant, form, context)):
        return response
    log_access(request, Action.VIEW, [participant], SHOWN)
    trajectory = form.chosen_trajectory
    if trajectory and not context.get("must_confirm"):
        start = form.first_day
        context["situation"] = _situation(request, participant, trajectory, start)
        context |= {"trajectory": trajectory, "start": start, **people_to_copy(request, participant)}
        context["not_open"] = [] if copied is None else [s for s in copied.slots if s.key not in form.open_keys]
        context["grid"] = fitting_grid(
            trajectory, _workshops(request), start, form.last_day, every_other_week=form.is_every_other_week
        )
    return render(request, "workshops/placement_add.html", context)


def _place(request: HttpRequest, participant: Participant, form: PlacementForm, context: dict) -> HttpResponse | None:
    """Does what was confirmed; else fills `context` with the question, or `form` with what is refused."""
    plan, trial = form.plan(), form.cleaned_data["trial_until"]
    agreed = request.POST.getlist("seen")
    with refusals_on(form):
        try:
            if request.POST["step"] == "confirm":
                place(**plan, trial_until=trial, agreed=agreed, by=request.user)
                return done(request, participant, "plaatsing", f"{participant.full_name} is geplaatst.", Action.ADD)
            context["warnings"] = placement_warnings(**plan)
        except UnseenWarnings as unseen:
            context |= {"warnings": unseen.messages, "is_news": bool(agreed) or "checked" in request.POST}
    # What `place()` refused stands on the form already.
    if form.is_valid():
        form.refuse(placement_problems(**plan))
    context["must_confirm"] = form.is_valid()
    weeks = weeks_of(plan["slots"], plan["start"], plan["every_other_week"])
    context |= _in_words(plan["trajectory"], plan["slots"], plan["start"], weeks)
    return None


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def placement_change(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Moves a placement, after the same question as `placement_add`."""
    participant = get_participant(request, key)
    placement = _placement(participant, pk)
    first = max(timezone.localdate(), placement.start_date)
    data = _sent(request)
    # A board leads here with where somebody was dropped.
    asked = {"start": request.GET.get("start") or first, "slots": request.GET.getlist("slots")}
    form = PlacementChangeForm(data, initial={**asked, **_from_post(request)})
    context = {"form": form, "participant": participant, "placement": placement}
    if data and form.is_valid() and (response := _change(request, participant, placement, form, context)):
        return response
    log_access(request, Action.VIEW, [participant], SHOWN)
    start, weeks = form.first_day, Weeks(placement.weeks)
    context |= {"start": start, "trajectory": placement.trajectory}
    if not context.get("must_confirm"):
        context["situation"] = _situation(request, participant, placement.trajectory, start)
        context["grid"] = fitting_grid(
            placement.trajectory,
            _workshops(request),
            start,
            placement.end_date,
            weeks=weeks,
            instead_of=placement,
        )
    return render(request, "workshops/placement_change.html", context)


def _change(
    request: HttpRequest, participant: Participant, placement: Placement, form: PlacementChangeForm, context: dict
) -> HttpResponse | None:
    """Does what was confirmed; else fills `context` with the question, or `form` with what is refused."""
    [slot], start = form.cleaned_data["slots"], form.cleaned_data["start"]
    weeks, agreed = Weeks(placement.weeks), request.POST.getlist("seen")
    how = (placement.trajectory, [slot], start, placement.end_date)
    with refusals_on(form):
        try:
            if request.POST["step"] == "confirm":
                change_placement(placement, slot, start=start, agreed=agreed, by=request.user)
                return done(request, participant, "plaatsing", "De plaatsing is gewijzigd. Wat ingevuld was, blijft.")
            check_change(placement, slot, start=start, by=request.user)
            context["warnings"] = placement_warnings(*how, instead_of=placement, weeks=weeks)
        except UnseenWarnings as unseen:
            context |= {"warnings": unseen.messages, "is_news": bool(agreed) or "checked" in request.POST}
    context["must_confirm"] = form.is_valid()
    context |= _in_words(placement.trajectory, [slot], start, weeks, instead_of=placement)
    return None


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def placement_end(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    placement = _placement(participant, pk)
    proposed = max(timezone.localdate(), placement.start_date)
    initial = {"last_day": proposed, "reason": Placement.EndReason.TRIAL if placement.is_on_trial else ""}
    form = PlacementEndForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            end_placement(placement, **form.cleaned_data, by=request.user)
            return done(request, participant, "laatste dag van plaatsing", "De laatste dag is bewaard.")
    log_access(request, Action.VIEW, [participant], "naam, plaatsing, indicatie")
    context = {"form": form, "participant": participant, "placement": placement}
    context |= {"may_withdraw": may_withdraw(placement), "effect": effect_of_ending(placement, proposed)}
    return render(request, "workshops/placement_end.html", context)


@require_POST
@permission_required("workshops.plan_placements", raise_exception=True)
def placement_withdraw(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    placement = participant.placements.filter(pk=pk).first()
    if placement is None:
        get_list_or_404(Placement.history.filter(participant=participant), id=pk)
        messages.info(request, "Deze plaatsing is al ingetrokken.")
        return redirect("participant_detail", key)
    try:
        withdraw_placement(placement, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("participant_detail", key)
    return done(request, participant, "plaatsing ingetrokken", "De plaatsing is ingetrokken.")


def _placement(participant: Participant, pk: int) -> Placement:
    return get_object_or_404(participant.placements.select_related("workshop", "trajectory__participant"), pk=pk)


def _sent(request: HttpRequest):
    """What was sent to be checked or done; `None` when only places from another day are asked for."""
    return request.POST if request.POST.get("step") in ("check", "confirm") else None


def _situation(request: HttpRequest, participant: Participant, trajectory: Trajectory, day: date) -> Situation:
    """Says with whom somebody is not planned, as a refusal beside it may: that shows something of both."""
    known = situation(participant, trajectory, day)
    if known.apart:
        log_access(request, Action.VIEW, known.apart, "naam, niet samen")
    return known


def _in_words(
    trajectory: Trajectory, slots: list[Slot], start: date, weeks: Weeks, instead_of: Placement | None = None
) -> dict:
    """What the question says beside the warnings: the first days in each slot, and what it makes per week."""
    lines = [(slot, first_days(slot, weeks, start)) for slot in slots]
    after = None
    if not trajectory.is_volunteer:
        after = indication_room(trajectory, start, instead_of).with_more(per_week(slots, weeks))
    return {"lines": lines, "is_every_other_week": weeks != Weeks.EVERY, "after": after}


def _chosen_before(request: HttpRequest, participant: Participant, copied: Pattern | None) -> dict:
    """What stands on the page before it is sent: what came along in the address, or what was just typed."""
    trajectory = participant.main_trajectory
    start = max(timezone.localdate(), trajectory.start_date) if trajectory else timezone.localdate()
    asked = {"start": request.GET.get("start") or start, "slots": request.GET.getlist("slots")}
    if copied:
        asked["slots"] = [slot.key for slot in copied.slots]
        asked["rhythm"] = "other" if copied.every_other_week else "every"
    return {**asked, **_from_post(request)}


def _from_post(request: HttpRequest) -> dict:
    names = ("start", "end", "trajectory", "rhythm", "trial_until")
    typed = {name: value for name, value in request.POST.items() if name in names}
    return {**typed, "slots": request.POST.getlist("slots")} if request.method == "POST" else {}


def _workshops(request: HttpRequest):
    return Workshop.objects.visible_to(request.user).select_related("location__district", "host")
