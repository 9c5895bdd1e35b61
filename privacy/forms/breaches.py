"""What is known of a data breach."""

from django import forms

from pluspunt.forms import CheckedForm, check_fields
from privacy.models import Breach


class MomentInput(forms.DateTimeInput):
    """The browser's own picker of a day and a time."""

    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class BreachForm(CheckedForm):
    groups = [
        ("Wat is er gebeurd?", ["discovered_at", "happened_at", "happened_until", "cause", "what"]),
        ("Om wie en wat gaat het?", ["people", "who", "data", "is_sensitive", "was_unreadable"]),
        ("Wat zijn de gevolgen?", ["risk", "consequences", "measures", "prevention"]),
        (
            "Wie weet het?",
            [
                "municipality_told_at", "municipality_told", "municipality_not_needed",
                "authority_told_at", "authority_number", "authority_not_needed", "late_because",
                "people_told_at", "people_told", "contact",
            ],
        ),
    ]  # fmt: skip

    class Meta:
        model = Breach
        fields = [
            "discovered_at", "happened_at", "happened_until", "cause", "what",
            "people", "who", "data", "is_sensitive", "was_unreadable",
            "risk", "consequences", "measures", "prevention",
            "municipality_told_at", "municipality_told", "municipality_not_needed",
            "authority_told_at", "authority_number", "authority_not_needed", "late_because",
            "people_told_at", "people_told", "contact",
        ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateTimeField):
                field.widget = MomentInput()
                field.error_messages["invalid"] = "Kies een dag en een tijd."
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3
        self.fields["what"].help_text = "Schrijf geen namen van deelnemers op: dit gaat ook naar buiten."


class BreachUpdateForm(forms.Form):
    text = forms.CharField(
        label="Wat is er nieuw?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Zonder namen van deelnemers. Wat je schrijft, kan niemand meer wijzigen.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)


class BreachCloseForm(forms.Form):
    lessons = forms.CharField(label="Wat leerden we ervan?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)
