"""The small picture of one person's growth: a line per indicator, from where it began to where it is now."""

from dataclasses import dataclass

from impact.figures.own_growth import OwnGrowth, OwnLine

LEFT, RIGHT = 24, 336
ROW, TRACK = 72, 44


@dataclass(frozen=True)
class GrowthRow:
    """One indicator in units of the drawing; `start` is where it began, `end` where it is now."""

    line: OwnLine
    y: int

    @property
    def name_y(self) -> int:
        return self.y + 20

    @property
    def track_y(self) -> int:
        return self.y + TRACK

    @property
    def start(self) -> int:
        return _place(self.line.first_level)

    @property
    def end(self) -> int:
        return _place(self.line.last_level)

    @property
    def left(self) -> int:
        return min(self.start, self.end)

    @property
    def length(self) -> int:
        return abs(self.end - self.start)

    @property
    def dots(self) -> list[int]:
        """Where 1 to 5 lie."""
        return [_place(level) for level in range(1, 6)]


@dataclass(frozen=True)
class GrowthPicture:
    """Everything that `impact/_growth_picture.html` draws, 360 wide; `description` says all of it in words."""

    growth: OwnGrowth
    rows: list[GrowthRow]

    @property
    def height(self) -> int:
        return ROW * len(self.rows) + 12

    @property
    def viewbox(self) -> str:
        return f"0 0 360 {self.height}"

    @property
    def description(self) -> str:
        return " ".join(_in_words(row.line) for row in self.rows)


def growth_picture(growth: OwnGrowth) -> GrowthPicture:
    """The picture of what one rater said about one person."""
    return GrowthPicture(growth, [GrowthRow(line, ROW * number) for number, line in enumerate(growth.lines)])


def _place(level: float) -> int:
    return LEFT + round((RIGHT - LEFT) * (level - 1) / 4)


def _in_words(line: OwnLine) -> str:
    now = _level(line.last_level)
    if not line.has_two:
        return f"{line.name}: {now}."
    return f"{line.name}: van {_level(line.first_level)} naar {now}, {line.word}."


def _level(level: float) -> str:
    return f"{level:.1f}".replace(".", ",")
