"""A coach helps out in one session of another workshop: said on the day itself, or planned beforehand.

Nobody is in two places: by the rota they are not in their own workshop then, and its places follow too.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from workshops.models import Leave, Session, StandIn, Workshop
from workshops.services.sessions import reconcile_sessions


@transaction.atomic
def stand_in(session: Session, *, by: User) -> StandIn | None:
    """Let coach `by` help out in this one session (§8), and return that; a second time changes nothing.

    `None` when it is their own workshop already. Raises `ValidationError` for who is no coach, and for a session that
    is not of today or does not go on.
    """
    workshops = _workshops_touched(session, by)
    session = _lock(session, workshops)
    if not by.is_coach:
        raise ValidationError("Alleen een coach valt in.")
    if session.date != timezone.localdate():
        raise ValidationError("Invallen kan alleen op de dag zelf.")
    if not session.takes_marks:
        raise ValidationError(f"Deze sessie is {session.get_state_display()}: je hoeft er niet in te vallen.")
    if session.workshop.coaches.contains(by):
        return None
    found, is_new = StandIn.objects.get_or_create(session=session, user=by)
    if is_new:
        _reconcile(session, workshops)
    return found


@transaction.atomic
def plan_stand_in(session: Session, user: User) -> StandIn:
    """Plan that a coach supervises in this one session, beside who is there by the rota.

    Raises `ValidationError` for who is no coach with an account in use, for a session that is over or does not go on,
    and when the coach is away then, is there already, or helps out elsewhere then.
    """
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    workshops = _workshops_touched(session, user)
    session = _lock(session, workshops)
    if not (user.is_coach and user.is_active):
        raise ValidationError({"user": "Kies een coach met een account dat in gebruik is."})
    if session.is_over:
        raise ValidationError("Dit dagdeel is voorbij.")
    if not session.takes_marks:
        raise ValidationError(f"Deze sessie is {session.get_state_display()}. Er is dan niemand nodig.")
    if any(leave.covers(session.date, session.day_part) for leave in Leave.objects.filter(user=user).on(session.date)):
        raise ValidationError({"user": f"{user.name} is dan vrij."})
    here = {"workshop": session.workshop, "weekday": session.date.isoweekday(), "day_part": session.day_part}
    if user.duties.on(session.date).filter(**here).exists():
        raise ValidationError({"user": f"{user.name} staat hier dan al in het rooster."})
    helps = user.stand_ins.filter(session__date=session.date, session__day_part=session.day_part)
    if other := helps.select_related("session__workshop").first():
        where = "hier" if other.session_id == session.pk else f"in {other.session.workshop}"
        raise ValidationError({"user": f"{user.name} valt dan al in {where}."})
    found = StandIn.objects.create(session=session, user=user)
    _reconcile(session, workshops)
    return found


@transaction.atomic
def withdraw_stand_in(found: StandIn) -> None:
    """Take back that a coach helps out. Raises `ValidationError` once the day part began: then it has been."""
    workshops = _workshops_touched(found.session, found.user)
    session = _lock(found.session, workshops)
    if not session.is_future:
        raise ValidationError("Dit dagdeel is al begonnen. Wie inviel, blijft staan.")
    if not StandIn.objects.filter(pk=found.pk).delete()[0]:
        raise ValidationError("Dit is al teruggedraaid.")
    _reconcile(session, workshops)


def _workshops_touched(session: Session, user: User) -> set[int]:
    """This one, and where the coach would be by the rota."""
    slot = {"weekday": session.date.isoweekday(), "day_part": session.day_part}
    return {session.workshop_id, *user.duties.on(session.date).filter(**slot).values_list("workshop", flat=True)}


def _lock(session: Session, workshops: set[int]) -> Session:
    """The session as it is; its workshop first, as whoever makes sessions or cancels one does."""
    list(Workshop.objects.select_for_update(no_key=True).filter(pk__in=workshops).order_by("pk").values_list("pk"))
    sessions = Session.objects.select_for_update(of=("self",), no_key=True).select_related("workshop")
    return sessions.get(pk=session.pk)


def _reconcile(session: Session, workshops: set[int]) -> None:
    reconcile_sessions(Workshop.objects.filter(pk__in=workshops), session.date, session.date)
