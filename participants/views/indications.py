from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from participants.forms.indications import IndicationForm
from participants.models import Indication
from participants.views.pages import get_participant, person_page, row_page
from pluspunt.forms import form_page
from privacy.services import Action, log_access


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def indication_add(request: HttpRequest, key: str) -> HttpResponse:
    row = Indication(participant=get_participant(request, key))
    return row_page(request, IndicationForm, row, "participants/indication_add.html")


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def indication_edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    row = get_object_or_404(get_participant(request, key).indications, pk=pk)
    return row_page(request, IndicationForm, row, "participants/indication_edit.html")


@require_safe
@permission_required("participants.view_participant", raise_exception=True)
def participant_indications(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    indications = participant.indications.all()
    template = "participants/participant_indications.html"
    return person_page(request, template, participant, "indicaties", indications=indications)


@require_safe
@permission_required("participants.change_participant", raise_exception=True)
def indication_list(request: HttpRequest) -> HttpResponse:
    log_access(request, Action.SEARCH, [], "naam, indicatie")
    return render(request, "participants/indication_list.html")
