"""Restarts PostgreSQL twice, as after a power cut, while eight tablets record and others read pages.

bin/drill postgresql_restart [--seconds N]: it fails when a mark is lost or done twice, or when somebody who reads a
page gets anything else than the page or "even geduld" (503).
"""

import argparse
import http.cookiejar
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from threading import Event

from pluspunt.tests.demo import EMAILS, PASSWORD, Demo
from pluspunt.tests.postgresql import PostgreSQL, own_postgresql
from pluspunt.tests.tablet import Register, Tablet, said

WRITERS = 8
# About as fast as somebody who taps without looking.
BETWEEN_TAPS = 0.1
STATUSES = ["PRESENT", "NO_SHOW", "EXCUSED"]
PAGES = ["", "/deelnemers/", "/vandaag/"]
WAIT = re.compile(r"even geduld", re.IGNORECASE)


class Reader:
    """Somebody who is signed in and opens one page after the other; `answers` counts what came."""

    def __init__(self, demo: Demo, pages: list[str]):
        self.demo, self.pages = demo, pages
        self.answers = Counter()
        self.faults: list[str] = []
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def sign_in(self) -> None:
        address = f"{self.demo.address}/account/login/"
        form = self.opener.open(address).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
        data = {"csrfmiddlewaretoken": token, "login": EMAILS["coach"], "password": PASSWORD}
        request = urllib.request.Request(address, urllib.parse.urlencode(data).encode(), {"Referer": address})
        self.opener.open(request)

    def read_until(self, stop: Event) -> None:
        while not stop.is_set():
            for page in self.pages:
                self.read(page)

    def read(self, page: str) -> None:
        request = urllib.request.Request(f"{self.demo.address}{page}", headers={"Accept": "text/html"})
        try:
            answer = self.opener.open(request, timeout=40)
        except urllib.error.HTTPError as error:
            answer = error
        except OSError as error:
            self.answers[type(error).__name__] += 1
            self.faults.append(f"{page}: {error}")
            return
        text = answer.read().decode()
        self.answers[answer.status] += 1
        if answer.status == 503:
            if not WAIT.search(text):
                self.faults.append(f"{page}: 503 zonder geduld")
            time.sleep(0.2)
        elif answer.status != 200 or "/account/login/" in answer.url:
            self.faults.append(f"{page}: {answer.status} {answer.url}")


def record_until(stop: Event, tablet: Tablet, person: str) -> list[dict]:
    """Taps on one row, each on top of the one before; the last one is sent as well when it is time to stop."""
    answers = []
    while not stop.is_set():
        answers.append(tablet.send(tablet.mark(person, STATUSES[len(answers) % 3], len(answers))))
        time.sleep(BETWEEN_TAPS)
    return answers


def break_twice(server: PostgreSQL, seconds: float) -> None:
    time.sleep(seconds / 4)
    server.restart()
    time.sleep(seconds / 4)
    server.stop()
    time.sleep(3)
    server.start()
    time.sleep(seconds / 2)


def run(demo: Demo, server: PostgreSQL, seconds: float) -> list[str]:
    register = Register.make(demo, WRITERS, WRITERS)
    tablets = [Tablet(demo.port, ticket) for ticket in register.passes]
    readers = [Reader(demo, [register.path]), Reader(demo, PAGES)]
    for reader in readers:
        reader.sign_in()
    stop = Event()
    with ThreadPoolExecutor(WRITERS + len(readers)) as pool:
        reading = [pool.submit(reader.read_until, stop) for reader in readers]
        pairs = zip(tablets, register.people, strict=True)
        recording = [pool.submit(record_until, stop, tablet, person) for tablet, person in pairs]
        try:
            break_twice(server, seconds)
        finally:
            stop.set()
        for future in reading:
            future.result()
        answers = list(chain.from_iterable(future.result() for future in recording))
    faults = register.faults(answers)
    refused = Counter(answer["outcome"] for answer in answers if answer["outcome"] != "SAVED")
    if refused:
        faults.append(f"niet bewaard: {dict(refused)}")
    if not any(tablet.statuses["503"] for tablet in tablets):
        faults.append("geen enkele tablet merkte er iets van: dan is er niets geoefend")
    # A line that broke is no answer: what counts is that no mark got lost on it.
    statuses = {status for tablet in tablets for status in tablet.statuses if status.isdecimal()}
    if statuses - {"200", "503"}:
        faults.append(f"een tablet kreeg {statuses}")
    for reader in readers:
        faults += sorted(set(reader.faults))
    read = sum((reader.answers for reader in readers), Counter())
    sys.stdout.write(f"{len(answers)} registraties, {len(faults)} fouten; {said(tablets)}\n")
    sys.stdout.write(f"bladzijden: {dict(read)}\n")
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=40)
    asked = parser.parse_args()
    with own_postgresql() as server:
        demo = server.demo()
        demo.load()
        try:
            log = str(server.folder / "gunicorn")
            demo.start("--workers", "2", "--capture-output", "--error-logfile", log)
            faults = run(demo, server, asked.seconds)
        finally:
            demo.stop()
    sys.exit("\n".join(faults) or 0)


if __name__ == "__main__":
    main()
