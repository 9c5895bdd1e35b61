"""Tampers with the access log in a thousand made-up ways, each time as if nobody watched, and verifies it.

bin/drill tampering [--times N] [--seed N]: who tampers may write in the database and in the file with checkpoints, and
lifts the triggers first; the keys he does not have. It fails when one is not noticed, or when the untouched log fails.
"""

import argparse
import os
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

from django.db import connection, transaction

from pluspunt.tests.demo import Demo

RUN = "import django; django.setup(); from pluspunt.tests.drills.tampering import tamper; tamper({}, {}, {!r})"
EVENTS, SEALS = 240, 24


class Tampering:
    """One way of tampering, with rows that a seed chooses; all of it is taken back afterwards."""

    def __init__(self, kind: str, seed: int):
        self.kind, self.random = kind, Random(seed)

    def attempt(self) -> list[str]:
        """What verifying says about it: nothing means that it was not noticed."""
        from privacy.services.append_only import triggers_lifted
        from privacy.services.sealing import checkpoint_file
        from privacy.services.verifying import verify_log

        file = checkpoint_file()
        kept = file.read_bytes()
        try:
            with transaction.atomic():
                with triggers_lifted():
                    KINDS[self.kind](self)
                findings = verify_log().findings
                transaction.set_rollback(True)
        finally:
            file.write_bytes(kept)
        return findings

    def one_of(self, model, **which):
        return self.random.choice(list(model.objects.filter(**which).order_by("pk")))

    def two_of(self, model):
        return self.random.sample(list(model.objects.order_by("pk")), 2)


def change_field(tampering: Tampering) -> None:
    from accounts.models import User
    from privacy.models import AccessEvent

    event = tampering.one_of(AccessEvent)
    somebody_else = User.objects.exclude(pk=event.user_id).order_by("pk").first()
    other = {
        "at": event.at + timedelta(microseconds=tampering.random.choice([1, -1, 10**9])),
        "user": somebody_else.pk if somebody_else else None,
        "role": "ADMINISTRATOR",
        "action": "VIEW" if event.action == "EXPORT" else "EXPORT",
        "data": event.data + tampering.random.choice([" ", "x", ","]),
        "ground": "REQUEST",
        "allowed": not event.allowed,
        "address": "192.0.2.200",
        "session": uuid.uuid4().hex[:16],
        "agent": "Opera op iPhone",
        "request_id": uuid.uuid4().hex,
        "key": uuid.uuid4(),
        "mac": event.mac[::-1],
        "signed_with": "andere",
    }
    name = tampering.random.choice(sorted(other))
    AccessEvent.objects.filter(pk=event.pk).update(**{name: other[name]})


def take_signature_off(tampering: Tampering) -> None:
    from privacy.models import AccessEvent

    event = tampering.one_of(AccessEvent)
    AccessEvent.objects.filter(pk=event.pk).update(mac="", signed_with="")


def move_subject(tampering: Tampering) -> None:
    from privacy.models import AccessEvent, AccessSubject

    subject = tampering.one_of(AccessSubject)
    other = tampering.random.choice(list(AccessEvent.objects.exclude(pk=subject.event_id).order_by("pk")))
    AccessSubject.objects.filter(pk=subject.pk).update(event=other)


def name_another_person(tampering: Tampering) -> None:
    from privacy.models import AccessSubject

    subject = tampering.one_of(AccessSubject)
    AccessSubject.objects.filter(pk=subject.pk).update(object_id=subject.object_id + tampering.random.randint(1, 99))


def name_another_kind(tampering: Tampering) -> None:
    from django.contrib.contenttypes.models import ContentType

    from privacy.models import AccessSubject

    subject = tampering.one_of(AccessSubject)
    other = ContentType.objects.exclude(pk=subject.content_type_id).order_by("pk").first()
    AccessSubject.objects.filter(pk=subject.pk).update(content_type=other)


def delete_subject(tampering: Tampering) -> None:
    from privacy.models import AccessSubject

    AccessSubject.objects.filter(pk=tampering.one_of(AccessSubject).pk)._raw_delete("default")


def add_subject(tampering: Tampering) -> None:
    from privacy.models import AccessSubject

    subject = tampering.one_of(AccessSubject)
    subject.pk, subject.object_id = None, tampering.random.choice([subject.object_id, 999_999])
    subject.save(force_insert=True)


