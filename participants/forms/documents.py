from datetime import date, timedelta

from django import forms

from participants.models import Consent, Participant, SentDocument
from pluspunt.forms import check_fields
from pluspunt.periods import Period
from pluspunt.templatetags.words import short_date

HALF_YEAR = timedelta(days=182)


class ConsentChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, consent: Consent) -> str:
        organisation = getattr(consent.recipient, "organisation", None)
        name = f"{consent.recipient}, {organisation}" if organisation else str(consent.recipient)
        return f"{name} (toestemming van {short_date(consent.given_on)})"


class DocumentForm(forms.Form):
    """Which document about somebody goes to whom, and about which days."""

    kind = forms.ChoiceField(label="Welk document?", choices=SentDocument.Kind)
    consent = ConsentChoiceField(None, label="Voor wie?", empty_label="Kies met wie er gedeeld mag worden")
    start = forms.DateField(label="Van")
    end = forms.DateField(label="Tot en met")

    def __init__(self, *args, participant: Participant, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)
        self.today = today
        consents = participant.consents.running().filter(purpose="SHARE")
        consents = consents.select_related("practitioner__organisation", "representative__organisation", "organisation")
        # Whoever stopped has nothing to do with this person any more, whatever the consent once said.
        self.stopped = [consent.recipient for consent in consents if not consent.recipient.is_current]
        current = [consent.pk for consent in consents if consent.recipient.is_current]
        self.fields["consent"].queryset = consents.filter(pk__in=current)
        self.initial = {"kind": SentDocument.Kind.PROGRESS_REPORT, "start": today - HALF_YEAR, "end": today}

    def clean_end(self) -> date:
        if self.cleaned_data["end"] > self.today:
            raise forms.ValidationError("Deze dag komt nog. Kies een dag tot en met vandaag.")
        return self.cleaned_data["end"]

    def clean(self):
        data = super().clean()
        if data.get("start") and data.get("end") and data["end"] < data["start"]:
            self.add_error("end", "De einddatum ligt voor de begindatum.")
        return data

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["start"], self.cleaned_data["end"])
