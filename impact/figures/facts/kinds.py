"""What facts are: rows that count, what of each is added up, and by what they can be told apart."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from impact.figures.outputs import exact
from participants.models import Participant
from pluspunt.templatetags.words import NOTHING, month_name

Total = int | Decimal


@dataclass(frozen=True)
class Trait:
    """One thing by which rows are told apart: the field, its heading, and how a value of it is said."""

    heading: str
    field: str
    said: Callable[[Hashable], str] = str
    # Days are folded into months here: grouping by month is slow on SQLite.
    fold: Callable[[Hashable], Hashable] = lambda value: value


@dataclass(frozen=True)
class Part:
    """One line of a breakdown."""

    label: str
    total: Total


@dataclass(frozen=True)
class Breakdown:
    """The total per value of one trait; `overlaps` when somebody can stand in more lines than one."""

    heading: str
    parts: list[Part]
    overlaps: bool = False


@dataclass(frozen=True)
class Facts:
    """The rows that make one figure.

    `kind` names the template that shows a row. `amount` is the field of which the sum counts; without one each row
    counts, or with `each` every different value of that field (people). One counted thing weighs `times` in the figure.
    """

    kind: str
    rows: QuerySet
    traits: Sequence[Trait] = ()
    amount: str = ""
    each: str = "pk"
    times: int = 1

    @property
    def total(self) -> Total:
        """What the rows add up to: the figure itself."""
        return _whole(self.rows.order_by().aggregate(total=self._counted)["total"]) * self.times

    @property
    def counts_people(self) -> bool:
        return self.each != "pk"

    @property
    def names_people(self) -> bool:
        """Whether a line of the list says who somebody is."""
        return self.kind in ("slot", "path", "place", "person")

    @property
    def row_kind(self) -> str:
        """What one line of the list shows."""
        return "person" if self.counts_people else self.kind

    def breakdowns(self) -> list[Breakdown]:
        """The total per trait, one trait at a time: crossed they would point at people."""
        return [found for trait in self.traits if (found := self._by(trait)).parts]

    def _by(self, trait: Trait) -> Breakdown:
        totals: Counter = Counter()
        for value, total in self.rows.order_by().values_list(trait.field).annotate(total=self._counted):
            totals[trait.fold(value)] += _whole(total) * self.times
        parts = [Part(trait.said(value), total) for value, total in _in_order(totals)]
        return Breakdown(trait.heading, parts, self.counts_people and sum(totals.values()) != self.total)

    @property
    def _counted(self) -> Count | Sum:
        return Sum(self.amount) if self.amount else Count(self.each, distinct=self.counts_people)


def _whole(total: float | Decimal | None) -> Total:
    """A count as it is, and a sum of amounts to the tenth in which they are kept: SQLite adds those up in floats."""
    return total or 0 if total is None or isinstance(total, int) else exact(total)


def _in_order(totals: Counter) -> list[tuple]:
    """Months as they follow each other, everything else the largest first."""
    if all(isinstance(value, date) for value in totals):
        return sorted(totals.items())
    return sorted(totals.items(), key=lambda found: (-found[1], str(found[0])))


def first_of_month(day: date) -> date:
    """The month of a day, as rows are told apart by it."""
    return day.replace(day=1)


def month_said(day: date) -> str:
    """ "mrt 2026" for a day of that month."""
    return f"{month_name(day.month)} {day.year}"


def said_by(choices) -> Callable[[Hashable], str]:
    """How a stored code is said; what is not filled in is said so."""
    labels = dict(choices.choices)
    return lambda value: labels.get(value, "niet ingevuld" if value in ("", None) else NOTHING)


# Rows of a day that are about nobody, and what each belongs to.
PER_DAY = {"event": "collaboration", "heads": "workshop"}


def listed(facts: Facts) -> QuerySet:
    """The rows of `facts` one by one, in the order of a list: people once each where people are counted."""
    if facts.kind == "output":
        return facts.rows
    if facts.kind in PER_DAY:
        return facts.rows.select_related(PER_DAY[facts.kind]).order_by("date", "pk")
    if facts.kind == "job":
        return facts.rows.select_related("workshop").order_by("finished_on", "pk")
    if facts.kind == "session":
        return facts.rows.select_related("workshop").order_by("date", "-day_part", "workshop__name", "pk")
    if facts.kind == "slot":
        in_order = facts.rows.order_by("date", "-day_part", "workshop__name", "participant__sort_name", "pk")
        return in_order.select_related("participant", "workshop", "reason")
    if facts.counts_people:
        people = Participant.objects.filter(pk__in=facts.rows.order_by().values("participant"))
        return people.order_by("sort_name", "pk")
    in_order = facts.rows.order_by("participant__sort_name", "start_date", "pk")
    return in_order.select_related("participant", *(["workshop"] if facts.kind == "place" else []))
