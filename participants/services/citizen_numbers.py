"""Keeping, moving and removing citizen service numbers (BSN), which are there for the Wmo and the Wlz only."""

import re

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from participants.models import CitizenNumber, Indication, Participant
from participants.services.people import lock_participant
from pluspunt.encryption import Unreadable
from pluspunt.validators import passes_eleven_test

# Whoever carries these out may know the number (artikel 5.1.9 Wmo 2015, artikel 9.1.2 Wlz).
SCHEMES = (Indication.Scheme.WMO, Indication.Scheme.WLZ)
_WRONG = "Dit is geen burgerservicenummer: kijk de negen cijfers na."
# The number of the lock under which numbers are kept, one at a time: two people never get the same one.
_KEEPING = 4_012_019


class SomebodyElseHasIt(ValidationError):
    """The number stands at `person` already."""

    def __init__(self, person: Participant):
        self.person = person
        sentence = f"Dit nummer staat al bij {person.list_name}. Kijk na of dat dezelfde persoon is."
        super().__init__({"number": sentence})


def why_no_number(participant: Participant) -> str | None:
    """Why no number may be kept of somebody, in a sentence; `None` when it may."""
    if not participant.indications.filter(scheme__in=SCHEMES).exists():
        return "Een burgerservicenummer mag alleen bij iemand met een indicatie voor de Wmo of de Wlz."
    trajectory = participant.main_trajectory
    if trajectory is not None and trajectory.is_volunteer:
        return "Van een vakvrijwilliger bewaren we geen burgerservicenummer."
    return None


@transaction.atomic
def keep_citizen_number(participant: Participant, typed: str, *, by: User) -> CitizenNumber:
    """Keep a number, in place of the one that was there; spaces and points between the digits do not matter.

    Raises `ValidationError` for what is no number, when somebody may have none (`why_no_number`), and
    `SomebodyElseHasIt`. To find that out all numbers are read: the database holds nothing to search by.
    """
    _take_turns()
    participant = lock_participant(participant.pk)
    number = _checked(typed)
    if sentence := why_no_number(participant):
        raise ValidationError(sentence)
    others = CitizenNumber.objects.exclude(participant=participant).select_related("participant")
    if other := next((each for each in others if _reads(each, number)), None):
        raise SomebodyElseHasIt(other.participant)
    kept = CitizenNumber.objects.filter(participant=participant).first() or CitizenNumber(participant=participant)
    kept.number, kept.entered_by = number, by
    kept.entered_on = timezone.localdate()
    kept.full_clean()
    kept.save()
    return kept


@transaction.atomic
def remove_citizen_number(participant: Participant) -> bool:
    """Take the number of somebody away for good; says whether there was one."""
    lock_participant(participant.pk)
    removed, _ = CitizenNumber.objects.filter(participant=participant).delete()
    return removed > 0


def numbers_in_the_way(kept: Participant, merged: Participant) -> list[str]:
    """Why the numbers of two records cannot become one: they differ, or one of them cannot be read."""
    both = list(CitizenNumber.objects.filter(participant__in=[kept, merged]))
    if any(each.masked is None for each in both):
        return ["Een burgerservicenummer van deze twee is niet te lezen. Herstel de sleutel of haal het nummer weg."]
    if len({each.number for each in both}) > 1:
        return ["Deze twee hebben een ander burgerservicenummer. Het zijn dus twee mensen, of een nummer klopt niet."]
    return []


def move_citizen_number(kept: Participant, merged: Participant) -> int | None:
    """Let the number of `merged` be of `kept`, sealed anew for them; the key of the row when it moved."""
    row = CitizenNumber.objects.filter(participant=merged).first()
    if row is None:
        return None
    if CitizenNumber.objects.filter(participant=kept).exists():
        row.delete()  # the same number, see `numbers_in_the_way`
        return None
    number = row.number
    row.participant = kept
    row.number = number
    row.save()
    return row.pk


def _checked(typed: str) -> str:
    digits = re.sub(r"[\s.]", "", typed)
    # Eight digits could be a number without the nought before it, but sooner one of which a digit was left out.
    if re.fullmatch(r"[0-9]{9}", digits) is None or not passes_eleven_test(digits):
        raise ValidationError({"number": _WRONG})
    return digits


def _reads(kept: CitizenNumber, number: str) -> bool:
    try:
        return kept.number == number
    except Unreadable:
        return False


def _take_turns() -> None:
    """Wait for whoever keeps a number now. SQLite needs nothing: it has one writer at a time (`transaction_mode`)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_KEEPING])
