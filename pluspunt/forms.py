"""What all forms share: the date picker, what they refuse, and what they say when something cannot be."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import ClassVar

from django import forms
from django.core import validators
from django.core.exceptions import ValidationError
from django.db import models
from django.views.decorators.http import require_http_methods

from pluspunt.editing import EditForm
from pluspunt.validators import validate_plain_text

# What a page with a form answers to.
form_page = require_http_methods(["GET", "HEAD", "POST"])
# Texts with their own pattern: a phone number has as many digits as a citizen service number.
_OWN_PATTERN = {"phone", "email", "postcode", "municipality_code"}
POSSIBLE_DAYS = (
    validators.MinValueValidator(date(1900, 1, 1), "Kijk het jaar na."),
    validators.MaxValueValidator(date(2099, 12, 31), "Kijk het jaar na."),
)

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


def check_fields(form: forms.BaseForm) -> None:
    """Let every text refuse numbers and formulas that must not be kept, and every date a mistyped year."""
    for name, field in form.fields.items():
        if isinstance(field, forms.DateField):
            field.validators.extend(POSSIBLE_DAYS)
            field.widget = DateInput()
        elif type(field) is forms.CharField and name not in _OWN_PATTERN:
            field.validators.append(validate_plain_text)


@contextmanager
def refusals_on(form: forms.BaseForm) -> Iterator[None]:
    """Shows on `form`, at the field where that is known, what a service refuses; the block ends there."""
    try:
        yield
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            form.add_error(None, error.messages)
            return
        for name, messages in error.message_dict.items():
            form.add_error(name if name in form.fields else None, messages)


class CheckedForm(EditForm):
    """What every form of a row is: checked text and dates, plain choices, and not blind for other people's changes."""

    # For a form in parts (`_fieldsets.html`): the legend and the names of the fields of each.
    groups: ClassVar[list[tuple[str, list[str]]]] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and not isinstance(field, forms.ModelMultipleChoiceField):
                field.empty_label = "niet ingevuld"

    def clean(self):
        data = super().clean()
        start, end = data.get("start_date"), data.get("end_date")
        if start and end and end < start:
            # The constraint refuses it as well, but does not know that it is about this field.
            self.add_error("end_date", "De einddatum ligt voor de begindatum.")
        return data

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The parts in `groups` with what this form has of them; a part of which it has nothing is left out."""
        parts = [(legend, [self[name] for name in names if name in self.fields]) for legend, names in self.groups]
        return [(legend, fields) for legend, fields in parts if fields]


class SortField(forms.ChoiceField):
    """The order of a list; hidden where there is room for the headings, which choose it as well."""

    def __init__(self, choices):
        narrow = forms.Select(attrs={"class": "sort-narrow"})
        super().__init__(label="Volgorde", required=False, choices=choices, widget=narrow)


class FilterForm(forms.Form):
    """What is asked of a list: the filters and, as `sort`, the order. What is not understood is left out."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The page shows them by itself (`components/filters.html`), in half of the time that crispy takes.
        for field in self.fields.values():
            look = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            field.widget.attrs["class"] = f"{field.widget.attrs.get('class', '')} {look}".strip()

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields if name != "sort")
