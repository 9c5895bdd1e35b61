"""Drawings about people: how many came and went, how they grew, and where they stand on the ladder."""

from collections.abc import Sequence
from dataclasses import dataclass

from impact.charts.drawing import (
    DARK,
    INK,
    LIGHT,
    MIDDLE,
    SMALL_SIZE,
    SOFT,
    WARM,
    WIDTH,
    Box,
    Chart,
    Line,
    Table,
    Value,
    Words,
    highest,
    label_lines,
    listed,
    scale,
)
from pluspunt.templatetags.words import say

ROW = 46


@dataclass(frozen=True)
class Growth:
    """Of one indicator: the share that went forward, stayed the same and went back (0 to 1), and what stands beside it.

    The shares are `None` as long as too few people were measured (or when they are kept back); `instead` says so.
    """

    label: str
    forward: float | None
    same: float | None
    back: float | None
    shown: tuple[str, str, str]
    note: str = ""
    instead: str = ""

    @property
    def is_shown(self) -> bool:
        return None not in (self.forward, self.same, self.back)

    @property
    def in_words(self) -> str:
        if not self.is_shown:
            return f"{self.label}: {self.instead}"
        words = zip(growth_words(), self.shown, strict=True)
        return f"{self.label}: " + ", ".join(f"{word} {shown}" for word, shown in words) + f" ({self.note})"


def growth_words() -> tuple[str, str, str]:
    return (say("vooruit", "forward"), say("gelijk", "the same"), say("achteruit", "back"))


def flow_chart(begin: Value, inflow: Value, outflow: Value, end: Value, *, title: str, caption: str = "") -> Chart:
    """Begin + in − out = end as four columns, each where the one before it ended; only when all four are known."""
    values = [begin, inflow, outflow, end]
    table = Table(
        caption or title,
        (say("Wat", "What"), say("Mensen", "People")),
        tuple((value.label, value.shown) for value in values),
    )
    description = say("Van begin naar eind: ", "From beginning to end: ") + listed(values)
    if any(value.value is None for value in values):
        return Chart(title=title, description=description, caption=caption, table=table)
    full = highest([begin.value + inflow.value, end.value])
    base, length, step, width = 196, 160, WIDTH / 4, 120
    # (lowest, highest) of each column, in people.
    spans = [
        (0, begin.value),
        (begin.value, begin.value + inflow.value),
        (begin.value + inflow.value - outflow.value, begin.value + inflow.value),
        (0, end.value),
    ]
    boxes, lines, words = [], [Line(0, base, WIDTH, base)], []
    for n, (value, (low, high), fill) in enumerate(zip(values, spans, [DARK, MIDDLE, WARM, DARK], strict=True)):
        left = n * step + (step - width) / 2
        top = base - scale(high, full, length)
        boxes.append(Box(left, top, width, round(scale(high, full, length) - scale(low, full, length), 1), fill))
        words.append(Words(left + width / 2, top - 8, value.shown, size=18, weight=700, anchor="middle"))
        words.append(Words(left + width / 2, base + 22, value.label, anchor="middle"))
        if n < 3:
            level = base - scale(spans[n][1] if n != 2 else spans[n][0], full, length)
            lines.append(Line(left + width, level, left + step, level, stroke=SOFT, dash="3 3"))
    return Chart(
        title=title,
        description=description,
        caption=caption,
        height=226,
        boxes=tuple(boxes),
        lines=tuple(lines),
        words=tuple(words),
        table=table,
    )


