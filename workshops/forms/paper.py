"""A list on paper, taken over: for everybody what was ticked, and which version of the row was seen."""

from django import forms

from workshops.models import Attendance
from workshops.services.attendance import Mark

Status = Attendance.Status
# The largest number that the column holds.
LAST_VERSION = 2**31 - 1


class EntryForm(forms.Form):
    """Three fields for each row: `s-KEY` the tick, `v-KEY` the version that was seen, `w-KEY` its status then."""

    def __init__(self, *args, rows: list[Attendance], **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            tick, version, was = self.names_of(row)
            statuses = Status.choices if row.planned else [(s, s.label) for s in (Status.PRESENT, Status.OPEN)]
            wrong = {"invalid_choice": "Kies aanwezig, afgemeld of niet afgemeld."}
            self.fields[tick] = forms.ChoiceField(choices=statuses, required=False, error_messages=wrong)
            self.fields[version] = forms.IntegerField(min_value=0, max_value=LAST_VERSION, required=False)
            self.fields[was] = forms.ChoiceField(choices=Status, required=False)

    @staticmethod
    def names_of(row: Attendance) -> tuple[str, str, str]:
        key = row.participant.key
        return f"s-{key}", f"v-{key}", f"w-{key}"

    def ticked(self, row: Attendance) -> str:
        """What was chosen for this row, as it was sent; empty when nothing was."""
        return self.data.get(self.names_of(row)[0], "")

    def is_undecided(self, row: Attendance) -> bool:
        """Whether the page asked to choose between two values of this row (it then says so), and nobody did."""
        return self.is_bound and not self.ticked(row) and f"k-{row.participant.key}" in self.data

    @property
    def marks(self) -> dict[int, Mark]:
        """Row → mark, for those that were changed on the page; after `is_valid`, which may have refused some."""
        marks = {}
        for row in self.rows:
            ticked, version, was = (self.cleaned_data.get(name) for name in self.names_of(row))
            if ticked and version is not None and ticked != was:
                marks[row.pk] = Mark(ticked, seen=version)
        return marks
