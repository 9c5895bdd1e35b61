"""The people around a participant, what somebody agreed to, and with whom they are never planned."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from participants.forms.around import (
    ConsentForm,
    ConsentWithdrawForm,
    NotTogetherForm,
    PractitionerForm,
    RepresentativeForm,
)
from participants.models import (
    ConsentPurpose,
    LegalRepresentative,
    NotTogether,
    Participant,
    Practitioner,
)
from participants.services.around import record_consent, withdraw_consent
from participants.views.pages import done, get_participant, person_page, row_page
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access
from workshops.forms.placements import ParticipantSearchForm
from workshops.services.not_together import register_not_together, remove_not_together, shared_slots

TAB = "participant_around"
MOST_FOUND = 20


@require_safe
@permission_required("participants.view_participant", raise_exception=True)
def participant_around(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    practitioners = list(participant.practitioners.select_related("organisation"))
    representatives = list(participant.legal_representatives.select_related("organisation"))
    context = {
        "practitioners": [row for row in practitioners if row.is_current],
        "ended_practitioners": _latest_first(row for row in practitioners if not row.is_current),
        "representatives": [row for row in representatives if row.is_current],
        "ended_representatives": _latest_first(row for row in representatives if not row.is_current),
        "application": participant.applications.select_related("referrer_organisation").last(),
    }
    if request.user.has_perm("participants.change_participant"):
        return _coordinators_page(request, participant, context)
    return _page(request, participant, context, _consents(participant).exclude(purpose=ConsentPurpose.SHARE))


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def practitioner_add(request: HttpRequest, key: str) -> HttpResponse:
    row = Practitioner(participant=get_participant(request, key))
    return row_page(request, PractitionerForm, row, "participants/practitioner_add.html", to=TAB)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def practitioner_edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    row = get_object_or_404(get_participant(request, key).practitioners, pk=pk)
    return row_page(request, PractitionerForm, row, "participants/practitioner_edit.html", to=TAB)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def representative_add(request: HttpRequest, key: str) -> HttpResponse:
    row = LegalRepresentative(participant=get_participant(request, key))
    return row_page(request, RepresentativeForm, row, "participants/representative_add.html", to=TAB)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def representative_edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    row = get_object_or_404(get_participant(request, key).legal_representatives, pk=pk)
    return row_page(request, RepresentativeForm, row, "participants/representative_edit.html", to=TAB)


# --- Consents ---------------------------------------------------------------------------------------------------


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def consent_add(request: HttpRequest, key: str) -> HttpResponse:
    """The address says what it is about (`?waarvoor=foto`) and maybe with whom (`?met=practitioner-3`)."""
    participant = get_participant(request, key)
    data = request.POST if request.method == "POST" else None
    about = (data or request.GET).get("waarvoor", "")
    form = ConsentForm(data, participant=participant, about=about, recipient=request.GET.get("met", ""))
    if data is not None and form.is_valid():
        with refusals_on(form):
            record_consent(form.consent(), by=request.user)
            what = f"toestemming: {form.purpose.label}"
            return done(request, participant, what, "De toestemming is vastgelegd.", Action.ADD, to=TAB)
    log_access(request, Action.VIEW, [participant], "naam, behandelaars, wettelijk vertegenwoordigers")
    return render(request, "participants/consent_add.html", {"form": form, "participant": participant})


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def consent_withdraw(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    consent = get_object_or_404(_consents(participant), pk=pk)
    form = ConsentWithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            withdraw_consent(consent, **form.cleaned_data, by=request.user)
            what = f"toestemming ingetrokken: {consent.get_purpose_display()}"
            return done(request, participant, what, "De toestemming is ingetrokken.", to=TAB)
    log_access(request, Action.VIEW, [participant], "naam, toestemming")
    context = {"form": form, "participant": participant, "consent": consent}
    return render(request, "participants/consent_withdraw.html", context)


# --- Not together -----------------------------------------------------------------------------------------------


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def not_together_add(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    search = ParticipantSearchForm(request.GET if request.method != "POST" else None)
    context = {"participant": participant, "search": search, "people": [], "has_more": False, "asked": None}
    if request.method == "POST":
        form = NotTogetherForm(request.POST)
        other = form.cleaned_data["other"] if form.is_valid() else None
        if other:
            with refusals_on(form):
                register_not_together(participant, other, by=request.user)
                return _done_for_both(request, participant, other, Action.ADD, "Dat is vastgelegd.")
        return _refused(request, context, form, other)
    if not search.is_valid():
        # The address must not keep what was typed: it may be a citizen service number.
        messages.error(request, f"Er is niet gezocht. {' '.join(search.errors['q'])}")
        return redirect("not_together_add", key)
    if search.cleaned_data["q"]:
        found = Participant.objects.visible_to(request.user).search(search.cleaned_data["q"])
        found = list(found.exclude(pk=participant.pk)[: MOST_FOUND + 1])
        context |= {"people": found[:MOST_FOUND], "has_more": len(found) > MOST_FOUND}
    log_access(request, Action.SEARCH, [participant, *context["people"]], "naam, geboortedatum")
    return render(request, "participants/not_together_add.html", context)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def not_together_remove(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    pair = get_object_or_404(NotTogether.objects.of(participant).select_related("first", "second"), pk=pk)
    other = pair.other(participant)
    if request.method == "POST":
        remove_not_together(pair, by=request.user)
        return _done_for_both(request, participant, other, Action.CHANGE, "Ze mogen weer samen gepland worden.")
    log_access(request, Action.VIEW, [participant, other], "naam, niet samen")
    context = {"participant": participant, "other": other}
    return render(request, "participants/not_together_remove.html", context)


# --- What the pages have in common ------------------------------------------------------------------------------


def _coordinators_page(request: HttpRequest, participant: Participant, context: dict) -> HttpResponse:
    """Also who is not planned with whom, and with whom facts are shared."""
    pairs = list(NotTogether.objects.of(participant).select_related("first", "second", "recorded_by"))
    for pair in pairs:
        pair.other_person = pair.other(participant)
    if pairs:
        log_access(request, Action.VIEW, [pair.other_person for pair in pairs], "naam, niet samen")
    return _page(request, participant, {**context, "pairs": pairs}, _consents(participant))


def _page(request: HttpRequest, participant: Participant, context: dict, consents) -> HttpResponse:
    running = [consent for consent in consents if consent.is_running]
    shared = [consent for consent in running if consent.purpose == ConsentPurpose.SHARE]
    for row in [*context["practitioners"], *context["representatives"]]:
        row.may_be_told = any(consent.recipient == row for consent in shared)
    by_purpose = {consent.purpose: consent for consent in running}
    context |= {
        "publicity": [
            {"about": about, "label": purpose.label, "consent": by_purpose.get(purpose)}
            for about, purpose in ConsentForm.PURPOSES.items()
            if purpose != ConsentPurpose.SHARE
        ],
        "shared": shared,
        "withdrawn": [consent for consent in consents if not consent.is_running],
    }
    data = "mensen eromheen, contact bij nood, verwijzer, toestemmingen"
    return person_page(request, "participants/participant_around.html", participant, data, **context)


def _consents(participant: Participant):
    around = ("practitioner__organisation", "representative__organisation", "organisation")
    return participant.consents.select_related("text", "recorded_by", *around)


def _latest_first(rows) -> list:
    return sorted(rows, key=lambda row: row.end_date, reverse=True)


def _refused(request: HttpRequest, context: dict, form: NotTogetherForm, other: Participant | None) -> HttpResponse:
    """What stands in the way, with where to change it."""
    participant = context["participant"]
    shared = shared_slots(participant, other, since=timezone.localdate()) if other else []
    log_access(request, Action.VIEW, [person for person in (participant, other) if person], "naam, plaatsingen")
    context |= {"form": form, "asked": other, "shared": shared}
    return render(request, "participants/not_together_add.html", context)


def _done_for_both(
    request: HttpRequest, participant: Participant, other: Participant, action: Action, sentence: str
) -> HttpResponse:
    log_access(request, action, [other], "niet samen")
    return done(request, participant, "niet samen", sentence, action, to=TAB)
