"""Who may do what with one session; which sessions somebody sees is `Session.objects.visible_to(user)`."""

from datetime import date

from accounts.models import User
from workshops.models import COACH_CORRECTS_FOR, LadderStep, Output, Session


def can_record(user: User, session: Session, today: date) -> bool:
    """A coordinator always; a coach of the workshop or who helps out, until seven days after the day."""
    if user.role == User.Role.COORDINATOR:
        return True
    in_time = today <= session.date + COACH_CORRECTS_FOR
    if not (user.is_coach and in_time):
        return False
    return session.workshop.coaches.contains(user) or session.stand_ins.filter(user=user).exists()


def can_take_back_step(user: User, step: LadderStep) -> bool:
    """Who granted it, and a coordinator; the service says until when."""
    return user.role == User.Role.COORDINATOR or step.granted_by_id == user.pk


def can_withdraw_output(user: User, output: Output) -> bool:
    """A coordinator, and a coach what they entered themselves; the service says until when."""
    return user.role == User.Role.COORDINATOR or output.recorded_by_id == user.pk