def delete_event(tampering: Tampering) -> None:
    from privacy.models import AccessEvent

    _delete_events([tampering.one_of(AccessEvent).pk])


def forge_event(tampering: Tampering) -> None:
    from privacy.models import AccessEvent

    event = tampering.one_of(AccessEvent)
    signatures = [event.mac, uuid.uuid4().hex * 2, ""]
    event.pk, event.key, event.mac = None, uuid.uuid4(), tampering.random.choice(signatures)
    event.save(force_insert=True)


def copy_event(tampering: Tampering) -> None:
    """Word for word, without the mark that no two rows may share."""
    from privacy.models import AccessEvent, AccessSubject

    event = tampering.one_of(AccessEvent)
    subjects = list(event.subjects.all())
    event.pk, event.key = None, None
    event.save(force_insert=True)
    AccessSubject.objects.bulk_create(
        AccessSubject(event=event, content_type_id=each.content_type_id, object_id=each.object_id) for each in subjects
    )


def swap_events(tampering: Tampering) -> None:
    """With everything that they say, whom they are about and their signatures: only their places change."""
    from privacy.models import AccessEvent, AccessSubject

    one, other = tampering.two_of(AccessEvent)
    of_one, of_other = ([each.pk for each in event.subjects.all()] for event in (one, other))
    AccessEvent.objects.filter(pk__in=[one.pk, other.pk]).update(key=None)
    one.pk, other.pk = other.pk, one.pk
    one.save(force_update=True)
    other.save(force_update=True)
    AccessSubject.objects.filter(pk__in=of_one).update(event=one.pk)
    AccessSubject.objects.filter(pk__in=of_other).update(event=other.pk)


def delete_seal(tampering: Tampering) -> None:
    from privacy.models import Seal

    Seal.objects.filter(pk=tampering.one_of(Seal).pk)._raw_delete("default")


def change_seal(tampering: Tampering) -> None:
    from privacy.models import Seal

    seal = tampering.one_of(Seal)
    other = {
        "number": Seal.objects.latest("number").number + 1,
        "events": f"{seal.events},{seal.last + 1}",
        "first": seal.first + 1,
        "last": seal.last + 1,
        "count": seal.count + tampering.random.choice([1, -1]),
        "digest": seal.digest[::-1],
        "previous": seal.mac,
        "pruned_through": seal.number,
        "sealed_at": seal.sealed_at - timedelta(days=1),
        "signed_with": "andere",
        "mac": seal.mac[::-1],
    }
    name = tampering.random.choice(sorted(other))
    Seal.objects.filter(pk=seal.pk).update(**{name: other[name]})


def swap_seals(tampering: Tampering) -> None:
    from privacy.models import Seal

    one, other = tampering.two_of(Seal)
    Seal.objects.filter(pk=one.pk).update(number=10**9)
    Seal.objects.filter(pk=other.pk).update(number=one.number)
    Seal.objects.filter(pk=one.pk).update(number=other.number)


def forge_seal(tampering: Tampering) -> None:
    """A last link that says that what was before it may be gone."""
    from privacy.models import Seal

    newest = Seal.objects.latest("number")
    newest.pk, newest.previous, newest.number = None, newest.mac, newest.number + 1
    newest.pruned_through = newest.number - 1
    newest.save(force_insert=True)


def empty_a_seal(tampering: Tampering) -> None:
    """Takes a seal's events away, and lets it say that it never had any."""
    from privacy.models import Seal

    seal = tampering.one_of(Seal)
    _delete_events([key for first, last in seal.ranges for key in range(first, last + 1)])
    Seal.objects.filter(pk=seal.pk).update(events="", count=0)


def truncate_tail(tampering: Tampering) -> None:
    """The newest seals with everything in them: what is left is a chain without a flaw."""
    from privacy.models import AccessEvent, Seal

    numbers = Seal.objects.order_by("number").values_list("number", flat=True)
    since = Seal.objects.get(number=tampering.random.choice(list(numbers)))
    keys = [
        key
        for seal in Seal.objects.filter(number__gte=since.number)
        for first, last in seal.ranges
        for key in range(first, last + 1)
    ]
    _delete_events(keys)
    Seal.objects.filter(number__gte=since.number)._raw_delete("default")
    assert since.number == 1 or AccessEvent.objects.exists()


