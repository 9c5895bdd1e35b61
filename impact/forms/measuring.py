"""What is filled in together with a participant: the choice, answers, cards and the ladder; and what is looked up."""

from django import forms
from django.utils import timezone

from impact.models import LadderPosition, Rater, Statement
from impact.services.due import RaterDue, State
from impact.services.ladder import open_halves
from pluspunt.forms import FilterForm, check_fields
from workshops.models import Workshop

# The five answers, with the words that stand under each face.
SCALE = [
    (1, "helemaal niet mee eens"),
    (2, "niet mee eens"),
    (3, "soms wel, soms niet"),
    (4, "mee eens"),
    (5, "helemaal mee eens"),
]
NO_ANSWER = "geen"
_AGAIN = "Laad de bladzijde opnieuw."


class ChoiceForm(forms.Form):
    """Whether somebody takes part; the two buttons say yes and no."""

    takes_part = forms.TypedChoiceField(
        choices=[("ja", "ja"), ("nee", "nee")],
        coerce=lambda value: value == "ja",
        error_messages={"required": "Kies ja of nee.", "invalid_choice": "Kies ja of nee."},
    )


class RaterForm(forms.Form):
    """Who answers."""

    rater = forms.TypedChoiceField(
        choices=Rater, coerce=Rater, error_messages={"required": _AGAIN, "invalid_choice": _AGAIN}
    )


class AnswerForm(forms.Form):
    """One of the five faces, or no answer, to one statement of those that are asked."""

    statement = forms.TypedChoiceField(error_messages={"required": _AGAIN, "invalid_choice": _AGAIN})
    value = forms.TypedChoiceField(
        choices=[*((str(value), words) for value, words in SCALE), (NO_ANSWER, "geen antwoord")],
        error_messages={"required": "Kies een antwoord.", "invalid_choice": "Kies een antwoord."},
    )

    def __init__(self, *args, statements: list[Statement], **kwargs):
        super().__init__(*args, **kwargs)
        found = {str(statement.pk): statement for statement in statements}
        self.fields["statement"].choices = [(key, str(statement)) for key, statement in found.items()]
        self.fields["statement"].coerce = found.get
        self.fields["value"].coerce = lambda value: None if value == NO_ANSWER else int(value)
        self.fields["value"].empty_value = None


class CardForm(AnswerForm):
    """One card, with the key by which it counts once."""

    key = forms.UUIDField(error_messages={"required": _AGAIN, "invalid": _AGAIN})


class TakeBackForm(forms.Form):
    """Why a measurement should not have been."""

    reason = forms.CharField(
        label="Waarom klopt deze meting niet?",
        max_length=100,
        help_text="Bijvoorbeeld: dit waren de antwoorden van iemand anders.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)


class LadderForm(forms.Form):
    """On which rung in which half year."""

    half_year = forms.TypedChoiceField(label="Voor welk halfjaar?")
    rung = forms.TypedChoiceField(
        label="Op welke trede?",
        choices=LadderPosition.Rung,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Kies een trede."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        halves = open_halves(timezone.localdate())
        self.fields["half_year"].choices = [(f"{year}-{half}", half_year_in_words(year, half)) for year, half in halves]
        self.fields["half_year"].coerce = lambda value: tuple(map(int, value.split("-")))
        self.fields["rung"].choices = [(rung.value, f"{rung.value}. {rung.label}") for rung in LadderPosition.Rung]


class DueFilterForm(FilterForm):
    """Which measurements of those that are wanted."""

    rater = forms.ChoiceField(label="Wie antwoordt", required=False, choices=[("", "allebei"), *Rater.choices])
    state = forms.ChoiceField(
        label="Wanneer",
        required=False,
        choices=[("", "alles"), *((state.name, state.value) for state in State if state != State.LATER)],
    )
    workshop = forms.ModelChoiceField(
        Workshop.objects.none(), label="Werkplaats", required=False, empty_label="alle werkplaatsen"
    )

    def __init__(self, *args, workshops, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["workshop"].queryset = workshops

    def keeps(self, row: RaterDue) -> bool:
        """Whether it is one of those that are asked for; the workshop is asked of the database."""
        data = self.cleaned_data
        return data.get("rater", "") in ("", row.rater) and data.get("state", "") in ("", row.state.name)


def half_year_in_words(year: int, half: int) -> str:
    """ "januari t/m juni 2026"."""
    return f"{'januari t/m juni' if half == 1 else 'juli t/m december'} {year}"
