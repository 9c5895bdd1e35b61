"""The workshops of a period, and for readers outside the house the small ones together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format

from impact.figures import AttendanceFigures, WorkshopFigures, sum_figures
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


def shareable_workshops(
    rows: Sequence[WorkshopFigures], hidden: Collection[str], *, has_total: bool
) -> tuple[list[WorkshopRow], str]:
    """The workshops for a reader outside the house, and a sentence about those that are shown together.

    `hidden` are the keys of workshops of which the version keeps the slots back: those where few people came, and what
    would give them away. Together they are what is left of the whole, so that their line tells nothing more; it is
    empty when the whole is not shown either.
    """
    together = [row for row in rows if str(row.workshop.pk) in hidden]
    if not together:
        return [workshop_row(row) for row in rows], ""
    names = ", ".join(row.workshop.name for row in together)
    merged = WorkshopRow(
        "kleine werkplaatsen samen",
        "",
        "",
        sum_figures(row.figures for row in together if row.figures) if has_total else None,
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
