"""Small numbers: what leaves the house never tells about fewer than five people (domain reference §6).

A number of 1 to 4 people is shown as "< 5". Where the other numbers in the same version would give it away, more of
them are left out. A number is safe when everything would look the same with one more or one fewer; the search for such
a move is also the search for what has to be left out (docs/decisions/0030-kleine-getallen.md).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

SMALLEST_SHOWN = 5
FEW = "< 5"
LEFT_OUT = "·"
SMALL = range(1, SMALLEST_SHOWN)
# So many tries before a search gives up and more is left out: many times what a year of the house needs.
MOST_TRIES = 1500
# How much dearer it is to leave out a number that had better stay.
KEPT = 10


@dataclass(frozen=True)
class Number:
    """A number in the version, or one that nobody prints but a reader can work out (`is_printed` is false).

    `is_people`: from 1 to 4 it is "< 5" and must stay unknown. `is_secret`: left out, and unknown, whatever it is.
    Numbers with the same `row` are left out together.
    """

    value: int
    is_people: bool = True
    is_printed: bool = True
    is_secret: bool = False
    row: str = ""
    is_kept: bool = False

    @property
    def is_few(self) -> bool:
        return self.is_people and self.value in SMALL

    def may_become(self, value: int) -> bool:
        """Whether the version would look the same, this number being left out or "< 5"."""
        if value < 0:
            return False
        is_told = self.is_people and self.is_printed and not self.is_secret
        return not is_told or (value in SMALL) == (self.value in SMALL)


@dataclass(frozen=True)
class Balance:
    """Two sides of which a reader knows the difference, as names of numbers: begin + inflow = outflow + end.

    With `is_at_most` a reader only knows that the left side is no more than the right side.
    """

    left: Sequence[str]
    right: Sequence[str]
    is_at_most: bool = False

    @property
    def names(self) -> set[str]:
        return {*self.left, *self.right}


def protect(
    numbers: Mapping[str, int], balances: Sequence[Balance], *, keep: Collection[str] = ()
) -> dict[str, int | str]:
    """Numbers of people as they may leave the house: themselves, "< 5", or "·" for what would give one away.

    `numbers` are all numbers of people in one document, `balances` everything that a reader can add up in it;
    of what must be left out, the names in `keep` go last.
    """
    known = {name: Number(value, is_kept=name in keep) for name, value in numbers.items()}
    signs = hide(known, balances)
    return {name: signs.get(name) or number.value for name, number in known.items()}


def hide(numbers: Mapping[str, Number], balances: Sequence[Balance]) -> dict[str, str]:
    """Name → "< 5" or "·" of every number that is not shown, so that no small or secret one can be worked out.

    A balance with a number that the version does not hold tells a reader nothing.
    """
    version = _Version(numbers, [balance for balance in balances if balance.names <= numbers.keys()])
    safe: set[str] = set()
    for name in version.unsafe:
        if name not in safe:
            move = version.move_of(name)
            if move is None:
                safe |= version.blank(name)
            else:
                safe |= move.keys()
                version.leave_out(move)
    printed = (name for name in version.hidden if name in numbers and numbers[name].is_printed)
    return {name: version.sign(name) for name in printed}


@dataclass(order=True)
class _State:
    """Numbers moved by one so far, and the balances that this leaves wrong."""

    rank: tuple[int, ...]
    order: int
    cost: int = field(compare=False)
    steps: dict[str, int] = field(compare=False)
    differences: dict[int, int] = field(compare=False)
    rows: frozenset[str] = field(compare=False)


class _Version:
    """All numbers and balances of one version, and what of it is hidden."""

    def __init__(self, numbers: Mapping[str, Number], balances: Sequence[Balance]):
        self.numbers = dict(numbers)
        self.sides: list[dict[str, int]] = []
        self.balances_of: dict[str, list[int]] = defaultdict(list)
        for position, balance in enumerate(balances):
            self._add(position, balance)
        self.cost: dict[str, int] = defaultdict(int)
        self.in_row: dict[str, list[str]] = defaultdict(list)
        for name, number in self.numbers.items():
            row = number.row or name
            self.in_row[row].append(name)
            self.cost[row] = max(self.cost[row], (1 + number.value) * (KEPT if number.is_kept else 1))
        self.blanked: set[str] = set()
        self.hidden = {
            name for name, number in self.numbers.items() if number.is_few or number.is_secret or not number.is_printed
        }

    def _add(self, position: int, balance: Balance) -> None:
        side: dict[str, int] = defaultdict(int)
        for name in balance.left:
            side[name] += 1
        for name in balance.right:
            side[name] -= 1
        if balance.is_at_most:
            room = f"room.{position}"
            between = -sum(self.numbers[name].value * times for name, times in side.items())
            self.numbers[room] = Number(max(between, 0), is_people=False, is_printed=False)
            side[room] = 1
        self.sides.append({name: times for name, times in side.items() if times})
        for name in self.sides[-1]:
            self.balances_of[name].append(position)

    @property
    def unsafe(self) -> list[str]:
        """What must stay unknown, the smallest first."""
        names = [n for n, number in self.numbers.items() if number.is_few or (number.is_secret and number.value)]
        return sorted(names, key=lambda name: (not self.numbers[name].is_few, self.numbers[name].value, name))

    def leave_out(self, names: Collection[str]) -> None:
        for name in names:
            self.hidden |= set(self.in_row[self.numbers[name].row or name])

    def blank(self, name: str) -> set[str]:
        """Leave out everything that is linked to `name`, as "·" whatever it is; gives all that is safe by that.

        Nothing is known of them then but how they add up, and twice as many add up as well.
        """
        linked = self._linked(name)
        self.leave_out(linked)
        self.blanked |= linked
        return linked

    def sign(self, name: str) -> str:
        number = self.numbers[name]
        return FEW if number.is_few and not number.is_secret and name not in self.blanked else LEFT_OUT

    def move_of(self, name: str) -> dict[str, int] | None:
        """Steps of one with which `name` changes and every balance stays right.

        First the move is sought for which the least has to be left out, and when that takes too long, one with few
        balances wrong on the way. `None` when there is none, or none is found soon: numbers of a handful of people can
        hold each other fast.
        """
        cheapest, straightest = (lambda cost, wrong: (cost, wrong)), (lambda cost, wrong: (wrong, cost))
        return self._search(name, cheapest) or self._search(name, straightest)

    def _search(self, name: str, rank: Callable[[int, int], tuple[int, int]]) -> dict[str, int] | None:
        order = count()
        heap: list[_State] = []
        for step in (1, -1):
            self._push(heap, _State((), next(order), 0, {}, {}, frozenset()), name, step, order, rank)
        seen: set[frozenset] = set()
        for _ in range(MOST_TRIES):
            if not heap:
                break
            state = heappop(heap)
            if not state.differences:
                return state.steps
            known = frozenset(state.steps.items())
            if known not in seen:
                seen.add(known)
                for other, step in self._fewest_ways(state):
                    self._push(heap, state, other, step, order, rank)
        return None

    def _fewest_ways(self, state: _State) -> list[tuple[str, int]]:
        """The ways to mend the wrong balance that has the fewest of them."""
        return min((self._ways(state, *wrong) for wrong in state.differences.items()), key=len)

    def _ways(self, state: _State, position: int, difference: int) -> list[tuple[str, int]]:
        ways = []
        for name, times in self.sides[position].items():
            if name not in state.steps:
                step = -1 if (times > 0) == (difference > 0) else 1
                if self._may_step(name, step):
                    ways.append((name, step))
        return ways

    def _may_step(self, name: str, step: int) -> bool:
        number = self.numbers[name]
        if name in self.blanked:
            return number.value + step >= 0
        return number.may_become(number.value + step)

    def _push(self, heap: list[_State], state: _State, name: str, step: int, order: count, rank: Callable) -> None:
        if not self._may_step(name, step):
            return
        differences = dict(state.differences)
        for position in self.balances_of[name]:
            difference = differences.pop(position, 0) + self.sides[position][name] * step
            if difference:
                differences[position] = difference
        row = self.numbers[name].row or name
        is_free = name in self.hidden or row in state.rows
        cost = state.cost + (0 if is_free else self.cost[row])
        rows = state.rows if is_free else state.rows | {row}
        moved = _State(rank(cost, len(differences)), next(order), cost, {**state.steps, name: step}, differences, rows)
        heappush(heap, moved)

    def _linked(self, name: str) -> set[str]:
        found, new = {name}, [name]
        while new:
            for position in self.balances_of[new.pop()]:
                for other in self.sides[position].keys() - found:
                    found.add(other)
                    new.append(other)
        return found
