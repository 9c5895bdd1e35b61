"""What the apps tell about their people, whom `privacy` itself knows only by type and key.

`PRIVACY_FROM_APPS` in the settings names a module per app. What such a module offers, under these names:

- `LABELS`: `{"app.model": function(keys) -> {key: name}}`, the names of people for a page that may show them;
- `FINDERS`: `{"participant": function(public key) -> person or None}`, who is behind an address;
- `KEYS`: `{"app.model": function(key) -> {keys}}`, under which keys somebody was known: merged records have left some;
- `OTHERS`: `{"app.model": function(key) -> (names, first names)}`, of everybody else, to be kept from somebody's copy;
- `FIELD_NAMES`: `{"phone": "telefoon"}`, what people call a field that the log names;
- `CASELOADS`: `{"app.model": function(user key, first, last) -> {keys}}`, whom somebody worked with on those days;
- `CLOSED_DAYS`: `function(first, last) -> {days}`, on which nobody works.

Another name is added by who needs it: `registered("NAME")` gives what each module has under that name.
"""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import models


def registered(name: str) -> list[Any]:
    """What the apps offer under `name`, in the order of the settings."""
    modules = map(import_module, settings.PRIVACY_FROM_APPS)
    return [getattr(module, name) for module in modules if hasattr(module, name)]


def labels_of(model: type[models.Model], keys: Iterable[int]) -> dict[int, str]:
    """The names of rows of `model`, for a page that may show them; who is gone has none."""
    keys = set(keys)
    found = [labels[model._meta.label_lower] for labels in registered("LABELS") if model._meta.label_lower in labels]
    return {key: name for label in found for key, name in label(keys).items()}


def find_person(kind: str, public_key: str) -> models.Model | None:
    """Who is behind `public_key` in an address, whether or not somebody may see them."""
    finders = [each[kind] for each in registered("FINDERS") if kind in each]
    return next(filter(None, (find(public_key) for find in finders)), None)


def keys_of_person(person: models.Model) -> set[int]:
    """The keys under which somebody is or was known."""
    found = [keys[person._meta.label_lower] for keys in registered("KEYS") if person._meta.label_lower in keys]
    return {person.pk}.union(*(known(person.pk) for known in found))


def names_of_others(person: models.Model) -> tuple[set[str], set[str]]:
    """Whole names and first names of everybody else of the same kind."""
    found = [others[person._meta.label_lower] for others in registered("OTHERS") if person._meta.label_lower in others]
    names = [other(person.pk) for other in found]
    return {name for whole, _ in names for name in whole}, {name for _, first in names for name in first}
