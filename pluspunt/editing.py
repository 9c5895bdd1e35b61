"""Two people editing one row: the second hears what the first changed, and chooses where both changed the same.

A form about a row that is there already carries fingerprints of what it showed (`seen`). When it comes back, each field
is compared three ways: what the page showed (base), what stands there now (theirs) and what was typed (mine). The
comparing and the saving must see the same row. So a page that edits a row reads

    @edit_page
    @permission_required(...)
    def partner_edit(request, pk):
        organisation = get_to_edit(request, Organisation.objects, pk=pk)
        form = OrganisationForm(request.POST if request.method == "POST" else None, instance=organisation)
        if request.method == "POST" and form.is_valid():
            save(...)
            tell_taken(request, form)

and rows of one person go through `participants.views.pages.row_page`, which locks that person. The form extends
`CheckedForm` and is shown with `components/form.html` or `participants/_grouped_form.html`.
"""

import json
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import wraps
from itertools import pairwise

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods

SEEN = "seen"
THEIRS, MINE = "theirs", "mine"
_MULTIPLE = (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)
# So far back is looked for who changed a field.
_CHANGES_READ = 20
_EMPTY = "niets"
_GONE = (
    "Iemand anders heeft dit intussen zo gewijzigd dat een deel van je vragen niet meer geldt. Kijk na wat er staat."
)
_OLD = "Deze bladzijde was verouderd. Er is nog niets bewaard. Kijk na wat er staat en bewaar het nog een keer."
_CHOOSE = "Iemand anders heeft dit intussen ook gewijzigd. Er is nog niets bewaard. Kies wat het wordt."


def edit_page(view: Callable) -> Callable:
    """A page with the form of one row: what is posted is compared and saved in one transaction."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def page(request, *args, **kwargs):
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return page


def get_to_edit(request: HttpRequest, rows: models.QuerySet | models.Manager, **lookup) -> models.Model:
    """The row for an `edit_page`; for what is posted, after waiting for whoever changes it (404 when it is gone)."""
    if request.method == "POST":
        rows = rows.select_for_update(of=("self",)).order_by("pk")
    return get_object_or_404(rows, **lookup)


def tell_taken(request: HttpRequest, form: forms.BaseForm) -> None:
    """Say what somebody else changed meanwhile and was kept."""
    if sentence := getattr(form, "taken_sentence", ""):
        messages.info(request, sentence)


@dataclass(frozen=True)
class Meeting:
    """What becomes of the fields that differ: `taken` as they made it, `conflicts` for the second person to decide."""

    taken: list[str]
    conflicts: list[str]


def meet(base: Mapping | None, theirs: Mapping, mine: Mapping, undecided: Collection[str] = ()) -> Meeting:
    """Compare, field by field, what was shown, what stands there now and what was typed.

    Only I changed it: mine. Only they did: theirs. Both, to the same: nothing to say. Both, differently: a conflict; so
    is every field in `undecided` that still differs. Without a `base` nothing is known of what was shown, and every
    difference is a conflict. A field that the page did not show stays as it is.
    """
    taken, conflicts = [], []
    for name, now in theirs.items():
        if mine[name] == now:
            continue
        if base is None or name in undecided:
            conflicts.append(name)
        elif name not in base or mine[name] == base[name]:
            taken.append(name)
        elif now != base[name]:
            conflicts.append(name)
    return Meeting(taken, conflicts)


@dataclass(frozen=True)
class Conflict:
    """One field that two people changed differently, as the page asks about it."""

    label: str
    radio: str
    theirs: str
    mine: str
    change: str

    @property
    def anchor(self) -> str:
        return f"id_{self.radio}"


class SeenField(forms.CharField):
    """The fingerprints of what the form showed, signed; never what somebody typed."""

    widget = forms.HiddenInput

    def has_changed(self, initial, data):
        return False


class EditForm(forms.ModelForm):
    """A form that notices that its row was changed by somebody else since the page was opened."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.conflicts: list[Conflict] = []
        self.taken: list[str] = []
        if not self.instance._state.adding:
            self.fields[SEEN] = SeenField(required=False, initial=lambda: self._sign(self._theirs(), []))

    def full_clean(self):
        said = self._meet_others() if self.is_bound and SEEN in self.fields else []
        super().full_clean()
        if self.is_bound:
            self.cleaned_data.pop(SEEN, None)
        for sentence in said:
            self.add_error(None, sentence)

    @property
    def taken_sentence(self) -> str:
        """ "Said wijzigde intussen ook: telefoon. Dat is gebleven.", or nothing."""
        if not self.taken:
            return ""
        labels = ", ".join(self[name].label.lower() for name in self.taken)
        who = {self._last_change(name)[0] for name in self.taken} - {None}
        return f"{' en '.join(sorted(who)) or 'Iemand anders'} wijzigde intussen ook: {labels}. Dat is gebleven."

    def _meet_others(self) -> list[str]:
        """Take over what only somebody else changed, ask about what both changed; the sentences to show for it."""
        self.data = self.data.copy()
        base, undecided = self._read_seen()
        theirs = self._theirs()
        for name in undecided & theirs.keys():
            if self._chosen(name) == THEIRS:
                self._put(name, theirs[name])
        undecided = {name for name in undecided if self._chosen(name) not in (THEIRS, MINE)}
        for name in theirs if base is None else []:
            if self._is_omitted(name):  # what was not posted at all is not taken for emptied
                self._put(name, theirs[name])
        mine = {name: as_text(self.fields[name], self[name].data) for name in theirs}
        meeting = meet(base, self._prints(theirs), self._prints(mine), undecided)
        self.taken = meeting.taken
        self.conflicts = [self._conflict(name, theirs[name], mine[name]) for name in meeting.conflicts]
        for name in meeting.taken:
            self._put(name, theirs[name])
        # From here on the page shows what stands there now, so that a third change is noticed as well.
        self.data[self.add_prefix(SEEN)] = self._sign(theirs, meeting.conflicts)
        sentences = [_CHOOSE] if self.conflicts else [_OLD] if base is None else []
        return [*sentences, _GONE] if self._typed_in_what_is_gone(base or {}) else sentences

    def _compared(self) -> dict[str, forms.Field]:
        skipped = (SeenField, forms.FileField)
        return {n: field for n, field in self.fields.items() if not (field.disabled or isinstance(field, skipped))}

    def _theirs(self) -> dict[str, str | list[str]]:
        return {
            name: as_text(field, self.get_initial_for_field(field, name)) for name, field in self._compared().items()
        }

    def _is_omitted(self, name: str) -> bool:
        return self.fields[name].widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name))

    def _typed_in_what_is_gone(self, base: Mapping[str, str]) -> bool:
        """Whether something was changed in a field that the page showed and that is not asked any more."""
        for name in base.keys() - self._compared().keys() & self.base_fields.keys():
            field = self.base_fields[name]
            typed = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            if self._print(name, as_text(field, typed)) != base[name]:
                return True
        return False

    def _put(self, name: str, value: str | list[str]) -> None:
        """Let the form hold `value`, as if it had been typed."""
        key = self.add_prefix(name)
        if isinstance(value, list):
            self.data.setlist(key, value)
        elif value or not isinstance(self.fields[name], forms.BooleanField):
            self.data[key] = value
        else:
            self.data.pop(key, None)

    def _chosen(self, name: str) -> str | None:
        return self.data.get(self.add_prefix(f"keuze_{name}"))

    @property
    def _salt(self) -> str:
        return f"{self.instance._meta.label}:{self.instance.pk}"

    def _print(self, name: str, value: str | list[str]) -> str:
        return salted_hmac(f"{self._salt}:{name}", json.dumps(value)).hexdigest()[:20]

    def _prints(self, values: Mapping[str, str | list[str]]) -> dict[str, str]:
        return {name: self._print(name, value) for name, value in values.items()}

    def _sign(self, shown: Mapping[str, str | list[str]], asked: list[str]) -> str:
        return signing.dumps([self._prints(shown), asked], salt=self._salt)

    def _read_seen(self) -> tuple[dict[str, str] | None, set[str]]:
        """The fingerprints of what was shown, `None` when that is unknown, and what the page asked to choose."""
        try:
            base, asked = signing.loads(self.data.get(self.add_prefix(SEEN), ""), salt=self._salt)
        except signing.BadSignature:
            return None, set()
        return base, set(asked)

    def _conflict(self, name: str, theirs: str | list[str], mine: str | list[str]) -> Conflict:
        who, at = self._last_change(name)
        change = f" door {who}" if who else ""
        change += _moment(at) if at else ""
        return Conflict(
            label=str(self[name].label),
            radio=self.add_prefix(f"keuze_{name}"),
            theirs=in_words(self.fields[name], theirs),
            mine=in_words(self.fields[name], mine),
            change=f"gewijzigd{change}" if change else "",
        )

    def _last_change(self, name: str) -> tuple[str | None, datetime | None]:
        """Who gave the field the value that stands there now, and when, where the history of the row knows."""
        field = next((field for field in self.instance._meta.concrete_fields if field.name == name), None)
        if field is None or not hasattr(self.instance, "history"):
            return None, None
        records = self.instance.history.select_related("history_user").order_by("-history_date", "-history_id")
        for new, old in pairwise(records[:_CHANGES_READ]):
            if getattr(new, field.attname, None) != getattr(old, field.attname, None):
                return new.history_user and new.history_user.name, new.history_date
        return None, None


