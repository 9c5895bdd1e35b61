"""Tablets that record without end in a server that something is done to, and what became of every mark."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from threading import Event

from pluspunt.tests.demo import BASE_DIR, Demo, wait_for
from pluspunt.tests.postgresql import own_postgresql
from pluspunt.tests.tablet import Register, Tablet, said

WRITERS = 6
BETWEEN_TAPS = 0.05
STATUSES = ["PRESENT", "EXCUSED", "NO_SHOW"]
COACH = (
    "import django; django.setup(); from pluspunt.tests.factories import LocationFactory, UserFactory;"
    "LocationFactory(); UserFactory(email='coach@pluspunt.demo')"
)
# As systemd gives a socket: the server finds it as its third file.
SERVE = (
    'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" -m gunicorn pluspunt.wsgi --worker-class gthread --workers 2 --threads 4'
    ' --graceful-timeout 30 --no-control-socket --log-level error --error-logfile "$@"'
)


class House:
    """A small house with a coach, a web server behind a socket that stays open, and tablets that record."""

    def __init__(self, demo: Demo, folder: Path, *options: str):
        self.demo, self.log, self.options = demo, folder / "gunicorn", options
        self.faults: list[str] = []
        self.tablets: list[Tablet] = []
        self.answers: list[dict] = []

    def prepare(self) -> None:
        for command in (["migrate", "-v0"], ["createcachetable"], ["collectstatic", "--noinput", "-v0"]):
            self.demo.python("manage.py", *command)
        self.demo.python("-c", COACH)
        self.register = Register.make(self.demo, WRITERS + 1, WRITERS)
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", self.demo.port))
        self.socket.listen(256)
        self.start()

    def start(self) -> None:
        """A new server on the same socket; who came meanwhile waited in it."""
        place, said = self.socket.fileno(), self.log.open("ab")
        self.server = subprocess.Popen(
            [
                "sh",
                "-c",
                f"exec 3<&{place}; {SERVE}" if place != 3 else SERVE,
                sys.executable,
                str(self.log),
                *self.options,
            ],
            cwd=BASE_DIR,
            env=self.demo.env,
            pass_fds=[place],
            stdout=said,
            stderr=said,
        )
        said.close()
        wait_for(f"{self.demo.address}/gezond/")

    def stop(self) -> None:
        self.server.terminate()
        self.server.wait(60)

    def close(self) -> None:
        if hasattr(self, "server") and self.server.poll() is None:
            self.server.kill()
            self.server.wait()
        if hasattr(self, "socket"):
            self.socket.close()

    def workers(self) -> list[int]:
        """The processes that answer, children of the one that watches them."""
        found = subprocess.run(["pgrep", "-P", str(self.server.pid)], stdout=subprocess.PIPE, text=True, check=False)
        return [int(number) for number in found.stdout.split()]

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Every tablet taps on its own row for as long as this lasts, and asks again until it is answered."""
        self.tablets = [Tablet(self.demo.port, ticket) for ticket in self.register.passes]
        stop = Event()
        with ThreadPoolExecutor(WRITERS) as pool:
            # Nobody taps the last one: that row is for who tries something beside it.
            pairs = zip(self.tablets, self.register.people[:WRITERS], strict=True)
            going = [pool.submit(self._record, stop, tablet, person) for tablet, person in pairs]
            try:
                yield
            finally:
                stop.set()
            for future in going:
                future.result()

    def _record(self, stop: Event, tablet: Tablet, person: str) -> None:
        seen = sum(answer["person"] == person for answer in self.answers)
        while not stop.is_set():
            self.answers.append(tablet.send(tablet.mark(person, STATUSES[seen % 3], seen)))
            seen += 1
            time.sleep(BETWEEN_TAPS)

    def wait_for_answers(self, count: int) -> None:
        """Until so many more were answered: something is being written again."""
        until, goal = time.monotonic() + 90, len(self.answers) + count
        while len(self.answers) < goal:
            if time.monotonic() > until:
                raise RuntimeError("De tablets krijgen geen antwoord meer.")
            time.sleep(0.01)

    def judge(self, name: str) -> list[str]:
        """What was lost or done twice, after saying what happened."""
        found = self.faults + self.register.faults(self.answers)
        refused = [answer["outcome"] for answer in self.answers if answer["outcome"] != "SAVED"]
        found += [f"niet bewaard: {sorted(set(refused))}"] if refused else []
        statuses = set(chain.from_iterable(tablet.statuses for tablet in self.tablets))
        if any(status.isdecimal() and status not in ("200", "503") for status in statuses):
            found.append(f"andere antwoorden: {statuses}")
        sys.stdout.write(f"{name}: {len(self.answers)} bevestigd, {len(found)} fouten; {said(self.tablets)}\n")
        sys.stdout.flush()
        return found


def in_both(drill: Callable[[House, str], list[str]], *options: str) -> list[str]:
    """The faults of a drill on SQLite and on PostgreSQL, each in a house of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        faults = in_house(Demo(Path(name)), Path(name), lambda house: drill(house, "SQLite"), *options)
    with own_postgresql() as server:
        faults += in_house(server.demo(), server.folder, lambda house: drill(house, "PostgreSQL"), *options)
    return faults


def in_house(demo: Demo, folder: Path, drill: Callable[[House], list[str]], *options: str) -> list[str]:
    """The faults of a drill in a house of its own; `options` are those of gunicorn."""
    house = House(demo, folder, *options)
    try:
        house.prepare()
        return drill(house)
    finally:
        house.close()


def finish(faults: list[str]) -> None:
    sys.exit("MIS:\n" + "\n".join(faults[:20]) if faults else 0)


def kill(number: int) -> bool:
    try:
        os.kill(number, 9)
    except ProcessLookupError:
        return False
    return True
