"""A reader who wants to know more than a version says: everything printed as a system that a solver tries to pin down.

The relations are written here once more, from what stands on paper, so that a balance that the product forgets shows.
"""

from collections.abc import Iterator, Mapping

import numpy
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

from impact.figures.figure import Figure, Kind
from impact.report.guarding import Guarded
from impact.suppression import FEW

GROUPS = ("SOCIAL_DAY_CARE", "ACTIVATION", "SKILLED_VOLUNTEER")
# More than there is of anything in a made-up year.
MANY = 10**6
HALF_A_TENTH = 0.0005
COUNTED = (Kind.PEOPLE, Kind.SLOTS)
# Destinations by what they are called together, in the order of the report.
TOGETHER = (
    "PAID_WORK SUPPORTED_WORK EDUCATION",
    "VOLUNTEERING_ELSEWHERE VOLUNTEERING_HERE GOALS_REACHED",
    "OTHER_PROVIDER OTHER_DOMAIN TREATMENT DETENTION",
    "MOVED DECEASED",
    "RETIRED NO_FOLLOW_UP UNKNOWN none",
)


def sums(keys: Mapping[str, object]) -> Iterator[tuple[list[str], list[str]]]:
    """Every pair of sides that a reader may hold against each other."""
    for part in ("", "before/"):
        for line in (*GROUPS, "house"):
            at = f"{part}flow.{line}"
            yield [f"{at}.begin", f"{at}.inflow"], [f"{at}.outflow", f"{at}.end"]
            yield [f"{at}.enrolled"], [f"{at}.begin", f"{at}.inflow"]
        for name in ("begin", "inflow", "outflow", "end", "enrolled"):
            moved = [f"{part}flow_through.between"] if name in ("inflow", "outflow", "enrolled") else []
            yield [f"{part}flow.house.{name}", *moved], [f"{part}flow.{group}.{name}" for group in GROUPS]
        lines = {key.rsplit(".", 1)[0] for key in keys if key.startswith(part) and key.endswith(".planned")}
        for at in lines:
            yield [f"{at}.planned"], [f"{at}.{name}" for name in ("attended", "excused", "no_show", "open")]
            yield [f"{at}.delivered"], [f"{at}.attended", f"{at}.extra"]
    for line in (*GROUPS, "house"):
        yield [f"before/flow.{line}.end"], [f"flow.{line}.begin"]
    for part in ("", "before/"):
        yield [f"{part}reached.house"], [f"{part}reached.{group}" for group in GROUPS]
        yield [f"{part}ladder.n"], [f"{part}ladder.{rung}" for rung in range(1, 7)]
        yield [f"{part}ladder.compared"], [f"{part}ladder.{name}" for name in ("up", "same", "down")]
    yield ["flow_through.enrolled"], ["coverage.enrolled"]
    for head in ("workshop.", "month.", "group."):
        at = {key.rsplit(".", 1)[0] for key in keys if key.startswith(head)}
        for name in ("planned", "attended", "excused", "no_show", "open", "extra", "delivered", "cancelled"):
            yield [f"attendance.{name}"], [f"{line}.{name}" for line in at]
    places = [f"destination.{name}" for words in TOGETHER for name in words.split()]
    yield ["flow.house.outflow"], places
    yield ["flow.house.outflow"], [f"destinations.{number}" for number in range(1, 6)]
    for number, words in enumerate(TOGETHER, start=1):
        yield [f"destinations.{number}"], [f"destination.{name}" for name in words.split()]
    yield ["positive_outflow.onward"], ["destinations.1", "destinations.2"]
    yield ["positive_outflow.left", "destinations.4"], ["flow.house.outflow"]
    yield ["flow.ACTIVATION.enrolled"], ["strand.filled", "strand.missing"]
    yield ["strand.filled"], ["strand.social", "strand.educational", "strand.work"]
    for key in keys:
        if key.startswith("growth.") and key.endswith(".n"):
            yield [key], [f"{key[:-1]}{name}" for name in ("up", "same", "down")]


