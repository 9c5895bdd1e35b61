"""Tables of figures of the catalogue, of which every number leads to its facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from impact.figures.figure import Figure
from impact.report.values import figure_said
from pluspunt.templatetags.words import NOTHING

Figures = Mapping[str, Figure]


@dataclass(frozen=True)
class Cell:
    """A number of a table, and the key of its facts (of the year before, when `is_before`); empty: there are none."""

    said: str
    key: str = ""
    is_before: bool = False


@dataclass(frozen=True)
class Row:
    label: str
    cells: Sequence[Cell]
    note: str = ""
    is_total: bool = False


@dataclass(frozen=True)
class Grid:
    """A table of figures."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Row]


def cell(figures: Figures, key: str, *, is_before: bool = False) -> Cell:
    """The figure `key` as a cell; "–" without facts where nothing is known."""
    figure = figures.get(key)
    return Cell(NOTHING) if figure is None or figure.value is None else Cell(figure_said(figure), key, is_before)
