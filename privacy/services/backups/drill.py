"""Trying whether the newest backup can be put back, in an empty database beside the real one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core.management import get_commands
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from privacy.models import UpkeepRun
from privacy.services.backups.contents import Facts
from privacy.services.backups.making import ENGINES, newest_backup, verify_backup
from privacy.services.backups.refusal import BackupError
from privacy.services.backups.restoring import put_back_into, require_same_engine
from privacy.services.upkeep import record_failure, record_run

_ALIAS = "drill"
# What must go well with the restored database, each in a process of its own as after a real disaster.
_QUESTIONS = [["migrate", "--check"], ["check"], ["verify_log"]]


def drill_backup(folder: Path) -> tuple[Path, Facts]:
    """Put the newest backup of `folder` back in an empty database, compare every table and let Pluspunt look at it.

    The database is gone afterwards. How it went is written down for the page *Gezondheid*. Raises `BackupError`.
    """
    try:
        path = newest_backup(folder)
        facts = verify_backup(path)
        require_same_engine(facts, connection)
        with ENGINES[connection.vendor].beside(connection, folder) as place, _line_to(place) as restored:
            put_back_into(restored, path)
            restored.close()
            _ask_pluspunt(place)
    except (BackupError, OSError) as error:
        record_failure(UpkeepRun.Kind.DRILL, str(error))
        raise BackupError(str(error)) from error
    message = f"{path.name}, {len(facts.tables)} tabellen, {facts.rows} rijen"
    record_run(UpkeepRun.Kind.DRILL, succeeded=True, message=message, about_at=facts.about_at)
    return path, facts


@contextmanager
def _line_to(place: dict) -> Iterator[BaseDatabaseWrapper]:
    # Not one of Django's own: nobody else in this process may find it.
    line = type(connections[DEFAULT_DB_ALIAS])(place, _ALIAS)
    try:
        yield line
    finally:
        line.close()


def _ask_pluspunt(place: dict) -> None:
    # The checkpoints of the log know what was sealed after the backup was made: they are no measure for it.
    env = {**os.environ, "DATABASE_URL": _address(place), "LOG_CHECKPOINT_DIR": ""}
    for question in _QUESTIONS:
        if question[0] not in get_commands():
            continue
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *question]
        answer = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603
        if answer.returncode != 0:
            said = (answer.stderr or answer.stdout).strip().splitlines() or ["zonder uitleg"]
            raise BackupError(f"{question[0]} keurt de teruggezette database af: {said[-1][:150]}")


def _address(place: dict) -> str:
    if place["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{place['NAME']}"
    user = ":".join(quote(str(place[part]), safe="") for part in ("USER", "PASSWORD") if place[part])
    # As options, which also holds for the folder of a socket.
    options = {name.lower(): str(place[name]) for name in ("HOST", "PORT") if place[name]}
    options |= {name: value for name, value in place["OPTIONS"].items() if isinstance(value, str)}
    return f"postgres://{user}@/{quote(place['NAME'])}?{urlencode(options)}"
