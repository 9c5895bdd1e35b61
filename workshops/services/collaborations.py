"""What collaborations are made of: their workshops, their milestones, and who took part in an event."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max

from participants.models import Participant
from partners.models import Collaboration, Event
from workshops.models import EventVisit, Milestone, Workshop


@transaction.atomic
def set_workshops(collaboration: Collaboration, workshops: Iterable[Workshop]) -> None:
    """Which workshops take part in a collaboration."""
    collaboration.workshops.set(workshops)


@transaction.atomic
def save_milestone(milestone: Milestone) -> None:
    """Save a milestone; a new one comes after those that are there.

    Raises `ValidationError` for whatever the model refuses, a picture without words for one.
    """
    Collaboration.objects.select_for_update().get(pk=milestone.collaboration_id)
    if milestone.pk is None:
        last = Milestone.objects.filter(collaboration=milestone.collaboration_id).aggregate(last=Max("position"))
        milestone.position = (last["last"] or 0) + 1
    milestone.full_clean()
    milestone.save()


@transaction.atomic
def set_event_visits(
    event: Event, *, shown: Iterable[Participant], was: Iterable[Participant], came: Iterable[Participant]
) -> tuple[list[Participant], list[Participant]]:
    """Change who took part: of the people who were `shown` only those whose tick differs from what it `was`.

    So nobody undoes what somebody else ticked meanwhile. Returns who was added and who was taken away.
    """
    Event.objects.select_for_update().get(pk=event.pk)
    shown = {person.pk: person for person in shown}
    was, came = ({person.pk for person in people} & shown.keys() for people in (was, came))
    there = set(EventVisit.objects.filter(event=event, participant__in=shown).values_list("participant", flat=True))
    removed, added = (was - came) & there, came - was - there
    EventVisit.objects.filter(event=event, participant__in=removed).delete()
    try:
        with transaction.atomic():
            EventVisit.objects.bulk_create(EventVisit(event=event, participant=shown[pk]) for pk in added)
    except IntegrityError as error:
        raise ValidationError("Iemand anders heeft dit intussen gewijzigd. Kijk het na.") from error
    return [shown[pk] for pk in added], [shown[pk] for pk in removed]
