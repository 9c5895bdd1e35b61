"""The numbers of people: what adds up, and how each may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from django.db.models import Count, Q

from impact.figures import AttendanceFigures, FlowFigures, PeriodFigures, TargetGroup, people_by_strand
from impact.suppression import SMALL, Balance
from participants.models import Trajectory
from pluspunt.periods import Period
from pluspunt.templatetags.words import number

Destination = Trajectory.Destination
HOUSE = "house"
# Flow-through: who moved up, and who was enrolled in day care or activation.
MOVED_UP, COULD_MOVE_UP = "flow_through.moved", "flow_through.enrolled"
# Not shown, but a reader can work out the first from the groups and the house.
MOVED_BETWEEN, ONLY_TO_PARTNER = "flow_through.between", "flow_through.only_to_partner"
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
        numbers |= {
            MOVED_BETWEEN: now.flow_through.between,
            ONLY_TO_PARTNER: now.flow_through.moved - now.flow_through.between,
        }
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
        # Who moves on leaves one group for the next but not the house: the difference tells how many moved.
        moved = [MOVED_BETWEEN] if name in ("inflow", "outflow") else []
        balances.append(Balance([f"{HOUSE}.{name}", *moved], [f"{group}.{name}" for group in TargetGroup.values]))
    lower = [f"{group}.enrolled" for group in TargetGroup.values if group != TargetGroup.SKILLED_VOLUNTEER]
    balances += [
        Balance([MOVED_UP], [MOVED_BETWEEN, ONLY_TO_PARTNER]),
        Balance([COULD_MOVE_UP], lower),
        Balance([f"{HOUSE}.enrolled"], [COULD_MOVE_UP, f"{TargetGroup.SKILLED_VOLUNTEER}.enrolled"]),
    ]
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


def strand_numbers(period: Period, figures: PeriodFigures) -> dict[str, int]:
    """People in activation per strand, all with a strand (`filled`) and those without (`missing`); {} when unknown."""
    strands = people_by_strand(period) if figures.flow is not None else {}
    if not any(strands.values()):
        return {}
    has_strand = Q(strand_social=True) | Q(strand_educational=True) | Q(strand_work=True)
    with_strand = Trajectory.objects.overlapping(period.start, period.end).filter(has_strand)
    filled = with_strand.aggregate(people=Count("participant", distinct=True))["people"]
    return {**strands, "filled": filled, "missing": figures.flow[TargetGroup.ACTIVATION].enrolled - filled}


def strand_balances(strands: Mapping[str, int]) -> list[Balance]:
    """What a reader can work out from the people without a strand."""
    names = [f"strand.{name}" for name in strands if name not in ("filled", "missing")]
    balances = [Balance([f"{TargetGroup.ACTIVATION}.enrolled"], ["strand.filled", "strand.missing"])]
    if strands and sum(strands[name.removeprefix("strand.")] for name in names) == strands["filled"]:
        balances.append(Balance(["strand.filled"], names))
    return balances


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


def people_row(group: str, label: str, now: PeriodFigures, people: Shown, leaves_house: bool) -> PeopleRow:
    """The line of one target group, or of the whole house."""
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
