from django import forms

from participants.models import EndReason, Pause, Trajectory
from pluspunt.forms import POSSIBLE_DAYS, CheckedForm, DateInput

_STRANDS = ["strand_social", "strand_educational", "strand_work"]


class TrajectoryForm(CheckedForm):
    """Mending what is known about a trajectory."""

    class Meta:
        model = Trajectory
        fields = [
            "target_group",
            "start_date",
            *_STRANDS,
            "trial_until",
            "end_date",
            "end_reason",
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
        self.fields["end_reason"].choices = [("", "niet ingevuld"), *EndReason.choices]
        # Leaving has its own page, because placements end with it; here a wrong last day can be mended.
        if not self.instance.end_date:
            del self.fields["end_date"], self.fields["end_reason"], self.fields["destination"]


class TrajectoryStartForm(CheckedForm):
    """The first day of somebody who is known."""

    class Meta(TrajectoryForm.Meta):
        fields = ["target_group", "start_date", "trial_until", *_STRANDS]
        labels = {"start_date": "Eerste dag"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["target_group"].choices = [("", "Kies een doelgroep"), *Trajectory.TargetGroup.choices]


class FirstTrajectoryForm(CheckedForm):
    """The first day of somebody new, whose group stands in the application; all empty means that they wait."""

    class Meta(TrajectoryForm.Meta):
        fields = ["start_date", "trial_until", *_STRANDS]
        labels = {"start_date": "Eerste dag"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, empty_permitted=True, use_required_attribute=False, **kwargs)
        self.fields["start_date"].required = False

    def clean(self):
        data = super().clean()
        if self.has_changed() and data.get("start_date") is None and "start_date" not in self.errors:
            self.add_error("start_date", "Vul de eerste dag in, of laat dit hele blok leeg.")
        return data


class MoveOnForm(forms.Form):
    """To which group somebody moves on, and when."""

    target_group = forms.ChoiceField(label="Naar")
    start = forms.DateField(label="Eerste dag daar", validators=[*POSSIBLE_DAYS], widget=DateInput)
    strand_social = forms.BooleanField(label="Sociaal", required=False)
    strand_educational = forms.BooleanField(label="Educatief", required=False)
    strand_work = forms.BooleanField(label="Arbeidsmatig", required=False)

    def __init__(self, *args, groups: list[Trajectory.TargetGroup], **kwargs):
        super().__init__(*args, **kwargs)
        known = [(group.value, group.label) for group in groups]
        self.fields["target_group"].choices = known if len(known) == 1 else [("", "Kies een doelgroep"), *known]
        if Trajectory.TargetGroup.ACTIVATION not in groups:
            for name in _STRANDS:
                del self.fields[name]
        else:
            self.fields["target_group"].help_text = "Sociaal, educatief en arbeidsmatig horen bij activering."

    @property
    def strands(self) -> list[str]:
        return [name for name in _STRANDS if self.cleaned_data.get(name)]


class TrialConfirmForm(forms.Form):
    on = forms.DateField(label="Actief vanaf", validators=[*POSSIBLE_DAYS], widget=DateInput)


class TrialExtendForm(forms.Form):
    until = forms.DateField(label="Op proef tot en met", validators=[*POSSIBLE_DAYS], widget=DateInput)


class TrajectoryEndForm(forms.Form):
    last_day = forms.DateField(label="Laatste dag", validators=[*POSSIBLE_DAYS], widget=DateInput)
    reason = forms.ChoiceField(label="Waarom", choices=[("", "Kies waarom dit traject stopt"), *EndReason.choices])
    destination = forms.ChoiceField(
        label="Waarheen",
        choices=[("", "Kies waar deze persoon naartoe gaat"), *Trajectory.Destination.choices],
    )


class PauseForm(CheckedForm):
    class Meta:
        model = Pause
        fields = ["start_date", "end_date", "expected_until", "reason"]
        labels = {"start_date": "Eerste dag weg", "end_date": "Laatste dag weg"}
        help_texts = {
            "end_date": "Laat leeg als je dat nog niet weet, en vul dan de dag hieronder in.",
            "expected_until": "Alleen als je de laatste dag nog niet weet. Op deze dag vragen we het na.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True

    def clean(self):
        data = super().clean()
        start, end, expected = (data.get(name) for name in ("start_date", "end_date", "expected_until"))
        if {"start_date", "end_date", "expected_until"} & self.errors.keys():
            return data
        if end and expected:
            self.add_error("expected_until", "De laatste dag is al bekend. Laat dit leeg.")
        elif not end and not expected:
            self.add_error("expected_until", "Vul in tot wanneer het waarschijnlijk duurt, of vul de laatste dag in.")
        elif expected and expected < start:
            self.add_error("expected_until", "Deze dag ligt voor de eerste dag.")
        return data


class PauseEndForm(forms.Form):
    """The last day, or when that is not known yet: the day on which to ask again."""

    last_day = forms.DateField(label="Laatste dag weg", required=False, validators=[*POSSIBLE_DAYS], widget=DateInput)
    expected_until = forms.DateField(
        label="Nog niet bekend: waarschijnlijk tot en met",
        required=False,
        validators=[*POSSIBLE_DAYS],
        widget=DateInput,
        help_text="Alleen als je de laatste dag nog niet weet. Maak dan de laatste dag leeg.",
    )

    def clean(self):
        data = super().clean()
        if not self.errors and bool(data.get("last_day")) == bool(data.get("expected_until")):
            raise forms.ValidationError("Vul één van de twee dagen in.")
        return data
