"""What people type about participants; checked here, because SQLite would store anything."""

from datetime import date

from django import forms
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from participants.models import District, Indication, Participant, Trajectory
from pluspunt.forms import CheckedForm, FilterForm, SortField
from pluspunt.searching import SearchField
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
        help_texts = {
            "attention": "Eén regel over wat op de werkvloer handig is. Bijvoorbeeld: geen slijptol, om 12.00 "
            "uur opgehaald, zit graag bij het raam. Nooit iets medisch: geen ziekte, diagnose of medicijn.",
        }

    groups = [
        ("Wie", ["nickname", "prefix", "surname", "birth_date", "gender", "number"]),
        ("Bereikbaar", ["phone", "email", "postcode", "district"]),
        ("Op de werkvloer", ["emergency_contact", "attention"]),
    ]


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


class ParticipantFilterForm(FilterForm):
    """The search box, the filters and the order of the list. What is not understood is left out."""

    WAITING, EVERYBODY = "WAITING", "ALL"
    NEEDS = [("", "alles"), ("indicatie", "indicatie loopt af"), ("plek", "heeft nog geen plek")]
    # The columns as they are shown; the second is what the list sorts on, where it can.
    HEADINGS = [
        ("Naam", "naam"),
        ("Doelgroep", "doelgroep"),
        ("Status", None),
        ("Sinds", "start"),
        ("Werkplaatsen", None),
        ("Gebied", "gebied"),
        ("Indicatie tot", "indicatie"),
    ]
    # The newest stands on top; "-start" turns it around, as a minus does with each.
    LATEST_FIRST = ("start",)

    q = SearchField(label="Naam of nummer", required=False, validators=[validate_plain_text])
    status = forms.ChoiceField(
        label="Status",
        required=False,
        choices=[
            ("", "niet gestopt"),
            (WAITING, "wacht op een plek"),
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
    sort = SortField(
        [
            ("naam", "naam, a tot z"),
            ("-naam", "naam, z tot a"),
            ("start", "nieuwste eerst"),
            ("-start", "oudste eerst"),
            ("indicatie", "indicatie eerst op"),
            ("-indicatie", "indicatie laatst op"),
            ("doelgroep", "doelgroep, a tot z"),
            ("-doelgroep", "doelgroep, z tot a"),
            ("gebied", "gebied, a tot z"),
            ("-gebied", "gebied, z tot a"),
        ]
    )

    def __init__(self, *args, workshops: QuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["workshop"].queryset = workshops

    @property
    def order(self) -> str:
        return self.cleaned_data.get("sort") or "naam"

    @property
    def headings(self) -> list[dict]:
        """Per column its label, the order that a press on it gives (`sort`), and the order now (`aria-sort`)."""
        headings = []
        for label, name in self.HEADINGS:
            is_sorted = name is not None and self.order.lstrip("-") == name
            goes_up = self.order.startswith("-") == (name in self.LATEST_FIRST)
            sort = f"-{name}" if self.order == name else name
            aria = ("ascending" if goes_up else "descending") if is_sorted else ""
            headings.append({"label": label, "sort": sort, "aria_sort": aria})
        return headings

    def apply(self, people: QuerySet[Participant]) -> QuerySet[Participant]:
        """`people` that answer to what was chosen, in the order that was chosen."""
        today = timezone.localdate()
        chosen = self.cleaned_data
        status = chosen.get("status")
        people = self._in_status(people.search(chosen.get("q") or ""), status, today)
        if group := chosen.get("group"):
            current = Trajectory.objects.filter(target_group=group)
            people = people.filter(pk__in=self._not_ended(current, status, today).values("participant"))
        if workshop := chosen.get("workshop"):
            people = people.filter(pk__in=workshop.placements.on(today).values("participant"))
        if district := chosen.get("district"):
            people = people.filter(district=district)
        return self._in_order(people.needing(chosen.get("needs") or "", today), today)

    def _in_status(self, people, status: str, today: date):
        if not status:
            return people.current(today)
        if status == self.WAITING:
            return people.waiting()
        return people if status == self.EVERYBODY else people.in_status(status, today)

    def _not_ended(self, paths, status: str, today: date):
        with_ended = status in (self.EVERYBODY, Trajectory.Status.ENDED)
        return paths if with_ended else paths.overlapping(today, None)

    def _in_order(self, people, today: date):
        """In the chosen order, people of whom it is not known last, and otherwise by name."""
        name = self.order.lstrip("-")
        is_turned = self.order.startswith("-") != (name in self.LATEST_FIRST)
        if name == "naam":
            return people.order_by("-sort_name", "-pk") if is_turned else people.order_by("sort_name", "pk")
        people, key = self._with_key(people, name, today)
        order = F(key).desc(nulls_last=True) if is_turned else F(key).asc(nulls_last=True)
        return people.order_by(order, "sort_name", "pk")

    def _with_key(self, people, name: str, today: date):
        """`people` with what `name` sorts on, and how that is called."""
        latest = Trajectory.objects.filter(participant=OuterRef("pk")).order_by("-start_date", "-pk")
        if name == "gebied":
            return people, "district__name"
        if name == "doelgroep":
            # In the order of the words on the screen, not of the codes.
            groups = sorted(Trajectory.TargetGroup, key=lambda group: group.label)
            as_read = Case(*(When(sort_group=group, then=number) for number, group in enumerate(groups)))
            people = people.annotate(sort_group=Subquery(latest.values("target_group")[:1]))
            return people.annotate(sort_label=as_read), "sort_label"
        if name == "start":
            return people.annotate(sort_start=Subquery(latest.values("start_date")[:1])), "sort_start"
        begun = Indication.objects.filter(participant=OuterRef("pk"), start_date__lte=today)
        # Without an end it holds longest, as `current_indication` has it.
        until = begun.annotate(until=Coalesce("end_date", Value(date.max))).order_by("-until").values("until")
        return people.annotate(sort_until=Subquery(until[:1])), "sort_until"
