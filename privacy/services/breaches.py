"""Data breaches: recorded at once, completed as more is known, told in time and closed; what was said stays."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from privacy.models import Breach, BreachUpdate
from privacy.services.copying import in_words

_LONGEST = BreachUpdate._meta.get_field("text").max_length


@transaction.atomic
def report_breach(breach: Breach, *, by: models.Model) -> Breach:
    """Keep a new breach with the first line of its log; raises `ValidationError` when it is not complete."""
    breach.reported_by = by
    breach.full_clean()
    breach.save()
    _write(breach, f"Vastgelegd: {breach.get_cause_display()}. {breach.what}", by)
    return breach


@transaction.atomic
def change_breach(breach: Breach, *, by: models.Model) -> Breach:
    """Keep what is known more, with a line of the log that says of each field what it was and what it became.

    Raises `ValidationError` for a breach that is closed, and for what does not fit together.
    """
    now = _locked(breach)
    breach.closed_at = None
    breach.full_clean()
    changed = [
        f"{field.verbose_name}: van “{_said(now, field)}” naar “{_said(breach, field)}”"
        for field in Breach._meta.concrete_fields
        if field.editable and getattr(now, field.attname) != getattr(breach, field.attname)
    ]
    if changed:
        breach.save()
        _write(breach, "Gewijzigd: " + "; ".join(changed), by)
    return breach


@transaction.atomic
def add_breach_update(breach: Breach, text: str, *, by: models.Model) -> BreachUpdate:
    """Write a line in the log of a breach, also of one that is closed."""
    return _write(breach, text, by)


@transaction.atomic
def close_breach(breach: Breach, lessons: str, *, by: models.Model) -> None:
    """Close a breach. Raises `ValidationError` while somebody is still to be told."""
    now = _locked(breach)
    waiting = [clock.to for clock in now.clocks_at(timezone.now()) if clock.is_running]
    if waiting:
        raise ValidationError(f"Vul eerst in dat je het vertelde, of waarom niet: {' en '.join(waiting)}.")
    if now.risk == Breach.Risk.UNKNOWN:
        raise ValidationError("Vul eerst in hoe groot het risico is.")
    if now.asks_to_tell_people:
        raise ValidationError("Vul eerst in wanneer je het de mensen zelf vertelde, of waarom niet.")
    now.closed_at = timezone.now()
    now.save(update_fields=["closed_at"])
    _write(now, f"Afgesloten. {lessons}", by)


def _locked(breach: Breach) -> Breach:
    now = Breach.objects.select_for_update().get(pk=breach.pk)
    if not now.is_open:
        raise ValidationError("Dit datalek is afgesloten. Je kunt er nog wel iets bij schrijven.")
    return now


def _said(breach: Breach, field: models.Field) -> str:
    value = getattr(breach, field.attname)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return "leeg" if value in (None, "") else in_words(value)


def _write(breach: Breach, text: str, by: models.Model) -> BreachUpdate:
    update = BreachUpdate(breach=breach, by=by, text=text[:_LONGEST])
    update.full_clean()
    update.save()
    return update
