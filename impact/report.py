"""What the figures page and the annual report say: the same figures, as rows and as sentences that they prove.

The page stays in the house and shows every number. The report leaves it, so that small numbers of people are kept
back there, and workshops where fewer than five people came are shown together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from django.utils.formats import date_format

from impact.charts import BarChart, Segment, attendance_chart, month_labels, share_segments, whole_percent
from impact.figures import (
    AttendanceFigures,
    FlowFigures,
    PeriodFigures,
    TargetGroup,
    WorkshopFigures,
    people_by_strand,
    period_figures,
    sum_figures,
)
from impact.models import Indicator
from impact.suppression import LEFT_OUT, SMALL, SMALLEST_SHOWN, Balance, protect
from participants.models import Trajectory
from pluspunt.periods import Period
from pluspunt.templatetags.words import NOTHING, number, percent

Destination = Trajectory.Destination
HOUSE = "house"
FLOW = [column.name for column in fields(FlowFigures)]
HOURS_PER_DAY_PART = 4
# In the report several destinations together, so that fewer of them are too small to show.
FORWARD = "naar werk of opleiding"
ELSEWHERE_ACTIVE = "naar vrijwilligerswerk, of doelen gehaald"
GONE = "verhuisd of overleden"
OTHER = "met pensioen, geen vervolg of niet bekend"
DESTINATION_CLUSTERS = {
    FORWARD: [Destination.PAID_WORK, Destination.SUPPORTED_WORK, Destination.EDUCATION],
    ELSEWHERE_ACTIVE: [
        Destination.VOLUNTEERING_ELSEWHERE,
        Destination.VOLUNTEERING_HERE,
        Destination.GOALS_REACHED,
    ],
    "naar andere zorg, behandeling of detentie": [
        Destination.OTHER_PROVIDER,
        Destination.OTHER_DOMAIN,
        Destination.TREATMENT,
        Destination.DETENTION,
    ],
    GONE: [Destination.MOVED, Destination.DECEASED],
    OTHER: [Destination.RETIRED, Destination.NO_FOLLOW_UP, Destination.UNKNOWN, ""],
}


@dataclass(frozen=True)
class Headline:
    """One figure of the year at a glance: the number, what it is, and what stands beside it."""

    value: str
    label: str
    note: str


@dataclass(frozen=True)
class PeopleRow:
    """A line of people, each number as it may be shown."""

    label: str
    begin: str
    inflow: str
    outflow: str
    end: str
    enrolled: str
    enrolled_before: str
    reached: str
    attendance: AttendanceFigures | None


@dataclass(frozen=True)
class WorkshopRow:
    """A workshop, or several small ones together, with its figures; `None` before its register began."""

    name: str
    place: str
    host: str
    figures: AttendanceFigures | None
    note: str = ""


@dataclass(frozen=True)
class PillarRow:
    """One of the four P's: its name, its indicators and what is known of it so far."""

    name: str
    key: str
    indicators: list[Indicator]
    known: str


@dataclass(frozen=True)
class Report:
    """Everything that one page or document says about a period."""

    figures: PeriodFigures
    before: PeriodFigures
    before_label: str
    sentences: list[str]
    enrolled_sentence: str
    flow_sentence: str
    headlines: list[Headline]
    groups: list[PeopleRow]
    house: PeopleRow
    strands: list[tuple[str, str]]
    destinations: list[tuple[str, str]]
    onward: str
    workshops: list[WorkshopRow]
    hosted: list[WorkshopRow]
    workshops_note: str
    volunteers: AttendanceFigures | None
    chart: BarChart
    shares: list[Segment]

    @property
    def months(self) -> list[tuple[str, AttendanceFigures | None]]:
        by_month = self.figures.by_month
        return list(zip(month_labels(list(by_month)), by_month.values(), strict=True))

    @property
    def volunteer_hours(self) -> int | None:
        return self.volunteers.delivered * HOURS_PER_DAY_PART if self.volunteers else None


