"""Keeping record of what must happen again and again for the house to keep running."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.utils import timezone

from privacy.models import UpkeepRun

# Longer than any retention of backups; after that nobody asks.
KEPT = timedelta(days=800)


def record_sign_of_life() -> None:
    """Write down that a worker is there now; several workers touch the same row."""
    now = timezone.now()
    if not UpkeepRun.objects.filter(kind=UpkeepRun.Kind.WORKER).update(at=now):
        UpkeepRun.objects.create(kind=UpkeepRun.Kind.WORKER, at=now, succeeded=True)


def record_run(kind: str, *, succeeded: bool, message: str = "", about_at: datetime | None = None) -> UpkeepRun:
    """Write down that something was done, or went wrong; what is older than two years is forgotten."""
    UpkeepRun.objects.filter(at__lt=timezone.now() - KEPT).exclude(kind=UpkeepRun.Kind.WORKER).delete()
    return UpkeepRun.objects.create(kind=kind, succeeded=succeeded, message=message[:250], about_at=about_at)


def record_failure(kind: str, message: str) -> None:
    """Write down that something went wrong, when the database still takes it: that may be what is wrong."""
    with suppress(DatabaseError):
        record_run(kind, succeeded=False, message=message)
