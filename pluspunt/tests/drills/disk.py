"""Fills the disk under the database while tablets record, and gives the room back: on SQLite and PostgreSQL.

bin/drill disk: in a small memory disk, for which it must be root. It fails when a page does not say what is wrong, when
anything confirmed is lost or half there, or when it does not go on by itself.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from pluspunt.tests.demo import Demo
from pluspunt.tests.postgresql import own_postgresql
from pluspunt.tests.recording import STATUSES, House, finish, in_house
from pluspunt.tests.tablet import Tablet

SENTENCE = "De schijf van de server is vol"


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path) -> None:
    """Until there is no room for one byte more."""
    with (disk / "ballast").open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError:
                continue


def told(house: House) -> tuple[int, str]:
    """What somebody reads who sends a mark from a page, asked as a browser does; a mark that is taken counts too."""
    person = house.register.people[-1]
    seen = sum(answer["person"] == person for answer in house.answers)
    mark = Tablet(house.demo.port, house.register.passes[0]).mark(person, STATUSES[seen % 3], seen)
    body = json.dumps({"marks": [mark]}).encode()
    headers = {"Content-Type": "application/json", "Accept": "text/html"}
    request = urllib.request.Request(f"{house.demo.address}/registraties/", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read().decode()
            house.answers.append(mark | json.loads(text)["answers"][0])
            return answer.status, text
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def drill(house: House, name: str, disk: Path) -> list[str]:
    with house.recording():
        house.wait_for_answers(20)
        fill(disk)
        until = time.monotonic() + 60
        while (found := told(house))[0] == 200 and time.monotonic() < until:
            time.sleep(0.2)
        before = len(house.answers)
        time.sleep(5)
        stood_still = len(house.answers) - before
        reads = urllib.request.urlopen(f"{house.demo.address}/gezond/", timeout=30).status
        (disk / "ballast").unlink()
        began = time.monotonic()
        house.wait_for_answers(10)
        back = time.monotonic() - began
    if found[0] != 503 or SENTENCE not in found[1]:
        house.faults.append(f"bij een volle schijf: {found[0]}, en niet {SENTENCE!r}")
    sys.stdout.write(
        f"{name}: bij een volle schijf {found[0]} met de zin: {SENTENCE in found[1]}; lezen gaf {reads};"
        f" {stood_still} bevestigd in vijf tellen; na {back:.1f} s ging het vanzelf verder\n"
    )
    return house.judge(name)


def main() -> None:
    if os.getuid() != 0:
        sys.exit("Deze oefening maakt een kleine schijf, en moet daarvoor als root draaien.")
    with TemporaryDirectory() as name, small_disk(Path(name) / "schijf", 24) as disk:
        faults = in_house(Demo(disk), Path(name), lambda house: drill(house, "SQLite", disk))
    with own_postgresql() as server, small_disk(server.folder / "schijf", 80) as disk:
        place = disk / "tabellen"
        place.mkdir()
        subprocess.run(["chown", "postgres", str(place), str(disk)], check=True)
        with psycopg.connect(host=str(server.folder), user="postgres", dbname="postgres", autocommit=True) as line:
            line.execute(f"CREATE TABLESPACE klein LOCATION '{place}'")
            line.execute("CREATE DATABASE klein TEMPLATE template0 TABLESPACE klein")
        demo = server.demo()
        demo.env["DATABASE_URL"] = "postgres://postgres@/klein"
        faults += in_house(demo, server.folder, lambda house: drill(house, "PostgreSQL", disk))
    finish(faults)


if __name__ == "__main__":
    main()
