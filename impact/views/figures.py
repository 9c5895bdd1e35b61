"""The figures of a period, as a page."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from impact.figures.definitions import meanings
from impact.figures.scope import HOUSE, Scope
from impact.forms.periods import quick_periods
from impact.forms.scopes import FiguresForm
from impact.report.screen import make_screen
from impact.report.years import report_years
from pluspunt.periods import Period
from pluspunt.replica import from_replica
from pluspunt.templatetags.words import short_date
from workshops.services.sessions import ensure_sessions


@require_safe
@permission_required("impact.view_figures", raise_exception=True)
@from_replica
def figures(request: HttpRequest) -> HttpResponse:
    """How it went in a period, in the house or a part of it, beside the same days a year earlier; without people."""
    today = timezone.localdate()
    form = FiguresForm(request.GET or None, today=today)
    form.is_valid()
    ensure_sessions(today)
    quick = [(label, period, query_of(period, form.scope_value)) for label, period in quick_periods(today)]
    context = {
        "form": form,
        **choice_context(form.period, form.chosen, form.scope_value),
        "quick_periods": quick,
        "overview": make_screen(form.period, form.chosen),
        "meanings": meanings(),
        "has_annual_report": request.user.has_perm("impact.make_reports") and bool(report_years(today)),
    }
    return render(request, "impact/figures.html", context)


def choice_context(period: Period, scope: Scope = HOUSE, scope_value: str = "") -> dict[str, object]:
    """The chosen days and part of the house, in words and as the rest of an address."""
    days = f"{short_date(period.start)} tot en met {short_date(period.end)}"
    return {
        "period": period,
        "scope": scope,
        "choice_words": days if scope.is_house else f"{scope.label} · {days}",
        "choice_query": query_of(period, scope_value),
        "before_query": query_of(period.year_before, scope_value),
    }


def query_of(period: Period, scope_value: str = "") -> str:
    """A choice as the rest of an address."""
    choice = {"start": period.start.isoformat(), "end": period.end.isoformat()}
    return f"?{urlencode(choice | ({'scope': scope_value} if scope_value else {}))}"
