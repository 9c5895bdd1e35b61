"""The period in words; each sentence says only what the figures show."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import date_format

from impact.charts import whole_percent
from impact.figures import AttendanceFigures, PeriodFigures
from impact.report.people import COULD_MOVE_UP, ELSEWHERE_ACTIVE, FORWARD, GONE, HOUSE, MOVED_UP, Shown
from impact.suppression import FEW
from pluspunt.templatetags.words import NOTHING, number, percent


@dataclass(frozen=True)
class Headline:
    """One figure of the year at a glance: the number, what it is, and what stands beside it."""

    value: str
    label: str
    note: str


def period_headlines(now: PeriodFigures, before: PeriodFigures, people: Shown, before_label: str) -> list[Headline]:
    """The period at a glance, beside the same days a year earlier."""
    total, then = now.total, before.total
    doubt = " (onzeker)" if total and total.is_incomplete else ""

    def rate(name: str) -> str:
        return f"{before_label} {percent(getattr(then, name) if then else None)}"

    return [
        Headline(
            people["house.enrolled"],
            "mensen stonden ingeschreven",
            f"{before_label} {people['house.enrolled_before']}",
        ),
        Headline(
            number(total.delivered if total else None),
            f"geleverde dagdelen{doubt}",
            f"{before_label} {number(then.delivered if then else None)}",
        ),
        Headline(percent(total.attendance_rate if total else None), f"opkomst{doubt}", rate("attendance_rate")),
        Headline(percent(total.occupancy if total else None), f"bezetting{doubt}", rate("occupancy")),
        Headline(
            people["house.inflow"],
            "mensen gestart",
            f"{before_label} {people['house.inflow_before']}",
        ),
        Headline(
            people["house.outflow"],
            "mensen gestopt",
            f"{before_label} {people['house.outflow_before']}",
        ),
        Headline(percent(total.no_show_rate if total else None), f"niet afgemeld{doubt}", rate("no_show_rate")),
        Headline(
            people["house.reached"],
            f"mensen kwamen minstens één keer{doubt}",
            f"{before_label} {people['house.reached_before']}",
        ),
    ]


def before_register(figures: PeriodFigures) -> str:
    """Since when anything is known."""
    if figures.registered_from is None:
        return ""
    began = date_format(figures.registered_from, "j F Y")
    return f"De registratie begon op {began}. Over de tijd daarvoor zijn er geen cijfers: daar staat {NOTHING}."


def period_sentences(now: PeriodFigures, before: PeriodFigures, people: Shown, before_label: str) -> list[str]:
    """The period in a few sentences; each says only what stands in the figures, as they are shown."""
    sentences = []
    enrolled, enrolled_before = people.exact("house.enrolled"), people.exact("house.enrolled_before")
    if enrolled:
        than = _than(enrolled, enrolled_before, before_label)
        sentences.append(f"Er stonden {number(enrolled)} mensen ingeschreven{than}.")
    if now.total and now.total.is_incomplete:
        return sentences
    rate = now.total.attendance_rate if now.total else None
    is_known = before.total and not before.total.is_incomplete
    rate_before = before.total.attendance_rate if is_known else None
    if rate is not None:
        sentence = f"Van elke 100 geplande dagdelen was de deelnemer er {whole_percent(rate)} keer"
        if rate_before is not None:
            sentence += f"; {before_label} {whole_percent(rate_before)} keer"
        sentences.append(f"{sentence}.")
    if now.total and now.total.occupancy is not None:
        sentences.append(
            f"Van de {number(now.total.capacity)} plaatsen die er waren, zijn er "
            f"{number(now.total.delivered)} gebruikt: {percent(now.total.occupancy)}."
        )
    return sentences


def doubt_sentence(figures: AttendanceFigures | None) -> str:
    """Why nothing is concluded from attendance; empty when enough is filled in."""
    if figures is None or not figures.is_incomplete:
        return ""
    return (
        f"Van {percent(figures.completeness)} van de geplande dagdelen is ingevuld wie er was; "
        "daarom trekken we hier geen conclusies over de opkomst."
    )


def enrolled_sentence(now: PeriodFigures, people: Shown) -> str:
    """How many were enrolled and, when enough is filled in, how many came; empty when either is not shown."""
    enrolled, reached = people.exact("house.enrolled"), people.exact("house.reached")
    if enrolled is None or reached is None:
        return ""
    if now.total and now.total.is_incomplete:
        return f"{number(enrolled)} mensen stonden ingeschreven."
    return f"{number(enrolled)} mensen stonden ingeschreven; {number(reached)} mensen kwamen minstens één keer."


def flow_sentence(people: Shown) -> str:
    """From the people at the beginning to those at the end; empty when one of the numbers is not shown."""
    begin, inflow, outflow, end = (people.exact(f"house.{name}") for name in ("begin", "inflow", "outflow", "end"))
    if None in (begin, inflow, outflow, end):
        return ""
    return (
        f"Aan het begin stonden er {number(begin)} mensen ingeschreven. Er kwamen er {number(inflow)} bij, "
        f"{number(outflow)} stopten, en aan het eind waren het er {number(end)}."
    )


def flow_through_sentence(now: PeriodFigures, people: Shown) -> str:
    """Flow-through (§6) in words, as far as it may be shown; empty when it is not known or kept back."""
    moved, enrolled = people.exact(MOVED_UP), people.exact(COULD_MOVE_UP)
    if now.flow_through is None:
        return ""
    if moved is None:
        if people[MOVED_UP] == FEW:
            return "Minder dan vijf mensen stroomden door naar een volgende doelgroep of een partner."
        return "Hoeveel mensen doorstroomden staat hier niet: dat zou een ander, klein getal verraden."
    if not moved:
        return "Niemand stroomde door naar een volgende doelgroep of een partner."
    if enrolled is None:
        return f"{number(moved)} mensen stroomden door naar een volgende doelgroep of een partner."
    who = "stroomde er 1" if moved == 1 else f"stroomden er {number(moved)}"
    return (
        f"Van de {number(enrolled)} mensen in dagbesteding of activering {who} door naar een volgende doelgroep of een "
        f"partner: {percent(now.flow_through.rate)}."
    )


def onward_sentence(by_destination: Mapping[str, int], people: Shown) -> str:
    """Positive outflow (§6) as a sentence, when the document shows what it is made of."""
    outflow, gone = people.exact(f"{HOUSE}.outflow"), people.exact(f"destination.{GONE}")
    gone = 0 if GONE not in by_destination else gone
    forward = [people.exact(f"destination.{name}") for name in (FORWARD, ELSEWHERE_ACTIVE) if name in by_destination]
    if not outflow or gone is None or None in forward or outflow == gone:
        return ""
    share = percent(sum(forward) / (outflow - gone), 0)
    return (
        f"Van de {number(outflow - gone)} mensen die stopten en niet verhuisden of overleden, gingen er "
        f"{number(sum(forward))} verder naar werk, opleiding of vrijwilligerswerk, of haalden zij hun doelen: {share}."
    )


def _than(value: int, before: int | None, before_label: str) -> str:
    if before is None:
        return ""
    if value == before:
        return f", evenveel als {before_label}"
    return f", {number(abs(value - before))} {'meer' if value > before else 'minder'} dan {before_label}"
