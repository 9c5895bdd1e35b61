"""A figure of the catalogue as people read it."""

from impact.figures.figure import Figure, Kind, Value
from pluspunt.templatetags.words import NOTHING, number, percent


def value_said(kind: Kind, value: Value) -> str:
    """ "1.234", "78,1 %", "+0,4" or "12,5"; "–" when nothing is known."""
    if value is None:
        return NOTHING
    if kind is Kind.RATE:
        return percent(value)
    if kind is Kind.SCORE:
        return f"{'+' if value > 0 else ''}{number(value, 2)}".replace("-", "−")
    return number(value, 0 if value == int(value) else 1)


def figure_said(figure: Figure) -> str:
    return value_said(figure.kind, figure.value)
