"""Who waits for a place: the list, what becomes of a wish, and who fits where a place is free."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import recent_sign_in_to_export
from participants.models import Participant
from participants.views.pages import done, get_participant, lock_row, names_of, saved
from pluspunt.editing import edit_page
from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import Column, export_response, export_wanted, page_of, remember_filters
from pluspunt.templatetags.words import day as in_words
from privacy.services import Action, log_access
from workshops.forms.waiting import NewWaitingForm, WaitingDecisionForm, WaitingFilterForm, WaitingForm
from workshops.models import OneOff, Placement, WaitingEntry, Workshop
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.services.waiting import (
    add_entries,
    change_entry,
    decline_entry,
    place_from_list,
    withdraw_entry,
)
from workshops.services.waiting_matches import Match, matches, matches_in_places_of, offers
from workshops.services.waiting_times import waiting_times

SHOWN = "naam, wachtlijst: werkplaats, dagdeel, wens, hoe dringend, wie het vroeg"
# So many workshops with a free place are shown at once, the first ones open; a filter shows the others.
MOST_OFFERS, OPEN_OFFERS = 40, 6
COLUMNS = [
    Column("Naam", lambda each: each.participant.list_name),
    Column("Werkplaats", lambda each: each.workshop.name),
    Column("Dagdeel", lambda each: each.day_in_words),
    Column("Hoe dringend", lambda each: each.get_urgency_display()),
    Column("Gevraagd op", lambda each: each.asked_on),
    Column("Gevraagd door", lambda each: each.get_asked_by_display()),
    Column("Dagen gewacht", lambda each: each.waiting_days),
    Column("Wens", lambda each: each.wish),
    Column("Stand", lambda each: each.get_state_display()),
    Column("Besloten op", lambda each: each.decided_on),
    Column("Reden", lambda each: each.reason),
]


@require_safe
@permission_required("workshops.plan_placements", raise_exception=True)
@recent_sign_in_to_export
def waiting_list(request: HttpRequest) -> HttpResponse:
    """Who fits in a place that is free now, everybody who waits, and how long that takes."""
    if answer := remember_filters(request, "waiting_list"):
        return answer
    ensure_sessions(timezone.localdate() + HORIZON)
    form = WaitingFilterForm(request.GET)
    form.is_valid()
    every = WaitingEntry.objects.filter(participant__in=Participant.objects.visible_to(request.user))
    entries = form.apply(every).select_related("participant", "workshop", "placement")
    if wanted := export_wanted(request):
        rows = list(entries)
        log_access(request, Action.EXPORT, _people_in(rows), f"{SHOWN}, besluit, reden")
        return export_response(wanted, "Wachtlijst", COLUMNS, rows)
    page = page_of(request, entries)
    found = _matches(entries, form) if form.shows_waiting else []
    shown = [*page.object_list, *(fit.entry for match in found for fit in match.fits)]
    log_access(request, Action.SEARCH, _people_in(shown), SHOWN)
    context = {
        "form": form,
        "page_obj": page,
        "nothing_yet": not page.paginator.count and not every.exists(),
        "times": waiting_times(Workshop.objects.all()),
        **_shown_offers(found),
    }
    return render(request, "workshops/waiting_list.html", context)


@require_safe
@permission_required("workshops.plan_placements", raise_exception=True)
def waiting_match(request: HttpRequest, key: str) -> HttpResponse:
    """Who of the list fits on the day parts of somebody who stays away for a while."""
    participant = get_participant(request, key)
    ensure_sessions(timezone.localdate() + HORIZON)
    found = matches_in_places_of(participant)
    people = _people_in(fit.entry for match in found for fit in match.fits)
    log_access(request, Action.VIEW, {each.pk: each for each in (participant, *people)}.values(), f"{SHOWN}, plekken")
    return render(request, "workshops/waiting_match.html", {"participant": participant, **_shown_offers(found)})


@form_page
@permission_required("participants.guide_participant", raise_exception=True)
def waiting_add(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    entry = WaitingEntry(participant=participant, recorded_by=request.user)
    form = NewWaitingForm(request.POST if request.method == "POST" else None, instance=entry)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            added = add_entries(form.instance, form.cleaned_data["wishes"], by=request.user)
            count = "" if len(added) == 1 else f" voor {len(added)} dagdelen"
            sentence = f"{participant.full_name} staat op de wachtlijst van {form.instance.workshop}{count}."
            return done(request, participant, names_of(["wachtlijst", *form.changed_data]), sentence, Action.ADD)
    log_access(request, Action.VIEW, [participant], "naam")
    return render(request, "workshops/waiting_add.html", {"form": form, "participant": participant})


@edit_page
@permission_required("participants.guide_participant", raise_exception=True)
def waiting_edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    entry = _entry(request, key, pk)
    if request.method == "POST":
        entry = lock_row(entry)
    form = WaitingForm(request.POST if request.method == "POST" else None, instance=entry)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            change_entry(form.instance, by=request.user)
            return saved(request, Action.CHANGE, entry.participant, form)
    log_access(request, Action.VIEW, [entry.participant], "wachtlijst")
    context = {"form": form, "participant": entry.participant, "entry": WaitingEntry.objects.get(pk=entry.pk)}
    return render(request, "workshops/waiting_edit.html", context)


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def waiting_decline(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    return _decision_page(request, key, pk, decline_entry, "afgewezen", "workshops/waiting_decline.html")


@form_page
@permission_required("participants.guide_participant", raise_exception=True)
def waiting_withdraw(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    return _decision_page(request, key, pk, withdraw_entry, "ingetrokken", "workshops/waiting_withdraw.html")


@require_POST
@permission_required("workshops.plan_placements", raise_exception=True)
def waiting_place(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Give the free place that the button named; back to where the button stood."""
    entry = _entry(request, key, pk)
    participant, back = entry.participant, request.POST.get("back", "")
    ensure_sessions(timezone.localdate() + HORIZON)
    try:
        given = place_from_list(entry, request.POST.get("place", ""), by=request.user)
    except ValidationError as error:
        messages.error(request, f"{participant.full_name} is niet geplaatst. {' '.join(error.messages)}")
        log_access(request, Action.VIEW, [participant], "naam, wachtlijst")
    else:
        log_access(request, Action.ADD, [participant], "plaatsing, wachtlijst: besluit")
        messages.success(request, f"{participant.full_name} {_given(given)}")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if is_ours else "waiting_list")


