"""Asks for ten reports at once while registers are marked, and kills the worker and PostgreSQL in between.

bin/drill documents [--seconds N]: compares how fast marks and a register are with and without the ten, in one run. It
fails when they get clearly slower, when a mark or a document is lost, or when a document is made again without need.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from threading import Event

import psycopg

from pluspunt.tests.demo import BASE_DIR, Demo
from pluspunt.tests.drills.postgresql_restart import Reader, record_until
from pluspunt.tests.postgresql import PostgreSQL, own_postgresql
from pluspunt.tests.tablet import Register, Tablet

WRITERS = 8
TEN = 10
LONGEST = 600
# With the ten the slowest of twenty may take so much longer, and so many milliseconds on top of that.
FACTOR, MARGIN = 1.5, 50
RUN = "import django; django.setup(); from pluspunt.tests.drills.documents import {0}; {0}()"


class TimedReader(Reader):
    """Somebody who opens the register again and again; `times` are in seconds."""

    def __init__(self, demo: Demo, page: str):
        super().__init__(demo, [page])
        self.times: list[float] = []

    def read(self, page: str) -> None:
        began = time.perf_counter()
        super().read(page)
        self.times.append(time.perf_counter() - began)
        time.sleep(0.1)


class Drill:
    """A house at work, with a worker beside the web server."""

    def __init__(self, demo: Demo, server: PostgreSQL, seconds: float):
        self.demo, self.server, self.seconds = demo, server, seconds
        register = self.register = Register.make(demo, WRITERS, WRITERS)
        self.tablets = [Tablet(demo.port, ticket) for ticket in register.passes]
        self.reader = TimedReader(demo, register.path)
        self.faults: list[str] = []
        self.worker: subprocess.Popen | None = None

    def start_worker(self) -> None:
        command = ["nice", "-n", "19", sys.executable, "manage.py", "worker"]
        self.worker = subprocess.Popen(command, cwd=BASE_DIR, env=self.demo.env)

    def stop_worker(self) -> None:
        if self.worker:
            self.worker.kill()
            self.worker.wait()

    def ask_ten(self) -> None:
        self.demo.python("-c", RUN.format("ask_ten"))

    def documents(self) -> dict:
        return json.loads(self.demo.python("-c", RUN.format("print_documents")))

    def states(self) -> dict[str, int]:
        """How many documents are how far, asked without starting a process that takes a processor for itself."""
        with psycopg.connect(host=str(self.server.folder), user="postgres", dbname="postgres") as line:
            return dict(line.execute("SELECT state, count(*) FROM impact_document GROUP BY state").fetchall())

    def wait_for(self, is_so: Callable[[dict], bool]) -> None:
        began = time.monotonic()
        while not is_so(states := self.states()):
            if time.monotonic() - began > LONGEST:
                self.faults.append(f"na {LONGEST} s: {states}")
                return
            time.sleep(1)

    def measure(self, name: str, meanwhile: Callable[[], None]) -> dict[str, tuple[float, float]]:
        """The median and the slowest of twenty of marks and of the register page during `meanwhile`, in ms."""
        lists = [*(tablet.times for tablet in self.tablets), self.reader.times]
        before = [len(times) for times in lists]
        began = time.monotonic()
        meanwhile()
        *marks, pages = [times[start:] for times, start in zip(lists, before, strict=True)]
        found = {"registraties": spread(list(chain.from_iterable(marks))), "bladzijden": spread(pages)}
        said = ", ".join(f"{what} {each[0]:.0f} / {each[1]:.0f} ms" for what, each in found.items())
        count = sum(map(len, marks))
        lasted = time.monotonic() - began
        sys.stdout.write(f"{name}: {lasted:.0f} s, {count} registraties; midden / 95 %: {said}\n")
        sys.stdout.flush()
        return found

    def ten_at_once(self) -> None:
        self.ask_ten()
        self.wait_for(lambda states: states == {"READY": TEN})

    def break_things(self) -> None:
        """Ten more, with a worker that is killed and a database that falls away halfway a document."""
        self.ask_ten()
        self.wait_for(lambda states: "BUSY" in states)
        self.stop_worker()
        self.start_worker()
        self.wait_for(lambda states: states.get("READY", 0) > TEN)
        self.wait_for(lambda states: "BUSY" in states or states == {"READY": 2 * TEN})
        self.server.stop()
        time.sleep(3)
        self.server.start()
        self.wait_for(lambda states: states == {"READY": 2 * TEN})

    def run(self) -> None:
        self.reader.sign_in()
        self.start_worker()
        stop = Event()
        with ThreadPoolExecutor(WRITERS + 1) as pool:
            reading = pool.submit(self.reader.read_until, stop)
            pairs = zip(self.tablets, self.register.people, strict=True)
            recording = [pool.submit(record_until, stop, tablet, person) for tablet, person in pairs]
            try:
                time.sleep(5)  # everything is warm
                without = self.measure("zonder documenten", lambda: time.sleep(self.seconds))
                with_ten = self.measure("tien documenten tegelijk", self.ten_at_once)
                self.measure("nog tien, met een gestopte werker en database", self.break_things)
            finally:
                stop.set()
            reading.result()
            answers = list(chain.from_iterable(future.result() for future in recording))
        self.judge(without, with_ten, answers)

    def judge(self, without: dict, with_ten: dict, answers: list[dict]) -> None:
        self.faults += self.register.faults(answers) + sorted(set(self.reader.faults))
        for what, (_, slowest) in with_ten.items():
            if slowest > FACTOR * without[what][1] + MARGIN:
                self.faults.append(f"{what}: {slowest:.0f} ms met de tien, {without[what][1]:.0f} ms zonder")
        found = self.documents()
        again = sum(found["attempts"]) - len(found["attempts"])
        # The killed worker and the broken database each cost one beginning at most.
        if again > 2:
            self.faults.append(f"{again} keer opnieuw begonnen, bij twee onderbrekingen")
        if found["different"]:
            self.faults.append("hetzelfde verslag gaf verschillende bestanden")
        lost = 2 * TEN - found["states"].get("READY", 0)
        sys.stdout.write(
            f"{2 * TEN} documenten gevraagd, {lost} kwijt, {len(found['attempts']) - 2 * TEN} te veel,"
            f" {again} keer opnieuw begonnen; {len(answers)} registraties, {len(self.faults)} fouten\n"
        )
        if lost:
            self.faults.append(f"{lost} documenten kwijt")


def spread(times: list[float]) -> tuple[float, float]:
    return statistics.median(times) * 1000, statistics.quantiles(times, n=20)[-1] * 1000


# --- In the process beside it -------------------------------------------------------------------------------------


def ask_ten() -> None:
    """Five people of management ask for two years each."""
    from django.utils import timezone

    from accounts.models import User
    from impact.services.documents import request_document
    from pluspunt.tests.factories import UserFactory

    year = timezone.localdate().year
    emails = [f"management{number}@drill.test" for number in range(TEN // 2)]
    for email in emails:
        user = User.objects.filter(email=email).first() or UserFactory(email=email, role=User.Role.MANAGEMENT)
        for each in (year, year - 1):
            request_document("annual_report", {"year": each}, by=user)


def print_documents() -> None:
    from impact.models import Document

    rows = list(Document.objects.values_list("state", "attempts", "parameters", "content"))
    files: dict[int, set[bytes]] = {}
    for _, _, parameters, content in rows:
        if content is not None:
            files.setdefault(parameters["year"], set()).add(bytes(content))
    outcome = {
        "states": Counter(state for state, *_ in rows),
        "attempts": [attempts for _, attempts, *_ in rows],
        "different": any(len(each) > 1 for each in files.values()),
    }
    sys.stdout.write(json.dumps(outcome))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30)
    asked = parser.parse_args()
    with own_postgresql() as server:
        demo = server.demo()
        demo.load()
        drill = None
        try:
            demo.start("--workers", "2", "--capture-output", "--error-logfile", str(server.folder / "gunicorn"))
            drill = Drill(demo, server, asked.seconds)
            drill.run()
        finally:
            if drill:
                drill.stop_worker()
            demo.stop()
    sys.exit("MIS:\n" + "\n".join(drill.faults) if drill.faults else 0)


if __name__ == "__main__":
    main()
