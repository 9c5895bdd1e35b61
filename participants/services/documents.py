"""Documents that leave the house: only with consent, and what was sent is kept."""

from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from participants.models import Consent, ConsentPurpose, Participant, SentDocument
from participants.services.people import lock_participant
from pluspunt.periods import Period


@transaction.atomic
def record_sent_document(
    participant: Participant, kind: str, consent: Consent, period: Period, content: bytes, *, by: User
) -> SentDocument:
    """Keep that `content` (a PDF about `period`) was given to the recipient of `consent`.

    Raises `ValidationError` when the consent is not this person's, is not about sharing, or was withdrawn meanwhile.
    """
    lock_participant(participant.pk)
    running = Consent.objects.running().filter(participant=participant, purpose=ConsentPurpose.SHARE, pk=consent.pk)
    if not running.exists():
        raise ValidationError("Deze toestemming is er niet meer. Er is niets verstuurd.")
    document = SentDocument(
        participant=participant,
        kind=kind,
        consent=consent,
        period_start=period.start,
        period_end=period.end,
        sent_by=by,
        content=content,
        fingerprint=sha256(content).hexdigest(),
    )
    document.full_clean()
    document.save()
    return document
