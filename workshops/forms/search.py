"""What people type in the search box."""

from django import forms

from pluspunt.searching import SearchField
from pluspunt.validators import validate_plain_text


class SearchForm(forms.Form):
    """One text; a citizen service number or a formula is refused, so that it is kept nowhere."""

    q = SearchField(label="Naam of nummer", required=False, validators=[validate_plain_text])
