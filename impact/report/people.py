"""The numbers of people: what adds up, and how each may be shown."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields

from django.db.models import Count, Q

from impact.figures import AttendanceFigures, FlowFigures, PeriodFigures, TargetGroup, people_by_strand
from participants.models import Trajectory
from pluspunt.periods import Period
from pluspunt.templatetags.words import number

Destination = Trajectory.Destination
HOUSE = "house"
# Flow-through: who moved up, and who was enrolled in day care or activation.
MOVED_UP, COULD_MOVE_UP = "flow_through.moved", "flow_through.enrolled"
FLOW = [column.name for column in fields(FlowFigures)]
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


def cluster_key(label: str) -> str:
    """The key in a published version of several destinations together."""
    return f"destinations.{list(DESTINATION_CLUSTERS).index(label) + 1}"


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
        numbers |= {MOVED_UP: now.flow_through.moved, COULD_MOVE_UP: now.flow_through.enrolled}
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


def destination_numbers(figures: PeriodFigures, *, in_clusters: bool) -> dict[str, int]:
    """Where those who left the house went, by words; only what occurs."""
    found = figures.destinations or {}
    if in_clusters:
        clusters = {label: sum(found.get(v, 0) for v in values) for label, values in DESTINATION_CLUSTERS.items()}
        return {label: people for label, people in clusters.items() if people}
    return {Destination(value).label if value else "nog niet ingevuld": people for value, people in found.items()}


def strand_numbers(period: Period, figures: PeriodFigures) -> dict[str, int]:
    """People in activation per strand, all with a strand (`filled`) and those without (`missing`); {} when unknown."""
    strands = people_by_strand(period) if figures.flow is not None else {}
    if not any(strands.values()):
        return {}
    has_strand = Q(strand_social=True) | Q(strand_educational=True) | Q(strand_work=True)
    with_strand = Trajectory.objects.overlapping(period.start, period.end).filter(has_strand)
    filled = with_strand.aggregate(people=Count("participant", distinct=True))["people"]
    return {**strands, "filled": filled, "missing": figures.flow[TargetGroup.ACTIVATION].enrolled - filled}


def strand_rows(strands: Mapping[str, int], people: Shown) -> list[tuple[str, str]]:
    """The strands and the people of whom none is filled in, as they may be shown."""
    labels = {"missing": "niet ingevuld"}
    return [
        (labels.get(name) or str(Trajectory._meta.get_field(name).verbose_name), people[f"strand.{name}"])
        for name in strands
        if name != "filled"
    ]


def prefixed(prefix: str, numbers: Mapping[str, int]) -> dict[str, int]:
    """The same numbers under longer names: "MOVED" becomes "destination.MOVED"."""
    return {f"{prefix}.{name}": value for name, value in numbers.items()}


def people_row(group: str, label: str, now: PeriodFigures, people: Shown, hidden: Collection[str] = ()) -> PeopleRow:
    """The line of one target group, or of the whole house; of groups in `hidden` no slots are shown."""
    columns = [*FLOW, "enrolled_before", "reached"]
    has_slots = now.by_group is not None and group != HOUSE and group not in hidden
    return PeopleRow(
        label=label,
        attendance=now.by_group[group].attendance if has_slots else None,
        **{name: people[f"{group}.{name}"] for name in columns},
    )
