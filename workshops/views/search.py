"""One search box for people, partners and workshops."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from participants.models import Participant
from participants.views.people import with_standing
from pluspunt.searching import hidden_search
from privacy.services import Action, log_access
from workshops.forms.search import SearchForm
from workshops.services.search import find_partners, find_people, find_workshops

# More than any search box takes, which says so.
MOST_TYPED = 500
PAGE, RESULTS = "workshops/search.html", "workshops/_search_results.html"


@require_safe
@vary_on_headers("HX-Request")
@permission_required("partners.view_organisation", raise_exception=True)
def search(request: HttpRequest) -> HttpResponse:
    """The page with what was found; while somebody types, only the results."""
    form = SearchForm(request.GET)
    is_refused = not form.is_valid()
    if is_refused and not request.htmx:
        # The address must not keep what was typed: it may be a citizen service number.
        messages.error(request, f"Er is niet gezocht. {' '.join(form.errors['q'])}")
        return redirect("search")
    text = form.cleaned_data.get("q", "")
    context = {"text": text, "hidden_text": hidden_search(text), "refusals": form.errors.get("q", [])}
    context |= found_for(request, text) if text else {}
    return render(request, RESULTS if request.htmx else PAGE, context)


@require_POST
@permission_required("partners.view_organisation", raise_exception=True)
def search_hidden(request: HttpRequest) -> HttpResponse:
    """To the page `to` with all that was chosen, and what was typed in `q` sealed: no name stays in an address."""
    chosen = request.POST.copy()
    to = chosen.get("to", "")
    if not to.startswith("/") or not url_has_allowed_host_and_scheme(to, allowed_hosts=None):
        raise Http404("Hier kun je niet zoeken.")
    for name in ("to", "csrfmiddlewaretoken"):
        chosen.pop(name, None)
    if "q" in chosen:
        chosen["q"] = hidden_search(chosen["q"][:MOST_TYPED])
    return redirect(f"{to}?{chosen.urlencode()}")


def found_for(request: HttpRequest, text: str) -> dict:
    """What the signed-in user may know of `text`, by kind; written in the access log with the people in it."""
    found = find_partners(text) | {"workshops": find_workshops(text, request.user)}
    if request.user.has_perm("participants.view_participant"):
        found["people"] = find_people(text, with_standing(Participant.objects.visible_to(request.user)))
        log_access(request, Action.SEARCH, found["people"].rows, "naam, nummer, doelgroep, status, werkplaatsen")
    return {"found": found, "total": sum(hits.total for hits in found.values())}
