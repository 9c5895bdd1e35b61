from datetime import date, timedelta
from math import ceil

from django import forms
from django.utils import timezone

from participants.models import Participant
from pluspunt.forms import DateInput, check_fields
from pluspunt.templatetags.words import short_date
from workshops.models import AbsenceReason, Attendance, Opening, Workshop
from workshops.services.placements import Slot
from workshops.services.year_import.cleaning import read_year
from workshops.services.year_import.files import MAX_FILE_SIZE, FileError
from workshops.services.year_import.rows import YearRows

WEEK = timedelta(weeks=1)


class MarkForm(forms.Form):
    """A tap in a register: a status, or a reason, which means excused."""

    status = forms.ChoiceField(
        choices=Attendance.Status,
        required=False,
        error_messages={"invalid_choice": "Kies aanwezig, afgemeld of niet afgemeld."},
    )
    reason = forms.ModelChoiceField(
        AbsenceReason.objects.filter(is_active=True),
        required=False,
        error_messages={"invalid_choice": "Deze reden is niet meer in gebruik. Kies een andere."},
    )

    def clean(self):
        data = super().clean()
        if data.get("reason"):
            data["status"] = Attendance.Status.EXCUSED
        elif not data.get("status") and not self.errors:
            raise forms.ValidationError("Kies aanwezig, afgemeld of niet afgemeld.")
        return data


class VisitorSearchForm(forms.Form):
    q = forms.CharField(
        label="Naam, of een deel ervan",
        min_length=2,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        error_messages={
            "required": "Typ minstens twee letters van de naam.",
            "min_length": "Typ minstens twee letters van de naam.",
        },
    )


class VisitorForm(forms.Form):
    participant = forms.ModelChoiceField(
        Participant.objects.all(),
        to_field_name="key",
        error_messages={"required": "Kies iemand uit de lijst.", "invalid_choice": "Kies iemand uit de lijst."},
    )


class CoachWorkshopsForm(forms.Form):
    """Which workshops a coach is attached to; for any other role the answer is not used."""

    workshops = forms.ModelMultipleChoiceField(
        Workshop.objects.all(),
        label="Werkplaatsen",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Alleen voor een coach. Die vult de registers van deze werkplaatsen in.",
    )


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files in one choice; cleans to a list."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        return [super(ManyFilesField, self).clean(file, initial) for file in data or [None]]


class YearFilesForm(forms.Form):
    """The six spreadsheets of a year; cleans to their rows."""

    files = ManyFilesField(
        label="De zes bestanden",
        widget=ManyFilesInput(attrs={"accept": ".csv,text/csv"}),
        allow_empty_file=True,  # reading says which one it is
        error_messages={"required": "Kies de zes bestanden van één jaar."},
        help_text="Kies ze in één keer: houd Ctrl of Shift ingedrukt, of sleep ze samen op dit veld.",
    )

    def clean_files(self) -> YearRows:
        files = self.cleaned_data["files"]
        if len({file.name.casefold() for file in files}) < len(files):
            raise forms.ValidationError("Er zijn twee bestanden met dezelfde naam. Kies elk bestand één keer.")
        if any(file.size > MAX_FILE_SIZE for file in files):
            raise forms.ValidationError(f"Een bestand mag hoogstens {MAX_FILE_SIZE // 1024 // 1024} MB groot zijn.")
        try:
            return read_year({file.name: file.read() for file in files})
        except FileError as error:
            raise forms.ValidationError(f"{error} Er is niets ingelezen.") from None


class ScheduleContinueForm(forms.Form):
    """From which day the openings that stopped go on; `openings_end` is the last day on which they were open."""

    start = forms.DateField(
        label="Voortzetten vanaf",
        widget=DateInput,
        error_messages={"required": "Kies een datum.", "invalid": "Schrijf een datum als 31-12-2026."},
    )
    seen = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, openings_end: date | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.openings_end = openings_end or date.min
        self.fields["start"].initial = max(timezone.localdate(), self.openings_end + timedelta(days=1))

    def clean_start(self) -> date:
        start = self.cleaned_data["start"]
        if start <= self.openings_end:
            raise forms.ValidationError(f"Het rooster loopt nog tot en met {short_date(self.openings_end)}.")
        if start > timezone.localdate() + timedelta(days=366):
            raise forms.ValidationError("Kies een datum binnen een jaar vanaf vandaag.")
        return start

    @property
    def weeks_back(self) -> int:
        """In how many weeks of the past registers would be made, when nobody was asked about that day yet."""
        start = self.cleaned_data["start"]
        return 0 if start == self.cleaned_data["seen"] else max(0, ceil((timezone.localdate() - start) / WEEK))


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
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
