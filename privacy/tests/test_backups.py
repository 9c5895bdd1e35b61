"""A backup is whole or not there, opens only with its key, and comes back as it was."""

import base64
import hashlib
import io
import os
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import User
from pluspunt.tests.factories import UserFactory
from privacy.models import UpkeepRun
from privacy.services.backups.making import ENGINES, make_backup, newest_backup
from privacy.services.backups.refusal import BackupError
from privacy.services.backups.restoring import put_back_into, restore_backup
from privacy.services.backups.retention import backups_to_keep, forget_old_backups, name_of
from privacy.services.backups.sealing import PIECE, SealedWriter, read_sealed
from privacy.services.health import health_checks

with_database = pytest.mark.django_db(transaction=True, serialized_rollback=True)
OTHER_KEY = "2:" + base64.b64encode(b"k" * 32).decode()


def sealed(content: bytes, *parts: int) -> bytes:
    """`content` as a sealed file, written in pieces of these lengths."""
    file = io.BytesIO()
    writer = SealedWriter(file)
    for part in parts:
        writer.write(content[:part])
        content = content[part:]
    writer.write(content)
    writer.finish()
    return file.getvalue()


def read(file: bytes) -> bytes:
    return b"".join(read_sealed(io.BytesIO(file)))


# --- The sealed file ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 5])
def test_what_was_sealed_is_read_back_whatever_its_length(length):
    content = os.urandom(length)
    file = sealed(content, 1, PIECE)
    assert read(file) == content
    assert content[:40] not in file or length < 2


def test_each_file_is_sealed_anew():
    assert sealed(b"hetzelfde") != sealed(b"hetzelfde")


@given(st.data())
@hypothesis_settings(max_examples=25, deadline=None)
def test_a_change_anywhere_is_noticed(data):
    content = bytes(2 * PIECE + 3)
    file = bytearray(sealed(content))
    place = data.draw(st.integers(0, len(file) - 1))
    file[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BackupError):
        read(bytes(file))


def test_cut_off_made_longer_or_put_in_another_order_it_does_not_open():
    file = sealed(b"a" * PIECE + b"b" * PIECE + b"c")
    start, piece = len(file) - 2 * (PIECE + 16) - 17, PIECE + 16
    first, second, last = file[start : start + piece], file[start + piece : start + 2 * piece], file[-17:]
    head = file[:start]
    for other in (
        head,
        head + first,
        head + first + second,
        file[:-1],
        file + b"x",
        file + last,
        head + second + first + last,
        head + first + last,
    ):
        with pytest.raises(BackupError):
            read(other)


def test_another_key_no_key_or_one_that_is_used_elsewhere_is_refused(settings):
    file = sealed(b"iets")
    settings.BACKUP_KEYS = [OTHER_KEY]
    with pytest.raises(BackupError, match="heet 'demo' en staat niet in BACKUP_KEYS"):
        read(file)
    settings.BACKUP_KEYS = ["demo:" + OTHER_KEY.partition(":")[2]]
    with pytest.raises(BackupError, match="beschadigd, afgebroken of veranderd"):
        read(file)
    settings.BACKUP_KEYS = []
    with pytest.raises(BackupError, match="BACKUP_KEYS ontbreekt"):
        sealed(b"iets")
    settings.BACKUP_KEYS = settings.FIELD_KEYS
    with pytest.raises(BackupError, match="Maak een eigen sleutel"):
        sealed(b"iets")


def test_after_a_new_key_the_old_backups_still_open(settings):
    file = sealed(b"iets")
    settings.BACKUP_KEYS = [OTHER_KEY, *settings.BACKUP_KEYS]
    assert read(file) == b"iets"
    assert sealed(b"iets")[18:20] == b"\x012"


# --- Which ones stay ----------------------------------------------------------------------------------------------


def test_of_days_weeks_and_months_the_last_one_stays():
    nights = [datetime(2026, 11, 30, 2, tzinfo=UTC) - timedelta(days=day) for day in range(120)]
    kept = sorted(f"{moment:%m-%d}" for moment in backups_to_keep(nights, (3, 3, 3)))
    assert kept == ["09-30", "10-31", "11-22", "11-28", "11-29", "11-30"]
    assert backups_to_keep(nights, (0, 0, 0)) == {nights[0]}
    assert backups_to_keep([], (1, 1, 1)) == set()


def test_a_file_with_another_name_is_not_ours_to_delete(tmp_path):
    for name in ["pluspunt-oud.backup", name_of(datetime(2026, 1, 1, tzinfo=UTC)), "foto.jpg"]:
        (tmp_path / name).touch()
    newest = tmp_path / name_of(datetime(2026, 1, 2, tzinfo=UTC))
    newest.touch()
    gone = forget_old_backups(tmp_path, (1, 1, 1))
    assert [path.name for path in gone] == ["pluspunt-2026-01-01T000000Z.backup"]
    assert newest_backup(tmp_path) == tmp_path / "pluspunt-oud.backup"


# --- The whole database -------------------------------------------------------------------------------------------


@pytest.fixture
def made(db_with_people, tmp_path):
    return make_backup(tmp_path / "kopie")


@pytest.fixture
def db_with_people(transactional_db):
    UserFactory(name="Zilver Vis")


@pytest.fixture
def empty_beside(transactional_db, tmp_path):
    """An empty database beside the one of the tests."""
    with ENGINES[connection.vendor].beside(connection, tmp_path) as place:
        line = type(connection._connections[connection._alias])(place, "default")
        yield line
        line.close()


def last_run():
    return UpkeepRun.objects.first()


