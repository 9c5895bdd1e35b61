"""How figures of people and of rates are written down in the catalogue."""

from impact.figures.definitions import definition
from impact.figures.figure import Figure, Kind, Value


def people_figure(key: str, chapter: str, label: str, value: Value, meaning: str, *traits: str, **about) -> Figure:
    """A number of people; `meaning` names its definition, `about` whom it is about and how many those must be."""
    return Figure(key, chapter, label, value, "mensen", Kind.PEOPLE, definition(meaning), traits=traits, **about)


def rate_figure(
    key: str, chapter: str, label: str, value: Value, meaning: str, parts: tuple[str, str], **about
) -> Figure:
    """A rate between 0 and 1 that divides the two figures in `parts`."""
    return Figure(key, chapter, label, value, "%", Kind.RATE, definition(meaning), parts=parts, **about)
