from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from participants.forms.around import PractitionerForm
from participants.models import Practitioner
from participants.views.pages import get_participant, person_page, row_page
from pluspunt.forms import form_page


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def practitioner_add(request: HttpRequest, key: str) -> HttpResponse:
    row = Practitioner(participant=get_participant(request, key))
    return row_page(request, PractitionerForm, row, "participants/practitioner_add.html")


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def practitioner_edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    row = get_object_or_404(get_participant(request, key).practitioners, pk=pk)
    return row_page(request, PractitionerForm, row, "participants/practitioner_edit.html")


@require_safe
@permission_required("participants.view_participant", raise_exception=True)
def participant_around(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    practitioners = participant.practitioners.select_related("organisation")
    template = "participants/participant_around.html"
    return person_page(request, template, participant, "mensen eromheen", practitioners=practitioners)
