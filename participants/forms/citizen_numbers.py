from django import forms

from pluspunt.forms import check_fields

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
    """Why somebody wants to see a whole number: that stands in the access log."""

    REASONS = (
        ("declaratie of bericht aan de gemeente", "Voor een declaratie of een bericht aan de gemeente"),
        ("toewijzing nakijken", "Om een toewijzing na te kijken"),
        ("nummer nakijken", "Om te zien of het nummer klopt"),
        ("vraag van de deelnemer zelf", "De deelnemer vraagt ernaar"),
        ("anders", "Iets anders, namelijk:"),
    )
    reason = forms.ChoiceField(label="Waarom wil je het nummer zien?", choices=[("", "kies een reden"), *REASONS])
    other = forms.CharField(
        label="Iets anders, namelijk", max_length=80, required=False, help_text="Kort, en zonder namen of nummers."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)

    def clean(self):
        data = super().clean()
        if data.get("reason") == "anders" and not data.get("other") and "other" not in self.errors:
            self.add_error("other", "Schrijf op waarom je het nummer wilt zien.")
        return data

    @property
    def ground(self) -> str:
        """The reason as the access log keeps it."""
        chosen = self.cleaned_data
        return f"anders: {chosen['other']}" if chosen["reason"] == "anders" else chosen["reason"]
