"""The workshops of a period, and for readers outside the house the small ones together."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format

from impact.figures import AttendanceFigures, WorkshopFigures, sum_figures
from impact.suppression import SMALL, SMALLEST_SHOWN
from pluspunt.templatetags.words import say


@dataclass(frozen=True)
class WorkshopRow:
    """A workshop, or several small ones together, with its figures; `None` before its register began."""

    name: str
    place: str
    host: str
    figures: AttendanceFigures | None
    note: str = ""
    key: int | None = None


def shareable_workshops(rows: Sequence[WorkshopFigures]) -> tuple[list[WorkshopRow], str]:
    """The workshops for a reader outside the house, and a sentence about those that are shown together.

    Workshops where one to four people came are added up with the next one in size, so that no difference with the
    total tells about so few.
    """
    small = [row for row in rows if row.people in SMALL]
    if not small:
        return [workshop_row(row) for row in rows], ""
    others = sorted((row for row in rows if row.people >= SMALLEST_SHOWN), key=lambda row: row.people)
    together = [row for row in rows if row in small or row in others[:1]]
    names = ", ".join(row.workshop.name for row in together)
    merged = WorkshopRow(
        "kleine werkplaatsen samen", "", "", sum_figures(row.figures for row in together if row.figures)
    )
    note = say(
        f"Kleine werkplaatsen samen: {names}. Zo vertelt geen regel iets over minder dan vijf mensen.",
        f"Small workshops together: {names}. So no line tells anything about fewer than five people.",
    )
    return [*(workshop_row(row) for row in rows if row not in together), merged], note


def workshop_row(row: WorkshopFigures) -> WorkshopRow:
    """One workshop as the page shows it."""
    began = row.workshop.registered_from
    return WorkshopRow(
        name=row.workshop.name,
        place=row.workshop.location.name,
        host=row.workshop.host.name if row.workshop.host else "",
        figures=row.figures,
        note=say("vanaf ", "from ") + date_format(began, "j F Y") if row.starts_late else "",
        key=row.workshop.pk,
    )
