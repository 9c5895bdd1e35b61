"""What the lines of an overview of a month add up to, what makes them this version, and what two versions differ in."""

import json
from collections import Counter
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from workshops.models import StatementLine

CutReason = StatementLine.CutReason
# What is accounted for. Who somebody is may be written otherwise later: that makes no other version.
_ACCOUNTED = (
    "scheme",
    "municipality_code",
    "product_category",
    "product_code",
    "allocation_number",
    "amount",
    "start_date",
    "end_date",
    "delivered",
    "cap",
    "claimable",
    "cut_reason",
)
_WORDS = ("name", "number", *_ACCOUNTED)


@dataclass(frozen=True)
class Total:
    """Day parts of some lines. `first` is one of them and says which they are; what counts elsewhere stands once."""

    first: StatementLine | None
    lines: int
    delivered: int
    claimable: int

    @property
    def cut(self) -> int:
        return self.delivered - self.claimable


@dataclass(frozen=True)
class LineChange:
    """One line that is otherwise than it was; `before` or `after` is `None` when it was not there."""

    before: StatementLine | None
    after: StatementLine | None

    @property
    def line(self) -> StatementLine:
        return self.after or self.before


def total_of(lines: Iterable[StatementLine]) -> Total:
    """All lines together: each attended day part once."""
    counting = [line for line in lines if line.cut_reason != CutReason.OVERLAP]
    delivered, claimable = sum(line.delivered for line in counting), sum(line.claimable for line in counting)
    return Total(counting[0] if counting else None, len(counting), delivered, claimable)


def totals_per_product(lines: Iterable[StatementLine]) -> list[Total]:
    """Per municipality, product and scheme, in the order of the lines; last what came without an indication."""
    groups: dict[tuple, list[StatementLine]] = {}
    for line in lines:
        groups.setdefault(group_of(line), []).append(line)
    totals = [total_of(group) for group in groups.values()]
    return [total for total in totals if total.lines]


def group_of(line: StatementLine) -> tuple[str, ...]:
    """What lines of one total have in common."""
    return line.municipality_code, line.product_category, line.product_code, line.scheme


def cut_per_reason(lines: Iterable[StatementLine]) -> list[tuple[str, int]]:
    """Why (in words) → how many attended day parts may not be claimed, for the reasons that occur."""
    cut = Counter()
    for line in lines:
        if line.cut_reason != CutReason.OVERLAP:
            cut[line.cut_reason] += line.cut
    return [(reason.label, cut[reason]) for reason in CutReason if cut[reason]]


def fingerprint_of(month: date, lines: Iterable[StatementLine]) -> str:
    """The SHA-256 of all that the lines say, in their order: the same lines always give the same 64 characters."""
    said = [[_plain(getattr(line, name)) for name in _WORDS] for line in lines]
    text = json.dumps([month.isoformat(), said], ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _plain(value: str | int | date | None) -> str | int | None:
    return value.isoformat() if isinstance(value, date) else value


def changes_between(old: Iterable[StatementLine], new: Iterable[StatementLine]) -> list[LineChange]:
    """Which lines say something else in `new` about what is accounted for, in the order of `new`, then what went.

    A line is known by its person and indication, also when two records became one in between. Another name or own
    number is no change.
    """
    before, after = _by_key(old), _by_key(new)
    pairs = [(before.get(key), line) for key, line in after.items()]
    pairs += [(line, None) for key, line in before.items() if key not in after]
    return [LineChange(*pair) for pair in pairs if _accounted(pair[0]) != _accounted(pair[1])]


def _by_key(lines: Iterable[StatementLine]) -> dict[tuple, StatementLine]:
    """The lines by what they are about; of people who became one they are added up."""
    found: dict[tuple, StatementLine] = {}
    for line in lines:
        key = (line.participant_id, line.indication_id, line.cut_reason == CutReason.OVERLAP)
        if key not in found:
            found[key] = copy(line)
            continue
        found[key].delivered += line.delivered
        found[key].claimable += line.claimable
        # Two halves of one indication had the same cap each.
        found[key].cap = max(found[key].cap, line.cap)
    return found


def _accounted(line: StatementLine | None) -> tuple | None:
    return line and tuple(getattr(line, name) for name in _ACCOUNTED)
