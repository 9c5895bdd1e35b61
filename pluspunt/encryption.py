"""Texts that may not stand readable in the database: sealed with AES-GCM under a key of their own.

`FIELD_KEYS` names the keys as `id:base64`, the first seals and all unseal: a new key is put in front and the old ones
stay until everything was sealed again. They stand apart from `SECRET_KEY`, so that renewing that loses nothing.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

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
