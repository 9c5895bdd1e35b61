"""Everything that is kept about somebody (AVG art. 15): read from every model that `privacy.processing` names.

What is shown and what a machine reads come from the same rows. Other people are left out: whole records and fields that
the register names with a reason, other participants behind a relation, and their names in what was typed.
"""

import base64
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format, number_format

from privacy.processing import BY_KEY, Data, Processing, Record, all_processings
from privacy.registry import keys_of_person
from privacy.services.masking import Mask

# In these stand names that belong to the person; elsewhere a name may be somebody else's.
_OWN_NAMES = {Data.IDENTITY, Data.AROUND, Data.CONTACT, Data.CONSENT, Data.MONEY}
_SOMEBODY_ELSE = "een andere deelnemer"
_EMPTY = (None, "", [], {})


@dataclass(frozen=True)
class Fact:
    """One value with its name, as people read it."""

    label: str
    text: str


@dataclass(frozen=True)
class Change:
    """What was otherwise before: when, by whom, and which facts from what to what."""

    at: datetime
    by: str
    what: str
    facts: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Attached:
    """A file that is kept about somebody: a document that was sent, a picture."""

    name: str
    description: str
    content: bytes


# What fits on the width of a page: columns with texts of any length, and characters of short texts side by side.
FEW_COLUMNS, WIDEST_TABLE = 5, 120


@dataclass(frozen=True)
class Chapter:
    """What one model keeps about somebody: for people in `facts` and `changes`, for machines in `rows`."""

    record: Record
    facts: list[list[Fact]]
    changes: list[Change]
    rows: list[dict[str, Any]]
    history: list[dict[str, Any]]
    files: list[Attached] = field(default_factory=list)

    @property
    def columns(self) -> list[str]:
        """The names of all facts that any row has, in order."""
        return list(dict.fromkeys(fact.label for row in self.facts for fact in row))

    @property
    def is_table(self) -> bool:
        """Whether its rows fit beside one another on paper: a few facts of any length, or more that are short."""
        return len(self.facts) > 1 and (not self.is_wide or self._width <= WIDEST_TABLE)

    @property
    def is_wide(self) -> bool:
        return len(self.columns) > FEW_COLUMNS

    @property
    def _width(self) -> int:
        """In characters, when no text goes on over a second line."""
        columns = zip(self.columns, *self.cells, strict=True)
        return sum(max(len(text) for text in column) for column in columns)

    @property
    def cells(self) -> list[list[str]]:
        by_label = [{fact.label: fact.text for fact in row} for row in self.facts]
        return [[row.get(label, "") for label in self.columns] for row in by_label]


