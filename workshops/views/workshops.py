"""The work of a coordinator: where there are places in a week, and who is in them."""

from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pluspunt.pdf import pdf_response, render_pdf_on_one_page
from privacy.services import Action, log_access
from workshops.forms.week import WeekForm
from workshops.models import DayPart, Workshop
from workshops.services.board import Board, slot_cell, week_board
from workshops.services.one_offs import one_offs_of
from workshops.services.slot_people import slot_people

WEEK = timedelta(weeks=1)
FIRST_YEAR, LAST_YEAR = 2001, 2098
PAPERS = {"a3": "A3", "a4": "A4"}
# Of the letters on paper, from large to small (static/print/week_board.css): some thirteen workshops more, one less.
SIZES = ("large", "normal", "small", "tiny")


@require_safe
@permission_required("workshops.plan_placements", raise_exception=True)
def workshop_week(request: HttpRequest, day: date | None = None) -> HttpResponse:
    """The board of a week: of all days or of one (`day`), what is planned or (`show`) who came."""
    today = timezone.localdate()
    form = WeekForm(request.GET)
    if not form.is_valid():
        messages.error(request, "Deze week is er niet. Kies een andere dag.")
        return redirect("workshop_week")
    if form.cleaned_data["go_to"]:
        return redirect("workshop_week", _monday(form.cleaned_data["go_to"]))
    monday = _monday(day or today)
    only = form.cleaned_data["day"]
    board = week_board(_workshops(request), monday, only=only if only and _monday(only) == monday else None)
    return render(request, "workshops/workshop_week.html", week_context(board, monday, form.cleaned_data["show"]))


def week_context(board: Board, monday: date, show: str) -> dict:
    """What the page of a week shows beside the board itself."""
    today = timezone.localdate()
    shows_attended = monday <= today and show == WeekForm.ATTENDED
    return {
        "board": board,
        "monday": monday,
        "today": today,
        "previous_week": monday - WEEK,
        "next_week": monday + WEEK,
        "is_this_week": monday == _monday(today),
        "has_begun": monday <= today,
        "shows_attended": shows_attended,
        "keeps": f"?show={WeekForm.ATTENDED}" if shows_attended else "",  # for what leads to another week
        "now": _now(board, today),
    }


@require_safe
@permission_required("workshops.plan_placements", raise_exception=True)
def week_board_pdf(request: HttpRequest, day: date) -> HttpResponse:
    """The board on one page, without names: what is planned or (`show`) who came; `?papier=a3` for on the wall.

    The more workshops, the smaller the letters: some forty still fit on A4, and twice as many on A3.
    """
    monday = _monday(day)
    paper = PAPERS.get(request.GET.get("papier", "").lower(), "A4")
    board = week_board(_workshops(request), monday)
    context = week_context(board, monday, request.GET.get("show", ""))
    context |= {"paper": paper, "document_date": timezone.localdate()}
    sizes = SIZES[min(len(board.rows) // 13, 3) :]
    content = render_pdf_on_one_page("workshops/print/week_board.html", context, sizes)
    return pdf_response(content, f"week-{monday:%G-%V}-{paper.lower()}.pdf")


@require_safe
@permission_required("workshops.plan_placements", raise_exception=True)
def workshop_slot(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    workshop = get_object_or_404(_workshops(request), pk=workshop_id)
    monday = _monday(day)
    session = workshop.sessions.filter(date=day, day_part=part).first()
    people = slot_people(workshop, day, part, session, one_offs_of(session) if session else [])
    log_access(request, Action.VIEW, people.seen, "naam, plaatsing, aanwezigheid")
    context = {
        "workshop": workshop,
        "day": day,
        "part": part,
        "cell": slot_cell(workshop, day, part),
        "people": people,
        "session": session,
        "one_offs": people.one_offs,
        "monday": monday,
    }
    return render(request, "workshops/workshop_slot.html", context)


def _workshops(request: HttpRequest) -> QuerySet[Workshop]:
    return Workshop.objects.visible_to(request.user).select_related("location", "host")


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