def change_checkpoint(tampering: Tampering) -> None:
    lines = _checkpoints().read_text().splitlines()
    at = tampering.random.randrange(len(lines))
    place = tampering.random.randrange(len(lines[at]))
    sign = "0" if lines[at][place] != "0" else "1"
    lines[at] = lines[at][:place] + sign + lines[at][place + 1 :]
    _checkpoints().write_text("\n".join(lines) + "\n")


def delete_checkpoint(tampering: Tampering) -> None:
    lines = _checkpoints().read_text().splitlines()
    del lines[tampering.random.randrange(len(lines) - 1)]
    _checkpoints().write_text("\n".join(lines) + "\n")


def delete_checkpoints(tampering: Tampering) -> None:
    _checkpoints().unlink()


def _checkpoints() -> Path:
    from privacy.services.sealing import checkpoint_file

    return checkpoint_file()


def _delete_events(keys: list[int]) -> None:
    from privacy.models import AccessEvent, AccessSubject

    AccessSubject.objects.filter(event__in=keys)._raw_delete("default")
    AccessEvent.objects.filter(pk__in=keys)._raw_delete("default")


KINDS: dict[str, Callable[[Tampering], None]] = {
    kind.__name__: kind
    for kind in (
        change_field,
        take_signature_off,
        move_subject,
        name_another_person,
        name_another_kind,
        delete_subject,
        add_subject,
        delete_event,
        forge_event,
        copy_event,
        swap_events,
        delete_seal,
        change_seal,
        swap_seals,
        forge_seal,
        empty_a_seal,
        truncate_tail,
        change_checkpoint,
        delete_checkpoint,
        delete_checkpoints,
    )
}


def tamper(times: int, seed: int, folder: str) -> None:
    """In a process with the settings of the demo: make a log, and tamper with it."""
    from django.conf import settings

    from privacy.services.verifying import verify_log

    settings.LOG_CHECKPOINT_DIR = folder
    random = Random(seed)
    _make_log(random)
    untouched = verify_log()
    if untouched.wrong:
        sys.exit(f"Het logboek waar niemand aan zat, klopt niet: {untouched.findings}")
    began, tried, missed = time.perf_counter(), Counter(), []
    names = sorted(KINDS)
    for number in range(times):
        kind = names[number % len(names)]
        tried[kind] += 1
        if not Tampering(kind, random.randrange(10**9)).attempt():
            missed.append(f"{kind} ({number})")
    if verify_log().wrong:
        sys.exit("Na afloop klopt het logboek niet meer: de oefening liet iets achter.")
    seconds = time.perf_counter() - began
    sys.stdout.write(
        f"{untouched.events} regels en {untouched.seals} zegels, onaangeroerd: klopt.\n"
        f"{times} keer geknoeid op {len(tried)} manieren: {times - len(missed)} gevonden, {len(missed)} gemist.\n"
        f"{seconds:.0f} s, {connection.vendor}\n"
    )
    if missed:
        sys.exit(f"Niet gevonden: {missed[:20]}")


def _make_log(random: Random) -> None:
    from accounts.models import User
    from participants.models import Participant
    from privacy.services import Action, record_access
    from privacy.services.sealing import seal_log

    users = [
        User.objects.create_user(f"{role}@voorbeeld.nl", name=role, role=role) for role in ("COACH", "COORDINATOR")
    ]
    for number in range(1, EVENTS + 1):
        user = random.choice([*users, None])
        keys = random.sample(range(1, 100), random.randint(1, 6))
        origin = {"address": "192.0.2.7", "session": uuid.uuid4().hex[:16], "agent": "Chrome op Android"}
        data = random.choice(["naam", "indicatie"])
        record_access(user, random.choice(list(Action)), Participant, keys, data, request_id=uuid.uuid4().hex, **origin)
        if number % (EVENTS // SEALS) == 0:
            seal_log()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        demo = Demo(Path(folder), os.environ.get("DATABASE_URL", ""))
        demo.python("manage.py", "migrate", "-v0")
        sys.stdout.write(demo.python("-c", RUN.format(options.times, options.seed, folder)))


if __name__ == "__main__":
    main()
