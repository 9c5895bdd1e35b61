"""The links in our mails with which people choose a password: each works once, and not for long."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import base36_to_int

# A new colleague reads the mail on the first working day; who forgot a password waits for the mail.
_OF_NOBODY_YET = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
_OF_SOMEBODY = timedelta(hours=2)


class PasswordLinks(PasswordResetTokenGenerator):
    """Three days for who has no password yet, two hours for who has one.

    That a link works once is Django's: it is made of the password that it replaces, and of the last sign-in.
    """

    def check_token(self, user, token):
        if not super().check_token(user, token):
            return False
        made = base36_to_int(token.partition("-")[0])
        age = timedelta(seconds=self._num_seconds(self._now()) - made)
        return age <= (_OF_SOMEBODY if user.has_usable_password() else _OF_NOBODY_YET)
