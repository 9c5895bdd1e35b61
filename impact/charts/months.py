"""The geometry of a chart and the sentence that it proves; templates draw it, on screen and in print."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.dates import MONTHS

from pluspunt.periods import Period
from pluspunt.templatetags.words import month_name, percent, say

# Months that differ less than this (in percentage points, as shown) are said to be much the same.
MUCH_THE_SAME = 5
CAPTION = "Opkomst per maand in %, deelnemers."
ENGLISH_CAPTION = "Attendance per month in %, participants."


@dataclass(frozen=True)
class Bar:
    """One bar in units of the drawing, its label under it and its value on top; no value, no bar."""

    x: int
    y: int
    width: int
    height: int
    label: str
    value: str
    is_highest: bool
    note: str = ""

    @property
    def end(self) -> int:
        return self.x + self.width

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def value_y(self) -> int:
        return self.y - 8


@dataclass(frozen=True)
class BarChart:
    """Bars from zero in a drawing of `width` × `height`; `title` is the answer, `description` all of it in words."""

    title: str
    description: str
    caption: str
    bars: list[Bar] = field(default_factory=list)
    width: int = 760
    height: int = 250
    baseline: int = 195
    has_long_labels: bool = False

    @property
    def label_y(self) -> int:
        return self.baseline + 22

    @property
    def note_y(self) -> int:
        return self.label_y + 25

    @property
    def viewbox(self) -> str:
        return f"0 0 {self.width} {self.height}"


def month_labels(months: Sequence[tuple[int, int]]) -> list[str]:
    """ "oktober", with the year as soon as there is more than one: "oktober 2025"."""
    several = len({year for year, _ in months}) > 1
    return [f"{MONTHS[month]} {year}" if several else str(MONTHS[month]) for year, month in months]


def labels_in(period: Period, months: Sequence[tuple[int, int]]) -> list[str]:
    """As `month_labels`, with the days of a month that lies only partly in the period: "november t/m 22"."""
    labels = zip(month_labels(months), months, strict=True)
    return [f"{label} {days_of_month(period, *month)}".rstrip() for label, month in labels]


def days_of_month(period: Period, year: int, month: int) -> str:
    """Which days of a month lie in the period: "t/m 22", "vanaf 15", "15 t/m 22"; empty for the whole month."""
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    if period.end < last:
        if period.start > first:
            return say(f"{period.start.day} t/m {period.end.day}", f"{period.start.day} to {period.end.day}")
        return say(f"t/m {period.end.day}", f"up to {period.end.day}")
    return say(f"vanaf {period.start.day}", f"from {period.start.day}") if period.start > first else ""


def attendance_chart(
    rates: dict[tuple[int, int], float | None], *, period: Period, draws_conclusions: bool = True
) -> BarChart:
    """Attendance rate per (year, month) of `period` as a bar chart; `None` is a month of which nothing is known."""
    parts = [days_of_month(period, *month) for month in rates]
    labels = labels_in(period, list(rates))
    values = list(rates.values())
    known = {label: whole_percent(value) for label, value in zip(labels, values, strict=True) if value is not None}
    words = [f"{label}: {percent(value, 0)}" for label, value in zip(labels, values, strict=True)]
    several = len({year for year, _ in rates}) > 1
    description = say("Staafdiagram van de opkomst per maand", "Bar chart of attendance per month")
    description += f": {', '.join(words)}."
    if not draws_conclusions:
        return BarChart(
            title=say("Opkomst per maand", "Attendance per month"),
            description=description,
            caption=say(
                f"{CAPTION} Niet in elke maand is genoeg ingevuld om ze te vergelijken.",
                f"{ENGLISH_CAPTION} Not in every month enough was recorded to compare them.",
            ),
            bars=_bars(list(rates), values, {}, parts),
            has_long_labels=several,
        )
    return BarChart(
        title=attendance_title(known),
        description=description,
        caption=attendance_caption(known),
        bars=_bars(list(rates), values, known, parts),
        has_long_labels=several,
    )


def whole_percent(value: float) -> int:
    """The rate as the whole percentage that `percent` shows."""
    return int((Decimal(str(value)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def attendance_title(known: dict[str, int]) -> str:
    """What the chart proves, from month → whole percentage: true for none, one, equal and shared values."""
    if not known:
        return say("Er is nog geen opkomst om te tonen", "There is no attendance to show yet")
    highest = max(known.values())
    best = [label for label, value in known.items() if value == highest]
    share = percent(highest / 100, 0)
    if len(known) == 1:
        return say(f"In {best[0]} was de opkomst {share}", f"In {best[0]} attendance was {share}")
    if len(best) == len(known):
        return say(f"De opkomst was elke maand {share}", f"Attendance was {share} every month")
    when = say(f"{len(best)} maanden", f"{len(best)} months") if len(best) > 3 else _listed(best)
    return say(f"In {when} was de opkomst het hoogst: {share}", f"Attendance was highest in {when}: {share}")


def attendance_caption(known: dict[str, int]) -> str:
    """How much the months differ, since bars from zero hide that."""
    caption = say(CAPTION, ENGLISH_CAPTION)
    if len(known) < 2:
        return caption
    lowest, highest = min(known.values()), max(known.values())
    if lowest == highest:
        return caption
    alike = highest - lowest < MUCH_THE_SAME
    high = percent(highest / 100, 0)
    verb = say("verschillen weinig", "differ little") if alike else say("lopen uiteen", "differ")
    return caption + say(
        f" De maanden {verb}: van {lowest} tot {high}.", f" The months {verb}: from {lowest} to {high}."
    )


def _listed(words: list[str]) -> str:
    return say(" en ", " and ").join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _bars(
    months: list[tuple[int, int]], values: list[float | None], known: dict[str, int], parts: list[str]
) -> list[Bar]:
    """Bars over the whole width; 160 units of height are 100 %."""
    step = BarChart.width // len(months) if months else 0
    width = max(4, min(56, step * 2 // 3))
    highest = max(known.values(), default=None)
    several = len({year for year, _ in months}) > 1
    # Among many months only every so many has room for its name.
    every = 1 + len(months) // 13
    bars = []
    for n, ((year, month), value) in enumerate(zip(months, values, strict=True)):
        height = 0 if value is None else round(value * 160)
        name = month_name(month)
        bars.append(
            Bar(
                x=n * step + (step - width) // 2,
                y=BarChart.baseline - height,
                width=width,
                height=height,
                label=(f"{name} {year % 100:02}" if several else name) if n % every == 0 else "",
                value=("–" if value is None else str(whole_percent(value))) if every == 1 or n % every == 0 else "",
                note=parts[n],
                is_highest=value is not None and whole_percent(value) == highest and len(set(known.values())) > 1,
            )
        )
    return bars


@dataclass(frozen=True)
class Segment:
    """A part of a whole: its share in words, and where it lies in a drawing of 760 wide."""

    key: str
    label: str
    count: int
    share: str
    x: int
    width: int


def share_segments(parts: Sequence[tuple[str, str, int]]) -> list[Segment]:
    """(key, label, count) as segments side by side that fill the whole width; nothing to divide gives none."""
    whole = sum(count for _, _, count in parts)
    segments, passed = [], 0
    for key, label, count in parts if whole else []:
        start, passed = passed, passed + count
        x, end = (round(edge * BarChart.width / whole) for edge in (start, passed))
        segments.append(Segment(key, label, count, percent(count / whole), x, end - x))
    return segments
