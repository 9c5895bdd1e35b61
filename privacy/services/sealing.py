"""Seals events of the access log into a chain; the worker does so every minute, apart from who reads and writes."""

import fcntl
import hashlib
import logging
import os
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import BinaryIO

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from privacy.models import AccessEvent, Seal
from privacy.models.seals import as_ranges, written
from privacy.services.signing import line_of, mac_of_seal, signing_key

logger = logging.getLogger("pluspunt.seals")

# An event of a transaction that took longer than this is found by who looks at everything, each night.
SLOWEST_TRANSACTION = timedelta(days=1)
FILE = "zegels.txt"
# Seconds between two seals.
EVERY = 60
CHUNK = 2000


class CheckpointError(Exception):
    """The file with checkpoints knows seals that the database does not: nothing is added to it."""


def seal_log(*, everything: bool = False) -> Seal | None:
    """Seal what was not sealed yet, if there is anything, and write the checkpoints.

    Everybody may seal at once: one wins, the others leave it for the next minute. With `everything` also events are
    found that were committed more than a day after their key was given.
    """
    try:
        seal = _seal_events(timezone.now(), everything=everything)
    except IntegrityError:
        # Another worker took this number; what it left is for the next minute.
        return None
    if seal:
        logger.info("log sealed number=%s count=%s mac=%s", seal.number, seal.count, seal.mac)
    write_checkpoints()
    return seal


@contextmanager
def sealing_every_minute() -> Iterator[None]:
    """Seals in a thread of its own for as long as this lasts, and once at the end: a long document delays no seal."""
    done = Event()

    def keep_sealing() -> None:
        is_last = False
        while not is_last:
            is_last = done.wait(EVERY)
            try:
                seal_log()
            except Exception as error:
                # The next minute may go well; what is missing in the file comes with it.
                logger.error("log not sealed: %s", str(error).partition("\n")[0])
            finally:
                connection.close()

    thread = Thread(target=keep_sealing, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _seal_events(now: datetime, *, everything: bool) -> Seal | None:
    newest = Seal.objects.order_by("-number").first()
    older = Seal.objects.filter(sealed_at__lt=now - SLOWEST_TRANSACTION, count__gt=0).order_by("-number").first()
    floor = 0 if everything or older is None else older.last
    keys = list(_unsealed(floor))
    if not keys:
        return None
    ranges = list(as_ranges(keys))
    key = signing_key()
    digest = hashlib.sha256()
    for event in events_in(ranges, signed=newest is not None):
        digest.update(line_of(event, key))
    return add_seal(
        newest,
        now,
        events=written(ranges),
        first=keys[0],
        last=keys[-1],
        count=len(keys),
        digest=digest.hexdigest(),
    )


def add_seal(newest: Seal | None, now: datetime, **facts) -> Seal:
    """Put a seal with these facts behind `newest`. Raises `IntegrityError` when somebody else did so first."""
    seal = Seal(
        number=newest.number + 1 if newest else 1,
        previous=newest.mac if newest else "",
        sealed_at=now,
        signed_with=signing_key(),
        **facts,
    )
    seal.mac = mac_of_seal(seal, seal.signed_with)
    with transaction.atomic():
        seal.save(force_insert=True)
    return seal


def _unsealed(floor: int) -> Iterator[int]:
    """Keys of events above `floor` that no seal covers, in ascending order."""
    sealed = Seal.objects.filter(last__gt=floor).order_by().values_list("events", flat=True)
    ranges = merged(each for events in sealed.iterator(CHUNK) for each in Seal(events=events).ranges)
    keys = AccessEvent.objects.filter(pk__gt=floor).order_by("pk").values_list("pk", flat=True)
    return (key for key in keys.iterator(CHUNK) if not covers(ranges, key))


def merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same keys in as few ranges as can be, in ascending order."""
    result: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return result


def covers(ranges: list[tuple[int, int]], key: int) -> bool:
    """Whether `key` lies in one of the ranges, which are in ascending order."""
    at = bisect_right(ranges, (key, float("inf"))) - 1
    return at >= 0 and ranges[at][0] <= key <= ranges[at][1]


def events_in(ranges: list[tuple[int, int]], *, signed: bool) -> Iterator[AccessEvent]:
    """The events with these keys, in ascending order; `signed` says that their subjects need not be known."""
    wanted = merged(ranges)
    events = AccessEvent.objects.filter(pk__gte=wanted[0][0], pk__lte=wanted[-1][1]).order_by("pk")
    events = events.only("pk", "mac") if signed else events.prefetch_related("subjects")
    return (event for event in events.iterator(CHUNK) if covers(wanted, event.pk))


# --- Checkpoints, outside the database ------------------------------------------------------------------------


def checkpoint_of(seal: Seal) -> str:
    """The line that is kept of a seal, outside the database."""
    return f"{seal.number} {seal.mac} {seal.count} {seal.sealed_at.isoformat(timespec='seconds')}"


def checkpoint_file() -> Path | None:
    """Where checkpoints are kept on this machine, if the installation says so."""
    return Path(settings.LOG_CHECKPOINT_DIR) / FILE if settings.LOG_CHECKPOINT_DIR else None


def write_checkpoints() -> None:
    """Add the seals that the file does not have yet, and only return when they are on the disk.

    Raises `CheckpointError` when the file knows more than the database: an old copy was put back, or seals were taken
    away.
    """
    path = checkpoint_file()
    if path is None:
        return
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        known = _last_number(file)
        newest = Seal.objects.order_by("-number").values_list("number", flat=True).first() or 0
        if known > newest:
            raise CheckpointError(f"{path} kent zegel {known}; het laatste in de database is {newest}.")
        for seal in Seal.objects.filter(number__gt=known).order_by("number").iterator(CHUNK):
            file.write(f"{checkpoint_of(seal)}\n".encode())
        file.flush()
        os.fsync(file.fileno())


def _last_number(file: BinaryIO) -> int:
    """The number on the last line, 0 when there is none; half a line, of a power cut, is taken off."""
    size = file.seek(0, os.SEEK_END)
    start = file.seek(max(0, size - 1000))
    whole, _, half = file.read().rpartition(b"\n")
    if half:
        file.truncate(start + len(whole) + bool(whole))
    last = whole.rpartition(b"\n")[2]
    try:
        return int(last.split()[0]) if last else 0
    except ValueError as error:
        raise CheckpointError(f"de laatste regel van {file.name} is niet te lezen.") from error
