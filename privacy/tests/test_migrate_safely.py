"""A migration lets go of a busy table before anybody notices, and comes back for it."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from privacy.management.commands import migrate_safely

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no locks per table")


@pytest.fixture
def later(settings, transactional_db):
    """A next version, with a column more in a busy table."""
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "pluspunt.tests.later"]
    yield
    call_command("migrate", "later", "zero", verbosity=0)


def has_column() -> bool:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "workshops_attendance")
    return "later" in {column.name for column in columns}


WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'workshops_attendance'::regclass"


def read_until_somebody_gave_up(times: int, begun: Event) -> None:
    """Somebody who reads the table in a transaction, until so often another one wanted to change it and let go."""
    parameters = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}
    parameters.pop("context", None)
    with psycopg.connect(**parameters) as line:
        line.execute("SELECT count(*) FROM workshops_attendance")
        begun.set()
        for count in [1, 0] * times:
            until = time.monotonic() + 60
            while line.execute(WAITS).fetchone() != (count,) and time.monotonic() < until:
                time.sleep(0.01)


def test_without_anybody_in_the_way_it_is_an_ordinary_migrate(later):
    call_command("migrate_safely", verbosity=0)
    assert has_column()


@on_postgresql
def test_behind_a_long_reader_it_tries_again_until_the_table_is_free(later, capsys, monkeypatch):
    monkeypatch.setattr(migrate_safely, "LOCK_TIMEOUT", "100ms")
    begun = Event()
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read_until_somebody_gave_up, 2, begun)
        begun.wait(10)
        call_command("migrate_safely", verbosity=0)
        reading.result()
    assert "Een tabel is bezet. Straks nog een keer." in capsys.readouterr().out
    assert has_column()
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        assert cursor.fetchone() == (0,)


@on_postgresql
def test_a_table_that_stays_busy_leaves_everything_as_it_was_and_says_so(later, monkeypatch):
    monkeypatch.setattr(migrate_safely, "LOCK_TIMEOUT", "100ms")
    begun = Event()
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read_until_somebody_gave_up, 1, begun)
        begun.wait(10)
        with pytest.raises(CommandError, match="een tabel bleef 0 minuten bezet"):
            call_command("migrate_safely", minutes=0, verbosity=0)
        reading.result()
    assert not has_column()
