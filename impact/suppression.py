"""Small numbers: what leaves the house never tells about fewer than five people (domain reference §6).

A number of 1 to 4 people is shown as "< 5". Where the other numbers in the same document would give it away, more of
them are left out. A number is safe when the document would look the same if it were one higher or one lower.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

SMALLEST_SHOWN = 5
FEW = "< 5"
LEFT_OUT = "·"
SMALL = range(1, SMALLEST_SHOWN)


@dataclass(frozen=True)
class Balance:
    """Two sides that are equal, as names of numbers: begin + inflow = outflow + end, or a total = its parts."""

    left: Sequence[str]
    right: Sequence[str]

    def __contains__(self, name: str) -> bool:
        return name in self.left or name in self.right

    def difference(self, steps: Mapping[str, int]) -> int:
        return sum(steps.get(name, 0) for name in self.left) - sum(steps.get(name, 0) for name in self.right)


def protect(
    numbers: Mapping[str, int], balances: Sequence[Balance], *, keep: Collection[str] = ()
) -> dict[str, int | str]:
    """The numbers of people as they may leave the house: themselves, "< 5", or "·" for what would give one away.

    `numbers` are all numbers of people in one document, `balances` everything that a reader can add up in it;
    of what must be left out, the names in `keep` go last.
    """
    hidden = {name for name, value in numbers.items() if value in SMALL}
    # A balance with a number that the document does not hold tells a reader nothing.
    balances = [balance for balance in balances if numbers.keys() >= {*balance.left, *balance.right}]
    while extra := _next_to_hide(numbers, balances, hidden, keep):
        hidden.add(extra)
    return {name: _shown(value, name in hidden) for name, value in numbers.items()}


def _shown(value: int, is_hidden: bool) -> int | str:
    if not is_hidden:
        return value
    return FEW if value in SMALL else LEFT_OUT


def _next_to_hide(
    numbers: Mapping[str, int], balances: Sequence[Balance], hidden: set[str], keep: Collection[str]
) -> str | None:
    """The smallest number that has to go as well, because a small one could be worked out; `None` when all are safe."""
    for name in sorted(hidden):
        if numbers[name] in SMALL and not _is_safe(name, numbers, balances, hidden):
            linked = [b for b in balances if any(other in b for other in hidden)]
            shown = {other for b in linked for other in (*b.left, *b.right)} - hidden
            if shown:
                return min(shown, key=lambda other: (numbers[other] == 0, other in keep, numbers[other], other))
    return None


def _is_safe(name: str, numbers: Mapping[str, int], balances: Sequence[Balance], hidden: set[str]) -> bool:
    return any(
        _prints_the_same(numbers[name], numbers[name] + step) and _can_balance({name: step}, numbers, balances, hidden)
        for step in (1, -1)
    )


def _can_balance(
    steps: dict[str, int], numbers: Mapping[str, int], balances: Sequence[Balance], hidden: set[str]
) -> bool:
    """Whether moving more hidden numbers by one makes every balance right again."""
    for balance in balances:
        difference = balance.difference(steps)
        if difference == 0:
            continue
        for other in (*balance.left, *balance.right):
            if other in hidden and other not in steps:
                step = -1 if (other in balance.left) == (difference > 0) else 1
                if _prints_the_same(numbers[other], numbers[other] + step) and _can_balance(
                    {**steps, other: step}, numbers, balances, hidden
                ):
                    return True
        return False
    return True


def _prints_the_same(value: int, other: int) -> bool:
    return other >= 0 and (value in SMALL) == (other in SMALL)
