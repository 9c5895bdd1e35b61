"""Asking for a correction, and deciding on one."""

from django import forms

from pluspunt.forms import CheckedForm
from pluspunt.validators import validate_plain_text
from workshops.models import AbsenceReason, Attendance, CorrectionRequest, Job, Value

Status = Attendance.Status
_TIME = {"invalid": "Schrijf een tijd als 9:40."}


class CorrectionForm(CheckedForm):
    """What a row should be, and why; a detail that does not belong with the status is left out."""

    class Meta:
        model = CorrectionRequest
        fields = ("status", "reason", "arrived_at", "left_at", "job", "why")
        widgets = {
            "status": forms.RadioSelect,
            "arrived_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "left_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
        labels = {
            "status": "Wat moet het worden?",
            "reason": "Reden van afmelding",
            "arrived_at": "Te laat: kwam om",
            "left_at": "Eerder weg: ging om",
            "job": "Klus",
            "why": "Waarom klopt het niet?",
        }
        help_texts = {"why": "Je collega leest dit en beslist. Schrijf niets over gezondheid."}
        error_messages = {"arrived_at": _TIME, "left_at": _TIME}

    def __init__(self, *args, row: Attendance, **kwargs):
        now = {"status": row.status, "reason": row.reason_id, "job": row.job_id}
        now |= {"arrived_at": row.arrived_at, "left_at": row.left_at}
        super().__init__(*args, initial=now, **kwargs)
        self.fields["status"].choices = [(s.value, s.label) for s in Status if row.planned or s in _OF_VISITORS]
        if not row.planned:
            del self.fields["reason"]
        else:
            self.fields["reason"].queryset = AbsenceReason.objects.filter(is_active=True)
        self.fields["job"].queryset = Job.objects.filter(workshop=row.workshop_id).order_by("title", "pk")
        if not self.fields["job"].queryset.exists():
            del self.fields["job"]

    @property
    def value(self) -> Value:
        data = self.cleaned_data
        reason, job = data.get("reason"), data.get("job")
        if data["status"] == Status.PRESENT:
            return Value(Status.PRESENT, None, data["arrived_at"], data["left_at"], job and job.pk)
        return Value(data["status"], reason and reason.pk if data["status"] == Status.EXCUSED else None)


# Who was not planned came, or should not stand here at all.
_OF_VISITORS = (Status.PRESENT, Status.OPEN)


class DecisionForm(forms.Form):
    """The button that was pressed, and the version of the row that the page showed."""

    APPROVE, REFUSE = "ja", "nee"

    decision = forms.ChoiceField(
        choices=[(APPROVE, "goedkeuren"), (REFUSE, "afwijzen")],
        error_messages={"required": "Keur het verzoek goed, of wijs het af."},
    )
    answer = forms.CharField(required=False, max_length=200, validators=[validate_plain_text])
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1)
