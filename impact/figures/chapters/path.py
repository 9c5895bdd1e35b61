"""How people's paths went, in the catalogue: positive outflow, retention, waiting time and utilisation."""

from impact.figures.chapters.figures_of import people_figure, rate_figure
from impact.figures.definitions import definition
from impact.figures.figure import Figure, Kind
from impact.figures.path import RETENTION_MONTHS
from impact.figures.period import PeriodFigures


def path_chapter(figures: PeriodFigures) -> list[Figure]:
    """Every figure about how paths went; `None` where the register had not begun or nothing can be divided."""
    return [*_positive_outflow(figures), *_retention(figures), *_waiting(figures), *_utilisation(figures)]


def _positive_outflow(figures: PeriodFigures) -> list[Figure]:
    row, chapter = figures.positive_outflow, "Positieve uitstroom"
    onward, left = "positive_outflow.onward", "positive_outflow.left"
    return [
        people_figure(onward, chapter, "gingen verder", getattr(row, "onward", None), "went_onward"),
        people_figure(left, chapter, "stopten hier", getattr(row, "left", None), "left_here"),
        rate_figure(
            "positive_outflow.rate",
            chapter,
            "positieve uitstroom",
            getattr(row, "rate", None),
            "positive_outflow",
            (onward, left),
        ),
    ]


def _retention(figures: PeriodFigures) -> list[Figure]:
    found, chapter = {row.months: row for row in figures.retention}, "Retentie"
    rows = []
    for months in RETENTION_MONTHS:
        row, key = found.get(months), f"retention.{months}"
        rows += [
            people_figure(
                f"{key}.stayed",
                chapter,
                f"na {months} maanden nog ingeschreven",
                getattr(row, "stayed", None),
                "retention_stayed",
            ),
            people_figure(
                f"{key}.cohort",
                chapter,
                f"{months} maanden eerder begonnen",
                getattr(row, "cohort", None),
                "retention_cohort",
            ),
            rate_figure(
                f"{key}.rate",
                chapter,
                f"retentie na {months} maanden",
                getattr(row, "rate", None),
                "retention",
                (f"{key}.stayed", f"{key}.cohort"),
            ),
        ]
    return rows


def _waiting(figures: PeriodFigures) -> list[Figure]:
    row, chapter, people = figures.waiting, "Wachttijd", "waiting.people"
    return [
        people_figure(people, chapter, "voor het eerst gekomen", getattr(row, "people", None), "waiting_people"),
        Figure(
            "waiting.median",
            chapter,
            "wachttijd (mediaan)",
            getattr(row, "median", None),
            "dagen",
            Kind.DAYS,
            definition("waiting"),
            about=people,
        ),
    ]


def _utilisation(figures: PeriodFigures) -> list[Figure]:
    row, chapter = figures.utilisation, "Benutting van indicaties"
    delivered, entitled, people = "utilisation.delivered", "utilisation.entitled", "utilisation.people"
    return [
        people_figure(people, chapter, "mensen met een indicatie", getattr(row, "people", None), "entitled_people"),
        Figure(
            delivered,
            chapter,
            "geleverd op indicatie",
            getattr(row, "delivered", None),
            "dagdelen",
            Kind.SLOTS,
            definition("delivered_on_indication"),
            about=people,
        ),
        Figure(
            entitled,
            chapter,
            "recht in de periode",
            None if row is None else float(row.entitled),
            "dagdelen",
            Kind.SLOTS,
            definition("entitled"),
            about=people,
        ),
        rate_figure(
            "utilisation.rate",
            chapter,
            "benutting",
            getattr(row, "rate", None),
            "utilisation",
            (delivered, entitled),
            about=people,
        ),
    ]
