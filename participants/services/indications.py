"""What happens to an indication after it was granted: it is cut short, renewed step by step, and reported."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from participants.models import Indication, RenewalStep
from participants.services.people import lock_participant, save_row
from pluspunt.templatetags.words import day as in_words


def delivered_after(indication: Indication, last_day: date) -> int:
    """Day parts that somebody attended within the indication, after `last_day`."""
    rows = indication.participant.attendances.filter(status="PRESENT", session__state="PLANNED", date__gt=last_day)
    rows = rows.exclude(trajectory__target_group="SKILLED_VOLUNTEER")
    return (rows.filter(date__lte=indication.end_date) if indication.end_date else rows).count()


@transaction.atomic
def shorten_indication(indication: Indication, *, last_day: date, reason: str, by: User) -> Indication:
    """Let an indication end on `last_day`, for `reason` (`EndReason`).

    Raises `ValidationError` when `last_day` lies before its first day, or after the last day of now: more time is
    another decision of the municipality.
    """
    indication = _locked(indication)
    if last_day < indication.start_date:
        raise ValidationError({"last_day": f"De indicatie begint pas op {in_words(indication.start_date)}."})
    if indication.end_date and last_day > indication.end_date:
        sentence = f"De indicatie loopt nu tot en met {in_words(indication.end_date)}. Langer is een verlenging."
        raise ValidationError({"last_day": sentence})
    indication.end_date, indication.end_reason = last_day, reason
    save_row(indication, by=by)
    return indication


@transaction.atomic
def record_renewal_step(step: RenewalStep, *, by: User) -> RenewalStep:
    """Keep what was done about an indication that runs out; raises `ValidationError` when it is still to be done."""
    _locked(step.indication)
    if step.done_on and step.done_on > timezone.localdate():
        raise ValidationError({"done_on": "Deze dag moet nog komen. Noteer alleen wat gedaan is."})
    step.recorded_by = by
    step.full_clean()
    step.save()
    return step


@transaction.atomic
def send_notice(indication: Indication, kind: str, *, sent_on: date, by: User) -> Indication:
    """Keep that the start or the stop notice ("start", "stop") went to the municipality on `sent_on`.

    Raises `ValidationError` for a day that is still to come, or that lies before the indication.
    """
    indication = _locked(indication)
    if sent_on > timezone.localdate():
        raise ValidationError("Deze dag moet nog komen. Noteer een bericht als het verstuurd is.")
    if sent_on < indication.start_date:
        raise ValidationError(f"De indicatie begint pas op {in_words(indication.start_date)}.")
    setattr(indication, f"{kind}_notice_on", sent_on)
    save_row(indication, by=by)
    return indication


def _locked(indication: Indication) -> Indication:
    lock_participant(indication.participant_id)
    return Indication.objects.select_related("participant").get(pk=indication.pk)
