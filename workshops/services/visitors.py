"""Somebody walks in who was not planned: added for this session only."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from participants.models import Participant, Trajectory
from workshops.models import Attendance, Placement, Session
from workshops.services.attendance import check_month, check_session, mark_attendance
from workshops.services.not_together import lock_pairs, would_meet
from workshops.services.walk_ins import note_walk_in

Status = Attendance.Status


class AskFirst(ValidationError):
    """Nothing is wrong, but somebody should think about it; who said yes asks again with `is_agreed`."""


@transaction.atomic
def add_visitor(session: Session, participant: Participant, *, by: User, is_agreed: bool = False) -> Attendance:
    """Record somebody who was not planned as present in this session only; a second time changes nothing.

    Of several trajectories it becomes the one that is placed in this workshop, else one as participant before one as
    volunteer. Raises `ValidationError` when the person has no running trajectory that day, is planned here already, or
    is present elsewhere on that day part, and for a session that does not go on, is still to come or lies in a closed
    month. Raises `AskFirst` when somebody is in the session with whom this person is not planned together, unless that
    `is_agreed`; its sentence says neither who nor why (invariant 7). What a coordinator should look at afterwards is
    kept as a `WalkIn`; nothing of that stops anybody here.
    """
    participant = Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    lock_pairs(participant.pk)
    # Locked, so that a month cannot be closed between the question and the new row.
    session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    check_month(session.date)
    check_session(session, Status.PRESENT)
    trajectory = _trajectory_of_visitor(session, participant)
    if trajectory is None:
        raise ValidationError(f"{participant.floor_name} heeft op deze dag geen lopend traject.")
    is_listed = session.attendances.listed().filter(participant=participant).exists()
    meets = not is_listed and would_meet(session, participant)
    if meets and not is_agreed:
        raise AskFirst(f"Overleg even met de coördinator voor je {participant.floor_name} erbij zet.")
    row, _ = Attendance.objects.get_or_create(
        session=session,
        participant=participant,
        defaults={
            "trajectory": trajectory,
            "workshop_id": session.workshop_id,
            "date": session.date,
            "day_part": session.day_part,
            "planned": False,
        },
    )
    if row.planned:
        raise ValidationError(f"{participant.floor_name} staat al in dit register.")
    row = mark_attendance(row, Status.PRESENT, by=by)
    if not is_listed:
        note_walk_in(row, is_not_together=meets)
    return row


def _trajectory_of_visitor(session: Session, participant: Participant) -> Trajectory | None:
    here = Placement.objects.on(session.date).filter(trajectory=OuterRef("pk"), workshop=session.workshop_id)
    running = Trajectory.objects.on(session.date).filter(participant=participant)
    preferred = running.alias(
        is_placed_here=Exists(here), as_volunteer=Q(target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)
    )
    return preferred.order_by("-is_placed_here", "as_volunteer", "-start_date", "-pk").first()
