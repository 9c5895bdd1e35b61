"""Second factors: one-time codes of an app, and the reserve codes for who has no app or key at hand."""

import secrets
from collections.abc import Iterator

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import RecoveryCode, User
from pluspunt.encryption import seal, unseal
from pluspunt.resealing import SealedPlace, SealedText

RECOVERY_CODES = 10
# Without those that look like another: 12 of 31 are 59 bits.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LENGTH = 12
_USED_COUNTER = "used_counter"


def seal_totp_secret(secret: str, user: User) -> str:
    """The secret that an app of `user` makes codes from, as it stands in the database."""
    return seal(secret, _row_of(user.pk))


def use_totp_code(authenticator: Authenticator, code: str) -> bool:
    """Whether `code` is one that the app shows about now; each works once, also when it is sent twice at a time.

    A code of before the app was coupled, or not later than the last one that was used, is refused.
    """
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        secret = unseal(row.data["secret"], _row_of(row.user_id))
        coupled = int(row.created_at.timestamp()) // settings.MFA_TOTP_PERIOD
        used = row.data.get(_USED_COUNTER, coupled)
        for counter in yield_hotp_counters_from_time():
            is_right = compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter)))
            if is_right and counter > used:
                row.data[_USED_COUNTER] = counter
                row.save(update_fields=["data"])
                return True
        return False


@transaction.atomic
def make_recovery_codes(user: User) -> list[str]:
    """New codes for `user`, to be shown once: only what a password hasher makes of them is kept. The old ones end."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.recovery_codes.all().delete()
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, hashed=make_password(code)) for code in codes)
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


def use_recovery_code(user: User, code: str) -> bool:
    """Whether `code` is one that `user` did not use before. Of two who use it at the same moment one wins."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    if len(plain) != _CODE_LENGTH:
        return False
    for row in user.recovery_codes.filter(used_at=None):
        if check_password(plain, row.hashed):
            return RecoveryCode.objects.filter(pk=row.pk, used_at=None).update(used_at=timezone.now()) == 1
    return False


@transaction.atomic
def reset_factors(user: User) -> None:
    """Take all second factors from somebody who lost them, and end all sessions: a new one is set up after signing in.

    A thief who has the password would be helped by this: an administrator asks who it is before.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    user.authenticator_set.all().delete()
    user.recovery_codes.all().delete()
    for session in user.usersession_set.all():
        session.end()


def _secrets() -> Iterator[SealedText]:
    for pk, user_id, data in Authenticator.objects.filter(type="totp").values_list("pk", "user_id", "data"):
        yield SealedText(pk, data["secret"], _row_of(user_id))


@transaction.atomic
def _replace_secret(pk: int, before: str, after: str) -> bool:
    row = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if row is None or row.data["secret"] != before:
        return False
    row.data["secret"] = after
    row.save(update_fields=["data"])
    return True


# For `manage.py reseal`: the library keeps the secrets inside a column of its own.
SEALED_SECRETS = SealedPlace(_secrets, _replace_secret)


def _row_of(user_id: int) -> str:
    return f"accounts.totp:{user_id}"
