"""The period in words; each sentence says only what the figures show."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import date_format

from impact.charts import whole_percent
from impact.figures import AttendanceFigures, PeriodFigures
from impact.report.people import COULD_MOVE_UP, ELSEWHERE_ACTIVE, FORWARD, GONE, HOUSE, MOVED_UP, Shown
from impact.suppression import FEW
from pluspunt.templatetags.words import NOTHING, number, percent, say


@dataclass(frozen=True)
class Headline:
    """One figure of the year at a glance: the number, what it is, and what stands beside it."""

    value: str
    label: str
    note: str


def period_headlines(now: PeriodFigures, before: PeriodFigures, people: Shown, before_label: str) -> list[Headline]:
    """The period at a glance, beside the same days a year earlier."""
    total, then = now.total, before.total
    doubt = say(" (onzeker)", " (uncertain)") if total and total.is_incomplete else ""

    def rate(name: str) -> str:
        return f"{before_label} {percent(getattr(then, name) if then else None)}"

    return [
        Headline(
            people["house.enrolled"],
            say("mensen stonden ingeschreven", "people were enrolled"),
            f"{before_label} {people['house.enrolled_before']}",
        ),
        Headline(
            number(total.delivered if total else None),
            say("geleverde dagdelen", "delivered day parts") + doubt,
            f"{before_label} {number(then.delivered if then else None)}",
        ),
        Headline(
            percent(total.attendance_rate if total else None),
            say("opkomst", "attendance") + doubt,
            rate("attendance_rate"),
        ),
        Headline(percent(total.occupancy if total else None), say("bezetting", "occupancy") + doubt, rate("occupancy")),
        Headline(
            people["house.inflow"],
            say("mensen gestart", "people started"),
            f"{before_label} {people['house.inflow_before']}",
        ),
        Headline(
            people["house.outflow"],
            say("mensen gestopt", "people stopped"),
            f"{before_label} {people['house.outflow_before']}",
        ),
        Headline(
            percent(total.no_show_rate if total else None),
            say("niet afgemeld", "no-show") + doubt,
            rate("no_show_rate"),
        ),
        Headline(
            people["house.reached"],
            say("mensen kwamen minstens één keer", "people came at least once") + doubt,
            f"{before_label} {people['house.reached_before']}",
        ),
    ]


def before_register(figures: PeriodFigures) -> str:
    """Since when anything is known."""
    if figures.registered_from is None:
        return ""
    began = date_format(figures.registered_from, "j F Y")
    return say(
        f"De registratie begon op {began}. Over de tijd daarvoor zijn er geen cijfers: daar staat {NOTHING}.",
        f"The register began on {began}. Of the time before there are no figures: {NOTHING} stands there.",
    )


def period_sentences(now: PeriodFigures, before: PeriodFigures, people: Shown, before_label: str) -> list[str]:
    """The period in a few sentences; each says only what stands in the figures, as they are shown."""
    sentences = []
    enrolled, enrolled_before = people.exact("house.enrolled"), people.exact("house.enrolled_before")
    if enrolled:
        than = _than(enrolled, enrolled_before, before_label)
        dutch = "stond 1 mens" if enrolled == 1 else f"stonden {number(enrolled)} mensen"
        english = "1 person was" if enrolled == 1 else f"{number(enrolled)} people were"
        sentences.append(say(f"Er {dutch} ingeschreven{than}.", f"{english} enrolled{than}."))
    if now.total and now.total.is_incomplete:
        return sentences
    rate = now.total.attendance_rate if now.total else None
    is_known = before.total and not before.total.is_incomplete
    rate_before = before.total.attendance_rate if is_known else None
    if rate is not None:
        times = whole_percent(rate)
        sentence = say(
            f"Van elke 100 geplande dagdelen was de deelnemer er {times} keer",
            f"Of every 100 planned day parts the participant was there {_times(times)}",
        )
        if rate_before is not None:
            then = whole_percent(rate_before)
            sentence += say(f"; {before_label} {then} keer", f"; {before_label} {_times(then)}")
        sentences.append(f"{sentence}.")
    if now.total and now.total.occupancy is not None:
        places, used, share = number(now.total.capacity), number(now.total.delivered), percent(now.total.occupancy)
        sentences.append(
            say(
                f"Van de {places} plaatsen die er waren, zijn er {used} gebruikt: {share}.",
                f"Of the {places} places that there were, {used} were used: {share}.",
            )
        )
    return sentences


def doubt_sentence(figures: AttendanceFigures | None) -> str:
    """Why nothing is concluded from attendance; empty when enough is filled in."""
    if figures is None or not figures.is_incomplete:
        return ""
    share = percent(figures.completeness)
    return say(
        f"Van {share} van de geplande dagdelen is ingevuld wie er was; "
        "daarom trekken we hier geen conclusies over de opkomst.",
        f"Of {share} of the planned day parts it was recorded who was there; "
        "so we draw no conclusions about attendance here.",
    )


def enrolled_sentence(now: PeriodFigures, people: Shown) -> str:
    """How many were enrolled and, when enough is filled in, how many came; empty when either is not shown."""
    enrolled, reached = people.exact("house.enrolled"), people.exact("house.reached")
    if enrolled is None or reached is None:
        return ""
    dutch, english = f"{number(enrolled)} mensen stonden ingeschreven", f"{number(enrolled)} people were enrolled"
    if not (now.total and now.total.is_incomplete):
        dutch += f"; {number(reached)} mensen kwamen minstens één keer"
        english += f"; {number(reached)} people came at least once"
    return say(f"{dutch}.", f"{english}.")


def flow_sentence(people: Shown) -> str:
    """From the people at the beginning to those at the end; empty when one of the numbers is not shown."""
    begin, inflow, outflow, end = (people.exact(f"house.{name}") for name in ("begin", "inflow", "outflow", "end"))
    if None in (begin, inflow, outflow, end):
        return ""
    begin, inflow, outflow, end = map(number, (begin, inflow, outflow, end))
    return say(
        f"Aan het begin stonden er {begin} mensen ingeschreven. Er kwamen er {inflow} bij, "
        f"{outflow} stopten, en aan het eind waren het er {end}.",
        f"At the beginning {begin} people were enrolled. {inflow} started, {outflow} stopped, "
        f"and at the end there were {end}.",
    )


def flow_through_sentence(now: PeriodFigures, people: Shown) -> str:
    """Flow-through (§6) in words, as far as it may be shown; empty when it is not known or kept back."""
    moved, enrolled = people.exact(MOVED_UP), people.exact(COULD_MOVE_UP)
    if now.flow_through is None:
        return ""
    if moved is None:
        if people[MOVED_UP] == FEW:
            return say(
                "Minder dan vijf mensen stroomden door naar een volgende doelgroep of een partner.",
                "Fewer than five people moved on to a next target group or a partner.",
            )
        return say(
            "Hoeveel mensen doorstroomden staat hier niet: dat zou een ander, klein getal verraden.",
            "How many people moved on is not told here: it would give away another, small number.",
        )
    if not moved:
        return say(
            "Niemand stroomde door naar een volgende doelgroep of een partner.",
            "Nobody moved on to a next target group or a partner.",
        )
    dutch = "stroomde er 1" if moved == 1 else f"stroomden er {number(moved)}"
    if enrolled is None:
        return say(
            "Er stroomde 1 mens door naar een volgende doelgroep of een partner."
            if moved == 1
            else f"{number(moved)} mensen stroomden door naar een volgende doelgroep of een partner.",
            f"{number(moved)} {'person' if moved == 1 else 'people'} moved on to a next target group or a partner.",
        )
    rate = percent(now.flow_through.rate)
    return say(
        f"Van de {number(enrolled)} mensen in dagbesteding of activering {dutch} door naar een volgende doelgroep of "
        f"een partner: {rate}.",
        f"Of the {number(enrolled)} people in day care or activation, {number(moved)} moved on to a next target "
        f"group or a partner: {rate}.",
    )


def onward_sentence(by_destination: Mapping[str, int], people: Shown) -> str:
    """Positive outflow (§6) as a sentence, when the document shows what it is made of."""
    outflow, gone = people.exact(f"{HOUSE}.outflow"), people.exact(f"destination.{GONE}")
    gone = 0 if GONE not in by_destination else gone
    forward = [people.exact(f"destination.{name}") for name in (FORWARD, ELSEWHERE_ACTIVE) if name in by_destination]
    if not outflow or gone is None or None in forward or outflow == gone:
        return ""
    share, whole, went = percent(sum(forward) / (outflow - gone), 0), number(outflow - gone), number(sum(forward))
    return say(
        f"Van de {whole} mensen die stopten en niet verhuisden of overleden, gingen er "
        f"{went} verder naar werk, opleiding of vrijwilligerswerk, of haalden zij hun doelen: {share}.",
        f"Of the {whole} people who stopped and did not move house or die, {went} went on to work, education or "
        f"volunteering, or reached their goals: {share}.",
    )


def _than(value: int, before: int | None, before_label: str) -> str:
    if before is None:
        return ""
    if value == before:
        return say(f", evenveel als {before_label}", f", as many as {before_label}")
    than = number(abs(value - before))
    if value > before:
        return say(f", {than} meer dan {before_label}", f", {than} more than {before_label}")
    return say(f", {than} minder dan {before_label}", f", {than} fewer than {before_label}")


def _times(count: int) -> str:
    """ "once" or "78 times", in English."""
    return "once" if count == 1 else f"{number(count)} times"
