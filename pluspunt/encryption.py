"""Texts that may not stand readable in the database: sealed with AES-GCM under a key of their own.

`FIELD_KEYS` names the keys as `id:base64`, the first seals and all unseal: a new key is put in front and the old ones
stay until everything was sealed again. They stand apart from `SECRET_KEY`, so that renewing that loses nothing.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from pluspunt.keys import keys_of

_NONCE_BYTES = 12


class Unreadable(Exception):
    """The sealed text was changed, moved to another row, or its key is gone."""


def seal(text: str, bound_to: str) -> str:
    """`text` as `key id:base64`; only `unseal` with the same `bound_to` (the name of the row) reads it back."""
    key_id, key = next(iter(keys_of("FIELD_KEYS").items()))
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, text.encode(), bound_to.encode())
    return f"{key_id}:{base64.b64encode(sealed).decode()}"


def unseal(sealed: str, bound_to: str) -> str:
    """The text that `seal` was given. Raises `Unreadable` when it was tampered with or its key is not there."""
    key_id, _, encoded = sealed.partition(":")
    key = keys_of("FIELD_KEYS").get(key_id)
    if key is None:
        raise Unreadable(f"no key {key_id!r}")
    try:
        content = base64.b64decode(encoded, validate=True)
        return AESGCM(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], bound_to.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise Unreadable("changed, or of another row") from error


def sealing_key() -> str:
    """The id of the key that seals now."""
    return next(iter(keys_of("FIELD_KEYS")))


class SealedField(models.TextField):
    """A column of sealed text. `bound_to` is what it is sealed for: a name, and the column that tells rows apart.

    The field goes along to the history of a model, so whoever looks for sealed texts finds those as well.
    """

    def __init__(self, *args, bound_to: tuple[str, str] = ("", ""), **kwargs):
        self.bound_to = bound_to
        super().__init__(*args, **{**kwargs, "editable": False})

    def deconstruct(self):
        """To the database it is a text: what it is bound to needs no migration."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def row_name(self, row: models.Model) -> str:
        """The name of `row` that its text is bound to."""
        kind, column = self.bound_to
        return f"{kind}:{getattr(row, column)}"

    def read(self, row: models.Model) -> str:
        """The text in `row`; raises `Unreadable`."""
        sealed = getattr(row, self.attname)
        return unseal(sealed, self.row_name(row)) if sealed else ""

    def write(self, row: models.Model, text: str) -> None:
        """Seal `text` into `row`, which must know already what tells it apart."""
        setattr(row, self.attname, seal(text, self.row_name(row)))


def sealed_property(name: str) -> property:
    """The text of the sealed column `name`, as an attribute that is read and given."""

    def field_of(row: models.Model) -> SealedField:
        return row._meta.get_field(name)

    return property(lambda row: field_of(row).read(row), lambda row, text: field_of(row).write(row, text))
