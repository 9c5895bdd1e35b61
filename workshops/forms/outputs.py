"""What a day brings forth: one tap on an amount, or a number with more about it."""

from collections.abc import Iterable
from decimal import Decimal

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from workshops.models import Job, Output, OutputType
from workshops.services.outputs import BY_HAND


class AmountField(forms.DecimalField):
    """How much of something: with a comma, as people write it."""

    def __init__(self, **kwargs):
        super().__init__(
            max_digits=9,
            decimal_places=1,
            localize=True,
            validators=[
                MinValueValidator(Decimal("0.1"), "Vul een aantal in dat groter is dan nul."),
                MaxValueValidator(Decimal(100_000), "Dit getal is te groot."),
            ],
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={
                "required": "Vul een aantal in.",
                "invalid": "Vul een getal in, bijvoorbeeld 12,5.",
                "max_decimal_places": "Vul hoogstens één cijfer in achter de komma.",
                "max_digits": "Dit getal is te groot.",
                "max_whole_digits": "Dit getal is te groot.",
            },
            **kwargs,
        )


class DisciplinesField(forms.MultipleChoiceField):
    """Disciplines that are ticked by their names; kept as codes with commas between them."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value):
        return value.split(",") if isinstance(value, str) else value

    def clean(self, value) -> str:
        return ",".join(super().clean(value))

    def has_changed(self, initial, data) -> bool:
        return super().has_changed(self.prepare_value(initial or []), data)


class OutputForm(forms.Form):
    """So much of one type; `jobs` are those to which it can belong."""

    type = forms.ModelChoiceField(
        OutputType.objects.filter(is_active=True),
        error_messages={
            "required": "Kies wat er gemaakt of gedaan is.",
            "invalid_choice": "Deze soort opbrengst is niet meer in gebruik. Kies een andere.",
        },
    )
    quantity = AmountField(label="Aantal")
    source = forms.ChoiceField(
        label="Hoe weet je dat?", required=False, choices=[(source.value, source.label) for source in BY_HAND]
    )
    job = forms.TypedChoiceField(label="Bij een klus", required=False, empty_value=None)
    key = forms.UUIDField(
        error_messages={"required": "Laad de bladzijde opnieuw.", "invalid": "Laad de bladzijde opnieuw."}
    )

    def __init__(self, *args, jobs: Iterable[Job] = (), **kwargs):
        super().__init__(*args, **kwargs)
        found = {str(job.pk): job for job in jobs}
        self.fields["job"].choices = [("", "geen klus"), *((key, job.title) for key, job in found.items())]
        self.fields["job"].coerce = found.get

    def output(self, **about) -> Output:
        """What was sent, as a row that is not saved yet; `about` says where and when."""
        data = self.cleaned_data
        source = data["source"] or data["type"].usual_source
        return Output(
            type=data["type"],
            quantity=data["quantity"],
            source=source,
            job=data["job"],
            key=data["key"],
            **about,
        )
