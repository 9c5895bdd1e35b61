from django import forms

from pluspunt.forms import FilterForm
from workshops.models import StatementLine


class StatementFilterForm(FilterForm):
    """Which lines of an overview are shown: the choices are those that occur. What is not understood is left out."""

    municipality = forms.ChoiceField(label="Gemeente", required=False)
    product = forms.ChoiceField(label="Product", required=False)
    scheme = forms.ChoiceField(label="Financiering", required=False)
    cut = forms.ChoiceField(
        label="Waarom minder",
        required=False,
        choices=[("", "alle regels"), ("ja", "alles wat minder is"), *StatementLine.CutReason.choices],
    )

    def __init__(self, *args, lines: list[StatementLine], version: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = lines
        places = {line.municipality_code: line.municipality for line in lines if line.municipality_code}
        self.fields["municipality"].choices = [("", "alle"), *sorted(places.items(), key=lambda place: place[1])]
        for name in ("product", "scheme"):
            found = sorted({getattr(line, name) for line in lines} - {""})
            self.fields[name].choices = [("", "alle"), *((each, each) for each in found)]
        # Which version is looked at stays when the filters change.
        self.fields["versie"] = forms.CharField(required=False, initial=version, widget=forms.HiddenInput())

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in ("municipality", "product", "scheme", "cut"))

    def chosen_lines(self) -> list[StatementLine]:
        """The lines that answer to what was chosen, in their order."""
        self.is_valid()
        chosen, lines = self.cleaned_data, self.lines
        if code := chosen.get("municipality"):
            lines = [line for line in lines if line.municipality_code == code]
        for name in ("product", "scheme"):
            if value := chosen.get(name):
                lines = [line for line in lines if getattr(line, name) == value]
        if why := chosen.get("cut"):
            lines = [line for line in lines if line.cut_reason and why in ("ja", line.cut_reason)]
        return lines
