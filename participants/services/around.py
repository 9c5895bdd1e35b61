"""What somebody agrees to, and what the texts for that say."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from participants.models import Consent, ConsentText
from participants.services.people import lock_participant
from pluspunt.templatetags.words import short_date


@transaction.atomic
def record_consent(consent: Consent, *, by: User) -> Consent:
    """Keep that somebody agreed to the words of `consent.text`, of which the purpose follows.

    Raises `ValidationError` when that is no longer the newest text, when it was not valid yet on the day of agreeing,
    when the same consent runs already, and for whatever the model refuses.
    """
    lock_participant(consent.participant_id)
    text = consent.text
    if ConsentText.objects.newest(text.purpose, timezone.localdate()) != text:
        raise ValidationError("De tekst is intussen veranderd. Lees eerst de nieuwe tekst.")
    if consent.given_on < text.valid_from:
        raise ValidationError({"given_on": f"Deze tekst geldt pas vanaf {short_date(text.valid_from)}."})
    consent.purpose, consent.recorded_by = text.purpose, by
    return _save(consent, by)


@transaction.atomic
def withdraw_consent(consent: Consent, *, withdrawn_on: date, by: User) -> Consent:
    """Let a consent end on `withdrawn_on`: from that day on it counts as no. That it was given stays.

    Raises `ValidationError` when it was withdrawn already, for a day to come and for a day before it was given.
    """
    lock_participant(consent.participant_id)
    consent = Consent.objects.select_related("text").get(pk=consent.pk)
    if consent.withdrawn_on:
        raise ValidationError(f"Deze toestemming is al ingetrokken op {short_date(consent.withdrawn_on)}.")
    if withdrawn_on > timezone.localdate():
        raise ValidationError({"withdrawn_on": "Intrekken gaat vandaag in of op een dag die voorbij is."})
    if withdrawn_on < consent.given_on:
        given_on = short_date(consent.given_on)
        raise ValidationError({"withdrawn_on": f"De toestemming is gegeven op {given_on}. Kies die dag of een latere."})
    consent.withdrawn_on = withdrawn_on
    return _save(consent, by)


@transaction.atomic
def add_consent_text(text: ConsentText) -> ConsentText:
    """Keep a new text as the next version for its purpose; raises `ValidationError` for what the model refuses."""
    versions = ConsentText.objects.filter(purpose=text.purpose).order_by("pk")
    # Two at once: the second waits here, and counts the first.
    list(versions.select_for_update().values_list("pk", flat=True))
    text.version = (versions.aggregate(Max("version"))["version__max"] or 0) + 1
    text.full_clean()
    text.save(force_insert=True)
    return text


def _save(consent: Consent, by: User) -> Consent:
    consent._history_user = by
    consent.full_clean()
    consent.save()
    return consent
