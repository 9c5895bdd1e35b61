"""Keys that a setting names as `id:base64`, the one in use first."""

import base64

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_KEY_BYTES = 32


def keys_of(setting: str) -> dict[str, bytes]:
    """Key id → 32 bytes, the one in use first; raises `ImproperlyConfigured` for a key that is none."""
    keys = {}
    for entry in getattr(settings, setting):
        key_id, _, encoded = entry.partition(":")
        try:
            keys[key_id] = base64.b64decode(encoded, validate=True)
        except ValueError:
            keys[key_id] = b""
        if not key_id or len(keys[key_id]) != _KEY_BYTES:
            raise ImproperlyConfigured(f"{setting}: een sleutel is id:base64 van 32 willekeurige bytes.")
    return keys
