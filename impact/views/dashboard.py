"""The home of management: how the year is going, and what asks for attention."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from impact.forms.periods import year_so_far
from impact.report.dashboard import make_dashboard
from impact.views.figures import choice_context, query_of
from pluspunt.periods import Period
from pluspunt.replica import from_replica
from workshops.services.sessions import ensure_sessions


@require_safe
@permission_required("impact.make_reports", raise_exception=True)
@from_replica
def dashboard(request: HttpRequest) -> HttpResponse:
    """The year so far, beside the same days of the year before and the targets; without people."""
    today = timezone.localdate()
    ensure_sessions(today)
    period = year_so_far(today)
    last_year = Period.of_year(today.year - 1)
    context = {
        **choice_context(period),
        "dashboard": make_dashboard(today, period),
        "last_year": last_year,
        "last_year_query": query_of(last_year),
    }
    return render(request, "impact/dashboard.html", context)
