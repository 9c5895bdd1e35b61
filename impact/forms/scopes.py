"""Of which days figures are, and of which part of the house."""

from collections.abc import Mapping
from datetime import date

from django import forms

from impact.figures.scope import HOUSE, Scope
from impact.forms.periods import PeriodForm
from participants.models import Trajectory
from partners.models import Organisation, Theme
from workshops.models import Location, Workshop


class FiguresForm(PeriodForm):
    """Some days, and the whole house or one workshop, location, target group, partner or theme."""

    scope = forms.ChoiceField(
        label="Welk deel",
        required=False,
        widget=forms.Select({"class": "form-select"}),
        error_messages={"invalid_choice": "Dit onderdeel bestaat niet."},
    )
    field_order = ["scope", "start", "end"]

    def __init__(self, data: Mapping[str, str] | None = None, *, today: date):
        """`chosen` is the scope: the house as long as nothing good is chosen."""
        super().__init__(data, today=today)
        if data:
            self.data = {**self.data, "scope": data.get("scope", "")}
        self.chosen, self.scopes = HOUSE, {}
        groups = []
        for heading, prefix, options in _options():
            found = {f"{prefix}-{key}": scope for key, scope in options}
            self.scopes |= found
            groups.append((heading, [(value, scope.label) for value, scope in found.items()]))
        self.fields["scope"].choices = [("", "Hele huis"), *(group for group in groups if group[1])]

    def clean_scope(self):
        self.chosen = self.scopes.get(self.cleaned_data["scope"], HOUSE)
        return self.cleaned_data["scope"]

    @property
    def scope_value(self) -> str:
        """How the chosen scope stands in an address; empty for the house."""
        return next((value for value, scope in self.scopes.items() if scope == self.chosen), "")


def _options() -> list[tuple[str, str, list[tuple[object, Scope]]]]:
    """(heading, word in the address, (key, scope) …) of everything that figures can be of."""
    hosts = Organisation.objects.filter(workshops__isnull=False).distinct()
    return [
        ("Werkplaatsen", "werkplaats", [(each.pk, Scope(workshop=each)) for each in Workshop.objects.all()]),
        ("Locaties", "locatie", [(each.pk, Scope(location=each)) for each in Location.objects.all()]),
        ("Doelgroepen", "doelgroep", [(value, Scope(target_group=value)) for value in Trajectory.TargetGroup.values]),
        ("Partners waar we werken", "partner", [(each.pk, Scope(partner=each)) for each in hosts]),
        ("Thema's", "thema", [(each.pk, Scope(theme=each)) for each in Theme.objects.all()]),
    ]
