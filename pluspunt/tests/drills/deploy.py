"""A version with a column more in the busiest table is put into use while somebody reads that table for six seconds.

bin/drill deploy [--reader N]: `manage.py migrate_safely` under load. It fails when a question to that table waits more
than a second, when a mark is lost, or when the column is not there in the end. `migrate` alone is measured beside it.
"""

import argparse
import subprocess
import sys
import threading
import time

import psycopg

from pluspunt.tests.demo import BASE_DIR
from pluspunt.tests.postgresql import own_postgresql
from pluspunt.tests.recording import House, finish, in_house

LONGEST = 1.0
SETTINGS = "--settings=pluspunt.tests.settings_later"
COLUMN = "SELECT count(*) FROM information_schema.columns WHERE table_name = 'workshops_attendance'"
COLUMN += " AND column_name = 'later'"

WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"


class Asker(threading.Thread):
    """Asks the table something every few milliseconds, over a line of its own; `times` are what it waited."""

    def __init__(self, folder: str):
        super().__init__(daemon=True)
        self.folder, self.stopped, self.times = folder, threading.Event(), []

    def run(self) -> None:
        with line_to(self.folder) as line:
            while not self.stopped.is_set():
                began = time.perf_counter()
                line.execute("UPDATE workshops_attendance SET version = version WHERE id = 0")
                self.times.append(time.perf_counter() - began)
                time.sleep(0.01)


def line_to(folder: str) -> psycopg.Connection:
    return psycopg.connect(host=folder, user="postgres", dbname="postgres", autocommit=True)


def read_for(folder: str, seconds: float, begun: threading.Event) -> None:
    """Reads the table in one transaction, for so long after the migration came to stand behind it."""
    with line_to(folder) as line, line_to(folder) as other, line.transaction():
        line.execute("SELECT count(*) FROM workshops_attendance")
        begun.set()
        until = time.monotonic() + 120
        while other.execute(WAITS).fetchone() == (0,) and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(seconds)


def migrate_behind_reader(house: House, folder: str, command: str, seconds: float) -> tuple[float, float, int]:
    """The longest that a question and that a tablet waited, and how often it had to try again."""
    begun, asker = threading.Event(), Asker(folder)
    reader = threading.Thread(target=read_for, args=(folder, seconds, begun))
    # Started before: what costs time to start is not what is measured.
    marks = [len(tablet.times) for tablet in house.tablets]
    asker.start()
    reader.start()
    begun.wait()
    run = [sys.executable, "manage.py", command, SETTINGS]
    said = subprocess.run(run, cwd=BASE_DIR, env=house.demo.env, stdout=subprocess.PIPE, text=True, check=True).stdout
    reader.join()
    time.sleep(1)
    asker.stopped.set()
    asker.join()
    tablets = [max(tablet.times[mark:], default=0) for tablet, mark in zip(house.tablets, marks, strict=True)]
    return max(asker.times), max(tablets), said.count("Straks nog een keer")


def drill(house: House, folder: str, seconds: float) -> list[str]:
    with house.recording():
        house.wait_for_answers(20)
        waited, tablet, again = migrate_behind_reader(house, folder, "migrate_safely", seconds)
        sys.stdout.write(
            f"  migrate_safely: {again} keer opnieuw; een vraag wachtte hoogstens {waited * 1000:.0f} ms,"
            f" een tablet {tablet * 1000:.0f} ms\n"
        )
        with line_to(folder) as line:
            if line.execute(COLUMN).fetchone() != (1,):
                house.faults.append("de kolom is er niet")
        if waited > LONGEST:
            house.faults.append(f"een vraag wachtte {waited:.1f} s")
        if not again:
            house.faults.append("de lezer stond niet in de weg: dan is er niets geoefend")
        undo = [sys.executable, "manage.py", "migrate", "later", "zero", "-v0", SETTINGS]
        subprocess.run(undo, cwd=BASE_DIR, env=house.demo.env, check=True)
        waited, tablet, _ = migrate_behind_reader(house, folder, "migrate", seconds)
        sys.stdout.write(
            f"  ter vergelijking, migrate: een vraag {waited * 1000:.0f} ms, een tablet {tablet * 1000:.0f} ms\n"
        )
    return house.judge("bijwerken onder belasting")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reader", type=float, default=6, help="zo veel seconden leest iemand nog door")
    asked = parser.parse_args()
    with own_postgresql() as server:
        folder = str(server.folder)
        faults = in_house(server.demo(), server.folder, lambda house: drill(house, folder, asked.reader))
    finish(faults)


if __name__ == "__main__":
    main()
