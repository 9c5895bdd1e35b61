"""The statements that are asked: a changed text is a new version, and the answers stay with the old one."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from impact.models import Answer, MicroMeasurement, Statement

_DAY = timedelta(days=1)
# What makes another statement of it; the order may change at any time.
WORDS = ("text", "coach_text", "indicator", "pictogram")


def running_statements() -> QuerySet[Statement]:
    """The newest version of every statement that was not stopped, with whether it `was_answered`."""
    answers = Answer.objects.filter(statement=OuterRef("pk")).order_by()
    cards = MicroMeasurement.objects.filter(statement=OuterRef("pk")).order_by()
    return Statement.objects.filter(valid_to__isnull=True).annotate(was_answered=Exists(answers) | Exists(cards))


@transaction.atomic
def add_statement(statement: Statement) -> Statement:
    """A new statement, asked from today on, after all others; raises `ValidationError` for what the model refuses."""
    last = Statement.objects.aggregate(number=Max("number", default=0), position=Max("position", default=0))
    statement.number, statement.version = last["number"] + 1, 1
    statement.position = last["position"] + 1
    statement.valid_from, statement.valid_to = timezone.localdate(), None
    statement.full_clean()
    statement.save(force_insert=True)
    return statement


@transaction.atomic
def change_statement(changed: Statement) -> Statement:
    """Keep what `changed` says now: as a new version when the old one was answered, else in its place.

    A version that was asked today already ends today, and the new one begins tomorrow. Raises `ValidationError` when
    somebody else changed or stopped it meanwhile.
    """
    old = _lock(changed)
    if all(getattr(old, name) == getattr(changed, name) for name in WORDS) or not old.was_answered:
        changed.full_clean()
        changed.save()
        return changed
    today = timezone.localdate()
    begins = today if old.valid_from < today else today + _DAY
    _end(old, begins - _DAY)
    new = Statement(
        number=old.number,
        version=old.version + 1,
        valid_from=begins,
        position=changed.position,
        **{name: getattr(changed, name) for name in WORDS},
    )
    new.full_clean()
    new.save(force_insert=True)
    return new


@transaction.atomic
def stop_statement(statement: Statement) -> None:
    """Ask it no more from tomorrow on; what was answered stays. Raises `ValidationError` when it was stopped before."""
    old = _lock(statement)
    _end(old, max(timezone.localdate(), old.valid_from))


def _lock(statement: Statement) -> Statement:
    """The version as it stands, after waiting for whoever changes it."""
    if not Statement.objects.select_for_update().filter(pk=statement.pk, valid_to__isnull=True).exists():
        raise ValidationError("Iemand anders heeft deze stelling intussen gewijzigd. Kijk het na.")
    return running_statements().get(pk=statement.pk)


def _end(statement: Statement, day) -> None:
    statement.valid_to = day
    statement.full_clean()
    statement.save(update_fields=["valid_to"])