@with_database
def test_a_backup_has_a_checksum_says_nothing_readable_and_is_written_down(made):
    [checksum, name] = (made.path.parent / f"{made.path.name}.sha256").read_text().split()
    assert name == made.path.name
    assert checksum == hashlib.sha256(made.path.read_bytes()).hexdigest()
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert b"Zilver" not in made.path.read_bytes()
    names = sorted(path.name for path in made.path.parent.iterdir())
    assert names == ["gewist.jsonl", made.path.name, f"{made.path.name}.sha256"]
    assert made.facts.tables["accounts_user"][0] == User.objects.count()
    assert (last_run().kind, last_run().succeeded, last_run().about_at) == ("BACKUP", True, made.facts.about_at)
    assert last_run().message.startswith(made.path.name)


@with_database
def test_what_is_written_afterwards_is_not_in_it_and_what_was_there_comes_back(made, empty_beside):
    User.objects.update(name="Iemand Anders")
    put_back_into(empty_beside, made.path)
    with empty_beside.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_user WHERE name = 'Zilver Vis'")
        assert cursor.fetchone() == (1,)
    sums = ENGINES[connection.vendor].sums
    assert made.facts.differences(sums(empty_beside)) == []
    assert made.facts.differences(sums(connection)) == ["accounts_user", "privacy_upkeeprun"]


@with_database
def test_a_database_with_something_in_it_is_not_overwritten_by_accident(made):
    User.objects.update(name="Iemand Anders")
    for name in ("", "iets-anders"):
        with pytest.raises(CommandError, match="staan al gegevens"):
            call_command("restore", str(made.path), force_empty=name)
    assert set(User.objects.values_list("name", flat=True)) == {"Iemand Anders"}


@with_database
def test_typing_the_name_of_the_database_replaces_what_is_in_it(made, capsys):
    User.objects.update(name="Iemand Anders")
    call_command("restore", str(made.path), force_empty=str(connection.settings_dict["NAME"]))
    assert User.objects.get().name == "Zilver Vis"
    assert f"Teruggezet: {len(made.facts.tables)} tabellen" in capsys.readouterr().out


@with_database
def test_a_backup_that_was_tampered_with_or_of_another_engine_changes_nothing(made):
    name = str(connection.settings_dict["NAME"])
    content = made.path.read_bytes()
    made.path.write_bytes(content[:-40] + bytes([content[-40] ^ 1]) + content[-39:])
    with pytest.raises(BackupError, match="het controlegetal klopt niet"):
        restore_backup(made.path, replace=name)
    (made.path.parent / f"{made.path.name}.sha256").unlink()
    with pytest.raises(BackupError, match="beschadigd, afgebroken of veranderd"):
        restore_backup(made.path, replace=name)
    made.path.write_bytes(b"")
    with pytest.raises(BackupError, match="geen reservekopie van Pluspunt"):
        restore_backup(made.path, replace=name)
    assert User.objects.get().name == "Zilver Vis"


@with_database
def test_a_backup_of_the_other_engine_is_refused(made, monkeypatch):
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[connection.vendor]
    monkeypatch.setattr(connection, "vendor", other)
    with pytest.raises(BackupError, match="en de database is"):
        restore_backup(made.path)


@with_database
def test_a_failed_backup_leaves_no_file_and_is_written_down(db_with_people, tmp_path, settings):
    folder = tmp_path / "kopie"
    settings.BACKUP_KEYS = []
    with pytest.raises(CommandError, match="BACKUP_KEYS ontbreekt"):
        call_command("backup", folder=folder)
    assert list(folder.iterdir()) == []
    assert (last_run().kind, last_run().succeeded) == ("BACKUP", False)
    assert "BACKUP_KEYS ontbreekt" in last_run().message
    assert {check.name: check.state.value for check in health_checks()}["backup"] == "broken"


@with_database
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no program that makes the copy")
def test_a_dump_that_writes_nothing_is_no_backup(db_with_people, tmp_path, monkeypatch):
    """As behind a pipe that reports success."""
    for script, sentence in (("exit 0", "zonder uitleg"), ("echo oeps >&2; exit 3", "oeps"), ("echo half; exit 1", "")):
        program = tmp_path / "pg_dump"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        with pytest.raises(BackupError, match=f"pg_dump kon de database niet lezen: .*{sentence}"):
            make_backup(tmp_path / "kopie")
        assert list((tmp_path / "kopie").iterdir()) == []


@with_database
def test_the_drill_without_a_backup_says_so(transactional_db, tmp_path):
    with pytest.raises(CommandError, match="staat geen reservekopie"):
        call_command("backup_drill", folder=tmp_path)
    assert (last_run().kind, last_run().succeeded) == ("DRILL", False)


@pytest.mark.slow
@with_database
def test_the_drill_puts_the_newest_backup_back_beside_and_writes_it_down(made, capsys):
    before = User.objects.count()
    call_command("backup_drill", folder=made.path.parent)
    assert f"{made.path.name} is terug te zetten: {len(made.facts.tables)} tabellen" in capsys.readouterr().out
    assert (last_run().kind, last_run().succeeded, last_run().about_at) == ("DRILL", True, made.facts.about_at)
    assert User.objects.count() == before
    names = sorted(path.name for path in made.path.parent.iterdir())
    assert names == ["gewist.jsonl", made.path.name, f"{made.path.name}.sha256"]
    made.path.write_bytes(made.path.read_bytes()[:-1])
    with pytest.raises(CommandError, match="controlegetal klopt niet"):
        call_command("backup_drill", folder=made.path.parent)
    assert (last_run().kind, last_run().succeeded) == ("DRILL", False)
