"""How long somebody stays signed in. A session says itself when it began and when it was last used.

A session that says nothing is over: all that sign somebody in call `begin_session`.
"""

import time

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

SIGNED_IN_AT = "signed_in_at"
ACTIVE_AT = "active_at"
LOCKED_AT = "locked_at"
UNLOCKED_AT = "unlocked_at"
TABLET = "tablet"
# The moment of last use is written at most so often (seconds): a write per page would be one per tap.
_WRITE_EVERY = 60


def begin_session(session: SessionBase) -> None:
    """Write down that somebody signed in fully, at this moment."""
    session[SIGNED_IN_AT] = session[ACTIVE_AT] = time.time()


def use_session(session: SessionBase) -> bool:
    """Write down that somebody is at work; True when it was written, which happens once a minute."""
    is_due = time.time() - session.get(ACTIVE_AT, 0) >= _WRITE_EVERY
    if is_due:
        session[ACTIVE_AT] = time.time()
    return is_due


def is_idle(session: SessionBase) -> bool:
    """Whether nobody was at work for `SESSION_IDLE_AGE` seconds."""
    return time.time() - session.get(ACTIVE_AT, 0) > settings.SESSION_IDLE_AGE


def is_over(session: SessionBase) -> bool:
    """Whether the full sign-in was longer than `SESSION_COOKIE_AGE` seconds ago, however busy somebody is."""
    return time.time() - session.get(SIGNED_IN_AT, 0) > settings.SESSION_COOKIE_AGE


def is_fresh(session: SessionBase, *proofs: float) -> bool:
    """Whether the full sign-in, or one of the later `proofs` of who it is, was within `RECENT_SIGN_IN_AGE` seconds.

    The proofs are moments, in seconds.
    """
    latest = max(session.get(SIGNED_IN_AT, 0), *proofs, 0)
    return time.time() - latest <= settings.RECENT_SIGN_IN_AGE


def last_proved_at(session: SessionBase, *proofs: float) -> float:
    """The last of the `proofs` of who somebody is, or when a locked screen was opened; 0 when there is none."""
    return max(session.get(UNLOCKED_AT, 0), *proofs, 0)


def renew_key(session: SessionBase) -> None:
    """Go on under another key, which nobody can know who knew the one before; what the session holds stays."""
    before = session.session_key
    session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=session.session_key)


def lock_session(session: SessionBase) -> None:
    """Show nothing to whoever is near, until the person who is signed in opens it again."""
    session[LOCKED_AT] = session.get(LOCKED_AT) or time.time()


def unlock_session(session: SessionBase) -> None:
    """Go on where somebody was; the full sign-in stays as old as it is."""
    del session[LOCKED_AT]
    session[UNLOCKED_AT] = session[ACTIVE_AT] = time.time()


def is_locked(session: SessionBase) -> bool:
    """Whether the screen is locked: who is signed in has to open it first."""
    return LOCKED_AT in session


def is_proved_since_lock(session: SessionBase, *proofs: float) -> bool:
    """Whether one of the `proofs` of who somebody is (moments, in seconds) came after the screen was locked."""
    return any(proof >= session[LOCKED_AT] for proof in proofs)


def stay_on_tablet(session: SessionBase, tablet: int | None) -> bool:
    """Whether the session is where it belongs: one that was on a tablet of the house never goes on elsewhere."""
    known = session.get(TABLET)
    if known is None and tablet is not None:
        session[TABLET] = tablet
    return known is None or known == tablet
