from django import forms
from django.db.models import F, QuerySet
from django.utils import timezone

from partners.models import Collaboration, ContactPerson, Event, Organisation, Theme
from pluspunt.forms import CheckedForm


class OrganisationForm(CheckedForm):
    class Meta:
        model = Organisation
        fields = ["name", "kind", "place", "start_date", "end_date", "themes", "notes"]
        widgets = {"themes": forms.CheckboxSelectMultiple, "notes": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "place": "Bijvoorbeeld: M4H, Centrum of Schiedam.",
            "start_date": "Sinds wanneer kennen we elkaar? Mag leeg.",
            "end_date": "Alleen als de samenwerking stopt.",
            "notes": "Over de organisatie. Schrijf hier niets over deelnemers.",
        }
        labels = {"end_date": "Tot en met"}

    groups = [
        ("Wie", ["name", "kind", "place"]),
        ("Waarover", ["themes", "notes"]),
        ("Hoelang", ["start_date", "end_date"]),
    ]

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(legend, [self[name] for name in names]) for legend, names in self.groups]


class ContactPersonForm(CheckedForm):
    class Meta:
        model = ContactPerson
        fields = ["name", "position", "phone", "email"]


class CollaborationForm(CheckedForm):
    class Meta:
        model = Collaboration
        fields = ["name", "purpose", "start_date", "end_date", "themes", "organisations"]
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 4}),
            "themes": forms.CheckboxSelectMultiple,
            "organisations": forms.CheckboxSelectMultiple,
        }
        help_texts = {"purpose": "Wat willen jullie samen bereiken?", "end_date": "Leeg: de samenwerking loopt door."}

    groups = [
        ("Wat", ["name", "purpose", "start_date", "end_date"]),
        ("Thema's", ["themes"]),
        ("Met wie", ["organisations"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        current = Organisation.objects.current(timezone.localdate())
        if self.instance.pk:
            current = current | self.instance.organisations.all()
        self.fields["organisations"].queryset = current.distinct()

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(legend, [self[name] for name in names]) for legend, names in self.groups]


class EventForm(CheckedForm):
    class Meta:
        model = Event
        fields = ["name", "date", "visitors", "remark"]
        help_texts = {
            "visitors": "Iedereen die kwam kijken, geteld of geschat. Nog niet geweest: 0.",
            "remark": "Geen namen van deelnemers.",
        }


class RunningFilterForm(forms.Form):
    """What the lists of partners and of collaborations share: whether it still runs, and the theme."""

    ENDED, ALL = "ENDED", "ALL"

    theme = forms.ModelChoiceField(Theme.objects.all(), label="Thema", required=False, empty_label="alle")
    status = forms.ChoiceField(
        label="Loopt nog",
        required=False,
        choices=[("", "loopt nog"), (ENDED, "gestopt"), (ALL, "allebei")],
    )

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields if name != "sort")

    def apply(self, rows: QuerySet) -> QuerySet:
        """`rows` (partners or collaborations) that answer to what was chosen."""
        chosen, today = self.cleaned_data, timezone.localdate()
        if theme := chosen.get("theme"):
            rows = rows.filter(themes=theme)
        if chosen.get("status") == self.ENDED:
            return rows.filter(end_date__lt=today)
        return rows if chosen.get("status") == self.ALL else rows.exclude(end_date__lt=today)


class OrganisationFilterForm(RunningFilterForm):
    """The search box, the filters and the order of the list of partners. What is not understood is left out."""

    ORDERS = {
        "naam": ["search_name", "pk"],
        "soort": ["kind", "search_name", "pk"],
        "plaats": ["place", "search_name", "pk"],
        "sinds": [F("start_date").desc(nulls_last=True), "search_name", "pk"],
    }

    q = forms.CharField(
        label="Naam of plaats",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label="Soort", required=False, choices=[("", "alle"), *Organisation.Kind.choices])
    sort = forms.ChoiceField(required=False, widget=forms.HiddenInput, choices=[(order, order) for order in ORDERS])

    field_order = ["q", "kind", "theme", "status"]

    @property
    def order(self) -> str:
        return self.cleaned_data.get("sort") or "naam"

    def apply(self, partners: QuerySet[Organisation]) -> QuerySet[Organisation]:
        """`partners` that answer to what was chosen, in the order that was chosen."""
        partners = super().apply(partners).search(self.cleaned_data.get("q") or "")
        if kind := self.cleaned_data.get("kind"):
            partners = partners.filter(kind=kind)
        return partners.order_by(*self.ORDERS[self.order])
