"""Somebody asks to be forgotten (AVG art. 17): what the law says, what is decided, and erasing at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet

from privacy.models import ErasureProof, ErasureRequest, Part
from privacy.services.erasing import Check, erase_all, erase_part, people_of
from privacy.services.proofs import make_proof

MEANWHILE = "Iemand anders heeft dit intussen gewijzigd. Kijk het na en probeer het nog een keer."


@dataclass(frozen=True)
class Asked:
    """What somebody asked: when, and whether they did so themselves (`ErasureRequest.AskedBy`)."""

    on: date
    by: str


def checks_of(person: models.Model) -> list[Check]:
    """What the law asks before all may be erased; where one has a `problem`, it may not."""
    return people_of(type(person)).checks(person)


def requests_about(person: models.Model) -> QuerySet[ErasureRequest]:
    """What was asked about somebody before, and refused or done in part, the newest first."""
    about = ContentType.objects.get_for_model(person)
    return ErasureRequest.objects.filter(content_type=about, object_id=person.pk).select_related("decided_by", "proof")


@transaction.atomic
def erase_on_request(person: models.Model, asked: Asked, why: str, *, by: models.Model) -> ErasureProof:
    """Erase everything about somebody now; what stays is the proof, which says nothing about them.

    Raises `ValidationError` with the sentence for the person when a law says that we must keep it.
    """
    person = _lock(person)
    if problems := [check.problem for check in checks_of(person) if check.problem]:
        raise ValidationError(problems)
    _check_day(asked.on)
    return make_proof(erase_all(person), why, by=by, asked_on=asked.on)


@transaction.atomic
def erase_partly(
    person: models.Model, asked: Asked, parts: Collection[Part], reason: str, *, by: models.Model
) -> ErasureRequest:
    """Erase now what somebody had agreed to and takes back; the rest of the record stays, and `reason` says why.

    Consents that still run are taken back first by whoever records that. Raises `ValidationError` without any part.
    """
    person = _lock(person)
    if not parts:
        raise ValidationError({"parts": "Kies wat er gewist wordt."})
    _check_day(asked.on)
    why = ErasureProof.Why.CONSENT_WITHDRAWN
    proof = make_proof(erase_part(person, [*parts]), why, by=by, asked_on=asked.on, parts=parts)
    return _keep(person, asked, ErasureRequest.Decision.PARTLY, reason, by, proof)


@transaction.atomic
def refuse_erasure(person: models.Model, asked: Asked, reason: str, *, by: models.Model) -> ErasureRequest:
    """Keep that somebody asked and that we may not, with the words in which they hear why."""
    return _keep(_lock(person), asked, ErasureRequest.Decision.REFUSED, reason, by, None)


def _lock(person: models.Model) -> models.Model:
    people = people_of(type(person))
    try:
        return people.lock(person.pk)
    except people.model.DoesNotExist:
        raise ValidationError(MEANWHILE) from None


def _check_day(day: date) -> None:
    ErasureRequest(asked_on=day).clean()


def _keep(
    person: models.Model, asked: Asked, decision: str, reason: str, by: models.Model, proof: ErasureProof | None
) -> ErasureRequest:
    request = ErasureRequest(
        content_type=ContentType.objects.get_for_model(person),
        object_id=person.pk,
        asked_on=asked.on,
        asked_by=asked.by,
        decision=decision,
        reason=reason.strip(),
        decided_by=by,
        proof=proof,
    )
    request.full_clean()
    request.save(force_insert=True)
    return request