def make_report(period: Period, *, leaves_house: bool) -> Report:
    """The figures of `period` and of the same days a year earlier, ready to be shown."""
    now, before = period_figures(period), period_figures(period.year_before)
    by_destination = destination_numbers(now, in_clusters=leaves_house)
    strands = people_by_strand(period) if now.flow is not None else {}
    numbers = people_numbers(now, before) | _prefixed("strand", strands) | _prefixed("destination", by_destination)
    people = Shown(protect(numbers, people_balances(list(by_destination)))) if leaves_house else Shown(numbers)
    workshops, workshops_note = (
        shareable_workshops(now.by_workshop) if leaves_house else ([_workshop_row(row) for row in now.by_workshop], "")
    )
    before_label = "vorig jaar" if period.is_year else "op dezelfde dagen vorig jaar"
    too_few_volunteers = leaves_house and numbers.get("SKILLED_VOLUNTEER.reached", 0) in SMALL
    return Report(
        figures=now,
        before=before,
        before_label=before_label,
        sentences=_sentences(now, before, people, before_label),
        enrolled_sentence=_enrolled_sentence(people),
        flow_sentence=_flow_sentence(people),
        headlines=_headlines(now, before, people, before_label),
        groups=[_people_row(group, label, now, people, leaves_house) for group, label in TargetGroup.choices],
        house=_people_row(HOUSE, "hele huis", now, people, leaves_house),
        strands=[
            (Trajectory._meta.get_field(name).verbose_name, people[f"strand.{name}"])
            for name in strands
            if any(strands.values())
        ],
        destinations=[(label, people[f"destination.{label}"]) for label in by_destination],
        onward=_onward(by_destination, people) if leaves_house else "",
        workshops=workshops,
        hosted=[row for row in workshops if row.host],
        workshops_note=workshops_note,
        volunteers=None if too_few_volunteers else now.volunteers,
        chart=attendance_chart({month: figures and figures.attendance_rate for month, figures in now.by_month.items()}),
        shares=_shares(now.total),
    )


# --- People: numbers, what adds up, and how they are shown ------------------------------------------------------


class Shown:
    """Numbers of people by name, as words: "1.234", "< 5", "·", or "–" for what is not known."""

    def __init__(self, numbers: Mapping[str, int | str]):
        self.numbers = numbers

    def __getitem__(self, name: str) -> str:
        value = self.numbers.get(name)
        return value if isinstance(value, str) else number(value)

    def exact(self, name: str) -> int | None:
        """The number itself, or `None` when it is not known or kept back."""
        value = self.numbers.get(name)
        return value if isinstance(value, int) else None


def people_numbers(now: PeriodFigures, before: PeriodFigures) -> dict[str, int]:
    """Every number of people in the document by name, as far as it is known: "ACTIVATION.begin", "house.reached"."""
    numbers = {}
    if now.flow is not None:
        for group, flow in [*now.flow.items(), (HOUSE, now.house_flow)]:
            numbers |= {f"{group}.{name}": getattr(flow, name) for name in FLOW}
    if now.by_group is not None:
        numbers |= {f"{group}.reached": row.reached for group, row in now.by_group.items()}
        numbers[f"{HOUSE}.reached"] = now.reached
    if before.flow is not None:
        numbers |= {f"{group}.enrolled_before": flow.enrolled for group, flow in before.flow.items()}
        numbers[f"{HOUSE}.enrolled_before"] = before.house_flow.enrolled
        numbers |= {f"{HOUSE}.inflow_before": before.house_flow.inflow}
        numbers |= {f"{HOUSE}.outflow_before": before.house_flow.outflow}
    if before.reached is not None:
        numbers[f"{HOUSE}.reached_before"] = before.reached
    return numbers


def people_balances(destinations: Sequence[str]) -> list[Balance]:
    """What a reader of the document can add up, down every column and along every row."""
    balances = []
    for group in (*TargetGroup.values, HOUSE):
        balances += [
            Balance([f"{group}.begin", f"{group}.inflow"], [f"{group}.outflow", f"{group}.end"]),
            Balance([f"{group}.enrolled"], [f"{group}.begin", f"{group}.inflow"]),
            Balance([f"{group}.enrolled"], [f"{group}.outflow", f"{group}.end"]),
        ]
    for name in (*FLOW, "reached", "enrolled_before"):
        balances.append(Balance([f"{HOUSE}.{name}"], [f"{group}.{name}" for group in TargetGroup.values]))
    if destinations:
        balances.append(Balance([f"{HOUSE}.outflow"], [f"destination.{label}" for label in destinations]))
    balances.append(Balance([f"{HOUSE}.enrolled_before"], [f"{HOUSE}.outflow_before", f"{HOUSE}.begin"]))
    return balances


