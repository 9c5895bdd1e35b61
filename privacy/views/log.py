"""Reading the access log: of one person for a coordinator, without people for the administrator."""

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from participants.views.pages import get_participant
from pluspunt.lists import page_of
from privacy.forms.log import DaysFilterForm, LogFilterForm
from privacy.models import AccessEvent
from privacy.registry import keys_of_person
from privacy.services import Action, log_access
from privacy.services.reading import days_of, said
from privacy.services.reviewing import month_to_review

# Many of them become one line.
EVENTS_ON_A_PAGE = 200


@require_safe
@permission_required("participants.change_participant", raise_exception=True)
def person_log(request: HttpRequest, key: str) -> HttpResponse:
    """Who looked at this person, when and why. That this was asked is in it the next time."""
    participant = get_participant(request, key)
    form = DaysFilterForm(request.GET)
    form.is_valid()
    events = AccessEvent.objects.about(type(participant), keys_of_person(participant))
    events = form.apply(events).select_related("user").with_people().order_by("-at", "-pk")
    page = Paginator(events, EVENTS_ON_A_PAGE).get_page(request.GET.get("page"))
    days = days_of(page.object_list)
    log_access(request, Action.LOG, [participant], "logboek: wie keek wanneer waarom")
    context = {"participant": participant, "form": form, "page_obj": page, "days": days}
    return render(request, "privacy/person_log.html", context)


@require_safe
@permission_required("privacy.read_log", raise_exception=True)
def access_log(request: HttpRequest) -> HttpResponse:
    """What happened, by whom and from where; of how many people, and not of whom."""
    form = LogFilterForm(request.GET)
    form.is_valid()
    events = form.apply(AccessEvent.objects.all()).select_related("user").with_people().order_by("-at", "-pk")
    page = page_of(request, events)
    rows = [(event, said(event)) for event in page.object_list]
    log_access(request, Action.LOG, [], "logboek: wie deed wat, zonder personen")
    context = {"form": form, "page_obj": page, "events": rows, "to_review": month_to_review(timezone.localdate())}
    return render(request, "privacy/access_log.html", context)
