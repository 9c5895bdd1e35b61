"""The work of a coordinator: where there are places in a week, and who is in them."""

from datetime import date, timedelta

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from participants.models import Participant, Trajectory
from privacy.services import Action, log_access
from workshops.models import DayPart, Workshop
from workshops.services.board import Board, slot_cell, week_board
from workshops.services.placements import slot_people

WEEK = timedelta(weeks=1)
FIRST_YEAR, LAST_YEAR = 2001, 2098


@require_safe
@permission_required("workshops.plan_placements", raise_exception=True)
def workshop_week(request: HttpRequest, day: date | None = None) -> HttpResponse:
    today = timezone.localdate()
    monday = _monday(day or today)
    workshops = Workshop.objects.visible_to(request.user).select_related("location", "host")
    board = week_board(workshops, monday)
    running = Participant.objects.filter(trajectories__in=Trajectory.objects.on(today)).distinct()
    context = {
        "board": board,
        "monday": monday,
        "previous_week": monday - WEEK,
        "next_week": monday + WEEK,
        "is_this_week": monday == _monday(today),
        "now": _now(board, today),
        "expiring": running.needing("indicatie", today).count(),
        "unplaced": running.needing("plek", today).count(),
    }
    return render(request, "workshops/workshop_week.html", context)


@require_safe
@permission_required("workshops.plan_placements", raise_exception=True)
def workshop_slot(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    workshops = Workshop.objects.visible_to(request.user).select_related("location")
    workshop = get_object_or_404(workshops, pk=workshop_id)
    monday = _monday(day)
    people = slot_people(workshop, day, part)
    log_access(request, Action.VIEW, [p.participant for p in people], "naam, plaatsing")
    context = {
        "workshop": workshop,
        "day": day,
        "part": part,
        "cell": slot_cell(workshop, day, part),
        "participants": [p for p in people if not p.trajectory.is_volunteer],
        "volunteers": [p for p in people if p.trajectory.is_volunteer],
        "monday": monday,
    }
    return render(request, "workshops/workshop_slot.html", context)


def _monday(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Http404("The weeks beside it have no address.")
    return day - timedelta(days=day.weekday())


def _now(board: Board, today: date):
    """The column total of this day part, when the board shows it and something is open."""
    part = DayPart.at(timezone.now())
    for total in board.totals:
        if (total.column.day, total.column.day_part) == (today, part) and total.is_open:
            return total
    return None
