"""Documents about somebody, and to whom they were sent."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from participants.views.pages import get_participant, person_page


@require_safe
@permission_required("participants.view_participant", raise_exception=True)
def participant_documents(request: HttpRequest, key: str) -> HttpResponse:
    return person_page(request, "participants/participant_documents.html", get_participant(request, key), "documenten")
