"""Taking a SQLite database along and putting it back, with its own backup: a copy of a file in use is not whole."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3._functions import register

from privacy.services.backups.refusal import BackupError
from privacy.services.backups.sealing import PIECE

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
_AS_A_NUMBER = 2**64


@contextmanager
def taken(connection: BaseDatabaseWrapper, folder: Path) -> Iterator[tuple[dict, Iterator[bytes]]]:
    """A whole copy at one moment: what is in its tables, and its bytes. It stands in `folder` meanwhile."""
    with TemporaryDirectory(dir=folder, prefix=".bezig-") as name:
        path = Path(name) / "database"
        with closing(sqlite3.connect(path)) as copy, _line(connection) as line:
            line.backup(copy)
            _require_whole(copy)
            # As one file: what stands beside it would not be taken along.
            copy.execute("PRAGMA journal_mode=DELETE")
            tables = _sums(copy)
        yield tables, _pieces(path)


def read_back(pieces: Iterator[bytes], folder: Path) -> dict:
    """What is in the tables of a database that was taken along."""
    with _as_file(pieces, folder) as copy:
        return _sums(copy)


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    """Whether there is nothing in the database yet."""
    with _line(connection) as line:
        return not line.execute(_TABLES).fetchall()


def put_back(connection: BaseDatabaseWrapper, pieces: Iterator[bytes], folder: Path, *, replace: bool) -> None:
    """Write what was taken along over the whole database, in one transaction."""
    connection.close()
    with _as_file(pieces, folder) as copy, _line(connection) as line:
        copy.backup(line)


@contextmanager
def beside(connection: BaseDatabaseWrapper, folder: Path) -> Iterator[dict]:
    """The settings of an empty database for as long as it is needed."""
    with TemporaryDirectory(dir=folder, prefix=".proef-") as name:
        yield {**connection.settings_dict, "NAME": str(Path(name) / "database")}


def sums(connection: BaseDatabaseWrapper) -> dict:
    """Per table the number of rows, and a sum over all that is in them."""
    with _line(connection) as line:
        return _sums(line)


@contextmanager
def _line(connection: BaseDatabaseWrapper) -> Iterator[sqlite3.Connection]:
    """A connection of our own to the same file: Django's may be in a transaction, and reads dates and numbers."""
    with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=30)) as line:
        yield line


@contextmanager
def _as_file(pieces: Iterator[bytes], folder: Path) -> Iterator[sqlite3.Connection]:
    with TemporaryDirectory(dir=folder, prefix=".bezig-") as name:
        path = Path(name) / "database"
        with path.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        with closing(sqlite3.connect(path)) as copy:
            _require_whole(copy)
            yield copy


def _require_whole(copy: sqlite3.Connection) -> None:
    # Rules of ours ask functions that Django brings: looking whether a database is whole tries them.
    register(copy)
    try:
        found = copy.execute("PRAGMA integrity_check").fetchone()
        tables = copy.execute(_TABLES).fetchall()
    except sqlite3.DatabaseError as error:
        raise BackupError("Wat in de reservekopie zit, is geen hele database.") from error
    if found != ("ok",) or not tables:
        raise BackupError("De database is beschadigd of leeg. Er is geen reservekopie van te maken.")


def _sums(database: sqlite3.Connection) -> dict:
    names = [name for (name,) in database.execute(_TABLES).fetchall()]
    return {name: _sum(database.execute(f'SELECT * FROM "{name}"')) for name in names}  # nosec B608 # noqa: S608 a name from SQLite


def _sum(rows: Iterator[tuple]) -> tuple[int, str]:
    count = total = 0
    for row in rows:
        digest = hashlib.blake2b(repr(row).encode(), digest_size=8).digest()
        # A sum does not depend on the order of the rows.
        total = (total + int.from_bytes(digest, "big")) % _AS_A_NUMBER
        count += 1
    return count, str(total)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
