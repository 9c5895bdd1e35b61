"""Somebody walks into a register."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from participants.models import Participant, Trajectory
from privacy.services import Action, Ground, log_access
from workshops.forms.registers import VisitorForm, VisitorSearchForm
from workshops.models import Attendance, Placement, Session
from workshops.services.visitors import AskFirst, add_visitor
from workshops.services.walk_ins import walk_in_of
from workshops.views.pages import get_session, is_over, register_url, require_recording

MOST_FOUND = 20


@permission_required("workshops.record_attendance", raise_exception=True)
def visitor_add(request: HttpRequest, workshop_id: int, day: date, part: str) -> HttpResponse:
    session = get_session(request, workshop_id, day, part)
    require_recording(request, session)
    if request.method == "POST":
        return _add_visitor(request, session)
    return _visitor_page(request, session)


def _visitor_page(request: HttpRequest, session: Session, asked: Participant | None = None) -> HttpResponse:
    """Who can be added; or `asked`: whether that person is added although somebody should think about it first."""
    form = VisitorSearchForm(request.GET) if "q" in request.GET else VisitorSearchForm()
    people = _found_people(session, form.cleaned_data["q"]) if form.is_valid() else []
    if form.is_valid():
        shown = "naam, werkplaats, contact bij nood, let op"
        log_access(request, Action.SEARCH, people[:MOST_FOUND], shown, ground=Ground.WALK_IN)
    context = {
        "session": session,
        "form": form,
        "is_searched": form.is_valid(),
        "people": people[:MOST_FOUND],
        "has_more": len(people) > MOST_FOUND,
        "is_over": is_over(session),
        "asked": asked,
    }
    return render(request, "workshops/visitor_add.html", context)


def _add_visitor(request: HttpRequest, session: Session) -> HttpResponse:
    form = VisitorForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Kies iemand uit de lijst.")
        return redirect("visitor_add", session.workshop_id, session.date, session.day_part)
    person = form.cleaned_data["participant"]
    is_agreed = "toch" in request.POST
    with transaction.atomic():
        try:
            row = add_visitor(session, person, by=request.user, is_agreed=is_agreed)
            messages.success(request, f"{person.floor_name} staat erbij en is aanwezig.")
            _tell_discreetly(request, row)
        except AskFirst:
            log_access(request, Action.VIEW, [person], "naam", ground=Ground.WALK_IN)
            return _visitor_page(request, session, asked=person)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            log_access(request, Action.VIEW, [person], "naam, traject, aanwezigheid", ground=Ground.WALK_IN)
        else:
            how = ", na overleg" if is_agreed else ""
            data = f"aanwezigheid: extra in het register{how}"
            log_access(request, Action.ADD, [person], data, ground=Ground.WALK_IN)
    return redirect(f"{register_url(session)}#p-{person.key}")


def _tell_discreetly(request: HttpRequest, row: Attendance) -> None:
    """What the floor may know of what a coordinator looks at: others may read along, so nothing about the person."""
    walk_in = walk_in_of(row)
    if walk_in is None:
        return
    if walk_in.is_over_capacity:
        messages.info(request, "Er zijn nu meer mensen dan plaatsen. De coördinator ziet dit ook.")
    elif walk_in.is_without_indication and not walk_in.is_not_together:
        # After the question about not together nothing more is said.
        messages.info(request, "De coördinator kijkt dit nog even na. Jij hoeft niets te doen.")


def _found_people(session: Session, text: str) -> list[Participant]:
    """People with a running trajectory whose name holds `text`: one more than is shown, to know whether there are."""
    places = Placement.objects.on(session.date).select_related("workshop")
    running = Trajectory.objects.on(session.date)
    found = Participant.objects.search(text).filter(trajectories__in=running).distinct()
    people = list(found.prefetch_related(Prefetch("placements", places))[: MOST_FOUND + 1])
    here = session.attendances.listed().filter(participant__in=people).order_by()
    listed = set(here.values_list("participant", flat=True))
    for person in people:
        person.workshop_names = sorted({placement.workshop.name for placement in person.placements.all()})
        person.is_listed = person.pk in listed
    return people
