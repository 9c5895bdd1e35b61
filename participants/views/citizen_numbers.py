"""The citizen service number (BSN) of one person: masked, and shown for a reason only."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import recent_sign_in_required
from participants.forms.citizen_numbers import CitizenNumberForm, RevealForm
from participants.models import CitizenNumber, Participant
from participants.services.citizen_numbers import (
    SomebodyElseHasIt,
    keep_citizen_number,
    remove_citizen_number,
    why_no_number,
)
from participants.views.pages import done, get_participant
from pluspunt.encryption import Unreadable
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access

DATA = "burgerservicenummer"


@require_safe
@permission_required("participants.keep_citizennumber", raise_exception=True)
@recent_sign_in_required
def citizen_number_detail(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    log_access(request, Action.VIEW, [participant], f"{DATA}, afgeschermd")
    return _page(request, participant, RevealForm())


@require_POST
@permission_required("participants.keep_citizennumber", raise_exception=True)
@recent_sign_in_required
def citizen_number_reveal(request: HttpRequest, key: str) -> HttpResponse:
    """The whole number, once: an answer to a form, so that no address and no way back shows it again."""
    participant = get_participant(request, key)
    kept = _get_number(participant)
    form = RevealForm(request.POST)
    if not form.is_valid():
        log_access(request, Action.VIEW, [participant], f"{DATA}, afgeschermd")
        return _page(request, participant, form)
    log_access(request, Action.REVEAL, [participant], f"{DATA}: {form.cleaned_data['reason']}", ground=form.ground)
    try:
        number = kept.number
    except Unreadable:
        number = None
    return _page(request, participant, RevealForm(), number=number)


@form_page
@permission_required("participants.keep_citizennumber", raise_exception=True)
@recent_sign_in_required
@sensitive_post_parameters("number")
def citizen_number_edit(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    form = CitizenNumberForm(request.POST if request.method == "POST" else None)
    is_new = not CitizenNumber.objects.filter(participant=participant).exists()
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            try:
                keep_citizen_number(participant, form.cleaned_data["number"], by=request.user)
            except SomebodyElseHasIt as refusal:
                log_access(request, Action.VIEW, [refusal.person], f"naam, heeft hetzelfde {DATA}")
                raise
            action = Action.ADD if is_new else Action.CHANGE
            return done(request, participant, DATA, "Het nummer is bewaard.", action, to="citizen_number_detail")
    log_access(request, Action.VIEW, [participant], "naam")
    context = {"form": form, "participant": participant, "is_new": is_new, "why_not": why_no_number(participant)}
    return render(request, "participants/citizen_number_edit.html", context)


@form_page
@permission_required("participants.keep_citizennumber", raise_exception=True)
@recent_sign_in_required
def citizen_number_remove(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    kept = _get_number(participant)
    if request.method == "POST":
        remove_citizen_number(participant)
        return done(request, participant, DATA, "Het nummer is weg.", to="citizen_number_detail")
    log_access(request, Action.VIEW, [participant], f"{DATA}, afgeschermd")
    context = {"participant": participant, "kept": kept}
    return render(request, "participants/citizen_number_remove.html", context)


def _get_number(participant: Participant) -> CitizenNumber:
    kept = CitizenNumber.objects.filter(participant=participant).first()
    if kept is None:
        raise Http404("no number")
    return kept


def _page(request: HttpRequest, participant: Participant, form: RevealForm, *, number: str | None = None):
    kept = CitizenNumber.objects.filter(participant=participant).select_related("entered_by").first()
    context = {"participant": participant, "form": form, "kept": kept, "number": number}
    context["why_not"] = why_no_number(participant)
    return render(request, "participants/citizen_number_detail.html", context)
