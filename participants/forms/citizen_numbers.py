from django import forms
from django.db import models

from privacy.services import Ground

_SHOW_KEYPAD = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}


class CitizenNumberForm(forms.Form):
    """The one place where a citizen service number is typed; what it must be, the service says."""

    number = forms.CharField(
        label="Burgerservicenummer (bsn)",
        max_length=20,
        widget=forms.TextInput(_SHOW_KEYPAD),
        help_text="Negen cijfers. Neem het over van de brief van de gemeente of van een identiteitsbewijs.",
    )


class RevealForm(forms.Form):
    """Why somebody wants to see a whole number. The reasons are given: a text of one's own could hold what the access
    log must not keep."""

    class Reason(models.TextChoices):
        CLAIM = "declaratie of bericht", "Voor een declaratie of een bericht aan de gemeente"
        CONTACT = "overleg met gemeente of zorgkantoor", "De gemeente of het zorgkantoor vraagt ernaar"
        ALLOCATION = "toewijzing nakijken", "Om een toewijzing na te kijken"
        CHECK = "nummer nakijken", "Om te zien of het nummer klopt"
        REQUEST = "vraag van de deelnemer", "De deelnemer vraagt ernaar"
        SUPERVISION = "controle door toezicht of accountant", "De toezichthouder of de accountant vraagt ernaar"

    reason = forms.ChoiceField(
        label="Waarom wil je het hele nummer zien?",
        choices=Reason,
        widget=forms.RadioSelect,
        error_messages={"required": "Kies waarom."},
    )

    @property
    def ground(self) -> Ground:
        """On what ground the access log says that the number was seen."""
        chosen = self.cleaned_data["reason"]
        others = {self.Reason.REQUEST: Ground.REQUEST, self.Reason.CHECK: Ground.COORDINATION}
        return others.get(chosen, Ground.LEGAL)