class Reader:
    """Reads what is kept about one person; `names_staff` says whether staff are named or only their role."""

    def __init__(self, person: models.Model, mask: Mask, *, names_staff: bool = True):
        self.person, self.mask, self.names_staff = person, mask, names_staff
        self.keys = keys_of_person(person)
        self._labels: dict[tuple[type, Any], str] = {}

    def chapters(self) -> Iterator[tuple[Processing, list[Chapter]]]:
        """Each processing with what it keeps about this person; what is withheld is not read at all."""
        for processing in all_processings():
            if found := [self.chapter(record) for record in processing.records if record.is_copied]:
                yield processing, found

    def chapter(self, record: Record) -> Chapter:
        """What one record keeps, its history and its files."""
        rows = list(self._rows(record))
        history = list(self._history(record))
        return Chapter(
            record=record,
            facts=[self._facts(record, row) for row in rows],
            changes=list(self._changes(record, history)),
            rows=[self._data(record, row) for row in rows],
            history=[self._history_data(record, row) for row in history],
            files=[file for row in rows for file in self._files(record, row)],
        )

    def person_of_staff(self, user: models.Model | None) -> str:
        """ "Coach Carla (coach)", or "een coach" when staff are not to be named."""
        if user is None:
            return "niemand die is ingelogd"
        role = user.get_role_display()
        return f"{user.name} ({role})" if self.names_staff else f"een medewerker ({role})"

    # --- Which rows ---------------------------------------------------------------------------------------------------

    def _filter(self, record: Record, name: str = "pk") -> dict[str, Any]:
        if record.of == BY_KEY:
            return {
                "content_type__app_label": self.person._meta.app_label,
                "content_type__model": self.person._meta.model_name,
                "object_id__in": self.keys,
            }
        return {f"{name}__in": self.keys} if record.of == "pk" else {record.of: self.person.pk}

    def _rows(self, record: Record) -> models.QuerySet:
        relations = [field.name for field in self._fields(record) if field.many_to_one]
        rows = record.model._default_manager.filter(**self._filter(record)).select_related(*relations)
        return rows.order_by(*(record.model._meta.ordering or ["pk"])).distinct() if record.of != "pk" else rows

    def _history(self, record: Record) -> Iterable[models.Model]:
        if not hasattr(record.model, "history"):
            return []
        rows = record.model.history.filter(**self._filter(record, "id"))
        return rows.select_related("history_user").order_by("id", "history_date", "history_id")

    def _fields(self, record: Record) -> list[models.Field]:
        kinds = record.kinds
        fields = [record.model._meta.get_field(name) for name in kinds if name not in record.left_out]
        return [field for field in fields if not field.many_to_many]

    def _shown(self, record: Record) -> list[models.Field]:
        """The fields that say something to the person; not what only a machine needs."""
        return [field for field in self._fields(record) if record.kinds[field.name] != Data.NOTHING]

    # --- For people ---------------------------------------------------------------------------------------------------

    def _facts(self, record: Record, row: models.Model) -> list[Fact]:
        found = []
        for each in self._shown(record):
            value = self._value(record, each, row)
            if value not in _EMPTY and not isinstance(each, models.BinaryField):
                found.append(Fact(str(each.verbose_name), self._text(record, each, value)))
        return found

    def _value(self, record: Record, each: models.Field, row: models.Model) -> Any:
        if each.name in record.read:
            return getattr(row, record.read[each.name])
        return getattr(row, each.name if each.many_to_one or each.one_to_one else each.attname)

    def _text(self, record: Record, each: models.Field, value: Any) -> str:
        if each.choices:
            return str(dict(each.flatchoices).get(value, value))
        if isinstance(value, models.Model):
            return self._label(record, each, value)
        if isinstance(value, str):
            return self._masked(record, each, value)
        return in_words(value)

    def _label(self, record: Record, each: models.Field, value: models.Model) -> str:
        if isinstance(value, get_user_model()):
            return self.person_of_staff(value)
        if isinstance(value, type(self.person)):
            return str(value) if value.pk in self.keys else _SOMEBODY_ELSE
        key = (type(value), value.pk)
        if key not in self._labels:
            self._labels[key] = str(value)
        return self._masked(record, each, self._labels[key])

    def _masked(self, record: Record, each: models.Field, text: str) -> str:
        return text if record.kinds[each.name] in _OWN_NAMES else self.mask(text)

    # --- What was otherwise before ------------------------------------------------------------------------------------

    def _changes(self, record: Record, history: list[models.Model]) -> Iterator[Change]:
        by_row = defaultdict(list)
        for row in history:
            by_row[row.id].append(row)
        for rows in by_row.values():
            for old, new in pairwise(rows):
                facts = self._different(record, old, new)
                if facts or new.history_type == "-":
                    what = "weggehaald" if new.history_type == "-" else "gewijzigd"
                    yield Change(new.history_date, self._changer(new), what, facts)

    def _different(self, record: Record, old: models.Model, new: models.Model) -> list[tuple[str, str, str]]:
        found = []
        for each in self._shown(record):
            if not hasattr(new, each.attname) or getattr(old, each.attname) == getattr(new, each.attname):
                continue
            found.append((str(each.verbose_name), self._past(record, each, old), self._past(record, each, new)))
        return found

    def _past(self, record: Record, each: models.Field, row: models.Model) -> str:
        """What a history row says; a relation to a row that is gone says only that."""
        source = row.instance if each.name in record.read else row
        if (each.many_to_one or each.one_to_one) and getattr(row, each.attname) is not None:
            related = each.related_model._default_manager.filter(pk=getattr(row, each.attname)).first()
            return self._label(record, each, related) if related else "is er niet meer"
        value = self._value(record, each, source)
        return "leeg" if value in _EMPTY else self._text(record, each, value)

    def _changer(self, row: models.Model) -> str:
        return self.person_of_staff(row.history_user) if row.history_user else "het systeem"

    # --- For machines -------------------------------------------------------------------------------------------------

    def _data(self, record: Record, row: models.Model) -> dict[str, Any]:
        return {each.name: self._plain(record, each, row) for each in self._fields(record)}

    def _plain(self, record: Record, each: models.Field, row: models.Model) -> Any:
        """A value as JSON: dates as ISO 8601, a choice with its code and label, a file as base64."""
        if (each.many_to_one or each.one_to_one) and record.kinds[each.name] == Data.NOTHING:
            return getattr(row, each.attname)
        value = self._value(record, each, row)
        if isinstance(value, models.Model):
            is_known = not isinstance(value, get_user_model() | type(self.person)) or value.pk in self.keys
            key = value.pk if is_known and not isinstance(value, get_user_model()) else None
            return {"key": key, "label": self._label(record, each, value)}
        if each.choices and value not in _EMPTY:
            return {"code": value, "label": self._text(record, each, value)}
        if isinstance(value, str):
            return self._masked(record, each, value)
        return as_plain(value)

    def _history_data(self, record: Record, row: models.Model) -> dict[str, Any]:
        source = row.instance if record.read else row
        known = [each for each in self._fields(record) if hasattr(row, each.attname)]
        facts = {
            each.name: getattr(row, each.attname)
            if each.many_to_one or each.one_to_one
            else self._plain(record, each, source)
            for each in known
        }
        kind = {"+": "toegevoegd", "~": "gewijzigd", "-": "weggehaald"}[row.history_type]
        for each in known:
            if each.related_model is get_user_model() or (
                each.related_model is type(self.person) and facts[each.name] not in self.keys
            ):
                facts[each.name] = None
        return {"at": row.history_date.isoformat(), "by": self._changer(row), "what": kind, "values": facts}

    def _files(self, record: Record, row: models.Model) -> Iterator[Attached]:
        for each in self._fields(record):
            content = getattr(row, each.attname) if isinstance(each, models.BinaryField) else None
            if content:
                kind = "pdf" if bytes(content[:4]) == b"%PDF" else "jpg"
                name = f"{record.model._meta.model_name}-{row.pk}.{kind}"
                yield Attached(name, f"{record.title}: {each.verbose_name}", bytes(content))


def in_words(value: Any) -> str:
    """A value that is no text, as people read it."""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j F Y H:i")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, Decimal):
        return number_format(value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {in_words(each)}" for name, each in value.items() if each not in _EMPTY)
    if isinstance(value, list):
        return ", ".join(in_words(each) for each in value)
    return str(value)


def as_plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
