"""Dates, numbers and states as people say them; built into every template."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language

register = template.Library()

NOTHING = "–"
_WEEKDAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
# The first that occurs in what a browser says about itself; most of them claim to be Chrome or Safari as well.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
}
_BROWSERS |= {"Chrome": "Chrome", "CriOS": "Chrome", "Safari": "Safari"}
_DEVICES = {"iPad": "iPad", "iPhone": "iPhone", "Android": "Android", "CrOS": "Chromebook", "Windows": "Windows"}
_DEVICES |= {"Macintosh": "Mac", "Linux": "Linux"}
_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@register.simple_tag
def say(dutch: str, english: str) -> str:
    """The one of the two that is being spoken. The screens are Dutch; a report may be English as well."""
    return english if get_language() == "en" else dutch


@register.filter
def day(value: date | None) -> str:
    """ "ma 23 nov", with the year when it is not this one."""
    if value is None:
        return NOTHING
    year = "" if value.year == timezone.localdate().year else f" {value.year}"
    return f"{_WEEKDAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1]}{year}"


@register.filter
def days_of(row) -> str:
    """ "ma 7 dec t/m wo 9 dec", or "ma 7 dec": the days of anything with a first and a last day."""
    return day(row.start_date) if row.start_date == row.end_date else f"{day(row.start_date)} t/m {day(row.end_date)}"


@register.filter
def near_day(value: date | None) -> str:
    """ "vandaag", "gisteren" and "morgen" where that is shorter, else as `day`."""
    if value is None:
        return NOTHING
    distance = (value - timezone.localdate()) / timedelta(days=1)
    return {0: "vandaag", -1: "gisteren", 1: "morgen"}.get(int(distance), day(value))


@register.filter
def full_day(value: date | None) -> str:
    """ "maandag 23 november 2026"."""
    return NOTHING if value is None else date_format(value, "l j F Y")


@register.filter
def short_date(value: date | None) -> str:
    """ "23-11-2026"."""
    return NOTHING if value is None else value.strftime("%d-%m-%Y")


@register.filter
def time_span(days: int) -> str:
    """How long that is, as people say it: "5 dagen", "7 weken", "3 maanden" (from a quarter on), "2 jaar"."""
    if days < 7:
        return "1 dag" if days == 1 else f"{days} dagen"
    if days < 92:
        return "1 week" if days < 14 else f"{days // 7} weken"
    return f"{days * 12 // 365} maanden" if days < 730 else f"{days // 365} jaar"


@register.filter
def month_name(value: int) -> str:
    return say(_MONTHS, _ENGLISH_MONTHS)[value - 1]


@register.filter
def number(value: float | int | None, decimals: int = 0) -> str:
    """ "15.178"; nothing to say is "–"."""
    return NOTHING if value is None else _rounded(Decimal(str(value)), decimals)


@register.filter
def percent(value: float | None, decimals: int = 1) -> str:
    """A ratio as "78,1 %" (with a space that does not break); nothing to divide is "–"."""
    return NOTHING if value is None else f"{_rounded(Decimal(str(value)) * 100, decimals)}{say(chr(160), '')}%"


@register.filter
def euro(value: Decimal | None) -> str:
    """ "€ 1.234,50" (with a space that does not break)."""
    return NOTHING if value is None else f"€\u00a0{_rounded(value, 2)}"


def _rounded(value: Decimal, decimals: int) -> str:
    """Rounded as people do (Django only cuts off): 41,65 with one decimal is "41,7"."""
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return number_format(rounded, decimals, force_grouping=True)


@register.filter
def part_name(value: str) -> str:
    """ "ochtend" or "middag" for a stored day part."""
    return {"MORNING": "ochtend", "AFTERNOON": "middag"}[value]


@register.filter
def near_part(value: date, part: str) -> str:
    """ "vanochtend", "gisteren middag" or "ma 23 nov ochtend"."""
    near = near_day(value)
    return f"van{part_name(part)}" if near == "vandaag" else f"{near} {part_name(part)}"


@register.filter
def device(user_agent: str) -> str:
    """ "Chrome op Linux", from what a browser says about itself."""
    browser = next((name for sign, name in _BROWSERS.items() if sign in user_agent), "onbekende browser")
    kind = next((name for sign, name in _DEVICES.items() if sign in user_agent), "")
    return f"{browser} op {kind}" if kind else browser
