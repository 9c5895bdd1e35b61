"""Putting a backup back: all of it or nothing, and only where nothing is lost by it."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from privacy.services.backups.contents import Facts, opened
from privacy.services.backups.making import ENGINES, PROOFS, verify_backup
from privacy.services.backups.refusal import BackupError
from privacy.services.health import is_migrated


def restore_backup(path: Path, *, replace: str = "") -> Facts:
    """Make the database what it was when the backup `path` was made, and erase again who was erased since.

    Only into an empty database, or one whose name was typed as `replace`. The whole backup is read before anything is
    changed. Raises `BackupError`.
    """
    facts = verify_backup(path)
    require_same_engine(facts, connection)
    engine = ENGINES[connection.vendor]
    name = str(connection.settings_dict["NAME"])
    if not engine.is_empty(connection) and replace != name:
        raise BackupError(
            f"In de database {name} staan al gegevens. Terugzetten kan in een lege database. Wil je alles wat er nu in"
            f" staat weggooien? Zet dan erachter: --force-empty {name}"
        )
    put_back_into(connection, path, replace=bool(replace))
    # A backup of an older version is brought up to date first, by who typed the command.
    if is_migrated():
        erase_again(path.parent)
    return facts


def erase_again(folder: Path) -> None:
    """Erase who was erased after the backup was made, by the proofs that stand beside the backups."""
    beside = folder / PROOFS
    call_command("reapply_erasures", *([str(beside)] if beside.exists() else []), verbosity=0, stdout=StringIO())


def put_back_into(target: BaseDatabaseWrapper, path: Path, *, replace: bool = False) -> None:
    """Fill a database with a backup and compare; raises `BackupError` when a table is not what it was."""
    engine = ENGINES[target.vendor]
    with opened(path) as (facts, pieces):
        engine.put_back(target, pieces, path.parent, replace=replace)
    if different := facts.differences(engine.sums(target)):
        raise BackupError(f"Deze tabellen kwamen anders terug: {', '.join(different)}.")


def require_same_engine(facts: Facts, target: BaseDatabaseWrapper) -> None:
    """Refuse what was taken from the other kind of database."""
    if facts.vendor != target.vendor:
        raise BackupError(
            f"Deze reservekopie is van {ENGINE_NAMES[facts.vendor]} en de database is {ENGINE_NAMES[target.vendor]}."
            " Zet DATABASE_URL op de goede soort."
        )


ENGINE_NAMES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
