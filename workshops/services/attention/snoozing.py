"""Putting off what needs somebody: until a day, with a reason. Nothing is changed afterwards; the newest one holds.

It holds for the thing as it was: when that changes, gets worse or comes back in another way, it is on the list again.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from pluspunt.templatetags.words import day as in_words
from pluspunt.templatetags.words import near_day
from workshops.models import Snooze
from workshops.services.attention.items import Item

LONGEST = timedelta(weeks=8)
# What it says when somebody put a thing back on the list before its day.
LIFTED = "eerder teruggezet op de lijst"
# After it came back, what was said about it stays beside it for at least as long again.
_REMEMBERED = 2 * LONGEST


def latest_day(item: Item, today: date) -> date:
    """The last day until which `item` can be put off; today or earlier when it cannot wait."""
    return min(today + LONGEST, item.last_day or date.max)


def snooze(item: Item, *, until: date, reason: str, by: User) -> Snooze:
    """Let `item` wait: on `until` it is back on the list, and earlier when it changes.

    Raises `ValidationError` for a day that is not after today, more than 8 weeks away or after the last day on which
    something can still be done, and without a reason.
    """
    today = timezone.localdate()
    if until <= today:
        raise ValidationError({"until": "Kies een dag na vandaag."})
    if until > today + LONGEST:
        raise ValidationError(
            {"until": f"Uitstellen kan tot hoogstens 8 weken: uiterlijk {in_words(today + LONGEST)}."}
        )
    if item.last_day and until > item.last_day:
        raise ValidationError({"until": f"Na {near_day(item.last_day)} kan het niet meer. Kies een eerdere dag."})
    return _keep(Snooze(item=item.as_it_is, until=until, reason=reason.strip(), by=by))


def lift(item: Item, *, by: User) -> Snooze | None:
    """Put `item` back on the list now; `None` when it is there already."""
    last = snoozes_of(item).first()
    today = timezone.localdate()
    if last is None or not holds(last, item, today):
        return None
    return _keep(Snooze(item=item.as_it_is, until=today, reason=LIFTED, by=by))


def holds(snooze: Snooze, item: Item, today: date) -> bool:
    """Whether `item` still waits: on the day until which it was put off it is back, and when it is otherwise."""
    return snooze.until > today and snooze.item == item.as_it_is


def snoozes_of(item: Item) -> QuerySet[Snooze]:
    """All that was ever said about later, the newest first."""
    return Snooze.objects.filter(item__startswith=f"{item.key}/").select_related("by")


def last_snoozes() -> dict[str, Snooze]:
    """The key of an item → the last that was said about later, whether it holds or is over; one query."""
    found: dict[str, Snooze] = {}
    for each in Snooze.objects.filter(at__gte=timezone.now() - _REMEMBERED).select_related("by"):
        found.setdefault(each.item.partition("/")[0], each)
    return found


def _keep(row: Snooze) -> Snooze:
    row.full_clean()
    row.save(force_insert=True)
    return row
