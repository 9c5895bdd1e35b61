"""What people type about applications, and what they ask of the list."""

from django import forms
from django.db.models import F, QuerySet

from participants.models import Application, Trajectory
from pluspunt.forms import CheckedForm, FilterForm, SortField, check_fields
from pluspunt.searching import SearchField
from pluspunt.validators import validate_plain_text


class ApplicationForm(CheckedForm):
    class Meta:
        model = Application
        fields = [
            "applied_on",
            "target_group",
            "wish",
            "referrer",
            "referrer_organisation",
            "referrer_name",
            "intake_on",
        ]
        widgets = {"wish": forms.Textarea(attrs={"rows": 3})}
        labels = {"intake_on": "Dag van de intake", "target_group": "Voor welke doelgroep"}
        help_texts = {
            "intake_on": "De afspraak, of de dag waarop de intake was.",
            "referrer_name": "Alleen coördinatoren zien deze naam.",
        }

    groups = [
        ("Aanmelding", ["applied_on", "target_group", "wish", "intake_on"]),
        ("Wie meldde aan", ["referrer", "referrer_organisation", "referrer_name"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["target_group"].choices = [("", "Kies een doelgroep"), *Trajectory.TargetGroup.choices]
        self.fields["referrer"].choices = [("", "Kies wie aanmeldde"), *Application.Referrer.choices]


class NewApplicationForm(ApplicationForm):
    """Of somebody new; the intake comes later."""

    class Meta(ApplicationForm.Meta):
        fields = [name for name in ApplicationForm.Meta.fields if name != "intake_on"]

    groups = [
        ("Aanmelding", ["applied_on", "target_group", "referrer", "referrer_organisation", "referrer_name", "wish"]),
    ]


class ApplicationDecisionForm(forms.Form):
    """Why somebody who waits does not begin."""

    on = forms.DateField(label="Op welke dag")
    reason = forms.CharField(
        label="Reden",
        max_length=250,
        help_text="Kort en zonder ziekte of diagnose, bijvoorbeeld: koos een andere plek.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)


class ApplicationFilterForm(FilterForm):
    """The search box, the filters and the order of the list. What is not understood is left out."""

    class Sort:
        WAITING, NAME, INTAKE = "wacht", "naam", "intake"

    EVERY = "ALL"

    q = SearchField(label="Naam of nummer", required=False, validators=[validate_plain_text])
    state = forms.ChoiceField(
        label="Stand",
        required=False,
        choices=[("", "wacht"), *Application.State.choices[1:], (EVERY, "alle aanmeldingen")],
    )
    group = forms.ChoiceField(
        label="Doelgroep", required=False, choices=[("", "alle"), *Trajectory.TargetGroup.choices]
    )
    referrer = forms.ChoiceField(
        label="Aangemeld door", required=False, choices=[("", "iedereen"), *Application.Referrer.choices]
    )
    sort = SortField([(Sort.WAITING, "langst gewacht"), (Sort.NAME, "naam"), (Sort.INTAKE, "dag van de intake")])

    @property
    def order(self) -> str:
        return self.cleaned_data.get("sort") or self.Sort.WAITING

    def apply(self, applications: QuerySet[Application], people: QuerySet) -> QuerySet[Application]:
        """`applications` of `people` that answer to what was chosen, in the order that was chosen."""
        chosen = self.cleaned_data
        if text := chosen.get("q"):
            applications = applications.filter(participant__in=people.search(text))
        state = chosen.get("state") or Application.State.WAITING
        if state != self.EVERY:
            applications = applications.filter(state=state)
        if group := chosen.get("group"):
            applications = applications.filter(target_group=group)
        if referrer := chosen.get("referrer"):
            applications = applications.filter(referrer=referrer)
        return applications.order_by(*self._orders[self.order])

    _orders = {
        Sort.WAITING: ("applied_on", "pk"),
        Sort.NAME: ("participant__sort_name", "applied_on", "pk"),
        # Who has no intake yet stands first: something is to be done for them.
        Sort.INTAKE: (F("intake_on").asc(nulls_first=True), "applied_on", "pk"),
    }
