"""What the pages about one person share."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from participants.models import Participant
from participants.services.people import lock_participant, save_row
from pluspunt.editing import tell_taken
from pluspunt.forms import refusals_on
from pluspunt.middleware import MovedError
from privacy.services import Action, log_access


def get_participant(request: HttpRequest, key: str) -> Participant:
    """Somebody whom the signed-in user may see; nobody else exists for them.

    The page of a record that was merged leads on to the same page of the person who was kept.
    """
    visible = Participant.objects.visible_to(request.user)
    participant = visible.filter(key=key).first()
    if participant is None:
        kept = get_object_or_404(visible, merged_records__former_key=key)
        raise MovedError(_address_with(request, key, kept.key))
    return participant


def _address_with(request: HttpRequest, key: str, kept: str) -> str:
    page = request.resolver_match
    kwargs = {name: kept if value == key else value for name, value in page.kwargs.items()}
    address, asked = reverse(page.view_name, kwargs=kwargs), request.META.get("QUERY_STRING")
    return f"{address}?{asked}" if asked else address


def lock_row(row: Model) -> Model:
    """The row of one person as it stands now, after waiting for whoever is changing that person (404 when it is gone).

    For a form about `row` that was posted, in a transaction; it holds until the transaction ends.
    """
    try:
        participant = lock_participant(row.participant_id)
    except Participant.DoesNotExist:
        raise Http404("Somebody merged this person meanwhile.") from None
    if row.pk is not None:
        row = get_object_or_404(type(row), pk=row.pk, participant=participant)
    row.participant = participant
    return row


def row_page(
    request: HttpRequest, form_class: type, row: Model, template: str, to: str = "participant_detail"
) -> HttpResponse:
    """The form of one row of one person, new or known; afterwards the page `to` of that person.

    What is posted is compared with the row and saved under one lock (`pluspunt.editing`).
    """
    if request.method != "POST":
        return _row_page(request, form_class, row, template, to)
    with transaction.atomic():
        return _row_page(request, form_class, lock_row(row), template, to)


def _row_page(request: HttpRequest, form_class: type, row: Model, template: str, to: str) -> HttpResponse:
    participant, is_new = row.participant, row.pk is None
    form = form_class(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_row(form.instance, by=request.user)
            return saved(request, Action.ADD if is_new else Action.CHANGE, participant, form, to)
    log_access(request, Action.VIEW, [participant], "naam" if is_new else row._meta.verbose_name)
    return render(request, template, {"form": form, "participant": participant})


def saved(
    request: HttpRequest, action: Action, participant: Participant, form, to: str = "participant_detail"
) -> HttpResponse:
    log_access(request, action, [participant], names_of(form.changed_data))
    messages.success(request, "Dat is bewaard.")
    tell_taken(request, form)
    return redirect(to, participant.key)


def names_of(fields: list[str]) -> str:
    return ", ".join(fields)[:200]


def done(
    request: HttpRequest,
    participant: Participant,
    what: str,
    sentence: str,
    action: Action = Action.CHANGE,
    *,
    to: str = "participant_detail",
) -> HttpResponse:
    log_access(request, action, [participant], what)
    messages.success(request, sentence)
    return redirect(to, participant.key)


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
