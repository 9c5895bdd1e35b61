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

    The same bytes on the same day, as after a second press on the button, are kept once. Raises `ValidationError` when
    the consent is not this person's, is not about sharing, or was withdrawn meanwhile, and when its recipient stopped.
    """
    lock_participant(participant.pk)
    shared = Consent.objects.running().filter(participant=participant, purpose=ConsentPurpose.SHARE, pk=consent.pk)
    consent = shared.select_related("practitioner", "representative", "organisation").first()
    if consent is None:
        raise ValidationError("Deze toestemming is er niet meer. Er is niets verstuurd.")
    if not consent.recipient.is_current:
        raise ValidationError(f"{consent.recipient} is gestopt. Er is niets verstuurd.")
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
    facts = ("consent", "kind", "period_start", "period_end", "sent_on", "fingerprint")
    kept = participant.sent_documents.filter(**{name: getattr(document, name) for name in facts}).first()
    if kept is None:
        document.full_clean()
        document.save()
    return kept or document
