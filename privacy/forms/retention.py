"""Keeping a record longer than its term."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from pluspunt.forms import check_fields
from pluspunt.templatetags.words import day as in_words
from privacy.models import Postponement
from privacy.services.retention import LONGEST


class PostponeForm(forms.Form):
    until = forms.DateField(label="Bewaar tot")
    reason = forms.CharField(
        label="Waarom langer?",
        min_length=5,
        max_length=Postponement._meta.get_field("reason").max_length,
        help_text="Bijvoorbeeld: er loopt nog een klacht, of de persoon begint binnenkort weer. Niets over gezondheid.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)
        today = timezone.localdate()
        last = today + LONGEST
        days = self.fields["until"]
        days.widget.attrs |= {"min": f"{today + timedelta(days=1):%Y-%m-%d}", "max": f"{last:%Y-%m-%d}"}
        days.help_text = f"Uiterlijk {in_words(last)}. Daarna komt er een nieuwe waarschuwing."
