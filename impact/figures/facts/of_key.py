"""Which facts belong to which key of the catalogue."""

from impact.figures.facts.kinds import Facts
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
from pluspunt.periods import Period

# The first part of a key → the facts, given the rest of it.
OF_SLOTS = ("attendance", "volunteers", "group", "workshop", "month")


def facts_of(key: str, period: Period) -> Facts | None:
    """The rows behind the figure `key`; `None` for one that divides others, or that is not known."""
    head, *rest = key.split(".")
    if head in OF_SLOTS:
        return slot_facts(head, rest[0], rest[-1], period)
    if head == "reached":
        return reached_facts(rest[0], period)
    if head == "flow":
        return flow_facts(rest[0], rest[-1], period)
    if head == "flow_through":
        return flow_through_facts(rest[-1], period)
    if head == "positive_outflow":
        return onward_facts(rest[-1], period)
    if head == "retention":
        return retention_facts(int(rest[0]), rest[-1], period)
    if head == "waiting":
        return waiting_facts(rest[-1], period)
    if head == "utilisation":
        return indication_facts(rest[-1], period)
    if head == "destination":
        return destination_facts(rest[0], period)
    return strand_facts(rest[0], period) if head == "strand" else None
