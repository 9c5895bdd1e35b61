"""What a tablet sends: marks that waited there, each with the pass of the register in which it was tapped."""

from datetime import UTC, datetime

from django import forms
from django.core import signing

from workshops.models import AbsenceReason, Attendance, Job
from workshops.services.attendance import Mark
from workshops.services.tablets import SentMark, read_pass

# After the year 2286 this gets a digit more.
LAST_MILLISECOND = 9_999_999_999_999


class SentMarkForm(forms.Form):
    """One mark; details that are not in the data are left out of the mark as well."""

    key = forms.UUIDField()
    # "pass" is a word of Python.
    ticket = forms.CharField(max_length=300)
    person = forms.CharField(max_length=24)
    at = forms.IntegerField(min_value=0, max_value=LAST_MILLISECOND)  # milliseconds since 1970
    # The version that comes after it must fit in a column too.
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 2, required=False)
    polite = forms.BooleanField(required=False)
    status = forms.ChoiceField(choices=Attendance.Status)
    reason = forms.ModelChoiceField(AbsenceReason.objects.all(), required=False)
    arrived_at = forms.TimeField(required=False)
    left_at = forms.TimeField(required=False)
    job = forms.ModelChoiceField(Job.objects.all(), required=False)

    def clean_ticket(self):
        try:
            return read_pass(self.cleaned_data["ticket"])
        except signing.BadSignature:
            raise forms.ValidationError("Deze tablet heeft geen geldig bewijs voor dit register.") from None

    def clean_at(self):
        return datetime.fromtimestamp(self.cleaned_data["at"] / 1000, UTC)

    @property
    def sent(self) -> SentMark:
        """The mark, of a form that is valid."""
        data = self.cleaned_data
        details = {name: data[name] for name in ("arrived_at", "left_at") if name in self.data}
        details |= {name: data[name] and data[name].pk for name in ("reason", "job") if name in self.data}
        mark = Mark(data["status"], **details, seen=data["seen"], is_polite=data["polite"])
        return SentMark(data["key"], data["ticket"], data["person"], data["at"], mark)
