"""What people write about goals, reviews and notes."""

from datetime import date, timedelta

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from participants.models import Goal, GoalStep, Note, NoteDraft, Review
from participants.services.guidance import REVIEW_AFTER
from participants.services.notes import NOTE_LENGTH, can_restrict, is_note_key, new_note_key
from pluspunt.forms import CheckedForm, FilterForm, SortField

FIRST_STEPS = 3


class TextLines(forms.Textarea):
    """A text of several lines. A browser sends two characters for the end of a line, and counted one."""

    def __init__(self, rows: int):
        super().__init__({"rows": rows})

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if value else value


class GoalForm(CheckedForm):
    class Meta:
        model = Goal
        fields = ["text", "field", "indicator", "review_on"]
        widgets = {"text": TextLines(rows=3)}
        labels = {"text": "Wat wil je bereiken, in je eigen woorden?", "indicator": "Waar draagt het aan bij?"}
        help_texts = {"text": "Schrijf het op zoals het gezegd wordt: ik wil …"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("field", "indicator"):
            choices = [choice for choice in self.fields[name].choices if choice[0]]
            self.fields[name].choices = [("", "kies"), *choices]


class NewGoalForm(GoalForm):
    """A goal with its first small steps, which may be none."""

    class Meta(GoalForm.Meta):
        labels = {**GoalForm.Meta.labels, "review_on": "Wanneer kijken we er weer naar?"}

    step_1 = forms.CharField(label="Eerste kleine stap", max_length=200, required=False)
    step_2 = forms.CharField(label="Tweede kleine stap", max_length=200, required=False)
    step_3 = forms.CharField(label="Derde kleine stap", max_length=200, required=False)

    groups = [
        ("Het doel", ["text", "field", "indicator", "review_on"]),
        ("De eerste stappen, als je ze al weet", ["step_1", "step_2", "step_3"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["review_on"] = timezone.localdate() + REVIEW_AFTER

    @property
    def steps(self) -> list[str]:
        texts = [self.cleaned_data[f"step_{number}"] for number in range(1, FIRST_STEPS + 1)]
        return [text for text in texts if text]


class GoalStepForm(CheckedForm):
    class Meta:
        model = GoalStep
        fields = ["text"]
        labels = {"text": "Wat is de volgende kleine stap?"}


class ReviewForm(CheckedForm):
    """What was said about a goal, and how it goes on: a next review, or a result with a sentence."""

    GO_ON = "GO_ON"

    outcome = forms.ChoiceField(
        label="Hoe gaat het verder?",
        choices=[(GO_ON, "we gaan door"), *Goal.Result.choices],
        initial=GO_ON,
        widget=forms.RadioSelect,
    )
    review_on = forms.DateField(
        label="Volgende evaluatie", required=False, help_text="Alleen als jullie doorgaan met dit doel."
    )
    result_text = forms.CharField(
        label="Hoe het ging, in één zin",
        max_length=500,
        required=False,
        help_text="Alleen als het doel nu klaar is.",
    )

    class Meta:
        model = Review
        fields = ["held_on", "text"]
        widgets = {"text": TextLines(rows=3)}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["review_on"] = timezone.localdate() + REVIEW_AFTER

    def clean(self):
        data = super().clean()
        goes_on = data.get("outcome") == self.GO_ON
        if goes_on and not data.get("review_on") and "review_on" not in self.errors:
            self.add_error("review_on", "Kies de dag van de volgende evaluatie.")
        if data.get("outcome") and not goes_on and not data.get("result_text") and "result_text" not in self.errors:
            self.add_error("result_text", "Schrijf in één zin hoe het ging.")
        return data

    @property
    def conclusion(self) -> dict:
        """What `review_goal` wants to know besides the review itself."""
        data = self.cleaned_data
        if data["outcome"] == self.GO_ON:
            return {"next_review": data["review_on"]}
        return {"result": data["outcome"], "result_text": data["result_text"]}


class NoteForm(CheckedForm):
    """A note. Its text is no column of the table: `clean` seals it into the row."""

    text = forms.CharField(label="Wat is er gebeurd of afgesproken?", max_length=NOTE_LENGTH, widget=TextLines(rows=9))

    class Meta:
        model = Note
        fields = ["kind", "date", "is_restricted"]
        help_texts = {"is_restricted": "Coaches zien deze notitie dan niet."}
        widgets = {"kind": forms.RadioSelect}

    field_order = ["kind", "date", "text", "is_restricted"]

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        if not can_restrict(user):
            del self.fields["is_restricted"]
        if self.instance.pk:
            self.initial["text"] = self.instance.text_or_none or ""

    def clean(self):
        data = super().clean()
        if "text" in data:
            self.instance.text = data["text"]
        return data


class KeyField(forms.CharField):
    """The key of a note: a kind of its own, as the digits in it may pass for a citizen service number."""

    widget = forms.HiddenInput


class NewNoteForm(NoteForm):
    """A note with the key under which the server keeps its draft."""

    key = KeyField(required=False)

    def __init__(self, *args, draft: NoteDraft | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["key"] = draft.key if draft else new_note_key()
        if draft:
            self.initial |= {"kind": draft.kind, "is_restricted": draft.is_restricted}
            self.initial["text"] = draft.text_or_none or ""

    def clean_key(self) -> str:
        key = self.cleaned_data["key"]
        return key if is_note_key(key) else new_note_key()

    def clean(self):
        if "key" in self.cleaned_data:
            self.instance.key = self.cleaned_data["key"]
        return super().clean()


class NoteDraftForm(NewNoteForm):
    """What is typed up to now: it may be nothing yet, and the day does not matter."""

    text = forms.CharField(max_length=NOTE_LENGTH, required=False, widget=TextLines(rows=9))

    class Meta:
        model = NoteDraft
        fields = ["kind", "is_restricted"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].required = False

    @property
    def values(self) -> dict:
        """What `save_draft` keeps."""
        data = self.cleaned_data
        return {
            "key": data["key"],
            "text": data["text"],
            "kind": data["kind"] or Note._meta.get_field("kind").default,
            "is_restricted": data.get("is_restricted", False),
        }


class ReviewFilterForm(FilterForm):
    """Which reviews the list shows. What is not understood is left out."""

    LATE, WEEK, SOON, WITHOUT = "te-laat", "deze-week", "vier-weken", "zonder-doel"
    COMING = timedelta(weeks=4)

    wanneer = forms.ChoiceField(
        label="Wanneer",
        required=False,
        choices=[
            ("", "te laat en komende 4 weken"),
            (LATE, "te laat"),
            (WEEK, "deze week"),
            (SOON, "komende 4 weken"),
            (WITHOUT, "nog zonder doel"),
        ],
    )
    gebied = forms.ChoiceField(label="Gebied", required=False, choices=[("", "alle"), *Goal.Field.choices])
    sort = SortField([("datum", "wat het eerst moet"), ("naam", "naam")])

    @property
    def order(self) -> str:
        return self.cleaned_data.get("sort") or "datum"

    @property
    def wants_without_goal(self) -> bool:
        return self.cleaned_data.get("wanneer") == self.WITHOUT

    def apply(self, goals: QuerySet[Goal], today: date) -> QuerySet[Goal]:
        """The goals of which the review is due as was chosen, in the order that was chosen."""
        when = self.cleaned_data.get("wanneer")
        goals = goals.due_by(today + self.COMING)
        if when == self.LATE:
            goals = goals.filter(review_on__lt=today)
        elif when == self.WEEK:
            monday = today - timedelta(days=today.weekday())
            goals = goals.filter(review_on__range=(monday, monday + timedelta(days=6)))
        elif when == self.SOON:
            goals = goals.filter(review_on__gte=today)
        if field := self.cleaned_data.get("gebied"):
            goals = goals.filter(field=field)
        by_name = ("participant__sort_name", "participant_id")
        return goals.order_by(*by_name, "review_on") if self.order == "naam" else goals.order_by("review_on", *by_name)
