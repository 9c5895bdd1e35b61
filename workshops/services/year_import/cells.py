"""What one cell may say. A refusal never repeats the cell: it may hold a citizen service number."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone

from pluspunt.validators import contains_citizen_number, is_formula, postcode_validator

# Columns in which 8 or 9 digits are what they say they are.
NUMBER_COLUMNS = frozenset({"Toewijzingsnummer", "Telefoon", "Nr"})
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2100, 12, 31)
FIRST_BIRTH_DATE = date(1900, 1, 1)
_DAY = re.compile(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})")


class CellError(Exception):
    """A cell is refused; the message is one Dutch sentence without the cell's content."""


def tidy(raw: str) -> str:
    """`raw` with composed letters, single spaces and nothing around it."""
    return " ".join(unicodedata.normalize("NFC", raw).split())


def check_safe(column: str, raw: str) -> None:
    """Raises `CellError` for a formula, a citizen service number, or a character that nobody can see."""
    shown = tidy(raw)
    if is_formula(raw) or is_formula(shown):
        raise CellError("Hier staat een formule. Zet er gewone tekst neer.")
    if column not in NUMBER_COLUMNS and (contains_citizen_number(raw) or contains_citizen_number(shown)):
        raise CellError("Hier staat een burgerservicenummer. Dat mag niet in dit bestand: haal het weg.")
    if not shown.isprintable():
        raise CellError("Hier staat een onzichtbaar teken. Typ de tekst opnieuw.")


def required_text(cell: str, max_length: int) -> str:
    """Text that is not empty."""
    if not cell:
        raise CellError("Dit mag niet leeg zijn.")
    return text(cell, max_length)


def text(cell: str, max_length: int) -> str:
    """Text of at most `max_length` characters, or empty."""
    if len(cell) > max_length:
        raise CellError(f"Dit is te lang: hoogstens {max_length} tekens.")
    return cell


def checked_text(cell: str, max_length: int, validator: RegexValidator) -> str:
    """Empty, or text that `validator` accepts."""
    if cell:
        try:
            validator(text(cell, max_length))
        except ValidationError as error:
            raise CellError(error.messages[0]) from None
    return cell


def postcode(cell: str) -> str:
    """ "3011ab" becomes "3011 AB"."""
    checked_text(cell, 7, postcode_validator)
    return f"{cell[:4]} {cell[-2:].upper()}" if cell else ""


def day(cell: str, first: date = FIRST_DAY, last: date = LAST_DAY) -> date:
    """A day as dd-mm-jjjj, between `first` and `last`."""
    if not cell:
        raise CellError("Hier hoort een datum.")
    parts = _DAY.fullmatch(cell)
    if parts is None:
        raise CellError("Schrijf een datum als 31-12-2025.")
    try:
        value = date(int(parts[3]), int(parts[2]), int(parts[1]))
    except ValueError:
        raise CellError("Deze datum bestaat niet.") from None
    if not first <= value <= last:
        raise CellError(f"De datum ligt niet tussen {first:%d-%m-%Y} en {last:%d-%m-%Y}.")
    return value


def optional_day(cell: str) -> date | None:
    """As `day`, or empty."""
    return day(cell) if cell else None


def birth_date(cell: str) -> date:
    """As `day`, from 1900 and not in the future."""
    value = day(cell, first=FIRST_BIRTH_DATE)
    if value > timezone.localdate():
        raise CellError("De geboortedatum ligt in de toekomst.")
    return value


def whole_number(cell: str, low: int, high: int) -> int:
    """A whole number from `low` up to and including `high`, in plain digits."""
    if re.fullmatch(r"[0-9]{1,12}", cell) is None:
        raise CellError("Hier hoort een heel getal, in cijfers.")
    if not low <= int(cell) <= high:
        raise CellError(f"Dit getal ligt niet tussen {low} en {high}.")
    return int(cell)


def optional_number(cell: str, low: int, high: int) -> int | None:
    """As `whole_number`, or empty."""
    return whole_number(cell, low, high) if cell else None


def word(cell: str, meanings: Mapping[str, object]):
    """What `cell` means, in any case of letters; the refusal names the words that do."""
    try:
        return meanings[cell.casefold()]
    except KeyError:
        known = ", ".join(known for known in meanings if known)
        raise CellError(f"Dit woord ken ik niet. Kies uit: {known}.") from None