def destination_numbers(figures: PeriodFigures, *, in_clusters: bool) -> dict[str, int]:
    """Where those who left the house went, by words; only what occurs."""
    found = figures.destinations or {}
    if in_clusters:
        clusters = {label: sum(found.get(v, 0) for v in values) for label, values in DESTINATION_CLUSTERS.items()}
        return {label: people for label, people in clusters.items() if people}
    return {Destination(value).label if value else "nog niet ingevuld": people for value, people in found.items()}


def _prefixed(prefix: str, numbers: Mapping[str, int]) -> dict[str, int]:
    return {f"{prefix}.{name}": value for name, value in numbers.items()}


def _people_row(group: str, label: str, now: PeriodFigures, people: Shown, leaves_house: bool) -> PeopleRow:
    columns = [*FLOW, "enrolled_before", "reached"]
    return PeopleRow(
        label=label,
        attendance=_group_attendance(group, now, leaves_house),
        **{name: people[f"{group}.{name}"] for name in columns},
    )


def _group_attendance(group: str, now: PeriodFigures, leaves_house: bool) -> AttendanceFigures | None:
    """The slots of a group; none at all in a report as soon as one of the groups came with fewer than five people."""
    if now.by_group is None or group == HOUSE:
        return None
    if leaves_house and any(row.reached in SMALL for row in now.by_group.values()):
        return None
    return now.by_group[group].attendance


def _onward(by_destination: Mapping[str, int], people: Shown) -> str:
    """Positive outflow (§6) as a sentence, when the document shows what it is made of."""
    outflow, gone = people.exact(f"{HOUSE}.outflow"), people.exact(f"destination.{GONE}")
    gone = 0 if GONE not in by_destination else gone
    forward = [people.exact(f"destination.{name}") for name in (FORWARD, ELSEWHERE_ACTIVE) if name in by_destination]
    if not outflow or gone is None or None in forward or outflow == gone:
        return ""
    share = percent(sum(forward) / (outflow - gone), 0)
    return (
        f"Van de {number(outflow - gone)} mensen die stopten en niet verhuisden of overleden, gingen er "
        f"{number(sum(forward))} verder naar werk, opleiding of vrijwilligerswerk, of haalden zij hun doelen: {share}."
    )


# --- Workshops --------------------------------------------------------------------------------------------------


def shareable_workshops(rows: Sequence[WorkshopFigures]) -> tuple[list[WorkshopRow], str]:
    """The workshops for a reader outside the house, and a sentence about those that are shown together.

    Workshops where one to four people came are added up with the next one in size, so that no difference with the
    total tells about so few.
    """
    small = [row for row in rows if row.people in SMALL]
    if not small:
        return [_workshop_row(row) for row in rows], ""
    others = sorted((row for row in rows if row.people >= SMALLEST_SHOWN), key=lambda row: row.people)
    together = [row for row in rows if row in small or row in others[:1]]
    names = ", ".join(row.workshop.name for row in together)
    merged = WorkshopRow(
        "kleine werkplaatsen samen", "", "", sum_figures(row.figures for row in together if row.figures)
    )
    note = f"Kleine werkplaatsen samen: {names}. Zo vertelt geen regel iets over minder dan vijf mensen."
    return [*(_workshop_row(row) for row in rows if row not in together), merged], note


def _workshop_row(row: WorkshopFigures) -> WorkshopRow:
    began = row.workshop.registered_from
    return WorkshopRow(
        name=row.workshop.name,
        place=row.workshop.location.name,
        host=row.workshop.host.name if row.workshop.host else "",
        figures=row.figures,
        note=f"vanaf {date_format(began, 'j F Y')}" if row.starts_late else "",
    )


# --- Words ------------------------------------------------------------------------------------------------------