def as_text(field: forms.Field, value) -> str | list[str]:
    """A value of a form field, stored or typed, in one way of writing, so that the two can be compared."""
    if isinstance(field, _MULTIPLE):
        return sorted(str(each) for each in field.prepare_value(value) or [])
    if isinstance(field, forms.ModelChoiceField):
        chosen = field.prepare_value(value)
        return "" if chosen is None else str(chosen)
    with suppress(ValidationError):  # what cannot be read is compared as it was typed
        value = field.to_python(value)
    if value is None or (value is False and not isinstance(field, forms.NullBooleanField)):
        return ""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value).strip().replace("\r\n", "\n")


def in_words(field: forms.Field, value: str | list[str]) -> str:
    """The text of `as_text` as people read it."""
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return (
            ", ".join(_label(field, each) for each in ([value] if isinstance(value, str) else value) if each) or _EMPTY
        )
    if isinstance(field, forms.BooleanField):
        return "ja" if value == "True" else "nee"
    if isinstance(field, forms.DateField) and value:
        try:
            return date_format(field.to_python(value), "j F Y")
        except ValidationError:
            return value
    return value or _EMPTY


def _moment(at: datetime) -> str:
    at = timezone.localtime(at)
    day = "" if at.date() == timezone.localdate() else f" op {date_format(at, 'j F')}"
    return f"{day} om {date_format(at, 'H:i')}"


def _label(field: forms.ChoiceField | forms.ModelChoiceField, value: str) -> str:
    if isinstance(field, forms.ModelChoiceField):
        row = field.queryset.filter(pk=value).first() if value.isdecimal() else None
        return value if row is None else field.label_from_instance(row)
    flat = {str(key): label for key, label in field.choices if not isinstance(label, list | tuple)}
    flat |= {str(k): label for _, group in field.choices if isinstance(group, list | tuple) for k, label in group}
    return str(flat.get(value, value))
