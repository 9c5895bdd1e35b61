"""How long records are kept: whose term is over, whose will be soon, and keeping one longer."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from participants.models import Participant
from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import page_of
from pluspunt.templatetags.words import day as in_words
from privacy.forms.retention import PostponeForm
from privacy.models import RetentionNotice
from privacy.processing import BOOKS, CARE_FILE, LOG, OTHER_FILE, PROOF
from privacy.services import Action, log_access
from privacy.services.retention import GRACE, coming_ends, notices_about, postpone

SHOWS = "bewaartermijn: naam, einde, soort dossier"
# What is kept, and for how long.
KINDS = [
    ("Dossier van iemand met begeleiding via de Wmo", CARE_FILE),
    ("Dossier van iemand anders, ook van een vakvrijwilliger", OTHER_FILE),
    ("Vergoedingen en declaraties", BOOKS),
    ("Het logboek: wie bekeek of wijzigde wat", LOG),
    ("Bewijzen van wissen", PROOF),
]


@require_safe
@permission_required("participants.change_participant", raise_exception=True)
def retention_list(request: HttpRequest) -> HttpResponse:
    notices = with_people(notices_about(Participant).order_by("postponed_until", "erase_on", "pk"))
    waiting = [each for each in notices if not each.postponed_until]
    postponed = [each for each in notices if each.postponed_until]
    page = page_of(request, coming_ends(Participant))
    people = [each.person for each in (*notices, *page.object_list)]
    log_access(request, Action.VIEW, people, SHOWS)
    context = {"waiting": waiting, "postponed": postponed, "page_obj": page, "kinds": KINDS, "grace": GRACE.days}
    return render(request, "privacy/retention_list.html", context)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def retention_postpone(request: HttpRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(notices_about(Participant), pk=pk)
    person = get_object_or_404(Participant.objects.visible_to(request.user), pk=notice.object_id)
    form = PostponeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form), transaction.atomic():
            postpone(notice, **form.cleaned_data, by=request.user)
            log_access(request, Action.CHANGE, [person], "bewaartermijn: uitgesteld")
            until = in_words(form.cleaned_data["until"])
            messages.success(request, f"Het dossier van {person.full_name} blijft bewaard tot {until}.")
            return redirect("retention_list")
    log_access(request, Action.VIEW, [person], SHOWS)
    context = {"form": form, "notice": notice, "participant": person}
    return render(request, "privacy/retention_postpone.html", context)


def with_people(notices) -> list[RetentionNotice]:
    """The notices, each with the `person` whom it is about; two queries."""
    notices = list(notices)
    people = Participant.objects.in_bulk([notice.object_id for notice in notices])
    for notice in notices:
        notice.person = people.get(notice.object_id)
    return [notice for notice in notices if notice.person]
