"""The participatieladder: one step per half year, and a correction that keeps what was there (§7)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from impact.figures.ladder import half_year_of
from impact.models import LadderPosition
from participants.models import Participant
from participants.services.people import lock_participant

# So many half years back, beside this one, can be filled in or corrected.
HALVES_BACK = 4


def open_halves(today: date) -> list[tuple[int, int]]:
    """The half years that can be filled in, this one first."""
    year, half = half_year_of(today)
    found = [divmod(2 * year + half - 1 - back, 2) for back in range(HALVES_BACK + 1)]
    return [(each, half + 1) for each, half in found]


@transaction.atomic
def record_position(participant: Participant, year: int, half: int, rung: int, *, by: User) -> bool:
    """Keep on which rung somebody stands in a half year; whether that changed anything. The history keeps the old one.

    Raises `ValidationError` for a half year that has yet to come or lies too far back.
    """
    lock_participant(participant.pk)
    if (year, half) not in open_halves(timezone.localdate()):
        raise ValidationError({"half_year": "Kies een halfjaar uit de lijst."})
    position = participant.ladder_positions.filter(year=year, half=half).first()
    if position and position.rung == rung:
        return False
    position = position or LadderPosition(participant=participant, year=year, half=half)
    position.rung, position.recorded_on = rung, timezone.localdate()
    position.recorded_by = position._history_user = by
    position.full_clean()
    position.save()
    return True
