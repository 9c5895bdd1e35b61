"""What somebody asks about their own facts, and what came of it."""

from django import forms
from django.utils import timezone

from pluspunt.forms import CheckedForm, check_fields
from privacy.models import RightsRequest


class RightsRequestForm(CheckedForm):
    class Meta:
        model = RightsRequest
        fields = ["asked_on", "asked_by", "asked_by_name", "identity", "what"]
        labels = {
            "asked_by": "Wie vroeg het?",
            "asked_by_name": "Hoe heet de vertegenwoordiger?",
            "identity": "Hoe weet je wie het is?",
        }
        widgets = {
            "asked_by": forms.RadioSelect,
            "identity": forms.RadioSelect,
            "what": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["asked_by"].choices = RightsRequest.AskedBy.choices
        self.fields["identity"].choices = RightsRequest.Identity.choices
        self.fields["asked_by_name"].help_text = "Alleen als de persoon het niet zelf vroeg."
        what = self.fields["what"]
        if self.instance.kind == RightsRequest.Kind.CORRECTION:
            what.label, what.required = "Wat klopt er niet, en wat moet er staan?", True
        else:
            what.label = "Wil iemand iets in het bijzonder weten? (mag leeg)"
            what.help_text = "Waarom iemand het vraagt, hoeft niemand te zeggen."


class CopyWishesForm(CheckedForm):
    """What the next copy names and leaves out."""

    class Meta:
        model = RightsRequest
        fields = ["names_staff", "masked_words"]
        widgets = {"masked_words": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["names_staff"].label = "Noem medewerkers bij hun naam"
        self.fields["names_staff"].help_text = "Zet uit als een medewerker daardoor gevaar loopt: dan staat er de rol."
        words = self.fields["masked_words"]
        words.label = "Namen van anderen die eruit moeten (mag leeg)"
        words.help_text = "Eén per regel. Op die plek komt: [naam van een ander]."


class _AboutRequestForm(forms.Form):
    """A form about one request, with what every form of ours refuses."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)


class ExtendForm(_AboutRequestForm):
    because = forms.CharField(
        label="Waarom lukt het niet binnen een maand?",
        max_length=250,
        help_text="Alleen als het ingewikkeld is of als er veel vragen tegelijk zijn. Vertel het ook aan de persoon.",
    )


class DecideForm(_AboutRequestForm):
    state = forms.ChoiceField(label="Wat is het besluit?", widget=forms.RadioSelect)
    decided_on = forms.DateField(label="Op welke dag?", initial=timezone.localdate)
    answer = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, asked: RightsRequest, **kwargs):
        super().__init__(*args, **kwargs)
        is_access = asked.kind == RightsRequest.Kind.ACCESS
        done = "Het afschrift is gegeven" if is_access else "Het is verbeterd"
        self.fields["state"].choices = [
            (RightsRequest.State.DONE, done),
            (RightsRequest.State.REFUSED, "We weigeren het"),
            (RightsRequest.State.WITHDRAWN, "De persoon trok het in"),
        ]
        answer = self.fields["answer"]
        answer.label = "Hoe is het gegaan?"
        answer.help_text = (
            "Hoe gaf je het: op papier of op een stick? Bij weigeren: waarom, en dat iemand mag klagen."
            if is_access
            else "Wat is er veranderd, en aan wie is dat verteld? Bij weigeren: waarom, en dat iemand mag klagen."
        )
