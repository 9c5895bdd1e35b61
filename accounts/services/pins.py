"""The PIN with which somebody opens their own locked screen, on a tablet of the house only."""

import re

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User

DIGITS = 6
# After so many wrong ones only a full sign-in helps, whoever typed them and on which tablet.
MOST_TRIES = 5
_UP = "01234567890"


def check_pin_is_strong(pin: str) -> None:
    """Raises `ValidationError` for what is no PIN of six digits, and for one that everybody tries first."""
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", pin):
        raise ValidationError(f"Een pincode heeft {DIGITS} cijfers.")
    half = pin[: DIGITS // 2]
    if pin in _UP or pin in _UP[::-1] or len(set(pin)) < 3 or pin == 2 * half:
        raise ValidationError("Deze pincode raadt iedereen. Kies er een zonder rijtje of herhaling.")


@transaction.atomic
def set_pin(user: User, pin: str) -> None:
    """Choose a PIN, or another one; raises as `check_pin_is_strong`."""
    check_pin_is_strong(pin)
    User.objects.filter(pk=user.pk).update(pin=make_password(pin), pin_failures=0)


def remove_pin(user: User) -> None:
    """Go on without a PIN: a locked screen then asks the password or a key."""
    User.objects.filter(pk=user.pk).update(pin="", pin_failures=0)


def allow_pin_again(user: User) -> None:
    """After a full sign-in the tries count from nothing."""
    User.objects.filter(pk=user.pk, pin_failures__gt=0).update(pin_failures=0)


@transaction.atomic
def try_pin(user: User, pin: str) -> int:
    """The tries that are left after this one, or -1 when it was right; 0 also when there is no PIN, or no try left.

    Tries at the same moment wait for each other, so that nobody has more than there are.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.has_pin or user.pin_failures >= MOST_TRIES:
        return 0
    if check_password(pin, user.pin):
        allow_pin_again(user)
        return -1
    User.objects.filter(pk=user.pk).update(pin_failures=user.pin_failures + 1)
    return MOST_TRIES - user.pin_failures - 1
