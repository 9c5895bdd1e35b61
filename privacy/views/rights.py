"""What somebody asks about their own facts: recorded from their page, followed, and answered in time."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from participants.models import Participant
from participants.views.pages import get_participant, person_page
from pluspunt.editing import edit_page, get_to_edit
from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import page_of
from privacy.forms.requests import CopyWishesForm, DecideForm, ExtendForm, RightsRequestForm
from privacy.models import RightsRequest
from privacy.services import Action, Ground, log_access
from privacy.services.requests import decide_request, extend_request, record_request, set_copy_wishes

KINDS = {"inzage": RightsRequest.Kind.ACCESS, "correctie": RightsRequest.Kind.CORRECTION}


@require_safe
@permission_required("privacy.handle_requests", raise_exception=True)
def rights_request_list(request: HttpRequest) -> HttpResponse:
    """What is open, the first term first, and what was answered."""
    people = ContentType.objects.get_for_model(Participant)
    requests = RightsRequest.objects.filter(content_type=people).select_related("decided_by")
    page = page_of(request, requests.exclude(state=RightsRequest.State.OPEN).order_by("-decided_on", "-pk"))
    opened = sorted(requests.open(), key=lambda each: (each.due_on, each.pk))
    known = Participant.objects.in_bulk([each.object_id for each in [*opened, *page]])
    for each in [*opened, *page]:
        each.person = known.get(each.object_id)
    log_access(request, Action.VIEW, known.values(), "naam, verzoeken", ground=Ground.REQUEST)
    return render(request, "privacy/rights_request_list.html", {"opened": opened, "page_obj": page})


@require_safe
@permission_required("privacy.handle_requests", raise_exception=True)
def participant_rights(request: HttpRequest, key: str) -> HttpResponse:
    """What somebody may ask about their facts, and what they asked."""
    participant = get_participant(request, key)
    requests = list(RightsRequest.objects.about(participant).select_related("decided_by"))
    context = {
        "opened": [each for each in requests if each.is_open],
        "closed": [each for each in requests if not each.is_open],
    }
    return person_page(request, "privacy/participant_rights.html", participant, "verzoeken", **context)


@form_page
@permission_required("privacy.handle_requests", raise_exception=True)
def rights_request_add(request: HttpRequest, key: str) -> HttpResponse:
    """The address says what is asked: `?wat=inzage` or `?wat=correctie`."""
    participant = get_participant(request, key)
    kind = KINDS.get(request.GET.get("wat", "inzage"))
    if kind is None:
        raise Http404("Kies inzage of correctie.")
    about = {"content_type": ContentType.objects.get_for_model(participant), "object_id": participant.pk}
    row = RightsRequest(kind=kind, recorded_by=request.user, **about)
    form = RightsRequestForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            asked = record_request(form.instance, by=request.user)
            log_access(request, Action.ADD, [participant], str(asked), ground=Ground.REQUEST)
            messages.success(request, "Het verzoek is vastgelegd.")
            return redirect("rights_request_detail", participant.key, asked.pk)
    log_access(request, Action.VIEW, [participant], "naam", ground=Ground.REQUEST)
    context = {"participant": participant, "form": form, "kind": kind}
    return render(request, "privacy/rights_request_add.html", context)


@edit_page
@permission_required("privacy.handle_requests", raise_exception=True)
def rights_request_detail(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """One request: its term, the copies that were made for it, and what the next one leaves out."""
    participant = get_participant(request, key)
    asked = get_to_edit(request, RightsRequest.objects.about(participant), pk=pk)
    form = CopyWishesForm(request.POST if request.method == "POST" else None, instance=asked)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            set_copy_wishes(asked, **{name: form.cleaned_data[name] for name in ("names_staff", "masked_words")})
            log_access(request, Action.CHANGE, [participant], str(asked), ground=Ground.REQUEST)
            messages.success(request, "Bewaard. Maak nu een nieuw afschrift.")
            return redirect("rights_request_detail", participant.key, asked.pk)
    log_access(request, Action.VIEW, [participant], f"naam, {asked}", ground=Ground.REQUEST)
    context = {"participant": participant, "asked": asked, "form": form, **copies_of(asked)}
    template = "privacy/_copies.html" if request.htmx else "privacy/rights_request_detail.html"
    return render(request, template, context)


@form_page
@permission_required("privacy.handle_requests", raise_exception=True)
def rights_request_extend(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Two months more, for a reason (AVG art. 12 lid 3)."""
    participant, asked = _request_of(request, key, pk)
    form = ExtendForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            extend_request(asked, form.cleaned_data["because"], by=request.user)
            return _done(request, participant, asked, "Uitgesteld. Vertel de persoon waarom, en tot wanneer.")
    return _form_about(request, "privacy/rights_request_extend.html", participant, asked, form)


@form_page
@permission_required("privacy.handle_requests", raise_exception=True)
def rights_request_decide(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Handed over or put right, refused or withdrawn; afterwards the request is closed."""
    participant, asked = _request_of(request, key, pk)
    form = DecideForm(request.POST if request.method == "POST" else None, asked=asked)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            decide_request(asked, **form.cleaned_data, by=request.user)
            return _done(request, participant, asked, "Het verzoek is afgehandeld.")
    return _form_about(request, "privacy/rights_request_decide.html", participant, asked, form)


def _request_of(request: HttpRequest, key: str, pk: int) -> tuple[Participant, RightsRequest]:
    """Somebody whom the signed-in user may see, and a request of theirs (404)."""
    participant = get_participant(request, key)
    return participant, get_object_or_404(RightsRequest.objects.about(participant), pk=pk)


def _done(request: HttpRequest, participant: Participant, asked: RightsRequest, sentence: str) -> HttpResponse:
    log_access(request, Action.CHANGE, [participant], str(asked), ground=Ground.REQUEST)
    messages.success(request, sentence)
    return redirect("rights_request_detail", participant.key, asked.pk)


def _form_about(
    request: HttpRequest, template: str, participant: Participant, asked: RightsRequest, form
) -> HttpResponse:
    log_access(request, Action.VIEW, [participant], f"naam, {asked}", ground=Ground.REQUEST)
    return render(request, template, {"participant": participant, "asked": asked, "form": form})


def copies_of(asked: RightsRequest) -> dict:
    """The copies of a request for its page: the newest, the earlier ones, and the names to read in the newest."""
    copies = list(asked.copies.without_content().select_related("asked_by"))
    newest = copies[0] if copies else None
    names = []
    if newest and newest.has_content and asked.is_open:
        names = asked.copies.get(pk=newest.pk).names_to_read
    return {"newest": newest, "earlier": copies[1:], "names": names, "is_going_on": bool(newest and newest.is_waiting)}
