"""Whose weekly pattern is taken over on the page on which somebody is placed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from participants.models import Participant
from participants.views.pages import get_participant
from privacy.services import Action, log_access
from workshops.forms.placements import ParticipantSearchForm
from workshops.models import Placement
from workshops.services.patterns import Pattern, pattern_of

MOST_FOUND = 10


def asked_pattern(request: HttpRequest, participant: Participant) -> Pattern | None:
    """The pattern of whom the address names with `overnemen`; their own earlier one when that is this person."""
    key = request.GET.get("overnemen")
    if not key:
        return None
    if key == participant.key:
        pattern = pattern_of(participant, earlier=True)
    else:
        other = get_participant(request, key)
        log_access(request, Action.VIEW, [other], "naam, plaatsingen")
        pattern = pattern_of(other, earlier=False)
    if pattern is None and request.method == "GET":
        messages.info(request, "Er is geen weekpatroon om over te nemen.")
    return pattern


def refused_search(request: HttpRequest) -> HttpResponse | None:
    """Away from an address that keeps what must not be kept: it may be a citizen service number."""
    form = ParticipantSearchForm(request.GET)
    if form.is_valid():
        return None
    messages.error(request, f"Er is niet gezocht. {' '.join(form.errors['q'])}")
    return redirect(request.path)


def people_to_copy(request: HttpRequest, participant: Participant) -> dict:
    """The search for somebody else's pattern, for the page; only people who work somewhere now or soon."""
    form = ParticipantSearchForm(request.GET)
    form.full_clean()
    found = []
    if form.cleaned_data["q"]:
        everybody = Participant.objects.visible_to(request.user).search(form.cleaned_data["q"])
        placed = Placement.objects.filter(participant__in=everybody).values("participant")
        found = list(everybody.filter(pk__in=placed).exclude(pk=participant.pk)[:MOST_FOUND])
        log_access(request, Action.SEARCH, found, "naam")
    return {"copy_form": form, "people_to_copy": found}
