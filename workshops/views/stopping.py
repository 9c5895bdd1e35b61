"""A workshop stops or moves, a location closes; what that touches is shown before it is saved."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from participants.models import Participant
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access
from workshops.forms.openings import MoveForm, StopForm
from workshops.models import Closure, Location, Workshop
from workshops.services.effects import WorkshopEffect, effects_on_workshops, print_of
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.services.stopping import check_stop, close_location, move_workshop, running_workshops, stop_workshop
from workshops.views.pages import is_agreed, is_asked


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def workshop_stop(request: HttpRequest, workshop_id: int) -> HttpResponse:
    workshops = Workshop.objects.visible_to(request.user).select_related("location")
    workshop = get_object_or_404(workshops, pk=workshop_id)
    today = timezone.localdate()
    ensure_sessions(today + HORIZON)
    data = request.POST if request.method == "POST" else None
    form = StopForm(data, initial={"last_day": today})
    context = {"form": form, "workshop": workshop, "today": today}
    if is_asked(request) and form.is_valid():
        effects = effects_on_workshops([workshop], form.first_day_after)
        context |= {"effects": effects, "shown": print_of(form.first_day_after, effects)}
        with refusals_on(form):
            if is_agreed(request, context["shown"]):
                stop_workshop(workshop, **form.cleaned_data, by=request.user)
                log_access(request, Action.CHANGE, _people(effects), "werkplaats stopt: plaatsingen, wachtlijst")
                messages.success(request, f"{workshop} stopt. Wat was ingevuld, is gebleven.")
                return redirect("workshop_detail", workshop_id)
            check_stop([workshop.pk], **form.cleaned_data, by=request.user)
        _show(request, context, effects)
    return render(request, "workshops/workshop_stop.html", context)


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def location_close(request: HttpRequest, pk: int) -> HttpResponse:
    location = get_object_or_404(Location, pk=pk)
    today = timezone.localdate()
    ensure_sessions(today + HORIZON)
    data = request.POST if request.method == "POST" else None
    form = StopForm(data, initial={"last_day": today})
    context = {"form": form, "location": location, "workshops": running_workshops(location, today), "today": today}
    if is_asked(request) and form.is_valid():
        effects = effects_on_workshops(running_workshops(location, form.first_day_after), form.first_day_after)
        context |= {"effects": effects, "shown": print_of(form.first_day_after, effects)}
        with refusals_on(form):
            if is_agreed(request, context["shown"]):
                close_location(location, **form.cleaned_data, by=request.user)
                log_access(request, Action.CHANGE, _people(effects), "locatie sluit: plaatsingen, wachtlijst")
                messages.success(request, f"Locatie {location} sluit. Wat was ingevuld, is gebleven.")
                return redirect("closure_list")
            check_stop([each.workshop.pk for each in effects], **form.cleaned_data, by=request.user)
        _show(request, context, effects)
    return render(request, "workshops/location_close.html", context)


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def workshop_move(request: HttpRequest, workshop_id: int) -> HttpResponse:
    workshops = Workshop.objects.visible_to(request.user).select_related("location")
    workshop = get_object_or_404(workshops, pk=workshop_id)
    today = timezone.localdate()
    ensure_sessions(today + HORIZON)
    data = request.POST if request.method == "POST" else None
    form = MoveForm(data, workshop=workshop)
    context = {"form": form, "workshop": workshop, "today": today}
    if is_asked(request) and form.is_valid():
        location = form.cleaned_data["location"]
        effects = effects_on_workshops([workshop], today)
        closures = Closure.objects.overlapping(today, None).order_by("start_date")
        there, here = closures.filter(location=location), closures.filter(location=workshop.location_id)
        shown = print_of(today, effects, location.pk, [each.pk for each in there], [each.pk for each in here])
        context |= {"effects": effects, "shown": shown, "to": location, "closed_there": there, "closed_here": here}
        with refusals_on(form):
            if is_agreed(request, shown):
                move_workshop(workshop, location, by=request.user)
                log_access(request, Action.CHANGE, _people(effects), "werkplaats verhuist: plaatsingen")
                messages.success(request, f"{workshop} is vanaf vandaag op locatie {location}.")
                return redirect("workshop_detail", workshop_id)
        _show(request, context, effects)
    return render(request, "workshops/workshop_move.html", context)


def _show(request: HttpRequest, context: dict, effects: list[WorkshopEffect]) -> None:
    """Ask about the effects, when nothing is refused."""
    context["must_confirm"] = context["form"].is_valid()
    log_access(request, Action.VIEW, _people(effects) if context["must_confirm"] else [], "naam, plaatsingen")


def _people(effects: list[WorkshopEffect]) -> set[Participant]:
    return {person for effect in effects for person, _ in effect.people}
