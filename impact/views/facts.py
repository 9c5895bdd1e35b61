"""The facts behind one figure: how many there are of what, and for who may see people the rows themselves."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from impact.figures.catalogue import catalogue
from impact.figures.facts import Estimate, Facts, facts_of, listed
from impact.figures.figure import Figure
from impact.forms.scopes import FiguresForm
from impact.report.values import figure_said
from impact.views.figures import choice_context
from pluspunt.lists import page_of
from pluspunt.replica import from_replica
from privacy.services import Action, log_access
from workshops.services.sessions import ensure_sessions

# How one line of the list is shown.
ROWS = {
    "event": "impact/_fact_event.html",
    "heads": "impact/_fact_heads.html",
    "job": "impact/_fact_job.html",
    "output": "impact/_fact_output.html",
    "path": "impact/_fact_path.html",
    "person": "impact/_fact_person.html",
    "place": "impact/_fact_place.html",
    "session": "impact/_fact_session.html",
    "slot": "impact/_fact_slot.html",
}


@require_safe
@permission_required("impact.view_figures", raise_exception=True)
@from_replica
def figure_facts(request: HttpRequest, key: str) -> HttpResponse:
    """What the figure `key` of a period counts: never a name for who may not see people."""
    today = timezone.localdate()
    form = FiguresForm(request.GET or None, today=today)
    form.is_valid()
    ensure_sessions(today)
    figures = {figure.key: figure for figure in catalogue(form.period, form.chosen)}
    if key not in figures:
        raise Http404("Dit cijfer is er niet.")
    figure = figures[key]
    facts = facts_of(key, form.period, form.chosen) if figure.value else []
    context = {
        "figure": figure,
        "value": figure_said(figure),
        "decimals": 0 if figure.value is None or figure.value == int(figure.value) else 1,
        "parts": [(figures[name], figure_said(figures[name])) for name in _leans_on(figure, facts)],
        "kinds": [_shown(request, each, key) for each in facts],
        "sees_rows": sees_rows(request),
        **choice_context(form.period, form.chosen, form.scope_value),
    }
    return render(request, "impact/figure_facts.html", context)


def _leans_on(figure: Figure, facts: list) -> list[str]:
    """The figures that this one divides; of what lies in the middle of others, how many those are."""
    if figure.parts:
        return list(figure.parts)
    return [figure.about] if figure.about and not facts else []


def sees_rows(request: HttpRequest) -> bool:
    """Whether somebody may see all people, and so the rows themselves."""
    return request.user.has_perm("participants.change_participant")


def _shown(request: HttpRequest, facts: Facts | Estimate, key: str) -> dict:
    """One kind of facts: told apart, and for who may see them a page of the rows; the people on it are logged."""
    if isinstance(facts, Estimate):
        return {"facts": facts, "estimate": facts, "page_obj": None}
    shown = {"facts": facts, "estimate": None, "breakdowns": facts.breakdowns(), "page_obj": None}
    if not sees_rows(request):
        return shown
    page = page_of(request, listed(facts))
    if facts.names_people:
        people = [row if facts.row_kind == "person" else row.participant for row in page.object_list]
        log_access(request, Action.VIEW, dict.fromkeys(people), f"feiten achter een cijfer: {key}")
    return {**shown, "page_obj": page, "row_template": ROWS[facts.row_kind]}
