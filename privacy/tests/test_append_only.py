"""The database itself refuses to change the log: six attacks on PostgreSQL, four on SQLite."""

from datetime import date
from io import StringIO

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models.deletion import ProtectedError

from pluspunt.tests.factories import BreachUpdateFactory, ParticipantFactory
from privacy.models import AccessEvent, AccessSubject, ReviewOfMonth, Seal
from privacy.services import Action, record_access
from privacy.services.append_only import (
    LOG_TABLES,
    make_append_only,
    make_changeable,
    triggers_lifted,
    unguarded_tables,
)
from privacy.services.sealing import seal_log

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="roles are PostgreSQL's")
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own ways")
ROLE = "pluspunt_test_web"


@pytest.fixture
def logged(coach):
    """A row in each table of the log."""
    person = ParticipantFactory()
    record_access(coach, Action.VIEW, type(person), [person.pk], "naam", address=None)
    seal_log()
    BreachUpdateFactory(by=coach)
    ReviewOfMonth.objects.create(month=date(2026, 2, 1), reviewed_by=coach, findings=0)
    BreachUpdateFactory(by=coach)
    return AccessEvent.objects.get()


def is_refused(statement: str) -> str:
    """What the database says; fails when it does as it is told."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(refusal.value).partition("\n")[0]


@pytest.mark.parametrize("table", LOG_TABLES)
@pytest.mark.parametrize("attack", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_no_row_of_the_log_is_changed_or_deleted(logged, table, attack):
    assert "Het logboek is alleen aan te vullen" in is_refused(attack.format(table))


def test_neither_does_the_orm_nor_a_cascade(logged):
    for attack in (
        lambda: AccessSubject.objects.all().delete(),
        lambda: logged.subjects.get().delete(),
        lambda: AccessEvent.objects.update(data="niets"),
        lambda: AccessEvent.objects.bulk_update([logged], ["data"]),
        logged.save,
        lambda: Seal.objects.all().delete(),
        lambda: ReviewOfMonth.objects.update(remark="niets"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attack()
    with pytest.raises(ProtectedError):
        logged.delete()
    assert AccessEvent.objects.get().data == "naam"


@on_sqlite
@pytest.mark.parametrize(
    "attack",
    [
        "INSERT OR REPLACE INTO privacy_accessevent SELECT * FROM privacy_accessevent",
        "INSERT OR REPLACE INTO privacy_accessevent (id, key, at, role, action, data)"
        " SELECT id + 1, key, at, role, action, 'niets' FROM privacy_accessevent",
        "REPLACE INTO privacy_accesssubject SELECT * FROM privacy_accesssubject",
        "INSERT OR REPLACE INTO privacy_seal (id, number, events, first, last, count, digest, previous,"
        " pruned_through, sealed_at, signed_with, mac)"
        " SELECT id + 1, number, '', 0, 0, 0, '', '', 0, sealed_at, '', '' FROM privacy_seal",
        "INSERT INTO privacy_accessevent SELECT * FROM privacy_accessevent WHERE true"
        " ON CONFLICT (id) DO UPDATE SET data = 'niets'",
    ],
)
def test_on_sqlite_no_row_takes_the_place_of_another(logged, attack):
    assert "Het logboek is alleen aan te vullen" in is_refused(attack)
    assert AccessEvent.objects.get().data == "naam"


@pytest.fixture
def web_role(logged):
    """This connection does as the web process would: with a role that owns nothing."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} LOGIN")
        for _ in range(2):
            call_command("grant_role", ROLE, stdout=StringIO())
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield
        cursor.execute("RESET ROLE")


@on_postgresql
@pytest.mark.parametrize("table", LOG_TABLES)
@pytest.mark.parametrize(
    ("attack", "answer"),
    [
        ("UPDATE {} SET id = id", "permission denied"),
        ("DELETE FROM {}", "permission denied"),
        ("TRUNCATE {} CASCADE", "permission denied"),
        ("DROP TRIGGER {0}_kept ON {0}", "must be owner"),
        ("ALTER TABLE {} DISABLE TRIGGER ALL", "must be owner"),
        ("ALTER TABLE {} ADD COLUMN x integer", "must be owner"),
        ("SET session_replication_role = replica", "permission denied"),
    ],
)
def test_the_role_of_the_web_cannot_touch_the_log(web_role, table, attack, answer):
    assert answer in is_refused(attack.format(table))


