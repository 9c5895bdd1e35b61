"""A workshop stops or moves, a location closes: what is planned after that day ends, and what was recorded stays."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from pluspunt.templatetags.words import day as in_words
from workshops.models import (
    Attendance,
    ClosedMonth,
    Closure,
    Duty,
    Location,
    OneOff,
    Opening,
    Placement,
    WaitingEntry,
    Workshop,
)
from workshops.services.absence_rows import filled_to_come
from workshops.services.locks import lock_people, lock_workshops
from workshops.services.placements import refused_twice
from workshops.services.sessions import reconcile_sessions

DAY = timedelta(days=1)
# So far ahead the schedule changes at most; later is a mistyped year.
FURTHEST = timedelta(days=366)
_MEANWHILE = "Iemand anders heeft hier intussen iemand geplaatst. Kijk het opnieuw na."


@transaction.atomic
def stop_workshop(workshop: Workshop, *, last_day: date, reason: str, by: User | None) -> None:
    """Let a workshop stop after `last_day`: its openings, placements and duties end; what begins later is taken back.

    Who waits for a place is declined with `reason`. What was recorded stays. Raises `ValidationError` without a reason,
    for a day in a closed month or too far ahead, when somebody was recorded after it, and when it stopped already.
    """
    _stop([workshop.pk], last_day, reason, by, "Deze werkplaats is na deze dag al dicht.")


@transaction.atomic
def close_location(location: Location, *, last_day: date, reason: str, by: User | None) -> None:
    """Let every workshop of a location stop after `last_day`; raises as `stop_workshop`."""
    keys = list(location.workshops.order_by("pk").values_list("pk", flat=True))
    _stop(keys, last_day, reason, by, "Op deze locatie is na deze dag al alles dicht.")


@transaction.atomic
def move_workshop(workshop: Workshop, location: Location, *, by: User | None) -> None:
    """Let a workshop be at `location` from today on; the sessions that were, keep where they were.

    Placements and openings go along. Raises `ValidationError` when it is there already, and when somebody is present
    today while it is closed there.
    """
    workshop = lock_workshops([workshop.pk])[0]
    if workshop.location_id == location.pk:
        raise ValidationError({"location": "Daar is de werkplaats al. Kies een andere locatie."})
    today = timezone.localdate()
    for closure in Closure.objects.on(today).filter(location=location):
        check_nobody_present(Attendance.objects.filter(workshop=workshop, date=today), closure.reason)
    workshop.location = location
    workshop.full_clean()
    workshop.save(update_fields=["location"])
    reconcile_sessions(Workshop.objects.filter(pk=workshop.pk), today)


def check_stop(keys: Collection[int], *, last_day: date, reason: str, by: User | None) -> None:
    """Raise `ValidationError` when these workshops cannot stop after `last_day`; nothing is kept."""
    with transaction.atomic():
        _stop(keys, last_day, reason, by, "Hier is na deze dag al alles dicht.")
        transaction.set_rollback(True)


def running_workshops(location: Location, day: date) -> QuerySet[Workshop]:
    """The workshops of a location that are open, planned or manned on `day` or later."""
    openings = Opening.objects.overlapping(day, None).order_by().values("workshop")
    placements = Placement.objects.overlapping(day, None).order_by().values("workshop")
    return location.workshops.filter(Q(pk__in=openings) | Q(pk__in=placements)).order_by("name")


def check_first_day(start: date) -> None:
    """Raises `ValidationError` when the schedule cannot change from `start` on."""
    frozen_until = ClosedMonth.objects.last_day()
    if frozen_until and start <= frozen_until:
        raise ValidationError(f"Tot en met {in_words(frozen_until)} is de maand gesloten. Kies een latere dag.")
    if start > timezone.localdate() + FURTHEST:
        raise ValidationError("Dit is meer dan een jaar vooruit. Kijk het jaar na.")


def check_nobody_present(rows: QuerySet[Attendance], why: str) -> None:
    """Raises `ValidationError`, naming the first day, when somebody of `rows` was recorded as present."""
    present = rows.filter(status=Attendance.Status.PRESENT).order_by("date").select_related("workshop")
    if row := present.first():
        raise ValidationError(
            f"{why}: op {in_words(row.date)} staat er al iemand op aanwezig ({row.workshop.name}). "
            "Die dag kan niet meer dicht."
        )


def check_nothing_recorded(rows: QuerySet[Attendance]) -> None:
    """Raises `ValidationError`, naming the last day, when something was recorded in `rows` up to today."""
    recorded = rows.recorded().exclude(filled_to_come()).filter(date__lte=timezone.localdate())
    if last := recorded.order_by("-date").first():
        raise ValidationError(f"Op {in_words(last.date)} is al aanwezigheid ingevuld. Kies die dag of een latere.")


def leave_workshop(placements: Iterable[Placement], last_day: date, locked: set[int], by: User | None) -> None:
    """Let `placements` end after `last_day` as their workshop stops; those that begin later are taken back.

    Their registers are for the caller. Raises `ValidationError` when one is of somebody who was not `locked`.
    """
    for placement in placements:
        if placement.participant_id not in locked:
            raise ValidationError(_MEANWHILE)
        placement._history_user = by
        if placement.start_date > last_day:
            placement.delete()
            continue
        placement.end_date, placement.end_reason = last_day, Placement.EndReason.WORKSHOP_STOPPED
        if placement.trial_until and placement.trial_until > last_day:
            placement.trial_until = None
        placement.full_clean()
        with refused_twice():
            placement.save(update_fields=["end_date", "end_reason", "trial_until"])


def _stop(keys: list[int], last_day: date, reason: str, by: User | None, refusal: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "Vul een reden in."})
    start = last_day + DAY
    placements = Placement.objects.filter(workshop__in=keys).overlapping(start, None).order_by("pk")
    people = lock_people(placements.order_by().values("participant"))
    workshops = lock_workshops(keys)
    check_first_day(start)
    openings = Opening.objects.filter(workshop__in=keys).overlapping(start, None)
    if not openings.exists() and not placements.exists():
        raise ValidationError(refusal)
    check_nothing_recorded(Attendance.objects.filter(workshop__in=keys, date__gte=start))
    leave_workshop(placements.select_related("trajectory", "workshop"), last_day, people, by)
    _end_rows(openings, last_day)
    _end_rows(Duty.objects.filter(workshop__in=keys).overlapping(start, None), last_day)
    _decline(WaitingEntry.objects.waiting().filter(workshop__in=keys), reason, by)
    elsewhere = _take_back(OneOff.objects.standing().filter(comes_to__workshop__in=keys, comes_to__date__gte=start), by)
    touched = {workshop.pk for workshop in workshops} | elsewhere
    reconcile_sessions(Workshop.objects.filter(pk__in=touched), start)


def _end_rows(rows: QuerySet, last_day: date) -> None:
    """Let openings or duties end after `last_day`; what begins later goes."""
    rows.filter(start_date__gt=last_day).delete()
    rows.update(end_date=last_day)


def _decline(entries: QuerySet[WaitingEntry], reason: str, by: User | None) -> None:
    for entry in entries.select_for_update(of=("self",)).order_by("pk"):
        entry.state, entry.reason = WaitingEntry.State.DECLINED, reason.strip()
        entry.decided_on = timezone.localdate()
        entry._history_user = by
        entry.full_clean()
        entry.save(update_fields=["state", "reason", "decided_on"])


def _take_back(one_offs: QuerySet[OneOff], by: User | None) -> set[int]:
    """Who would come for one time, comes where they always come; the workshops where that is."""
    elsewhere = set(one_offs.filter(away_from__isnull=False).values_list("away_from__workshop", flat=True))
    one_offs.update(withdrawn_by=by, withdrawn_at=timezone.now())
    return elsewhere
