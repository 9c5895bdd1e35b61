"""Sealing and verifying: an untouched log passes, whatever was done to it shows."""

import time
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from io import StringIO
from threading import Barrier, Thread

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, connections
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from participants.models import Participant
from pluspunt.tests.drills.tampering import KINDS, Tampering
from privacy.models import AccessEvent, Seal
from privacy.models.seals import as_ranges, written
from privacy.services import Action, record_access
from privacy.services.append_only import make_changeable
from privacy.services.sealing import (
    CheckpointError,
    checkpoint_file,
    checkpoint_of,
    covers,
    merged,
    seal_log,
    sealing_every_minute,
    write_checkpoints,
)
from privacy.services.signing import mac_of_event, signing_key
from privacy.services.verifying import verify_log

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def checkpoints(settings, tmp_path):
    settings.LOG_CHECKPOINT_DIR = str(tmp_path)


def look(user, *keys: int, data: str = "naam") -> AccessEvent:
    record_access(user, Action.VIEW, Participant, keys, data, address="192.0.2.7", agent="Chrome op Android")
    return AccessEvent.objects.latest("pk")


@pytest.fixture
def chain(coach) -> list[Seal]:
    """Three seals, of four events in all."""
    look(coach, 1, 2)
    first = seal_log()
    look(coach, 1)
    look(None)
    second = seal_log()
    look(coach, 3)
    return [first, second, seal_log()]


def test_an_untouched_log_passes(chain):
    out = StringIO()
    call_command("verify_log", stdout=out)
    assert out.getvalue() == "4 regels en 3 zegels gecontroleerd. Het logboek klopt.\n"


def test_what_is_sealed_names_its_events_and_the_seal_before(chain):
    first, second, _ = chain
    keys = list(AccessEvent.objects.order_by("pk").values_list("pk", flat=True))
    assert [seal.ranges for seal in chain] == [[(keys[0],) * 2], [(keys[1], keys[2])], [(keys[3],) * 2]]
    assert [seal.previous for seal in chain] == ["", first.mac, second.mac]
    assert seal_log() is None


def test_what_was_read_since_the_seal_is_named_and_no_mistake(chain, coach):
    look(coach, 1)
    verdict = verify_log()
    assert (verdict.unsealed, verdict.findings) == (1, [])


def test_a_command_that_finds_something_fails_and_says_what(chain):
    make_changeable(connection, ["privacy_accessevent"])
    event = AccessEvent.objects.earliest("pk")
    AccessEvent.objects.filter(pk=event.pk).update(data="niets")
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("verify_log", stdout=out, stderr=err)
    assert end.value.code == 1
    assert err.getvalue().splitlines() == [
        "De tabel privacy_accessevent is niet meer beschermd tegen wijzigen.",
        f"Regel {event.pk} is veranderd of niet door Pluspunt geschreven.",
        "Het logboek klopt niet: 2 keer iets mis.",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_tampering_shows(chain, kind):
    found = Tampering(kind, seed=1).attempt()
    assert found, kind


@given(kind=st.sampled_from(sorted(KINDS)), seed=st.integers(0, 10**6))
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_so_does_any_other_row(chain, kind, seed):
    assert Tampering(kind, seed=seed).attempt(), kind


def test_a_slow_transaction_goes_into_a_later_seal_and_leaves_no_gap(chain, coach):
    """It was given a lower key than what is sealed already."""
    third = chain[-1]
    slow = third.last + 1
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence('privacy_accessevent', 'id'), %s)", [slow])
        else:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = 'privacy_accessevent'", [slow])
    look(coach, 1)
    assert seal_log().ranges == [(slow + 1, slow + 1)]
    event = AccessEvent(user=coach, role="COACH", action="VIEW", data="traag", address=None, pk=slow)
    event.signed_with = signing_key()
    event.mac = mac_of_event(event, [], event.signed_with)
    event.save(force_insert=True)
    assert seal_log().ranges == [(slow, slow)]
    assert verify_log().findings == []


def test_what_committed_after_a_day_is_found_at_night(chain, coach):
    slow = chain[0].first
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2)):
        look(coach, 1)
        seal_log()
        make_late = AccessEvent(user=coach, role="COACH", action="VIEW", data="traag", pk=slow - 1)
        make_late.signed_with = signing_key()
        make_late.mac = mac_of_event(make_late, [], make_late.signed_with)
        make_late.save(force_insert=True)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=4)):
        assert seal_log() is None
        assert seal_log(everything=True).ranges == [(slow - 1, slow - 1)]
    assert verify_log().findings == []


