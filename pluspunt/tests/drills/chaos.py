"""A hundred taps in a register while the browser is killed, requests fail, the session ends and the server restarts.

bin/drill chaos [--seed N] [--taps N]: the same seed taps and breaks the same things. It fails when a tap that the page
showed as kept is not in the history exactly once, or when the page said something else than what was tapped.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random

from playwright.sync_api import BrowserContext, Error, Page, Route, expect, sync_playwright

from pluspunt.tests.demo import CHROMIUM_OPTIONS, EMAILS, Demo, fill_in_sign_in, find_chromium

PEOPLE = 14
KILLS = 4
# So many requests fail, half of them after the server did what they asked.
FAILING = 0.4
# So many taps it stays like that: without a session, without a server.
FOR_TAPS = 5
# Seconds until everything must have been sent.
LONGEST = 180
STATUSES = ["PRESENT", "EXCUSED", "NO_SHOW"]
KEPT = re.compile(r"op deze tablet|verstuurd \d\d:\d\d")
HISTORY = "import django; django.setup(); from pluspunt.tests.drills.chaos import print_history; print_history({!r})"
# What the page says, in one look: each row, what its buttons say, and the counters.
LOOK = """() => {
  const rows = [...document.querySelectorAll(".register-row")];
  const pressed = (row) => row.querySelector("button[name=status][aria-pressed=true]")?.value ?? "OPEN";
  const counters = [...document.querySelectorAll("[data-count]")];
  return {
    rows: Object.fromEntries(rows.map((row) => [row.dataset.person, pressed(row)])),
    counters: Object.fromEntries(counters.map((place) => [place.dataset.count, Number(place.textContent)])),
  };
}"""


class Drill:
    """One run: who taps, what breaks, and what the page should say meanwhile."""

    def __init__(self, demo: Demo, folder: Path, playwright, seed: int, taps: int):
        self.demo, self.folder, self.playwright = demo, folder, playwright
        self.chance = Random(seed)
        self.path = demo.make_registers(1, PEOPLE)[0]
        self.taps = taps
        self.wanted: dict[str, str] = {}
        self.tapped: dict[str, list[str]] = {}
        self.figures = Counter({"taps": 0, "lost": 0, "doubled": 0})
        self.faults: list[str] = []
        self.coming: list[bool] = []
        self.context: BrowserContext | None = None
        self.slowest = 0.0

    # --- The browser ---------------------------------------------------------------------------------------------

    def open_browser(self) -> None:
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.folder / "profile"),
            executable_path=find_chromium(),
            args=CHROMIUM_OPTIONS,
            base_url=self.demo.address,
            locale="nl-NL",
            viewport={"width": 768, "height": 1024},
        )
        self.context.route("**/registraties/", self.maybe_fail)
        self.page: Page = self.context.pages[0]

    def kill_browser(self) -> None:
        waiting = self.count_waiting()
        os.kill(process_with(f"--user-data-dir={self.folder / 'profile'}"), signal.SIGKILL)
        with suppress(Error):  # it is gone already
            self.context.close()
        self.figures["waiting when the browser was killed"] += waiting
        self.figures["kills"] += 1
        self.open_browser()
        self.sign_in()

    def count_waiting(self) -> int:
        return self.page.evaluate("markQueue.all().then((marks) => marks.length)")

    def sign_in(self) -> None:
        self.page.goto(self.path)
        if "/account/login/" in self.page.url:
            fill_in_sign_in(self.page, "coach")
        else:
            # A browser that was killed sometimes remembers who was signed in.
            self.figures["still signed in after a kill"] += 1
        expect(self.page.locator(".register-row")).to_have_count(PEOPLE)

    def fails(self) -> bool:
        """So many of every ten, whatever the seed."""
        if not self.coming:
            self.coming = [number < 10 * FAILING for number in range(10)]
            self.chance.shuffle(self.coming)
        return self.coming.pop()

    def maybe_fail(self, route: Route) -> None:
        self.figures["requests"] += 1
        try:
            if not self.fails():
                route.continue_()
                return
            if self.chance.random() < 0.5:
                self.figures["failed before"] += 1
            else:
                route.fetch()
                self.figures["failed after"] += 1
            route.abort("connectionreset")
        except Error:
            # The server or the browser was away as well.
            self.figures["failed otherwise"] += 1
            with suppress(Error):
                route.abort()

    # --- Tapping ---------------------------------------------------------------------------------------------------

    def run(self) -> None:
        self.open_browser()
        self.sign_in()
        self.wanted = dict.fromkeys(self.page.evaluate(LOOK)["rows"], "OPEN")
        events = self.plan_events()
        for number in range(self.taps):
            self.tap()
            self.look(number)
            for event in events.get(number, ()):
                event()
                self.look(number)
        began = time.monotonic()
        while self.count_waiting() and time.monotonic() - began < LONGEST:
            self.page.wait_for_timeout(200)
        self.figures["left on the tablet"] = self.count_waiting()
        self.figures["seconds until all was sent"] = round(time.monotonic() - began)
        self.page.reload()
        self.look(self.taps)

    def plan_events(self) -> dict[int, list]:
        """What happens after which tap, each at a moment of its own."""
        names = [self.kill_browser] * KILLS + [self.end_session, self.stop_server]
        self.chance.shuffle(names)
        room = self.taps // (len(names) + 1)
        events = {}
        for place, event in enumerate(names, start=1):
            number = place * room - self.chance.randrange(room - FOR_TAPS)
            events[number] = [event]
            if event == self.stop_server:
                events[number + FOR_TAPS] = [self.start_server]
            if event == self.end_session:
                events[number + FOR_TAPS] = [self.sign_in]
        return events

    def tap(self) -> None:
        person, status = self.chance.choice(list(self.wanted)), self.chance.choice(STATUSES)
        began = time.monotonic()
        self.page.locator(f"#b-{person}-{status}").click()
        expect(self.page.locator(f"#p-{person} [data-saved]")).to_have_text(KEPT)
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.figures["taps"] += 1
        if self.wanted[person] == status:
            self.figures["taps on what was there already"] += 1
        else:
            self.tapped.setdefault(person, []).append(status)
        self.wanted[person] = status

    def look(self, number: int) -> None:
        """The page shows what was tapped, and its counters count it; after a start it gets a moment to do so."""
        for _ in range(50):
            seen = self.page.evaluate(LOOK)
            counted = dict.fromkeys([*STATUSES, "OPEN"], 0) | Counter(seen["rows"].values())
            if counted != seen["counters"]:
                break
            if seen["rows"] == self.wanted:
                return
            self.figures["looks before it was right"] += 1
            self.page.wait_for_timeout(100)
        self.faults.append(f"after tap {number + 1} the page shows {seen}, and not {self.wanted}")

    # --- What breaks -----------------------------------------------------------------------------------------------

    def end_session(self) -> None:
        self.context.clear_cookies()
        self.figures["ended sessions"] += 1

    def stop_server(self) -> None:
        self.demo.stop()

    def start_server(self) -> None:
        self.demo.start("--workers", "2", "--access-logfile", str(self.folder / "access"))
        self.figures["restarts"] += 1

    # --- The outcome -----------------------------------------------------------------------------------------------

    def judge(self) -> None:
        """Compare the history in the database with what was tapped."""
        history = json.loads(self.demo.python("-c", HISTORY.format(self.path)))
        for person, statuses in self.tapped.items():
            found = history["changes"].get(person, [])
            if found != statuses:
                missing, extra = Counter(statuses) - Counter(found), Counter(found) - Counter(statuses)
                self.figures["lost"] += missing.total()
                self.figures["doubled"] += extra.total()
                self.faults.append(f"{person}: tapped {statuses}, kept {found}")
        if history["now"] != self.wanted:
            self.faults.append(f"in the end there stands {history['now']}, and not {self.wanted}")
        if history["authors"] != [EMAILS["coach"]]:
            self.faults.append(f"written by {history['authors']}")
        self.figures["changes in the history"] = sum(map(len, history["changes"].values()))
        self.figures["keys taken by the server"] = history["keys"]
        lines = (self.folder / "access").read_text().splitlines()
        self.figures["answers 5xx"] = sum(bool(re.search(r'" 5\d\d ', line)) for line in lines)


def process_with(argument: str) -> int:
    """The browser itself: its own helpers have a type."""
    listed = subprocess.run(["ps", "-eo", "pid=,args="], check=True, stdout=subprocess.PIPE, text=True).stdout
    [found] = [line for line in listed.splitlines() if argument in line and "--type=" not in line]
    return int(found.split()[0])


def print_history(path: str) -> None:
    """What `Drill.judge` runs in a process beside it."""
    from django.urls import resolve

    from workshops.models import Attendance, AttendanceChange, ReceivedMark

    about = resolve(path).kwargs
    here = {"workshop": about["workshop_id"], "date": about["day"], "day_part": about["part"]}
    rows = Attendance.objects.filter(**here)
    changes: dict[str, list[str]] = {}
    for change in AttendanceChange.objects.filter(attendance__in=rows).order_by("attendance", "version"):
        changes.setdefault(change.attendance.participant.key, []).append(change.new_status)
    authors = AttendanceChange.objects.filter(attendance__in=rows).order_by("by__email").values_list("by__email")
    outcome = {
        "changes": changes,
        "now": dict(rows.order_by("pk").values_list("participant__key", "status")),
        "authors": [email for (email,) in authors.distinct()],
        "keys": ReceivedMark.objects.filter(outcome="SAVED").count(),
    }
    sys.stdout.write(json.dumps(outcome))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--taps", type=int, default=100)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, sync_playwright() as playwright:
        demo = Demo(Path(name), os.environ.get("DATABASE_URL", ""))
        demo.load()
        drill = Drill(demo, Path(name), playwright, asked.seed, asked.taps)
        try:
            demo.start("--workers", "2", "--access-logfile", str(Path(name) / "access"))
            drill.run()
        finally:
            if drill.context:
                with suppress(Error):
                    drill.context.close()
            demo.stop()
        drill.judge()
    for words, figure in drill.figures.items():
        sys.stdout.write(f"{figure:6} {words}\n")
    sys.stdout.write(f"{drill.slowest * 1000:6.0f} ms at most until a tap was kept\n")
    sys.exit(f"MIS (seed {asked.seed}):\n" + "\n".join(drill.faults) if drill.faults else 0)


if __name__ == "__main__":
    main()
