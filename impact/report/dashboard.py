"""The year so far for who leads the house: a few figures, what is off target, how it developed, how sure it all is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from impact.charts import BarChart, attendance_chart, labels_in
from impact.figures import PeriodFigures, figures_by_month, period_figures
from impact.figures.aims import Aim, house_aims
from impact.figures.attendance import COMPLETENESS_WARNS_UNDER
from impact.figures.catalogue import catalogue_of
from impact.figures.figure import Kind
from impact.figures.quality import (
    Gap,
    exits_without_destination,
    incomplete_registers,
    late_measurements,
    open_months,
    outdated_factors,
    silent_workshops,
    stories_without_consent,
)
from impact.models import Rater
from impact.report.grids import Figures, Grid, Row, cell
from impact.report.values import figure_said, value_said
from participants.models import PeopleIndicator
from pluspunt.periods import Period
from pluspunt.templatetags.words import number, percent

MOST_AT_A_GLANCE = 8
# Of which figures is not sure what they are when much is not filled in.
FROM_REGISTERS = ("attendance.", "reached.", "volunteers.")
# The figures of the year at a glance, the most telling first, and how each is called below its number.
GLANCE = {
    "reached.house": "mensen kwamen minstens één keer",
    "attendance.delivered": "geleverde dagdelen",
    "attendance.attendance_rate": "opkomst",
    "attendance.occupancy": "bezetting",
    "flow.house.inflow": "mensen gestart",
    "positive_outflow.rate": "positieve uitstroom",
    "growth.SELF.SELF_CONFIDENCE.mean": "groei in zelfvertrouwen",
    "co2e.total": "kg CO₂e bespaard (schatting)",
    "flow.house.outflow": "mensen gestopt",
    "volunteers.hours": "uren van vakvrijwilligers",
}


@dataclass(frozen=True)
class Glance:
    """One figure of the year so far: what it is, the year before, and its target with whether it is met."""

    key: str
    value: str
    label: str
    before: str
    target: str
    state: str


@dataclass(frozen=True)
class Behind:
    """A target that is not met, in words; the one that is missed most comes first."""

    key: str
    sentence: str


@dataclass(frozen=True)
class Dashboard:
    """Everything that the dashboard says about the year so far."""

    now: PeriodFigures
    before: PeriodFigures
    lead: str
    glance: list[Glance]
    has_targets: bool
    behind: list[Behind]
    coverage: str
    growth: Grid | None
    months: BarChart
    month_rows: list[tuple[str, str]]
    gaps: list[Gap]


def make_dashboard(today: date, period: Period) -> Dashboard:
    """The dashboard of `period`, the year so far, as it stands on `today`."""
    now, before = period_figures(period), period_figures(period.year_before, in_parts=False)
    figures = {figure.key: figure for figure in catalogue_of(now)}
    earlier = {figure.key: figure for figure in catalogue_of(before)}
    aims = house_aims(period, figures)
    months, month_rows = last_months(period.end)
    return Dashboard(
        now=now,
        before=before,
        lead=lead_sentence(figures, earlier),
        glance=at_a_glance(figures, earlier, aims),
        has_targets=bool(aims),
        behind=behind_target(aims),
        coverage=coverage_sentence(figures),
        growth=growth_grid(figures),
        months=months,
        month_rows=month_rows,
        gaps=[gap for gap in _gaps(now, today) if gap.count],
    )


def at_a_glance(figures: Figures, earlier: Figures, aims: Sequence[Aim]) -> list[Glance]:
    """At most eight figures that are known, each beside the year before and its target."""
    aim_of = {aim.figure.key: aim for aim in aims}
    known = [key for key in GLANCE if key in figures and figures[key].value is not None]
    complete = _value(figures, "attendance.completeness")
    is_unsure = complete is not None and complete < COMPLETENESS_WARNS_UNDER
    return [
        Glance(
            key,
            figure_said(figures[key]),
            f"{GLANCE[key]} (onzeker)" if is_unsure and key.startswith(FROM_REGISTERS) else GLANCE[key],
            figure_said(earlier[key]) if key in earlier and earlier[key].value is not None else "",
            _target_said(aim_of[key]) if key in aim_of else "",
            _state(aim_of.get(key)),
        )
        for key in known[:MOST_AT_A_GLANCE]
    ]


def behind_target(aims: Sequence[Aim]) -> list[Behind]:
    """The targets that are not met, most off first."""
    missed = sorted((aim for aim in aims if aim.is_behind), key=lambda aim: -aim.shortfall)
    return [Behind(aim.figure.key, behind_sentence(aim)) for aim in missed]


def behind_sentence(aim: Aim) -> str:
    """ "Opkomst: 74,2 %, doel 78,0 %." with how far the year is where that matters."""
    name, value = aim.figure.label, figure_said(aim.figure)
    name = name.removeprefix("hele huis: ")
    target = value_said(aim.figure.kind, aim.target)
    if aim.is_part:
        expected = value_said(aim.figure.kind, _rounded(aim.expected, aim.figure.kind))
        return f"{name}: {value}. Het doel voor het hele jaar is {target}; nu zou {expected} passen."
    limit = "hoogstens " if aim.at_most else ""
    unit = " dagen" if aim.figure.kind is Kind.DAYS else ""
    return f"{name}: {value}{unit}. Het doel is {limit}{target}{unit}."


def lead_sentence(figures: Figures, earlier: Figures) -> str:
    """How many people came, beside the same days a year earlier, and how often they came when they were expected."""
    people, then = _value(figures, "reached.house"), _value(earlier, "reached.house")
    if people is None:
        return ""
    if people == 0:
        return "Dit jaar kwam er nog niemand."
    who = "kwam er 1 mens" if people == 1 else f"kwamen er {number(people)} mensen"
    sentence = f"Dit jaar {who} minstens één keer{_than(people, then)}."
    complete, rate = _value(figures, "attendance.completeness"), _value(figures, "attendance.attendance_rate")
    if rate is None or complete is None or complete < COMPLETENESS_WARNS_UNDER:
        return sentence
    return f"{sentence} Van elke 100 geplande dagdelen was de deelnemer er {percent(rate, 0).split(chr(160))[0]} keer."


def coverage_sentence(figures: Figures) -> str:
    """Of how many participants anything was measured this year, and how many do not want to; empty when unknown."""
    people, measured, refused = (_value(figures, f"coverage.{name}") for name in ("enrolled", "measured", "refused"))
    if not people:
        return ""
    if not measured:
        return f"Van de {number(people)} deelnemers is dit jaar nog niemand gemeten."
    who = "is er 1" if measured == 1 else f"zijn er {number(measured)}"
    share = percent(_value(figures, "coverage.rate"), 0)
    no = f" {number(refused)} {'wil' if refused == 1 else 'willen'} niet meedoen; dat mag." if refused else ""
    return f"Van de {number(people)} deelnemers {who} gemeten: {share}.{no}"


def growth_grid(figures: Figures) -> Grid | None:
    """Growth per indicator and rater, each with the number of people; nothing before anybody was measured twice."""
    rows = [
        Row(
            label,
            [cell(figures, f"growth.{rater}.{name}.{what}") for rater in Rater.values for what in ("mean", "n")],
        )
        for name, label in PeopleIndicator.choices
    ]
    if not any(
        _value(figures, f"growth.{rater}.{name}.n") for rater in Rater.values for name in PeopleIndicator.values
    ):
        return None
    return Grid(
        "Groei per mens sinds de eerste meting, op een schaal van 1 tot 5",
        ("Waarin", "Zelf", "Mensen", "Coach", "Mensen"),
        rows,
    )


def last_months(end: date) -> tuple[BarChart, list[tuple[str, str]]]:
    """The attendance rate of the last twelve months up to `end`, over the turn of the year."""
    first = date(end.year - 1, end.month % 12 + 1, 1) if end.month < 12 else date(end.year, 1, 1)
    period = Period(first, end)
    found = {month: row for month, row in figures_by_month(period).items() if row and row.planned}
    # Months without a register at the beginning say nothing.
    rates = {month: row.attendance_rate for month, row in found.items()}
    known = Period(max(first, date(*min(found), 1)), end) if found else period
    chart = attendance_chart(
        rates, period=known, draws_conclusions=not any(row.is_incomplete for row in found.values())
    )
    return chart, list(zip(labels_in(known, list(rates)), map(percent, rates.values()), strict=True))


def _gaps(now: PeriodFigures, today: date) -> list[Gap]:
    return [
        incomplete_registers(now.by_workshop),
        open_months(today),
        exits_without_destination(now.destinations),
        silent_workshops(today),
        stories_without_consent(),
        late_measurements(today),
        outdated_factors(today),
    ]


def _value(figures: Figures, key: str) -> float | None:
    return figures[key].value if key in figures else None


def _than(people: int, then: int | None) -> str:
    if then is None:
        return ""
    if then == people:
        return ", evenveel als op dezelfde dagen vorig jaar"
    return f"; op dezelfde dagen vorig jaar {number(then)}"


def _target_said(aim: Aim) -> str:
    limit = "hoogstens " if aim.at_most else ""
    return f"{limit}{value_said(aim.figure.kind, aim.target)}"


def _state(aim: Aim | None) -> str:
    if aim is None or not aim.is_known:
        return ""
    return "behind" if aim.is_behind else "met"


def _rounded(value: float, kind: Kind) -> float:
    """What is expected of something that one counts, as a whole number."""
    return value if kind in (Kind.RATE, Kind.SCORE) else round(value)
