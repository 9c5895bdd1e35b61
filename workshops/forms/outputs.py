"""What a day brings forth: one tap on an amount, or a number with more about it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import uuid4

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils import timezone

from partners.models import Collaboration, Organisation
from pluspunt.forms import FilterForm, check_fields
from workshops.models import Job, Output, OutputType, Workshop
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


_CHOOSE = {"required": "Kies iets uit de lijst.", "invalid_choice": "Kies iets uit de lijst."}


class PeriodOutputForm(forms.Form):
    """So much of one type on a day or over a period, of a workshop, maybe of a collaboration or a partner."""

    workshop = forms.ModelChoiceField(
        Workshop.objects.none(), label="Werkplaats", empty_label="kies een werkplaats", error_messages=_CHOOSE
    )
    type = forms.ModelChoiceField(
        OutputType.objects.by_hand(),
        label="Wat is er gemaakt of gedaan?",
        empty_label="kies een opbrengst",
        error_messages=_CHOOSE,
    )
    quantity = AmountField(label="Hoeveel?")
    source = forms.ChoiceField(
        label="Hoe weet je dat?",
        choices=[(source.value, source.label) for source in BY_HAND],
        help_text="Weet je het niet precies? Kies geschat: dan staat dat erbij.",
    )
    start_date = forms.DateField(
        label="Vanaf", required=False, help_text="Alleen bij een periode. Een periode ligt in één kalenderjaar."
    )
    date = forms.DateField(label="Op of tot en met", help_text="Op deze dag telt het mee.")
    collaboration = forms.ModelChoiceField(
        Collaboration.objects.none(),
        label="Bij een samenwerking",
        required=False,
        empty_label="geen samenwerking",
        error_messages=_CHOOSE,
    )
    partner = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="Samen met een partner",
        required=False,
        empty_label="geen partner",
        error_messages=_CHOOSE,
    )
    key = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid4,
        error_messages={"required": "Laad de bladzijde opnieuw.", "invalid": "Laad de bladzijde opnieuw."},
    )

    def __init__(self, *args, workshops: QuerySet[Workshop], **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)
        self.fields["workshop"].queryset = workshops
        own = Collaboration.objects.filter(workshops__in=workshops).distinct()
        self.fields["collaboration"].queryset = own
        self.fields["partner"].queryset = Organisation.objects.current(timezone.localdate())

    def renew_key(self) -> None:
        """What was refused and comes back is another form."""
        self.data = {**self.data.dict(), "key": str(uuid4())}

    def output(self) -> Output:
        """What was sent, as a row that is not saved yet."""
        return Output(**{name: self.cleaned_data[name] for name in self.fields})


class OutputFilterForm(FilterForm):
    """Which entries of a list: of a workshop, a type, in a way of knowing, of a year."""

    workshop = forms.ModelChoiceField(Workshop.objects.none(), label="Werkplaats", required=False, empty_label="alle")
    type = forms.ModelChoiceField(OutputType.objects.all(), label="Opbrengst", required=False, empty_label="alle")
    source = forms.ChoiceField(
        label="Hoe bekend",
        required=False,
        choices=[("", "alles"), *((source.value, source.label) for source in BY_HAND)],
    )
    year = forms.TypedChoiceField(label="Jaar", required=False, coerce=int, empty_value=None)

    def __init__(self, *args, workshops: QuerySet[Workshop], years: Iterable[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["workshop"].queryset = workshops
        self.fields["year"].choices = [("", "alle"), *((str(year), str(year)) for year in years)]

    def apply(self, outputs: QuerySet[Output]) -> QuerySet[Output]:
        """`outputs` that answer to what was chosen, the newest first."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        if year := chosen.pop("year", None):
            chosen["date__range"] = (date(year, 1, 1), date(year, 12, 31))
        return outputs.filter(**chosen).order_by("-date", "-pk")
