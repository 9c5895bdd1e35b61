"""What the house brings forth in the catalogue: a figure per type of output, kilos with a second life, and CO2e."""

from impact.figures.attendance import TargetGroup
from impact.figures.definitions import definition
from impact.figures.figure import Figure, Kind, Value
from impact.figures.outputs import output_totals
from impact.figures.society import reuse_figures
from pluspunt.periods import Period
from workshops.models import OutputType

OUTPUTS, ESTIMATE = "Opbrengsten", "CO2e bespaard (schatting)"


def society_chapter(period: Period) -> list[Figure]:
    """Every figure about what the house does for the city."""
    reuse = reuse_figures(period)
    weakly = reuse.avoided_weakly if reuse.is_counted else None
    return [
        *(
            Figure(
                f"output.{total.type.pk}.quantity",
                OUTPUTS,
                total.type.name,
                total.quantity,
                total.type.unit,
                Kind.QUANTITY,
                definition("output"),
                about=_about(total.type),
            )
            for total in output_totals(period)
        ),
        _kilos("reuse.kilos", "kilo's met een tweede leven", "kg", reuse.kilos, "reused"),
        _kilos("co2e.total", "CO2e bespaard", "kg CO2e", reuse.avoided, "co2e"),
        _kilos("co2e.weak", "waarvan met een zwakke bron", "kg CO2e", weakly, "co2e_weak"),
    ]


def _about(kind: OutputType) -> str:
    """The figure of the people whom an output is about: hours of few volunteers tell about those."""
    is_of_volunteers = kind.derived_from == OutputType.DerivedFrom.VOLUNTEER_HOURS
    return f"reached.{TargetGroup.SKILLED_VOLUNTEER}" if is_of_volunteers else ""


def _kilos(key: str, label: str, unit: str, value: Value, meaning: str) -> Figure:
    return Figure(key, ESTIMATE, label, value, unit, Kind.QUANTITY, definition(meaning))
