"""Jobs: which ones to show, what is known of one, and finishing it."""

import re
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet

from pluspunt.forms import CheckedForm, FilterForm, check_fields
from workshops.forms.outputs import AmountField
from workshops.models import Job, Output, OutputType, Workshop

_PHONE = re.compile(r"(?<!\d)(?:\+|0)\d(?:[ \-]?\d){7,}")
_POSTCODE = re.compile(r"\b[1-9]\d{3} ?[A-Z]{2}\b")


def validate_no_contact(text: str) -> None:
    """Refuses a phone number, an address and an e-mail address: of a customer we keep no more than a name."""
    if "@" in text or _PHONE.search(text) or _POSTCODE.search(text):
        raise ValidationError("Schrijf hier geen telefoonnummer, adres of e-mailadres. Een naam is genoeg.")


class JobFilterForm(FilterForm):
    """Of which workshop, and how far; what goes on unless somebody asks for something else."""

    workshop = forms.ModelChoiceField(Workshop.objects.none(), label="Werkplaats", required=False, empty_label="alle")
    state = forms.ChoiceField(
        label="Toestand", required=False, choices=[("", "alles wat nog loopt"), *Job.State.choices]
    )

    def __init__(self, *args, workshops: QuerySet[Workshop], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["workshop"].queryset = workshops

    @property
    def asks_past(self) -> bool:
        return self.cleaned_data.get("state") in (Job.State.DONE, Job.State.DROPPED)

    def of_workshop(self, jobs: QuerySet[Job]) -> QuerySet[Job]:
        workshop = self.cleaned_data.get("workshop")
        return jobs.filter(workshop=workshop) if workshop else jobs

    def apply(self, jobs: QuerySet[Job]) -> QuerySet[Job]:
        """`jobs` as asked: per workshop the first due first, or what is past with the newest first."""
        jobs, state = self.of_workshop(jobs), self.cleaned_data.get("state")
        jobs = jobs.filter(state=state) if state else jobs.going_on()
        if self.asks_past:
            return jobs.order_by(F("finished_on").desc(nulls_last=True), "-pk")
        return jobs.order_by("workshop__name", "workshop", F("due_on").asc(nulls_last=True), "pk")


class JobForm(CheckedForm):
    class Meta:
        model = Job
        fields = ["workshop", "title", "due_on", "people_wanted", "customer", "partner", "result"]
        labels = {"due_on": "Klaar uiterlijk", "people_wanted": "Hoeveel mensen heb je nodig?"}
        help_texts = {
            "title": "Bijvoorbeeld: bakfiets opknappen.",
            "due_on": "Mag leeg.",
            "customer": "Alleen een naam of organisatie. Geen telefoonnummer of adres. Leeg is voor eigen gebruik.",
            "partner": "Als de klus voor een partner is.",
        }

    groups = [
        ("Wat is de klus?", ["workshop", "title", "due_on", "people_wanted"]),
        ("Voor wie?", ["customer", "partner"]),
        ("Hoe is het gegaan?", ["result"]),
    ]

    def __init__(self, *args, workshops: QuerySet[Workshop] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("title", "customer", "result"):
            self.fields[name].validators.append(validate_no_contact)
        if self.instance.pk:
            # Who worked on it did so in its workshop.
            del self.fields["workshop"]
        else:
            self.fields["workshop"].queryset = workshops
            self.fields["workshop"].empty_label = "kies een werkplaats"
        if self.instance.state != Job.State.DONE:
            del self.fields["result"]


class JobFinishForm(forms.Form):
    """That a job is done: with what came of it and, maybe, one output."""

    result = forms.CharField(
        label="Wat is het resultaat?",
        required=False,
        max_length=200,
        validators=[validate_no_contact],
        help_text="Mag leeg. Schrijf geen namen van deelnemers.",
    )
    type = forms.ModelChoiceField(
        OutputType.objects.by_hand(), label="Opbrengst", required=False, empty_label="geen opbrengst"
    )
    quantity = AmountField(label="Aantal", required=False)
    key = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid4,
        error_messages={"required": "Laad de bladzijde opnieuw.", "invalid": "Laad de bladzijde opnieuw."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)

    def clean(self):
        data = super().clean()
        if data.get("type") and data.get("quantity") is None and "quantity" not in self.errors:
            self.add_error("quantity", "Vul in hoeveel het er zijn.")
        if data.get("quantity") is not None and not data.get("type") and "type" not in self.errors:
            self.add_error("type", "Kies waarvan dit het aantal is.")
        return data

    def renew_key(self) -> None:
        """What was refused and comes back is another form."""
        self.data = {**self.data.dict(), "key": str(uuid4())}

    def output(self, **about) -> Output | None:
        """What came of it, as a row that is not saved yet."""
        data = self.cleaned_data
        if not data["type"]:
            return None
        kind = data["type"]
        return Output(type=kind, quantity=data["quantity"], source=kind.usual_source, key=data["key"], **about)
