"""The figures of a period, as a page."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from impact.figures.definitions import meanings
from impact.forms.periods import PeriodForm, quick_periods
from impact.report.screen import make_screen
from impact.report.years import report_years
from pluspunt.periods import Period
from pluspunt.templatetags.words import short_date
from workshops.services.sessions import ensure_sessions


@require_safe
@permission_required("impact.view_figures", raise_exception=True)
def figures(request: HttpRequest) -> HttpResponse:
    """How it went in a period, beside the same days a year earlier; without people."""
    today = timezone.localdate()
    form = PeriodForm(request.GET or None, today=today)
    form.is_valid()
    ensure_sessions(today)
    context = {
        **period_context(form),
        "quick_periods": quick_periods(today),
        "overview": make_screen(form.period),
        "meanings": meanings(),
        "has_annual_report": request.user.has_perm("impact.make_reports") and bool(report_years(today)),
    }
    return render(request, "impact/figures.html", context)


def period_context(form: PeriodForm) -> dict[str, object]:
    """The chosen days, in words and as the rest of an address."""
    start, end = form.period.start, form.period.end
    return {
        "form": form,
        "period": form.period,
        "period_words": f"{short_date(start)} tot en met {short_date(end)}",
        "choice_query": query_of(form.period),
        "before_query": query_of(form.period.year_before),
    }


def query_of(period: Period) -> str:
    """A period as the rest of an address."""
    return f"?{urlencode({'start': period.start.isoformat(), 'end': period.end.isoformat()})}"
