"""Measuring together on a tablet: the choice, one statement per screen, and thanks."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from impact.charts.growth import growth_picture
from impact.figures.own_growth import own_growth
from impact.forms.measuring import NO_ANSWER, SCALE, AnswerForm, CardForm, ChoiceForm, RaterForm, TakeBackForm
from impact.models import Measurement, Rater, Statement
from impact.services.measuring import (
    Step,
    answer_statement,
    choice_of,
    discard_measurement,
    finish_measurement,
    record_choice,
    start_measurement,
    steps_of,
    withdraw_measurement,
)
from impact.services.micro import next_card, record_card
from participants.models import ConsentPurpose, ConsentText, Participant
from participants.views.pages import done, get_participant
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access

TAB = "participant_growth"


@form_page
@permission_required("participants.guide_participant", raise_exception=True)
def measurement_choose(request: HttpRequest, key: str) -> HttpResponse:
    """Whether somebody takes part; asked before the first measurement, and changed whenever they want."""
    participant = get_participant(request, key)
    form = ChoiceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            record_choice(participant, form.cleaned_data["takes_part"], by=request.user)
            said = "doet mee" if form.cleaned_data["takes_part"] else "doet niet mee"
            return done(request, participant, "keuze over meten", f"Vastgelegd: {participant.nickname} {said}.", to=TAB)
    log_access(request, Action.VIEW, [participant], "naam, keuze over meten")
    context = {
        "form": form,
        "participant": participant,
        "choice": choice_of(participant),
        "text": ConsentText.objects.newest(ConsentPurpose.MEASURE, timezone.localdate()),
    }
    return render(request, "impact/measurement_choose.html", context)


@require_POST
@permission_required("participants.guide_participant", raise_exception=True)
def measurement_start(request: HttpRequest, key: str) -> HttpResponse:
    """Begin, or go on with what was begun."""
    participant = get_participant(request, key)
    form = RaterForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Kies wie er antwoordt.")
        return redirect(TAB, participant.key)
    try:
        measurement = start_measurement(participant, form.cleaned_data["rater"], by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(TAB, participant.key)
    log_access(request, Action.ADD, [participant], "meting")
    return redirect("measurement_answer", participant.key, measurement.pk)


@form_page
@permission_required("participants.guide_participant", raise_exception=True)
def measurement_answer(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """One statement on the screen (`?stap=4`, or the first that is open); a tap saves and goes on."""
    participant, measurement = _get(request, key, pk)
    if measurement.is_finished:
        return redirect("measurement_thanks", participant.key, pk)
    steps = steps_of(measurement)
    form = AnswerForm(request.POST if request.method == "POST" else None, statements=[step.statement for step in steps])
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            answer_statement(measurement, **form.cleaned_data)
            log_access(request, Action.CHANGE, [participant], "antwoord op een stelling")
            return redirect(_after(participant, measurement, steps, form.cleaned_data["statement"]))
    step = _step(request, steps)
    if step is None:
        return redirect("measurement_finish", participant.key, pk)
    log_access(request, Action.VIEW, [participant], "meting")
    context = {
        "form": form,
        "participant": participant,
        "measurement": measurement,
        "step": step,
        "count": len(steps),
        "said": step.statement.text_for(measurement.rater),
        **_faces(step.value if step.is_answered else ""),
        "has_next": step.is_answered,
    }
    return render(request, "impact/measurement_answer.html", context)


@form_page
@permission_required("participants.guide_participant", raise_exception=True)
def measurement_finish(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """The last screen: everything has been asked; look back, or hand it in."""
    participant, measurement = _get(request, key, pk)
    steps = steps_of(measurement)
    if not measurement.is_finished and not all(step.is_answered for step in steps):
        return redirect("measurement_answer", participant.key, pk)
    if request.method == "POST":
        try:
            finish_measurement(measurement, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(TAB, participant.key)
        log_access(request, Action.CHANGE, [participant], "meting, scores")
        return redirect("measurement_thanks", participant.key, pk)
    if measurement.is_finished:
        return redirect("measurement_thanks", participant.key, pk)
    log_access(request, Action.VIEW, [participant], "meting")
    known = sum(step.value is not None for step in steps)
    context = {"participant": participant, "measurement": measurement, "steps": steps, "known": known}
    return render(request, "impact/measurement_finish.html", context)


@require_safe
@permission_required("participants.guide_participant", raise_exception=True)
def measurement_thanks(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Thanks, with the picture of who answered."""
    participant, measurement = _get(request, key, pk)
    if not measurement.is_finished:
        return redirect("measurement_answer", participant.key, pk)
    log_access(request, Action.VIEW, [participant], "meting, groei")
    picture = growth_picture(own_growth(participant)[measurement.rater])
    context = {"participant": participant, "measurement": measurement, "picture": picture}
    return render(request, "impact/measurement_thanks.html", context)


