"""Somebody says beforehand that they stay away: it fills the registers of those days, until it is withdrawn."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from participants.models import Participant, Trajectory
from pluspunt.templatetags.words import day as in_words
from workshops.models import Absence, AbsenceReason, Attendance, OneOff, Placement, Workshop
from workshops.services.absence_rows import empty_filled_rows, fill_covered, not_over
from workshops.services.sessions import reconcile_sessions

# In days. Who stays away longer is paused: that leaves the denominators (§4).
LONGEST = 92
# So far ahead somebody may say it; later is a mistyped year.
FURTHEST = timedelta(days=366)


@transaction.atomic
def report_absence(
    participant: Participant,
    start: date,
    end: date,
    day_part: str,
    reason: AbsenceReason | None,
    reported_by: str,
    by: User,
) -> Absence:
    """Keep that somebody stays away from `start` to `end`, and fill what is open and planned in those days as excused.
    Who is missed as a supervisor takes places along (`Workshop.places_with`).

    `day_part` is one part of each of these days, or empty for whole days. `reported_by` (`Absence.ReportedBy`) said so
    to `by`. Only the registers of today and later are filled; those that are made later, when they are made. Raises
    `ValidationError` for days in the past or too far ahead, for more than `LONGEST` days, for a reason that is not in
    use, outside every trajectory, and when an absence that stands shares a day part with it.
    """
    participant = _lock(participant.pk)
    absence = Absence(
        participant=participant,
        start_date=start,
        end_date=end,
        day_part=day_part,
        reason=reason,
        reported_by=reported_by,
        taken_by=by,
    )
    absence.full_clean()
    _check_days(absence)
    _check_overlap(absence)
    if reason is not None and not AbsenceReason.objects.filter(pk=reason.pk, is_active=True).exists():
        raise ValidationError({"reason": "Deze reden is niet meer in gebruik. Kies een andere."})
    absence.save(force_insert=True)
    _lock_registers(participant)
    _follow_supervision(absence)
    rows = participant.attendances.open().filter(planned=True, date__gte=timezone.localdate())
    fill_covered([absence], rows.filter(date__range=(start, end)))
    return absence


@transaction.atomic
def withdraw_absence(absence: Absence, by: User) -> int:
    """Take back an absence; return how many rows are open again.

    These are the rows that it filled, of sessions that are not over, if nobody changed them since; what has been stays.
    Another absence that stands fills them at once. Raises `ValidationError` when it was withdrawn already, or when its
    person became part of another record meanwhile.
    """
    participant = _lock(absence.participant_id)
    absence = Absence.objects.select_for_update(no_key=True).get(pk=absence.pk)
    if absence.withdrawn_at is not None:
        raise ValidationError("Deze afmelding is al ingetrokken.")
    absence.withdrawn_by, absence.withdrawn_at = by, timezone.now()
    absence.save(update_fields=["withdrawn_by", "withdrawn_at"])
    _lock_registers(participant)
    emptied = empty_filled_rows(absence.attendances.filter(not_over()), by=by)
    others = participant.absences.standing().overlapping(absence.start_date, absence.end_date)
    filled = fill_covered(list(others), Attendance.objects.open().filter(pk__in=emptied))
    _follow_supervision(absence)
    return len(emptied) - filled


def _lock(participant_id: int) -> Participant:
    try:
        return Participant.objects.select_for_update(no_key=True).get(pk=participant_id)
    except Participant.DoesNotExist as error:
        raise ValidationError("Iemand anders heeft deze persoon intussen samengevoegd. Kijk het na.") from error


def _check_days(absence: Absence) -> None:
    today = timezone.localdate()
    if absence.start_date < today:
        sentence = "Kies vandaag of een latere dag. Wat geweest is, vul je in het register in."
        raise ValidationError({"start_date": sentence})
    if absence.start_date > today + FURTHEST:
        raise ValidationError({"start_date": "Dit is meer dan een jaar vooruit. Kijk het jaar na."})
    if (absence.end_date - absence.start_date).days >= LONGEST:
        sentence = f"Dit is langer dan {LONGEST} dagen. Dan is het een onderbreking: de coördinator legt die vast."
        raise ValidationError({"end_date": sentence})
    if not absence.participant.trajectories.overlapping(absence.start_date, absence.end_date).exists():
        raise ValidationError(f"{absence.participant.nickname} heeft in deze dagen geen lopend traject.")


def _check_overlap(absence: Absence) -> None:
    others = absence.participant.absences.standing().overlapping(absence.start_date, absence.end_date)
    if absence.day_part:
        others = others.filter(day_part__in=["", absence.day_part])
    if other := others.order_by("start_date", "pk").first():
        raise ValidationError(
            f"{absence.participant.nickname} is al afgemeld {absence_days(other)}. Trek die afmelding eerst in."
        )


def absence_days(absence: Absence) -> str:
    """ "op ma 2 mrt", "van ma 2 mrt t/m wo 4 mrt", and which part of each day when it is not the whole day."""
    first, last = in_words(absence.start_date), in_words(absence.end_date)
    days = f"op {first}" if absence.start_date == absence.end_date else f"van {first} t/m {last}"
    return f"{days} ({absence.get_day_part_display()})" if absence.day_part else days


def _lock_registers(participant: Participant) -> None:
    """Wait for whoever makes rows for this person now, so that none is made without knowing of the absence."""
    for_once = participant.one_offs.standing().order_by().values("comes_to__workshop")
    workshops = Workshop.objects.filter(Q(pk__in=participant.placements.values("workshop")) | Q(pk__in=for_once))
    list(workshops.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


def _follow_supervision(absence: Absence) -> None:
    """Bring the places in line of sessions where this person supervises as a skilled volunteer; the past stays."""
    volunteer = {
        "participant": absence.participant_id,
        "trajectory__target_group": Trajectory.TargetGroup.SKILLED_VOLUNTEER,
    }
    helps = OneOff.objects.standing().filter(**volunteer).order_by().values("comes_to__workshop")
    works = Placement.objects.filter(**volunteer).order_by().values("workshop")
    workshops = Workshop.objects.exclude(supervision__in=["", Workshop.Supervision.COACH])
    first = max(absence.start_date, timezone.localdate())
    reconcile_sessions(workshops.filter(Q(pk__in=works) | Q(pk__in=helps)), first, absence.end_date)
