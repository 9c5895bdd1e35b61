"""A tap in a register, and somebody who walks in."""

from django import forms

from participants.models import Participant
from pluspunt.searching import SearchField
from pluspunt.validators import validate_plain_text
from workshops.models import AbsenceReason, Attendance, Job
from workshops.services.attendance import Mark


class MarkForm(forms.Form):
    """A tap in a register: a status, a reason (which means excused), a job or times (present), or going back a step."""

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
    arrived_at = forms.TimeField(required=False, error_messages={"invalid": "Schrijf een tijd als 9:30."})
    left_at = forms.TimeField(required=False, error_messages={"invalid": "Schrijf een tijd als 15:30."})
    job = forms.ModelChoiceField(
        Job.objects.going_on(),
        required=False,
        error_messages={"invalid_choice": "Deze klus is al klaar. Kies een andere."},
    )
    undo = forms.BooleanField(required=False)
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)

    def clean(self):
        data = super().clean()
        if "reason" in self.data:
            data["status"] = Attendance.Status.EXCUSED
        elif "job" in self.data:
            data["status"] = Attendance.Status.PRESENT
        elif not (data.get("status") or data.get("undo") or self.errors):
            raise forms.ValidationError("Kies aanwezig, afgemeld of niet afgemeld.")
        return data

    @property
    def mark(self) -> Mark:
        """What the row should become, of a form that is valid; what was not on the form is left out."""
        data = self.cleaned_data
        details = {name: data[name] for name in ("arrived_at", "left_at") if name in self.data}
        details |= {name: data[name] and data[name].pk for name in ("reason", "job") if name in self.data}
        return Mark(data["status"], **details, seen=data["seen"])


class BatchForm(forms.Form):
    """One act on several rows, to take it back."""

    batch = forms.UUIDField()


class VisitorSearchForm(forms.Form):
    q = SearchField(
        label="Naam, of een deel ervan",
        min_length=2,
        max_length=60,
        validators=[validate_plain_text],
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