def growth_chart(rows: Sequence[Growth], *, title: str, caption: str = "") -> Chart:
    """Three shares per indicator around a middle line: half of who stayed the same lies on either side of it."""
    left, length = 200, 420
    middle = left + length / 2
    boxes, words = [], []
    heads = growth_words()
    words += [
        Words(middle + 8, 12, f"{heads[0]} →", size=SMALL_SIZE, fill=SOFT),
        Words(middle - 8, 12, f"← {heads[2]}", size=SMALL_SIZE, fill=SOFT, anchor="end"),
    ]
    for n, row in enumerate(rows):
        y = 24 + n * ROW
        words += label_lines(0, y + 14, row.label, letters=26)
        if not row.is_shown:
            words.append(Words(left, y + 19, row.instead, size=SMALL_SIZE, fill=SOFT))
            continue
        # A bar of everybody is half as long as the drawing, so that it fits wherever it lies.
        back, same, forward = (scale(share, 1, length / 2) for share in (row.back, row.same, row.forward))
        x = middle - same / 2 - back
        for width, fill, shown, ink in zip(
            (back, same, forward), (WARM, LIGHT, DARK), reversed(row.shown), (INK, INK, "#ffffff"), strict=True
        ):
            if width:
                boxes.append(Box(round(x, 1), y, width, 28, fill))
            if width > 34:
                words.append(
                    Words(
                        round(x + width / 2, 1), y + 19, shown, size=SMALL_SIZE, weight=700, anchor="middle", fill=ink
                    )
                )
            x += width
        words.append(Words(WIDTH, y + 19, row.note, size=SMALL_SIZE, fill=SOFT, anchor="end"))
    height = 24 + len(rows) * ROW
    return Chart(
        title=title,
        description=say("Verdeling per indicator. ", "Shares for each indicator. ")
        + ". ".join(row.in_words for row in rows),
        caption=caption,
        height=height,
        boxes=tuple(boxes),
        lines=(Line(middle, 18, middle, height - 14),) if boxes else (),
        words=tuple(words),
        table=Table(
            caption or title,
            (say("Indicator", "Indicator"), *(word.capitalize() for word in heads), say("Bij wie", "Of whom")),
            tuple(
                (row.label, *(row.shown if row.is_shown else ("–", "–", "–")), row.note or row.instead) for row in rows
            ),
        ),
    )


def ladder_chart(
    steps: Sequence[str],
    before: Sequence[Value],
    now: Sequence[Value],
    *,
    title: str,
    moments: tuple[str, str],
    caption: str = "",
) -> Chart:
    """People on each step of the ladder at two moments, the highest step on top; "< 5" has words and no bar."""
    full = highest([value.value for value in (*before, *now)])
    left, length, row = 265, 400, 58
    boxes, words = [], []
    order = list(zip(range(1, len(steps) + 1), steps, before, now, strict=True))[::-1]
    for n, (number, step, then, here) in enumerate(order):
        y = 30 + n * row
        words += label_lines(0, y + 18, f"{number}. {step}", letters=33)
        for m, (value, fill) in enumerate(((then, MIDDLE), (here, DARK))):
            width = scale(value.value or 0, full, length)
            boxes.append(Box(left, y + m * 20, width, 17, fill))
            words.append(Words(left + width + 8, y + m * 20 + 14, value.shown, size=SMALL_SIZE, weight=700))
    for m, (moment, fill) in enumerate(zip(moments, (MIDDLE, DARK), strict=True)):
        boxes.append(Box(left + m * 190, 4, 14, 14, fill))
        words.append(Words(left + 20 + m * 190, 16, moment, size=SMALL_SIZE))
    height = 30 + len(order) * row
    return Chart(
        title=title,
        description=say("Mensen per trede, ", "People on each step, ")
        + ". ".join(
            f"{number}. {step}: {moments[0]} {a.shown}, {moments[1]} {b.shown}" for number, step, a, b in order
        ),
        caption=caption,
        height=height,
        boxes=tuple(boxes) if full else (),
        lines=(Line(left, 26, left, height - 14),) if full else (),
        words=tuple(words) if full else (),
        table=Table(
            caption or title,
            (say("Trede", "Step"), *moments),
            tuple((f"{number}. {step}", a.shown, b.shown) for number, step, a, b in order),
        ),
    )
