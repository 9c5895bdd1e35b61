"""A tap in a register, and somebody who walks in."""

from django import forms

from participants.models import Participant
from pluspunt.validators import validate_plain_text
from workshops.models import AbsenceReason, Attendance


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
        validators=[validate_plain_text],
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
