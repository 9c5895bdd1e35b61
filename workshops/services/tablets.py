"""Marks that come from a tablet, perhaps long after the tap: taken once, as done by whoever tapped.

A register that was opened carries a pass, signed by us, which says who opened it, which session it is, and how long it
holds. Each mark brings it along, so that it stays the mark of that coach when a colleague signed in meanwhile or nobody
is signed in at all; its time is bounded by the pass. The pass proves that its owner might record here when it was given
out: those are the rights that count (see decision 0020).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from participants.models import Participant
from privacy.services import Action, record_access
from workshops.models import Attendance, ReceivedMark, Session
from workshops.services.attendance import Collision, Mark, MonthIsClosed, change_in_transaction
from workshops.services.corrections import Origin, request_correction

Outcome = ReceivedMark.Outcome
_signer = signing.Signer(salt="workshops.register")
LATE = "Kwam pas binnen toen de maand al gesloten was, of na het einde van het account."


@dataclass(frozen=True)
class RegisterPass:
    """Who may record in which session, from when until when."""

    user: int
    session: int
    issued_at: datetime
    expires_at: datetime

    def bound(self, moment: datetime) -> datetime:
        """`moment`, or the nearest one at which the pass held and that is not still to come."""
        return max(self.issued_at, min(moment, self.expires_at, timezone.now()))


@dataclass(frozen=True)
class SentMark:
    """One mark as a tablet sends it: `key` is its own name, `person` the public key of whom it is about."""

    key: UUID
    ticket: RegisterPass
    person: str
    at: datetime
    mark: Mark


class _TakenBefore(Exception):
    """This key was there already."""


class _NoLongerRecords(Exception):
    """The account was closed, or got another role, after the pass was given out."""


def issue_pass(user: User, session: Session) -> str:
    """A pass for somebody who may record in this session now; it holds as long as signing in does."""
    now = int(timezone.now().timestamp())
    return _signer.sign_object([user.pk, session.pk, now, now + settings.SESSION_COOKIE_AGE])


def read_pass(text: str) -> RegisterPass:
    """Raises `django.core.signing.BadSignature` for anything that `issue_pass` did not make."""
    user, session, issued, expires = _signer.unsign_object(text)
    zone = timezone.get_current_timezone()
    return RegisterPass(user, session, datetime.fromtimestamp(issued, zone), datetime.fromtimestamp(expires, zone))


def receive_mark(sent: SentMark, *, address: str | None) -> ReceivedMark:
    """Take a mark once and answer what became of it; a repeat is answered the same and does nothing.

    Nothing is raised for what cannot be done: the answer says it, and the tablet keeps the mark until somebody looked.
    A mark that comes when its month is closed, or when its account is no longer one that records, becomes a request for
    a correction, which a coordinator decides.
    """
    answer = _receive(sent, address)
    if answer.user_id == sent.ticket.user:
        return answer
    # What became of somebody else's mark with this key is not for whoever sends it with another pass.
    return ReceivedMark(key=sent.key, outcome=Outcome.REFUSED, sentence="Tik nog een keer: dit is niet bewaard.")


def _receive(sent: SentMark, address: str | None) -> ReceivedMark:
    try:
        return _take_or_park(sent, address)
    except _TakenBefore:
        return ReceivedMark.objects.get(pk=sent.key)
    except Collision as collision:
        outcome = Outcome.KEPT if sent.mark.is_polite else Outcome.COLLISION
        return _answer(sent, outcome, version=collision.row.version)
    except ValidationError as error:
        return _answer(sent, Outcome.REFUSED, sentence=" ".join(error.messages)[:300])


def _take_or_park(sent: SentMark, address: str | None) -> ReceivedMark:
    try:
        return _take(sent, address)
    except (MonthIsClosed, _NoLongerRecords):
        return _park(sent, address)


@transaction.atomic
def _take(sent: SentMark, address: str | None) -> ReceivedMark:
    taken = ReceivedMark(key=sent.key, user_id=sent.ticket.user, version=(sent.mark.seen or 0) + 1)
    # First of all: whoever comes second with the same key waits here, and finds it taken.
    try:
        taken.save(force_insert=True)
    except IntegrityError:
        raise _TakenBefore from None
    user = User.objects.get(pk=sent.ticket.user)
    if not _still_records(user):
        raise _NoLongerRecords
    row_id, participant_id = _row_of(sent)
    row = change_in_transaction(row_id, sent.mark, by=user, at=sent.ticket.bound(sent.at))
    if row.version != taken.version:
        taken.version = row.version
        taken.save(update_fields=["version"])
    record_access(
        user, Action.CHANGE, Participant, [participant_id], "aanwezigheid: status, van een tablet", address=address
    )
    return taken


def _still_records(user: User) -> bool:
    return user.is_active and user.role in (User.Role.COACH, User.Role.COORDINATOR)


def _row_of(sent: SentMark) -> tuple[int, int]:
    """The keys of the row and of the person; a record that was merged meanwhile leads to whom it became."""
    rows = Attendance.objects.filter(session=sent.ticket.session).order_by().values_list("pk", "participant")
    found = rows.filter(participant__key=sent.person).first()
    found = found or rows.filter(participant__merged_records__former_key=sent.person).first()
    if found is None:
        raise ValidationError("Deze persoon staat niet meer in dit register.")
    return found


@transaction.atomic
def _park(sent: SentMark, address: str | None) -> ReceivedMark:
    """Keep a mark that came too late, as a request that a coordinator decides; raises as `request_correction`."""
    answer, is_new = ReceivedMark.objects.get_or_create(
        key=sent.key, defaults={"user_id": sent.ticket.user, "outcome": Outcome.PARKED}
    )
    if is_new:
        user = User.objects.get(pk=sent.ticket.user)
        row_id, participant_id = _row_of(sent)
        marked_at = sent.ticket.bound(sent.at)
        request_correction(Attendance(pk=row_id), sent.mark, why=LATE, by=user, origin=Origin.LATE, marked_at=marked_at)
        data = "verzoek om correctie van aanwezigheid, van een tablet"
        record_access(user, Action.ADD, Participant, [participant_id], data, address=address)
    return answer


def _answer(sent: SentMark, outcome: str, *, version: int = 0, sentence: str = "") -> ReceivedMark:
    given = {"user_id": sent.ticket.user, "outcome": outcome, "version": version, "sentence": sentence}
    return ReceivedMark.objects.get_or_create(key=sent.key, defaults=given)[0]
