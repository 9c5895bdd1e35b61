"""Verifies the access log: every row, whom it is about, the chain of seals and the checkpoints outside."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path

from django.db.models import Count, Exists, OuterRef

from privacy.models import AccessEvent, AccessSubject, Seal
from privacy.services.append_only import unguarded_tables
from privacy.services.sealing import CHUNK, checkpoint_file, checkpoint_of, covers, merged
from privacy.services.signing import is_same, line_of, mac_of_event, mac_of_seal

# What is so much older than the newest seal should be in one, and that seal in the file.
SEALED_WITHIN = timedelta(hours=1)
# Seals whose events are read together; the first may cover everything that was there before.
SEALS_AT_ONCE = 500
MOST_FINDINGS = 200


@dataclass
class Verdict:
    """What was looked at, and what is wrong with it; of very many findings the first ones are kept."""

    events: int = 0
    seals: int = 0
    unsealed: int = 0
    wrong: int = 0
    findings: list[str] = field(default_factory=list)

    def add(self, finding: str) -> None:
        self.wrong += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)


def verify_log() -> Verdict:
    """Look at everything, in pieces that fit in memory. Changes nothing."""
    verdict = Verdict()
    for table in unguarded_tables():
        verdict.add(f"De tabel {table} is niet meer beschermd tegen wijzigen.")
    pruned_through = _check_chain(verdict)
    sealed: list[tuple[int, int]] = []
    for seals in _batches(pruned_through):
        _check_sealed(seals, verdict)
        sealed = merged([*sealed, *(each for seal in seals for each in _ranges(seal))])
    _check_unsealed(sealed, verdict)
    _check_strays(verdict)
    path = checkpoint_file()
    if path:
        _check_checkpoints(path, verdict)
    return verdict


def _check_chain(verdict: Verdict) -> int:
    """Every seal has its signature and follows the one before; returns up to which one events were pruned."""
    previous, number, pruned_through = "", 0, 0
    for seal in Seal.objects.order_by("number").iterator(CHUNK):
        number += 1
        verdict.seals += 1
        if seal.number != number:
            verdict.add(f"Zegel {number} ontbreekt: daarna komt zegel {seal.number}.")
            number = seal.number
        elif seal.previous != previous:
            verdict.add(f"Zegel {seal.number} volgt niet op het zegel ervoor.")
        if is_same(seal.mac, mac_of_seal(seal, seal.signed_with)):
            pruned_through = max(pruned_through, seal.pruned_through)
        else:
            verdict.add(f"Zegel {seal.number} is veranderd, of sleutel {seal.signed_with!r} is er niet meer.")
        previous = seal.mac
    return pruned_through


def _batches(pruned_through: int) -> Iterator[list[Seal]]:
    """Seals with events, some at once, in the order of their numbers."""
    batch: list[Seal] = []
    for seal in Seal.objects.filter(number__gt=pruned_through, count__gt=0).order_by("number").iterator(CHUNK):
        batch.append(seal)
        if len(batch) == SEALS_AT_ONCE or seal.number == 1:
            yield batch
            batch = []
    if batch:
        yield batch


def _ranges(seal: Seal) -> list[tuple[int, int]]:
    """What it covers; nothing when that cannot be read, which its signature has told already."""
    try:
        return seal.ranges
    except ValueError:
        return []


def _check_sealed(seals: list[Seal], verdict: Verdict) -> None:
    """The events of these seals are there, unchanged, and their digests are those of the seals."""
    owners = sorted((first, last, at) for at, seal in enumerate(seals) for first, last in _ranges(seal))
    starts = [first for first, _, _ in owners]
    digests, seen = [hashlib.sha256() for _ in seals], [0] * len(seals)
    for event in _events_between(owners):
        at = bisect_right(starts, event.pk) - 1
        if at < 0 or event.pk > owners[at][1]:
            continue
        owner = owners[at][2]
        seal = seals[owner]
        _check_event(event, verdict, may_be_unsigned=seal.number == 1)
        seen[owner] += 1
        digests[owner].update(line_of(event, seal.signed_with))
    for seal, digest, count in zip(seals, digests, seen, strict=True):
        if count != seal.count:
            verdict.add(f"Zegel {seal.number} telt {seal.count} regels; er zijn er {count}: {_missing(seal)}.")
        elif digest.hexdigest() != seal.digest:
            verdict.add(f"De regels van zegel {seal.number} zijn niet meer die van toen.")


def _events_between(owners: list[tuple[int, int, int]]) -> Iterator[AccessEvent]:
    """The events in the stretches that these ranges make, with their subjects."""
    for first, last in _stretches(owners):
        events = AccessEvent.objects.filter(pk__gte=first, pk__lte=last).order_by("pk").prefetch_related("subjects")
        yield from events.iterator(CHUNK)


def _stretches(owners: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Ranges that lie close together as one: a few keys of others in between cost less than a question each."""
    result: list[tuple[int, int]] = []
    for first, last, _ in owners:
        if result and first - result[-1][1] < CHUNK:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return result


