"""What a reader can add up: every relation between the figures of one version, as balances of numbers.

A key of a part, such as the year before, begins with the name of the part and a slash: "before/flow.house.end".
Where people can be in two groups the difference of the two sides is taken as known: that asks more than is needed.
"""

from collections.abc import Iterator, Mapping

from impact.figures import TargetGroup
from impact.figures.chapters.attendance import SLOTS
from impact.figures.figure import Figure, Kind
from impact.report.people import DESTINATION_CLUSTERS, ELSEWHERE_ACTIVE, FORWARD, GONE, cluster_key
from impact.suppression import Balance, Number
from participants.models import PeopleIndicator

HOUSE = "house"
GROUPS = (*TargetGroup.values,)
VOLUNTEERS = TargetGroup.SKILLED_VOLUNTEER.value
PARTICIPANTS = tuple(group for group in GROUPS if group != VOLUNTEERS)
BEFORE = "before/"
# Nobody prints these, and a reader can work them out from what is printed.
ONLY_TO_PARTNER = "flow_through.only_to_partner"
TWO_LOWER, WITH_VOLUNTEERS = "flow_through.in_two_lower", "flow_through.with_volunteers"
OF_FLOW = ("begin", "inflow", "outflow", "end", "enrolled")


def parts_of(figures: Mapping[str, Figure]) -> list[str]:
    """The beginnings of the keys: "" for the figures of the period itself, "before/" for those of the year before."""
    return sorted({key[: key.rfind("/") + 1] for key in figures})


def balances_of(figures: Mapping[str, Figure]) -> list[Balance]:
    """Every balance between the known figures; a balance with one that is not there is worth nothing and harmless."""
    found = [balance for part in parts_of(figures) for balance in _of_part(part, _names(part, figures))]
    for line in (*GROUPS, HOUSE):
        found += [
            Balance([f"{BEFORE}flow.{line}.end"], [f"flow.{line}.begin"]),
            Balance([f"{BEFORE}flow.{line}.enrolled"], [f"{BEFORE}flow.{line}.outflow", f"flow.{line}.begin"]),
        ]
    return found


def implied_numbers(figures: Mapping[str, Figure]) -> tuple[dict[str, Number], list[Balance]]:
    """Numbers of people that nobody prints and that follow from others, with what they follow from.

    Of each rate those who are left over, those who only went to a partner, those who were in two groups, those who
    were enrolled and never came, those of them who were planned and who never were, and those who stand no higher on
    the ladder.
    """
    sums = [([each.parts[1]], [each.parts[0]], f"{each.key}.rest") for each in figures.values() if each.parts]
    lower = [f"flow.{group}.enrolled" for group in PARTICIPANTS]
    for part in parts_of(figures):
        moved, between, could = (f"{part}flow_through.{name}" for name in ("moved", "between", "enrolled"))
        if between not in figures:
            # Of the year before nobody prints who moved on; the groups and the house tell it.
            sums.append(([f"{part}flow.{group}.inflow" for group in GROUPS], [f"{part}flow.{HOUSE}.inflow"], between))
        sums += [
            ([f"{part}flow.{line}.enrolled"], [f"{part}reached.{line}"], f"{part}never_came.{line}")
            for line in (*GROUPS, HOUSE)
        ]
        sums += [
            (
                [f"{part}attendance.people"],
                [f"{part}reached.{group}" for group in PARTICIPANTS],
                f"{part}planned_and_never_came",
            ),
            ([could], [f"{part}attendance.people"], f"{part}never_planned"),
            ([f"{part}ladder.compared"], [f"{part}ladder.up"], f"{part}ladder.not_up"),
            ([moved], [between], f"{part}{ONLY_TO_PARTNER}"),
            ([f"{part}{name}" for name in lower], [could], f"{part}{TWO_LOWER}"),
            (
                [could, f"{part}flow.{VOLUNTEERS}.enrolled"],
                [f"{part}flow.{HOUSE}.enrolled"],
                f"{part}{WITH_VOLUNTEERS}",
            ),
        ]
    numbers, balances = {}, []
    for whole, rest, name in sums:
        known = [figures.get(each) for each in (*whole, *rest)]
        if all(each and each.kind is Kind.PEOPLE and each.value is not None for each in known):
            left_over = sum(figures[each].value for each in whole) - sum(figures[each].value for each in rest)
            if left_over >= 0:
                numbers[name] = Number(int(left_over), is_printed=False)
                balances.append(Balance(whole, [*rest, name]))
    return numbers, balances


def _names(part: str, figures: Mapping[str, Figure]) -> set[str]:
    """The keys of known figures in a part, without its name."""
    inside = (key for key, figure in figures.items() if figure.value is not None and key.startswith(part))
    return {key.removeprefix(part) for key in inside if "/" not in key.removeprefix(part)}


