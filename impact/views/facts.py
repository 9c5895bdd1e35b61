"""The facts behind one figure: how many there are of what, and for who may see people the rows themselves."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from impact.figures.catalogue import catalogue
from impact.figures.facts import Facts, facts_of, listed
from impact.forms.periods import PeriodForm
from impact.report.values import figure_said
from impact.views.figures import period_context
from pluspunt.lists import page_of
from privacy.services import Action, log_access
from workshops.services.sessions import ensure_sessions

# How one line of the list is shown.
ROWS = {
    "path": "impact/_fact_path.html",
    "person": "impact/_fact_person.html",
    "session": "impact/_fact_session.html",
    "slot": "impact/_fact_slot.html",
}


@require_safe
@permission_required("impact.view_figures", raise_exception=True)
def figure_facts(request: HttpRequest, key: str) -> HttpResponse:
    """What the figure `key` of a period counts: never a name for who may not see people."""
    today = timezone.localdate()
    form = PeriodForm(request.GET or None, today=today)
    form.is_valid()
    ensure_sessions(today)
    figures = {figure.key: figure for figure in catalogue(form.period)}
    if key not in figures:
        raise Http404("Dit cijfer is er niet.")
    figure = figures[key]
    facts = facts_of(key, form.period) if figure.value is not None else None
    context = {
        "figure": figure,
        "value": figure_said(figure),
        "parts": [(figures[part], figure_said(figures[part])) for part in figure.parts or ()],
        "facts": facts,
        "breakdowns": facts.breakdowns() if facts and not figure.parts else [],
        "decimals": 0 if figure.value is None or figure.value == int(figure.value) else 1,
        **_rows_of(request, facts, key),
        **period_context(form),
    }
    return render(request, "impact/figure_facts.html", context)


def _rows_of(request: HttpRequest, facts: Facts | None, key: str) -> dict:
    """A page of the rows themselves, logged, for somebody who may see all people."""
    if facts is None or not request.user.has_perm("participants.change_participant"):
        return {"page_obj": None, "sees_rows": False}
    page = page_of(request, listed(facts))
    if facts.row_kind != "session":
        people = [row if facts.row_kind == "person" else row.participant for row in page.object_list]
        log_access(request, Action.VIEW, dict.fromkeys(people), f"feiten achter een cijfer: {key}")
    return {"page_obj": page, "sees_rows": True, "row_kind": facts.row_kind, "row_template": ROWS[facts.row_kind]}
