from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms

from accounts.adapter import log_sign_in
from accounts.models import User
from accounts.services.factors import use_recovery_code, use_totp_code
from accounts.services.pins import DIGITS
from pluspunt.forms import check_fields
from pluspunt.validators import validate_plain_text
from privacy.services.log import Action


class AccountForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "email", "role"]
        widgets = {"role": forms.RadioSelect}
        help_texts = {"email": "Hiermee logt iemand in. Naar dit adres gaat de link om een wachtwoord te kiezen."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].validators.append(validate_plain_text)
        self.fields["role"].choices = User.Role.choices  # without the empty one

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        # The constraint refuses it as well, but does not know that it is about this field.
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Dit e-mailadres heeft al een account.")
        return email


class AccountEditForm(AccountForm):
    class Meta(AccountForm.Meta):
        fields = ["name", "email", "role", "is_active"]
        help_texts = {"is_active": "Zet dit uit als iemand niet meer bij Pluspunt werkt."}


class CodeField(forms.CharField):
    """One field for a code of the app and for a reserve code: who has no phone at hand looks for nothing else."""

    def __init__(self, **options):
        widget = forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        )
        super().__init__(label="Code", max_length=40, widget=widget, **options)


def count_guess(user, what):
    """Counts a guess at a code, and gives what takes it back; who guessed too often is refused and written down."""
    try:
        return check_rate_limit(user)
    except forms.ValidationError:
        log_sign_in(context.request, user, f"{what}: te vaak geprobeerd", Action.REFUSED)
        raise


class SecondStepForm(AuthenticateForm):
    """At the door, after the password."""

    code = CodeField()

    def clean_code(self):
        clear_count = count_guess(self.user, "inloggen")
        code = self.cleaned_data["code"]
        self.authenticator = self.user.authenticator_set.filter(type=Authenticator.Type.TOTP).first()
        if self.authenticator and use_totp_code(self.authenticator, code):
            self.way = "ingelogd met een code uit de app"
        elif use_recovery_code(self.user, code):
            self.authenticator, self.way = None, "ingelogd met een reservecode"
        else:
            log_sign_in(context.request, self.user, "inloggen: code klopt niet", Action.REFUSED)
            raise get_adapter().validation_error("incorrect_code")
        clear_count()
        return code

    def save(self):
        log_sign_in(context.request, self.user, self.way)
        if self.authenticator:
            super().save()


class ProveAgainForm(ReauthenticateForm):
    """Who is in already shows once more who it is; a reserve code is too good for that."""

    code = CodeField()

    def clean_code(self):
        clear_count = count_guess(self.user, "opnieuw laten zien")
        self.authenticator = self.user.authenticator_set.filter(type=Authenticator.Type.TOTP).first()
        if not self.authenticator or not use_totp_code(self.authenticator, self.cleaned_data["code"]):
            log_sign_in(context.request, self.user, "opnieuw laten zien: code klopt niet", Action.REFUSED)
            raise get_adapter().validation_error("incorrect_code")
        clear_count()
        return self.cleaned_data["code"]


class CoupleAppForm(ActivateTOTPForm):
    code = CodeField()


class _KeyForm:
    """Writes down a key that does not fit; the library says the rest."""

    def clean_credential(self):
        try:
            return super().clean_credential()
        except forms.ValidationError:
            log_sign_in(context.request, self.user, "inloggen: sleutel past niet", Action.REFUSED)
            raise


class KeyStepForm(_KeyForm, AuthenticateWebAuthnForm):
    pass


class KeySignInForm(_KeyForm, LoginWebAuthnForm):
    pass


class KeyProveAgainForm(_KeyForm, ReauthenticateWebAuthnForm):
    pass


class KeyNameField(forms.CharField):
    def __init__(self, **options):
        super().__init__(
            label="Naam",
            max_length=60,
            validators=[validate_plain_text],
            help_text="Bijvoorbeeld: mijn telefoon, of blauwe sleutel.",
            **options,
        )


class KeyAddForm(AddWebAuthnForm):
    name = KeyNameField(required=False)
    passwordless = forms.BooleanField(
        label="Hiermee ook inloggen zonder wachtwoord",
        required=False,
        initial=True,
        help_text="Je telefoon, computer of sleutel vraagt dan zelf om je vinger, je gezicht of een pincode.",
    )


class KeyRenameForm(EditWebAuthnForm):
    name = KeyNameField()


class TabletForm(forms.Form):
    """What a tablet of the house is called."""

    name = forms.CharField(
        label="Hoe heet deze tablet?", max_length=60, help_text="Bijvoorbeeld: Tablet fietsenwerkplaats."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)


def _pin_field(label: str, **options) -> forms.CharField:
    """Digits only: a tablet then shows its number keys."""
    attributes = {"inputmode": "numeric", "autocomplete": "off", "maxlength": DIGITS}
    return forms.CharField(label=label, max_length=20, widget=forms.PasswordInput(attrs=attributes), **options)


class PinForm(forms.Form):
    """One's own PIN, twice."""

    pin = _pin_field("Nieuwe pincode", help_text=f"{DIGITS} cijfers, geen rijtje en geen herhaling.")
    again = _pin_field("Nog een keer")

    def clean_again(self):
        if self.cleaned_data["again"] != self.cleaned_data.get("pin", self.cleaned_data["again"]):
            raise forms.ValidationError("Dit is niet dezelfde pincode. Typ hem nog een keer.")
        return self.cleaned_data["again"]


class UnlockForm(forms.Form):
    pin = _pin_field("Je pincode")
