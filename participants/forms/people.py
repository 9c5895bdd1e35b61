"""What people type about participants; checked here, because SQLite would store anything."""

from datetime import date

from django import forms
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from participants.models import District, Participant, Trajectory
from pluspunt.forms import CheckedForm
from pluspunt.validators import validate_plain_text


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
