"""The rota of the coaches, when one is away, who helps out, and how many places a supervisor carries."""

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from pluspunt.forms import CheckedForm, check_fields
from workshops.models import DayPart, Duty, Leave, Session, Weekday, Workshop

_SLOTS = [(f"{day.value}-{part.value}", f"{day.label} {part.label}") for day in Weekday for part in DayPart]


def coaches_in_use() -> QuerySet[User]:
    return User.objects.filter(role=User.Role.COACH, is_active=True).order_by("name")


class DutyForm(CheckedForm):
    slots = forms.MultipleChoiceField(
        label="Dagdelen",
        choices=_SLOTS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Kies minstens één dagdeel."},
    )

    class Meta:
        model = Duty
        fields = ("user", "workshop", "slots", "start_date", "end_date")
        help_texts = {"end_date": "Leeg is: tot je het stopt."}

    field_order = ("user", "workshop", "start_date", "end_date", "slots")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = coaches_in_use()
        self.fields["workshop"].queryset = Workshop.objects.select_related("location")
        for name in ("user", "workshop"):
            self.fields[name].empty_label = "kies"

    def clean_slots(self) -> list[tuple[int, str]]:
        pairs = (slot.split("-") for slot in self.cleaned_data["slots"])
        return [(int(weekday), part) for weekday, part in pairs]


class DutyEndForm(forms.Form):
    last_day = forms.DateField(label="Laatste dag", help_text="Vanaf de dag erna staat de coach hier niet meer.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)


class LeaveForm(CheckedForm):
    """Why somebody is away is not asked."""

    class Meta:
        model = Leave
        fields = ("user", "start_date", "end_date", "day_part")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = coaches_in_use()
        self.fields["user"].empty_label = "kies"
        self.fields["end_date"].required = True
        self.fields["day_part"].choices = [("", "de hele dag"), *DayPart.choices]
        self.fields["day_part"].help_text = ""


class StandInForm(forms.Form):
    user = forms.ModelChoiceField(label="Wie valt in?", queryset=User.objects.none(), empty_label="kies een coach")

    def __init__(self, *args, session: Session, **kwargs):
        super().__init__(*args, **kwargs)
        there = session.stand_ins.order_by().values("user")
        self.fields["user"].queryset = coaches_in_use().exclude(pk__in=there)


class SupervisionForm(CheckedForm):
    class Meta:
        model = Workshop
        fields = ("supervision", "places_per_supervisor", "places_without")
        widgets = {"supervision": forms.RadioSelect}
        labels = {
            "supervision": "Wie tellen mee voor de plekken?",
            "places_per_supervisor": "Plekken per begeleider",
            "places_without": "Plekken als er niemand is",
        }
        help_texts = {
            "places_per_supervisor": "Zoveel deelnemers kan één begeleider aan.",
            "places_without": "Zoveel deelnemers mogen er ook zijn zonder begeleider. Vaak is dat 0.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["supervision"].choices = [
            ("", "geen regel: de plekken zijn die van de openingstijd"),
            *Workshop.Supervision.choices,
        ]
        self.fields["places_without"].required = False

    def clean(self):
        data = super().clean()
        if not data.get("supervision"):
            data["supervision"], data["places_per_supervisor"], data["places_without"] = "", None, 0
        elif not data.get("places_per_supervisor") and "places_per_supervisor" not in self.errors:
            self.add_error("places_per_supervisor", "Vul in hoeveel deelnemers één begeleider aankan.")
        data["places_without"] = data.get("places_without") or 0
        return data
