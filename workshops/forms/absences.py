"""Somebody stays away, and says so beforehand."""

from django import forms

from pluspunt.forms import CheckedForm
from workshops.models import Absence, AbsenceReason, DayPart


class AbsenceForm(CheckedForm):
    class Meta:
        model = Absence
        fields = ["start_date", "end_date", "day_part", "reason", "reported_by"]
        labels = {"start_date": "Eerste dag", "end_date": "Laatste dag", "reported_by": "Wie meldde dit?"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["end_date"].required = True
        self.fields["end_date"].help_text = "Eén dag? Vul dan twee keer dezelfde dag in."
        part = forms.ChoiceField(
            label="Welk deel van de dag?",
            choices=[("", "hele dag"), *DayPart.choices],
            required=False,
            widget=forms.RadioSelect,
        )
        self.fields["day_part"] = part
        reasons = self.fields["reason"]
        reasons.queryset = AbsenceReason.objects.filter(is_active=True)
        reasons.label, reasons.empty_label = "Reden (mag leeg)", "geen reden"
        reasons.help_text = "Vraag niet door: waarom iemand ziek is, schrijven we nooit op."
