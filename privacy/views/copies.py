"""The copy of everything about somebody: asked for, and taken home when the worker has made it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import recent_sign_in_required
from participants.models import Participant
from participants.views.pages import get_participant
from privacy.models import PersonalCopy, RightsRequest
from privacy.services import Action, Ground, log_access
from privacy.services.copies import request_copy

WHAT = "afschrift van alle gegevens"


@require_POST
@permission_required("privacy.handle_requests", raise_exception=True)
@recent_sign_in_required
def rights_copy_make(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Let the worker make a copy; the page looks by itself whether it is ready."""
    participant = get_participant(request, key)
    asked = get_object_or_404(RightsRequest.objects.about(participant), pk=pk)
    log_access(request, Action.EXPORT, [participant], f"{WHAT}: aangevraagd", ground=Ground.REQUEST)
    try:
        request_copy(asked, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Het afschrift wordt gemaakt. Dat kan een paar minuten duren.")
    return redirect("rights_request_detail", participant.key, asked.pk)


@require_safe
@permission_required("privacy.handle_requests", raise_exception=True)
@recent_sign_in_required
def rights_copy_pdf(request: HttpRequest, key: str, pk: int, copy: int) -> HttpResponse:
    participant, made = _copy_of(request, key, pk, copy)
    log_access(request, Action.EXPORT, [participant], f"{WHAT}: pdf", ground=Ground.REQUEST)
    return _file(made, "pdf", "application/pdf")


@require_safe
@permission_required("privacy.handle_requests", raise_exception=True)
@recent_sign_in_required
def rights_copy_download(request: HttpRequest, key: str, pk: int, copy: int) -> HttpResponse:
    participant, made = _copy_of(request, key, pk, copy)
    log_access(request, Action.EXPORT, [participant], f"{WHAT}: bestand", ground=Ground.REQUEST)
    return _file(made, "json", "application/json")


def _copy_of(request: HttpRequest, key: str, pk: int, copy: int) -> tuple[Participant, PersonalCopy]:
    """A copy that is made and still there (404)."""
    participant = get_participant(request, key)
    asked = get_object_or_404(RightsRequest.objects.about(participant), pk=pk)
    return participant, get_object_or_404(asked.copies.with_content(timezone.now()), pk=copy)


def _file(copy: PersonalCopy, kind: str, content_type: str) -> HttpResponse:
    """The bytes as a download, under a name that says nothing about anybody."""
    name = f"inzage-{timezone.localdate(copy.asked_at):%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(copy.read_bytes(kind), content_type=content_type, headers=headers)
