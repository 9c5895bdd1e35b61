"""Erasing somebody: what figures count stays, under nobody's name; everything else about them goes.

Each app says what becomes of its rows (`ERASING`, a list of `Rule`), and the floor of the people who they are
(`PEOPLE`, a `People`). What stays moves to another row, with another number and another key; the row of the person
goes away. So nobody who was writing about them meanwhile can leave anything behind: the database refuses it. And
nothing leads from the access log, which knows the old number, to what stayed.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import Q

from privacy.models import AccessSubject, Part, Term
from privacy.registry import registered


@dataclass(frozen=True)
class Rule:
    """What becomes of the rows of `model` about somebody, found by `of` (lookups to the person).

    All of them are deleted, or those in `delete`. Of the others the fields in `blank` get that value, and those in
    `keep` stay as they are: words separated by spaces, with why. Their history goes in any case. `part` names what may
    go by itself: then all rows go. The order of the rules is that of deleting: what refers goes first.
    """

    model: type[models.Model]
    of: tuple[str, ...] = ("participant",)
    delete: bool | Q = False
    blank: Mapping[str, Any] = field(default_factory=dict)
    keep: Mapping[str, str] = field(default_factory=dict)
    part: Part | None = None

    def rows(self, keys: list[int]) -> models.QuerySet:
        """The rows about the people with these keys."""
        found = Q()
        for path in self.of:
            found |= Q(**{f"{path}__in": keys})
        return self.model._base_manager.filter(found).order_by()

    def doomed(self, keys: list[int], *, in_part: bool = False) -> models.QuerySet:
        """Those of `rows` that are deleted."""
        rows = self.rows(keys)
        if in_part or self.delete is True:
            return rows
        return rows.filter(self.delete) if self.delete else rows.none()

    @property
    def model_name(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    @property
    def kept_fields(self) -> set[str]:
        return {name for names in self.keep for name in names.split()}


@dataclass(frozen=True)
class Left:
    """Somebody who left on `ended_on`; by `term` the record is kept until `due_on`."""

    term: Term
    ended_on: date
    due_on: date


@dataclass(frozen=True)
class Check:
    """One thing that the law asks before erasing: `problem` is why not, in words for the person; empty when fine."""

    label: str
    problem: str = ""


@dataclass(frozen=True)
class People:
    """Who the people of an app are: their `model`, of which each row has a random `key`.

    `lock` gives the person by number, as they are now, or raises `model.DoesNotExist`. `former` are the numbers and the
    keys of records that were merged with them, `all_keys` those of everybody. `nobody` makes the nameless row that
    takes their place. `left` says of whom (these numbers, or everybody) the record may go and when, and `checks` what
    must be so before all of it is erased.
    """

    model: type[models.Model]
    lock: Callable[[int], models.Model]
    former: Callable[[models.Model], list[tuple[int, str]]]
    all_keys: Callable[[], list[tuple[int, str]]]
    nobody: Callable[[], models.Model]
    left: Callable[[list[int] | None], dict[int, Left]]
    checks: Callable[[models.Model], list[Check]]


def rules() -> list[Rule]:
    """The rules of all apps, those of the highest floor first: what stands there refers to what is below."""
    return [rule for rules in reversed(registered("ERASING")) for rule in rules]


def people_of(model: type[models.Model]) -> People:
    """What the app says about its people."""
    return next(each for each in registered("PEOPLE") if each.model is model)


def hash_of(key: str) -> str:
    """What a proof keeps of a key; whoever has the key can see that it is the same one, nobody can turn it back."""
    return sha256(f"pluspunt.erased:{key}".encode()).hexdigest()


def numbers_of(person: models.Model) -> dict[int, str]:
    """The numbers and keys under which somebody is known: their own, and those of records merged with theirs."""
    return {person.pk: person.key, **dict(people_of(type(person)).former(person))}


@dataclass(frozen=True)
class Erased:
    """What was erased: rows per model ("participants.Note"), and the hashes of the keys."""

    counts: dict[str, int]
    keys: list[str]


def preview(person: models.Model) -> list[tuple[Rule, int, int]]:
    """Per rule how many rows would go and how many would stay without a name; rules without rows are left out."""
    keys = list(numbers_of(person))
    found = []
    for rule in rules():
        all_rows, doomed = rule.rows(keys).count(), rule.doomed(keys).count()
        if all_rows:
            found.append((rule, doomed, all_rows - doomed))
    return found


def erase_all(person: models.Model) -> Erased:
    """Erase everything about a locked person, in the transaction of whoever calls this.

    Figures stay as they were. Raises `ProtectedError` when a model refers to the person and no rule speaks of it.
    """
    people, keys = people_of(type(person)), numbers_of(person)
    numbers = list(keys)
    old = [_history_ids(rule, numbers) for rule in rules()]
    nobody = people.nobody()
    counts = _clear(numbers)
    # What is found by way of what has moved is found with `nobody`.
    everywhere = [*numbers, nobody.pk]
    counts += _move(nobody, everywhere)
    counts += _delete(rules(), everywhere)
    counts += _delete_our_own(people.model, numbers)
    people.model._base_manager.filter(pk=person.pk).delete()
    counts[people.model._meta.label] += 1
    for rule, found in zip(rules(), old, strict=True):
        counts += _delete_history(rule.model, found)
    counts += _delete_history(people.model, Q(id__in=numbers))
    return Erased(dict(sorted(counts.items())), sorted(map(hash_of, keys.values())))


def erase_part(person: models.Model, parts: list[Part]) -> Erased:
    """Erase what somebody had agreed to and takes back, of a locked person; they and the rest stay as they are."""
    keys = numbers_of(person)
    numbers = list(keys)
    chosen = [rule for rule in rules() if rule.part in parts]
    old = [_history_ids(rule, numbers) for rule in chosen]
    counts = _delete(chosen, numbers, in_part=True)
    for rule, found in zip(chosen, old, strict=True):
        counts += _delete_history(rule.model, found)
    return Erased(dict(sorted(counts.items())), sorted(map(hash_of, keys.values())))


def _move(nobody: models.Model, numbers: list[int]) -> Counter:
    """Let what stays be nobody's, with its fields blanked. First of all: it locks the rows that somebody may change."""
    counts: Counter = Counter()
    for rule in rules():
        if rule.delete is True:
            continue
        rows = rule.rows(numbers)
        if rule.delete:
            rows = rows.exclude(rule.delete)
        # Afterwards the rows are found by nothing any more: their keys are asked first.
        keys = list(rows.values_list("pk", flat=True))
        values = {name: nobody for name in rule.of if "__" not in name} | dict(rule.blank)
        if keys and values:
            counts[rule.model._meta.label] += rule.model._base_manager.filter(pk__in=keys).update(**values)
    return counts