def test_what_was_there_before_rows_were_signed_stands_in_the_first_seal_only(coach):
    old = AccessEvent.objects.create(user=coach, role="COACH", action="VIEW", data="oud", key=None)
    assert verify_log().findings == []
    seal_log()
    assert verify_log().findings == []
    late = AccessEvent.objects.create(user=coach, role="COACH", action="VIEW", data="ook oud", key=None)
    seal_log()
    assert verify_log().findings == [f"Regel {late.pk} is veranderd of niet door Pluspunt geschreven."]
    make_changeable(connection, ["privacy_accessevent"])
    AccessEvent.objects.filter(pk=old.pk).update(data="anders")
    assert "De regels van zegel 1 zijn niet meer die van toen." in verify_log().findings


def test_a_new_key_signs_and_the_old_one_still_verifies(chain, coach, settings):
    old, new = settings.LOG_KEYS[0], "2:" + b64encode(b"n" * 32).decode()
    settings.LOG_KEYS = [new, old]
    assert look(coach, 1).signed_with == "2"
    assert seal_log().signed_with == "2"
    assert verify_log().findings == []
    settings.LOG_KEYS = [new]
    findings = verify_log().findings
    assert len(findings) == 7  # four rows and three seals
    assert "Zegel 1 is veranderd, of sleutel 'demo' is er niet meer." in findings


def test_a_file_that_knows_more_than_the_database_stops_and_shows(chain):
    make_changeable(connection, ["privacy_seal"])
    Seal.objects.filter(pk=chain[-1].pk).delete()
    with pytest.raises(CheckpointError, match="kent zegel 3; het laatste in de database is 2"):
        write_checkpoints()
    assert any("zegels zijn weggehaald" in finding for finding in verify_log().findings)


def test_half_a_line_of_a_power_cut_is_written_again(chain):
    whole = checkpoint_file().read_bytes()
    checkpoint_file().write_bytes(whole[:-20])
    write_checkpoints()
    assert checkpoint_file().read_bytes() == whole


def test_a_new_machine_writes_the_whole_chain(chain):
    whole = checkpoint_file().read_bytes()
    checkpoint_file().unlink()
    write_checkpoints()
    assert checkpoint_file().read_bytes() == whole
    assert len(whole.splitlines()) == 3


def test_without_a_folder_nothing_is_kept_outside(chain, settings):
    settings.LOG_CHECKPOINT_DIR = ""
    write_checkpoints()
    assert verify_log().findings == []


@given(st.sets(st.integers(1, 60)))
def test_ranges_hold_the_keys_they_were_made_of(keys):
    seal = Seal(events=written(as_ranges(sorted(keys))))
    assert [key for first, last in seal.ranges for key in range(first, last + 1)] == sorted(keys)
    assert merged(seal.ranges) == seal.ranges


@pytest.mark.parametrize(
    ("ranges", "whole"),
    [
        ([(4, 5), (1, 3)], [(1, 5)]),
        ([(1, 3), (5, 6)], [(1, 3), (5, 6)]),
        ([(1, 9), (2, 3), (9, 10)], [(1, 10)]),
        ([], []),
    ],
)
def test_ranges_that_touch_are_one(ranges, whole):
    assert merged(ranges) == whole


def test_a_range_covers_both_its_ends():
    assert [key for key in range(8) if covers([(2, 3), (5, 6)], key)] == [2, 3, 5, 6]
    assert not covers([], 1)


def test_a_checkpoint_is_a_line_in_a_file(settings, tmp_path):
    moment = datetime(2026, 3, 2, 8, 10, 5, 999, tzinfo=UTC)
    assert checkpoint_of(Seal(number=3, mac="abc", count=2, sealed_at=moment)) == "3 abc 2 2026-03-02T08:10:05+00:00"
    assert checkpoint_file() == tmp_path / "zegels.txt"
    settings.LOG_CHECKPOINT_DIR = ""
    assert checkpoint_file() is None


@pytest.mark.parametrize("left", ["", "1 abc"])
def test_a_file_without_a_whole_line_is_written_from_the_start(chain, left):
    whole = checkpoint_file().read_text()
    checkpoint_file().write_text(left)
    write_checkpoints()
    assert checkpoint_file().read_text() == whole


def test_of_a_long_file_the_last_line_counts(chain):
    lines = "".join(f"{number} {'0' * 64} 1 2026-03-02T08:10:05+00:00\n" for number in range(1, 41))
    checkpoint_file().write_text(lines)
    with pytest.raises(CheckpointError, match="kent zegel 40; het laatste in de database is 3"):
        write_checkpoints()
    checkpoint_file().write_text(lines + "41 00")
    with pytest.raises(CheckpointError, match="kent zegel 40"):
        write_checkpoints()
    assert checkpoint_file().read_text() == lines


