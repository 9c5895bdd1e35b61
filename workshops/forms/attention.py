"""What to show of the list of today, and putting something off."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from pluspunt.forms import FilterForm, check_fields
from pluspunt.templatetags.words import near_day
from workshops.models import Snooze
from workshops.services.attention import Item, Kind, Urgency, latest_day

DAY = timedelta(days=1)


class AttentionFilterForm(FilterForm):
    """The filters stand in the address; the page shows them as links with their numbers."""

    kind = forms.ChoiceField(required=False, choices=[(kind.slug, kind.label) for kind in Kind])
    urgency = forms.ChoiceField(required=False, choices=Urgency)
    workshop = forms.IntegerField(required=False, min_value=1)
    put_off = forms.BooleanField(required=False)

    def keeps(self, item: Item, *, without: str = "") -> bool:
        """Whether `item` is shown, if the filter named `without` were not there."""
        kind, urgency, workshop = (
            None if name == without else self.cleaned_data.get(name) for name in ("kind", "urgency", "workshop")
        )
        return (
            (not kind or item.kind.slug == kind)
            and (not urgency or item.urgency == int(urgency))
            and (not workshop or workshop in item.workshops)
        )


class SnoozeForm(forms.Form):
    until = forms.DateField(label="Weer op de lijst op")
    reason = forms.CharField(
        label="Waarom later?",
        min_length=3,
        max_length=Snooze._meta.get_field("reason").max_length,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Kort, voor een collega die dit ziet. Schrijf niets over gezondheid.",
    )

    def __init__(self, *args, item: Item, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)
        today = timezone.localdate()
        last = latest_day(item, today)
        days = self.fields["until"]
        days.widget.attrs |= {"min": f"{today + DAY:%Y-%m-%d}", "max": f"{last:%Y-%m-%d}"}
        days.initial = min(today + timedelta(weeks=1), last)
        days.help_text = (
            f"Vanaf morgen, uiterlijk {near_day(last)}. Op die dag komt het terug, of eerder als er iets verandert."
        )
