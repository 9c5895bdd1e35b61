"""What an output weighs and what a kilo of it avoids: each factor with its source, for as long as it holds."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from impact.models import Factor
from workshops.models import OutputType

Kind = Factor.Kind


@transaction.atomic
def save_factor(factor: Factor, *, by: User) -> Factor | None:
    """Save a factor, new or known; a new one ends the one of its kind that ran without an end, which is returned.

    Raises `ValidationError` when another one holds on one of its days, for a type that follows from other facts or of
    which the kilos were counted before, for a weight of what is in kilos, and for whatever the model refuses.
    """
    kind = OutputType.objects.select_for_update().get(pk=factor.output_type_id)
    _check_type(factor, kind)
    ended = _end_before(factor, by) if factor.pk is None else None
    factor._history_user = by
    factor.full_clean()
    factor.save()
    return ended


def _check_type(factor: Factor, kind: OutputType) -> None:
    if kind.derived_from:
        raise ValidationError({"output_type": f"{kind.name.capitalize()} heeft geen gewicht. Kies iets anders."})
    if kind.is_counted_before:
        raise ValidationError(
            {"output_type": f"{kind.name.capitalize()}: deze kilo's telden al eerder mee. Een factor telt ze dubbel."}
        )
    if factor.kind == Kind.WEIGHT and kind.is_in_kilos:
        raise ValidationError({"kind": f"{kind.name.capitalize()} is al in kilo's. Kies kg CO2e per kg."})


def _end_before(factor: Factor, by: User) -> Factor | None:
    """The running factor that makes room for a new one that begins later; it ends the day before."""
    if factor.start_date is None:
        return None
    running = Factor.objects.filter(
        output_type=factor.output_type_id, kind=factor.kind, end_date__isnull=True, start_date__lt=factor.start_date
    )
    before = running.select_for_update().first()
    if before:
        before.end_date, before._history_user = factor.start_date - timedelta(days=1), by
        before.save()
    return before
