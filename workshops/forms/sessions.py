"""Why a session does not go on or does after all, and what one coach leaves for the next."""

from django import forms

from participants.forms.guidance import TextLines
from pluspunt.forms import CheckedForm, check_fields
from workshops.models import SessionChange, SessionNote
from workshops.services.session_notes import NOTE_LENGTH


class SessionReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=SessionChange._meta.get_field("reason").max_length,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, label: str, example: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
        self.fields["reason"].help_text = f"Kort en zonder namen. Bijvoorbeeld: {example}."
        check_fields(self)


class SessionNoteForm(CheckedForm):
    """Its text is no column of the table: the service seals it."""

    text = forms.CharField(
        label="Wat moet de volgende coach weten?",
        max_length=NOTE_LENGTH,
        required=False,
        widget=TextLines(rows=5),
        help_text=f"Kort, hoogstens {NOTE_LENGTH} tekens. Schrijf niets over gezondheid. Leeg haalt het briefje weg.",
    )

    class Meta:
        model = SessionNote
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["text"] = self.instance.text_or_none or ""
