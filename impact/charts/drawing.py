"""What a drawing is made of: boxes, lines, dots and words in units of the drawing. One template draws them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten, wrap

WIDTH = 760
# Colours that stay apart in greyscale, in this order from dark to light.
DARK, MIDDLE, WARM, LIGHT = "#0b4f5a", "#6a9399", "#e8b04a", "#e4ded1"
INK, SOFT, LINE, WHITE = "#16262b", "#4b5b60", "#d9d2c4", "#ffffff"
SIZE, SMALL_SIZE = 15, 13
LINE_HEIGHT = 18


@dataclass(frozen=True)
class Value:
    """One value of a chart: what it is called, the number (`None`: not known or kept back) and how it is shown."""

    label: str
    value: float | None
    shown: str
    note: str = ""

    @property
    def in_words(self) -> str:
        return f"{self.label} {self.shown}" + (f" ({self.note})" if self.note else "")


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    fill: str = DARK
    stroke: str = "none"


@dataclass(frozen=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    stroke: str = INK
    width: float = 1
    dash: str = "none"


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    radius: float = 5
    fill: str = DARK


@dataclass(frozen=True)
class Words:
    x: float
    y: float
    text: str
    size: int = SIZE
    weight: int = 400
    anchor: str = "start"
    fill: str = INK


@dataclass(frozen=True)
class Table:
    """The same values as a table: the first cell of a row is its heading."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chart:
    """A drawing that answers one question: `title` is the answer, `description` all of it in words.

    Without boxes, lines or dots there is nothing to draw (`is_empty`): the title says why, the table shows the rest.
    """

    title: str
    description: str
    table: Table
    height: float = 0
    width: float = WIDTH
    caption: str = ""
    boxes: tuple[Box, ...] = ()
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    words: tuple[Words, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.boxes or self.lines or self.dots)

    @property
    def viewbox(self) -> str:
        return f"0 0 {self.width:g} {self.height:g}"


def scale(value: float, top: float, length: float) -> float:
    """The length of `value` when `top` is `length` long; from zero, and never below it or beyond."""
    return round(max(0, min(value, top)) / top * length, 1) if top > 0 else 0


def highest(values: Sequence[float | None]) -> float:
    return max((value for value in values if value is not None), default=0)


def label_lines(x: float, middle: float, text: str, *, letters: int, **look) -> list[Words]:
    """A label in one or two lines around `middle`; what is longer ends in dots (its description has all of it)."""
    lines = wrap(text, letters) or [""]
    if len(lines) > 2:
        lines = [lines[0], shorten(text[len(lines[0]) :], letters, placeholder=" …")]
    lines = [line if len(line) <= letters + 2 else f"{line[:letters]}…" for line in lines]
    top = middle + 5 - (len(lines) - 1) * LINE_HEIGHT / 2
    return [Words(x, top + n * LINE_HEIGHT, line, **look) for n, line in enumerate(lines)]


def listed(values: Sequence[Value]) -> str:
    """The values in words, for the description: "fiets 12; hout < 5"."""
    return "; ".join(value.in_words for value in values)
