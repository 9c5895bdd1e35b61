"""The figures page: every number on it is a figure of the catalogue, so that each can open the facts behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.text import slugify

from impact.charts import BarChart, Segment, attendance_chart, labels_in, share_segments
from impact.figures import PeriodFigures, TargetGroup, period_figures
from impact.figures.aims import house_aims
from impact.figures.attendance import COMPLETENESS_WARNS_UNDER
from impact.figures.catalogue import catalogue_of
from impact.figures.figure import Figure
from impact.figures.scope import HOUSE, Scope
from impact.figures.stays import STAYED_HERE
from impact.models import Rater
from impact.report.dashboard import Glance, at_a_glance
from impact.report.grids import Cell, Figures, Grid, Row, cell
from impact.report.people import Shown, people_numbers
from impact.report.sentences import before_register, doubt_sentence, period_sentences
from participants.models import PeopleIndicator, Trajectory
from pluspunt.periods import Period
from pluspunt.templatetags.words import NOTHING, number, percent

# Chapters of the catalogue that have a table of their own; every other one is listed as it stands.
OWN_TABLES = {
    "Meedoen: deelnemers samen",
    "Vakvrijwilligers",
    "Meedoen per doelgroep",
    "Meedoen per werkplaats",
    "Meedoen per maand",
    "In- en uitstroom",
    "Bereik",
    "Doorstroom",
    "Waarheen",
    *(f"Groei, {rater.label}" for rater in Rater),
}
GROWTH_COLUMNS = {
    "mean": "Gemiddeld",
    "up": "Vooruit",
    "up_share": "Deel",
    "same": "Gelijk",
    "same_share": "Deel",
    "down": "Terug",
    "down_share": "Deel",
    "n": "Mensen",
}
SHARES = ("attended", "aanwezig"), ("excused", "afgemeld"), ("no_show", "niet afgemeld"), ("open", "niet ingevuld")
MONTH_COLUMNS = {
    "planned": "Gepland",
    "attended": "Aanwezig",
    "excused": "Afgemeld",
    "no_show": "Niet afgemeld",
    "open": "Niet ingevuld",
    "extra": "Extra bezoek",
    "attendance_rate": "Opkomst",
}
WORKSHOP_COLUMNS = {
    "capacity": "Capaciteit",
    "planned_occupancy": "Geplande bezetting",
    "occupancy": "Bezetting",
    "attendance_rate": "Opkomst",
    "no_show_rate": "Niet afgemeld",
    "completeness": "Registratiegraad",
}
FLOW_COLUMNS = {"begin": "Begin", "inflow": "+ instroom", "outflow": "− uitstroom", "end": "= eind"}
VOLUNTEER_COLUMNS = {
    "planned": "Gepland",
    "attended": "Aanwezig",
    "extra": "Extra bezoek",
    "attendance_rate": "Opkomst",
    "hours": "Uren (4 per dagdeel)",
}


@dataclass(frozen=True)
class Section:
    """A part of the page: its place in the address, its name in the index, and its title, which is the answer."""

    anchor: str
    name: str
    title: str
    grids: Sequence[Grid] = ()
    text: str = ""
    chart: BarChart | None = None
    shares: Sequence[Segment] = ()


@dataclass(frozen=True)
class Screen:
    """The figures page: what it concludes, the figures at a glance, and everything in sections."""

    now: PeriodFigures
    before: PeriodFigures
    before_label: str
    doubt: str
    since: str
    sentences: list[str]
    glance: list[Glance]
    sections: list[Section]


def make_screen(period: Period, scope: Scope = HOUSE) -> Screen:
    """The figures of `period` and of the same days a year earlier, ready to be shown inside the house."""
    now, before = period_figures(period, scope), period_figures(period.year_before, scope, in_parts=False)
    figures, earlier = ({figure.key: figure for figure in catalogue_of(each)} for each in (now, before))
    before_label = "vorig jaar" if period.is_year else "op dezelfde dagen vorig jaar"
    people = Shown(people_numbers(now, before))
    return Screen(
        now=now,
        before=before,
        before_label=before_label,
        doubt=doubt_sentence(now.total),
        since=before_register(now),
        sentences=period_sentences(now, before, people, before_label),
        glance=at_a_glance(figures, earlier, house_aims(period, figures) if scope.is_house else []),
        sections=make_sections(now, figures, earlier) if now.total else [],
    )


def make_sections(now: PeriodFigures, figures: Figures, earlier: Figures) -> list[Section]:
    """Every figure of a period in sections, beside the same days a year earlier where that says something."""
    found = [
        _taking_part(figures),
        _groups(figures, earlier, now.scope.label),
        _flow(figures, now.scope.label),
        _months(now, figures),
        _workshops(now, figures),
        _volunteers(figures),
    ]
    return [*(section for section in found if section), *_other_chapters(figures, earlier), *_growth(figures)]


def _taking_part(figures: Figures) -> Section | None:
    known = [(name, label, figures[f"attendance.{name}"].value or 0) for name, label in SHARES]
    shares = share_segments(known)
    if not shares:
        return None
    rows = [Row(s.label, [cell(figures, f"attendance.{s.key}"), Cell(s.share)]) for s in shares]
    total = Row("gepland", [cell(figures, "attendance.planned"), Cell("")], is_total=True)
    extra = [
        Row(words, [cell(figures, f"attendance.{name}"), Cell("")])
        for name, words in (("extra", "extra bezoek"), ("delivered", "geleverd"), ("cancelled", "uitgevallen"))
    ]
    rate, complete = figures["attendance.attendance_rate"].value, figures["attendance.completeness"].value
    title = f"Van elke 100 geplande dagdelen was de deelnemer er {percent(rate, 0).split(chr(160))[0]} keer"
    return Section(
        "delen",
        "Meedoen",
        title
        if complete >= COMPLETENESS_WARNS_UNDER
        else f"Van {percent(complete)} van de dagdelen is ingevuld wie er was",
        [Grid("Dagdelen van deelnemers", ("Wat er gebeurde", "Dagdelen", "Deel"), [*rows, total, *extra])],
        shares=shares,
    )


def _groups(figures: Figures, earlier: Figures, whole: str) -> Section:
    rows = [
        Row(
            label,
            [
                cell(figures, f"flow.{group}.enrolled"),
                cell(earlier, f"flow.{group}.enrolled", is_before=True),
                cell(figures, f"reached.{group}"),
                cell(figures, f"{_slots_of(group)}.delivered"),
                cell(figures, f"{_slots_of(group)}.attendance_rate"),
            ],
        )
        for group, label in TargetGroup.choices
    ]
    house = [cell(figures, "flow.house.enrolled"), cell(earlier, "flow.house.enrolled", is_before=True)]
    house += [cell(figures, "reached.house"), Cell(NOTHING), Cell(NOTHING)]
    heads = ("Doelgroep", "Ingeschreven", "Jaar ervoor", "Bereikt", "Dagdelen", "Opkomst")
    return Section(
        "doelgroepen",
        "Wie deden mee",
        _people_title(figures["reached.house"].value),
        [Grid("Mensen per doelgroep, en hun opkomst", heads, [*rows, Row(whole, house, is_total=True)])],
        "Wie in twee doelgroepen staat ingeschreven, telt in beide; samen één keer.",
    )


def _slots_of(group: str) -> str:
    """Under which keys the slots of a target group stand."""
    return "volunteers" if group == TargetGroup.SKILLED_VOLUNTEER else f"group.{group}"


def _people_title(people: int | None) -> str:
    if not people:
        return "Er kwam nog niemand"
    return "1 mens kwam minstens één keer" if people == 1 else f"{number(people)} mensen kwamen minstens één keer"


def _flow(figures: Figures, whole: str) -> Section:
    """Who came and went; on the way also where to, and who moved up."""
    if figures["flow.house.begin"].value is None:
        text = "In- en uitstroom is er alleen over dagen waarop er registratie was. Kies een periode die later begint."
        return Section("stroom", "Kwamen en gingen", "Wie kwamen en wie gingen", text=text)
    groups = [*TargetGroup.choices, ("house", whole)]
    rows = [
        Row(label, [cell(figures, f"flow.{group}.{name}") for name in FLOW_COLUMNS], is_total=group == "house")
        for group, label in groups
    ]
    caption = "Mensen aan het begin, erbij, eraf en aan het eind. Begin + instroom − uitstroom = eind."
    through = Grid(
        "Doorstroom naar een volgende doelgroep",
        ("Wat", "Aantal"),
        [
            Row("mensen die konden doorstromen", [cell(figures, "flow_through.enrolled")]),
            Row("doorgestroomd", [cell(figures, "flow_through.moved")]),
            Row("doorstroom", [cell(figures, "flow_through.rate")]),
        ],
    )
    came, went = figures["flow.house.inflow"].value, figures["flow.house.outflow"].value
    return Section(
        "stroom",
        "Kwamen en gingen",
        flow_title(came, went),
        [Grid(caption, ("Doelgroep", *FLOW_COLUMNS.values()), rows), *_destinations(figures), through],
    )


def flow_title(came: int, went: int) -> str:
    """ "Er kwamen 12 mensen bij en niemand stopte", true for none, one and many."""
    comes, stops = ("kwam" if came < 2 else "kwamen"), ("stopte" if went < 2 else "stopten")
    return f"Er {comes} {_persons(came)} bij en {_persons(went)} {stops}"


def _persons(people: int) -> str:
    """ "niemand", "1 mens", "12 mensen"."""
    return {0: "niemand", 1: "1 mens"}.get(people, f"{number(people)} mensen")


def _destinations(figures: Figures) -> list[Grid]:
    """Where people went, as far as anybody did."""
    stayed = [(STAYED_HERE, "nog bij Pluspunt")] if f"destination.{STAYED_HERE}" in figures else []
    labels = [*Trajectory.Destination.choices, *stayed, ("none", "nog niet ingevuld")]
    found = [
        Row(label, [cell(figures, f"destination.{value}")])
        for value, label in labels
        if figures[f"destination.{value}"].value
    ]
    total = Row("samen", [cell(figures, "flow.house.outflow")], is_total=True)
    return [Grid("Waarheen de mensen gingen die stopten", ("Waarheen", "Mensen"), [*found, total])] if found else []


def _months(now: PeriodFigures, figures: Figures) -> Section:
    keys = [f"month.{year}-{month:02}" for year, month in now.by_month]
    rows = [
        Row(label, [cell(figures, f"{key}.{name}") for name in MONTH_COLUMNS])
        for label, key in zip(labels_in(now.period, list(now.by_month)), keys, strict=True)
    ]
    rows.append(Row("samen", [cell(figures, f"attendance.{name}") for name in MONTH_COLUMNS], is_total=True))
    chart = attendance_chart(
        {month: row and row.attendance_rate for month, row in now.by_month.items()},
        period=now.period,
        draws_conclusions=not any(row and row.is_incomplete for row in (now.total, *now.by_month.values())),
    )
    grid = Grid("Dagdelen van deelnemers per maand", ("Maand", *MONTH_COLUMNS.values()), rows)
    return Section("maanden", "Per maand", chart.title, [grid], chart=chart)


def _workshops(now: PeriodFigures, figures: Figures) -> Section | None:
    rows = [
        Row(
            row.workshop.name,
            [cell(figures, f"workshop.{row.workshop.pk}.{name}") for name in WORKSHOP_COLUMNS],
            note=f"vanaf {date_format(row.workshop.registered_from, 'j F Y')}" if row.starts_late else "",
        )
        for row in now.by_workshop
    ]
    if not rows:
        return None
    rows.append(Row("samen", [cell(figures, f"attendance.{name}") for name in WORKSHOP_COLUMNS], is_total=True))
    caption = "Werkplaatsen: plaatsen, bezetting en opkomst van deelnemers"
    grid = Grid(caption, ("Werkplaats", *WORKSHOP_COLUMNS.values()), rows)
    return Section("werkplaatsen", "Werkplaatsen", _fullest(now), [grid])


def _fullest(now: PeriodFigures) -> str:
    """Which workshop was used most; nothing is said when several were, or none."""
    used = {row.workshop.name: row.figures.occupancy for row in now.by_workshop if row.figures and row.figures.capacity}
    shown = {name: percent(value, 0) for name, value in used.items()}
    best = [name for name, value in shown.items() if value == percent(max(used.values()), 0)]
    if len(used) < 2 or len(best) != 1 or now.total.is_incomplete:
        return "Hoe vol waren de werkplaatsen?"
    return f"{best[0]} was het best bezet: {shown[best[0]]}"


def _volunteers(figures: Figures) -> Section:
    hours = figures["volunteers.hours"].value
    title = f"Vakvrijwilligers gaven {number(hours)} uur" if hours else "Er waren geen vakvrijwilligers"
    row = Row("vakvrijwilligers", [cell(figures, f"volunteers.{name}") for name in VOLUNTEER_COLUMNS])
    caption = "Dagdelen van vakvrijwilligers; zij nemen geen plaats in en tellen niet mee bij deelnemers"
    grid = Grid(caption, ("Wie", *VOLUNTEER_COLUMNS.values()), [row])
    return Section("vakvrijwilligers", "Vakvrijwilligers", title, [grid])


def _growth(figures: Figures) -> list[Section]:
    """Growth per indicator in one table per rater; nothing before anybody was measured twice."""
    if not any(figures[key].value for key in figures if key.startswith("growth.") and key.endswith(".n")):
        return []
    grids = [
        Grid(
            f"Groei volgens: {rater.label}, op een schaal van 1 tot 5",
            ("Waarin", *GROWTH_COLUMNS.values()),
            [
                Row(label, [cell(figures, f"growth.{rater}.{name}.{column}") for column in GROWTH_COLUMNS])
                for name, label in PeopleIndicator.choices
            ],
        )
        for rater in Rater
    ]
    text = "Vooruit of terug is minstens een half punt. Groei is geen bewijs: er gebeurt meer in een leven."
    return [Section("groei", "Groei", "Hoe groeiden mensen?", grids, text)]


def _other_chapters(figures: Figures, earlier: Figures) -> list[Section]:
    """What the catalogue holds besides, one table per chapter; a chapter of which nothing is known is left out."""
    chapters: dict[str, list[Figure]] = {}
    for figure in figures.values():
        if figure.group not in OWN_TABLES:
            chapters.setdefault(figure.group, []).append(figure)
    return [
        Section(slugify(name), name, name, [_plain_grid(name, rows, earlier)])
        for name, rows in chapters.items()
        if any(figure.value is not None for figure in rows)
    ]


def _plain_grid(name: str, rows: Sequence[Figure], earlier: Figures) -> Grid:
    lines = [
        Row(
            figure.label,
            [cell({figure.key: figure}, figure.key), cell(earlier, figure.key, is_before=True)],
            note=figure.unit,
        )
        for figure in rows
        if figure.value is not None
    ]
    return Grid(name, ("Wat", "Aantal", "Jaar ervoor"), lines)
