"""What changes for a whole workshop: its places from a day on, where it is, and its last day."""

from datetime import date, timedelta

from django import forms

from pluspunt.forms import check_fields
from workshops.forms.places import WeekGrid, places_name
from workshops.models import Location, Workshop
from workshops.services.openings import SlotKey

END, KEEP = "end", "keep"


class OpeningForm(WeekGrid, forms.Form):
    """The places in a week from a day on, and what becomes of who is placed where it closes."""

    start = forms.DateField(label="Vanaf welke dag?")
    placed = forms.ChoiceField(
        label="Wat gebeurt er met hun plaatsing?",
        required=False,
        choices=[
            (END, "De plaatsingen stoppen de dag ervoor. Wie pas later zou beginnen, begint dan niet."),
            (KEEP, "De plaatsingen blijven staan, en komen bij Vraagt iemand. Ik zoek voor iedereen een andere plek."),
        ],
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)
        self.add_week()

    @staticmethod
    def initial_places(places: dict[SlotKey, int]) -> dict[str, int]:
        """What stands in the grid when these places hold."""
        return {places_name(*slot): number for slot, number in places.items()}


class StopForm(forms.Form):
    """After which day a workshop, or a whole location, stops."""

    last_day = forms.DateField(label="Laatste dag")
    reason = forms.CharField(
        label="Waarom stopt het?",
        max_length=120,
        help_text="Dit staat straks bij wie op de wachtlijst stond.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)

    @property
    def first_day_after(self) -> date:
        return self.cleaned_data["last_day"] + timedelta(days=1)


class MoveForm(forms.Form):
    """Where a workshop goes, from today on."""

    location = forms.ModelChoiceField(
        Location.objects.all(), label="Naar welke locatie?", empty_label="Kies een locatie"
    )

    def __init__(self, *args, workshop: Workshop, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["location"].queryset = Location.objects.exclude(pk=workshop.location_id)
