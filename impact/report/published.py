"""Which figures one published version holds: of the period, and of the same days a year earlier."""

from collections.abc import Sequence
from dataclasses import replace

from impact.figures import PeriodFigures
from impact.figures.catalogue import catalogue_of
from impact.figures.definitions import definition
from impact.figures.figure import Figure, Kind
from impact.report.balances import BEFORE
from impact.report.guarding import Guarded, guarded
from impact.report.people import DESTINATION_CLUSTERS, cluster_key

# Of the year before only what stands beside a figure of this one: what is not there gives nothing away.
BESIDE = ("flow.", "reached.house", "attendance.", "positive_outflow.", "waiting.", "output.", "reuse.", "co2e.")


def published_figures(now: PeriodFigures, before: PeriodFigures) -> Guarded:
    """Every figure of a version about `now`, with small numbers kept back in all of it together."""
    return guarded(figures_to_publish(now, before))


def figures_to_publish(now: PeriodFigures, before: PeriodFigures) -> list[Figure]:
    """The same with every value; keys of the year before begin with "before/"."""
    figures, earlier = catalogue_of(now), catalogue_of(before)
    return [*figures, *_clusters(figures), *(_earlier(each) for each in earlier if each.key.startswith(BESIDE))]


def _earlier(figure: Figure) -> Figure:
    parts = figure.parts and tuple(f"{BEFORE}{part}" for part in figure.parts)
    about = figure.about and f"{BEFORE}{figure.about}"
    label = f"{figure.label} (jaar ervoor)"
    return replace(figure, key=f"{BEFORE}{figure.key}", label=label, parts=parts, about=about)


def _clusters(figures: Sequence[Figure]) -> list[Figure]:
    """Several destinations together, of which fewer are too small to show."""
    gone = {figure.key: figure.value for figure in figures if figure.key.startswith("destination.")}
    rows = []
    for label, values in DESTINATION_CLUSTERS.items():
        people = [gone.get(f"destination.{value or 'none'}") for value in values]
        total = None if None in people else sum(people)
        rows.append(
            Figure(
                cluster_key(label),
                "Waarheen, samengenomen",
                label,
                total,
                "mensen",
                Kind.PEOPLE,
                definition("destination"),
                traits=("bestemming",),
            )
        )
    return rows
