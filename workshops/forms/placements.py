"""Where somebody works: which day parts, from which day on."""

from datetime import date

from django import forms
from django.utils import timezone

from participants.models import Participant
from pluspunt.forms import check_fields
from pluspunt.validators import validate_plain_text
from workshops.models import Opening
from workshops.services.advice import Slot


class SlotField(forms.MultipleChoiceField):
    """Weekly day parts, as "workshop-weekday-day part", of what is open from a day on; `Slot`s come out."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        messages = {"required": "Kies minstens één dagdeel.", "invalid_choice": "Kies een dagdeel uit het rooster."}
        super().__init__(label="Dagdelen", error_messages=messages, **kwargs)

    def open_from(self, start: date) -> None:
        openings = Opening.objects.overlapping(start, None).select_related("workshop")
        self.slots = {f"{o.workshop_id}-{o.weekday}-{o.day_part}": _slot(o) for o in openings}
        self.choices = [(key, str(slot)) for key, slot in self.slots.items()]

    def clean(self, value) -> list[Slot]:
        return [self.slots[key] for key in dict.fromkeys(super().clean(value))]


def _slot(opening: Opening) -> Slot:
    return Slot(opening.workshop, opening.weekday, opening.day_part)


class PlacementChangeForm(forms.Form):
    """Another day part or workshop, from a day on."""

    start = forms.DateField(label="Vanaf welke dag?")
    slots = SlotField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)
        self.fields["slots"].open_from(timezone.localdate())

    @property
    def chosen_keys(self) -> list[str]:
        return self["slots"].value() or []

    @property
    def first_day(self) -> date:
        """The day from which free places are shown: the one that was typed, when it is one."""
        try:
            return self.fields["start"].clean(self["start"].value())
        except forms.ValidationError:
            return timezone.localdate()

    def clean_slots(self) -> list[Slot]:
        slots = self.cleaned_data["slots"]
        if len(slots) > 1:
            raise forms.ValidationError("Kies één dagdeel.")
        return slots


class PlacementForm(PlacementChangeForm):
    """Where somebody will work: one or more day parts, from a day on."""

    trajectory = forms.ModelChoiceField(None, label="Traject", empty_label=None)
    end = forms.DateField(label="Laatste dag (mag leeg)", required=False)

    def __init__(self, *args, participant: Participant, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["start"].label = "Eerste dag"
        trajectories = participant.trajectories.overlapping(timezone.localdate(), None).order_by("start_date")
        self.fields["trajectory"].queryset = trajectories
        if len(trajectories) == 1:
            self.fields["trajectory"].widget = forms.HiddenInput()
            self.initial["trajectory"] = trajectories[0].pk

    def clean_slots(self) -> list[Slot]:
        return self.cleaned_data["slots"]

    def clean(self):
        data = super().clean()
        if data.get("start") and data.get("end") and data["end"] < data["start"]:
            self.add_error("end", "De laatste dag ligt voor de eerste dag.")
        return data

    def plan(self) -> dict:
        """What the services for placing ask for."""
        return {name: self.cleaned_data[name] for name in ("trajectory", "slots", "start", "end")}

    def refuse(self, problems: list[str]) -> None:
        for problem in problems:
            self.add_error(None, problem)


class PlacementEndForm(forms.Form):
    last_day = forms.DateField(label="Laatste dag in deze werkplaats")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)


class ParticipantSearchForm(forms.Form):
    q = forms.CharField(
        label="Naam of nummer",
        required=False,
        max_length=100,
        validators=[validate_plain_text],
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
