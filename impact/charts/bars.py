"""Horizontal bars, a line through the years, and a value beside its target."""

from collections.abc import Sequence

from impact.charts.drawing import (
    DARK,
    INK,
    LIGHT,
    MIDDLE,
    SMALL_SIZE,
    SOFT,
    WHITE,
    WIDTH,
    Box,
    Chart,
    Dot,
    Line,
    Table,
    Value,
    Words,
    highest,
    label_lines,
    listed,
    scale,
)
from pluspunt.templatetags.words import NOTHING, say

LABEL_WIDTH, VALUE_WIDTH = 230, 150
ROW = 44


def horizontal_bars(
    values: Sequence[Value], *, title: str, heads: tuple[str, str], caption: str = "", top: float | None = None
) -> Chart:
    """A bar from zero per value, in the given order; `top` is the value of a full bar (or else the highest one)."""
    full = top or highest([value.value for value in values])
    length = WIDTH - LABEL_WIDTH - VALUE_WIDTH
    boxes, words = [], []
    for n, value in enumerate(values):
        middle = n * ROW + ROW / 2
        width = scale(value.value or 0, full, length)
        boxes.append(Box(LABEL_WIDTH, middle - 13, width, 26))
        words += label_lines(0, middle, value.label, letters=29)
        words.append(Words(LABEL_WIDTH + width + 8, middle + 5, value.shown, weight=700))
        if value.note:
            shown_width = 9 * len(value.shown) + 8
            words.append(
                Words(LABEL_WIDTH + width + 8 + shown_width, middle + 5, value.note, size=SMALL_SIZE, fill=SOFT)
            )
    height = len(values) * ROW
    return Chart(
        title=title,
        description=say("Staafdiagram: ", "Bar chart: ") + listed(values),
        caption=caption,
        height=height,
        boxes=tuple(boxes),
        lines=(Line(LABEL_WIDTH, 0, LABEL_WIDTH, height),) if values else (),
        words=tuple(words),
        table=Table(caption or title, heads, tuple((value.label, value.shown) for value in values)),
    )


def trend_chart(
    values: Sequence[Value],
    *,
    title: str,
    heads: tuple[str, str],
    caption: str = "",
    target: Value | None = None,
    top: float | None = None,
) -> Chart:
    """A line from zero through the values in order of time; a missing value interrupts it and is shown as words."""
    height, base, above = 220, 180, 30
    known = [value.value for value in values] + ([target.value] if target else [])
    full = top or highest(known)
    step = WIDTH / max(1, len(values))

    def level(value: float) -> float:
        return base - scale(value, full, base - above)

    lines, dots, words = [Line(0, base, WIDTH, base)], [], []
    every = 1 + len(values) // 13
    before = None
    for n, value in enumerate(values):
        x = round(n * step + step / 2, 1)
        here = None if value.value is None else (x, level(value.value))
        if before and here:
            lines.append(Line(*before, *here, stroke=DARK, width=3))
        if here:
            dots.append(Dot(*here))
        if n % every == 0:
            words.append(Words(x, (here[1] if here else base) - 12, value.shown, weight=700, anchor="middle"))
            words.append(Words(x, base + 22, value.label, anchor="middle"))
        before = here
    if target and target.value is not None:
        y = level(target.value)
        lines.append(Line(0, y, WIDTH, y, stroke=SOFT, dash="6 5"))
        words.append(Words(0, y - 6, f"{target.label} {target.shown}", size=SMALL_SIZE, fill=SOFT))
    return Chart(
        title=title,
        description=say("Lijndiagram: ", "Line chart: ") + listed([*values, *([target] if target else [])]),
        caption=caption,
        height=height,
        lines=tuple(lines) if dots else (),
        dots=tuple(dots),
        words=tuple(words) if dots else (),
        table=Table(caption or title, heads, tuple((value.label, value.shown) for value in values)),
    )


def target_chart(
    value: Value, *, title: str, target: Value | None, before: Value | None = None, top: float | None = None
) -> Chart:
    """A value as a bar from zero, its target as a mark across it, and the year before as a thin bar below it."""
    rows = [each for each in (value, target, before) if each is not None]
    full = (top or highest([each.value for each in rows]) or 1) * (1 if top else 1.05)
    length = WIDTH - 190
    width = scale(value.value or 0, full, length)
    boxes = [Box(0, 26, length, 30, LIGHT)]
    lines = []
    # Values stand at a fixed place, so that they never run into each other.
    words = [Words(length + 14, 47, value.shown, size=20, weight=700)]
    boxes.append(Box(0, 31, width, 20))
    if before is not None:
        if before.value is not None:
            boxes.append(Box(0, 60, scale(before.value, full, length), 6, MIDDLE))
        words.append(Words(0, 84, f"{before.label}: {before.shown}", size=SMALL_SIZE, fill=SOFT))
    if target is not None:
        text = f"{target.label}: {target.shown}"
        x = scale(target.value, full, length) if target.value is not None else 0
        is_right = x > length / 2
        if target.value is not None:
            lines.append(Line(x, 18, x, 58, stroke=WHITE, width=8))
            lines.append(Line(x, 18, x, 60, stroke=INK, width=4))
        anchor = "end" if is_right else "start"
        words.append(Words(x, 13, text, size=SMALL_SIZE, anchor=anchor))
    return Chart(
        title=title,
        description=say("Balk: ", "Bar: ") + listed(rows),
        height=92 if before is not None else 68,
        boxes=tuple(boxes),
        lines=tuple(lines),
        words=tuple(words),
        table=Table(
            title, (say("Wat", "What"), say("Waarde", "Value")), tuple((each.label, each.shown) for each in rows)
        ),
    )


def small_multiples(
    groups: Sequence[tuple[str, Sequence[Value]]],
    *,
    title: str,
    caption: str = "",
    first_head: str = "",
    top: float | None = None,
    columns: int = 3,
) -> Chart:
    """A small bar chart per group on one scale, so that they can be compared; the last known value is written."""
    full = top or highest([value.value for _, values in groups for value in values])
    wide, gap, tall = (WIDTH - (columns - 1) * 28) / columns, 28, 104
    boxes, lines, words = [], [], []
    for n, (name, values) in enumerate(groups):
        left, upper = round((n % columns) * (wide + gap), 1), n // columns * tall
        base = upper + 84
        step = wide / max(1, len(values))
        words += label_lines(left, upper + 9, name, letters=26, weight=700, size=SMALL_SIZE)[:1]
        for m, value in enumerate(values):
            tallness = scale(value.value or 0, full, 44)
            x = round(left + m * step + step * 0.15, 1)
            if tallness:
                boxes.append(Box(x, base - tallness, round(step * 0.7, 1), tallness))
        lines.append(Line(left, base, round(left + wide, 1), base, stroke=SOFT))
        known = [value for value in values if value.value is not None]
        last = known[-1].in_words if known else NOTHING
        words.append(Words(left, upper + 30, last, size=SMALL_SIZE, fill=SOFT))
    labels = [value.label for value in groups[0][1]] if groups else []
    return Chart(
        title=title,
        description=say("Kleine staafdiagrammen. ", "Small bar charts. ")
        + ". ".join(f"{name}: {listed(values)}" for name, values in groups),
        caption=caption,
        height=-(-len(groups) // columns) * tall,
        boxes=tuple(boxes),
        lines=tuple(lines),
        words=tuple(words),
        table=Table(
            caption or title,
            (first_head, *labels),
            tuple((name, *(value.shown for value in values)) for name, values in groups),
        ),
    )
