"""One card: one statement in passing, about twenty seconds. It never counts for growth (§7)."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from accounts.models import User
from impact.models import MicroMeasurement, Statement
from impact.services.measuring import check_takes_part
from participants.models import Participant
from participants.services.people import lock_participant


def next_card(participant: Participant) -> Statement | None:
    """The statement whose turn it is for this person: never asked, in any version, or longest ago; one query."""
    cards = MicroMeasurement.objects.filter(participant=participant, statement__number=OuterRef("number"))
    asked = Statement.objects.asked_on(timezone.localdate())
    rows = asked.annotate(last_on=Subquery(cards.order_by("-taken_on").values("taken_on")[:1]))
    return rows.order_by(F("last_on").asc(nulls_first=True), "position", "number").first()


@transaction.atomic
def record_card(participant: Participant, statement: Statement, value: int | None, *, key: UUID, by: User) -> bool:
    """Keep one card; whether it is new. The same form (`key`) counts once.

    Raises `ValidationError` for who does not take part, and for a statement that is not asked any more.
    """
    lock_participant(participant.pk)
    if MicroMeasurement.objects.filter(key=key).exists():
        return False
    check_takes_part(participant)
    if not Statement.objects.asked_on(timezone.localdate()).filter(pk=statement.pk).exists():
        raise ValidationError("Deze stelling vragen we niet meer. Neem een nieuw kaartje.")
    card = MicroMeasurement(participant=participant, statement=statement, value=value, key=key, taken_by=by)
    card.full_clean()
    card.save()
    return True
