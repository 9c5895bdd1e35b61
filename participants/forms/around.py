from django import forms
from django.db.models import Q
from django.utils import timezone

from participants.models import (
    Consent,
    ConsentPurpose,
    ConsentText,
    LegalRepresentative,
    Participant,
    Practitioner,
)
from partners.models import Organisation
from pluspunt.forms import CheckedForm, check_fields


class _RelationForm(CheckedForm):
    """Somebody around a participant: who, how to reach them, and from when until when."""

    groups = [
        ("Wie", ["kind", "name", "organisation"]),
        ("Bereikbaar", ["phone", "email"]),
        ("Van wanneer tot wanneer", ["start_date", "end_date", "end_reason"]),
    ]

    class Meta:
        fields = ["kind", "name", "organisation", "phone", "email", "start_date", "end_date", "end_reason"]
        labels = {"end_date": "Laatste dag", "end_reason": "Waarom het stopte"}
        help_texts = {
            "organisation": "Staat de organisatie er niet bij? Voeg haar eerst toe bij Partners.",
            "end_date": "Laat leeg zolang het loopt.",
            "end_reason": "Hoort bij een laatste dag. Bijvoorbeeld: begeleiding afgerond. Nooit iets medisch.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        current = Q(end_date__isnull=True) | Q(end_date__gte=today) | Q(pk=self.instance.organisation_id)
        self.fields["organisation"].queryset = Organisation.objects.filter(current)

    def clean(self):
        data = super().clean()
        if data.get("end_reason") and not data.get("end_date") and "end_date" not in self.errors:
            self.add_error("end_date", "Vul de laatste dag in, of laat leeg waarom het stopte.")
        return data


class PractitionerForm(_RelationForm):
    class Meta(_RelationForm.Meta):
        model = Practitioner

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The model knows what somebody is when nothing is said.
        self.fields["kind"].required = False


class RepresentativeForm(_RelationForm):
    class Meta(_RelationForm.Meta):
        model = LegalRepresentative

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Kies wat deze persoon is"), *LegalRepresentative.Kind.choices]


class ConsentForm(forms.Form):
    """Somebody agrees with the newest text for one purpose; sharing is with one person or organisation."""

    # As it stands in the address.
    PURPOSES = {"delen": ConsentPurpose.SHARE, "foto": ConsentPurpose.PHOTO, "verhaal": ConsentPurpose.STORY}
    QUESTIONS = {
        ConsentPurpose.SHARE: "Met wie mag Pluspunt gegevens delen?",
        ConsentPurpose.PHOTO: "Mag Pluspunt foto's gebruiken?",
        ConsentPurpose.STORY: "Mag Pluspunt het verhaal vertellen?",
    }

    waarvoor = forms.ChoiceField(choices=[(name, name) for name in PURPOSES], widget=forms.HiddenInput)
    text = forms.ModelChoiceField(ConsentText.objects.all(), label="Tekst", widget=forms.HiddenInput)
    recipient = forms.ChoiceField(label="Met wie")
    given_on = forms.DateField(label="Gegeven op")

    def __init__(self, data=None, *, participant: Participant, about: str, recipient: str = ""):
        """`about` is a name in `PURPOSES`; an unknown one means sharing. `recipient` is chosen beforehand."""
        self.participant = participant
        about = about if about in self.PURPOSES else "delen"
        self.purpose = self.PURPOSES[about]
        self.newest = ConsentText.objects.newest(self.purpose, timezone.localdate())
        initial = {
            "waarvoor": about,
            "text": self.newest and self.newest.pk,
            "recipient": recipient,
            "given_on": timezone.localdate(),
        }
        super().__init__(data, initial=initial)
        check_fields(self)
        if self.purpose == ConsentPurpose.SHARE:
            self.fields["recipient"].choices = [("", "Kies iemand"), *_recipients(participant)]
        else:
            del self.fields["recipient"]

    @property
    def question(self) -> str:
        return self.QUESTIONS[self.purpose]

    def clean_text(self) -> ConsentText:
        text = self.cleaned_data["text"]
        if text != self.newest:
            # The page shows the newest text from now on; who sends it again has read that.
            self.data = self.data.copy()
            self.data["text"] = self.newest and self.newest.pk
            raise forms.ValidationError("De tekst is intussen veranderd. Lees eerst de nieuwe tekst.")
        return text

    def consent(self) -> Consent:
        """What was filled in, not saved."""
        kind, _, pk = self.cleaned_data.get("recipient", "").partition("-")
        return Consent(
            participant=self.participant,
            text=self.cleaned_data["text"],
            given_on=self.cleaned_data["given_on"],
            **({f"{kind}_id": int(pk)} if pk else {}),
        )


def _recipients(participant: Participant) -> list[tuple[str, list[tuple[str, str]]]]:
    """Whom facts may be shared with, grouped: who is around this person now, and organisations, the city first."""
    today = timezone.localdate()
    organisations = Organisation.objects.filter(Q(end_date__isnull=True) | Q(end_date__gte=today))
    cities_first = sorted(organisations, key=lambda each: each.kind != Organisation.Kind.MUNICIPALITY)
    people = {
        "practitioner": ("Behandelaars en begeleiders", participant.practitioners),
        "representative": ("Wettelijk vertegenwoordigers", participant.legal_representatives),
    }
    groups = [
        (label, [(f"{kind}-{row.pk}", _named(row)) for row in rows.select_related("organisation") if row.is_current])
        for kind, (label, rows) in people.items()
    ]
    groups.append(("Organisaties", [(f"organisation-{each.pk}", each.name) for each in cities_first]))
    return [(label, choices) for label, choices in groups if choices]


def _named(row: Practitioner | LegalRepresentative) -> str:
    return f"{row.name} ({row.organisation})" if row.organisation else row.name


class ConsentWithdrawForm(forms.Form):
    withdrawn_on = forms.DateField(label="Ingetrokken op")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, initial={"withdrawn_on": timezone.localdate()}, **kwargs)
        check_fields(self)


class NotTogetherForm(forms.Form):
    """Who was chosen from the people that were found."""

    other = forms.ModelChoiceField(Participant.objects.all(), label="Wie", to_field_name="key")
