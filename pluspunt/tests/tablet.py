"""A tablet without a browser: sends marks to a real server as `static/js/queue.js` does, and looks what became of them.

What touches the database runs in a process beside this one: see `pluspunt.tests.demo`.
"""

import http.client
import json
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from uuid import uuid4

from pluspunt.tests.demo import Demo

RUN = "import django; django.setup(); from pluspunt.tests.tablet import {0}; {0}(*{1!r})"
LONGEST_WAIT = 2


@dataclass
class Register:
    """A register in the demo, the people in it, and a pass of each of its coaches."""

    demo: Demo
    path: str
    people: list[str]
    passes: list[str]

    @classmethod
    def make(cls, demo: Demo, people: int, coaches: int) -> "Register":
        path = demo.make_registers(1, people)[0]
        return cls(demo, path, **json.loads(demo.python("-c", RUN.format("print_passes", (path, coaches)))))

    def faults(self, answers: list[dict]) -> list[str]:
        """What is not as it should be: lost, done twice, or with a hole in its history."""
        found = json.loads(self.demo.python("-c", RUN.format("print_history", (self.path,))))
        made = {(person, change[0]): change[2] for person, row in found["rows"].items() for change in row["changes"]}
        saved = {(a["person"], a["version"]): a["status"] for a in answers if a["outcome"] == "SAVED"}
        lost, doubled = saved.items() - made.items(), made.items() - saved.items()
        faults = [f"kwijt: {each}" for each in lost] + [f"niet gevraagd, of dubbel: {each}" for each in doubled]
        for person, row in found["rows"].items():
            chain = ["OPEN", *(new for _, _, new in row["changes"])]
            is_whole = [old for _, old, _ in row["changes"]] == chain[:-1] and row["now"] == chain[-1]
            if not is_whole or [change[0] for change in row["changes"]] != list(range(1, row["version"] + 1)):
                faults.append(f"geschiedenis van {person}: {row}")
        told = {answer["key"]: answer["outcome"] for answer in answers}
        # Only what these tablets sent: a register is ours alone, the list of keys is not.
        if {key: outcome for key, outcome in found["keys"].items() if key in told} != told:
            faults.append("wat op de tablets staat en op de server verschilt")
        return faults


@dataclass
class Tablet:
    """One sender with one pass. `times` are those of requests that were answered, in seconds."""

    port: int
    ticket: str
    statuses: Counter = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    _line: http.client.HTTPConnection | None = None

    def mark(self, person: str, status: str, seen: int) -> dict:
        about = {"key": str(uuid4()), "ticket": self.ticket, "person": person, "at": int(time.time() * 1000)}
        return about | {"seen": seen, "polite": False, "status": status}

    def send(self, mark: dict) -> dict:
        """The mark with its answer; asked again with the same key, each time a little later, until there is one."""
        wait = 0.1
        while True:
            try:
                return mark | self.send_once(mark)
            except (OSError, http.client.HTTPException) as problem:
                self._line = None
                self.statuses[type(problem).__name__] += 1
            except NotTaken:
                pass
            time.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    def send_once(self, mark: dict) -> dict:
        self._line = self._line or http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        began = time.perf_counter()
        self._line.request("POST", "/registraties/", json.dumps({"marks": [mark]}), headers)
        answer = self._line.getresponse()
        body = answer.read()
        self.statuses[str(answer.status)] += 1
        if answer.status != 200:
            raise NotTaken
        self.times.append(time.perf_counter() - began)
        return json.loads(body)["answers"][0]

    def insist(self, person: str, status: str) -> list[dict]:
        """A mark, and the choice to change it each time that a colleague was first; all the answers."""
        answers = [self.send(self.mark(person, status, 0))]
        while answers[-1]["outcome"] == "COLLISION":
            answers.append(self.send(self.mark(person, status, answers[-1]["version"])))
        return answers


class NotTaken(Exception):
    """The server answered, but did not take the mark."""


def said(tablets: list[Tablet]) -> str:
    """What a group of tablets was answered, and how fast."""
    times = [taken for tablet in tablets for taken in tablet.times]
    statuses = sum((tablet.statuses for tablet in tablets), Counter())
    middle, slowest = statistics.median(times) * 1000, max(times) * 1000
    return f"{len(times)} antwoorden, midden {middle:.0f} ms, langste {slowest:.0f} ms, {dict(statuses)}"


# --- In the process beside it -------------------------------------------------------------------------------------


def session_at(path: str):
    from django.urls import resolve

    from workshops.models import Session

    about = resolve(path).kwargs
    return Session.objects.get(workshop=about["workshop_id"], date=about["day"], day_part=about["part"])


def print_passes(path: str, count: int) -> None:
    from pluspunt.tests.factories import UserFactory
    from workshops.services.tablets import issue_pass

    session = session_at(path)
    coaches = [UserFactory(email=f"{uuid4()}@pluspunt.demo") for _ in range(count)]
    session.workshop.coaches.add(*coaches)
    people = list(session.attendances.order_by("pk").values_list("participant__key", flat=True))
    sys.stdout.write(json.dumps({"people": people, "passes": [issue_pass(coach, session) for coach in coaches]}))


def print_history(path: str) -> None:
    from workshops.models import ReceivedMark

    rows = {}
    for row in session_at(path).attendances.select_related("participant"):
        changes = row.changes.order_by("pk").values_list("version", "old_status", "new_status")
        rows[row.participant.key] = {"now": row.status, "version": row.version, "changes": list(changes)}
    keys = {str(key): outcome for key, outcome in ReceivedMark.objects.values_list("key", "outcome")}
    sys.stdout.write(json.dumps({"rows": rows, "keys": keys}))
