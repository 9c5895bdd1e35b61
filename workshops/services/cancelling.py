"""A session does not go on, or goes on after all: who said so, when and why is kept."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q

from accounts.models import User
from workshops.models import Attendance, Closure, Session, SessionChange, Workshop
from workshops.services.attendance import MonthIsClosed, check_month
from workshops.services.locks import lock_people, lock_workshops
from workshops.services.not_together import lock_pairs
from workshops.services.one_offs import chains_from, may_take_back, take_back, workshops_of
from workshops.services.sessions import reconcile_sessions

State = Session.State


@dataclass(frozen=True)
class CancelEffect:
    """What a session that does not go on takes along: numbers of people."""

    planned: int
    recorded: int
    present: int


def cancel_effect(session: Session) -> CancelEffect:
    """How many stand in the register, are recorded already, and are present now; in one query."""
    is_recorded = ~Q(status=Attendance.Status.OPEN)
    found = session.attendances.order_by().aggregate(
        planned=Count("pk", filter=Q(planned=True)),
        recorded=Count("pk", filter=is_recorded),
        present=Count("pk", filter=Q(status=Attendance.Status.PRESENT)),
    )
    return CancelEffect(**found)


@transaction.atomic
def cancel_session(session: Session, *, reason: str, by: User | None) -> Session:
    """Cancel a session that does not go on; its rows stay as they are, and leave every denominator.

    Raises `ValidationError` when it is closed or cancelled already, lies in a closed month, or no reason is given.
    """
    session = _lock(session)
    check_cancel(session)
    return _become(session, State.CANCELLED, reason=reason, by=by)


@transaction.atomic
def restore_session(session: Session, *, reason: str, by: User | None) -> Session:
    """Let a cancelled session go on after all: its rows count again, and say what is planned by now.

    Who was planned elsewhere for one time comes back, unless something was recorded there. Raises `ValidationError`
    when it is not cancelled, when the house or the workshop is closed that day, when it lies in a closed month, or no
    reason is given.
    """
    # Also who is still in the register: somebody may be planning them elsewhere at this moment.
    here = set(session.attendances.order_by().values_list("participant", flat=True))
    people = here | {each.participant_id for chain in chains_from(session) for each in chain}
    lock_people(people)
    lock_pairs(*people)
    chains = chains_from(session)
    lock_workshops({session.workshop_id} | workshops_of(chains))
    session = _lock(session)
    check_restore(session)
    take_back(may_take_back(chains)[0], by=by)
    session = _become(session, State.PLANNED, reason=reason, by=by)
    reconcile_sessions(Workshop.objects.filter(pk=session.workshop_id), session.date, session.date)
    return session


def check_cancel(session: Session) -> None:
    """Raises `ValidationError` when this session cannot be cancelled."""
    _check_month(session)
    if session.state == State.CLOSED:
        raise ValidationError("Deze dag is al gesloten.")
    if session.state != State.PLANNED:
        raise ValidationError("Deze sessie is al uitgevallen.")


def check_restore(session: Session) -> None:
    """Raises `ValidationError` when this session cannot go on after all."""
    _check_month(session)
    if session.state != State.CANCELLED:
        raise ValidationError("Deze sessie is niet uitgevallen.")
    closures = (c for c in Closure.objects.on(session.date) if c.closes(session.workshop, session.date))
    if closure := next(closures, None):
        raise ValidationError(f"Op deze dag is het gesloten: {closure.reason}. De sessie kan niet doorgaan.")


def _lock(session: Session) -> Session:
    """The session as it is; the workshop first, as whoever makes sessions or closes a month does."""
    Workshop.objects.select_for_update(no_key=True).get(pk=session.workshop_id)
    sessions = Session.objects.select_for_update(of=("self",), no_key=True).select_related("workshop")
    return sessions.get(pk=session.pk)


def _check_month(session: Session) -> None:
    try:
        check_month(session.date)
    except MonthIsClosed:
        raise ValidationError("Deze maand is gesloten. Een sessie kan dan niet meer uitvallen of doorgaan.") from None


def _become(session: Session, state: str, *, reason: str, by: User | None) -> Session:
    change = SessionChange(session=session, by=by, old_state=session.state, new_state=state, reason=reason.strip())
    change.full_clean(exclude=["session", "by"])
    session.state = state
    session.cancel_reason = change.reason if state == State.CANCELLED else ""
    session.full_clean(validate_unique=False, exclude=["workshop"])
    session.save(update_fields=["state", "cancel_reason"])
    change.save(force_insert=True)
    return session
