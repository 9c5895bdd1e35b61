"""Per person of a session what becomes of them: a field with their key, filled in as proposed."""

from django import forms

from pluspunt.templatetags.words import near_part
from workshops.services.alternatives import Line, Option
from workshops.services.replanning import HOME, LATER, STAYS, Replan


class ReplanForm(forms.Form):
    def __init__(self, *args, replan: Replan, **kwargs):
        super().__init__(*args, **kwargs)
        self.replan = replan
        for line in replan.lines:
            asked = self.initial.get(line.participant.key)
            known = {HOME, LATER if replan.is_cancelled else STAYS, *(option.value for option in line.options)}
            self.initial[line.participant.key] = asked if asked in known else line.proposed
            self.fields[line.participant.key] = _field(line, is_cancelled=replan.is_cancelled)

    @property
    def choices(self) -> dict[str, str]:
        return dict(self.cleaned_data)

    @property
    def rows(self) -> list[tuple[Line, forms.BoundField]]:
        return [(line, self[line.participant.key]) for line in self.replan.lines]

    def differing(self) -> dict[str, str]:
        """What was chosen otherwise than proposed, by key."""
        proposed = {line.participant.key: line.proposed for line in self.replan.lines}
        return {key: value for key, value in self.cleaned_data.items() if value != proposed[key]}


def _field(line: Line, *, is_cancelled: bool) -> forms.ChoiceField:
    same = [(o.value, _words(o)) for o in line.options if o.is_same_moment]
    other = [(o.value, _words(o)) for o in line.options if not o.is_same_moment]
    groups = [("Op hetzelfde dagdeel", same), ("Op een ander moment deze week", other)]
    rest = (LATER, "nog niet beslissen") if is_cancelled else (STAYS, "blijft hier")
    return forms.ChoiceField(
        label=line.participant.full_name,
        required=False,
        choices=[*(group for group in groups if group[1]), rest, (HOME, "komt die keer niet")],
        error_messages={"invalid_choice": "Deze plek is intussen weg. Kies een andere."},
        widget=forms.Select(attrs={"class": "form-select"}),
    )


def _words(option: Option) -> str:
    """ "Hout West, di 24 nov middag · 3 vrij · werkt hier ook"; the moment is left out where the group says it."""
    session = option.session
    when = "" if option.is_same_moment else f", {near_part(session.date, session.day_part)}"
    free = f"{session.capacity - session.taken} vrij"
    return " · ".join([f"{session.workshop}{when}", free, *option.reasons])
