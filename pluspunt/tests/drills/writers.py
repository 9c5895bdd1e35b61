"""Eight tablets record in one register at once, and send the same key four times at once, on SQLite and PostgreSQL.

bin/drill writers [--marks N] [--keys N]: through the real server, two processes of four threads. It fails when a mark
is lost or done twice, when a history has a hole, or when an answer is no 200.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from threading import Barrier

from pluspunt.tests.demo import Demo
from pluspunt.tests.postgresql import own_postgresql
from pluspunt.tests.tablet import Register, Tablet, said

WRITERS = 8
SAME_ROWS = 3
AT_ONCE = 4
STATUSES = ["PRESENT", "NO_SHOW", "EXCUSED"]


def at_once(work: Callable[[int], list[dict]], count: int) -> list[list[dict]]:
    """What `work(0)`, `work(1)` … answer, begun at the same moment."""
    barrier = Barrier(count)

    def one(number: int) -> list[dict]:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def a_row_each(register: Register, tablets: list[Tablet], marks: int) -> list[dict]:
    def work(number: int) -> list[dict]:
        tablet, person = tablets[number], register.people[number]
        return [tablet.send(tablet.mark(person, STATUSES[turn % 3], turn)) for turn in range(marks)]

    return list(chain.from_iterable(at_once(work, WRITERS)))


def the_same_rows(register: Register, tablets: list[Tablet], marks: int) -> list[dict]:
    def work(number: int) -> list[dict]:
        answers = []
        for turn in range(marks):
            person = register.people[turn % SAME_ROWS]
            answers += tablets[number].insist(person, STATUSES[(number + turn) % 3])
        return answers

    return list(chain.from_iterable(at_once(work, WRITERS)))


def the_same_key(register: Register, tablets: list[Tablet], keys: int) -> list[dict]:
    """Each key four times at once; the answers, each once, after seeing that all four are the same."""
    answers = []
    for turn in range(keys):
        mark = tablets[0].mark(register.people[0], STATUSES[turn % 3], turn)
        four = at_once(lambda number, mark=mark: [tablets[number].send(mark)], AT_ONCE)
        if four != [four[0]] * AT_ONCE:
            sys.exit(f"Vier antwoorden op dezelfde sleutel verschillen: {four}")
        answers += four[0]
    return answers


def run(demo: Demo, marks: int, keys: int) -> list[str]:
    """The faults of all three, after printing their figures."""
    faults = []
    drills = [
        (f"een regel elk, {WRITERS} × {marks}", a_row_each, marks),
        (f"dezelfde {SAME_ROWS} regels, {WRITERS} × {marks}", the_same_rows, marks),
        (f"dezelfde sleutel, {keys} × {AT_ONCE}", the_same_key, keys),
    ]
    for name, drill, count in drills:
        register = Register.make(demo, WRITERS, WRITERS)
        tablets = [Tablet(demo.port, ticket) for ticket in register.passes]
        answers = drill(register, tablets, count)
        found = register.faults(answers)
        statuses = {status for tablet in tablets for status in tablet.statuses}
        if statuses != {"200"}:
            found.append(f"andere antwoorden dan 200: {statuses}")
        saved = sum(answer["outcome"] == "SAVED" for answer in answers)
        collided = sum(answer["outcome"] == "COLLISION" for answer in answers)
        if drill is the_same_key and len({(a["person"], a["version"]) for a in answers}) != count:
            found.append(f"{count} sleutels, en niet evenveel keer iets gedaan")
        sys.stdout.write(f"  {name}: {saved} bewaard, {collided} botsingen, {len(found)} fouten; {said(tablets)}\n")
        faults += found
    return faults


def drill(demo: Demo, marks: int, keys: int) -> list[str]:
    demo.load()
    try:
        demo.start("--workers", "2", "--log-level", "warning")
        return run(demo, marks, keys)
    finally:
        demo.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--marks", type=int, default=50)
    parser.add_argument("--keys", type=int, default=100)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, own_postgresql() as server:
        sys.stdout.write("SQLite\n")
        faults = drill(Demo(Path(name)), asked.marks, asked.keys)
        sys.stdout.write("PostgreSQL\n")
        faults += drill(server.demo(), asked.marks, asked.keys)
    sys.exit("\n".join(faults) or 0)


if __name__ == "__main__":
    main()
