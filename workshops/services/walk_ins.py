"""What a coordinator should look at when somebody walked in: never a reason to stop anybody on the floor."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from participants.models import Indication, Trajectory
from workshops.models import Attendance, Session, WalkIn

Status = Attendance.Status


@transaction.atomic
def note_walk_in(row: Attendance, *, is_not_together: bool) -> WalkIn | None:
    """Keep what to look at about a visitor who was just added, or nothing when there is nothing.

    Who was taken away and comes again is looked at again.
    """
    facts = {
        "is_over_capacity": not row.trajectory.is_volunteer and is_over_capacity(row.session),
        "is_without_indication": _is_without_indication(row),
        "is_not_together": is_not_together,
    }
    if not any(facts.values()):
        WalkIn.objects.filter(attendance=row, settled_at__isnull=True).delete()
        return None
    defaults = {**facts, "settled_by": None, "settled_at": None}
    return WalkIn.objects.update_or_create(attendance=row, defaults=defaults)[0]


def is_over_capacity(session: Session) -> bool:
    """Whether more participants are here or expected than there are places.

    Volunteers take no place (§8), and neither does who said no or did not come.
    """
    expected = session.attendances.filter(Q(status=Status.PRESENT) | Q(status=Status.OPEN, planned=True))
    volunteers = Q(trajectory__target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)
    return expected.exclude(volunteers).order_by().count() > session.capacity


def walk_ins_of_who_is_here() -> QuerySet[WalkIn]:
    """What was noted about visitors; who was taken away again is nobody's concern."""
    return WalkIn.objects.filter(attendance__status=Status.PRESENT)


def walk_ins_to_settle() -> QuerySet[WalkIn]:
    """What a coordinator still has to look at, the newest first."""
    return walk_ins_of_who_is_here().filter(settled_at__isnull=True)


def walk_in_of(row: Attendance) -> WalkIn | None:
    """What a coordinator still has to look at about this visitor."""
    return WalkIn.objects.filter(attendance=row, settled_at__isnull=True).first()


@transaction.atomic
def settle_walk_in(walk_in: WalkIn, *, by: User) -> WalkIn:
    """Say that a coordinator looked at it; raises `ValidationError` when somebody did already."""
    walk_in = WalkIn.objects.select_for_update(no_key=True).get(pk=walk_in.pk)
    if walk_in.settled_at is not None:
        raise ValidationError(f"{walk_in.settled_by} heeft dit al afgehandeld.")
    walk_in.settled_by, walk_in.settled_at = by, timezone.now()
    walk_in.save(update_fields=["settled_by", "settled_at"])
    return walk_in


def _is_without_indication(row: Attendance) -> bool:
    """No indication for day care, of whatever funding, runs on the day; a volunteer needs none."""
    running = Indication.objects.on(row.date).filter(participant=row.participant_id)
    return not row.trajectory.is_volunteer and not running.filter(_DAY_CARE).exists()


# Transport alone gives nobody a place.
_DAY_CARE = ~Q(product_category=Indication.Category.TRANSPORT)
