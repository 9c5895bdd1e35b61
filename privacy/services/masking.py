"""Names of other people in what was typed about somebody."""

import re
from collections import Counter
from collections.abc import Iterable

from pluspunt.text import fold

MASK = "[naam van een ander]"
# A first name alone is too often a word: it is counted, so that somebody reads it, and taken out when they say so.
_SHORTEST = 2


class Mask:
    """Takes the whole names of others out of a text, and the words that somebody named; counts their first names.

    `whole` are names that are surely of somebody else ("Jan de Vries", "Jan V."); `first` are first names.
    """

    def __init__(self, whole: Iterable[str], first: Iterable[str] = (), words: Iterable[str] = ()):
        self._out = _any_of([*whole, *words])
        self._first = _any_of(first, match_case=True)
        self.seen: Counter[str] = Counter()
        self._read: set[str] = set()

    def __call__(self, text: str) -> str:
        masked = self._out.sub(MASK, text) if self._out else text
        if self._first and text not in self._read:  # the same text is read for people and for machines
            self._read.add(text)
            self.seen.update(self._first.findall(masked))
        return masked


def words_of(text: str) -> list[str]:
    """One word or name a line, as a coordinator typed them; what is too short to be a name is left out."""
    return [line.strip() for line in text.splitlines() if len(fold(line.strip())) >= _SHORTEST]


def _any_of(names: Iterable[str], *, match_case: bool = False) -> re.Pattern | None:
    """Finds any of `names` as whole words, the longest first; `None` when there are none."""
    longest_first = sorted({name for name in names if len(name) >= _SHORTEST}, key=lambda name: (-len(name), name))
    if not longest_first:
        return None
    together = "|".join(re.escape(name) for name in longest_first)
    return re.compile(rf"(?<!\w)(?:{together})(?!\w)", 0 if match_case else re.IGNORECASE)
