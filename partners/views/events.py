"""Events of a collaboration, and which participants took part in them."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from participants.models import Participant, Trajectory
from partners.forms import EventForm
from partners.models import Collaboration, Event
from partners.services import save_event
from pluspunt.editing import edit_page, get_to_edit, tell_taken
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access
from workshops.forms.collaborations import EventVisitsForm
from workshops.forms.placements import ParticipantSearchForm
from workshops.models import EventVisit
from workshops.services.collaborations import set_event_visits

MOST_SHOWN = 200


@form_page
@permission_required("partners.change_organisation", raise_exception=True)
def event_add(request: HttpRequest, collaboration_id: int) -> HttpResponse:
    collaboration = get_object_or_404(Collaboration, pk=collaboration_id)
    return _event_page(request, Event(collaboration=collaboration), "partners/event_add.html")


@edit_page
@permission_required("partners.change_organisation", raise_exception=True)
def event_edit(request: HttpRequest, pk: int) -> HttpResponse:
    event = get_to_edit(request, Event.objects.select_related("collaboration"), pk=pk)
    return _event_page(request, event, "partners/event_edit.html")


def _event_page(request: HttpRequest, event: Event, template: str) -> HttpResponse:
    form = EventForm(request.POST if request.method == "POST" else None, instance=event)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_event(form.instance)
            messages.success(request, f"{form.instance.name} is bewaard.")
            tell_taken(request, form)
            return redirect("collaboration_detail", event.collaboration_id)
    return render(request, template, {"form": form, "collaboration": event.collaboration})


@form_page
@permission_required("participants.view_participant", raise_exception=True)
def event_visits(request: HttpRequest, pk: int) -> HttpResponse:
    """Ticks for the people whom one may see; the others keep theirs, unseen."""
    event = get_object_or_404(Event.objects.select_related("collaboration"), pk=pk)
    visible = Participant.objects.visible_to(request.user)
    visits = EventVisit.objects.filter(event=event)
    if request.method == "POST":
        form = EventVisitsForm(request.POST, people=visible)
        if form.is_valid():
            with refusals_on(form):
                added, removed = set_event_visits(event, **form.cleaned_data)
                log_access(request, Action.CHANGE, [*added, *removed], "deelname aan evenement")
                messages.success(request, f"Bewaard. Er staan nu {visits.count()} deelnemers bij.")
                return redirect("collaboration_detail", event.collaboration_id)
        messages.error(request, "Er is niets bewaard. Kijk de namen na en probeer het nog een keer.")
    search = ParticipantSearchForm(request.GET)
    if not search.is_valid():
        # The address must not keep what was typed: it may be a citizen service number.
        messages.error(request, f"Er is niet gezocht. {' '.join(search.errors['q'])}")
        return redirect("event_visits", pk)
    text = search.cleaned_data["q"]
    # One more than is shown, to know whether there are.
    people = list(_people_for(event, visible).search(text).with_consents()[: MOST_SHOWN + 1])
    log_access(request, Action.VIEW, people[:MOST_SHOWN], "naam, deelname aan evenement, toestemming foto en verhaal")
    context = {
        "event": event,
        "search": search,
        "text": text,
        "people": people[:MOST_SHOWN],
        "has_more": len(people) > MOST_SHOWN,
        "came": set(visits.values_list("participant", flat=True)),
        "unseen": visits.exclude(participant__in=visible).count(),
    }
    return render(request, "partners/event_visits.html", context)


def _people_for(event: Event, visible: QuerySet[Participant]) -> QuerySet[Participant]:
    """Who can have taken part: enrolled on the day of the event, or noted already."""
    enrolled = Trajectory.objects.on(event.date).values("participant")
    noted = EventVisit.objects.filter(event=event).values("participant")
    return visible.filter(Q(pk__in=enrolled) | Q(pk__in=noted)).order_by("sort_name", "pk")
