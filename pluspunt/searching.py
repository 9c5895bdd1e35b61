"""What somebody searches for is sealed in addresses: a browser keeps those, for whoever sits there next."""

from django import forms

from pluspunt.encryption import Unreadable, seal, unseal

_MARK = "~"
_BOUND_TO = "search"


def hidden_search(text: str) -> str:
    """`text` as it may stand in an address."""
    return f"{_MARK}{seal(text, _BOUND_TO)}" if text else ""


def shown_search(text: str) -> str:
    """What was searched for, hidden or as it was typed; empty when the key of the hidden text is gone."""
    if not text.startswith(_MARK):
        return text
    try:
        return unseal(text.removeprefix(_MARK), _BOUND_TO)
    except Unreadable:
        return ""


class SearchField(forms.CharField):
    """A box to search with; its text may come hidden from the address."""

    def __init__(self, *, max_length: int = 100, **kwargs):
        box = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
        super().__init__(max_length=max_length, widget=box, **kwargs)

    def to_python(self, value):
        return shown_search(super().to_python(value))

    def bound_data(self, data, initial):
        return data and shown_search(data)
