"""What people type about participants; checked here, because SQLite would store anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from participants.models import District, Indication, Participant, Pause, Practitioner, Trajectory
from pluspunt.forms import DateInput
from pluspunt.validators import validate_plain_text

# Texts with their own pattern: a phone number has as many digits as a citizen service number.
_OWN_PATTERN = {"phone", "email", "postcode", "municipality_code"}
_DAYS = (
    MinValueValidator(date(1900, 1, 1), "Kijk het jaar na."),
    MaxValueValidator(date(2099, 12, 31), "Kijk het jaar na."),
)


def check_fields(form: forms.BaseForm) -> None:
    """Let every text refuse numbers and formulas that must not be kept, and every date a mistyped year."""
    for name, field in form.fields.items():
        if isinstance(field, forms.DateField):
            field.validators.extend(_DAYS)
            field.widget = DateInput()
        elif type(field) is forms.CharField and name not in _OWN_PATTERN:
            field.validators.append(validate_plain_text)


@contextmanager
def refusals_on(form: forms.BaseForm) -> Iterator[None]:
    """Shows on `form`, at the field where that is known, what a service refuses; the block ends there."""
    try:
        yield
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            form.add_error(None, error.messages)
            return
        for name, messages in error.message_dict.items():
            form.add_error(name if name in form.fields else None, messages)


class CheckedForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = "niet ingevuld"

    def clean(self):
        data = super().clean()
        start, end = data.get("start_date"), data.get("end_date")
        if start and end and end < start:
            # The constraint refuses it as well, but does not know that it is about this field.
            self.add_error("end_date", "De einddatum ligt voor de begindatum.")
        return data


class ParticipantForm(CheckedForm):
    class Meta:
        model = Participant
        fields = [
            "nickname",
            "prefix",
            "surname",
            "birth_date",
            "gender",
            "number",
            "phone",
            "email",
            "postcode",
            "district",
            "emergency_contact",
            "attention",
        ]

    groups = [
        ("Wie", ["nickname", "prefix", "surname", "birth_date", "gender", "number"]),
        ("Bereikbaar", ["phone", "email", "postcode", "district"]),
        ("Op de werkvloer", ["emergency_contact", "attention"]),
    ]

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(legend, [self[name] for name in names]) for legend, names in self.groups]


class NewParticipantForm(ParticipantForm):
    """Only what is needed on the first day; the rest is filled in later, on the person's own page."""

    class Meta(ParticipantForm.Meta):
        fields = [
            "nickname",
            "prefix",
            "surname",
            "birth_date",
            "gender",
            "phone",
            "district",
            "emergency_contact",
            "number",
        ]

    groups = [
        ("Wie", ["nickname", "prefix", "surname", "birth_date", "gender", "number"]),
        ("Bereikbaar", ["phone", "district", "emergency_contact"]),
    ]


class TrajectoryForm(CheckedForm):
    class Meta:
        model = Trajectory
        fields = [
            "target_group",
            "start_date",
            "strand_social",
            "strand_educational",
            "strand_work",
            "trial_until",
            "end_date",
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
        # Leaving has its own page, because placements end with it; here a wrong last day can be mended.
        if not self.instance.end_date:
            del self.fields["end_date"], self.fields["destination"]


class IndicationForm(CheckedForm):
    class Meta:
        model = Indication
        fields = [
            "volume",
            "unit",
            "frequency",
            "start_date",
            "end_date",
            "scheme",
            "product_category",
            "product_code",
            "municipality_code",
            "allocation_number",
            "decision_number",
            "decision_date",
            "remarks",
        ]
        help_texts = {"remarks": "Nooit iets medisch en geen burgerservicenummer."}

    groups = [
        ("Hoeveel", ["volume", "unit", "frequency", "start_date", "end_date"]),
        ("Waarvoor", ["scheme", "product_category", "product_code"]),
        (
            "Besluit van de gemeente",
            ["municipality_code", "allocation_number", "decision_number", "decision_date", "remarks"],
        ),
    ]

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(legend, [self[name] for name in names]) for legend, names in self.groups]


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


class PractitionerForm(CheckedForm):
    class Meta:
        model = Practitioner
        fields = ["name", "organisation", "phone", "email"]


