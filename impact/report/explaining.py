"""How a figure is worked out and where it comes from, in the words of a spreadsheet."""

from collections.abc import Mapping

from impact.figures.figure import Figure, Kind

# By the beginning of a key: the facts that are counted.
_SOURCES = {
    "flow": "Trajecten van mensen",
    "destination": "Trajecten die stopten, met bestemming",
    "destinations": "Trajecten die stopten, met bestemming",
    "positive_outflow": "Trajecten die stopten, met bestemming",
    "flow_through": "Trajecten en plaatsingen",
    "retention": "Trajecten van mensen",
    "strand": "Trajecten in activering",
    "reached": "Register per dagdeel",
    "attendance": "Register per dagdeel",
    "volunteers": "Register per dagdeel",
    "group": "Register per dagdeel",
    "workshop": "Register per dagdeel",
    "month": "Register per dagdeel",
    "waiting": "Aanmeldingen en register per dagdeel",
    "utilisation": "Indicaties en register per dagdeel",
    "coverage": "Metingen met mensen",
    "growth": "Metingen met mensen",
    "ladder": "Participatieladder per half jaar",
    "output": "Ingevulde opbrengsten, klussen, evenementen en registers",
    "reuse": "Ingevulde opbrengsten en rekenfactoren",
    "co2e": "Ingevulde opbrengsten en rekenfactoren",
}
_COMPUTED = {
    Kind.PEOPLE: "Verschillende mensen geteld",
    Kind.SLOTS: "Dagdelen geteld",
    Kind.DAYS: "De middelste van alle aantallen dagen (mediaan)",
    Kind.HOURS: "Dagdelen maal vier uur",
    Kind.SCORE: "Gemiddelde van de verschillen per persoon",
    Kind.QUANTITY: "Opgeteld",
}


def source_of(key: str) -> str:
    """The facts behind the figure `key`; empty for a figure that nobody described."""
    return _SOURCES.get(key.rpartition("/")[2].split(".")[0], "")


def computed(figure: Figure, figures: Mapping[str, Figure]) -> str:
    """ "Geleverd, gedeeld door capaciteit"; what is not divided is counted or added up."""
    if not figure.parts:
        return _COMPUTED[figure.kind]
    part, whole = (figures[key].label if key in figures else key for key in figure.parts)
    if figure.key.endswith(".completeness"):
        return f"1 min ({part}, gedeeld door {whole})"
    return f"{part}, gedeeld door {whole}"
