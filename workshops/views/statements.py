"""What may be claimed of a closed month: as it is now, and as it was set down."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import recent_sign_in_required
from participants.models import Participant
from pluspunt.lists import page_of
from pluspunt.pdf import pdf_response, render_pdf
from privacy.services import Action, log_access
from workshops.forms.statements import StatementFilterForm
from workshops.models import ClosedMonth, MonthStatement, StatementLine
from workshops.services.months import why_not_closable
from workshops.services.statement_figures import cut_per_reason, total_of, totals_per_product
from workshops.services.statement_xlsx import EXPLANATION, statement_xlsx, title_of
from workshops.services.statements import NOW, make_statement, overview_of_statement

DATA = "maandoverzicht: indicatie, geleverde en te declareren dagdelen"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@permission_required("workshops.close_months", raise_exception=True)
def month_statement(request: HttpRequest, day: date) -> HttpResponse:
    """The version that was asked for (`?versie=2`, `nu` as it is now), else the newest, with what changed since."""
    month = day.replace(day=1)
    closed = ClosedMonth.objects.filter(month=month).first()
    if closed is None:
        context = {"month": month, "closed": None, "problem": why_not_closable(month)}
        return render(request, "workshops/month_statement.html", context)
    try:
        overview = overview_of_statement(closed, request.GET.get("versie", ""))
    except MonthStatement.DoesNotExist:
        raise Http404 from None
    version = str(overview.shown.version) if overview.shown else NOW
    form = StatementFilterForm(request.GET or None, lines=overview.lines, version=version)
    lines = form.chosen_lines() if form.is_bound else overview.lines
    page = page_of(request, lines)
    named = [*page, *(change.line for change in [*overview.since, *overview.changed])]
    log_access(request, Action.VIEW, {line.participant for line in named}, DATA)
    context = {"month": month, "closed": closed, "overview": overview, "form": form, "page_obj": page}
    return render(request, "workshops/month_statement.html", {**context, **_figures(lines)})


def _figures(lines: list[StatementLine]) -> dict:
    """What the page and the PDF say about their lines."""
    return {
        "total": total_of(lines),
        "totals": totals_per_product(lines),
        "reasons": cut_per_reason(lines),
        "explanation": EXPLANATION,
    }


@require_POST
@permission_required("workshops.close_months", raise_exception=True)
def month_statement_make(request: HttpRequest, day: date) -> HttpResponse:
    """Set down the next version."""
    month = day.replace(day=1)
    try:
        statement = make_statement(month, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("month_statement", month)
    people = {line.participant for line in statement.lines.select_related("participant")}
    log_access(request, Action.ADD, people, DATA)
    messages.success(request, f"Versie {statement.version} van {date_format(month, 'F Y')} ligt vast.")
    return redirect("month_statement", month)


@require_safe
@permission_required("workshops.close_months", raise_exception=True)
@recent_sign_in_required
def month_statement_xlsx(request: HttpRequest, day: date, version: int) -> HttpResponse:
    statement = _get_statement(day, version)
    log_access(request, Action.EXPORT, _people_in(statement), DATA)
    response = HttpResponse(statement_xlsx(statement), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{_filename(statement)}.xlsx"'
    return response


@require_safe
@permission_required("workshops.close_months", raise_exception=True)
@recent_sign_in_required
def month_statement_pdf(request: HttpRequest, day: date, version: int) -> HttpResponse:
    statement = _get_statement(day, version)
    log_access(request, Action.PRINT, _people_in(statement), DATA)
    lines = list(statement.lines_in_order())
    context = {
        "statement": statement,
        "title": title_of(statement),
        "lines": lines,
        **_figures(lines),
        # The day on which it was set down, whatever day it is printed.
        "document_date": timezone.localdate(statement.made_at),
    }
    return pdf_response(render_pdf("workshops/print/month_statement.html", context), f"{_filename(statement)}.pdf")


def _get_statement(day: date, version: int) -> MonthStatement:
    statements = MonthStatement.objects.select_related("month")
    return get_object_or_404(statements, month__month=day.replace(day=1), version=version)


def _people_in(statement: MonthStatement) -> set[Participant]:
    return {line.participant for line in statement.lines.select_related("participant")}


def _filename(statement: MonthStatement) -> str:
    return f"maandoverzicht-{statement.month.month:%Y-%m}-versie-{statement.version}"