class TrajectoryEndForm(forms.Form):
    last_day = forms.DateField(label="Laatste dag", validators=[*_DAYS], widget=DateInput)
    destination = forms.ChoiceField(
        label="Waarheen",
        choices=[("", "Kies waar deze persoon naartoe gaat"), *Trajectory.Destination.choices],
    )


class PauseForm(CheckedForm):
    class Meta:
        model = Pause
        fields = ["start_date", "end_date", "reason"]
        labels = {"start_date": "Eerste dag weg", "end_date": "Laatste dag weg"}
        help_texts = {"end_date": "Laat leeg als je dat nog niet weet."}


class PauseEndForm(forms.Form):
    last_day = forms.DateField(label="Laatste dag weg", validators=[*_DAYS], widget=DateInput)


class ParticipantFilterForm(forms.Form):
    """The search box, the filters and the order of the list. What is not understood is left out."""

    class Sort:
        NAME, START, GROUP = "naam", "start", "doelgroep"

    EVERYBODY = "ALL"
    NEEDS = [("", "alles"), ("indicatie", "indicatie loopt af"), ("plek", "heeft nog geen plek")]

    q = forms.CharField(
        label="Naam of nummer",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    status = forms.ChoiceField(
        label="Status",
        required=False,
        choices=[
            ("", "niet gestopt"),
            *Trajectory.Status.choices,
            (EVERYBODY, "iedereen, ook gestopt"),
        ],
    )
    group = forms.ChoiceField(
        label="Doelgroep", required=False, choices=[("", "alle"), *Trajectory.TargetGroup.choices]
    )
    workshop = forms.ModelChoiceField(None, label="Werkplaats", required=False, empty_label="alle")
    district = forms.ModelChoiceField(District.objects.all(), label="Gebied", required=False, empty_label="alle")
    needs = forms.ChoiceField(label="Vraagt aandacht", required=False, choices=NEEDS)
    sort = forms.ChoiceField(
        required=False,
        widget=forms.HiddenInput,
        choices=[(Sort.NAME, "naam"), (Sort.START, "start"), (Sort.GROUP, "doelgroep")],
    )

    def __init__(self, *args, workshops: QuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["workshop"].queryset = workshops

    def clean_q(self) -> str:
        validate_plain_text(self.cleaned_data["q"])
        return self.cleaned_data["q"]

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields if name != "sort")

    @property
    def order(self) -> str:
        return self.cleaned_data.get("sort") or self.Sort.NAME

    def apply(self, people: QuerySet[Participant]) -> QuerySet[Participant]:
        """`people` that answer to what was chosen, in the order that was chosen."""
        today = timezone.localdate()
        chosen = self.cleaned_data
        people = people.search(chosen.get("q") or "")
        status = chosen.get("status")
        if not status:
            people = people.exclude(pk__in=people.in_status(Trajectory.Status.ENDED, today).values("pk"))
        elif status != self.EVERYBODY:
            people = people.in_status(status, today)
        if group := chosen.get("group"):
            current = Trajectory.objects.filter(target_group=group)
            people = people.filter(pk__in=self._not_ended(current, status, today).values("participant"))
        if workshop := chosen.get("workshop"):
            people = people.filter(pk__in=workshop.placements.on(today).values("participant"))
        if district := chosen.get("district"):
            people = people.filter(district=district)
        return self._in_order(people.needing(chosen.get("needs") or "", today), self.order)

    def _not_ended(self, paths, status: str, today: date):
        with_ended = status in (self.EVERYBODY, Trajectory.Status.ENDED)
        return paths if with_ended else paths.overlapping(today, None)

    def _in_order(self, people, sort: str):
        latest = Trajectory.objects.filter(participant=OuterRef("pk")).order_by("-start_date", "-pk")
        if sort == self.Sort.START:
            people = people.annotate(start=Subquery(latest.values("start_date")[:1]))
            return people.order_by(F("start").desc(nulls_last=True), "sort_name", "pk")
        if sort == self.Sort.GROUP:
            people = people.annotate(group=Subquery(latest.values("target_group")[:1]))
            return people.order_by(F("group").asc(nulls_last=True), "sort_name", "pk")
        return people.order_by("sort_name", "pk")
