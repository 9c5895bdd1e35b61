"""The workshops themselves: who is attached to them, and where and with how many places they are."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from partners.models import Collaboration, ContactPerson
from pluspunt.forms import CheckedForm
from workshops.models import DayPart, Weekday, Workshop


class CoachWorkshopsForm(forms.Form):
    """Which workshops a coach is attached to; for any other role the answer is not used."""

    workshops = forms.ModelMultipleChoiceField(
        Workshop.objects.all(),
        label="Werkplaatsen",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Alleen voor een coach. Die vult de registers van deze werkplaatsen in.",
    )


class SiteContactField(forms.ModelChoiceField):
    def label_from_instance(self, contact: ContactPerson) -> str:
        return f"{contact.organisation.name}: {contact.name}"


class WorkshopForm(CheckedForm):
    site_contact = SiteContactField(
        ContactPerson.objects.select_related("organisation").order_by("organisation__search_name", "name"),
        label="Contact ter plaatse",
        required=False,
        help_text="Iemand van de partner. Staat die er niet bij? Voeg de persoon toe bij de partner.",
    )

    class Meta:
        model = Workshop
        fields = ["name", "discipline", "host", "site_contact", "guidance_nearby", "collaborations"]
        widgets = {"collaborations": forms.CheckboxSelectMultiple}
        labels = {"name": "Naam"}
        help_texts = {"host": "Leeg als de werkplaats in ons eigen huis is."}

    groups = [
        ("Welke werkplaats", ["name", "discipline"]),
        ("Bij een partner", ["host", "site_contact", "guidance_nearby"]),
        ("Hoort bij", ["collaborations"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not Collaboration.objects.exists():
            del self.fields["collaborations"]


class WeekGrid:
    """The places in a week, in a form: a number per weekday and day part, empty is closed."""

    def add_week(self) -> None:
        for weekday in Weekday:
            for day_part in DayPart:
                self.fields[places_name(weekday, day_part)] = forms.IntegerField(
                    label=f"Plaatsen {weekday.label} {day_part.label}",
                    required=False,
                    validators=[MinValueValidator(1), MaxValueValidator(500)],
                    widget=forms.NumberInput(attrs={"class": "form-control", "min": 1, "max": 500, "step": 1}),
                )

    def place_rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The grid: per weekday the two day parts."""
        return [(day.label, [self[places_name(day, part)] for part in DayPart]) for day in Weekday]

    @property
    def places(self) -> dict[tuple[int, str], int]:
        """(weekday, day part) → number, where one was typed."""
        slots = [(day, part) for day in Weekday for part in DayPart]
        typed = {(day.value, part.value): self.cleaned_data.get(places_name(day, part)) for day, part in slots}
        return {slot: number for slot, number in typed.items() if number}


class NewWorkshopForm(WeekGrid, WorkshopForm):
    """A workshop with its first day, and its places in a week."""

    class Meta(WorkshopForm.Meta):
        fields = [*WorkshopForm.Meta.fields, "location", "registered_from"]
        labels = {**WorkshopForm.Meta.labels, "registered_from": "Eerste dag"}
        help_texts = {
            **WorkshopForm.Meta.help_texts,
            "registered_from": "Vanaf deze dag staan er registers klaar.",
        }

    groups = [("Welke werkplaats", ["name", "discipline", "location", "registered_from"]), *WorkshopForm.groups[1:]]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["registered_from"].required = True
        self.add_week()


def places_name(weekday: Weekday | int, day_part: DayPart | str) -> str:
    """The name of the field for one day part."""
    return f"places_{int(weekday)}_{DayPart(day_part).value}"
