"""What was measured with people, in the catalogue: growth, of how many it is known, and the participatieladder."""

from dataclasses import replace

from impact.figures.chapters.figures_of import people_figure, rate_figure
from impact.figures.definitions import definition
from impact.figures.figure import Figure, Kind
from impact.figures.growth import CoverageFigures, GrowthFigures, coverage_figures, growth_figures
from impact.figures.ladder import Rung, ladder_figures
from impact.figures.period import PeriodFigures
from impact.models import Rater
from participants.models import PeopleIndicator
from pluspunt.periods import Period

# Growth of fewer people says nothing, and may tell who they are.
LEAST_MEASURED = 10
DIRECTIONS = {"up": "vooruit", "same": "gelijk", "down": "terug"}


def measuring_chapter(figures: PeriodFigures) -> list[Figure]:
    """Every figure of what was measured in the period; SELF and COACH are never put together.

    `None` where the register had not begun: who there was before is not known, so neither of how many it is known.
    """
    period = figures.period
    chapter = _chapter(period)
    return chapter if figures.flow is not None else [replace(each, value=None) for each in chapter]


def _chapter(period: Period) -> list[Figure]:
    growth = growth_figures(period)
    return [
        *_coverage(coverage_figures(period)),
        *(figure for (rater, name), row in growth.items() for figure in _growth(rater, name, row)),
        *_ladder(period),
    ]


def _coverage(row: CoverageFigures) -> list[Figure]:
    chapter, whole = "Hoeveel mensen gemeten zijn", "coverage.enrolled"
    figures = [
        people_figure(whole, chapter, "deelnemers", row.enrolled, "coverage_enrolled"),
        people_figure("coverage.refused", chapter, "doet niet mee aan meten", row.refused, "coverage_refused"),
        people_figure("coverage.measured", chapter, "gemeten", row.measured_any, "coverage"),
        rate_figure("coverage.rate", chapter, "deel gemeten", row.rate, "coverage", ("coverage.measured", whole)),
    ]
    for rater in Rater:
        key, words = f"coverage.{rater}", f"gemeten, {rater.label}"
        figures += [
            people_figure(f"{key}.measured", chapter, words, row.measured[rater], "coverage"),
            rate_figure(
                f"{key}.rate", chapter, f"deel {words}", row.rate_of(rater), "coverage", (f"{key}.measured", whole)
            ),
        ]
    return figures


def _growth(rater: str, name: str, row: GrowthFigures) -> list[Figure]:
    prefix, chapter = f"growth.{rater}.{name}", f"Groei, {Rater(rater).label}"
    words, people = PeopleIndicator(name).label, f"growth.{rater}.{name}.n"
    # Whom it is about are told apart by who answered and by the indicator.
    traits = ("wie antwoordt", "indicator")
    score = Figure(
        f"{prefix}.mean",
        chapter,
        f"{words}: gemiddelde groei",
        row.mean,
        "punten op een schaal van 1 tot 5",
        Kind.SCORE,
        definition("growth"),
        about=people,
        least=LEAST_MEASURED,
        traits=traits,
    )
    figures = [people_figure(people, chapter, f"{words}: mensen", row.n, "growth_people", *traits), score]
    for direction, said in DIRECTIONS.items():
        key = f"{prefix}.{direction}"
        figures += [
            people_figure(
                key,
                chapter,
                f"{words}: {said}",
                getattr(row, direction),
                f"growth_{direction}",
                *traits,
                about=people,
                least=LEAST_MEASURED,
            ),
            rate_figure(
                f"{key}_share",
                chapter,
                f"{words}: deel {said}",
                getattr(row, f"{direction}_share"),
                f"growth_{direction}",
                (key, people),
                about=people,
                least=LEAST_MEASURED,
            ),
        ]
    return figures


def _ladder(period: Period) -> list[Figure]:
    row, chapter = ladder_figures(period), "Participatieladder"
    rungs = [
        people_figure(
            f"ladder.{rung.value}", chapter, f"{rung.value} {rung.label}", row.people[rung], "ladder", "trede"
        )
        for rung in Rung
    ]
    moves = [
        people_figure(f"ladder.{name}", chapter, said, getattr(row, name), "ladder_moves", "richting")
        for name, said in {"up": "een trede of meer omhoog", "same": "gelijk gebleven", "down": "omlaag"}.items()
    ]
    return [
        people_figure("ladder.n", chapter, "mensen met een trede", row.n, "ladder"),
        *rungs,
        people_figure("ladder.compared", chapter, "eerder ook een trede", row.compared, "ladder_moves"),
        *moves,
    ]
