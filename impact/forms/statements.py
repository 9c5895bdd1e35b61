"""A statement: what is asked, in the words of the person and of the coach."""

from django import forms

from impact.models import Statement
from pluspunt.forms import CheckedForm


class StatementForm(CheckedForm):
    class Meta:
        model = Statement
        fields = ["indicator", "text", "coach_text", "position"]
        labels = {"text": "Voor de deelnemer", "coach_text": "Voor de coach", "indicator": "Waarover gaat het?"}
        help_texts = {
            "text": "In de ik-vorm, kort en gewoon: Ik durf iets nieuws te proberen.",
            "coach_text": "De roepnaam komt ervoor te staan: durft iets nieuws te proberen.",
            "position": "Op welke plek het wordt gevraagd.",
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 2}), "coach_text": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            # A new one is asked last.
            del self.fields["position"]
