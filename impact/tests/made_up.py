"""Made-up numbers for the figures of a version: small, and together as they would be in a real year."""

from collections.abc import Sequence
from random import Random

from impact.figures.figure import Figure
from impact.tests.attacker import GROUPS, TOGETHER, counts_hours

COLUMNS = ("attended", "excused", "no_show", "open", "extra", "cancelled")


def made_up(chance: Random, figures: Sequence[Figure], size: int) -> dict[str, float | None]:
    """Key → value; `size` is about how many people each number counts."""
    values: dict[str, float | None] = {}
    for part in ("before/", ""):
        _flow(chance, values, part, size)
    _paths(chance, values, size)
    keys = [figure.key for figure in figures]
    _slots(chance, values, keys, size)
    _volunteers(chance, values, figures, size)
    _measured(chance, values, keys, size)
    for figure in figures:
        if figure.parts and {*figure.parts} <= values.keys():
            part, whole = (values[each] for each in figure.parts)
            values[figure.key] = part / whole if whole else None
    return {key: value for key, value in values.items() if key in set(keys)}


def _flow(chance: Random, values: dict, part: str, size: int) -> None:
    moved = chance.randint(0, min(size, 6))
    values[f"{part}flow_through.between"] = moved
    for group in GROUPS:
        begin = values.get(f"before/flow.{group}.end") if not part else None
        begin = chance.randint(0, size) if begin is None else begin
        inflow = chance.randint(0, size // 2) + (moved if group == "ACTIVATION" else 0)
        outflow = chance.randint(0, min(size // 2, begin + inflow))
        if group == "SOCIAL_DAY_CARE":
            inflow, outflow = max(inflow, moved), max(outflow, moved)
        line = (begin, inflow, outflow, begin + inflow - outflow, begin + inflow)
        names = ("begin", "inflow", "outflow", "end", "enrolled")
        values |= {f"{part}flow.{group}.{name}": n for name, n in zip(names, line, strict=True)}
    for name in ("begin", "inflow", "outflow", "end", "enrolled"):
        total = sum(values[f"{part}flow.{group}.{name}"] for group in GROUPS)
        values[f"{part}flow.house.{name}"] = total - (moved if name in ("inflow", "outflow", "enrolled") else 0)
    for group in GROUPS:
        enrolled = values[f"{part}flow.{group}.enrolled"]
        values[f"{part}reached.{group}"] = chance.randint(max(0, enrolled - 6), enrolled)
    reached = sum(values[f"{part}reached.{group}"] for group in GROUPS)
    values[f"{part}reached.house"] = min(reached, values[f"{part}flow.house.enrolled"])


def _paths(chance: Random, values: dict, size: int) -> None:
    could = values["flow.SOCIAL_DAY_CARE.enrolled"] + values["flow.ACTIVATION.enrolled"]
    could -= chance.randint(0, values["flow_through.between"])
    partner = chance.randint(0, 3)
    values |= {
        "flow_through.enrolled": could,
        "coverage.enrolled": could,
        "flow_through.to_partner": partner,
        "flow_through.moved": values["flow_through.between"] + partner,
    }
    places = [f"destination.{name}" for words in TOGETHER for name in words.split()]
    values |= dict.fromkeys(places, 0)
    for _ in range(values["flow.house.outflow"]):
        values[chance.choice(places[:: chance.randint(1, 5)])] += 1
    for number, words in enumerate(TOGETHER, start=1):
        values[f"destinations.{number}"] = sum(values[f"destination.{name}"] for name in words.split())
    values["positive_outflow.onward"] = values["destinations.1"] + values["destinations.2"]
    values["positive_outflow.left"] = values["flow.house.outflow"] - values["destinations.4"]
    filled = chance.randint(0, values["flow.ACTIVATION.enrolled"])
    social = chance.randint(0, filled)
    values |= {
        "strand.filled": filled,
        "strand.missing": values["flow.ACTIVATION.enrolled"] - filled,
        "strand.social": social,
        "strand.educational": filled - social,
        "strand.work": chance.choice([0, 0, filled]),
    }
    for months in (3, 6, 12):
        values[f"retention.{months}.cohort"] = cohort = chance.randint(0, size)
        values[f"retention.{months}.stayed"] = chance.randint(0, cohort)


def _slots(chance: Random, values: dict, keys: list[str], size: int) -> None:
    """Slots per workshop, month and group that each add up to those of the whole house."""
    heads = {
        head: sorted({key.rsplit(".", 1)[0] for key in keys if key.startswith(head)})
        for head in ("workshop.", "month.", "group.")
    }
    for name in COLUMNS:
        values[f"attendance.{name}"] = total = chance.choice([0, size, 20 * size])
        for lines in heads.values():
            values |= {f"{line}.{name}": 0 for line in lines}
            for _ in range(total):
                values[f"{chance.choice(lines[: chance.randint(1, len(lines))])}.{name}"] += 1
    _totals(values, "attendance")
    for line in (line for lines in heads.values() for line in lines):
        _totals(values, line)
    came = [_people(chance, values, line, size) for line in heads["workshop."]]
    in_months = [_people(chance, values, line, min(size, sum(came))) for line in heads["month."]]
    values["attendance.people"] = chance.randint(max([*came, *in_months]), sum(came))


def _volunteers(chance: Random, values: dict, figures: Sequence[Figure], size: int) -> None:
    """Their slots, and four hours for each of them wherever hours stand."""
    values |= {f"volunteers.{name}": chance.randint(0, size) for name in COLUMNS}
    _totals(values, "volunteers")
    values |= {figure.key: 4 * values["volunteers.delivered"] for figure in figures if counts_hours(figure)}


def _people(chance: Random, values: dict, line: str, most: int) -> int:
    """Who came in a workshop or a month: no more than there were slots, and nobody only without them."""
    most = min(most, values[f"{line}.planned"] + values[f"{line}.extra"])
    values[f"{line}.people"] = people = chance.randint(min(1, most), most)
    return people


def _totals(values: dict, line: str) -> None:
    values[f"{line}.planned"] = sum(values[f"{line}.{name}"] for name in ("attended", "excused", "no_show", "open"))
    values[f"{line}.delivered"] = values[f"{line}.attended"] + values[f"{line}.extra"]


def _measured(chance: Random, values: dict, keys: list[str], size: int) -> None:
    for key in keys:
        if key.startswith("growth.") and key.endswith(".n"):
            up, same, down = (chance.randint(0, size // 2) for _ in range(3))
            line = key[:-1]
            values |= {key: up + same + down, f"{line}up": up, f"{line}same": same, f"{line}down": down}
    for part in ("", "before/"):
        rungs = [chance.randint(0, size // 2) for _ in range(6)]
        values |= {f"{part}ladder.{rung}": people for rung, people in enumerate(rungs, start=1)}
        values[f"{part}ladder.n"] = sum(rungs)
        values[f"{part}ladder.compared"] = left = chance.randint(0, sum(rungs))
        for name in ("up", "same", "down"):
            values[f"{part}ladder.{name}"] = moved = left if name == "down" else chance.randint(0, left)
            left -= moved
