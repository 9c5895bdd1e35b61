"""Days on which it is closed: which, why, and where."""

from datetime import date

from django import forms
from django.utils import timezone

from pluspunt.forms import CheckedForm, check_fields
from pluspunt.templatetags.words import short_date
from workshops.models import Closure, Location, Workshop
from workshops.services.closures import Holiday

HOUSE = "house"


class ClosureEditForm(CheckedForm):
    """The days to come and the reason; where stays."""

    class Meta:
        model = Closure
        fields = ["start_date", "end_date", "reason"]
        labels = {"start_date": "Eerste dag dicht", "end_date": "Laatste dag dicht"}
        help_texts = {"reason": "Dit staat op het scherm van die dag, bijvoorbeeld: schilders in huis."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["end_date"].required = True
        if self.instance.pk and self.instance.start_date < timezone.localdate():
            self.fields["start_date"].disabled = True
            self.fields["start_date"].help_text = "De sluiting is al begonnen. Deze dag blijft zoals die is."


class ClosureForm(ClosureEditForm):
    """A new closure."""

    where = forms.ChoiceField(label="Waar is het dicht?")

    field_order = ["where", "start_date", "end_date", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = {f"locatie-{location.pk}": location for location in Location.objects.all()}
        locations = [(key, place.name) for key, place in self.places.items()]
        workshops = {f"werkplaats-{w.pk}": w for w in Workshop.objects.order_by("name")}
        self.places |= workshops
        self.fields["where"].choices = [
            (HOUSE, "Het hele huis"),
            ("Een locatie", locations),
            ("Een werkplaats", [(key, workshop.name) for key, workshop in workshops.items()]),
        ]

    def clean(self):
        data = super().clean()
        place = self.places.get(data.get("where"))
        self.instance.location = place if isinstance(place, Location) else None
        self.instance.workshop = place if isinstance(place, Workshop) else None
        return data


class HolidayForm(forms.Form):
    """On which public holidays it is closed."""

    days = forms.TypedMultipleChoiceField(
        label="Feestdagen",
        coerce=date.fromisoformat,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Kies minstens één feestdag."},
    )

    def __init__(self, *args, holidays: list[Holiday], **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)
        self.known = {each.day: each for each in holidays if each.may_close}
        self.fields["days"].choices = [
            (day.isoformat(), f"{each.name} {short_date(day)}") for day, each in self.known.items()
        ]

    def closures(self) -> list[Closure]:
        """One for each day that was chosen."""
        return [Closure(start_date=day, end_date=day, reason=self.known[day].name) for day in self.cleaned_data["days"]]
