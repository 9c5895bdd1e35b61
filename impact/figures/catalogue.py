"""Every figure of a period as one flat list, for whatever must not forget one.

Spreadsheets, the list of what changed between two versions of a report and the recount in the tests all run over it.
What leaves the house goes through `impact.report.guarding.guarded` first.
"""

from impact.figures.chapters.attendance import attendance_chapter
from impact.figures.chapters.measuring import measuring_chapter
from impact.figures.chapters.people import people_chapter
from impact.figures.chapters.society import society_chapter
from impact.figures.figure import Figure, Kind
from impact.figures.period import PeriodFigures, period_figures
from impact.figures.scope import HOUSE, Scope
from pluspunt.periods import Period

__all__ = ["Figure", "Kind", "catalogue", "catalogue_of"]


def catalogue(period: Period, scope: Scope = HOUSE) -> list[Figure]:
    """All figures of `period`, in the order of the report; every key once. In a part those of people and slots."""
    return catalogue_of(period_figures(period, scope))


def catalogue_of(figures: PeriodFigures) -> list[Figure]:
    """The same, of figures that were already read."""
    if not figures.scope.is_house:
        return [*people_chapter(figures), *attendance_chapter(figures)]
    return [
        *people_chapter(figures),
        *measuring_chapter(figures),
        *attendance_chapter(figures),
        *society_chapter(figures.period),
    ]
