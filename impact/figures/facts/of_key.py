"""Which facts belong to which key of the catalogue."""

from impact.figures.facts.kinds import Facts
from impact.figures.facts.measuring import coverage_facts, growth_facts, ladder_facts
from impact.figures.facts.outputs import Estimate, estimate_facts, output_facts
from impact.figures.facts.people import (
    destination_facts,
    flow_facts,
    flow_through_facts,
    onward_facts,
    retention_facts,
    strand_facts,
    waiting_facts,
)
from impact.figures.facts.slots import indication_facts, reached_facts, slot_facts
from impact.figures.scope import HOUSE, Scope
from pluspunt.periods import Period

# The first part of a key → the facts, given the rest of it.
OF_SLOTS = ("attendance", "volunteers", "group", "workshop", "month")


def facts_of(key: str, period: Period, scope: Scope = HOUSE) -> list[Facts | Estimate]:
    """The rows behind the figure `key`, of one kind or of two; none for one that divides others or is not known."""
    head, *rest = key.split(".")
    if not rest:
        return []
    if head == "output":
        return output_facts(rest[0], period)
    found = _one(key, head, rest, period, scope)
    return [found] if found else []


def _one(key: str, head: str, rest: list[str], period: Period, scope: Scope) -> Facts | Estimate | None:
    if head in OF_SLOTS:
        return slot_facts(head, rest[0], rest[-1], period, scope)
    if head == "utilisation":
        return indication_facts(rest[-1], period)
    if head in ("co2e", "reuse"):
        return estimate_facts(key, period)
    if head == "growth":
        return growth_facts(*rest, period)
    if head == "coverage":
        return coverage_facts(rest[0], rest[-1], period)
    if head == "ladder":
        return ladder_facts(rest[0], period)
    return _of_people(head, rest, period, scope)


def _of_people(head: str, rest: list[str], period: Period, scope: Scope) -> Facts | None:
    if head == "reached":
        return reached_facts(rest[0], period, scope)
    if head == "flow":
        return flow_facts(rest[0], rest[-1], period, scope)
    if head == "flow_through":
        return flow_through_facts(rest[-1], period, scope)
    if head == "positive_outflow":
        return onward_facts(rest[-1], period, scope)
    if head == "retention":
        return retention_facts(int(rest[0]), rest[-1], period, scope)
    if head == "waiting":
        return waiting_facts(rest[-1], period, scope)
    if head == "destination":
        return destination_facts(rest[0], period, scope)
    return strand_facts(rest[0], period, scope) if head == "strand" else None
