"""Indicators, the targets of a year, and factors: what management edits."""

from decimal import Decimal

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from impact.models import Factor, Indicator
from impact.services.indicators import Aim
from pluspunt.forms import CheckedForm
from workshops.models import OutputType


class IndicatorForm(CheckedForm):
    outputs = forms.ModelMultipleChoiceField(
        OutputType.objects.filter(is_active=True),
        label="Welke opbrengsten tellen mee?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Elke opbrengst telt één keer mee voor deze indicator.",
    )

    class Meta:
        model = Indicator
        fields = ["pillar", "name", "explanation", "how_measured", "position", "is_active"]
        labels = {"how_measured": "Hoe meten we het?"}
        widgets = {"how_measured": forms.Textarea(attrs={"rows": 3}), "explanation": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "explanation": "In gewone taal. Zo staat het in het verslag.",
            "how_measured": "Wat tellen of vragen we, en wat zegt dat niet?",
            "position": "Op welke plek in de lijst.",
            "is_active": "Uit: deze indicator komt niet meer in nieuwe cijfers en verslagen.",
        }

    field_order = ["pillar", "name", "explanation", "how_measured", "outputs", "position", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.key:
            # Six of them are fixed: what they are called and how they are explained is not.
            for name in ("pillar", "outputs", "is_active"):
                del self.fields[name]
            return
        self.fields["pillar"].choices = [
            (pillar.value, pillar.label) for pillar in Indicator.Pillar if pillar != Indicator.Pillar.PEOPLE
        ]
        if self.instance.pk:
            chosen = OutputType.objects.filter(contributions__indicator=self.instance)
            self.initial["outputs"] = list(chosen.values_list("pk", flat=True))
            self.fields["outputs"].queryset = (OutputType.objects.filter(is_active=True) | chosen).distinct()


class TargetForm(forms.Form):
    """One field for everything that can have a target in a year; only what somebody changed is sent on."""

    def __init__(self, *args, groups: list[tuple[str, list[Aim]]], **kwargs):
        super().__init__(*args, **kwargs)
        self.groups = groups
        for aim in (aim for _, group in groups for aim in group):
            validators = [MinValueValidator(Decimal(0), "Een doel is niet kleiner dan nul.")]
            if aim.is_share:
                validators.append(MaxValueValidator(Decimal(100), "Een percentage is hoogstens 100."))
            self.fields[aim.name] = forms.DecimalField(
                label=aim.label + (f" ({aim.unit})" if aim.unit else ""),
                required=False,
                max_digits=11,
                decimal_places=1,
                localize=True,
                # So that what a colleague changed meanwhile is not put back.
                show_hidden_initial=True,
                validators=validators,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
                error_messages={
                    "invalid": "Vul een getal in, bijvoorbeeld 80 of 12,5.",
                    "max_decimal_places": "Vul hoogstens één cijfer in achter de komma.",
                    "max_digits": "Dit getal is te groot.",
                    "max_whole_digits": "Dit getal is te groot.",
                },
            )

    @property
    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(legend, [self[aim.name] for aim in group]) for legend, group in self.groups]

    @property
    def shown(self) -> list[str]:
        """What the page showed of each, hidden: by this the form knows what somebody changed."""
        return [self[name].as_hidden(only_initial=True) for name in self.fields]

    @property
    def changed(self) -> dict[str, Decimal | None]:
        return {name: self.cleaned_data[name] for name in self.changed_data}


class FactorForm(CheckedForm):
    class Meta:
        model = Factor
        fields = [
            "output_type",
            "kind",
            "value",
            "source",
            "source_year",
            "is_weak",
            "remark",
            "start_date",
            "end_date",
        ]
        labels = {
            "output_type": "Voor welke opbrengst?",
            "kind": "Wat voor factor?",
            "is_weak": "Dit is een zwakke bron",
        }
        localized_fields = ["value"]
        help_texts = {
            "source": "Wie rekende dit uit, en waarvoor?",
            "source_year": "Het jaar van de studie. Leeg als dat niet bekend is: dan staat het erbij.",
            "is_weak": "Dan staat dat bij elke schatting met deze factor.",
            "start_date": "Van welke dag af reken je hiermee?",
            "end_date": "Leeg: tot er een nieuwe is.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["output_type"], self.fields["kind"]
            return
        self.fields["output_type"].queryset = OutputType.objects.by_hand().filter(is_counted_before=False)
        self.fields["output_type"].empty_label = "kies een opbrengst"

    def _get_validation_exclusions(self):
        """A new one makes room for itself: the service, not the form, says whether its days are free."""
        excluded = super()._get_validation_exclusions()
        return excluded if self.instance.pk else {*excluded, "start_date"}

    def clean_source_year(self):
        year = self.cleaned_data["source_year"]
        if year is not None and not 1990 <= year <= timezone.localdate().year:
            raise forms.ValidationError("Kijk het jaar van de bron na.")
        return year
