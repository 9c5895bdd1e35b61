"""A new key for what stands sealed already: every text is sealed again, while everybody goes on working.

A text is replaced only when it is still the text that was read (compare and swap, one row at a time). So nobody's newer
words are overwritten, nobody waits for more than one row, and stopping halfway or running twice at once does no harm.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.functions import Left, StrIndex
from django.utils.module_loading import import_string

from pluspunt.encryption import SealedField, Unreadable, seal, sealing_key, unseal

# So many rows are read at once.
BATCH = 200


@dataclass
class Resealed:
    """What one run did: texts sealed again, texts that somebody changed just then, and texts that nobody can read."""

    done: int = 0
    passed_by: int = 0
    unreadable: int = 0


@dataclass(frozen=True)
class SealedText:
    """A sealed text as it was read, with the key of its row and the name that it is bound to."""

    pk: int
    sealed: str
    bound_to: str


@dataclass(frozen=True)
class SealedPlace:
    """Where texts stand sealed that are no `SealedField`: all of them, and what replaces one that is still the same."""

    texts: Callable[[], Iterable[SealedText]]
    replace: Callable[[int, str, str], bool]


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
    found.update(text.sealed.partition(":")[0] for place in _elsewhere() for text in place.texts())
    return found


def reseal() -> Resealed:
    """Seal everything that is under another key again under the first key of `FIELD_KEYS`."""
    result, now = Resealed(), sealing_key()
    for place in [*map(_place_of, sealed_columns()), *_elsewhere()]:
        for text in place.texts():
            if not text.sealed.startswith(f"{now}:"):
                _reseal_text(place, text, result)
    return result


def _reseal_text(place: SealedPlace, text: SealedText, result: Resealed) -> None:
    try:
        after = seal(unseal(text.sealed, text.bound_to), text.bound_to)
    except Unreadable:
        result.unreadable += 1
        return
    if place.replace(text.pk, text.sealed, after):
        result.done += 1
    else:
        result.passed_by += 1


def _elsewhere() -> Iterator[SealedPlace]:
    return map(import_string, settings.SEALED_ELSEWHERE)


def _sealed(field: SealedField) -> models.QuerySet:
    return field.model._base_manager.exclude(**{field.attname: ""})


def _place_of(field: SealedField) -> SealedPlace:
    def texts() -> Iterator[SealedText]:
        last = 0
        while rows := _next_rows(field, last):
            for row in rows:
                yield SealedText(row.pk, getattr(row, field.attname), field.row_name(row))
            last = rows[-1].pk

    def replace(pk: int, before: str, after: str) -> bool:
        # Not `save()`: nobody changed anything, so the history gets no line.
        unchanged = field.model._base_manager.filter(pk=pk, **{field.attname: before})
        return unchanged.update(**{field.attname: after}) == 1

    return SealedPlace(texts, replace)


def _next_rows(field: SealedField, after: int) -> list[models.Model]:
    """The next batch that is not under the sealing key, in the order of the primary key."""
    rows = _sealed(field).exclude(**{f"{field.attname}__startswith": f"{sealing_key()}:"})
    return list(rows.filter(pk__gt=after).order_by("pk").only("pk", field.attname, field.bound_to[1])[:BATCH])
