"""A new key for what stands sealed already: every text is sealed again, while everybody goes on working.

A text is replaced only when it is still the text that was read (compare and swap, one row at a time). So nobody's newer
words are overwritten, nobody waits for more than one row, and stopping halfway or running twice at once does no harm.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.db.models.functions import Left, StrIndex

from pluspunt.encryption import SealedField, Unreadable, seal, sealing_key, unseal

# So many rows are read at once.
BATCH = 200


@dataclass
class Resealed:
    """What one run did: texts sealed again, texts that somebody changed just then, and texts that nobody can read."""

    done: int = 0
    passed_by: int = 0
    unreadable: int = 0


def sealed_columns() -> Iterator[SealedField]:
    """Every sealed column of every table, the history included."""
    for model in apps.get_models():
        yield from (field for field in model._meta.concrete_fields if isinstance(field, SealedField))


def texts_by_key() -> Counter[str]:
    """How many sealed texts there are under each key id."""
    found = Counter()
    for field in sealed_columns():
        rows = _sealed(field).annotate(_key=Left(field.attname, StrIndex(field.attname, models.Value(":")) - 1))
        found.update(dict(rows.order_by().values_list("_key").annotate(models.Count("pk"))))
    return found


def reseal() -> Resealed:
    """Seal everything that is under another key again under the first key of `FIELD_KEYS`."""
    result = Resealed()
    for field in sealed_columns():
        last = None
        while rows := _next_rows(field, last):
            for row in rows:
                _reseal_row(field, row, result)
            last = rows[-1].pk
    return result


def _sealed(field: SealedField) -> models.QuerySet:
    return field.model._base_manager.exclude(**{field.attname: ""})


def _next_rows(field: SealedField, after: object) -> list[models.Model]:
    """The next batch that is not under the sealing key, in the order of the primary key."""
    rows = _sealed(field).exclude(**{f"{field.attname}__startswith": f"{sealing_key()}:"}).order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.only("pk", field.attname, field.bound_to[1])[:BATCH])


def _reseal_row(field: SealedField, row: models.Model, result: Resealed) -> None:
    before, name = getattr(row, field.attname), field.row_name(row)
    try:
        after = seal(unseal(before, name), name)
    except Unreadable:
        result.unreadable += 1
        return
    # Not `save()`: nobody changed anything, so the history gets no line.
    unchanged = field.model._base_manager.filter(pk=row.pk, **{field.attname: before})
    if unchanged.update(**{field.attname: after}):
        result.done += 1
    else:
        result.passed_by += 1
