from django import forms
from django.db.models import Case, F, QuerySet, When
from django.utils import timezone

from partners.models import Collaboration, ContactPerson, Event, Organisation, Theme
from pluspunt.forms import CheckedForm, FilterForm, SortField
from pluspunt.searching import SearchField
from pluspunt.validators import validate_plain_text


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


class EventForm(CheckedForm):
    class Meta:
        model = Event
        fields = ["name", "date", "visitors", "remark"]
        help_texts = {
            "visitors": "Iedereen die kwam kijken, geteld of geschat. Nog niet geweest: 0.",
            "remark": "Geen namen van deelnemers.",
        }


class RunningFilterForm(FilterForm):
    """What the lists of partners and of collaborations share: whether it still runs, and the theme."""

    ENDED, ALL = "ENDED", "ALL"

    theme = forms.ModelChoiceField(Theme.objects.all(), label="Thema", required=False, empty_label="alle")
    status = forms.ChoiceField(
        label="Status",
        required=False,
        choices=[("", "loopt nog"), (ENDED, "gestopt"), (ALL, "allebei")],
    )

    def apply(self, rows: QuerySet) -> QuerySet:
        """`rows` (partners or collaborations) that answer to what was chosen."""
        chosen, today = self.cleaned_data, timezone.localdate()
        if theme := chosen.get("theme"):
            rows = rows.filter(themes=theme)
        if chosen.get("status") == self.ENDED:
            return rows.filter(end_date__lt=today)
        return rows if chosen.get("status") == self.ALL else rows.exclude(end_date__lt=today)


# In the order of the words on the screen, not of the codes.
_KINDS = sorted(Organisation.Kind, key=lambda kind: kind.label)
_KIND_AS_READ = Case(*(When(kind=kind, then=number) for number, kind in enumerate(_KINDS)))


class OrganisationFilterForm(RunningFilterForm):
    """The search box, the filters and the order of the list of partners. What is not understood is left out."""

    ORDERS = {
        "naam": ["search_name", "pk"],
        "soort": [_KIND_AS_READ, "search_name", "pk"],
        # Without a place comes last.
        "plaats": [Case(When(place="", then=1), default=0), "place", "search_name", "pk"],
        "sinds": [F("start_date").desc(nulls_last=True), "search_name", "pk"],
    }

    q = SearchField(label="Naam of plaats", required=False, validators=[validate_plain_text])
    kind = forms.ChoiceField(label="Soort", required=False, choices=[("", "alle"), *Organisation.Kind.choices])
    sort = SortField(
        [("naam", "naam"), ("soort", "soort"), ("plaats", "gebied of plaats"), ("sinds", "nieuwste eerst")]
    )

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
