"""Applications: who waits for a first day."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from privacy.services import Action, log_access


@require_safe
@permission_required("participants.change_participant", raise_exception=True)
def application_list(request: HttpRequest) -> HttpResponse:
    log_access(request, Action.SEARCH, [], "naam, aanmelding")
    return render(request, "participants/application_list.html")
