"""What people type about the waiting list, and what they ask of it."""

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from pluspunt.forms import CheckedForm, FilterForm, SortField, check_fields
from workshops.models import ANY_DAY, DayPart, Opening, WaitingEntry, Weekday, Workshop
from workshops.models.waiting import wish_in_words

_ANY = [(f"{ANY_DAY}-{part}", wish_in_words(ANY_DAY, part)) for part in ("", *DayPart.values)]
_DAY_PARTS = [(f"{day}-{part}", wish_in_words(day, part)) for day in Weekday.values for part in DayPart.values]


def _open_workshops() -> QuerySet[Workshop]:
    """Those that are open, or will be."""
    openings = Opening.objects.overlapping(timezone.localdate(), None)
    return Workshop.objects.filter(pk__in=openings.values("workshop")).order_by("name", "pk")


class WaitingForm(CheckedForm):
    """One wish that is on the list already."""

    class Meta:
        model = WaitingEntry
        fields = ["workshop", "weekday", "day_part", "urgency", "asked_on", "asked_by", "wish"]
        widgets = {"urgency": forms.RadioSelect}
        labels = {"asked_by": "Wie vroeg het?", "wish": "Wens (mag leeg)", "weekday": "Welke dag?"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["workshop"].queryset = _open_workshops()
        self.fields["workshop"].empty_label = "Kies een werkplaats"
        self.fields["urgency"].choices = WaitingEntry.Urgency.choices
        if "day_part" in self.fields:
            self.fields["day_part"].choices = [("", "ochtend en middag zijn allebei goed"), *DayPart.choices]


class NewWaitingForm(WaitingForm):
    """What somebody would like: one wish per day part, all with the same facts."""

    class Meta(WaitingForm.Meta):
        fields = ["workshop", "urgency", "asked_on", "asked_by", "wish"]

    wishes = forms.MultipleChoiceField(
        label="Welke dagdelen?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Kies minstens één dagdeel, of ‘elke dag is goed’."},
        help_text="Elk vinkje is één plek waar iemand op wacht.",
    )
    field_order = ["workshop", "wishes", "urgency", "asked_on", "asked_by", "wish"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        open_slots = Opening.objects.overlapping(timezone.localdate(), None).order_by()
        slots = {f"{day}-{part}" for day, part in open_slots.values_list("weekday", "day_part").distinct()}
        day_parts = [choice for choice in _DAY_PARTS if choice[0] in slots]
        self.fields["wishes"].choices = [("Het maakt niet uit", _ANY), ("Een vast dagdeel", day_parts)]

    def clean_wishes(self) -> list[tuple[int, str]]:
        chosen = [each.split("-") for each in self.cleaned_data["wishes"]]
        wishes = [(int(weekday), part) for weekday, part in chosen]
        if len({weekday == ANY_DAY for weekday, _ in wishes}) > 1:
            raise forms.ValidationError("Kies ‘het maakt niet uit’ of vaste dagdelen, niet allebei.")
        return wishes


class WaitingDecisionForm(forms.Form):
    """Why the place does not come."""

    on = forms.DateField(label="Op welke dag")
    reason = forms.CharField(
        label="Reden",
        max_length=250,
        help_text="Kort en zonder ziekte of diagnose, bijvoorbeeld: vond werk op die dag.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)


class WaitingFilterForm(FilterForm):
    """The filters and the order of the list. What is not understood is left out."""

    class Sort:
        TURN, NAME, WORKSHOP, ASKED = "beurt", "naam", "werkplaats", "gevraagd"

    EVERY = "ALL"

    workshop = forms.ModelChoiceField(None, label="Werkplaats", required=False, empty_label="alle")
    slot = forms.ChoiceField(label="Dagdeel", required=False, choices=[("", "alle"), *_DAY_PARTS])
    urgency = forms.ChoiceField(
        label="Hoe dringend", required=False, choices=[("", "alles"), *reversed(WaitingEntry.Urgency.choices)]
    )
    state = forms.ChoiceField(
        label="Stand",
        required=False,
        choices=[("", "wacht"), *WaitingEntry.State.choices[1:], (EVERY, "alles")],
    )
    sort = SortField(
        [
            (Sort.TURN, "wie aan de beurt is"),
            (Sort.ASKED, "langst gewacht"),
            (Sort.NAME, "naam"),
            (Sort.WORKSHOP, "werkplaats"),
        ]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["workshop"].queryset = Workshop.objects.order_by("name", "pk")

    @property
    def order(self) -> str:
        return self.cleaned_data.get("sort") or self.Sort.TURN

    @property
    def shows_waiting(self) -> bool:
        """Whether the list is that of who waits now."""
        return self.cleaned_data.get("state") in (None, "", WaitingEntry.State.WAITING)

    def apply(self, entries: QuerySet[WaitingEntry]) -> QuerySet[WaitingEntry]:
        """`entries` that answer to what was chosen, in the order that was chosen."""
        chosen = self.cleaned_data
        if workshop := chosen.get("workshop"):
            entries = entries.filter(workshop=workshop)
        if slot := chosen.get("slot"):
            weekday, part = slot.split("-")
            entries = entries.filter(weekday__in=[ANY_DAY, int(weekday)], day_part__in=["", part])
        if urgency := chosen.get("urgency"):
            entries = entries.filter(urgency=urgency)
        state = chosen.get("state") or WaitingEntry.State.WAITING
        if state != self.EVERY:
            entries = entries.filter(state=state)
        return entries.order_by(*self._orders[self.order])

    _orders = {
        Sort.TURN: ("-urgency", "asked_on", "pk"),
        Sort.ASKED: ("asked_on", "pk"),
        Sort.NAME: ("participant__sort_name", "asked_on", "pk"),
        Sort.WORKSHOP: ("workshop__name", "-urgency", "asked_on", "pk"),
    }
