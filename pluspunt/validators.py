"""Checks on typed text, which SQLite would store whatever it is."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator, RegexValidator

no_null_characters = ProhibitNullCharactersValidator()
postcode_validator = RegexValidator(r"^[1-9][0-9]{3} ?[A-Za-z]{2}$", "Schrijf een postcode als 3011 AB.")
phone_validator = RegexValidator(
    r"^\+?[0-9][0-9 \-]{7,18}$", "Een telefoonnummer bestaat uit cijfers, spaties en streepjes."
)

_MOBILE_NUMBER = re.compile(r"(?:\+31[ -]?6|\b06)[ -]?\d{8}(?!\d)")
_DIGIT_GROUP = re.compile(r"(?<!\d)\d{8,9}(?!\d)")


def contains_citizen_number(text: str) -> bool:
    """Whether a group of 8 or 9 digits in `text` passes the eleven-test of the Dutch citizen service number."""
    return any(passes_eleven_test(group) for group in _DIGIT_GROUP.findall(text))


def passes_eleven_test(digits: str) -> bool:
    """Whether at most nine digits can be a citizen service number: 9×a + 8×b … + 2×h − i is a multiple of eleven."""
    padded = digits.zfill(9)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * int(digit) for weight, digit in zip(weights, padded, strict=True))
    return int(padded) > 0 and total % 11 == 0


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run `text` instead of showing it."""
    if text[:1] in ("=", "@", "\t"):
        return True
    return text[:1] in ("+", "-") and re.fullmatch(r"[+-][0-9 \-]*", text) is None


def is_invisible(text: str) -> bool:
    """Whether `text` holds only signs without a shape: spaces, and for one the space without width."""
    return text != "" and all(unicodedata.category(sign)[0] in "CMZ" for sign in text)


def validate_plain_text(text: str) -> None:
    """Refuses what must not stand in a text: a citizen service number, a formula for a spreadsheet, or nothing to see.

    A mobile number, whose last eight digits may pass for one, is left alone. The message never repeats the text.
    """
    if contains_citizen_number(_MOBILE_NUMBER.sub("", text)):
        raise ValidationError("Hier staat een getal dat een burgerservicenummer kan zijn. Haal het weg.")
    if is_invisible(text):
        raise ValidationError("Hier staat niets wat je kunt lezen. Typ het opnieuw.")
    if is_formula(text):
        raise ValidationError("Begin de tekst met een letter of een cijfer, niet met =, @, + of -.")
