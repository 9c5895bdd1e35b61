"""What is behind the figures for the city: entries of outputs, what others follow from, and sums with factors."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from impact.figures.facts.kinds import Facts, Trait, first_of_month, month_said, said_by
from impact.figures.outputs import NOTHING, DerivedFacts, derived_facts, output_entries
from impact.figures.society import ReuseLine, reuse_figures
from partners.models import Event
from pluspunt.periods import Period
from workshops.models import Attendance, Job, Output, OutputType

SOURCE = Trait("Hoe bekend", "source", said_by(Output.Source))
WORKSHOP = Trait("Werkplaats", "workshop__name")
COLLABORATION = Trait("Samenwerking", "collaboration__name")


@dataclass(frozen=True)
class Estimate:
    """A figure that factors make of outputs: the lines that are added up. Nobody is in it."""

    key: str
    lines: Sequence[ReuseLine]
    kind: str = "estimate"

    @property
    def total(self) -> Decimal:
        """What the lines add up to: the figure itself."""
        return sum((self.result(line) for line in self.lines), NOTHING)

    @property
    def results(self) -> list[tuple[ReuseLine, Decimal]]:
        return [(line, self.result(line)) for line in self.lines]

    def result(self, line: ReuseLine) -> Decimal:
        """What one line adds."""
        return (line.kilos if self.key == "reuse.kilos" else line.avoided) or NOTHING


def output_facts(pk: str, period: Period) -> list[Facts]:
    """The entries of a type, or the rows from which it follows."""
    kind = OutputType.objects.filter(pk=pk).first() if pk.isdecimal() else None
    if kind is None:
        return []
    if kind.derived_from:
        return [_derived(each) for each in derived_facts(kind.derived_from, period)]
    return [Facts("output", output_entries(kind, period), [SOURCE, WORKSHOP, _month("date")], amount="quantity")]


def estimate_facts(key: str, period: Period) -> Estimate | None:
    """The lines of `reuse.kilos`, `co2e.total` or `co2e.weak`, each with its factors."""
    reuse = reuse_figures(period)
    wanted = {
        "reuse.kilos": [line for line in reuse.lines if line.is_reuse and line.kilos is not None],
        "co2e.total": [line for line in reuse.lines if line.avoided is not None],
        "co2e.weak": [line for line in reuse.lines if line.is_weak and line.avoided is not None],
    }
    return Estimate(key, wanted[key]) if key in wanted else None


def _derived(each: DerivedFacts) -> Facts:
    """Which row is shown how, and which number in it counts."""
    model, month = each.rows.model, _month(each.day)
    if model is Job:
        return Facts("job", each.rows, [WORKSHOP, month])
    if model is Attendance:
        return Facts("slot", each.rows, [WORKSHOP, month], times=each.times)
    counted = each.amount.get_source_expressions()[0].name
    amount = "" if counted == "pk" else counted
    if model is Event:
        return Facts("event", each.rows, [COLLABORATION, month], amount=amount)
    return Facts("heads", each.rows, [WORKSHOP, month], amount=amount)


def _month(field: str) -> Trait:
    return Trait("Maand", field, month_said, first_of_month)
