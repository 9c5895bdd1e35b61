"""Goals, reviews and notes."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from participants.views.pages import get_participant, person_page
from privacy.services import Action, log_access


@require_safe
@permission_required("participants.guide_participant", raise_exception=True)
def participant_guidance(request: HttpRequest, key: str) -> HttpResponse:
    return person_page(
        request, "participants/participant_guidance.html", get_participant(request, key), "doelen, notities"
    )


@require_safe
@permission_required("participants.guide_participant", raise_exception=True)
def review_list(request: HttpRequest) -> HttpResponse:
    log_access(request, Action.SEARCH, [], "naam, doel, evaluatie")
    return render(request, "participants/review_list.html")
