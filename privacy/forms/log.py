from django import forms
from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from pluspunt.forms import POSSIBLE_DAYS, DateInput, FilterForm
from pluspunt.validators import validate_plain_text
from privacy.models import AccessEvent


class DaysFilterForm(FilterForm):
    """Who, and between which days. What is not understood is left out."""

    wie = forms.ModelChoiceField(
        label="Wie keek", required=False, queryset=get_user_model().objects.order_by("name"), empty_label="iedereen"
    )
    van = forms.DateField(label="Vanaf", required=False, widget=DateInput(), validators=POSSIBLE_DAYS)
    tot = forms.DateField(label="Tot en met", required=False, widget=DateInput(), validators=POSSIBLE_DAYS)

    def apply(self, events: QuerySet[AccessEvent]) -> QuerySet[AccessEvent]:
        """The events that answer to what was chosen."""
        chosen = self.cleaned_data
        if chosen.get("wie"):
            events = events.filter(user=chosen["wie"])
        return events.in_days(chosen.get("van"), chosen.get("tot"))


class LogFilterForm(DaysFilterForm):
    """Who, what, and between which days."""

    wat = forms.ChoiceField(label="Wat", required=False, choices=[("", "alles"), *AccessEvent.Action.choices])

    field_order = ("wie", "wat", "van", "tot")

    def apply(self, events: QuerySet[AccessEvent]) -> QuerySet[AccessEvent]:
        events = super().apply(events)
        return events.filter(action=self.cleaned_data["wat"]) if self.cleaned_data.get("wat") else events


class ReviewForm(forms.Form):
    """What somebody thought of the log of a month."""

    remark = forms.CharField(
        label="Wat vond je ervan?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[validate_plain_text],
        help_text="Schrijf geen namen van deelnemers op. Klopt een signaal niet, schrijf dan met wie je sprak.",
    )
