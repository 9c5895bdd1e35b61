"""How long people wait, stay and use what they are entitled to, as a report may tell it."""

from dataclasses import dataclass

from impact.figures import PeriodFigures
from impact.figures.path import RetentionFigures, UtilisationFigures, WaitingFigures
from impact.report.guarding import Guarded
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


def paths_of(figures: PeriodFigures, published: Guarded) -> Paths:
    """What is known of the paths of people, as far as the version `published` tells it."""
    return Paths(
        stays=[_stay_row(row, published) for row in figures.retention if row.cohort],
        waiting="" if published["waiting.median"].sign else waiting_sentence(figures.waiting),
        utilisation="" if published["utilisation.rate"].sign else utilisation_sentence(figures.utilisation),
    )


def _stay_row(row: RetentionFigures, published: Guarded) -> StayRow:
    """So many months after people began."""
    cohort, rate = published[f"retention.{row.months}.cohort"], published[f"retention.{row.months}.rate"]
    return StayRow(
        label=say(f"na {row.months} maanden", f"after {row.months} months"),
        share=rate.sign or percent(row.rate, 0),
        people=cohort.sign or number(row.cohort),
    )


def waiting_sentence(waiting: WaitingFigures | None) -> str:
    """The median of the days that people waited; empty when nobody did."""
    if waiting is None or waiting.median is None:
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
