"""What verifying says of each thing that is wrong with the log, word for word, and that it says nothing else."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from participants.models import Participant
from privacy.models import AccessEvent, AccessSubject, Seal
from privacy.services import Action, record_access
from privacy.services.append_only import triggers_lifted
from privacy.services.sealing import checkpoint_file, seal_log
from privacy.services.signing import mac_of_event, mac_of_seal, signing_key
from privacy.services.verifying import MOST_FINDINGS, Verdict, verify_log

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def checkpoints(settings, tmp_path):
    settings.LOG_CHECKPOINT_DIR = str(tmp_path)


def look(*, at: datetime = NOON, count: int = 1) -> list[int]:
    """Events about nobody, written then; their keys."""
    with time_machine.travel(at, tick=False):
        for _ in range(count):
            record_access(None, Action.VIEW, None, [], "naam", address=None)
    return sorted(AccessEvent.objects.order_by("-pk").values_list("pk", flat=True)[:count])


def seal(at: datetime = NOON) -> Seal:
    with time_machine.travel(at, tick=False):
        return seal_log()


@pytest.fixture
def chain() -> list[Seal]:
    """Three seals of noon, of one, two and three events."""
    return [look(count=count) and seal() for count in (1, 2, 3)]


@contextmanager
def tampering():
    with transaction.atomic(), triggers_lifted():
        yield


def keys_of(seal: Seal) -> list[int]:
    return [key for first, last in seal.ranges for key in range(first, last + 1)]


def test_what_was_looked_at_is_counted(chain):
    look()
    verdict = verify_log()
    assert (verdict.events, verdict.seals, verdict.unsealed, verdict.wrong, verdict.findings) == (7, 3, 1, 0, [])


def test_of_very_many_findings_all_are_counted_and_the_first_are_kept():
    verdict = Verdict()
    for number in range(MOST_FINDINGS + 1):
        verdict.add(str(number))
    assert (verdict.wrong, verdict.findings) == (201, [str(number) for number in range(200)])


# --- Rows -------------------------------------------------------------------------------------------------------


def test_a_row_that_is_gone_is_named(chain):
    gone = keys_of(chain[2])[1]
    with tampering():
        AccessEvent.objects.filter(pk=gone)._raw_delete("default")
    assert verify_log().findings == [f"Zegel 3 telt 3 regels; er zijn er 2: weg is {gone}."]


@pytest.mark.parametrize(("count", "more"), [(10, ""), (11, " en meer")])
def test_of_many_rows_that_are_gone_ten_are_named(count, more):
    keys = look(count=count)
    seal()
    with tampering():
        AccessEvent.objects.filter(pk__in=keys)._raw_delete("default")
    named = ", ".join(map(str, keys[:10]))
    assert verify_log().findings == [f"Zegel 1 telt {count} regels; er zijn er 0: weg is {named}{more}."]


def test_a_row_that_is_gone_far_in_a_long_seal_is_named():
    keys = look(count=62)
    seal()
    with tampering():
        AccessEvent.objects.filter(pk=keys[-1])._raw_delete("default")
    assert verify_log().findings == [f"Zegel 1 telt 62 regels; er zijn er 61: weg is {keys[-1]}."]


def test_a_row_that_was_changed_is_named_and_its_signature_does_not_fit_the_seal_either(chain):
    key = keys_of(chain[1])[0]
    with tampering():
        AccessEvent.objects.filter(pk=key).update(data="niets")
    assert verify_log().findings == [f"Regel {key} is veranderd of niet door Pluspunt geschreven."]
    with tampering():
        AccessEvent.objects.filter(pk=key).update(mac="0" * 64)
    assert verify_log().findings == [
        f"Regel {key} is veranderd of niet door Pluspunt geschreven.",
        "De regels van zegel 2 zijn niet meer die van toen.",
    ]


def test_a_row_between_two_of_a_seal_is_of_no_seal_until_it_gets_one(chain):
    """As of a slow transaction: its key was given earlier."""
    first, _, last = keys_of(chain[2])
    with tampering():
        Seal.objects.filter(number=3).update(events=f"{first},{last}", count=2)
    sentences = verify_log().findings
    assert "Zegel 3 telt" not in " ".join(sentences)
    assert sentences[:2] == [
        "Zegel 3 is veranderd, of sleutel 'demo' is er niet meer.",
        "De regels van zegel 3 zijn niet meer die van toen.",
    ]


@pytest.mark.parametrize(("late", "is_said"), [(timedelta(0), False), (SECOND, True)])
def test_a_row_should_be_in_a_seal_within_an_hour(chain, late, is_said):
    at = NOON - HOUR - late
    event = AccessEvent(role="", action="VIEW", data="traag", at=at, signed_with=signing_key())
    event.mac = mac_of_event(event, [], event.signed_with)
    event.save(force_insert=True)
    assert verify_log().findings == [f"Regel {event.pk} had al verzegeld moeten zijn."] * is_said


def test_after_the_first_seal_every_row_is_signed():
    look()
    seal()
    event = AccessEvent.objects.create(role="", action="VIEW", data="niets", at=NOON)
    assert verify_log().findings == [f"Regel {event.pk} is veranderd of niet door Pluspunt geschreven."]


def test_whom_a_row_is_about_cannot_stand_there_without_the_row(chain):
    kind = ContentType.objects.get_for_model(Participant)
    with transaction.atomic():
        strays = [AccessSubject.objects.create(event_id=1, content_type=kind, object_id=key) for key in (7, 8)]
        findings = verify_log().findings
        transaction.set_rollback(True)
    assert findings == [f"Persoon {stray.pk} staat bij een regel die er niet is." for stray in strays]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps the rule in the table itself")
def test_a_row_of_which_somebody_made_a_copy_without_the_rule_against_it_is_named(chain):
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE privacy_accessevent DROP CONSTRAINT privacy_accessevent_key_key")
    event = AccessEvent.objects.earliest("pk")
    event.pk = None
    event.save(force_insert=True)
    assert verify_log().findings == [
        f"Regel met kenmerk {event.key} staat er meer dan één keer.",
    ]


# --- Seals ------------------------------------------------------------------------------------------------------


def test_a_seal_that_is_gone_is_missed(chain):
    with tampering():
        Seal.objects.filter(number=2)._raw_delete("default")
    assert verify_log().findings == [
        "Zegel 2 ontbreekt: daarna komt zegel 3.",
        f"{checkpoint_file()} zegt iets anders over zegel 3 (regel 2).",
    ]


def test_after_a_seal_that_is_gone_the_others_are_no_mistake(chain):
    look()
    seal()
    with tampering():
        Seal.objects.filter(number=1)._raw_delete("default")
    assert verify_log().findings == [
        "Zegel 1 ontbreekt: daarna komt zegel 2.",
        f"{checkpoint_file()} zegt iets anders over zegel 2 (regel 1).",
    ]


def test_a_seal_follows_on_the_one_before(chain):
    second = chain[1]
    second.previous = "0" * 64
    with tampering():
        Seal.objects.filter(number=2).update(previous=second.previous, mac=mac_of_seal(second, "demo"))
    assert verify_log().findings == [
        "Zegel 2 volgt niet op het zegel ervoor.",
        "Zegel 3 volgt niet op het zegel ervoor.",
        f"{checkpoint_file()} zegt iets anders over zegel 2 (regel 2).",
    ]


def test_a_seal_that_was_changed_lets_nothing_go(chain):
    """It says that what was before it was pruned: without the key nobody can say that."""
    with tampering():
        Seal.objects.filter(number=3).update(pruned_through=2)
        AccessEvent.objects.filter(pk__in=keys_of(chain[0]))._raw_delete("default")
    assert verify_log().findings == [
        "Zegel 3 is veranderd, of sleutel 'demo' is er niet meer.",
        f"Zegel 1 telt 1 regels; er zijn er 0: weg is {chain[0].first}.",
    ]


def test_of_a_seal_whose_rows_cannot_be_read_it_is_not_to_be_seen_which_are_gone(chain):
    with tampering():
        Seal.objects.filter(number=3).update(events="rommel")
    assert verify_log().findings == [
        "Zegel 3 is veranderd, of sleutel 'demo' is er niet meer.",
        "Zegel 3 telt 3 regels; er zijn er 0: welke is niet te zien.",
    ]


# --- Checkpoints ------------------------------------------------------------------------------------------------


def test_without_seals_no_file_is_missed_and_with_seals_it_is(chain):
    checkpoint_file().unlink()
    assert verify_log().findings == [f"Er zijn zegels, maar {checkpoint_file()} is er niet."]
    with tampering():
        Seal.objects.all()._raw_delete("default")
    assert not any("zegels" in finding for finding in verify_log().findings)


@pytest.mark.parametrize(("late", "is_said"), [(timedelta(0), False), (SECOND, True)])
def test_a_seal_should_stand_in_the_file_within_an_hour(late, is_said):
    look()
    seal()
    look(at=NOON + HOUR)
    seal(NOON + HOUR + late)
    checkpoint_file().write_text("")
    missed = f"Zegel 1 en wat volgt staan niet in {checkpoint_file()}."
    assert verify_log().findings == [missed] * is_said


def test_a_line_too_many_and_a_line_that_differs_are_named(chain):
    lines = checkpoint_file().read_text().splitlines()
    checkpoint_file().write_text("\n".join([*lines, "4 abc 1 2026-03-02T12:00:00+00:00"]) + "\n")
    assert verify_log().findings == [
        f"{checkpoint_file()} kent een zegel dat er niet meer is (regel 4): zegels zijn weggehaald."
    ]
    checkpoint_file().write_text("\n".join([lines[0], "é", "é"]) + "\n")
    assert verify_log().findings == [f"{checkpoint_file()} zegt iets anders over zegel 2 (regel 2)."]
