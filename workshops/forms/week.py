"""What is shown of the board of a week."""

from django import forms

from pluspunt.forms import DateInput


class WeekForm(forms.Form):
    PLANNED, ATTENDED = "gepland", "gekomen"

    go_to = forms.DateField(label="Ga naar de week van", required=False, widget=DateInput)
    day = forms.DateField(required=False)
    show = forms.ChoiceField(choices=[(PLANNED, "Gepland"), (ATTENDED, "Gekomen")], required=False)
