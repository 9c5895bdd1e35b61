"""What somebody asks about their own facts: recorded, answered within the term, and accounted for."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from privacy.models import PersonalCopy, RightsRequest

State = RightsRequest.State


@transaction.atomic
def record_request(asked: RightsRequest, *, by: models.Model) -> RightsRequest:
    """Keep a new request; raises `ValidationError` when it is not complete."""
    asked.recorded_by = by
    asked.full_clean()
    asked.save()
    return asked


@transaction.atomic
def extend_request(asked: RightsRequest, because: str, *, by: models.Model) -> None:
    """Take two months more, for a reason that the person hears within the first month (AVG art. 12 lid 3).

    Raises `ValidationError` after that month, for a second time, and without a reason.
    """
    asked = _locked(asked)
    if not asked.may_extend:
        raise ValidationError("Uitstellen kan één keer, en alleen in de eerste maand.")
    asked.extended_on, asked.extended_because = timezone.localdate(), because
    asked.full_clean()
    asked.save(update_fields=["extended_on", "extended_because"])


@transaction.atomic
def decide_request(asked: RightsRequest, state: str, decided_on: date, answer: str, *, by: models.Model) -> None:
    """Close a request: done, refused or withdrawn, with a sentence about it.

    Raises `ValidationError` for one that is closed, a day to come, and a copy that is handed over before it is made.
    """
    asked = _locked(asked)
    if state == State.DONE and asked.kind == RightsRequest.Kind.ACCESS and not _has_copy(asked):
        raise ValidationError("Er is nog geen afschrift gemaakt om te geven.")
    if decided_on > timezone.localdate():
        raise ValidationError({"decided_on": "Deze dag moet nog komen."})
    asked.state, asked.decided_on, asked.answer, asked.decided_by = state, decided_on, answer, by
    # The names of others were only needed to make the copy.
    asked.masked_words = ""
    asked.full_clean()
    asked.save()


@transaction.atomic
def set_copy_wishes(asked: RightsRequest, *, names_staff: bool, masked_words: str) -> None:
    """What the next copy names and leaves out. Raises `ValidationError` when the request is closed."""
    asked = _locked(asked)
    asked.names_staff, asked.masked_words = names_staff, masked_words
    asked.full_clean()
    asked.save(update_fields=["names_staff", "masked_words"])


def _locked(asked: RightsRequest) -> RightsRequest:
    locked = RightsRequest.objects.select_for_update().get(pk=asked.pk)
    if not locked.is_open:
        raise ValidationError("Dit verzoek is al afgehandeld.")
    return locked


def _has_copy(asked: RightsRequest) -> bool:
    return PersonalCopy.objects.filter(request=asked, made_at__isnull=False).exists()
