"""The signatures of the access log: HMAC-SHA256 with a key of `LOG_KEYS`, the first signs and all verify."""

import hashlib
import hmac
import ipaddress
import json
from collections.abc import Iterable
from datetime import UTC

from django.contrib.contenttypes.models import ContentType

from pluspunt.keys import keys_of
from privacy.models import AccessEvent, AccessSubject, Seal

SETTING = "LOG_KEYS"


def signing_key() -> str:
    """The name of the key that signs now."""
    return next(iter(keys_of(SETTING)))


def mac_of_event(event: AccessEvent, subjects: Iterable[AccessSubject], key: str) -> str | None:
    """The signature of all that an event says, and about whom; `None` when there is no such key any more."""
    about = sorted([_name_of(subject.content_type_id), subject.object_id] for subject in subjects)
    moment = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    who = [event.user_id, event.role, event.address and str(ipaddress.ip_address(event.address))]
    what = [event.action, event.data, event.ground, bool(event.allowed)]
    return _mac(
        "event", [str(event.key), moment, *who, *what, event.session, event.agent, event.request_id, about], key
    )


def mac_of_seal(seal: Seal, key: str) -> str | None:
    """The signature of all that a seal says; `None` when there is no such key any more."""
    moment = seal.sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    span = [seal.number, seal.events, seal.first, seal.last, seal.count, seal.pruned_through]
    return _mac("seal", [*span, seal.digest, seal.previous, moment], key)


def line_of(event: AccessEvent, seal_key: str) -> bytes:
    """What the digest of a seal takes of an event; of one that was never signed, everything that it says."""
    said = event.mac or f"unsigned {mac_of_event(event, event.subjects.all(), seal_key)}"
    return f"{event.pk} {said}\n".encode()


def is_same(one: str, other: str | None) -> bool:
    """Whether two signatures are one; no signature is never."""
    return bool(one and other) and hmac.compare_digest(one, other)


def _mac(kind: str, facts: list, key: str) -> str | None:
    secret = keys_of(SETTING).get(key)
    content = json.dumps([kind, 1, key, *facts], ensure_ascii=True, separators=(",", ":"))
    return hmac.new(secret, content.encode(), hashlib.sha256).hexdigest() if secret else None


def _name_of(content_type: int) -> str:
    return ".".join(ContentType.objects.get_for_id(content_type).natural_key())
