"""Waiting for whoever plans the same: people first, then their pairs (`lock_pairs`), then workshops, then their rows.

Always in that order and each in the order of their keys, so that two who plan never wait for each other.
"""

from collections.abc import Iterable

from participants.models import Participant
from workshops.models import Workshop


def lock_people(keys: Iterable[int]) -> set[int]:
    """Those of these people who are there, after waiting for whoever plans one of them or changes what is known."""
    people = Participant.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
    people = people.filter(anonymised_on__isnull=True)
    return set(people.values_list("pk", flat=True))


def lock_workshops(keys: Iterable[int]) -> list[Workshop]:
    """The workshops as they are now. Who places, opens or closes there waits, also with a new row."""
    return list(Workshop.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
