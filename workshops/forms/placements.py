"""Where somebody works: which day parts, in which weeks, from which day on."""

from datetime import date

from django import forms
from django.utils import timezone

from participants.models import Participant, Trajectory
from pluspunt.forms import check_fields
from pluspunt.searching import SearchField
from pluspunt.validators import validate_plain_text
from workshops.models import Opening, Placement
from workshops.services.advice import Slot


class Rhythm(forms.ChoiceField):
    """Every week, or every other one beginning with that of the first day; `True` comes out for the last."""

    EVERY, OTHER = "every", "other"

    def __init__(self, **kwargs):
        choices = [(self.EVERY, "elke week"), (self.OTHER, "om de week")]
        super().__init__(label="Hoe vaak?", choices=choices, required=False, initial=self.EVERY, **kwargs)

    def clean(self, value) -> bool:
        return super().clean(value) == self.OTHER


class SlotField(forms.MultipleChoiceField):
    """Weekly day parts, as "workshop-weekday-day part", of what is open from a day on; `Slot`s come out."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        messages = {"required": "Kies minstens één dagdeel.", "invalid_choice": "Kies een dagdeel uit het rooster."}
        super().__init__(label="Dagdelen", error_messages=messages, **kwargs)

    def open_from(self, start: date) -> None:
        openings = Opening.objects.overlapping(start, None).select_related("workshop")
        slots = [Slot(opening.workshop, opening.weekday, opening.day_part) for opening in openings]
        self.slots = {slot.key: slot for slot in slots}
        self.choices = [(key, str(slot)) for key, slot in self.slots.items()]

    def clean(self, value) -> list[Slot]:
        return [self.slots[key] for key in dict.fromkeys(super().clean(value))]


class _DaysForm(forms.Form):
    """From which day on, and what the page shows of it before it is sent."""

    start = forms.DateField(label="Vanaf welke dag?")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)

    def shown(self, name: str):
        """What was typed in a field, as far as it can be understood."""
        try:
            return self.fields[name].clean(self[name].value())
        except forms.ValidationError:
            return None

    @property
    def first_day(self) -> date:
        """The day from which free places are shown: the one that was typed, when it is one."""
        return self.shown("start") or timezone.localdate()


class PlacementChangeForm(_DaysForm):
    """Another day part or workshop, from a day on."""

    slots = SlotField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slots"].open_from(timezone.localdate())

    @property
    def chosen_keys(self) -> list[str]:
        return self["slots"].value() or []

    def clean_slots(self) -> list[Slot]:
        slots = self.cleaned_data["slots"]
        if len(slots) > 1:
            raise forms.ValidationError("Kies één dagdeel.")
        return slots


class _HowLongForm(_DaysForm):
    """Adds how often, on trial until when, and until when at all."""

    rhythm = Rhythm()
    trial_until = forms.DateField(label="Op proef tot en met (mag leeg)", required=False)
    end = forms.DateField(label="Laatste dag (mag leeg)", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["start"].label = "Eerste dag"

    def clean(self):
        data = super().clean()
        start, end, trial = data.get("start"), data.get("end"), data.get("trial_until")
        if start and end and end < start:
            self.add_error("end", "De laatste dag ligt voor de eerste dag.")
        elif start and trial and trial < start:
            self.add_error("trial_until", "De proef eindigt voor de eerste dag.")
        elif end and trial and trial > end:
            self.add_error("trial_until", "De proef eindigt na de laatste dag.")
        return data

    @property
    def last_day(self) -> date | None:
        return self.shown("end")

    @property
    def is_every_other_week(self) -> bool:
        return bool(self.shown("rhythm"))


class PlacementForm(_HowLongForm, PlacementChangeForm):
    """Where somebody will work: one or more day parts, from a day on."""

    field_order = ("trajectory", "start", "rhythm", "trial_until", "end", "slots")
    trajectory = forms.ModelChoiceField(None, label="Traject", empty_label=None)

    def __init__(self, *args, participant: Participant, **kwargs):
        super().__init__(*args, **kwargs)
        trajectories = participant.trajectories.overlapping(timezone.localdate(), None).order_by("start_date")
        self.fields["trajectory"].queryset = trajectories
        if len(trajectories) == 1:
            self.fields["trajectory"].widget = forms.HiddenInput()
            self.initial["trajectory"] = trajectories[0].pk

    def clean_slots(self) -> list[Slot]:
        return self.cleaned_data["slots"]

    def clean(self):
        data = super().clean()
        path, trial = data.get("trajectory"), data.get("trial_until")
        if path and trial and path.end_date and trial > path.end_date:
            end = f"{path.end_date:%d-%m-%Y}"
            self.add_error("trial_until", f"De proef eindigt na het traject. Dat loopt tot en met {end}.")
        return data

    @property
    def open_keys(self) -> set[str]:
        """The slots that can be chosen."""
        return set(self.fields["slots"].slots)

    @property
    def chosen_trajectory(self) -> Trajectory | None:
        """The one for which places are shown: the one that was chosen, else the first that runs."""
        return self.shown("trajectory") or self.fields["trajectory"].queryset.first()

    def plan(self) -> dict:
        """What the services for placing ask for."""
        names = ("trajectory", "slots", "start", "end")
        return {name: self.cleaned_data[name] for name in names} | {"every_other_week": self.cleaned_data["rhythm"]}

    def refuse(self, problems: list[str]) -> None:
        for problem in problems:
            self.add_error(None, problem)


class SeveralForm(_HowLongForm):
    """From when on, and how, several people come to one slot."""

    def plan(self) -> dict:
        names = ("start", "end", "trial_until")
        return {name: self.cleaned_data[name] for name in names} | {"every_other_week": self.cleaned_data["rhythm"]}


class PlacementEndForm(forms.Form):
    last_day = forms.DateField(label="Laatste dag in deze werkplaats")
    reason = forms.ChoiceField(
        label="Waarom stopt het? (mag leeg)",
        choices=[("", "niet ingevuld"), *Placement.EndReason.choices],
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)


class TrialForm(forms.Form):
    """What becomes of a placement on trial."""

    GOES_ON, STOPS, LONGER = "goes_on", "stops", "longer"
    # What each decision needs to know.
    NEEDS = {STOPS: "last_day", LONGER: "until"}

    decision = forms.ChoiceField(
        label="Hoe gaat het verder?",
        choices=[(GOES_ON, "Het gaat door"), (LONGER, "Langer op proef"), (STOPS, "Het stopt")],
        widget=forms.RadioSelect,
    )
    until = forms.DateField(label="Bij langer op proef: tot en met welke dag?", required=False)
    last_day = forms.DateField(label="Bij stoppen: de laatste dag", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)

    def clean(self):
        data = super().clean()
        name = self.NEEDS.get(data.get("decision"))
        if name and not data.get(name) and name not in self.errors:
            self.add_error(name, "Vul dit in.")
        return data


class ParticipantSearchForm(forms.Form):
    q = SearchField(label="Naam of nummer", required=False, validators=[validate_plain_text])