def _missing(seal: Seal) -> str:
    """Which rows are gone, the first of them by their number."""
    ranges = merged(_ranges(seal))
    if not ranges:
        return "welke is niet te zien"
    there = AccessEvent.objects.filter(pk__gte=ranges[0][0], pk__lte=ranges[-1][1]).values_list("pk", flat=True)
    there = set(there.iterator(CHUNK))
    gone = [key for first, last in ranges for key in range(first, min(last, first + 10**6) + 1) if key not in there]
    return "weg is " + ", ".join(map(str, gone[:10])) + (" en meer" if len(gone) > 10 else "")


def _check_event(event: AccessEvent, verdict: Verdict, *, may_be_unsigned: bool) -> None:
    verdict.events += 1
    if not event.mac and may_be_unsigned:
        return
    if not is_same(event.mac, mac_of_event(event, event.subjects.all(), event.signed_with)):
        verdict.add(f"Regel {event.pk} is veranderd of niet door Pluspunt geschreven.")


def _check_unsealed(sealed: list[tuple[int, int]], verdict: Verdict) -> None:
    """What no seal covers yet is signed, and not there for long; what was pruned has not come back."""
    since = _last_sealed_at() - SEALED_WITHIN
    has_seals = verdict.seals > 0
    events = AccessEvent.objects.order_by("pk").values_list("pk", flat=True)
    for chunk in _chunks(key for key in events.iterator(CHUNK) if not covers(sealed, key)):
        for event in AccessEvent.objects.filter(pk__in=chunk).order_by("pk").prefetch_related("subjects"):
            verdict.unsealed += 1
            _check_event(event, verdict, may_be_unsigned=not has_seals)
            if event.at < since:
                verdict.add(f"Regel {event.pk} had al verzegeld moeten zijn.")


def _last_sealed_at() -> datetime:
    """When the newest seal was made; without one, before everything."""
    newest = Seal.objects.order_by("-number").first()
    return newest.sealed_at if newest else datetime(2000, 1, 1, tzinfo=UTC)


def _chunks(keys: Iterator[int]) -> Iterator[list[int]]:
    chunk: list[int] = []
    for key in keys:
        chunk.append(key)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _check_strays(verdict: Verdict) -> None:
    """Subjects of an event that is not there, and copies of one event."""
    events = AccessEvent.objects.filter(pk=OuterRef("event_id"))
    for key in AccessSubject.objects.filter(~Exists(events)).values_list("pk", flat=True)[:MOST_FINDINGS]:
        verdict.add(f"Persoon {key} staat bij een regel die er niet is.")
    copies = AccessEvent.objects.exclude(key=None).order_by().values("key").annotate(times=Count("pk"))
    for key in copies.filter(times__gt=1).values_list("key", flat=True)[:MOST_FINDINGS]:
        verdict.add(f"Regel met kenmerk {key} staat er meer dan één keer.")


def _check_checkpoints(path: Path, verdict: Verdict) -> None:
    """The file outside tells the same chain as the database."""
    if not path.exists():
        if verdict.seals:
            verdict.add(f"Er zijn zegels, maar {path} is er niet.")
        return
    with path.open(encoding="ascii", errors="replace") as lines:
        seals = Seal.objects.order_by("number").iterator(CHUNK)
        for number, (line, seal) in enumerate(zip_longest(lines, seals), start=1):
            if seal is None:
                verdict.add(f"{path} kent een zegel dat er niet meer is (regel {number}): zegels zijn weggehaald.")
                return
            if line is None:
                if seal.sealed_at < _last_sealed_at() - SEALED_WITHIN:
                    verdict.add(f"Zegel {seal.number} en wat volgt staan niet in {path}.")
                return
            if line.rstrip("\n") != checkpoint_of(seal):
                verdict.add(f"{path} zegt iets anders over zegel {seal.number} (regel {number}).")
                return