@on_postgresql
def test_the_role_of_the_web_can_do_its_work(web_role, coach):
    person = ParticipantFactory()
    person.nickname = "Ander"
    person.save()
    record_access(coach, Action.CHANGE, type(person), [person.pk], "naam", address="192.0.2.7")
    assert seal_log().number == 2
    assert "permission denied" in is_refused("DELETE FROM django_migrations")
    assert "permission denied" in is_refused("CREATE TABLE x (y integer)")


@on_postgresql
@pytest.mark.parametrize(
    "attack",
    [
        "TRUNCATE privacy_seal",
        "SET LOCAL session_replication_role = replica; DELETE FROM privacy_accesssubject",
    ],
)
def test_the_owner_does_not_do_it_by_accident_either(logged, attack):
    assert "Het logboek is alleen aan te vullen" in is_refused(attack)


@on_postgresql
@pytest.mark.parametrize("rights", ["SUPERUSER", "CREATEROLE", "IN ROLE postgres"])
def test_a_role_that_could_help_itself_is_refused(rights):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} LOGIN {rights}")
    with pytest.raises(CommandError, match="niet te beschermen"):
        call_command("grant_role", ROLE)


@on_postgresql
def test_a_role_that_is_not_there_is_said_so():
    with pytest.raises(CommandError, match="Maak hem eerst"):
        call_command("grant_role", "niemand")


@on_sqlite
def test_sqlite_has_no_roles():
    with pytest.raises(CommandError, match="alleen op PostgreSQL"):
        call_command("grant_role", ROLE)


def test_every_table_of_the_log_is_guarded_and_it_shows_when_one_is_not():
    assert unguarded_tables() == []
    make_changeable(connection, ["privacy_seal"])
    assert unguarded_tables() == ["privacy_seal"]


def guards() -> set[tuple]:
    """The triggers on the tables of the log, to the letter, and what they call."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, tgenabled, pg_get_triggerdef(oid), pg_get_functiondef(tgfoid) FROM pg_trigger"
                " WHERE NOT tgisinternal AND tgname LIKE 'privacy_%'"
            )
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'privacy_%'")
        return set(cursor.fetchall())


def test_lifted_and_made_again_the_triggers_are_what_they_were():
    before = guards()
    with triggers_lifted():
        assert guards() == set()
        assert unguarded_tables() == list(LOG_TABLES)
    assert guards() == before
    make_append_only(connection, LOG_TABLES)
    assert guards() == before


@on_postgresql
def test_made_again_they_refuse_also_when_what_they_call_was_changed():
    before = guards()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION privacy_append_only() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN NULL; END $$"
        )
    assert guards() != before
    make_append_only(connection, LOG_TABLES)
    assert guards() == before


@on_sqlite
def test_on_sqlite_a_table_has_three_triggers():
    make_append_only(connection, {"privacy_seal": ["id", "number"]})
    refuse = "BEGIN SELECT RAISE(ABORT, 'Het logboek is alleen aan te vullen: privacy_seal'); END"
    same = 'NEW."id" IN (SELECT "id" FROM privacy_seal) OR NEW."number" IN (SELECT "number" FROM privacy_seal)'
    assert {sql for name, sql in guards() if name.startswith("privacy_seal")} == {
        f"CREATE TRIGGER privacy_seal_changed BEFORE UPDATE ON privacy_seal {refuse}",
        f"CREATE TRIGGER privacy_seal_deleted BEFORE DELETE ON privacy_seal {refuse}",
        f"CREATE TRIGGER privacy_seal_replaced BEFORE INSERT ON privacy_seal WHEN {same} {refuse}",
    }


def test_what_points_at_nothing_is_found_before_the_triggers_are_lifted_and_after(logged):
    kind = logged.subjects.get().content_type_id

    def leave_a_stray_inside():
        with triggers_lifted():
            AccessSubject.objects.create(event_id=1, content_type_id=kind, object_id=7)

    def come_with_a_stray():
        AccessSubject.objects.create(event_id=1, content_type_id=kind, object_id=7)
        with triggers_lifted():
            pytest.fail("it was let in")

    for attempt in (leave_a_stray_inside, come_with_a_stray):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
        assert unguarded_tables() == []


def test_every_table_of_privacy_with_triggers_is_one_of_the_log():
    """Else a test with real transactions cannot be cleaned up, and the role of the web gets too much."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        guarded = {name for (name,) in cursor.fetchall() if name.startswith("privacy_")}
        assert guarded == set(LOG_TABLES)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_after_a_test_with_real_transactions_the_log_is_guarded_again(coach):
    record_access(coach, Action.VIEW, None, [], "x", address=None)
    call_command("flush", interactive=False, verbosity=0)
    assert not AccessEvent.objects.exists()
    assert unguarded_tables() == []
    assert ContentType.objects.exists()
