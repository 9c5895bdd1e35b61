"""Places on trial and every other week, why earlier ones ended, and what workshops want beforehand."""

from datetime import date, timedelta
from random import Random

from django.core.exceptions import ValidationError

from participants.models import Trajectory
from workshops.models import Ability, Opening, Placement
from workshops.services.placements import place
from workshops.services.room import Slot

ON_TRIAL, EVERY_OTHER_WEEK, WANTED = 6, 8, 4
REASONS = ["WISH", "MOVED", "MOVED", "LEARNED", "DID_NOT_FIT", "INDICATION", ""]


def add_placing(today: date, chance: Random) -> None:
    for ability in Ability.objects.filter(is_machine_permission=True).order_by("pk")[:WANTED]:
        ability.is_wanted_before = True
        ability.save(update_fields=["is_wanted_before"])
    for placement in Placement.objects.filter(end_date__lt=today).order_by("pk"):
        placement.end_reason = chance.choice(REASONS)
        placement.save(update_fields=["end_reason"])
    _add_trials(today)
    _add_every_other_week(today, chance)


def _add_trials(today: date) -> None:
    """Of the last who came: half of the trials are over."""
    latest = Placement.objects.taking_places().on(today).filter(end_date__isnull=True).order_by("-start_date", "pk")
    for number, placement in enumerate(latest[:ON_TRIAL]):
        last = today + timedelta(days=14 if number % 2 else -number)
        placement.trial_until = max(placement.start_date, last)
        placement.save(update_fields=["trial_until"])


def _add_every_other_week(today: date, chance: Random) -> None:
    """In day parts that are open, for who is not placed then."""
    openings = list(Opening.objects.on(today).select_related("workshop").order_by("pk"))
    paths = Trajectory.objects.on(today).filter(target_group="ACTIVATION", end_date__isnull=True).order_by("pk")
    for path in list(paths)[: EVERY_OTHER_WEEK * 2 : 2]:
        opening = chance.choice(openings)
        slot = Slot(opening.workshop, opening.weekday, opening.day_part)
        try:
            place(path, [slot], start=today + timedelta(days=1), every_other_week=True, by=None)
        except ValidationError:
            continue  # somebody who is busy then
