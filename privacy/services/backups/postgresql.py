"""Taking a PostgreSQL database along and putting it back, with PostgreSQL's own pg_dump and pg_restore."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO
from uuid import uuid4

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql
from psycopg.conninfo import make_conninfo

from privacy.services.backups.refusal import BackupError
from privacy.services.backups.sealing import PIECE

# Ours, and not what an extension brought.
_TABLES = """
    SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind = 'r' AND nspname = 'public'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e') ORDER BY relname
"""
# Half of the MD5 of each row as a number; a sum does not depend on their order, and every version makes the same.
_SUM = "SELECT count(*), coalesce(sum(('x' || left(md5(each::text), 16))::bit(64)::bigint::numeric), 0) FROM {} each"
# How a row is written as text must not depend on how a server was set up.
_PLAIN = "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL bytea_output = 'hex';"
_PLAIN += " SET LOCAL intervalstyle = 'postgres'; SET LOCAL extra_float_digits = 1; SET LOCAL lc_monetary = 'C'"
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
_OTHERS += " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"

# What says where a database is: psycopg may know more options than the programs of this machine.
_ADDRESS = ["host", "port", "dbname", "user", "sslmode", "sslrootcert", "sslcert", "sslkey", "passfile"]


@contextmanager
def taken(connection: BaseDatabaseWrapper, folder: Path) -> Iterator[tuple[dict, Iterator[bytes]]]:
    """All of it at one moment: what is in its tables, and what pg_dump makes of it; nothing waits for that."""
    with _line(connection) as line:
        line.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        [snapshot] = line.execute("SELECT pg_export_snapshot()").fetchone()
        yield _sums(line), _dump(line, snapshot)


def read_back(pieces: Iterator[bytes], folder: Path) -> None:
    """Let pg_restore read all of it, without a database; what its tables hold is only known in one (the drill)."""
    _restore(["--file=/dev/null"], pieces)


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    """Whether there is nothing in the database yet."""
    with _line(connection) as line:
        return not line.execute(_TABLES).fetchall()


def put_back(connection: BaseDatabaseWrapper, pieces: Iterator[bytes], folder: Path, *, replace: bool) -> None:
    """Make the database what was taken along, all of it or nothing; `replace` empties it first."""
    connection.close()
    with _line(connection) as line:
        if line.execute(_OTHERS).fetchone() != (0,):
            raise BackupError("Er werkt nog iemand met deze database. Stop eerst Pluspunt en de werker.")
        if replace:
            line.execute("DROP SCHEMA public CASCADE")
            line.execute("CREATE SCHEMA public")
        options = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "--no-comments"]
        _restore([*options, f"--dbname={_address(line)}"], pieces, _secrets(line))


@contextmanager
def beside(connection: BaseDatabaseWrapper, folder: Path) -> Iterator[dict]:
    """The settings of an empty database for as long as it is needed; the owner must be allowed to make one."""
    name = f"pluspunt_proef_{uuid4().hex[:12]}"
    with _line(connection) as line:
        try:
            line.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege as error:
            raise BackupError(
                "Deze gebruiker mag geen lege database maken om de proef in te doen. Laat de beheerder van PostgreSQL"
                f" dit typen: ALTER ROLE {line.info.user} CREATEDB;"
            ) from error
    try:
        yield {**connection.settings_dict, "NAME": name}
    finally:
        with _line(connection) as line:
            line.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def sums(connection: BaseDatabaseWrapper) -> dict:
    """Per table the number of rows, and a sum over all that is in them."""
    with _line(connection) as line:
        line.execute("BEGIN READ ONLY")
        return _sums(line)


@contextmanager
def _line(connection: BaseDatabaseWrapper) -> Iterator[psycopg.Connection]:
    """A connection of our own to the same database: Django's may be in the middle of something."""
    parameters = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}
    parameters.pop("context", None)
    with psycopg.connect(**parameters, autocommit=True) as line:
        yield line


def _sums(line: psycopg.Connection) -> dict:
    line.execute(_PLAIN)
    found = {}
    for (name,) in line.execute(_TABLES).fetchall():
        count, total = line.execute(sql.SQL(_SUM).format(sql.Identifier(name))).fetchone()
        found[name] = (count, str(total))
    return found


def _dump(line: psycopg.Connection, snapshot: str) -> Iterator[bytes]:
    command = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    with TemporaryFile() as said, _started([*command, f"--dbname={_address(line)}"], line, said) as process:
        length = 0
        while piece := process.stdout.read(PIECE):
            length += len(piece)
            yield piece
        # Behind a pipe a dump that failed looks like one that went well: ask.
        if process.wait() != 0 or not length:
            raise BackupError(f"pg_dump kon de database niet lezen: {_last_line(said)}")


@contextmanager
def _started(command: list[str], line: psycopg.Connection, said: BinaryIO) -> Iterator[subprocess.Popen]:
    try:
        process = subprocess.Popen(command, env=_secrets(line), stdout=subprocess.PIPE, stderr=said)  # noqa: S603
    except FileNotFoundError as error:
        raise BackupError("pg_dump staat niet op deze machine: installeer het pakket postgresql-client.") from error
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def _restore(options: list[str], pieces: Iterator[bytes], env: dict[str, str] | None = None) -> None:
    try:
        with TemporaryFile() as said:
            command = ["pg_restore", *options]
            pipe = subprocess.PIPE
            with subprocess.Popen(command, env=env, stdin=pipe, stdout=subprocess.DEVNULL, stderr=said) as process:  # noqa: S603
                try:
                    for piece in pieces:
                        process.stdin.write(piece)
                    process.stdin.close()
                except BrokenPipeError:
                    pass  # its own words say more
                except BaseException:
                    process.kill()
                    raise
            if process.returncode != 0:
                raise BackupError(f"pg_restore kon dit niet teruglezen: {_last_line(said)}")
    except FileNotFoundError as error:
        raise BackupError("pg_restore staat niet op deze machine: installeer het pakket postgresql-client.") from error


def _address(line: psycopg.Connection) -> str:
    """Where the database is, without a password: others on this machine can read it in the list of processes."""
    told = line.info.get_parameters()
    return make_conninfo(**{name: told[name] for name in _ADDRESS if name in told})


def _secrets(line: psycopg.Connection) -> dict[str, str]:
    return {**os.environ, "PGPASSWORD": line.info.password} if line.info.password else dict(os.environ)


def _last_line(said: BinaryIO) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    return lines[0][:200] if lines else "zonder uitleg"