@require_POST
@permission_required("participants.guide_participant", raise_exception=True)
def measurement_discard(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant, measurement = _get(request, key, pk)
    if discard_measurement(measurement, by=request.user):
        return done(request, participant, "meting", "De meting die begonnen was, is weg.", to=TAB)
    messages.error(request, "Deze meting is al klaar en blijft staan.")
    return redirect(TAB, participant.key)


@form_page
@permission_required("participants.guide_participant", raise_exception=True)
def measurement_withdraw(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Take back a measurement that is finished, and say why."""
    participant, measurement = _get(request, key, pk)
    if not measurement.is_finished:
        return redirect("measurement_answer", participant.key, pk)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        withdraw_measurement(measurement, reason=form.cleaned_data["reason"], by=request.user)
        return done(request, participant, "meting ingetrokken", "De meting is ingetrokken en telt niet meer.", to=TAB)
    log_access(request, Action.VIEW, [participant], "naam, meting")
    context = {"form": form, "participant": participant, "measurement": measurement}
    return render(request, "impact/measurement_withdraw.html", context)


@form_page
@permission_required("participants.guide_participant", raise_exception=True)
def card_add(request: HttpRequest, key: str) -> HttpResponse:
    """One card in passing; afterwards back to where somebody came from."""
    participant = get_participant(request, key)
    form = CardForm(request.POST if request.method == "POST" else None, statements=_asked_today())
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            record_card(participant, **form.cleaned_data, by=request.user)
            return done(request, participant, "kaartje", "Dank je wel. Het kaartje is bewaard.", Action.ADD, to=TAB)
    log_access(request, Action.VIEW, [participant], "naam, kaartje")
    context = {
        "form": form,
        "participant": participant,
        "statement": next_card(participant),
        "choice": choice_of(participant),
        "key": uuid4(),
        **_faces(""),
    }
    return render(request, "impact/card_add.html", context)


def _get(request: HttpRequest, key: str, pk: int) -> tuple[Participant, Measurement]:
    participant = get_participant(request, key)
    return participant, get_object_or_404(participant.measurements, pk=pk)


def _step(request: HttpRequest, steps: list[Step]) -> Step | None:
    """The screen that the address asks for, else the first that is open; `None` when all have been."""
    wanted = request.GET.get("stap", "")
    if wanted.isdecimal() and len(wanted) < 4 and 1 <= int(wanted) <= len(steps):
        return steps[int(wanted) - 1]
    return next((step for step in steps if not step.is_answered), None)


def _after(participant: Participant, measurement: Measurement, steps: list[Step], statement) -> str:
    """The screen after the one that was answered; behind the last one whatever is still open."""
    number = next(step.number for step in steps if step.statement == statement)
    address = reverse("measurement_answer", args=[participant.key, measurement.pk])
    return f"{address}?stap={number + 1}" if number < len(steps) else address


def _faces(chosen: int | str | None) -> dict:
    """The five answers and the one that is none; `chosen` is "" when nothing was answered."""
    return {
        "faces": [(value, words, value == chosen) for value, words in SCALE],
        "no_answer": NO_ANSWER,
        "is_no_answer": chosen is None,
        "self_rater": Rater.SELF,
    }


def _asked_today() -> list[Statement]:
    return list(Statement.objects.asked_on(timezone.localdate()))
