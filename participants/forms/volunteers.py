"""What is typed about skilled volunteers, and what their list is filtered on."""

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from participants.models import Allowance, Participant, Trajectory, VolunteerProfile
from pluspunt.forms import CheckedForm, FilterForm, SortField

VOLUNTEER = Trajectory.TargetGroup.SKILLED_VOLUNTEER


class VolunteerProfileForm(CheckedForm):
    class Meta:
        model = VolunteerProfile
        fields = ["craft", "availability", "vog_requested_on", "vog_seen_on", "vog_renew_on"]
        help_texts = {
            "availability": "Bijvoorbeeld: dinsdag en donderdagmiddag, niet in de zomer.",
            "vog_seen_on": "De dag waarop je de verklaring zelf hebt gezien.",
            "vog_renew_on": "Drie maanden eerder komt er een waarschuwing. Leeg: er hoeft geen nieuwe te komen.",
        }

    groups = [
        ("Vak", ["craft", "availability"]),
        ("Verklaring omtrent het gedrag (VOG)", ["vog_requested_on", "vog_seen_on", "vog_renew_on"]),
    ]


class AllowanceForm(CheckedForm):
    class Meta:
        model = Allowance
        fields = ["paid_on", "amount"]
        # Typed as people write it: 12,50.
        localized_fields = ["amount"]
        labels = {"amount": "Bedrag in euro"}
        error_messages = {
            "amount": {
                "invalid": "Schrijf een bedrag als 12,50.",
                "min_value": "Een bedrag is meer dan nul.",
                "max_digits": "Dit bedrag is te groot.",
                "max_whole_digits": "Dit bedrag is te groot.",
                "max_decimal_places": "Schrijf een bedrag als 12,50, met hoogstens twee cijfers achter de komma.",
            }
        }


class VolunteerFilterForm(FilterForm):
    """The filters and the order of the list of volunteers. What is not understood is left out."""

    EVERYBODY = "ALL"
    SORTS = {
        "aandacht": lambda line: (not line.needs_something, line.person.sort_name, line.person.pk),
        "naam": lambda line: (line.person.sort_name, line.person.pk),
        "uren": lambda line: (-line.hours, line.person.sort_name, line.person.pk),
        "vergoeding": lambda line: (-line.allowance.paid, line.person.sort_name, line.person.pk),
    }
    NEEDS = {
        "ja": ("alles wat aandacht vraagt", lambda line: line.needs_something),
        "vog": ("VOG", lambda line: line.vog_needs_something),
        "grens": ("vergoeding boven de grens", lambda line: line.allowance.is_over),
    }

    needs = forms.ChoiceField(
        label="Vraagt aandacht",
        required=False,
        choices=[("", "iedereen"), *((key, words) for key, (words, _) in NEEDS.items())],
    )
    craft = forms.ChoiceField(label="Vak", required=False)
    workshop = forms.ModelChoiceField(None, label="Werkplaats", required=False, empty_label="alle")
    status = forms.ChoiceField(
        label="Status", required=False, choices=[("", "niet gestopt"), (EVERYBODY, "iedereen, ook gestopt")]
    )
    sort = SortField(
        [
            ("aandacht", "wie aandacht vraagt"),
            ("naam", "naam"),
            ("uren", "meeste uren"),
            ("vergoeding", "hoogste vergoeding"),
        ]
    )

    def __init__(self, *args, workshops: QuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["workshop"].queryset = workshops
        crafts = VolunteerProfile.objects.order_by("craft").values_list("craft", flat=True).distinct()
        self.fields["craft"].choices = [("", "alle"), *((craft, craft) for craft in crafts)]

    @property
    def order(self) -> str:
        return self.cleaned_data.get("sort") or "aandacht"

    def apply(self, people: QuerySet[Participant]) -> QuerySet[Participant]:
        """The volunteers among `people` that answer to what was chosen."""
        today, chosen = timezone.localdate(), self.cleaned_data
        paths = Trajectory.objects.filter(participant=OuterRef("pk"), target_group=VOLUNTEER)
        if chosen.get("status") != self.EVERYBODY:
            paths = paths.overlapping(today, None)
        people = people.filter(Exists(paths))
        if craft := chosen.get("craft"):
            people = people.filter(volunteer_profile__craft=craft)
        if workshop := chosen.get("workshop"):
            people = people.filter(pk__in=workshop.placements.on(today).values("participant"))
        return people

    def arrange(self, lines: list) -> list:
        """`lines` (of `volunteer_lines`) with what was asked for, in the order that was chosen."""
        _, is_wanted = self.NEEDS.get(self.cleaned_data.get("needs"), ("", bool))
        return sorted(filter(is_wanted, lines), key=self.SORTS[self.order])
