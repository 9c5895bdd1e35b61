"""People who stayed away without a word: called today."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from participants.models import Participant
from privacy.services import Action, log_access
from workshops.models import Attendance, Call
from workshops.services.calls import people_to_call, record_call
from workshops.views.pages import today_tabs


@require_safe
@permission_required("workshops.record_attendance", raise_exception=True)
def call_list(request: HttpRequest) -> HttpResponse:
    people = people_to_call(request.user, timezone.localdate())
    log_access(
        request, Action.VIEW, [each.participant for each in people], "bellen: telefoon, contact bij nood, aanwezigheid"
    )
    context = {
        "people": [each for each in people if not each.is_tried_today],
        "tried": [each for each in people if each.is_tried_today],
        "outcomes": Call.Outcome,
        **today_tabs(request),
    }
    return render(request, "workshops/call_list.html", context)


@require_POST
@permission_required("workshops.record_attendance", raise_exception=True)
def call_add(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of a call about the no-show `pk`, of somebody whom the signed-in user may see."""
    people = Participant.objects.visible_to(request.user)
    about = get_object_or_404(Attendance.objects.select_related("participant"), pk=pk, participant__in=people)
    person = about.participant
    try:
        with transaction.atomic():
            call = record_call(about, request.POST.get("outcome", ""), by=request.user)
            log_access(request, Action.ADD, [person], "telefoontje: uitkomst")
    except ValidationError as error:
        messages.error(request, f"{person.floor_name} is niet bijgewerkt. {' '.join(error.messages)}")
        log_access(request, Action.VIEW, [person], "naam")
    else:
        messages.success(request, f"{person.full_name}: {call.get_outcome_display()}.")
    return redirect("call_list")
