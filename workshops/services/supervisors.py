"""A skilled volunteer who is marked in a register: the places of that one session follow (`Workshop.places_with`)."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from workshops.models import Attendance, Session, Workshop
from workshops.services.planned import planned_in_week


def is_supervisor(row: Attendance) -> bool:
    """Whether places that can still change depend on the person in this row."""
    counts = row.session.workshop.counts_volunteers
    return counts and row.trajectory.is_volunteer and row.planned and row.date >= timezone.localdate()


@transaction.atomic
def follow_supervisor(session: Session) -> None:
    """Give `session` the places that it has with who is there by now; one that does not go on keeps its own."""
    # As whoever makes registers does; so this waits until the mark itself is kept, and holds no row by then.
    workshop = Workshop.objects.select_for_update(of=("self",), no_key=True).get(pk=session.workshop_id)
    slot = {"weekday": session.date.isoweekday(), "day_part": session.day_part}
    opening = workshop.openings.on(session.date).filter(**slot).first()
    if opening is None:
        return
    planned = planned_in_week([workshop], session.date - timedelta(days=session.date.weekday()))
    there = planned[workshop.pk, session.date, session.day_part]
    places = workshop.places_with(opening.capacity, there.coaches, there.volunteers)
    Session.objects.filter(pk=session.pk, state=Session.State.PLANNED).exclude(capacity=places).update(capacity=places)
