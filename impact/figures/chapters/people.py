"""People in the catalogue: enrolled, reached, flow, flow-through, where they went, and the strands of activation."""

from django.db.models import Count, Q

from impact.figures.attendance import TargetGroup
from impact.figures.chapters.figures_of import people_figure
from impact.figures.chapters.path import path_chapter
from impact.figures.definitions import definition
from impact.figures.figure import Figure, Kind
from impact.figures.people import people_by_strand
from impact.figures.period import PeriodFigures
from impact.figures.scope import HOUSE as WHOLE_HOUSE
from impact.figures.scope import Scope
from impact.figures.stays import STAYED_HERE
from participants.models import Trajectory
from pluspunt.periods import Period

FLOW = {
    "begin": ("aan het begin", "stock"),
    "inflow": ("instroom", "flow"),
    "outflow": ("uitstroom", "flow"),
    "end": ("aan het eind", "stock"),
    "enrolled": ("ingeschreven", "enrolled"),
}
HOUSE = "house"
STRANDS = ("strand_social", "strand_educational", "strand_work")


def people_chapter(figures: PeriodFigures) -> list[Figure]:
    """Every figure that counts people in the period."""
    return [
        *(figure for group in TargetGroup for figure in _flow(group.value, group.label, figures)),
        *_flow(HOUSE, "hele huis", figures),
        *_reached(figures),
        *_flow_through(figures),
        *_destinations(figures),
        *path_chapter(figures),
        *_strands(figures),
    ]


def _flow(group: str, label: str, figures: PeriodFigures) -> list[Figure]:
    row = figures.house_flow if group == HOUSE else (figures.flow or {}).get(group)
    traits = () if group == HOUSE else ("doelgroep",)
    return [
        people_figure(
            f"flow.{group}.{name}", "In- en uitstroom", f"{label}: {words}", getattr(row, name, None), meaning, *traits
        )
        for name, (words, meaning) in FLOW.items()
    ]


def _reached(figures: PeriodFigures) -> list[Figure]:
    groups = figures.by_group or {}
    rows = [
        people_figure(
            f"reached.{group}",
            "Bereik",
            f"{group.label}: bereikt",
            groups[group].reached if groups else None,
            "reached",
            "doelgroep",
        )
        for group in TargetGroup
    ]
    return [*rows, people_figure(f"reached.{HOUSE}", "Bereik", "hele huis: bereikt", figures.reached, "reached")]


def _flow_through(figures: PeriodFigures) -> list[Figure]:
    row, chapter = figures.flow_through, "Doorstroom"
    moved, enrolled = "flow_through.moved", "flow_through.enrolled"
    return [
        people_figure(moved, chapter, "doorgestroomd", getattr(row, "moved", None), "moved_up"),
        people_figure(
            "flow_through.between",
            chapter,
            "naar een volgende doelgroep",
            getattr(row, "between", None),
            "moved_between",
        ),
        people_figure(
            "flow_through.to_partner",
            chapter,
            "naar een werkplek bij een partner",
            getattr(row, "to_partner", None),
            "moved_to_partner",
        ),
        people_figure(enrolled, chapter, "konden doorstromen", getattr(row, "enrolled", None), "could_move_up"),
        Figure(
            "flow_through.rate",
            chapter,
            "doorstroom",
            getattr(row, "rate", None),
            "%",
            Kind.RATE,
            definition("flow_through"),
            parts=(moved, enrolled),
        ),
    ]


def _destinations(figures: PeriodFigures) -> list[Figure]:
    """Every destination, also those to which nobody went: that is a figure too."""
    found = figures.destinations
    stayed = [] if figures.scope.is_house else [(STAYED_HERE, "nog bij Pluspunt")]
    labels = [*Trajectory.Destination.choices, *stayed, ("", "nog niet ingevuld")]
    return [
        people_figure(
            f"destination.{value or 'none'}",
            "Waarheen",
            label,
            None if found is None else found.get(value, 0),
            "destination",
            "bestemming",
        )
        for value, label in labels
    ]


def _strands(figures: PeriodFigures) -> list[Figure]:
    """Per strand, and the people in activation of whom no strand is filled in."""
    found = strands_with_missing(figures.period, figures.scope) if figures.flow is not None else {}
    labels = {name: str(Trajectory._meta.get_field(name).verbose_name) for name in STRANDS}
    labels |= {"filled": "soort ingevuld", "missing": "soort niet ingevuld"}
    return [
        people_figure(
            f"strand.{name.removeprefix('strand_')}",
            "Soort dagbesteding in activering",
            label,
            found.get(name),
            "strand",
            "doelgroep",
            "soort",
        )
        for name, label in labels.items()
    ]


def strands_with_missing(period: Period, scope: Scope = WHOLE_HOUSE) -> dict[str, int]:
    """People in activation per strand, those with any (`filled`) and those of whom none is filled in (`missing`)."""
    rows = scope.paths(period).overlapping(period.start, period.end)
    has_strand = Q(strand_social=True) | Q(strand_educational=True) | Q(strand_work=True)
    in_activation = Q(target_group=TargetGroup.ACTIVATION)
    found = rows.aggregate(
        filled=Count("participant", distinct=True, filter=has_strand),
        everybody=Count("participant", distinct=True, filter=in_activation),
    )
    missing = found["everybody"] - found["filled"]
    return {**people_by_strand(period, scope), "filled": found["filled"], "missing": missing}
