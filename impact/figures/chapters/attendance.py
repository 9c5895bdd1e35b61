"""Slots in the catalogue: of the whole house, of volunteers, per target group, per workshop and per month."""

from collections.abc import Mapping

from django.db.models import Case, When

from impact.charts import labels_in
from impact.figures.attendance import (
    AttendanceFigures,
    TargetGroup,
    WorkshopFigures,
    people_by,
    people_in,
    slots_that_took_part,
)
from impact.figures.definitions import definition
from impact.figures.figure import Figure, Kind
from impact.figures.period import PeriodFigures
from impact.figures.scope import HOUSE, Scope
from pluspunt.periods import Period, last_day_of_month
from workshops.services.volunteers import HOURS_PER_DAY_PART

SLOTS = {
    "planned": "gepland",
    "attended": "aanwezig",
    "excused": "afgemeld",
    "no_show": "niet afgemeld",
    "open": "niet ingevuld",
    "extra": "extra bezoek",
    "delivered": "geleverd",
    "cancelled": "uitgevallen",
}
# A rate with the two columns that it divides; the recorded ones are those planned less those open.
RATES = {
    "attendance_rate": ("opkomst", "attended", "planned"),
    "no_show_rate": ("deel niet afgemeld", "no_show", "planned"),
    "completeness": ("registratiegraad", "open", "planned"),
    "planned_occupancy": ("geplande bezetting", "planned", "capacity"),
    "occupancy": ("bezetting", "delivered", "capacity"),
}
OF_PLACES = ("planned_occupancy", "occupancy")


def attendance_chapter(figures: PeriodFigures) -> list[Figure]:
    """Every figure about slots in the period."""
    return [
        *_of_participants(figures),
        *_volunteers(figures),
        *(figure for group in TargetGroup for figure in _of_group(group, figures)),
        *(figure for row in figures.by_workshop for figure in _of_workshop(row)),
        *_of_months(figures),
    ]


def _rows(
    prefix: str,
    chapter: str,
    whose: str,
    figures: AttendanceFigures | None,
    *,
    about: str = "",
    traits: tuple[str, ...] = (),
    has_places: bool = True,
) -> list[Figure]:
    """The slots and rates of one line, under keys that begin with `prefix`."""

    def label(words: str) -> str:
        return f"{whose}: {words}" if whose else words

    shared = {"about": about, "traits": traits}
    rows = [
        Figure(
            f"{prefix}.{name}",
            chapter,
            label(words),
            getattr(figures, name, None),
            "dagdelen",
            Kind.SLOTS,
            definition(name),
            **shared,
        )
        for name, words in SLOTS.items()
    ]
    if has_places:
        capacity = getattr(figures, "capacity", None)
        words = label("capaciteit")
        key = f"{prefix}.capacity"
        rows.append(Figure(key, chapter, words, capacity, "plaatsen", Kind.QUANTITY, definition("capacity")))
    rows += [
        Figure(
            f"{prefix}.{name}",
            chapter,
            label(words),
            getattr(figures, name, None),
            "%",
            Kind.RATE,
            definition(name),
            parts=(f"{prefix}.{part}", f"{prefix}.{whole}"),
            **shared,
        )
        for name, (words, part, whole) in RATES.items()
        if has_places or name not in OF_PLACES
    ]
    return rows


def _of_participants(figures: PeriodFigures) -> list[Figure]:
    chapter, about = "Meedoen: deelnemers samen", "attendance.people"
    people = people_who_took_part(figures.period, figures.scope) if figures.total else None
    return [
        Figure(about, chapter, "deelnemers", people, "mensen", Kind.PEOPLE, definition("took_part")),
        *_rows("attendance", chapter, "", figures.total, about=about),
    ]


def _volunteers(figures: PeriodFigures) -> list[Figure]:
    chapter, about = "Vakvrijwilligers", f"reached.{TargetGroup.SKILLED_VOLUNTEER}"
    traits = ("doelgroep",)
    rows = _rows("volunteers", chapter, "", figures.volunteers, about=about, traits=traits, has_places=False)
    hours = figures.volunteers.delivered * HOURS_PER_DAY_PART if figures.volunteers else None
    meaning = definition("volunteer_hours")
    return [
        *rows,
        Figure("volunteers.hours", chapter, "uren", hours, "uur", Kind.HOURS, meaning, about=about, traits=traits),
    ]


def _of_group(group: TargetGroup, figures: PeriodFigures) -> list[Figure]:
    if group == TargetGroup.SKILLED_VOLUNTEER:
        return []
    row = figures.by_group[group].attendance if figures.by_group else None
    return _rows(
        f"group.{group}",
        "Meedoen per doelgroep",
        group.label,
        row,
        about=f"reached.{group}",
        traits=("doelgroep",),
        has_places=False,
    )


def _of_workshop(row: WorkshopFigures) -> list[Figure]:
    prefix, chapter, traits = f"workshop.{row.workshop.pk}", "Meedoen per werkplaats", ("werkplaats",)
    name = row.workshop.name
    people = row.people if row.figures else None
    return [
        Figure(
            f"{prefix}.people",
            chapter,
            f"{name}: deelnemers",
            people,
            "mensen",
            Kind.PEOPLE,
            definition("took_part"),
            traits=traits,
        ),
        *_rows(prefix, chapter, name, row.figures, about=f"{prefix}.people", traits=traits),
    ]


def _of_months(figures: PeriodFigures) -> list[Figure]:
    found, chapter, traits = [], "Meedoen per maand", ("maand",)
    people = people_by_month(figures.period, figures.scope) if figures.by_month else {}
    labels = labels_in(figures.period, list(figures.by_month))
    for label, ((year, month), row) in zip(labels, figures.by_month.items(), strict=True):
        prefix, whose = f"month.{year}-{month:02}", f"{label} {year}"
        came = people[year, month] if row else None
        found.append(
            Figure(
                f"{prefix}.people",
                chapter,
                f"{whose}: deelnemers",
                came,
                "mensen",
                Kind.PEOPLE,
                definition("took_part"),
                traits=traits,
            )
        )
        found += _rows(prefix, chapter, whose, row, about=f"{prefix}.people", traits=traits)
    return found


def people_by_month(period: Period, scope: Scope = HOUSE) -> Mapping[tuple[int, int], int]:
    """(year, month) → distinct participants with a slot that went on, for every month the period touches."""
    firsts = sorted({day.replace(day=1) for day in period.days})
    # By comparing days: to take the month of a day is slow on SQLite.
    months = (When(date__lte=last_day_of_month(first), then=number) for number, first in enumerate(firsts))
    slots = slots_that_took_part(period, scope).annotate(month=Case(*months))
    found = people_by("month", slots)
    return {(first.year, first.month): found.get(number, 0) for number, first in enumerate(firsts)}


def people_who_took_part(period: Period, scope: Scope = HOUSE) -> int:
    """Distinct participants with a slot that went on."""
    return people_in(slots_that_took_part(period, scope))
