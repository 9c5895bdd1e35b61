"""Placing people in workshops, changing that, and letting them leave."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from participants.models import Participant, Trajectory
from participants.views.pages import done, get_participant
from pluspunt.forms import refusals_on
from privacy.services import Action, log_access
from workshops.forms.placements import (
    ParticipantSearchForm,
    PlacementChangeForm,
    PlacementEndForm,
    PlacementForm,
)
from workshops.models import Placement, Workshop
from workshops.services.advice import people_to_keep_apart, placement_problems, placement_warnings
from workshops.services.board import Board, slot_cell, week_board
from workshops.services.placements import (
    change_placement,
    check_change,
    end_placement,
    may_withdraw,
    place,
    withdraw_placement,
)

MOST_FOUND = 20


@require_safe
@permission_required("workshops.plan_placements", raise_exception=True)
def placement_choose(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    workshop = get_object_or_404(Workshop.objects.visible_to(request.user), pk=workshop_id)
    cell = slot_cell(workshop, day, part)
    form = ParticipantSearchForm(request.GET)
    if not form.is_valid():
        # The address must not keep what was typed: it may be a citizen service number.
        messages.error(request, f"Er is niet gezocht. {' '.join(form.errors['q'])}")
        return redirect("placement_choose", workshop_id, day, part)
    found = []
    if cell and cell.is_open and form.cleaned_data["q"]:
        everybody = Participant.objects.visible_to(request.user).search(form.cleaned_data["q"])
        running = Trajectory.objects.overlapping(timezone.localdate(), None)
        # One more than is shown, to know whether there are.
        found = everybody.filter(trajectories__in=running).distinct()[: MOST_FOUND + 1]
        found = list(found.prefetch_related("trajectories__pauses"))
        log_access(request, Action.SEARCH, found[:MOST_FOUND], "naam, doelgroep, status")
    context = {
        "form": form,
        "people": found[:MOST_FOUND],
        "has_more": len(found) > MOST_FOUND,
        "cell": cell,
        "workshop": workshop,
        "day": day,
        "part": part,
        "slot": f"{workshop.pk}-{day.isoweekday()}-{part}",
    }
    return render(request, "workshops/placement_choose.html", context)


@permission_required("workshops.plan_placements", raise_exception=True)
def placement_add(request: HttpRequest, key: str) -> HttpResponse:
    """Says what will happen before it happens: `step` is "show" (places from a day), "check" or "confirm"."""
    participant = get_participant(request, key)
    data = request.POST if request.POST.get("step") in ("check", "confirm") else None
    form = PlacementForm(data, participant=participant, initial=_chosen_before(request, participant))
    context = {"form": form, "participant": participant}
    if data and form.is_valid():
        plan = form.plan()
        context["warnings"] = placement_warnings(**plan)
        form.refuse(placement_problems(**plan))
        _log_others(request, people_to_keep_apart(**plan))
        if form.is_valid() and _is_agreed(request, context["warnings"]):
            with refusals_on(form):
                place(**plan, by=request.user)
                return done(request, participant, "plaatsing", f"{participant.full_name} is geplaatst.", Action.ADD)
        context["must_confirm"] = form.is_valid()
    log_access(request, Action.VIEW, [participant], "naam, traject, plaatsingen")
    start = form.first_day
    context |= {"board": _board(request, start), "start": start, "placed": _placed(participant, start)}
    return render(request, "workshops/placement_add.html", context)


@permission_required("workshops.plan_placements", raise_exception=True)
def placement_change(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Moves a placement, after the same question as `placement_add`."""
    participant = get_participant(request, key)
    placement = _placement(participant, pk)
    data = request.POST if request.POST.get("step") in ("check", "confirm") else None
    first = max(timezone.localdate(), placement.start_date)
    form = PlacementChangeForm(data, initial={"start": first, **_from_post(request)})
    context = {"form": form, "participant": participant, "placement": placement}
    if data and form.is_valid():
        move = {"slot": form.cleaned_data["slots"][0], "start": form.cleaned_data["start"]}
        context["warnings"] = placement_warnings(
            placement.trajectory, [move["slot"]], move["start"], placement.end_date, instead_of=placement
        )
        with refusals_on(form):
            if _is_agreed(request, context["warnings"]):
                change_placement(placement, **move, by=request.user)
                return done(request, participant, "plaatsing", "De plaatsing is gewijzigd. Wat ingevuld was, blijft.")
            check_change(placement, **move, by=request.user)
        apart = people_to_keep_apart(placement.trajectory, [move["slot"]], move["start"], placement.end_date)
        _log_others(request, apart)
        context["must_confirm"] = form.is_valid()
    log_access(request, Action.VIEW, [participant], "naam, plaatsing")
    start = form.first_day
    context |= {"board": _board(request, start), "start": start, "placed": _placed(participant, start)}
    return render(request, "workshops/placement_change.html", context)


@permission_required("workshops.plan_placements", raise_exception=True)
def placement_end(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    placement = _placement(participant, pk)
    initial = {"last_day": max(timezone.localdate(), placement.start_date)}
    form = PlacementEndForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            end_placement(placement, last_day=form.cleaned_data["last_day"], by=request.user)
            return done(request, participant, "laatste dag van plaatsing", "De laatste dag is bewaard.")
    log_access(request, Action.VIEW, [participant], "naam, plaatsing")
    context = {"form": form, "participant": participant, "placement": placement}
    context["may_withdraw"] = may_withdraw(placement)
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
    return get_object_or_404(participant.placements.select_related("workshop", "trajectory"), pk=pk)


def _is_agreed(request: HttpRequest, warnings: list[str]) -> bool:
    """Whether somebody said yes to these warnings; what came up since the question was asked, is asked again."""
    return request.POST.get("step") == "confirm" and set(warnings) <= set(request.POST.getlist("seen"))


def _log_others(request: HttpRequest, people: list[Participant]) -> None:
    """A refusal names with whom somebody is not planned: that shows something of both."""
    if people:
        log_access(request, Action.VIEW, people, "naam, niet samen")


def _chosen_before(request: HttpRequest, participant: Participant) -> dict:
    """What stands on the page before it is sent: what came along in the address, or what was just typed."""
    trajectory = participant.main_trajectory
    start = max(timezone.localdate(), trajectory.start_date) if trajectory else timezone.localdate()
    asked = {"start": request.GET.get("start") or start, "slots": request.GET.getlist("slots")}
    return {**asked, **_from_post(request)}


def _from_post(request: HttpRequest) -> dict:
    typed = {name: value for name, value in request.POST.items() if name in ("start", "end", "trajectory")}
    return {**typed, "slots": request.POST.getlist("slots")} if request.method == "POST" else {}


def _board(request: HttpRequest, start: date) -> Board:
    workshops = Workshop.objects.visible_to(request.user).select_related("location", "host")
    return week_board(workshops, start, as_pattern=True)


def _placed(participant: Participant, start: date) -> list[Placement]:
    """Where somebody works on or after `start` already."""
    return list(participant.placements.overlapping(start, None).select_related("workshop"))
