"""From a cell of the board: who comes there, one person or several at once."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from participants.models import Participant, Trajectory
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access
from workshops.forms.placements import ParticipantSearchForm, SeveralForm
from workshops.models import WaitingEntry, Workshop
from workshops.services.advice import Slot, weeks_of
from workshops.services.board import slot_cell
from workshops.services.fitting import first_days
from workshops.services.placing_several import Outcome, kept_apart, place_several, preview_several

MOST_FOUND = 20
MOST_AT_ONCE = 20


@require_safe
@permission_required("workshops.plan_placements", raise_exception=True)
def placement_choose(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    """Who comes here: those who wait for it, and whoever is looked for; who is ticked stays ticked."""
    workshop = get_object_or_404(Workshop.objects.visible_to(request.user), pk=workshop_id)
    cell = slot_cell(workshop, day, part)
    form = ParticipantSearchForm(request.GET)
    if not form.is_valid():
        # The address must not keep what was typed: it may be a citizen service number.
        messages.error(request, f"Er is niet gezocht. {' '.join(form.errors['q'])}")
        return redirect("placement_choose", workshop_id, day, part)
    found, chosen, waiting = [], [], []
    if cell and cell.is_open:
        chosen = _people(request)
        waiting = [entry for entry in _waiting(request, workshop, day, part) if entry.participant not in chosen]
        if form.cleaned_data["q"]:
            # One more than is shown, to know whether there are.
            found = list(_running(request).search(form.cleaned_data["q"])[: MOST_FOUND + 1])
            log_access(request, Action.SEARCH, found[:MOST_FOUND], "naam, doelgroep, status")
        shown = [*chosen, *(entry.participant for entry in waiting)]
        log_access(request, Action.VIEW, shown, "naam, doelgroep, status, wachtlijst")
    context = {
        "form": form,
        "people": [person for person in found[:MOST_FOUND] if person not in chosen],
        "chosen": chosen,
        "waiting": waiting,
        "has_more": len(found) > MOST_FOUND,
        "cell": cell,
        "workshop": workshop,
        "day": day,
        "part": part,
        "slot": Slot(workshop, day.isoweekday(), part).key,
    }
    return render(request, "workshops/placement_choose.html", context)


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def placement_add_several(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    """Several people into one cell; `step` is "check", "all" or "clear" (only of whom nothing needs to be asked)."""
    workshop = get_object_or_404(Workshop.objects.visible_to(request.user), pk=workshop_id)
    slot = Slot(workshop, day.isoweekday(), part)
    people = _people(request)
    if "q" in request.GET:
        # What stood in the search box came along, but must not stay in the address.
        return redirect(f"{request.path}?{urlencode([('people', person.key) for person in people])}")
    paths = [path for person in people if (path := _path_of(person))]
    if not paths:
        messages.info(request, "Kies eerst wie je wilt plaatsen.")
        return redirect("placement_choose", workshop_id, day, part)
    step = request.POST.get("step")
    initial = {"start": max(day, timezone.localdate()), **_typed(request)}
    form = SeveralForm(request.POST if step in ("check", "all", "clear") else None, initial=initial)
    context = {"form": form, "people": people, "workshop": workshop, "day": day, "part": part, "slot": slot}
    if form.is_bound and form.is_valid():
        plan = form.plan()
        with refusals_on(form):
            if step != "check":
                return _place(request, paths, slot, plan, redirect("workshop_slot", workshop_id, day, part))
            context["outcomes"] = outcomes = preview_several(paths, slot, **plan)
            context["counts"] = _counts(outcomes)
            weeks = weeks_of([slot], plan["start"], plan["every_other_week"])
            context["first_days"] = first_days(slot, weeks, plan["start"])
            if others := kept_apart(paths, slot, plan["start"], plan["end"]):
                log_access(request, Action.VIEW, others, "naam, niet samen")
    log_access(request, Action.VIEW, people, "naam, doelgroep, plaatsingen, indicatie")
    return render(request, "workshops/placement_add_several.html", context)


def _place(request: HttpRequest, paths: list[Trajectory], slot: Slot, plan: dict, after: HttpResponse) -> HttpResponse:
    """Places whom was agreed to, and says of each of the others why not."""
    agreed = {path.pk: request.POST.getlist(f"seen-{path.participant.key}") for path in paths}
    asked_about = request.POST.getlist("objection")
    if request.POST["step"] == "clear":
        paths = [path for path in paths if path.participant.key not in asked_about]
    outcomes = place_several(paths, slot, **plan, agreed=agreed, by=request.user)
    placed = [outcome.participant for outcome in outcomes if outcome.placement]
    log_access(request, Action.ADD, placed, "plaatsing")
    if placed:
        names = ", ".join(person.full_name for person in placed)
        messages.success(request, f"Geplaatst in {slot}: {names}.")
    for outcome in outcomes:
        if not outcome.placement:
            messages.warning(request, _why_not(outcome))
    return after


def _counts(outcomes: list[Outcome]) -> dict[str, int]:
    """How many can be placed (`possible`), of whom nothing or something needs to be asked, and all others."""
    clear = sum(outcome.is_clear for outcome in outcomes)
    possible = sum(not outcome.problems for outcome in outcomes)
    return {
        "clear": clear,
        "possible": possible,
        "warned": possible - clear,
        "objections": len(outcomes) - clear,
    }


def _why_not(outcome: Outcome) -> str:
    why = outcome.problems or outcome.warnings
    return f"{outcome.participant.full_name} is niet geplaatst. {' '.join(why)}"


def _running(request: HttpRequest):
    """Whom the user may see and whose trajectory has not ended."""
    running = Trajectory.objects.overlapping(timezone.localdate(), None)
    people = Participant.objects.visible_to(request.user).filter(trajectories__in=running).distinct()
    return people.prefetch_related("trajectories__pauses")


def _people(request: HttpRequest) -> list[Participant]:
    """Who is ticked, by name; somebody with more ticks than that is told."""
    asked = request.POST if request.method == "POST" else request.GET
    keys = list(dict.fromkeys(asked.getlist("people")))
    if len(keys) > MOST_AT_ONCE:
        keys = keys[:MOST_AT_ONCE]
        messages.warning(
            request, f"Je plaatst hooguit {MOST_AT_ONCE} mensen tegelijk. De anderen staan er nu niet bij."
        )
    return list(_running(request).filter(key__in=keys).order_by("sort_name", "pk")) if keys else []


def _waiting(request: HttpRequest, workshop: Workshop, day: date, part: str) -> list[WaitingEntry]:
    entries = workshop.waiting_entries.waiting().in_turn().filter(participant__in=_running(request))
    entries = entries.select_related("participant").prefetch_related("participant__trajectories__pauses")
    return [entry for entry in entries if entry.wants(day.isoweekday(), part)]


def _path_of(person: Participant) -> Trajectory | None:
    """The trajectory to which the place belongs: the main one, when it has not ended."""
    path = person.main_trajectory
    if path is None or path.status == Trajectory.Status.ENDED:
        return None
    path.participant = person
    return path


def _typed(request: HttpRequest) -> dict:
    names = ("start", "end", "rhythm", "trial_until")
    return {name: value for name, value in request.POST.items() if name in names}
