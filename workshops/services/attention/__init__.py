"""What needs somebody today: everything that asks a coordinator for something, the most urgent first.

Each source below asks about one subject in a number of queries that does not depend on how much there is. A thing
disappears only when its cause is gone or when somebody put it off (`snoozing`), and then it is counted still.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import User
from workshops.models import Placement, Snooze
from workshops.services.attention import indications, people, retention, sessions
from workshops.services.attention.items import Action, Asked, Item, Kind, Urgency
from workshops.services.attention.snoozing import (
    LIFTED,
    holds,
    last_snoozes,
    latest_day,
    lift,
    snooze,
    snoozes_of,
)

__all__ = [
    "LIFTED", "Action", "Attention", "Item", "Kind", "Urgency", "find_item", "find_out", "latest_day", "lift",
    "sections", "snooze", "snoozes_of",
]  # fmt: skip

# What each source may find.
SOURCES: list[tuple[Callable[[Asked], Iterable[Item]], tuple[Kind, ...]]] = [
    (sessions.crowded, (Kind.SUPERVISION, Kind.CROWDED)),
    (sessions.cancelled, (Kind.CANCELLED,)),
    (sessions.registers, (Kind.REGISTER,)),
    (sessions.walk_ins, (Kind.WALK_IN,)),
    (sessions.corrections, (Kind.CORRECTION,)),
    (sessions.waiting, (Kind.WAITING,)),
    (people.calls, (Kind.CALL,)),
    (people.not_seen, (Kind.NOT_SEEN,)),
    (people.pauses, (Kind.PAUSE,)),
    (people.without_place, (Kind.NO_PLACE,)),
    (people.closed_places, (Kind.CLOSED_PLACE,)),
    (people.trial_places, (Kind.TRIAL_PLACE,)),
    (people.trials, (Kind.TRIAL,)),
    (people.reviews, (Kind.REVIEW,)),
    (people.certificates, (Kind.CERTIFICATE,)),
    (indications.running_out, (Kind.EXPIRED, Kind.INDICATION)),
    (indications.use, (Kind.USE,)),
    (indications.notices, (Kind.START_NOTICE, Kind.STOP_NOTICE)),
    (retention.records_to_erase, (Kind.RETENTION,)),
]


def _sources() -> list:
    """`SOURCES`, and those of a higher floor: they may not be imported here, so the settings name them."""
    return [*SOURCES, *(source for name in settings.ATTENTION_FROM_ABOVE for source in import_string(name))]


@dataclass(frozen=True)
class Attention:
    """Everything that needs somebody: `now`, and what was `put_off` until a later day."""

    now: list[Item]
    put_off: list[Item]

    @property
    def counts(self) -> list[tuple[Kind, int]]:
        """How many there are now of each kind, those with the most urgent thing first."""
        numbers = Counter(item.kind for item in self.now)
        return [(kind, numbers[kind]) for kind in dict.fromkeys(item.kind for item in self.now)]

    @property
    def urgencies(self) -> list[tuple[Urgency, int]]:
        """How many there are now of each urgency that there is."""
        numbers = Counter(item.urgency for item in self.now)
        return [(urgency, numbers[urgency]) for urgency in Urgency if numbers[urgency]]


def find_out(user: User) -> Attention:
    """What needs somebody as `user`, a coordinator, sees it now; the number of queries is constant."""
    asked = _asked(user)
    found = [item for source, _ in _sources() for item in source(asked)]
    found = sorted(_complete(found, asked.today), key=lambda item: item.order)
    return Attention(
        now=[item for item in found if not item.is_put_off],
        put_off=[item for item in found if item.is_put_off],
    )


def find_item(user: User, key: str) -> Item | None:
    """The one thing that is called `key` ("indicatie-12"), put off or not; `None` when it needs nobody any more."""
    kind = Kind.of(key.rpartition("-")[0])
    asked = _asked(user)
    found = [item for source, kinds in _sources() if kind in kinds for item in source(asked) if item.key == key]
    return next(iter(_complete(found, asked.today)), None)


def sections(items: Iterable[Item], of: Iterable[Item]) -> list[tuple[Urgency, list[tuple[Kind, list[Item], int]]]]:
    """`items` of one page, in their order, by how urgent they are and then by kind; with how many there are `of` it."""
    numbers = Counter((item.urgency, item.kind) for item in of)
    return [
        (urgency, [(kind, list(same), numbers[urgency, kind]) for kind, same in groupby(group, lambda item: item.kind)])
        for urgency, group in groupby(items, lambda item: item.urgency)
    ]


def _asked(user: User) -> Asked:
    return Asked(user, timezone.now(), timezone.localdate())


def _complete(items: list[Item], today: date) -> list[Item]:
    """Adds the workshops that each concerns, and what was said about later; two queries."""
    snoozes = last_snoozes()
    placed = defaultdict(set)
    current = Placement.objects.overlapping(today, None).order_by()
    for person, workshop in current.values_list("participant", "workshop").distinct():
        placed[person].add(workshop)
    return [_later(replace(item, workshops=_workshops(item, placed)), snoozes.get(item.key), today) for item in items]


def _later(item: Item, last: Snooze | None, today: date) -> Item:
    is_put_off = last is not None and holds(last, item, today)
    return replace(item, snooze=last, is_put_off=is_put_off, can_wait=latest_day(item, today) > today)


def _workshops(item: Item, placed: dict[int, set[int]]) -> frozenset[int]:
    if item.session:
        return frozenset([item.session.workshop_id])
    if item.workshop:
        return frozenset([item.workshop.pk])
    return frozenset(placed[item.participant.pk]) if item.participant else frozenset()
