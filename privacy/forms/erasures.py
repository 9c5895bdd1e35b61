"""What somebody asked to have erased, and what is decided."""

from django import forms
from django.utils import timezone

from pluspunt.forms import check_fields
from privacy.models import ErasureProof, ErasureRequest, Part
from privacy.services.erasing import Check
from privacy.services.erasures import Asked

Decision = ErasureRequest.Decision
Why = ErasureProof.Why
_NEEDS_REASON = "Schrijf wat je tegen de persoon zegt."


class ErasureForm(forms.Form):
    """The request and the decision; what the law forbids cannot be chosen."""

    asked_on = forms.DateField(label="Gevraagd op")
    asked_by = forms.ChoiceField(
        label="Wie vroeg het?", choices=ErasureRequest.AskedBy, widget=forms.RadioSelect, initial="SELF"
    )
    decision = forms.ChoiceField(label="Besluit", choices=Decision, widget=forms.RadioSelect)
    why = forms.ChoiceField(
        label="Bij alles wissen: waarom?",
        required=False,
        choices=[
            (Why.NOT_NEEDED, "de gegevens zijn niet meer nodig"),
            (Why.CONSENT_WITHDRAWN, "de toestemming is ingetrokken"),
            (Why.OBJECTED, "iemand maakt bezwaar"),
            (Why.UNLAWFUL, "de gegevens mochten er niet staan"),
        ],
        initial=Why.NOT_NEEDED,
    )
    parts = forms.MultipleChoiceField(
        label="Bij een deel wissen: wat?",
        required=False,
        choices=Part,
        widget=forms.CheckboxSelectMultiple,
        help_text="Dit is er alleen met toestemming, dus dit mag altijd weg. In een verslag dat al gepubliceerd is,"
        " blijft een verhaal staan.",
    )
    reason = forms.CharField(
        label="Bij een deel of niet wissen: wat zeg je tegen de persoon?",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    sure = forms.BooleanField(
        label="Ik weet dat wissen niet terug te draaien is",
        required=False,
    )

    def __init__(self, *args, checks: list[Check], **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)
        self.fields["asked_on"].initial = timezone.localdate()
        if problems := [check.problem for check in checks if check.problem]:
            self.fields["decision"].choices = [each for each in Decision.choices if each[0] != Decision.WHOLE]
            self.fields["reason"].initial = " ".join(problems)
            del self.fields["why"]

    def clean(self):
        data = super().clean()
        decision = data.get("decision")
        if decision == Decision.WHOLE and not data.get("why"):
            self.add_error("why", "Kies waarom.")
        if decision == Decision.PARTLY and not data.get("parts"):
            self.add_error("parts", "Kies wat er gewist wordt.")
        if decision in (Decision.PARTLY, Decision.REFUSED) and not data.get("reason"):
            self.add_error("reason", _NEEDS_REASON)
        if decision in (Decision.WHOLE, Decision.PARTLY) and not data.get("sure"):
            self.add_error("sure", "Zet hier een vinkje. Wissen kan niet terug.")
        return data

    @property
    def asked(self) -> Asked:
        return Asked(self.cleaned_data["asked_on"], self.cleaned_data["asked_by"])
