"""Makes backups while tablets record, puts them back and compares; twenty that were tampered with must be refused.

bin/drill backup [--backups N]: on SQLite and PostgreSQL. It fails when a backup misses a mark that was confirmed before
it began, when a table comes back otherwise, or when a changed file is put back.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from pluspunt.tests.demo import BASE_DIR
from pluspunt.tests.recording import House, finish, in_both

KEYS = (
    "import django; django.setup(); import json; from workshops.models import ReceivedMark;"
    "print(json.dumps([str(key) for key in ReceivedMark.objects.values_list('key', flat=True)]))"
)
TAMPERINGS = 20
PATHS = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def run(house: House, *arguments: str, url: str = "") -> subprocess.CompletedProcess:
    env = house.demo.env | ({"DATABASE_URL": url} if url else {})
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=BASE_DIR, env=env, capture_output=True, text=True, check=False)


def empty_database(house: House, folder: Path, number: int) -> str:
    if house.demo.env["DATABASE_URL"].startswith("sqlite"):
        return f"sqlite:///{folder / f'terug{number}.sqlite3'}"
    with psycopg.connect(host=house.demo.env["PGHOST"], user="postgres", dbname="postgres", autocommit=True) as line:
        line.execute(f"CREATE DATABASE terug{number} TEMPLATE template0")
    return f"postgres://postgres@/terug{number}"


def tampered(content: bytes, number: int) -> bytes:
    """Changed, cut off, made longer, or with two parts that changed places."""
    chance = random.Random(number)
    place = chance.randrange(len(content) - 40)
    return [
        content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :],
        content[:place],
        content + content[place:],
        content[:place] + content[place + 20 : place + 40] + content[place : place + 20] + content[place + 40 :],
    ][number % 4]


def drill(house: House, name: str, backups: int) -> list[str]:
    faults = house.faults
    with TemporaryDirectory() as place:
        folder = Path(place)
        kept = folder / "kopie"
        confirmed, times = {}, []
        with house.recording():
            house.wait_for_answers(50)
            for _ in range(backups):
                before, began = {answer["key"] for answer in house.answers}, time.monotonic()
                answer = run(house, "manage.py", "backup", f"--folder={kept}")
                times.append(time.monotonic() - began)
                if answer.returncode:
                    faults.append(answer.stderr[-300:])
                    continue
                confirmed[sorted(kept.glob("*.backup"))[-1]] = before
                time.sleep(1)
        if not confirmed:
            return faults
        # Only the last of a day stays.
        path = sorted(kept.glob("*.backup"))[-1]
        url = empty_database(house, folder, 1)
        back = run(house, "manage.py", "restore", str(path), url=url)
        faults += [back.stderr[-300:]] if back.returncode else []
        found = set(json.loads(run(house, "-c", KEYS, url=url).stdout or "[]"))
        if missing := confirmed[path] - found:
            faults.append(f"{len(missing)} bevestigde registraties staan niet in de kopie")
        again = run(house, "manage.py", "restore", str(path), url=url)
        if not again.returncode or "staan al gegevens" not in again.stderr:
            faults.append("terugzetten over gegevens heen werd niet geweigerd")
        tried = run(house, "manage.py", "backup_drill", f"--folder={kept}")
        faults += [tried.stderr[-300:]] if tried.returncode else []
        refused = refuse_tampered(path, folder)
        if refused != TAMPERINGS:
            faults.append(f"{TAMPERINGS - refused} veranderde kopieën werden niet geweigerd")
        size = path.stat().st_size / 1e6
        sys.stdout.write(
            f"{name}: {len(confirmed)} kopieën in {', '.join(f'{each:.1f}' for each in times)} s, {size:.1f} MB;"
            f" {len(confirmed[path])} bevestigd ervoor, {len(found)} teruggevonden; {refused} van {TAMPERINGS}"
            f" veranderde kopieën geweigerd\n  {tried.stdout.strip()}\n"
        )
    return house.judge(name)


def refuse_tampered(path: Path, folder: Path) -> int:
    """How many of twenty changed copies are refused, without the checksum beside them; in one process."""
    for number in range(TAMPERINGS):
        (folder / f"veranderd{number:02}.backup").write_bytes(tampered(path.read_bytes(), number))
    code = (
        "import django, sys; django.setup(); from pathlib import Path;"
        "from privacy.services.backups.making import verify_backup;"
        "from privacy.services.backups import BackupError\n"
        "refused = 0\n"
        "for path in sorted(Path(sys.argv[1]).glob('veranderd*.backup')):\n"
        "    try:\n        verify_backup(path)\n"
        "    except BackupError:\n        refused += 1\n"
        "print(refused)"
    )
    env = {"DJANGO_SETTINGS_MODULE": "pluspunt.settings", "DEMO": "yes", "ENV_FILE": "/dev/null", **PATHS}
    command = [sys.executable, "-c", code, str(folder)]
    return int(subprocess.run(command, cwd=BASE_DIR, env=env, stdout=subprocess.PIPE, check=True, text=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backups", type=int, default=3)
    asked = parser.parse_args()
    finish(in_both(lambda house, name: drill(house, name, asked.backups)))


if __name__ == "__main__":
    main()
