"""People of a session that does not go on, or has too few places: elsewhere for one time."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from participants.views.pages import get_participant
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access
from workshops.forms.replanning import ReplanForm
from workshops.models import OneOff, Session
from workshops.services.one_offs import one_offs_of, withdraw_one_off
from workshops.services.replanning import LATER, people_to_move, propose, replan
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.views.pages import get_session, register_url


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def session_replan(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    """Everybody as it stands on the page, or, with `only`, one person: what was chosen for the others stays chosen."""
    ensure_sessions(timezone.localdate() + HORIZON)
    session = get_session(request, workshop_id, day, part)
    proposal = propose(session)
    form = ReplanForm(request.POST if request.method == "POST" else None, replan=proposal, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        only = request.POST.get("only")
        choices = form.choices if only is None else {only: form.choices.get(only, LATER)}
        with refusals_on(form), transaction.atomic():
            one_offs = _replan(request, session, choices)
            return _after(request, session, form, one_offs)
        form = _asked_again(request, session, form)
    one_offs = one_offs_of(session)
    people = [each.participant for each in (*form.replan.lines, *form.replan.volunteers, *one_offs)]
    log_access(request, Action.VIEW, dict.fromkeys(people), "naam, plaatsing, indicatie, wachtlijst")
    context = {
        "session": session,
        "form": form,
        "replan": form.replan,
        "to_move": people_to_move(session),
        "one_offs": one_offs,
        "register_url": register_url(session),
        "is_over": session.is_over,
    }
    return render(request, "workshops/session_replan.html", context)


def _replan(request: HttpRequest, session: Session, choices: dict[str, str]) -> list[OneOff]:
    one_offs = replan(session, choices, by=request.user)
    if not one_offs:
        raise ValidationError("Kies eerst voor iemand waar die heen gaat, of ‘komt die keer niet’.")
    log_access(request, Action.CHANGE, [each.participant for each in one_offs], "voor één keer ergens anders")
    return one_offs


def _asked_again(request: HttpRequest, session: Session, refused: ReplanForm) -> ReplanForm:
    """The form with what was chosen, what was refused, and the places as they are by now."""
    form = ReplanForm(request.POST, replan=propose(session))
    form.is_valid()
    for name, errors in refused.errors.items():
        if name not in form.errors:
            form.add_error(name if name in form.fields else None, list(errors))
    return form


def _after(request: HttpRequest, session: Session, form: ReplanForm, one_offs: list[OneOff]) -> HttpResponse:
    going = sum(each.comes_to is not None for each in one_offs)
    home = len(one_offs) - going
    said = [
        f"{going} {'persoon is' if going == 1 else 'mensen zijn'} ergens anders gepland." if going else "",
        f"{home} {'persoon komt' if home == 1 else 'mensen komen'} die keer niet." if home else "",
    ]
    messages.success(request, " ".join(sentence for sentence in said if sentence))
    if "only" not in request.POST or not people_to_move(session):
        return redirect(register_url(session))
    planned = {each.participant.key for each in one_offs}
    differing = {key: value for key, value in form.differing().items() if key not in planned}
    address = reverse("session_replan", args=[session.workshop_id, session.date, session.day_part])
    return redirect(f"{address}?{urlencode(differing)}" if differing else address)


@require_POST
@permission_required("workshops.plan_placements", raise_exception=True)
def one_off_withdraw(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    one_off, back = get_object_or_404(participant.one_offs, pk=pk), request.POST.get("back", "")
    try:
        withdraw_one_off(one_off, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        log_access(request, Action.VIEW, [participant], "voor één keer ergens anders")
    else:
        messages.success(request, f"{participant.full_name}: dat is teruggedraaid.")
        log_access(request, Action.CHANGE, [participant], "voor één keer ergens anders: teruggedraaid")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back) if is_ours else redirect("participant_detail", participant.key)
