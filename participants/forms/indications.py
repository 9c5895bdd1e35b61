"""Indications: granting, renewing and cutting short, the steps towards a renewal, and the filters of the work-list."""

from datetime import timedelta

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from participants.models import EndReason, Indication, RenewalStep
from participants.services.indications import delivered_after
from pluspunt.forms import CheckedForm, FilterForm, check_fields


class IndicationForm(CheckedForm):
    class Meta:
        model = Indication
        fields = [
            "volume",
            "frequency",
            "start_date",
            "end_date",
            "scheme",
            "allocation_number",
            "unit",
            "product_category",
            "product_code",
            "municipality_code",
            "decision_number",
            "decision_date",
            "remarks",
        ]
        labels = {"start_date": "Eerste dag", "end_date": "Laatste dag"}
        help_texts = {
            "end_date": "Mag alleen leeg blijven bij een aantal per maand of in totaal.",
            "allocation_number": "Het nummer van de gemeente, hoogstens 9 cijfers.",
            "remarks": "Nooit iets medisch en geen burgerservicenummer.",
        }
        error_messages = {
            "allocation_number": {
                "invalid": "Een toewijzingsnummer heeft alleen cijfers.",
                "min_value": "Een toewijzingsnummer is minstens 1.",
                "max_value": "Een toewijzingsnummer heeft hoogstens 9 cijfers.",
            }
        }

    groups = [
        ("Wat is toegekend", ["volume", "frequency", "start_date", "end_date", "scheme", "allocation_number"]),
        (
            "Product en besluit",
            [
                "unit",
                "product_category",
                "product_code",
                "municipality_code",
                "decision_number",
                "decision_date",
                "remarks",
            ],
        ),
    ]

    def clean(self):
        data = super().clean()
        per_week = data.get("frequency") == Indication.Frequency.WEEK
        if per_week and not data.get("end_date") and "end_date" not in self.errors:
            self.add_error("end_date", "Een indicatie per week heeft een einddatum. Vul de laatste dag in.")
        return data


class IndicationEditForm(IndicationForm):
    """Also what is noted later, so that a mistake in it can be mended."""

    class Meta(IndicationForm.Meta):
        fields = [*IndicationForm.Meta.fields, "start_notice_on", "stop_notice_on", "end_reason"]
        help_texts = IndicationForm.Meta.help_texts | {"end_reason": "Alleen als de indicatie eerder is gestopt."}

    groups = [*IndicationForm.groups, ("Berichten en stoppen", ["start_notice_on", "stop_notice_on", "end_reason"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["end_reason"].choices = [("", "niet gestopt"), *EndReason.choices]


class IndicationRenewForm(IndicationForm):
    """What follows an indication (`instance.follows`): the same again, under the number of the new allocation."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.old = self.instance.follows
        self.fields["allocation_number"].required = self.old.allocation_number is not None
        self.fields["allocation_number"].help_text = "Het nieuwe nummer van de gemeente, niet dat van nu."


class IndicationShortenForm(forms.Form):
    last_day = forms.DateField(label="Nieuwe laatste dag")
    reason = forms.ChoiceField(label="Waarom stopt het", choices=[("", "Kies een reden"), *EndReason.choices])
    sure = forms.BooleanField(label="Ja, dit klopt: kort de indicatie toch in", required=False)

    def __init__(self, *args, indication: Indication, **kwargs):
        super().__init__(*args, **kwargs)
        self.indication = indication
        check_fields(self)
        if not self.is_bound:
            del self.fields["sure"]

    def clean(self):
        """Ask whether it is right only when there is something to doubt."""
        data = super().clean()
        last_day = data.get("last_day")
        delivered = delivered_after(self.indication, last_day) if last_day else 0
        if not delivered:
            del self.fields["sure"]
        elif not data.get("sure"):
            many = f"zijn al {delivered} dagdelen" if delivered > 1 else "is al 1 dagdeel"
            self.add_error("sure", f"Na deze dag {many} geleverd. Dat valt dan buiten de indicatie.")
        return data


class RenewalStepForm(CheckedForm):
    class Meta:
        model = RenewalStep
        fields = ["text", "done_on", "next_actor"]
        labels = {"text": "Wat is er gedaan", "done_on": "Wanneer", "next_actor": "Wie is nu aan zet"}
        help_texts = {"text": "Kort, en nooit iets medisch. Bijvoorbeeld: verlenging aangevraagd bij de gemeente."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["next_actor"].choices = [("", "Kies wie iets moet doen"), *RenewalStep.Actor.choices]


class NoticeForm(forms.Form):
    which = forms.ChoiceField(choices=[("start", "startbericht"), ("stop", "stopbericht")])
    sent_on = forms.DateField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)


class RenewalFilterForm(FilterForm):
    """The filters and the order of the work-list. What is not understood is left out."""

    OVER = "verlopen"

    within = forms.ChoiceField(
        label="Periode",
        required=False,
        choices=[("", "12 weken"), ("8", "8 weken"), ("4", "4 weken"), (OVER, "alleen verlopen")],
    )
    actor = forms.ChoiceField(
        label="Wie is aan zet", required=False, choices=[("", "iedereen"), *RenewalStep.Actor.choices]
    )
    scheme = forms.ChoiceField(label="Financiering", required=False, choices=[("", "alle"), *Indication.Scheme.choices])
    sort = forms.ChoiceField(
        label="Volgorde", required=False, choices=[("", "wat het eerst afloopt"), ("naam", "achternaam")]
    )

    def apply(self, indications: QuerySet[Indication]) -> QuerySet[Indication]:
        """`indications` of the work-list (`to_renew`) that answer to what was chosen, in the order that was chosen."""
        chosen, today = self.cleaned_data, timezone.localdate()
        if chosen.get("within") == self.OVER:
            indications = indications.filter(end_date__lt=today)
        elif weeks := chosen.get("within"):
            indications = indications.filter(end_date__lte=today + timedelta(weeks=int(weeks)))
        if actor := chosen.get("actor"):
            indications = indications.filter(actor=actor)
        if scheme := chosen.get("scheme"):
            indications = indications.filter(scheme=scheme)
        by_name = ["participant__sort_name", "participant_id", "end_date", "pk"]
        by_end = ["end_date", "participant__sort_name", "pk"]
        return indications.order_by(*(by_name if chosen.get("sort") else by_end))


class FirstIndicationForm(CheckedForm):
    """Day parts per week and until when; all empty means that there is none."""

    class Meta:
        model = Indication
        fields = ["volume", "start_date", "end_date", "allocation_number"]
        labels = {"volume": "Dagdelen per week", "start_date": "Geldig van", "end_date": "Geldig tot en met"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, empty_permitted=True, use_required_attribute=False, **kwargs)
        for field in self.fields.values():
            field.required = False

    def clean(self):
        data = super().clean()
        for name in ("volume", "start_date", "end_date"):
            if data.get(name) is None and name not in self.errors:
                self.add_error(name, "Vul dit in, of laat de hele indicatie leeg.")
        return data
