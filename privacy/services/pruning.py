"""Takes events away that were kept long enough; only who owns the tables can."""

import hashlib
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone

from privacy.models import AccessEvent, AccessSubject, Seal
from privacy.services.append_only import triggers_lifted
from privacy.services.sealing import add_seal, events_in, seal_log, write_checkpoints

YEARS_KEPT = 5
# So many seals at once: who writes the log waits for one such step.
SEALS_AT_ONCE = 100


def earliest_allowed(today: date) -> date:
    """What lies before this day may be pruned: it was kept for five years."""
    try:
        return today.replace(year=today.year - YEARS_KEPT)
    except ValueError:  # 29 February
        return today.replace(year=today.year - YEARS_KEPT, day=28)


def prune_log(before: date) -> int:
    """Take away the events of all seals that were made before this day; returns how many.

    First a seal says in the chain up to which one events are gone, and the checkpoints say so outside. Raises
    `ValidationError` for what was not kept for five years.
    """
    if before > earliest_allowed(timezone.localdate()):
        raise ValidationError(f"Het logboek blijft minstens {YEARS_KEPT} jaar bewaard.")
    moment = timezone.make_aware(datetime.combine(before, time.min))
    old = Seal.objects.filter(sealed_at__lt=moment).order_by("-number").first()
    if old is None or old.number <= _pruned_through():
        return remove_pruned()
    seal_log(everything=True)
    newest = Seal.objects.order_by("-number").first()
    nothing = hashlib.sha256().hexdigest()
    add_seal(newest, timezone.now(), digest=nothing, pruned_through=old.number)
    write_checkpoints()
    return remove_pruned()


def remove_pruned() -> int:
    """Remove what a seal says was pruned; to be done again when it was interrupted."""
    seals = Seal.objects.filter(number__lte=_pruned_through(), count__gt=0).order_by("number")
    removed = 0
    for start in range(0, seals.count(), SEALS_AT_ONCE):
        ranges = [each for seal in seals[start : start + SEALS_AT_ONCE] for each in seal.ranges]
        keys = [event.pk for event in events_in(ranges, signed=True)]
        if keys:
            removed += _remove(keys)
    return removed


def _pruned_through() -> int:
    return Seal.objects.aggregate(highest=Max("pruned_through"))["highest"] or 0


def _remove(keys: list[int]) -> int:
    with triggers_lifted():
        for start in range(0, len(keys), 500):
            some = keys[start : start + 500]
            AccessSubject.objects.filter(event__in=some)._raw_delete("default")
            AccessEvent.objects.filter(pk__in=some)._raw_delete("default")
    return len(keys)
