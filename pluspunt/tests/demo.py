"""A demo of its own for a browser: a fresh database, the real server, and registers to try out.

Everything that touches the database runs in a process beside this one, which has other settings, or none.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page

BASE_DIR = Path(__file__).resolve().parent.parent.parent
PASSWORD = "pluspunt-demo-2026"
EMAILS = {
    "coach": "coach@pluspunt.demo",
    "coordinator": "coordinator@pluspunt.demo",
    "management": "management@pluspunt.demo",
    "administrator": "beheerder@pluspunt.demo",
}
REGISTERS = "import django; django.setup(); from pluspunt.tests.demo import print_registers; print_registers({}, {})"
GROWTH = "import django; django.setup(); from pluspunt.tests.demo import print_growth; print_growth({})"
ACCOUNT = "import django; django.setup(); from pluspunt.tests.demo import add_account; add_account({!r})"
ROOM = "import django; django.setup(); from pluspunt.tests.demo import add_room; add_room({})"
# As bin/run does, with fewer processes.
SERVE = ["gunicorn", "pluspunt.wsgi", "--worker-class", "gthread", "--threads", "4", "--no-control-socket"]


class Demo:
    """The demo in a SQLite file in `folder`, or in the empty database that `database_url` names."""

    def __init__(self, folder: Path, database_url: str = ""):
        database_url = database_url or f"sqlite:///{folder / 'demo.sqlite3'}"
        mine = {"DEMO": "yes", "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "pluspunt.settings"}
        self.env = {**os.environ, **mine}
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.server: subprocess.Popen | None = None

    def load(self) -> None:
        for command in (["migrate", "-v0"], ["createcachetable"], ["collectstatic", "--noinput", "-v0"], ["load_demo"]):
            self.python("manage.py", *command)

    def python(self, *arguments: str) -> str:
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=BASE_DIR, env=self.env, check=True, stdout=subprocess.PIPE, text=True).stdout

    def make_registers(self, count: int, people: int) -> list[str]:
        """The paths of `count` new registers of today for the demo coach, with `people` people each."""
        return json.loads(self.python("-c", REGISTERS.format(count, people)))

    def make_growth(self, count: int) -> list[str]:
        """The paths of the growth of `count` new people of the demo coach, who want to be measured and are due."""
        return json.loads(self.python("-c", GROWTH.format(count)))

    def make_room(self, places: int) -> None:
        """A workshop where nobody works yet, with so many places every morning."""
        self.python("-c", ROOM.format(places))

    def make_account(self, email: str) -> None:
        """A coordinator with this address and the password of the demo."""
        self.python("-c", ACCOUNT.format(email))

    def start(self, *options: str, **streams) -> None:
        command = [sys.executable, "-m", *SERVE, "--bind", f"127.0.0.1:{self.port}", *options]
        self.server = subprocess.Popen(command, cwd=BASE_DIR, env=self.env, **streams)
        wait_for(f"{self.address}/gezond/")

    def stop(self) -> None:
        if self.server:
            self.server.terminate()
            self.server.wait(20)
            self.server = None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"no answer from {url}")


def find_chromium() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise RuntimeError("Chromium ontbreekt: apt-get install chromium")
    return path


def fill_in_sign_in(page: Page, role: str) -> None:
    page.get_by_label("E-mail").fill(EMAILS[role])
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.wait_for_url(lambda url: "/account/login/" not in url)


CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def add_account(email: str) -> None:
    """What `Demo.make_account` runs in its own process."""
    from accounts.models import User

    User.objects.create_user(email, name="Sleutel Saar", role="COORDINATOR", password=PASSWORD)


def print_registers(count: int, people: int) -> None:
    """What `Demo.make_registers` runs in its own process."""
    from django.utils import timezone

    from accounts.models import User
    from pluspunt.tests.factories import OpeningFactory, ParticipantFactory, PlacementFactory, WorkshopFactory
    from workshops.models import DayPart, Location, Session, Workshop
    from workshops.services.sessions import ensure_sessions
    from workshops.views.pages import register_url

    today = timezone.localdate()
    coach = User.objects.get(email=EMAILS["coach"])
    when = {"weekday": today.isoweekday(), "day_part": DayPart.MORNING}
    first = Workshop.objects.count() + 1
    about = {"location": Location.objects.first(), "registered_from": today, "coaches": [coach]}
    workshops = [WorkshopFactory(name=f"Proefwerkplaats {number}", **about) for number in range(first, first + count)]
    for workshop in workshops:
        OpeningFactory(workshop=workshop, capacity=people, **when)
        for number in range(people):
            person = ParticipantFactory(phone=f"0612340{number:03}", attention="geen slijptol")
            PlacementFactory(trajectory__participant=person, workshop=workshop, **when)
    ensure_sessions(today)
    sessions = Session.objects.filter(workshop__in=workshops, date=today).order_by("workshop")
    sys.stdout.write(json.dumps([register_url(session) for session in sessions]))


def print_growth(count: int) -> None:
    """What `Demo.make_growth` runs in its own process."""
    from django.urls import reverse

    from accounts.models import User
    from pluspunt.tests.factories import MeasurementChoiceFactory, PlacementFactory
    from workshops.models import Workshop

    coach = User.objects.get(email=EMAILS["coach"])
    workshop = Workshop.objects.filter(coaches=coach).first()
    people = [PlacementFactory(workshop=workshop).trajectory.participant for _ in range(count)]
    for person in people:
        MeasurementChoiceFactory(participant=person)
    sys.stdout.write(json.dumps([reverse("participant_growth", args=[person.key]) for person in people]))


def add_room(places: int) -> None:
    """What `Demo.make_room` runs in its own process."""
    from django.utils import timezone

    from pluspunt.tests.factories import OpeningFactory, WorkshopFactory
    from workshops.models import DayPart, Location, Weekday

    about = {"location": Location.objects.first(), "registered_from": timezone.localdate()}
    workshop = WorkshopFactory(name="Ruime werkplaats", **about)
    for weekday in Weekday:
        OpeningFactory(workshop=workshop, weekday=weekday, day_part=DayPart.MORNING, capacity=places)
