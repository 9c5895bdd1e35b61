"""What the sign-in library asks us: in our words, by our rules, and written down in the access log."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.shortcuts import redirect

from accounts.services.factors import seal_totp_secret
from accounts.services.pins import allow_pin_again
from accounts.services.sessions import begin_session, is_fresh
from privacy.services.log import Action, origin_of, record_access

# By the names of the mails that the library would send.
_HAPPENED = {
    "account/email/password_changed": "eigen wachtwoord gewijzigd",
    "account/email/password_reset": "eigen wachtwoord gekozen, via de link",
    "account/email/password_set": "eigen wachtwoord gekozen",
    "mfa/email/totp_activated": "tweede stap erbij: app met codes",
    "mfa/email/totp_deactivated": "tweede stap weg: app met codes",
    "mfa/email/webauthn_added": "tweede stap erbij: sleutel",
    "mfa/email/webauthn_removed": "tweede stap weg: sleutel",
}


def log_sign_in(request, user, what: str, action: Action = Action.SIGN_IN) -> None:
    """Write in the access log what happened at the door; `user` is None for an address that has no account."""
    record_access(user, action, None, [], what, **origin_of(request))


class StaffAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: an administrator makes the accounts."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "Dit e-mailadres en wachtwoord horen niet bij elkaar. Probeer het nog een keer.",
        "enter_current_password": "Dit is niet je huidige wachtwoord.",
        "incorrect_password": "Dit wachtwoord klopt niet.",
        "rate_limited": "Je hebt het te vaak geprobeerd. Wacht vijf minuten en probeer het dan weer.",
        "too_many_login_attempts": "Je hebt het te vaak geprobeerd. Wacht vijf minuten en probeer het dan weer.",
    }

    def is_open_for_signup(self, request):
        return False

    def authenticate(self, request, **credentials):
        """Who is switched off gets the answer of an address that has no account."""
        user = super().authenticate(request, **credentials)
        if user is None or user.is_active:
            return user
        self.authentication_failed(request, **credentials)
        return None

    def pre_authenticate(self, request, **credentials):
        """Who guessed too often and tries again before the wait is over is written down too."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._log_refusal(request, credentials, "inloggen: te vaak geprobeerd")
            raise

    def authentication_failed(self, request, **credentials):
        self._log_refusal(request, credentials, "inloggen: wachtwoord klopt niet")

    def _log_refusal(self, request, credentials, what):
        user = get_user_model().objects.filter(email__iexact=credentials.get("email", "")).first()
        log_sign_in(request, user, what, Action.REFUSED)

    def reauthenticate(self, user, password):
        """With the address of the account, which is where the wrong guesses of the sign-in page are counted too."""
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def login(self, request, user):
        super().login(request, user)
        begin_session(request.session)
        allow_pin_again(user)
        log_sign_in(request, user, "ingelogd")

    def logout(self, request):
        if request.user.is_authenticated:
            log_sign_in(request, request.user, "uitgelogd")
        super().logout(request)

    def get_login_stages(self):
        return ["accounts.adapter.SecondStep"]

    def respond_user_inactive(self, request, user):
        """Somebody with a key whose account was switched off."""
        log_sign_in(request, user, "inloggen: account staat uit", Action.REFUSED)
        messages.error(request, "Inloggen lukte niet. Vraag het je beheerder.")
        return redirect("account_login")

    def is_reauthentication_required(self, *, app, **kwargs):
        """Asked by the pages of somebody's own second factors; who just signed in has just proved it."""
        return not is_fresh(self.request.session)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """Told of all that changes how somebody signs in: it is written down, and the person hears of it by mail."""
        if happened := _HAPPENED.get(template_prefix):
            log_sign_in(self.request, user, happened)
            self.send_mail("account/email/happened", user.email, {"happened": happened, "user": user})

    def format_email_subject(self, subject):
        """Without the address of the site in front, which says nothing to people."""
        return subject


class StaffMfaAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "Dit klopt niet, of is al gebruikt. Wacht op een nieuwe code en probeer het nog een keer.",
    }

    def encrypt(self, text):
        return seal_totp_secret(text, context.request.user)

    def decrypt(self, encrypted_text):
        raise NotImplementedError("codes are checked by accounts.services.factors")

    def generate_authenticator_name(self, user, type):
        return "Mijn sleutel"

    def get_public_key_credential_rp_entity(self):
        return super().get_public_key_credential_rp_entity() | {"name": "Pluspunt"}


class WorkAccountAdapter(DefaultSocialAccountAdapter):
    """Signing in with the account of the organisation (OpenID Connect): who has an account here, and nobody else."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def pre_social_login(self, request, sociallogin):
        """The first time by an address that the organisation vouches for; after that by who it is there, for good.

        An address may be given to somebody else later: that person is not let in on the account of the first.
        """
        if not sociallogin.is_existing:
            user = self._owner_of(sociallogin)
            if user is None or user.socialaccount_set.filter(provider=sociallogin.account.provider).exists():
                self._refuse(request, user)
            sociallogin.connect(request, user)
        log_sign_in(request, sociallogin.user, f"herkend door {sociallogin.provider.name}")

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        self._refuse(request, None)

    def _owner_of(self, sociallogin):
        addresses = [each.email for each in sociallogin.email_addresses if each.verified]
        return get_user_model().objects.active().filter(email__in=[each.lower() for each in addresses]).first()

    def _refuse(self, request, user):
        log_sign_in(request, user, "inloggen: geen account voor wie elders inlogt", Action.REFUSED)
        messages.error(request, "Hiermee kun je niet inloggen bij Pluspunt. Vraag het je beheerder.")
        raise ImmediateHttpResponse(redirect("account_login"))


class SecondStep(AuthenticateStage):
    """After the password or the account of the organisation, unless that one asks for a second step itself."""

    def _should_handle(self, request):
        return not did_provider_ask(request, self.login.user) and super()._should_handle(request)


def proofs_of(request) -> list[float]:
    """When the person who is signed in showed again who they are: moments, in seconds."""
    return [each["at"] for each in get_authentication_records(request, request.user) if each.get("reauthenticated")]


def did_provider_ask(request, user) -> bool:
    """Whether somebody signed in with an account of which the installation says that it takes two steps."""
    records = get_authentication_records(request, user) if settings.OIDC_ASKS_SECOND_FACTOR else []
    return any(record["method"] == "socialaccount" for record in records)
