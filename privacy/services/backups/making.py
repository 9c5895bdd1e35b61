"""Making a backup: sealed while it is written, read back, and only then given its name."""

import hashlib
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from django.conf import settings
from django.db import connection
from django.utils import timezone

from privacy.models import UpkeepRun
from privacy.services.backups import postgresql, sqlite
from privacy.services.backups.contents import Facts, opened, write_facts
from privacy.services.backups.refusal import BackupError
from privacy.services.backups.retention import SUFFIX, forget_old_backups, forget_unfinished, name_of
from privacy.services.backups.sealing import SealedWriter
from privacy.services.proofs import proofs_as_lines
from privacy.services.upkeep import record_failure, record_run

# Who was erased, without saying who: after putting back an older backup they are erased again.
PROOFS = "gewist.jsonl"
ENGINES: dict[str, ModuleType] = {"postgresql": postgresql, "sqlite": sqlite}


@dataclass(frozen=True)
class Backup:
    """A backup that was made and read back."""

    path: Path
    facts: Facts
    bytes: int

    def __str__(self):
        megabytes = f"{self.bytes / 1_000_000:.1f}".replace(".", ",")
        return f"{self.path.name}, {megabytes} MB, {len(self.facts.tables)} tabellen, {self.facts.rows} rijen"


def make_backup(folder: Path) -> Backup:
    """Put a backup of the whole database in `folder` and forget those that are old enough.

    It is read back before it gets its name, so what has a name is good. How it went is written down for the page
    *Gezondheid*. Raises `BackupError`; then there is no new file.
    """
    try:
        backup = _write(folder)
        forget_old_backups(folder, settings.BACKUP_KEEP)
        _write_proofs(folder)
    except (BackupError, OSError) as error:
        reason = _said(error)
        record_failure(UpkeepRun.Kind.BACKUP, reason)
        raise BackupError(reason) from error
    record_run(UpkeepRun.Kind.BACKUP, succeeded=True, message=str(backup), about_at=backup.facts.about_at)
    return backup


def verify_backup(path: Path) -> Facts:
    """Read all of a backup, as putting it back does, and give what it says about itself; raises `BackupError`."""
    require_same_as_written_down(path)
    with opened(path) as (facts, pieces):
        found = ENGINES[facts.vendor].read_back(pieces, path.parent)
        # What one engine can only count in a database, the drill counts there.
        if found is not None and facts.differences(found):
            raise BackupError(f"Deze tabellen kwamen anders terug: {', '.join(facts.differences(found))}.")
        return facts


def require_same_as_written_down(path: Path) -> None:
    """Compare a backup with the checksum beside it, as `sha256sum -c` does; one that is gone is no reason to stop."""
    beside = _checksum_file(path)
    if beside.exists() and beside.read_text().split()[:1] != [_checksum(path)]:
        raise BackupError(f"{path.name} is niet meer wat er geschreven werd: het controlegetal klopt niet.")


def _write(folder: Path) -> Backup:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    forget_unfinished(folder)
    about_at = timezone.now()
    path = folder / name_of(about_at)
    with _only_whole(path) as unfinished:
        engine = ENGINES[connection.vendor]
        with engine.taken(connection, folder) as (tables, pieces), _new_file(unfinished) as file:
            facts = Facts(connection.vendor, about_at, tables)
            writer = SealedWriter(file)
            write_facts(writer, facts)
            for piece in pieces:
                writer.write(piece)
            writer.finish()
            file.flush()
            os.fsync(file.fileno())
        if verify_backup(unfinished) != facts:
            raise BackupError("De reservekopie zegt iets anders dan wat erin ging.")
        checksum = _checksum(unfinished)
    _checksum_file(path).write_text(f"{checksum}  {path.name}\n")
    return Backup(path, facts, path.stat().st_size)


def _write_proofs(folder: Path) -> None:
    unfinished = folder / f"{PROOFS}.bezig"
    unfinished.unlink(missing_ok=True)
    with _new_file(unfinished) as file:
        file.writelines(f"{line}\n".encode() for line in proofs_as_lines())
    unfinished.replace(folder / PROOFS)


@contextmanager
def _only_whole(path: Path):
    """A name to write under; only what went well gets the name `path`, at once."""
    if path.exists():
        raise BackupError(f"{path.name} is er al. Wacht een seconde en probeer het opnieuw.")
    unfinished = path.with_suffix(".bezig")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _new_file(path: Path):
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _checksum_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _said(error: BackupError | OSError) -> str:
    if isinstance(error, BackupError):
        return str(error)
    return {
        28: "De schijf is vol. Er is geen reservekopie gemaakt; de vorige zijn er nog.",
        122: "De schijf is vol. Er is geen reservekopie gemaakt; de vorige zijn er nog.",
        13: f"In de map {error.filename} mag Pluspunt niet schrijven.",
    }.get(error.errno, f"De reservekopie is niet gemaakt: {error.strerror}.")


def newest_backup(folder: Path) -> Path:
    """The last one that was made; raises `BackupError` when there is none."""
    found = sorted(folder.glob(f"*{SUFFIX}"))
    if not found:
        raise BackupError(f"In {folder} staat geen reservekopie.")
    return found[-1]