def _delete(chosen: list[Rule], numbers: list[int], *, in_part: bool = False) -> Counter:
    counts: Counter = Counter()
    for rule in chosen:
        counts.update(rule.doomed(numbers, in_part=in_part).delete()[1])
    return counts


def _delete_our_own(model: type[models.Model], numbers: list[int]) -> Counter:
    """What `privacy` itself keeps about them; the access log stays, as the law asks, and knows only numbers."""
    counts: Counter = Counter()
    about = ContentType.objects.get_for_model(model)
    for own in own_models():
        rows = own._base_manager.filter(content_type=about, object_id__in=numbers)
        for relation in own._meta.related_objects:
            children = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": rows})
            counts.update(children.delete()[1])
        counts.update(rows.delete()[1])
    return counts


def own_models() -> list[type[models.Model]]:
    """The models of `privacy` that are about somebody, whom they know by type and number; without the log."""
    found = apps.get_app_config("privacy").get_models()
    about = [model for model in found if {"content_type", "object_id"} <= {field.name for field in model._meta.fields}]
    return [model for model in about if model is not AccessSubject]


def _clear(numbers: list[int]) -> Counter:
    """What names its rows in another way than by a relation (`CLEARING`); asked while those rows are still there."""
    counts: Counter = Counter()
    for clear in registered("CLEARING"):
        counts.update(clear(numbers))
    return counts


def _history_ids(rule: Rule, numbers: list[int]) -> Q | None:
    """Which lines of history are about these people: of rows that are there, and of rows that are gone already."""
    if not hasattr(rule.model, "history"):
        return None
    found = Q(id__in=list(rule.rows(numbers).values_list("pk", flat=True)))
    for path in rule.of:
        found |= Q(**{f"{path.partition('__')[0]}__in": _parents(rule.model, path, numbers)})
    return found


def _parents(model: type[models.Model], path: str, numbers: list[int]) -> list[int]:
    """The numbers of what the first step of `path` refers to, also of parents that are gone."""
    hop, _, rest = path.partition("__")
    if not rest:
        return numbers
    parent = model._meta.get_field(hop).related_model
    found = set(parent._base_manager.filter(**{f"{rest}__in": numbers}).values_list("pk", flat=True))
    if hasattr(parent, "history") and "__" not in rest:
        found |= set(parent.history.filter(**{f"{rest}__in": numbers}).values_list("id", flat=True))
    return sorted(found)


def _delete_history(model: type[models.Model], found: Q | None) -> Counter:
    if found is None:
        return Counter()
    return Counter(model.history.model._base_manager.filter(found).delete()[1])


def forget_what_was_freed() -> None:
    """Let the database file itself forget what was deleted; not in a transaction, and when few people are busy.

    On PostgreSQL its own cleaning does that (`autovacuum`); SQLite keeps old bytes in the file until it is rewritten.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
