"""The figures of one published version, as they may leave the house (docs/decisions/0030-kleine-getallen.md).

Everything that is published together goes through one call of `guarded`: what one table leaves out must not stand in
another.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from impact.figures.figure import Figure, Kind, Value
from impact.report.balances import balances_of, implied_numbers
from impact.report.values import value_said
from impact.suppression import FEW, LEFT_OUT, Number, hide

# What readers look for first: it is left out only when the rest costs much more.
HEADLINES = ("flow.house.", "reached.house", "flow_through.", "positive_outflow.", "attendance.", "destinations.")
MOST_TRAITS = 2


@dataclass(frozen=True)
class ShownFigure:
    """A figure as it may be shown: itself, or without a value and with the `sign` "< 5" or "·" in its place."""

    figure: Figure
    sign: str = ""

    @property
    def value(self) -> Value:
        """`None` when it is kept back, and when nothing is known."""
        return None if self.sign else self.figure.value

    @property
    def text(self) -> str:
        """ "1.234", "78,1 %", "< 5", "·", or "–" for what is not known."""
        return self.sign or value_said(self.figure.kind, self.figure.value)

    def __str__(self) -> str:
        return self.text


class Guarded(Mapping[str, ShownFigure]):
    """The figures of a version by key, in their order."""

    def __init__(self, shown: Mapping[str, ShownFigure]):
        self._shown = dict(shown)

    def __getitem__(self, key: str) -> ShownFigure:
        return self._shown[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._shown)

    def __len__(self) -> int:
        return len(self._shown)

    def exact(self, key: str) -> Value:
        """The value, or `None` when it is not there, not known or kept back."""
        return self._shown[key].value if key in self._shown else None

    @property
    def signs(self) -> dict[str, str]:
        """Key → "< 5" or "·" of everything that is kept back."""
        return {key: each.sign for key, each in self._shown.items() if each.sign}


def guarded(figures: Iterable[Figure], kept_back: Collection[str] = ()) -> Guarded:
    """`figures`, all that are published together, without what tells about fewer than five people.

    Slots and everything else about one to four people are left out, and a rate when one of its parts is. Growth is
    about ten people or more. The keys in `kept_back` are left out whatever they are: an earlier version did so, and
    nobody may lay two versions side by side and see which one moved. Raises `ValueError` for a figure that tells people
    apart by more than two traits.
    """
    known = {figure.key: figure for figure in figures}
    crossed = [figure.key for figure in known.values() if len(set(figure.traits)) > MOST_TRAITS]
    if crossed:
        raise ValueError(f"more than {MOST_TRAITS} traits are crossed in {', '.join(crossed)}")
    numbers = {key: _number(figure, known) for key, figure in known.items() if _is_number(figure)}
    implied, balances = implied_numbers(known)
    hidden = hide(numbers | implied, [*balances_of(known), *balances])
    signs = {key: hidden.get(key, LEFT_OUT if key in kept_back else "") for key in numbers}
    rows = {numbers[key].row for key, each in signs.items() if each and numbers[key].row}
    for key, figure in known.items():
        if key not in signs:
            signs[key] = _sign_of_rest(figure, known, signs, rows, kept_back)
    return Guarded({key: ShownFigure(figure, signs[key]) for key, figure in known.items()})


def _is_number(figure: Figure) -> bool:
    """Whether it can be added up with others; what nobody knows tells nothing."""
    return figure.kind in (Kind.PEOPLE, Kind.SLOTS) and figure.value is not None


def _number(figure: Figure, known: Mapping[str, Figure]) -> Number:
    is_people = figure.kind is Kind.PEOPLE
    return Number(
        round(figure.value),
        is_people=is_people,
        is_secret=_is_about_few(figure, known),
        row="" if is_people else figure.about or figure.key.rsplit(".", 1)[0],
        is_kept=figure.key.startswith(HEADLINES),
    )


def _is_about_few(figure: Figure, known: Mapping[str, Figure]) -> bool:
    people = known[figure.about].value if figure.about else None
    return people is not None and 0 < people < figure.least


def _sign_of_rest(
    figure: Figure,
    known: Mapping[str, Figure],
    signs: Mapping[str, str],
    rows: set[str],
    kept_back: Collection[str],
) -> str:
    """What stands in the place of a figure that is no number of people or slots: a rate, an average, hours."""
    if figure.value is None:
        return ""
    parts = any(signs.get(part) for part in figure.parts or ())
    is_left_out = parts or _is_about_few(figure, known) or figure.about in rows or figure.key in kept_back
    return LEFT_OUT if is_left_out else ""


__all__ = ["FEW", "LEFT_OUT", "Guarded", "ShownFigure", "guarded"]