def _of_part(part: str, names: set[str]) -> Iterator[Balance]:
    rows = [*_flow(), *_reached(names), *_slots(names), *_destinations(), *_strands(), *_measured(names)]
    for balance in rows:
        yield Balance(
            [f"{part}{name}" for name in balance.left],
            [f"{part}{name}" for name in balance.right],
            balance.is_at_most,
        )


def _flow() -> Iterator[Balance]:
    """Down every column and along every row of the flow table."""
    for line in (*GROUPS, HOUSE):
        begin, inflow, outflow, end, enrolled = (f"flow.{line}.{name}" for name in OF_FLOW)
        yield Balance([begin, inflow], [outflow, end])
        yield Balance([enrolled], [begin, inflow])
        yield Balance([enrolled], [outflow, end])
    for name in OF_FLOW:
        # Who moves on leaves one group for the next but not the house: the difference tells how many moved.
        moved = ["flow_through.between"] if name in ("inflow", "outflow", "enrolled") else []
        yield Balance([f"flow.{HOUSE}.{name}", *moved], [f"flow.{group}.{name}" for group in GROUPS])
    yield Balance(["flow_through.enrolled"], ["coverage.enrolled"])
    yield Balance([ONLY_TO_PARTNER], ["flow_through.to_partner"], is_at_most=True)
    yield Balance(["flow_through.between"], [TWO_LOWER, WITH_VOLUNTEERS])


def _reached(names: set[str]) -> Iterator[Balance]:
    yield Balance([f"reached.{HOUSE}"], [f"reached.{group}" for group in GROUPS])
    workshops = [name for name in sorted(names) if name.startswith("workshop.") and name.endswith(".people")]
    if workshops:
        yield Balance(["attendance.people"], workshops, is_at_most=True)
    for name in (
        *workshops,
        *(name for name in sorted(names) if name.startswith("month.") and name.endswith("people")),
    ):
        yield Balance([name], ["attendance.people"], is_at_most=True)


def _slots(names: set[str]) -> Iterator[Balance]:
    """Along every line of slots, and the lines that add up to the whole: workshops, months and target groups."""
    lines = sorted({name.rsplit(".", 1)[0] for name in names if name.endswith(".attended")})
    for line in lines:
        yield Balance([f"{line}.planned"], [f"{line}.{name}" for name in ("attended", "excused", "no_show", "open")])
        yield Balance([f"{line}.delivered"], [f"{line}.attended", f"{line}.extra"])
    for head in ("workshop.", "month.", "group."):
        inside = [line for line in lines if line.startswith(head)]
        for name in SLOTS if inside else ():
            yield Balance([f"attendance.{name}"], [f"{line}.{name}" for line in inside])


def _destinations() -> Iterator[Balance]:
    """Where people went, one by one and several together, and positive outflow, which adds some of them up."""
    outflow, onward, left = f"flow.{HOUSE}.outflow", "positive_outflow.onward", "positive_outflow.left"
    every = [f"destination.{value or 'none'}" for values in DESTINATION_CLUSTERS.values() for value in values]
    clusters = {label: cluster_key(label) for label in DESTINATION_CLUSTERS}
    yield Balance([outflow], every)
    yield Balance([outflow], list(clusters.values()))
    for label, values in DESTINATION_CLUSTERS.items():
        yield Balance([clusters[label]], [f"destination.{value or 'none'}" for value in values])
    positive = (*DESTINATION_CLUSTERS[FORWARD], *DESTINATION_CLUSTERS[ELSEWHERE_ACTIVE])
    yield Balance([onward], [f"destination.{value}" for value in positive])
    yield Balance([onward], [clusters[FORWARD], clusters[ELSEWHERE_ACTIVE]])
    yield Balance([outflow], [left, clusters[GONE]])


def _strands() -> Iterator[Balance]:
    yield Balance([f"flow.{TargetGroup.ACTIVATION}.enrolled"], ["strand.filled", "strand.missing"])
    yield Balance(["strand.filled"], ["strand.social", "strand.educational", "strand.work"])


def _measured(names: set[str]) -> Iterator[Balance]:
    raters = sorted({name.split(".")[1] for name in names if name.startswith("growth.")})
    for rater in raters:
        for indicator in PeopleIndicator.values:
            line = f"growth.{rater}.{indicator}"
            yield Balance([f"{line}.n"], [f"{line}.up", f"{line}.same", f"{line}.down"])
            yield Balance([f"{line}.n"], [f"coverage.{rater}.measured"], is_at_most=True)
    rungs = sorted(name for name in names if name.removeprefix("ladder.").isdigit())
    yield Balance(["ladder.n"], rungs)
    yield Balance(["ladder.compared"], ["ladder.up", "ladder.same", "ladder.down"])
    yield Balance(["ladder.compared"], ["ladder.n"], is_at_most=True)
    yield Balance(["coverage.measured"], [f"coverage.{rater}.measured" for rater in raters], is_at_most=True)
