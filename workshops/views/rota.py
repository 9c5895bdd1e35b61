"""Which coach is where in a week: the rota, who is away, who helps out, and how many places that leaves."""

from collections.abc import Callable
from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pluspunt.editing import edit_page, get_to_edit, tell_taken
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access
from workshops.forms.rota import DutyEndForm, DutyForm, LeaveForm, StandInForm, SupervisionForm
from workshops.models import DayPart, Duty, Leave, StandIn, Weekday, Workshop
from workshops.services.rota import (
    PlacesEffect,
    add_duties,
    add_leave,
    end_duty,
    example_of,
    places_effect,
    remove_duty,
    set_supervision,
    withdraw_leave,
)
from workshops.services.rota_board import rota_board, rota_cell
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.services.stand_ins import plan_stand_in, withdraw_stand_in
from workshops.views.pages import get_session

WEEK = timedelta(weeks=1)
FIRST_YEAR, LAST_YEAR = 2001, 2098
# For the example of a workshop that is not open yet.
DEFAULT_PLACES = 8


@require_safe
@permission_required("workshops.plan_placements", raise_exception=True)
def rota_week(request: HttpRequest, day: date | None = None) -> HttpResponse:
    today = timezone.localdate()
    day = day or today
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Http404("The weeks beside it have no address.")
    ensure_sessions(today + HORIZON)
    monday = day - timedelta(days=day.weekday())
    board = rota_board(Workshop.objects.visible_to(request.user).select_related("location", "host"), monday)
    volunteers = {person for _, cells in board.rows for cell in cells for person in cell.volunteers}
    log_access(request, Action.VIEW, list(volunteers), "naam, plaatsing als vakvrijwilliger")
    duties = Duty.objects.filter(Q(end_date__isnull=True) | Q(end_date__gte=today)).select_related("user", "workshop")
    context = {
        "board": board,
        "monday": monday,
        "previous_week": monday - WEEK,
        "next_week": monday + WEEK,
        "is_this_week": monday <= today < monday + WEEK,
        "today": today,
        "duties": duties.order_by("user__name", "user", "weekday", "-day_part", "start_date"),
        "leaves": Leave.objects.filter(end_date__gte=today).select_related("user").order_by("start_date", "user__name"),
    }
    return render(request, "workshops/rota_week.html", context)


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def duty_add(request: HttpRequest) -> HttpResponse:
    duty = Duty(start_date=timezone.localdate())
    form = DutyForm(request.POST if request.method == "POST" else None, instance=duty, initial=_asked(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            duties = add_duties(
                data["user"], data["workshop"], data["slots"], start=data["start_date"], end=data["end_date"]
            )
            count = len(duties)
            where = f"{count} {'dagdeel' if count == 1 else 'dagdelen'} bij {data['workshop']}"
            messages.success(request, f"{data['user'].name} staat in het rooster: {where}.")
            return redirect("rota_week")
    return render(request, "workshops/duty_add.html", {"form": form})


def _asked(request: HttpRequest) -> dict:
    """The workshop and day part from whose page one comes, when the address names them."""
    workshop, slot = request.GET.get("werkplaats", ""), request.GET.get("dagdeel", "")
    # At most nine digits, as in addresses: a larger number does not fit every database.
    is_number = workshop.isascii() and workshop.isdecimal() and len(workshop) <= 9
    found = Workshop.objects.filter(pk=workshop).first() if is_number else None
    slots = {f"{day.value}-{part.value}" for day in Weekday for part in DayPart}
    return {**({"workshop": found} if found else {}), **({"slots": [slot]} if slot in slots else {})}


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def duty_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Its last day, with what that does; one that has yet to begin can go altogether."""
    duty = get_object_or_404(Duty.objects.select_related("user", "workshop"), pk=pk)
    today = timezone.localdate()
    initial = {"last_day": max(today, duty.start_date)}
    is_removed = request.POST.get("step") == "remove"
    form = DutyEndForm(request.POST if request.method == "POST" and not is_removed else None, initial=initial)
    context = {"form": form, "duty": duty, "may_remove": duty.start_date >= today, "effect": None}
    if is_removed:
        try:
            remove_duty(duty)
            messages.success(request, "De dienst is weggehaald.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("rota_week")
    if request.method == "POST" and form.is_valid():
        change = _bound(end_duty, duty, last_day=form.cleaned_data["last_day"])
        context["effect"], is_done = _ask_or_do(request, form, change)
        if is_done:
            messages.success(request, f"De laatste dag van {duty.user.name} bij {duty.workshop} is bewaard.")
            return redirect("rota_week")
    return render(request, "workshops/duty_end.html", context)


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def leave_add(request: HttpRequest) -> HttpResponse:
    """A coach is away: which sessions lose places stands there before it is kept."""
    ensure_sessions(timezone.localdate() + HORIZON)
    leave = Leave(start_date=timezone.localdate(), end_date=timezone.localdate(), taken_by=request.user)
    form = LeaveForm(request.POST if request.method == "POST" else None, instance=leave)
    effect = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        change = _bound(
            add_leave,
            data["user"],
            start=data["start_date"],
            end=data["end_date"],
            day_part=data["day_part"],
            by=request.user,
        )
        effect, is_done = _ask_or_do(request, form, change)
        if is_done:
            messages.success(request, f"{data['user'].name} is vrij. De plekken zijn aangepast.")
            return redirect("rota_week", max(data["start_date"], timezone.localdate()))
    return render(request, "workshops/leave_add.html", {"form": form, "effect": effect})


@require_POST
@permission_required("workshops.plan_placements", raise_exception=True)
def leave_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    leave = Leave.objects.filter(pk=pk).select_related("user").first()
    try:
        if leave is None:
            raise ValidationError("Dit is al voorbij of al ingetrokken.")
        withdraw_leave(leave)
        messages.success(request, f"{leave.user.name} is er weer volgens het rooster.")
        return redirect("rota_week", max(leave.start_date, timezone.localdate()))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("rota_week")


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def stand_in_plan(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    """Who supervises in one session, and somebody to help out; also what that takes away elsewhere."""
    session = get_session(request, workshop_id, day, part)
    form = StandInForm(request.POST if request.method == "POST" else None, session=session)
    effect = None
    if request.method == "POST" and form.is_valid():
        user = form.cleaned_data["user"]
        effect, is_done = _ask_or_do(request, form, _bound(plan_stand_in, session, user), only_when_fewer=True)
        if is_done:
            messages.success(request, f"{user.name} valt in.")
            return redirect("stand_in_plan", workshop_id, day, part)
    cell = rota_cell(session.workshop, day, part)
    log_access(request, Action.VIEW, cell.volunteers, "naam, plaatsing als vakvrijwilliger")
    context = {
        "session": session,
        "cell": cell,
        "form": form,
        "effect": effect,
        "stand_ins": session.stand_ins.select_related("user"),
        "duties": session.workshop.duties.on(day).filter(weekday=day.isoweekday(), day_part=part),
        "monday": day - timedelta(days=day.weekday()),
        "back_url": reverse("rota_week", args=[day]),
    }
    return render(request, "workshops/stand_in_plan.html", context)


@require_POST
@permission_required("workshops.plan_placements", raise_exception=True)
def stand_in_withdraw(request: HttpRequest, workshop_id: int, day: date, part: str, pk: int) -> HttpResponse:
    session = get_session(request, workshop_id, day, part)
    found = StandIn.objects.filter(pk=pk, session=session).select_related("session", "user").first()
    try:
        if found is None:
            raise ValidationError("Dit is al teruggedraaid.")
        withdraw_stand_in(found)
        messages.success(request, f"{found.user.name} valt niet meer in.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("stand_in_plan", workshop_id, day, part)


@edit_page
@permission_required("workshops.plan_placements", raise_exception=True)
def supervision_edit(request: HttpRequest, workshop_id: int) -> HttpResponse:
    """The rule of a workshop, an example of what was typed, and what it does before it is kept."""
    workshop = get_to_edit(request, Workshop.objects.visible_to(request.user), pk=workshop_id)
    form = SupervisionForm(request.POST if request.method == "POST" else None, instance=workshop)
    effect = None
    if request.method == "POST" and form.is_valid():
        rule = {name: form.cleaned_data[name] for name in form.Meta.fields}
        effect, is_done = _ask_or_do(request, form, _bound(set_supervision, workshop, **rule))
        if is_done:
            messages.success(request, "De regel is bewaard. De plekken vanaf vandaag volgen.")
            tell_taken(request, form)
            return redirect("workshop_detail", workshop_id)
    context = {"form": form, "workshop": workshop, "effect": effect, "example": _example(form, workshop)}
    return render(request, "workshops/supervision_edit.html", context)


def _example(form: SupervisionForm, workshop: Workshop) -> dict | None:
    """What the rule means for this workshop, as it was typed or as it stands; `None` when it is not complete."""
    if form.is_bound and form.errors:
        return None
    rule = Workshop(**({name: form.cleaned_data[name] for name in form.Meta.fields} if form.is_bound else {}))
    if not form.is_bound:
        for name in form.Meta.fields:
            setattr(rule, name, getattr(workshop, name))
    largest = workshop.openings.on(timezone.localdate()).aggregate(largest=Max("capacity"))["largest"]
    capacity = largest or DEFAULT_PLACES
    return {"capacity": capacity, "lines": example_of(rule, capacity)} if rule.supervision else None


def _bound(service: Callable, *args, **kwargs) -> Callable[[], object]:
    return lambda: service(*args, **kwargs)


def _ask_or_do(
    request: HttpRequest, form: BaseForm, change: Callable[[], object], *, only_when_fewer: bool = False
) -> tuple[PlacesEffect | None, bool]:
    """What `change` does to the places, and whether it was done: after somebody confirmed that very effect.

    With `only_when_fewer` nobody is asked where no session loses places. What is refused stands on the form.
    """
    with refusals_on(form):
        with transaction.atomic():
            effect = places_effect(change)
            is_agreed = request.POST.get("effect") == effect.fingerprint or (only_when_fewer and not effect.fewer)
            if is_agreed:
                change()
        return effect, is_agreed
    return None, False