def _headlines(now: PeriodFigures, before: PeriodFigures, people: Shown, before_label: str) -> list[Headline]:
    total, then = now.total, before.total

    def rate(name: str) -> str:
        return f"{before_label} {percent(getattr(then, name) if then else None)}"

    return [
        Headline(
            people["house.enrolled"],
            "deelnemers en vakvrijwilligers",
            f"{before_label} {people['house.enrolled_before']}",
        ),
        Headline(
            number(total.delivered if total else None),
            "geleverde dagdelen",
            f"{before_label} {number(then.delivered if then else None)}",
        ),
        Headline(percent(total.attendance_rate if total else None), "opkomst", rate("attendance_rate")),
        Headline(percent(total.occupancy if total else None), "bezetting", rate("occupancy")),
        Headline(
            people["house.inflow"],
            "mensen gestart",
            f"{before_label} {people['house.inflow_before']}",
        ),
        Headline(
            people["house.outflow"],
            "mensen gestopt",
            f"{before_label} {people['house.outflow_before']}",
        ),
        Headline(percent(total.no_show_rate if total else None), "niet afgemeld", rate("no_show_rate")),
        Headline(
            people["house.reached"],
            "mensen kwamen minstens één keer",
            f"{before_label} {people['house.reached_before']}",
        ),
    ]


def before_register(figures: PeriodFigures) -> str:
    """Since when anything is known."""
    if figures.registered_from is None:
        return ""
    began = date_format(figures.registered_from, "j F Y")
    return f"De registratie begon op {began}. Over de tijd daarvoor zijn er geen cijfers: daar staat {NOTHING}."


def _shares(total: AttendanceFigures | None) -> list[Segment]:
    """What became of the planned day parts."""
    parts = [("attended", "aanwezig"), ("excused", "afgemeld"), ("no_show", "niet afgemeld"), ("open", "niet ingevuld")]
    return share_segments([(key, label, getattr(total, key)) for key, label in parts]) if total else []


def _sentences(now: PeriodFigures, before: PeriodFigures, people: Shown, before_label: str) -> list[str]:
    """The period in a few sentences; each says only what stands in the figures, as they are shown."""
    sentences = []
    enrolled, enrolled_before = people.exact("house.enrolled"), people.exact("house.enrolled_before")
    if enrolled:
        sentences.append(f"Er deden {number(enrolled)} mensen mee{_than(enrolled, enrolled_before, before_label)}.")
    rate = now.total.attendance_rate if now.total else None
    rate_before = before.total.attendance_rate if before.total else None
    if rate is not None:
        sentence = f"Van elke 100 geplande dagdelen was de deelnemer er {whole_percent(rate)} keer"
        if rate_before is not None:
            sentence += f"; {before_label} {whole_percent(rate_before)} keer"
        sentences.append(f"{sentence}.")
    if now.total and now.total.occupancy is not None:
        sentences.append(
            f"Van de {number(now.total.capacity)} plaatsen die er waren, zijn er "
            f"{number(now.total.delivered)} gebruikt: {percent(now.total.occupancy)}."
        )
    return sentences


def _enrolled_sentence(people: Shown) -> str:
    enrolled, reached = people.exact("house.enrolled"), people.exact("house.reached")
    if enrolled is None or reached is None:
        return ""
    return f"{number(enrolled)} mensen waren ingeschreven; {number(reached)} mensen kwamen minstens één keer."


def _flow_sentence(people: Shown) -> str:
    begin, inflow, outflow, end = (people.exact(f"house.{name}") for name in ("begin", "inflow", "outflow", "end"))
    if None in (begin, inflow, outflow, end):
        return ""
    return (
        f"Aan het begin deden {number(begin)} mensen mee. Er kwamen er {number(inflow)} bij, "
        f"{number(outflow)} stopten, en aan het eind waren het er {number(end)}."
    )


def _than(value: int, before: int | None, before_label: str) -> str:
    if before is None:
        return ""
    if value == before:
        return f", evenveel als {before_label}"
    return f", {number(abs(value - before))} {'meer' if value > before else 'minder'} dan {before_label}"


def pillars(report: Report) -> list[PillarRow]:
    """The four P's with their indicators, and what is known of each so far."""
    indicators = list(Indicator.objects.all())
    total = report.figures.total
    known = {
        Indicator.Pillar.PEOPLE: (
            f"Meedoen is geteld: {report.house.reached} mensen kwamen minstens één keer, en deelnemers kregen samen "
            f"{number(total.delivered)} dagdelen."
            if total and report.house.reached not in (NOTHING, LEFT_OUT)
            else ""
        ),
        Indicator.Pillar.PROSPERITY: report.onward,
    }
    return [
        PillarRow(pillar.label, pillar.value, [i for i in indicators if i.pillar == pillar], known.get(pillar, ""))
        for pillar in Indicator.Pillar
    ]
