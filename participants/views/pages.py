"""What the pages about one person share."""

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from participants.models import Participant
from participants.services.people import save_row
from pluspunt.forms import refusals_on
from privacy.services import Action, log_access


def get_participant(request: HttpRequest, key: str) -> Participant:
    """Somebody whom the signed-in user may see; nobody else exists for them."""
    return get_object_or_404(Participant.objects.visible_to(request.user), key=key)


def row_page(request: HttpRequest, form_class: type, row: Model, template: str) -> HttpResponse:
    """The form of one row of one person, new or known."""
    participant, is_new = row.participant, row.pk is None
    form = form_class(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_row(form.instance, by=request.user)
            return saved(request, Action.ADD if is_new else Action.CHANGE, participant, form)
    log_access(request, Action.VIEW, [participant], "naam" if is_new else row._meta.verbose_name)
    return render(request, template, {"form": form, "participant": participant})


def saved(request: HttpRequest, action: Action, participant: Participant, form) -> HttpResponse:
    log_access(request, action, [participant], names_of(form.changed_data))
    messages.success(request, "Dat is bewaard.")
    return redirect("participant_detail", participant.key)


def names_of(fields: list[str]) -> str:
    return ", ".join(fields)[:200]


def done(
    request: HttpRequest, participant: Participant, what: str, sentence: str, action: Action = Action.CHANGE
) -> HttpResponse:
    log_access(request, action, [participant], what)
    messages.success(request, sentence)
    return redirect("participant_detail", participant.key)


def person_page(request: HttpRequest, template: str, participant: Participant, data: str, **context) -> HttpResponse:
    """A page under the tabs of one person; `data` names for the access log what it shows."""
    log_access(request, Action.VIEW, [participant], data)
    context |= {
        "participant": participant,
        "may_edit": request.user.has_perm("participants.change_participant"),
        "may_guide": request.user.has_perm("participants.guide_participant"),
        "may_place": request.user.has_perm("workshops.plan_placements"),
    }
    return render(request, template, context)
