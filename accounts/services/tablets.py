"""Tablets of the house: an administrator enrols one, and then somebody opens its locked screen with a PIN.

A tablet shows by a cookie which one it is; the database keeps only the digest of that. It says nothing about who works
on it: a full sign-in does, and a PIN opens the screen again of who signed in there fully (decision 0042).
"""

import secrets
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from accounts.models import Tablet, User

_KEY_BYTES = 32


@transaction.atomic
def enrol_tablet(name: str, *, by: User) -> tuple[Tablet, str]:
    """A new tablet and its key, which is told once, to the browser.

    Raises `ValidationError` for a name that another tablet has.
    """
    key = secrets.token_urlsafe(_KEY_BYTES)
    tablet = Tablet(name=name, key_digest=_digest(key), enrolled_by=by)
    tablet.full_clean()
    tablet.save(force_insert=True)
    return tablet, key


@transaction.atomic
def revoke_tablet(tablet: Tablet, *, by: User) -> bool:
    """The tablet is one of the house no more: whoever is signed in on it is out at once. Whether it still was."""
    tablet = Tablet.objects.select_for_update().get(pk=tablet.pk)
    if tablet.revoked_at:
        return False
    tablet.revoked_at, tablet.revoked_by = timezone.now(), by
    tablet.full_clean()
    tablet.save(update_fields=["revoked_at", "revoked_by"])
    return True


def find_tablet(key: str) -> Tablet | None:
    """The tablet of which a browser shows the `key`; no query for a device that shows none."""
    return Tablet.objects.in_use().filter(key_digest=_digest(key)).first() if key else None


def use_tablet(tablet: Tablet) -> None:
    """Write down that the tablet was used today: one write a day."""
    today = timezone.localdate()
    if tablet.last_used_on != today:
        Tablet.objects.filter(pk=tablet.pk).update(last_used_on=today)


def _digest(key: str) -> str:
    # The key is random and long: nothing slower is needed to keep it from being guessed.
    return sha256(key.encode()).hexdigest()