def in_both() -> Iterator[tuple[list[str], list[str], str]]:
    """People who can be found as the difference of two sides, though nobody prints how many they are."""
    lower, volunteers = [f"flow.{group}.enrolled" for group in GROUPS[:2]], "flow.SKILLED_VOLUNTEER.enrolled"
    yield lower, ["flow_through.enrolled"], "in two lower groups"
    yield ["flow_through.enrolled", volunteers], ["flow.house.enrolled"], "volunteer and participant"
    yield ["flow_through.moved"], ["flow_through.between"], "only to a partner"
    began = [f"before/flow.{group}.inflow" for group in GROUPS]
    yield began, ["before/flow.house.inflow"], "before/flow_through.between"
    for part in ("", "before/"):
        yield [f"{part}ladder.compared"], [f"{part}ladder.up"], f"{part}no higher"
        came = [f"{part}reached.{group}" for group in GROUPS[:2]]
        yield [f"{part}attendance.people"], came, f"{part}planned and never came"
        yield [f"{part}flow_through.enrolled"], [f"{part}attendance.people"], f"{part}never planned"
        for line in (*GROUPS, "house"):
            yield [f"{part}flow.{line}.enrolled"], [f"{part}reached.{line}"], f"{part}{line} never came"


def subsets(keys: Mapping[str, object]) -> Iterator[tuple[str, list[str]]]:
    """A number that is no more than others together."""
    workshops = [key for key in keys if key.startswith("workshop.") and key.endswith(".people")]
    yield "attendance.people", workshops
    for key in (*workshops, *(key for key in keys if key.startswith("month.") and key.endswith(".people"))):
        yield key, ["attendance.people"]


def counts_hours(figure: Figure) -> bool:
    """Four for every slot of a volunteer in this period: as an output, and among the slots of volunteers."""
    is_of_volunteers = figure.about == "reached.SKILLED_VOLUNTEER"
    return is_of_volunteers and figure.kind in (Kind.HOURS, Kind.QUANTITY)


