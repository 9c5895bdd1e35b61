from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from impact.report.making import DOCUMENT_KINDS, DocumentKind
from impact.report.years import report_years
from partners.models import Organisation, Theme
from workshops.models import Workshop

# What a document can be about, besides a year.
SUBJECTS = {
    "workshop": ("Welke werkplaats", Workshop.objects.all),
    "organisation": ("Welke partner", Organisation.objects.all),
    "theme": ("Welk thema", Theme.objects.all),
}


def kinds_to_choose() -> dict[str, DocumentKind]:
    """The kinds that somebody can ask for here; a version of a report is asked for where it is published."""
    return {key: kind for key, kind in DOCUMENT_KINDS.items() if {*kind.needs} <= {"year", *SUBJECTS}}


class DocumentForm(forms.Form):
    """A document that somebody wants: which kind, of which year, and what else the kind needs to know."""

    kind = forms.ChoiceField(widget=forms.HiddenInput)
    year = forms.TypedChoiceField(label="Van welk jaar", coerce=int, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, str] | None = None, *, today: date, kind: str = "", year: int | None = None):
        super().__init__(data, initial={"kind": kind, "year": year}, auto_id=f"id_{kind}_%s")
        self.fields["kind"].choices = [(key, DOCUMENT_KINDS[key].label) for key in kinds_to_choose()]
        self.fields["year"].choices = [(each, str(each)) for each in report_years(today)]
        asked = kinds_to_choose().get(data.get("kind", "") if data is not None else kind)
        self.needs = asked.needs if asked else ()
        for name in self.needs:
            if name in SUBJECTS:
                label, rows = SUBJECTS[name]
                self.fields[name] = forms.ModelChoiceField(rows(), label=label, empty_label="Kies…")
                self.fields[name].widget.attrs["class"] = "form-select"

    @property
    def subjects(self) -> list[forms.BoundField]:
        return [self[name] for name in self.needs if name in SUBJECTS]

    @property
    def parameters(self) -> dict[str, Any]:
        """What was chosen, as numbers and words that fit in a JSON field."""
        return {name: getattr(self.cleaned_data[name], "pk", self.cleaned_data[name]) for name in self.needs}
