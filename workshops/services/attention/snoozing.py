"""Putting off what needs somebody: until a day, with a reason. Nothing is changed afterwards; the newest one holds."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from pluspunt.templatetags.words import day as in_words
from workshops.models import Snooze

LONGEST = timedelta(weeks=8)
# What it says when somebody put a thing back on the list before its day.
LIFTED = "eerder teruggezet op de lijst"
# After it came back, what was said about it stays beside it for at least as long again.
_REMEMBERED = 2 * LONGEST


def snooze(item: str, *, until: date, reason: str, by: User) -> Snooze:
    """Let `item` ("indicatie-12") wait: on `until` it is back on the list.

    Raises `ValidationError` for a day that is not after today or more than 8 weeks away, and without a reason.
    """
    today = timezone.localdate()
    if until <= today:
        raise ValidationError({"until": "Kies een dag na vandaag."})
    if until > today + LONGEST:
        raise ValidationError(
            {"until": f"Uitstellen kan tot hoogstens 8 weken: uiterlijk {in_words(today + LONGEST)}."}
        )
    return _keep(Snooze(item=item, until=until, reason=reason.strip(), by=by))


def lift(item: str, *, by: User) -> Snooze | None:
    """Put `item` back on the list now; `None` when it is there already."""
    last = Snooze.objects.filter(item=item).first()
    if last is None or not holds(last, timezone.localdate()):
        return None
    return _keep(Snooze(item=item, until=timezone.localdate(), reason=LIFTED, by=by))


def holds(snooze: Snooze, today: date) -> bool:
    """Whether it still waits: on the day until which it was put off it is back."""
    return snooze.until > today


def last_snoozes() -> dict[str, Snooze]:
    """Item → the last that was said about later, whether it holds or is over; one query."""
    found: dict[str, Snooze] = {}
    for each in Snooze.objects.filter(at__gte=timezone.now() - _REMEMBERED).select_related("by"):
        found.setdefault(each.item, each)
    return found


def _keep(row: Snooze) -> Snooze:
    row.full_clean()
    row.save(force_insert=True)
    return row
