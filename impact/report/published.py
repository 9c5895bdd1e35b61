"""Which figures one published version holds: of the period, and of the same days a year earlier."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from impact.figures import PeriodFigures
from impact.figures.catalogue import catalogue_of
from impact.figures.definitions import definition
from impact.figures.figure import Figure, Kind
from impact.report.balances import BEFORE
from impact.report.guarding import Guarded, guarded
from impact.report.people import DESTINATION_CLUSTERS, Shown, cluster_key

# Of the year before only what stands beside a figure of this one: what is not there gives nothing away.
BESIDE = ("flow.", "reached.", "ladder.", "attendance.", "positive_outflow.", "waiting.", "output.", "reuse.", "co2e.")


def published_figures(now: PeriodFigures, before: PeriodFigures, kept_back: Collection[str] = ()) -> Guarded:
    """Every figure of a version about `now`, with small numbers kept back in all of it together.

    `kept_back` are the keys that an earlier version left out.
    """
    return guarded(figures_to_publish(now, before), kept_back)


def figures_to_publish(now: PeriodFigures, before: PeriodFigures) -> list[Figure]:
    """The same with every value; keys of the year before begin with "before/"."""
    figures, earlier = catalogue_of(now), catalogue_of(before)
    return [*figures, *_clusters(figures), *(_earlier(each) for each in earlier if each.key.startswith(BESIDE))]


def as_published(figures: PeriodFigures, published: Guarded, part: str = "") -> PeriodFigures:
    """`figures` without the slots that are kept back: `None`, as if nothing were known of them."""

    def is_shown(line: str) -> bool:
        key = f"{part}{line}.planned"
        return key not in published or not published[key].sign

    months = {(y, m): row if is_shown(f"month.{y}-{m:02}") else None for (y, m), row in figures.by_month.items()}
    return replace(
        figures,
        total=figures.total if is_shown("attendance") else None,
        volunteers=figures.volunteers if is_shown("volunteers") else None,
        by_month=months,
    )


def people_as_published(published: Guarded) -> Shown:
    """The numbers of people by the names that the words of the report use: "ACTIVATION.begin", "destination.…"."""
    numbers = {}
    for key, shown in published.items():
        name = _name_in_words(key)
        if name and shown.figure.value is not None:
            numbers[name] = shown.sign or shown.figure.value
    return Shown(numbers)


def hidden_lines(published: Guarded, head: str) -> set[str]:
    """Which workshops or groups have no slots to show: the second part of their keys."""
    lines = (key.split(".") for key, shown in published.items() if shown.sign and key.startswith(head))
    return {line[1] for line in lines if line[-1] == "planned"}


def _name_in_words(key: str) -> str:
    part, _, rest = key.rpartition("/")
    head, *names = rest.split(".")
    after = "_before" if part else ""
    if head in ("flow", "reached"):
        return f"{names[0]}.{names[1] if head == 'flow' else head}{after}"
    if head == "destinations":
        return f"destination.{list(DESTINATION_CLUSTERS)[int(names[0]) - 1]}"
    if head == "strand":
        return f"strand.{names[0]}" if names[0] in ("filled", "missing") else f"strand.strand_{names[0]}"
    return key if head == "flow_through" and not part else ""


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
