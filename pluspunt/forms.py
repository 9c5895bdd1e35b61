"""What all forms share: the date picker, and what they say when something cannot be."""

from django import forms
from django.core import validators
from django.db import models

_CHOOSE = "Kies iets uit de lijst."
_DATE = "Schrijf een datum als 23-11-2026."
_NUMBER = "Vul een getal in, met alleen cijfers."
_FIELDS = {
    forms.Field: {"required": "Vul dit in."},
    forms.DateField: {"invalid": _DATE},
    forms.IntegerField: {"invalid": _NUMBER},
    forms.ChoiceField: {"required": _CHOOSE, "invalid_choice": _CHOOSE},
    forms.MultipleChoiceField: {"invalid_choice": _CHOOSE, "invalid_list": _CHOOSE},
    forms.ModelChoiceField: {"required": _CHOOSE, "invalid_choice": _CHOOSE},
    forms.ModelMultipleChoiceField: {
        "invalid_choice": _CHOOSE,
        "invalid_list": _CHOOSE,
        "invalid_pk_value": _CHOOSE,
    },
    forms.FileField: {
        "invalid": "Kies een bestand.",
        "missing": "Kies een bestand.",
        "empty": "Dit bestand is leeg (0 bytes).",
    },
    models.Field: {
        "null": "Vul dit in.",
        "blank": "Vul dit in.",
        "unique": "Dit staat er al.",
        "invalid_choice": _CHOOSE,
    },
}
_VALIDATORS = {
    validators.MinValueValidator: "Vul een getal in vanaf %(limit_value)s.",
    validators.MaxValueValidator: "Vul een getal in tot en met %(limit_value)s.",
    validators.MinLengthValidator: "Dit is te kort: minstens %(limit_value)d tekens.",
    validators.MaxLengthValidator: "Dit is te lang: hoogstens %(limit_value)d tekens.",
    validators.EmailValidator: "Schrijf een e-mailadres als naam@voorbeeld.nl.",
    validators.ProhibitNullCharactersValidator: "Hier staat een teken dat niet mag. Typ het opnieuw.",
}


def speak_plain_dutch() -> None:
    """Replace what Django says about wrong input, in every form: our own, those for signing in and those for lists.

    Called once, when the application starts. A field or a validator with words of its own keeps them.
    """
    for field, messages in _FIELDS.items():
        field.default_error_messages = {**field.default_error_messages, **messages}
    for validator, message in _VALIDATORS.items():
        validator.message = message


class DateInput(forms.DateInput):
    """The browser's own date picker, which wants its value as 2026-11-23 whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")