def _matches(entries: QuerySet[WaitingEntry], form: WaitingFilterForm) -> list[Match]:
    """Of who is shown; of one day part when that is asked for."""
    found = matches(WaitingEntry.objects.filter(pk__in=entries.order_by().values("pk")))
    slot = form.cleaned_data.get("slot")
    return [m for m in found if not slot or slot == f"{m.place.weekday}-{m.place.day_part}"]


def _shown_offers(found: list[Match]) -> dict:
    known = offers(found)
    return {
        "open_offers": known[:OPEN_OFFERS],
        "more_offers": known[OPEN_OFFERS:MOST_OFFERS],
        "hidden_offers": max(0, len(known) - MOST_OFFERS),
    }


def _entry(request: HttpRequest, key: str, pk: int) -> WaitingEntry:
    entries = get_participant(request, key).waiting_entries.select_related("participant", "workshop")
    return get_object_or_404(entries, pk=pk)


def _decision_page(
    request: HttpRequest, key: str, pk: int, decide: Callable, outcome: str, template: str
) -> HttpResponse:
    entry = _entry(request, key, pk)
    data = request.POST if request.method == "POST" else None
    form = WaitingDecisionForm(data, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            decide(entry, **form.cleaned_data, by=request.user)
            sentence = f"De plek op de wachtlijst is {outcome}. De reden is bewaard."
            return done(request, entry.participant, "wachtlijst: besluit, reden", sentence)
    log_access(request, Action.VIEW, [entry.participant], "wachtlijst")
    return render(request, template, {"form": form, "participant": entry.participant, "entry": entry})


def _given(given: Placement | OneOff) -> str:
    if isinstance(given, OneOff):
        return f"komt op {in_words(given.comes_to.date)} één keer, en blijft op de wachtlijst."
    until = f" t/m {in_words(given.end_date)}" if given.end_date else ""
    return f"heeft een plek: {given}, vanaf {in_words(given.start_date)}{until}."


def _people_in(entries: Iterable[WaitingEntry]) -> list[Participant]:
    """Each person once, though somebody may wait for more."""
    return list({each.participant_id: each.participant for each in entries}.values())
