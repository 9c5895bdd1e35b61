"""Workshops as places to work: beginning one, changing what is known about it, and its places in a week."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from partners.models import Collaboration
from workshops.models import DayPart, Opening, Weekday, Workshop
from workshops.services.sessions import HORIZON, ensure_sessions

# A register can begin at most so far from today: earlier days would stand in the figures with nobody there.
FIRST_DAY_WITHIN = timedelta(days=366)
# Not where it is: `move_workshop` changes that.
_FACTS = ["name", "discipline", "host", "site_contact", "guidance_nearby"]


@dataclass(frozen=True)
class DayPlaces:
    """The places of one weekday; `None` where the workshop is not open."""

    weekday: Weekday
    morning: int | None
    afternoon: int | None


@transaction.atomic
def add_workshop(
    workshop: Workshop, *, places: Mapping[tuple[int, str], int], collaborations: Iterable[Collaboration]
) -> Workshop:
    """Begin a workshop, in the house or at a partner, on `registered_from` with `places` per (weekday, day part).

    Its sessions are made at once, so that people can be planned. Raises `ValidationError` when it is open nowhere in
    the week, when the first day is missing or more than a year away, and for whatever the models refuse.
    """
    first_day, today = workshop.registered_from, timezone.localdate()
    if not first_day or abs(first_day - today) > FIRST_DAY_WITHIN:
        raise ValidationError({"registered_from": "Kies een eerste dag binnen een jaar vanaf vandaag."})
    if not places:
        raise ValidationError("Vul bij minstens één dagdeel in hoeveel plaatsen er zijn.")
    workshop.full_clean()
    workshop.save()
    workshop.collaborations.set(collaborations)
    for (weekday, day_part), capacity in places.items():
        opening = Opening(
            workshop=workshop, weekday=weekday, day_part=day_part, capacity=capacity, start_date=first_day
        )
        opening.full_clean()
        opening.save()
    ensure_sessions(today + HORIZON)
    return workshop


@transaction.atomic
def save_workshop(workshop: Workshop, *, collaborations: Iterable[Collaboration]) -> None:
    """Save what is known about a workshop. Raises `ValidationError` for whatever the model refuses."""
    Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
    workshop.full_clean()
    # How far its sessions were made may have changed meanwhile: that stays.
    workshop.save(update_fields=_FACTS)
    workshop.collaborations.set(collaborations)


def week_places(workshop: Workshop, day: date) -> list[DayPlaces]:
    """The places of the workshop as they are on `day`, or on its first day when that is still to come; open days."""
    day = max(day, workshop.registered_from or day)
    places = {(o.weekday, o.day_part): o.capacity for o in workshop.openings.on(day)}
    week = [DayPlaces(day, places.get((day, DayPart.MORNING)), places.get((day, DayPart.AFTERNOON))) for day in Weekday]
    return [day for day in week if day.morning or day.afternoon]


def last_day_of(workshop: Workshop) -> date | None:
    """The last day on which it is open; `None` when it goes on, or never opened."""
    ends = list(workshop.openings.values_list("end_date", flat=True))
    return max(ends) if ends and None not in ends else None
