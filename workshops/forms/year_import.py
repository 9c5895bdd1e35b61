"""The spreadsheets of a year, and the schedule that goes on after it."""

from datetime import date, timedelta
from math import ceil

from django import forms
from django.utils import timezone

from pluspunt.forms import DateInput
from pluspunt.templatetags.words import short_date
from workshops.services.year_import.cleaning import read_year
from workshops.services.year_import.files import MAX_FILE_SIZE, FileError
from workshops.services.year_import.rows import YearRows

WEEK = timedelta(weeks=1)


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
