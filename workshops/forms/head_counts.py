"""How many neighbours and visitors there were."""

from django import forms

from workshops.models.registers import MOST_HEADS


class HeadCountForm(forms.Form):
    """One of the two counts, or both; what is not sent stays as it is."""

    neighbours = forms.IntegerField(label="Buren", required=False, min_value=0, max_value=MOST_HEADS)
    visitors = forms.IntegerField(label="Bezoekers", required=False, min_value=0, max_value=MOST_HEADS)

    def clean(self):
        data = super().clean()
        if not self.errors and data.get("neighbours") is None and data.get("visitors") is None:
            raise forms.ValidationError("Kies hoeveel mensen er waren.")
        return data
