"""Triggers that make a table append-only, on both databases: a row is added and read, never changed or taken away.

Only who owns the table can lift them; with the role of `grant_role` the web and the worker do not.
"""

from collections.abc import Iterable
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

# Per table of the log the columns that are unique: a new row that equals another one in them would take that one's
# place with SQLite's INSERT OR REPLACE.
LOG_TABLES = {
    "privacy_accessevent": ["id", "key"],
    "privacy_accesssubject": ["id"],
    "privacy_seal": ["id", "number"],
    "privacy_reviewofmonth": ["id"],
    # What was written about a data breach.
    "privacy_breachupdate": ["id"],
}
SENTENCE = "Het logboek is alleen aan te vullen"
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION privacy_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{SENTENCE}: % van %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$"""


def make_append_only(database: BaseDatabaseWrapper, tables: dict[str, list[str]]) -> None:
    """Make `tables` (name → columns that are unique) append-only; may be done again."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for table, columns in tables.items():
            for statement in [*_removal(database.vendor, table), *_triggers(database.vendor, table, columns)]:
                cursor.execute(statement)


def make_changeable(database: BaseDatabaseWrapper, tables: Iterable[str]) -> None:
    """Take the triggers of `tables` away."""
    with database.cursor() as cursor:
        for table in tables:
            for statement in _removal(database.vendor, table):
                cursor.execute(statement)


@contextmanager
def triggers_lifted():
    """In here, and for nobody else, rows of the log may go: one transaction, for which the others wait.

    Only who owns the tables comes in: on PostgreSQL the others are refused, as `ProgrammingError`.
    """
    with transaction.atomic():
        # PostgreSQL changes no table that has something left to check.
        connection.check_constraints()
        make_changeable(connection, LOG_TABLES)
        yield
        connection.check_constraints()
        make_append_only(connection, LOG_TABLES)


def unguarded_tables() -> list[str]:
    """Tables of the log of which a trigger is missing or switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled = 'A' AND NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        there = {name for (name,) in cursor.fetchall()}
    return [table for table in LOG_TABLES if not {f"{table}_{kind}" for kind in _kinds(connection.vendor)} <= there]


def _kinds(vendor: str) -> list[str]:
    return ["kept", "emptied"] if vendor == "postgresql" else ["changed", "deleted", "replaced"]


def _removal(vendor: str, table: str) -> list[str]:
    where = f" ON {table}" if vendor == "postgresql" else ""
    return [f"DROP TRIGGER IF EXISTS {table}_{kind}{where}" for kind in _kinds(vendor)]


def _triggers(vendor: str, table: str, columns: list[str]) -> list[str]:
    if vendor == "postgresql":
        call = "FOR EACH STATEMENT EXECUTE FUNCTION privacy_append_only()"
        return [
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} {call}",
            f"CREATE TRIGGER {table}_emptied BEFORE TRUNCATE ON {table} {call}",
            # Also for a session that calls itself a replica.
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_kept",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_emptied",
        ]
    is_there = " OR ".join(f'NEW."{column}" IN (SELECT "{column}" FROM {table})' for column in columns)  # nosec B608 # noqa: S608
    refuse = f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}: {table}'); END"
    return [
        f"CREATE TRIGGER {table}_changed BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_deleted BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_replaced BEFORE INSERT ON {table} WHEN {is_there} {refuse}",
    ]