class Attacker:
    """Everything that is printed, as linear relations between whole numbers."""

    def __init__(self, version: Guarded):
        self.truth = {k: int(each.figure.value) for k, each in version.items() if self._counts(each.figure)}
        self.version = version
        self.hidden = [key for key in self.truth if version[key].sign]
        self.rests: dict[str, int] = {}
        self.rows: list[tuple[dict[str, float], float, float]] = []
        for left, right, name in in_both():
            if not {*left, *right} <= self.truth.keys():
                continue
            rest = sum(map(self.truth.get, left)) - sum(map(self.truth.get, right))
            if rest >= 0:
                self.rests[name] = rest
                self._relate({**dict.fromkeys(left, 1), **dict.fromkeys(right, -1), name: -1}, 0, 0)
        for left, right in sums(version):
            self._balance(left, right)
        for part, whole in subsets(version):
            if part in self.truth and set(whole) <= self.truth.keys():
                self._relate({part: 1, **dict.fromkeys(whole, -1)}, -MANY, 0)
        for key, each in version.items():
            if each.figure.kind is Kind.RATE and set(each.figure.parts) <= self.truth.keys():
                self._rate(key, *each.figure.parts)
            if counts_hours(each.figure) and each.value is not None and "volunteers.delivered" in self.truth:
                self._relate({"volunteers.delivered": 4}, float(each.value), float(each.value))

    @staticmethod
    def _counts(figure) -> bool:
        return figure.kind in COUNTED and figure.value is not None

    def _balance(self, left: list[str], right: list[str]) -> None:
        """Used when it holds: a reader who doubts it can check it on other lines."""
        known = self.truth | self.rests
        left, right = ([k for k in side if k not in self.version or k in known] for side in (left, right))
        if {*left, *right} <= known.keys() and sum(map(known.get, left)) == sum(map(known.get, right)):
            self._relate({**dict.fromkeys(left, 1), **dict.fromkeys(right, -1)}, 0, 0)

    def _rate(self, key: str, part: str, whole: str) -> None:
        shown = self.version[key]
        if self.version[part].figure.kind is Kind.PEOPLE:
            self.rests[f"{key}.rest"] = self.truth[whole] - self.truth[part]
            self._relate({whole: 1, part: -1, f"{key}.rest": -1}, 0, 0)
        if not shown.sign and shown.value is not None and "completeness" not in key:
            self._relate({part: 1, whole: -(round(shown.value, 3) + HALF_A_TENTH)}, -MANY, 1e-6)
            self._relate({part: 1, whole: -(round(shown.value, 3) - HALF_A_TENTH)}, -1e-6, MANY)

    def _relate(self, terms: dict[str, float], low: float, high: float) -> None:
        """What is printed moves to the other side; a relation between printed numbers only says nothing."""
        known = sum(times * self.truth[k] for k, times in terms.items() if k in self.truth and k not in self.hidden)
        unknown = {k: times for k, times in terms.items() if k in self.hidden or k in self.rests}
        if unknown:
            self.rows.append((unknown, low - known, high - known))

    @property
    def targets(self) -> list[str]:
        """What nobody may find out: numbers of one to four people, and slots of so few."""
        of_people = [k for k in self.hidden if self.version[k].figure.kind is Kind.PEOPLE]
        few = [key for key in of_people if self.truth[key] in range(1, 5)]
        slots = [
            k for k in self.hidden if self.version[k].figure.kind is Kind.SLOTS and self.truth[k] and self._is_of_few(k)
        ]
        return [*few, *slots, *(key for key, people in self.rests.items() if people in range(1, 5))]

    def _is_of_few(self, key: str) -> bool:
        figure = self.version[key].figure
        return bool(figure.about) and 0 < self.version[figure.about].figure.value < figure.least

    def found_out(self) -> list[str]:
        """The targets that can only be one number."""
        names = [*self.hidden, *self.rests]
        place = {name: position for position, name in enumerate(names)}
        # A left-out number of people is none or at least five: a switch of its own says which.
        blank = self._blank()
        told = [
            k for k in self.hidden if self.version[k].figure.kind is Kind.PEOPLE and self._is_told(k) and k not in blank
        ]
        low, high = numpy.zeros(len(names) + len(told)), numpy.full(len(names) + len(told), float(MANY))
        for key in self.hidden:
            if self.version[key].sign == FEW:
                low[place[key]], high[place[key]] = 1, 4
        high[len(names) :] = 1
        matrix = lil_array((len(self.rows) + 2 * len(told), len(low)))
        bounds = []
        for row, (terms, least, most) in enumerate(self.rows):
            for key, times in terms.items():
                matrix[row, place[key]] = times
            bounds.append((least, most))
        for number, key in enumerate(told):
            row = len(self.rows) + 2 * number
            matrix[row, place[key]], matrix[row, len(names) + number] = 1, -5
            matrix[row + 1, place[key]], matrix[row + 1, len(names) + number] = 1, -MANY
            bounds += [(0, MANY), (-2 * MANY, 0)]
        rules = LinearConstraint(matrix.tocsr(), *zip(*bounds, strict=True)) if bounds else ()
        return self._pinned(place, rules, Bounds(low, high))

    def _blank(self) -> set[str]:
        """Left-out numbers where "·" may stand for anything: not tied to a "< 5", or tied to a "·" that is few."""
        linked = {key: {key} for key in (*self.hidden, *self.rests)}
        for terms, *_ in self.rows:
            together = set().union(*(linked[key] for key in terms))
            for key in together:
                linked[key] = together
        few = {key for key in self.hidden if self.version[key].sign == FEW}
        small = {key for key in set(self.hidden) - few if self.truth[key] in range(1, 5)}
        return {key for key in self.hidden if not linked[key] & few or linked[key] & small}

    def _is_told(self, key: str) -> bool:
        """Whether the sign says more than nothing: "·" is not one to four, unless it is about few people anyway."""
        return self.version[key].sign != FEW and not self._is_of_few(key)

    def _pinned(self, place: dict[str, int], rules, bounds: Bounds) -> list[str]:
        """Tries each target up and down; an answer that differs from the truth frees every number in it."""
        truth = {**self.truth, **self.rests}
        free: set[str] = set()
        for target in self.targets:
            for direction in (1, -1):
                if target in free:
                    break
                goal = numpy.zeros(len(bounds.lb))
                goal[place[target]] = direction
                answer = milp(goal, constraints=rules, integrality=numpy.ones(len(goal)), bounds=bounds)
                assert answer.x is not None, f"the system has no solution, not even the truth: {answer.message}"
                free |= {key for key, at in place.items() if round(answer.x[at]) != truth[key]}
        return [target for target in self.targets if target not in free]
