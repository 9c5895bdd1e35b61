from django import forms


class ReplacesForm(forms.Form):
    """Which address a new one takes the place of, as the page with the button knew it; empty when there was none."""

    replaces = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def replaced(self) -> int | None:
        return self.cleaned_data["replaces"] if self.is_valid() else None
