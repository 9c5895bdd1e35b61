"""Records of which the term is over: a warning, thirty days in which a coordinator may object, then no name is left."""

import logging
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from pluspunt.templatetags.words import day as in_words
from privacy.models import ErasureProof, Postponement, RetentionNotice
from privacy.registry import registered
from privacy.services.erasing import Left, People, erase_all, forget_what_was_freed, numbers_of, people_of
from privacy.services.log import Action, Ground, record_access
from privacy.services.proofs import make_proof

logger = logging.getLogger(__name__)
# Between the warning and erasing (domain reference §8).
GRACE = timedelta(days=30)
# A postponement is for one reason, and that is looked at again within a year.
LONGEST = timedelta(days=366)
# Of whose term the end is shown before there is a warning.
SOON = timedelta(weeks=8)
WHAT = "alles, omdat de bewaartermijn voorbij is"


@dataclass(frozen=True)
class Coming:
    """Somebody whose term ends soon; nothing is to be done yet."""

    person: models.Model
    left: Left


def keep_terms() -> int:
    """The work of the night: warn of whose term is over, and erase whom nobody objected to; how many were erased.

    Safe to run as often as one likes. One person who cannot be erased keeps nobody else: that is logged without a name.
    """
    erased = 0
    for people in registered("PEOPLE"):
        _warn(people)
        for notice in _notices_of(people).filter(erase_on__lte=timezone.localdate(), postponed_until__isnull=True):
            try:
                erased += erase_when_over(notice) is not None
            except Exception:
                logger.exception("record %s could not be erased", notice.pk)
    if ErasureProof.objects.filter(erased_at__gte=timezone.now() - timedelta(days=2)).exists():
        forget_what_was_freed()
    return erased


@transaction.atomic
def erase_when_over(notice: RetentionNotice) -> ErasureProof | None:
    """Erase the person of `notice`; `None` when that is not so any more: they came back, or somebody objected."""
    people = people_of(notice.content_type.model_class())
    try:
        person = people.lock(notice.object_id)
    except people.model.DoesNotExist:
        RetentionNotice.objects.filter(pk=notice.pk).delete()
        return None
    today = timezone.localdate()
    notice = RetentionNotice.objects.select_for_update(of=("self",)).filter(pk=notice.pk).first()
    left = people.left([person.pk]).get(person.pk)
    if notice is None or notice.erase_on > today or notice.postponed_until or left is None or left.due_on > today:
        return None
    numbers = list(numbers_of(person))
    proof = make_proof(erase_all(person), ErasureProof.Why.TERM_OVER)
    record_access(None, Action.ERASE, people.model, numbers, WHAT, address=None, ground=Ground.LEGAL)
    return proof


@transaction.atomic
def postpone(notice: RetentionNotice, *, until: date, reason: str, by: models.Model) -> Postponement:
    """Keep a record until `until`, because of `reason`; then there is a new warning and everything begins anew.

    Raises `ValidationError` for a day that is not after today or more than a year away, without a reason, and when the
    warning is gone: the record was erased, or the person came back.
    """
    today = timezone.localdate()
    notice = RetentionNotice.objects.select_for_update(of=("self",)).filter(pk=notice.pk).first()
    if notice is None:
        raise ValidationError("Deze waarschuwing is er niet meer. Kijk op de lijst hoe het ervoor staat.")
    if until <= today:
        raise ValidationError({"until": "Kies een dag na vandaag."})
    if until > today + LONGEST:
        raise ValidationError({"until": f"Uitstellen kan tot hoogstens een jaar: {in_words(today + LONGEST)}."})
    postponement = Postponement(notice=notice, until=until, reason=reason.strip(), by=by)
    postponement.full_clean()
    postponement.save(force_insert=True)
    notice.postponed_until = until
    notice.full_clean()
    notice.save()
    return postponement


def notices_about(model: type[models.Model]) -> QuerySet[RetentionNotice]:
    """All warnings about people of `model`, those that are first in turn first."""
    about = ContentType.objects.get_for_model(model)
    return RetentionNotice.objects.filter(content_type=about).prefetch_related("postponements__by")


def coming_ends(model: type[models.Model]) -> list[Coming]:
    """Whose term ends within `SOON` and who has no warning yet, the first end first."""
    last = timezone.localdate() + SOON
    left = {key: each for key, each in people_of(model).left(None).items() if each.due_on <= last}
    warned = set(notices_about(model).values_list("object_id", flat=True))
    people = model._base_manager.in_bulk(left.keys() - warned)
    return sorted((Coming(person, left[key]) for key, person in people.items()), key=lambda each: each.left.due_on)


def _notices_of(people: People) -> QuerySet[RetentionNotice]:
    return notices_about(people.model).select_related("content_type").order_by("pk")


@transaction.atomic
def _warn(people: People) -> None:
    """Let the warnings be those of people whose term is over: no more for who came back, new ones for others."""
    today = timezone.localdate()
    over = {key: left for key, left in people.left(None).items() if left.due_on <= today}
    known = {notice.object_id: notice for notice in _notices_of(people).select_for_update(of=("self",))}
    for key, notice in known.items():
        if key not in over:
            notice.delete()
        elif notice.postponed_until and notice.postponed_until <= today:
            notice.warned_on, notice.erase_on, notice.postponed_until = today, today + GRACE, None
            notice.save()
    about = ContentType.objects.get_for_model(people.model)
    RetentionNotice.objects.bulk_create(
        RetentionNotice(
            content_type=about,
            object_id=key,
            term=left.term,
            ended_on=left.ended_on,
            due_on=left.due_on,
            warned_on=today,
            erase_on=today + GRACE,
        )
        for key, left in sorted(over.items())
        if key not in known
    )
