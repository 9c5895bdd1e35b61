"""Which two records are of one person, and which facts are right where they differ."""

from django import forms

from participants.models import Participant
from pluspunt.searching import SearchField
from pluspunt.templatetags.words import short_date
from pluspunt.validators import validate_plain_text

KEPT, MERGED = "kept", "merged"


class MergeSearchForm(forms.Form):
    q = SearchField(label="Naam of nummer", required=False, validators=[validate_plain_text])


class MergeForm(forms.Form):
    """One question for each fact that differs: as the one record has it, or as the other."""

    def __init__(self, *args, kept: Participant, merged: Participant, facts: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        for name in facts:
            self.fields[name] = forms.ChoiceField(
                label=fact_label(name).capitalize(),
                choices=[(side, fact_text(person, name)) for side, person in ((KEPT, kept), (MERGED, merged))],
                widget=forms.RadioSelect,
                error_messages={"required": "Kies wat er klopt."},
            )

    @property
    def facts_of_merged(self) -> list[str]:
        return [name for name, side in self.cleaned_data.items() if side == MERGED]


def fact_label(name: str) -> str:
    return str(Participant._meta.get_field(name).verbose_name)


def fact_text(person: Participant, name: str) -> str:
    """One fact as people read it; nothing known is "–"."""
    value = getattr(person, name)
    if name == "birth_date":
        return short_date(value)
    if name == "gender":
        return person.get_gender_display()
    return str(value) if value not in (None, "") else "–"
