from django import forms

from participants.models import Pause, Trajectory
from pluspunt.forms import POSSIBLE_DAYS, CheckedForm, DateInput


class TrajectoryForm(CheckedForm):
    class Meta:
        model = Trajectory
        fields = [
            "target_group",
            "start_date",
            "strand_social",
            "strand_educational",
            "strand_work",
            "trial_until",
            "end_date",
            "destination",
        ]
        labels = {"start_date": "Begint op", "end_date": "Laatste dag"}
        help_texts = {
            "trial_until": "Laat leeg als er geen proefperiode is.",
            "target_group": "Sociaal, educatief en arbeidsmatig horen bij activering.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["target_group"].choices = [("", "Kies een doelgroep"), *Trajectory.TargetGroup.choices]
        self.fields["destination"].choices = [("", "niet ingevuld"), *Trajectory.Destination.choices]
        # Leaving has its own page, because placements end with it; here a wrong last day can be mended.
        if not self.instance.end_date:
            del self.fields["end_date"], self.fields["destination"]


class TrajectoryEndForm(forms.Form):
    last_day = forms.DateField(label="Laatste dag", validators=[*POSSIBLE_DAYS], widget=DateInput)
    destination = forms.ChoiceField(
        label="Waarheen",
        choices=[("", "Kies waar deze persoon naartoe gaat"), *Trajectory.Destination.choices],
    )


class PauseForm(CheckedForm):
    class Meta:
        model = Pause
        fields = ["start_date", "end_date", "reason"]
        labels = {"start_date": "Eerste dag weg", "end_date": "Laatste dag weg"}
        help_texts = {"end_date": "Laat leeg als je dat nog niet weet."}


class PauseEndForm(forms.Form):
    last_day = forms.DateField(label="Laatste dag weg", validators=[*POSSIBLE_DAYS], widget=DateInput)
