"""What becomes of a placement on trial: it goes on, it stops, or the trial lasts longer."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from workshops.models import Placement
from workshops.services.placements import check_trial, end_placement, lock_placement


@transaction.atomic
def confirm_placement(placement: Placement, *, by: User | None) -> Placement:
    """After the trial it goes on as any other placement. Raises `ValidationError` when somebody decided meanwhile."""
    return _decide(placement, None, by)


@transaction.atomic
def extend_placement_trial(placement: Placement, *, until: date, by: User | None) -> Placement:
    """Let the trial last to `until`.

    Raises `ValidationError` when that is over, not later than now agreed, or after the last day of the placement, and
    when somebody decided meanwhile.
    """
    if until < timezone.localdate():
        raise ValidationError({"until": "Deze dag is al voorbij. Kies een dag die nog komt."})
    return _decide(placement, until, by)


@transaction.atomic
def stop_after_trial(placement: Placement, *, last_day: date, by: User | None) -> Placement:
    """End it after `last_day`, because the trial did not work out; raises as `end_placement()` does."""
    _check_undecided(lock_placement(placement))
    return end_placement(placement, last_day=last_day, reason=Placement.EndReason.TRIAL, by=by)


def _decide(placement: Placement, until: date | None, by: User | None) -> Placement:
    placement = lock_placement(placement)
    _check_undecided(placement)
    if until and until <= placement.trial_until:
        raise ValidationError({"until": "Kies een dag na de laatste dag van de proef."})
    try:
        check_trial([placement], until)
    except ValidationError as error:
        raise ValidationError({"until": error.messages}) from error
    placement.trial_until = until
    placement._history_user = by
    placement.save(update_fields=["trial_until"])
    return placement


def _check_undecided(placement: Placement) -> None:
    if not placement.is_on_trial:
        raise ValidationError("Hierover is al besloten. Kijk de plaatsingen na.")
