"""Figures and documents may be read from a copy of the database that follows the real one: `DATABASE_REPLICA_URL`.

Only where code says so, outside transactions, and only tables of the apps that figures are made of: who is signed in,
what is logged and everything that is written stay with the real database. Without a copy all of it reads the real one.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

logger = logging.getLogger(__name__)

REPLICA = "replica"
# So many seconds a document waits for the copy.
PATIENCE = 5
_COPIED = {"partners", "participants", "workshops", "impact"}

_reading: ContextVar[bool] = ContextVar("reading", default=False)


class ReplicaRouter:
    """Where Django looks for which table; nothing is ever written to the copy."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        # A transaction decides on what it reads: that must be as it is now, and under its locks.
        may_be_late = _reading.get() and not connections[DEFAULT_DB_ALIAS].in_atomic_block
        return REPLICA if may_be_late and model._meta.app_label in _COPIED else DEFAULT_DB_ALIAS

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, first: models.Model, second: models.Model, **hints: Any) -> bool:
        """They are the same rows, read in two places."""
        return True

    def allow_migrate(self, alias: str, app_label: str, **hints: Any) -> bool | None:
        return False if alias == REPLICA else None


@contextmanager
def reading_replica() -> Iterator[None]:
    """Read from the copy for as long as this lasts, when there is one."""
    before = _reading.set(REPLICA in connections.settings)
    try:
        yield
    finally:
        _reading.reset(before)


def from_replica(view: Callable) -> Callable:
    """A view that only shows figures: it may be a second behind."""

    @wraps(view)
    def inner(*args, **kwargs):
        with reading_replica():
            return view(*args, **kwargs)

    return inner


@contextmanager
def reading_replica_after(row: models.Model, **facts: Any) -> Iterator[None]:
    """The same, once the copy knows `row` with these facts, and so everything that was written before it.

    A copy that is too far behind is not waited for: then the real database is read.
    """
    if REPLICA not in connections.settings:
        yield
        return
    here = type(row)._base_manager.using(REPLICA).filter(pk=row.pk, **facts)
    until = time.monotonic() + PATIENCE
    while not (is_there := here.exists()) and time.monotonic() < until:
        time.sleep(0.1)
    if not is_there:
        logger.warning("replica is more than %s s behind", PATIENCE)
    with reading_replica() if is_there else nullcontext():
        yield
