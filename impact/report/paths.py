"""How long people wait, stay and use what they are entitled to, as a report may tell it."""

from collections.abc import Sequence
from dataclasses import dataclass

from impact.figures import PeriodFigures
from impact.figures.path import RetentionFigures, UtilisationFigures, WaitingFigures
from impact.suppression import LEFT_OUT, SMALLEST_SHOWN, Balance, protect
from pluspunt.templatetags.words import number, percent, say


@dataclass(frozen=True)
class StayRow:
    """Of the people who began so many months before, the share that stayed, and of how many that is known."""

    label: str
    share: str
    people: str


@dataclass(frozen=True)
class Paths:
    stays: list[StayRow]
    waiting: str
    utilisation: str


def paths_of(figures: PeriodFigures) -> Paths:
    """What is known of the paths of people, small numbers kept back."""
    return Paths(
        stays=stay_rows(figures.retention),
        waiting=waiting_sentence(figures.waiting),
        utilisation=utilisation_sentence(figures.utilisation),
    )


def stay_rows(retention: Sequence[RetentionFigures]) -> list[StayRow]:
    """A row for each number of months of which anything is known."""
    return [_stay_row(row) for row in retention if row.cohort]


def _stay_row(row: RetentionFigures) -> StayRow:
    shown = protect(
        {"cohort": row.cohort, "stayed": row.stayed, "left": row.cohort - row.stayed},
        [Balance(["cohort"], ["stayed", "left"])],
        keep=["cohort"],
    )
    is_open = all(isinstance(value, int) for value in shown.values())
    people = shown["cohort"]
    return StayRow(
        label=say(f"na {row.months} maanden", f"after {row.months} months"),
        share=percent(row.rate, 0) if is_open else LEFT_OUT,
        people=number(people) if isinstance(people, int) else people,
    )


def waiting_sentence(waiting: WaitingFigures | None) -> str:
    """The median of the days that people waited; empty for fewer than five people."""
    if waiting is None or waiting.median is None or waiting.people < SMALLEST_SHOWN:
        return ""
    days = number(waiting.median, 0 if waiting.median == int(waiting.median) else 1)
    word = say("dag", "day") if waiting.median == 1 else say("dagen", "days")
    return say(
        f"De helft van wie begon, wachtte {days} {word} of korter tussen de aanmelding en het eerste dagdeel.",
        f"Half of those who began waited {days} {word} or less between applying and their first day part.",
    )


def utilisation_sentence(utilisation: UtilisationFigures | None) -> str:
    """How much of what people were entitled to was used; empty when nobody was entitled to anything."""
    if utilisation is None or utilisation.rate is None:
        return ""
    share = percent(utilisation.rate, 0)
    return say(
        f"Van de dagdelen waar mensen met een indicatie recht op hadden, is {share} geleverd.",
        f"Of the day parts that people with an indication were entitled to, {share} were delivered.",
    )
