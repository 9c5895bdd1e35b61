"""The places of a workshop in a week, from a day on; what that touches is shown before it is saved."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access
from workshops.forms.openings import END, OpeningForm
from workshops.models import Workshop
from workshops.services.effects import print_of
from workshops.services.openings import (
    SlotChange,
    change_openings,
    check_openings,
    effects_of_openings,
    opening_changes,
    places_on,
    week_versions,
)
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.views.pages import is_agreed, is_asked


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def opening_edit(request: HttpRequest, workshop_id: int) -> HttpResponse:
    """`step` is "show" (the places from a day), "check" or "confirm"."""
    workshop = get_object_or_404(Workshop.objects.visible_to(request.user), pk=workshop_id)
    today = timezone.localdate()
    ensure_sessions(today + HORIZON)
    form = _form(request, workshop)
    context = {"form": form, "workshop": workshop, "versions": week_versions(workshop), "today": today}
    if is_asked(request) and form.is_valid():
        start, places = form.cleaned_data["start"], form.places
        changes = effects_of_openings(workshop, opening_changes(workshop, places, start), start)
        closing = [change for change in changes if change.closes and change.placements]
        people = {placement.participant for change in changes for placement in change.placements}
        context |= {"changes": changes, "closing": closing, "shown": print_of(start, *map(_facts, changes))}
        choice = {"end_placements": form.cleaned_data["placed"] == END, "by": request.user}
        is_answered = not closing or bool(form.cleaned_data["placed"])
        context["must_choose"] = request.POST.get("step") == "confirm" and not is_answered
        with refusals_on(form):
            if is_agreed(request, context["shown"]) and is_answered:
                change_openings(workshop, places, start, **choice)
                log_access(request, Action.CHANGE, people, "openingstijden, plaatsingen")
                messages.success(request, "De openingstijden zijn gewijzigd. Wat was ingevuld, is gebleven.")
                return redirect("workshop_detail", workshop_id)
            check_openings(workshop, places, start, **choice)
        context["must_confirm"] = form.is_valid()
        log_access(request, Action.VIEW, people if form.is_valid() else [], "naam, plaatsingen")
    return render(request, "workshops/opening_edit.html", context)


def _form(request: HttpRequest, workshop: Workshop) -> OpeningForm:
    """What was typed, or what holds on the day that was chosen."""
    if request.method == "POST" and request.POST.get("step") != "show":
        return OpeningForm(request.POST)
    today = timezone.localdate()
    asked = OpeningForm({"start": request.POST.get("start") or request.GET.get("start")})
    start = max(today, workshop.registered_from or today) if "start" in asked.errors else asked.cleaned_data["start"]
    return OpeningForm(initial={"start": start, **OpeningForm.initial_places(places_on(workshop, start))})


def _facts(change: SlotChange) -> tuple:
    placements = [(each.pk, each.start_date, each.end_date) for each in change.placements]
    return change.name, change.before, change.after, change.until, change.registers, placements
