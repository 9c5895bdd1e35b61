"""Two coordinators take the last place of a day part at once, a hundred times, on SQLite and PostgreSQL.

bin/drill last_place [--rounds N]: through the pages, two threads with a connection each. It fails unless each time
exactly one is placed and the other one is told and asked again.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from pluspunt.tests.demo import Demo
from pluspunt.tests.postgresql import own_postgresql

RUN = (
    "import django; django.setup(); from django.conf import settings; settings.ALLOWED_HOSTS = ['*'];"
    "from pluspunt.tests.last_place import last_places;"
    "[print(count, *heard, sep=', ') for heard, count in last_places({}).items()]"
)


def drill(demo: Demo, rounds: int) -> list[str]:
    """What went otherwise than it should, after printing the figures."""
    demo.python("manage.py", "migrate", "-v0")
    demo.python("manage.py", "createcachetable")
    demo.python("manage.py", "collectstatic", "--noinput", "-v0")
    started = time.monotonic()
    lines = demo.python("-c", RUN.format(rounds)).splitlines()
    for line in lines:
        sys.stdout.write(f"  {line}\n")
    sys.stdout.write(f"  {rounds} keer in {time.monotonic() - started:.1f} s\n")
    return [line for line in lines if line != f"{rounds}, placed, told"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, own_postgresql() as server:
        sys.stdout.write("SQLite\n")
        faults = drill(Demo(Path(name)), asked.rounds)
        sys.stdout.write("PostgreSQL\n")
        faults += drill(server.demo(), asked.rounds)
    sys.exit("\n".join(faults) or 0)


if __name__ == "__main__":
    main()
