from django import forms

from participants.models import Indication
from pluspunt.forms import CheckedForm


class IndicationForm(CheckedForm):
    class Meta:
        model = Indication
        fields = [
            "volume",
            "unit",
            "frequency",
            "start_date",
            "end_date",
            "scheme",
            "product_category",
            "product_code",
            "municipality_code",
            "allocation_number",
            "decision_number",
            "decision_date",
            "remarks",
        ]
        help_texts = {"remarks": "Nooit iets medisch en geen burgerservicenummer."}

    groups = [
        ("Hoeveel", ["volume", "unit", "frequency", "start_date", "end_date"]),
        ("Waarvoor", ["scheme", "product_category", "product_code"]),
        (
            "Besluit van de gemeente",
            ["municipality_code", "allocation_number", "decision_number", "decision_date", "remarks"],
        ),
    ]

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(legend, [self[name] for name in names]) for legend, names in self.groups]


class FirstIndicationForm(CheckedForm):
    """Day parts per week and until when; all empty means that there is none."""

    class Meta:
        model = Indication
        fields = ["volume", "start_date", "end_date", "allocation_number"]
        labels = {"volume": "Dagdelen per week", "start_date": "Geldig van", "end_date": "Geldig tot en met"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, empty_permitted=True, use_required_attribute=False, **kwargs)
        for field in self.fields.values():
            field.required = False

    def clean(self):
        data = super().clean()
        for name in ("volume", "start_date", "end_date"):
            if data.get(name) is None and name not in self.errors:
                self.add_error(name, "Vul dit in, of laat de hele indicatie leeg.")
        return data
