"""The secret addresses by which a calendar reads somebody's week: made, renewed, revoked and read."""

import secrets
from datetime import date
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from participants.models import Participant, Trajectory
from participants.services.people import lock_participant
from privacy.services import Action, record_access
from workshops.models import CalendarFeed

# 256 bits: nobody guesses one.
TOKEN_BYTES = 32


@transaction.atomic
def make_participant_feed(participant: Participant, *, replaces: int | None, by: User) -> tuple[CalendarFeed, str]:
    """A new secret address for somebody's week, and its token, which is told this once: only a hash is kept.

    `replaces` is the key of the address that stands, which is revoked. Raises `ValidationError` when another one
    stands by now, or when the person's path has ended.
    """
    participant = lock_participant(participant.pk)
    if not Trajectory.objects.overlapping(timezone.localdate(), None).filter(participant=participant).exists():
        raise ValidationError(f"{participant.nickname} heeft geen traject dat loopt. Dan is er geen agenda.")
    return _make(CalendarFeed(participant=participant, made_by=by), participant.calendar_feeds, replaces)


@transaction.atomic
def make_own_feed(user: User, *, replaces: int | None) -> tuple[CalendarFeed, str]:
    """A new secret address for a coach's own week, and its token; as `make_participant_feed`."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return _make(CalendarFeed(user=user, made_by=user), user.calendar_feeds, replaces)


@transaction.atomic
def revoke_feed(feed: CalendarFeed, by: User) -> None:
    """Let an address answer no more. Raises `ValidationError` when it was revoked already."""
    feed = CalendarFeed.objects.select_for_update(no_key=True).get(pk=feed.pk)
    if feed.revoked_at is not None:
        raise ValidationError("Dit agenda-adres is al ingetrokken.")
    _revoke(feed, by)


def find_feed(token: str, today: date) -> CalendarFeed | None:
    """What `token` opens today; one query, whether it is wrong, revoked, or of somebody who left."""
    feeds = CalendarFeed.objects.readable(today).select_related("participant", "user", "made_by")
    return feeds.filter(token_hash=_hash(token)).first()


@transaction.atomic
def note_reading(feed: CalendarFeed, today: date, *, address: str | None) -> None:
    """Keep that a calendar read `feed`, once a day: the access log names who made the address."""
    is_first = CalendarFeed.objects.filter(pk=feed.pk).exclude(last_read_on=today).update(last_read_on=today)
    if is_first and feed.participant_id:
        data = "agenda gelezen met een geheim adres: werkplaatsen, tijden"
        record_access(feed.made_by, Action.EXPORT, Participant, [feed.participant_id], data, address=address)


def _make(feed: CalendarFeed, others, replaces: int | None) -> tuple[CalendarFeed, str]:
    standing = others.standing().first()
    if (standing and standing.pk) != replaces:
        raise ValidationError("Intussen is er een ander agenda-adres. Kijk eerst of dat gebruikt wordt.")
    if standing:
        _revoke(standing, feed.made_by)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed.token_hash = _hash(token)
    feed.full_clean()
    feed.save(force_insert=True)
    return feed, token


def _revoke(feed: CalendarFeed, by: User) -> None:
    feed.revoked_by, feed.revoked_at = by, timezone.now()
    feed.save(update_fields=["revoked_by", "revoked_at"])


def _hash(token: str) -> str:
    return sha256(token.encode(errors="replace")).hexdigest()