def test_a_file_whose_last_line_cannot_be_read_is_left_alone(chain):
    checkpoint_file().write_text("rommel\n")
    with pytest.raises(CheckpointError) as refusal:
        write_checkpoints()
    assert str(refusal.value) == f"de laatste regel van {checkpoint_file()} is niet te lezen."
    assert checkpoint_file().read_text() == "rommel\n"


def test_a_file_that_knows_a_seal_is_not_of_an_empty_database():
    checkpoint_file().write_text(f"1 {'0' * 64} 1 2026-03-02T08:10:05+00:00\n")
    with pytest.raises(CheckpointError) as refusal:
        write_checkpoints()
    assert str(refusal.value) == f"{checkpoint_file()} kent zegel 1; het laatste in de database is 0."


def test_the_very_first_event_of_a_house_is_sealed(coach):
    AccessEvent.objects.create(pk=1, user=coach, role="COACH", action="VIEW", data="naam")
    assert seal_log(everything=True).ranges == [(1, 1)]


@pytest.mark.parametrize("count", [1, 3])
def test_sealing_takes_as_many_queries_for_one_event_as_for_three(coach, count, django_assert_num_queries):
    """Also the first time, when there are events that were never signed."""
    for _ in range(count):
        AccessEvent.objects.create(user=coach, role="COACH", action="VIEW", data="oud", key=None)
    with django_assert_num_queries(11):
        seal_log()
    for _ in range(count):
        look(coach, 1)
    with django_assert_num_queries(10):
        seal_log()


@pytest.mark.parametrize(("later", "is_found"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_a_transaction_may_take_a_day(coach, later, is_found):
    """What is found by day is what got its key after all that was sealed more than a day ago."""
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        slow = look(coach, 1).pk - 1
        seal_log()
    event = AccessEvent(user=coach, role="COACH", action="VIEW", data="traag", pk=slow, signed_with=signing_key())
    event.mac = mac_of_event(event, [], event.signed_with)
    event.save(force_insert=True)
    with time_machine.travel(noon + timedelta(days=1) + later, tick=False):
        assert (seal_log() is not None) == is_found


@pytest.fixture
def six_years_on(chain):
    with time_machine.travel(datetime.now(UTC) + timedelta(days=6 * 365 + 3)):
        yield


def test_after_five_years_rows_go_and_the_chain_stays(six_years_on, coach):
    look(coach, 7)
    out = StringIO()
    before = (datetime.now(UTC) - timedelta(days=5 * 365 + 10)).date().isoformat()
    call_command("prune_log", "--before", before, stdout=out)
    assert out.getvalue() == "4 regels weggehaald.\n"
    assert [event.subjects.get().object_id for event in AccessEvent.objects.all()] == [7]
    assert list(Seal.objects.values_list("number", "count", "pruned_through")) == [
        (1, 1, 0),
        (2, 2, 0),
        (3, 1, 0),
        (4, 1, 0),
        (5, 0, 3),
    ]
    verdict = verify_log()
    assert (verdict.events, verdict.seals, verdict.findings) == (1, 5, [])
    assert len(checkpoint_file().read_text().splitlines()) == 5
    call_command("prune_log", "--before", before, stdout=out)
    assert Seal.objects.count() == 5


def test_what_was_not_kept_for_five_years_stays(chain):
    before = (datetime.now(UTC) - timedelta(days=5 * 365 - 10)).date().isoformat()
    with pytest.raises(CommandError, match="minstens 5 jaar"):
        call_command("prune_log", "--before", before)
    assert AccessEvent.objects.count() == 4


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_at_once_make_one_chain(coach):
    """The second has read the same newest seal; it leaves what it has for the next minute."""
    for _ in range(5):
        look(coach, 1)
    start, made = Barrier(4), []

    def work() -> None:
        start.wait()
        made.append(seal_log())
        connections.close_all()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal_log()
    assert verify_log().findings == []
    assert sum(seal.count for seal in Seal.objects.all()) == 5


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_that_stops_seals_what_is_left(coach):
    look(coach, 1)
    with sealing_every_minute():
        assert not Seal.objects.exists()
    assert Seal.objects.get().count == 1
    assert len(checkpoint_file().read_text().splitlines()) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_seals_again_and_again_and_goes_on_after_a_failure(coach, settings, tmp_path, monkeypatch):
    monkeypatch.setattr("privacy.services.sealing.EVERY", 0.01)
    settings.LOG_CHECKPOINT_DIR = str(tmp_path / "later")
    look(coach, 1)
    with sealing_every_minute():
        assert wait_for(Seal.objects.exists)
        (tmp_path / "later").mkdir()
        assert wait_for(lambda: checkpoint_file().exists() and len(checkpoint_file().read_text().splitlines()) == 1)
        look(coach, 2)
        assert wait_for(lambda: Seal.objects.count() == 2)
    assert verify_log().findings == []


def wait_for(is_so, seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.01)
    return is_so()
