"""Skilled volunteers: craft, certificate of conduct, hours and allowance."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from participants.views.pages import get_participant, person_page
from privacy.services import Action, log_access


@require_safe
@permission_required("participants.change_participant", raise_exception=True)
def volunteer_detail(request: HttpRequest, key: str) -> HttpResponse:
    return person_page(
        request, "participants/volunteer_detail.html", get_participant(request, key), "vak, VOG, uren, vergoeding"
    )


@require_safe
@permission_required("participants.change_participant", raise_exception=True)
def volunteer_list(request: HttpRequest) -> HttpResponse:
    log_access(request, Action.SEARCH, [], "naam, vak, VOG")
    return render(request, "participants/volunteer_list.html")
