"""Whether Pluspunt runs is said in one word to whoever watches it, and in a sentence to the administrator."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse
from django.utils import timezone

from privacy.models import UpkeepRun
from privacy.services.health import health_checks
from privacy.services.log import Action, record_access
from privacy.services.sealing import seal_log
from privacy.services.upkeep import KEPT, record_failure, record_run, record_sign_of_life

pytestmark = pytest.mark.django_db
Kind = UpkeepRun.Kind


def record(kind, *, ago, succeeded=True, message="alles"):
    run = record_run(kind, succeeded=succeeded, message=message)
    UpkeepRun.objects.filter(pk=run.pk).update(at=timezone.now() - ago)


def state_of(name: str) -> str:
    return {check.name: check.state.value for check in health_checks()}[name]


@pytest.fixture
def all_well():
    record_sign_of_life()
    record(Kind.NIGHTLY, ago=timedelta(hours=5))
    record(Kind.BACKUP, ago=timedelta(hours=4))
    record(Kind.DRILL, ago=timedelta(days=20))


def test_a_monitor_is_told_in_words_that_all_is_well(client, all_well):
    answer = client.get(reverse("health_all"))
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "checks": dict.fromkeys(["database", "migrations", "worker", "seals", "nightly", "backup", "drill"], "ok"),
    }


@pytest.mark.parametrize(
    ("name", "kind", "ago", "state"),
    [
        ("worker", Kind.WORKER, timedelta(seconds=55), "ok"),
        ("worker", Kind.WORKER, timedelta(minutes=2), "broken"),
        ("nightly", Kind.NIGHTLY, timedelta(hours=27), "attention"),
        ("backup", Kind.BACKUP, timedelta(hours=25), "ok"),
        ("backup", Kind.BACKUP, timedelta(hours=27), "attention"),
        ("backup", Kind.BACKUP, timedelta(hours=51), "broken"),
        ("drill", Kind.DRILL, timedelta(days=35) - timedelta(minutes=1), "ok"),
        ("drill", Kind.DRILL, timedelta(days=36), "attention"),
    ],
)
def test_what_is_too_long_ago_needs_attention(client, all_well, name, kind, ago, state):
    UpkeepRun.objects.filter(kind=kind).update(at=timezone.now() - ago)
    assert state_of(name) == state
    answer = client.get(reverse("health_all"))
    assert answer.status_code == (200 if state == "ok" else 503)
    assert answer.json()["checks"][name] == state


@pytest.mark.parametrize(("kind", "state"), [("backup", "broken"), ("drill", "broken")])
def test_a_failure_counts_until_it_went_well_again(all_well, kind, state):
    record_failure(kind.upper(), "De schijf is vol.")
    assert state_of(kind) == state
    assert "De schijf is vol." in next(check.sentence for check in health_checks() if check.name == kind)
    record(kind.upper(), ago=timedelta())
    assert state_of(kind) == "ok"


def test_a_page_waits_until_the_database_was_brought_up_to_date(client):
    assert client.get(reverse("health")).json() == {"status": "ok"}
    MigrationRecorder(connection).record_unapplied("privacy", "0001_initial")
    answer = client.get(reverse("health"))
    assert (answer.status_code, answer.json()) == (503, {"status": "migrations"})
    assert state_of("migrations") == "broken"
    MigrationRecorder(connection).record_applied("privacy", "0001_initial")
    MigrationRecorder(connection).record_applied("privacy", "9999_of_a_newer_version")
    assert client.get(reverse("health")).status_code == 200


def test_the_administrator_reads_what_is_wrong_and_since_when(signed_in, administrator, all_well):
    UpkeepRun.objects.filter(kind=Kind.DRILL).update(at=timezone.now() - timedelta(days=40))
    page = signed_in(administrator).get(reverse("health_detail")).text
    assert "1 van de 7 onderdelen vraagt aandacht." in page
    assert "Het is te lang geleden dat iemand probeerde" in page
    UpkeepRun.objects.filter(kind=Kind.DRILL).update(at=timezone.now())
    assert "Ja. Alle 7 onderdelen zijn in orde." in signed_in(administrator).get(reverse("health_detail")).text


def test_an_administrator_is_reminded_on_the_first_page_but_not_in_a_demo(signed_in, administrator, all_well, settings):
    UpkeepRun.objects.filter(kind=Kind.DRILL).update(at=timezone.now() - timedelta(days=40))
    client = signed_in(administrator)
    reminder = "Proef met terugzetten"
    assert reminder not in client.get(reverse("account_list")).text
    settings.DEMO = False
    assert reminder in client.get(reverse("account_list")).text
    UpkeepRun.objects.filter(kind=Kind.DRILL).update(at=timezone.now())
    assert reminder not in client.get(reverse("account_list")).text


def test_a_line_of_the_log_that_is_not_sealed_is_noticed(coach, all_well):
    record_access(coach, Action.VIEW, None, [], "register", address=None)
    assert state_of("seals") == "ok"
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert state_of("seals") == "broken"
        seal_log()
        assert state_of("seals") == "ok"


def test_the_worker_and_the_night_give_a_sign_of_life():
    call_command("worker", "--batch")
    call_command("worker", "--batch")
    call_command("nightly")
    assert sorted(UpkeepRun.objects.values_list("kind", flat=True)) == [Kind.NIGHTLY, Kind.WORKER]
    assert (state_of("worker"), state_of("nightly")) == ("ok", "ok")


def test_what_is_very_old_is_forgotten_except_that_a_worker_was_there():
    record_sign_of_life()
    record(Kind.NIGHTLY, ago=KEPT + timedelta(days=1))
    UpkeepRun.objects.update(at=timezone.now() - KEPT - timedelta(days=1))
    record(Kind.BACKUP, ago=timedelta())
    assert sorted(UpkeepRun.objects.values_list("kind", flat=True)) == [Kind.BACKUP, Kind.WORKER]
