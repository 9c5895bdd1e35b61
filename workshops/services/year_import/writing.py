"""Taking a year in: comparing and writing in one transaction, so that all of it is there or nothing."""

from collections import defaultdict
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from participants.models import Participant, Trajectory
from partners.models import Organisation
from workshops.models import Attendance, AttendanceChange, Closure, Location, Opening, Placement, Session, Workshop
from workshops.services.sessions import BATCH, make_sessions_of_year, reconcile_sessions
from workshops.services.year_import.plan import PlannedMark, YearPlan
from workshops.services.year_import.planning import plan_import
from workshops.services.year_import.report import Progress
from workshops.services.year_import.rows import YearRows


def import_year(rows: YearRows, *, by: User | None, progress: Progress = lambda items, label: items) -> YearPlan:
    """Write all good rows at once, as recorded by `by`; what was done stands in the plan's report.

    A second time nothing is written. Raises `ValidationError` when somebody else changed the same facts meanwhile;
    then nothing is written either.
    """
    try:
        with transaction.atomic():
            plan = plan_import(rows, progress)
            if not plan.is_empty:
                _write(plan, by, progress)
    except IntegrityError as error:
        raise ValidationError("Iemand anders wijzigde net dezelfde gegevens. Probeer het opnieuw.") from error
    return plan


def _write(plan: YearPlan, by: User | None, progress: Progress) -> None:
    year = plan.rows.year
    steps = {
        "werkplaatsen": lambda: _write_workshops(plan),
        "deelnemers": lambda: _write_people(plan, by),
        "sessies": lambda: make_sessions_of_year(plan.registers, year),
        "plaatsingen": lambda: _create_with_history(plan.placements, by),
        "uitval": lambda: _cancel_sessions(plan),
        "aanwezigheid": lambda: _write_marks(plan, by),
        # The slots that nobody recorded, and what new placements and closures mean for sessions that were there.
        "registers": lambda: reconcile_sessions(Workshop.objects.all(), date(year, 1, 1)),
    }
    for name in progress(list(steps), "opslaan"):
        steps[name]()
    _count_again()


def _count_again() -> None:
    """Tell PostgreSQL how much there is now: until it knows, figures over a new year take half a minute."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in (Participant, Trajectory, Placement, Session, Attendance):
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _write_workshops(plan: YearPlan) -> None:
    Organisation.objects.bulk_create(plan.organisations.values())
    Location.objects.bulk_create(plan.locations.values())
    Workshop.objects.bulk_create(plan.workshops)
    Workshop.objects.bulk_update(plan.registers, ["registered_from"])
    Opening.objects.bulk_create(plan.openings)
    Closure.objects.bulk_create(plan.closures)


def _write_people(plan: YearPlan, by: User | None) -> None:
    for rows in (plan.people, plan.trajectories, plan.indications, plan.practitioners):
        _create_with_history(rows, by)


def _create_with_history(rows: list[models.Model], by: User | None) -> None:
    if rows:
        bulk_create_with_history(rows, type(rows[0]), batch_size=BATCH, default_user=by)


def _cancel_sessions(plan: YearPlan) -> None:
    reasons = {(workshop.pk, row.date, row.day_part): row.reason for workshop, row in plan.cancellations}
    days = {row.date for _, row in plan.cancellations}
    cancelled = []
    for session in Session.objects.filter(date__in=days, state=Session.State.PLANNED):
        slot = (session.workshop_id, session.date, session.day_part)
        if slot in reasons:
            session.state, session.cancel_reason = Session.State.CANCELLED, reasons[slot]
            cancelled.append(session)
    Session.objects.bulk_update(cancelled, ["state", "cancel_reason"], batch_size=BATCH)


def _write_marks(plan: YearPlan, by: User | None) -> None:
    """Rows that are new say themselves who recorded them and when; an open row that was there gets a change."""
    now = timezone.now()
    year = (date(plan.rows.year, 1, 1), date(plan.rows.year, 12, 31))
    slots = Session.objects.filter(date__range=year).order_by().values_list("workshop__name", "date", "day_part", "pk")
    sessions = {(workshop, day, part): key for workshop, day, part, key in slots}
    workshops = {workshop.name: workshop.pk for workshop in Workshop.objects.all()}
    there = _open_rows(year)
    new, known = [], []
    for mark in plan.marks:
        row, person = mark.row, mark.trajectory.participant_id
        session = sessions[row.workshop, row.date, row.day_part]
        if (session, person) in there:
            known.append((there[session, person], mark))
            continue
        new.append(
            Attendance(
                session_id=session,
                trajectory_id=mark.trajectory.pk,
                participant_id=person,
                workshop_id=workshops[row.workshop],
                date=row.date,
                day_part=row.day_part,
                planned=mark.is_planned,
                status=row.status,
                reason=mark.reason,
                recorded_by=by,
                recorded_at=now,
            )
        )
    Attendance.objects.bulk_create(new, batch_size=BATCH)
    _fill_open_rows(known, by, now)


def _open_rows(year: tuple[date, date]) -> dict[tuple[int, int], int]:
    """(session, participant) → the row that is still open there."""
    rows = Attendance.objects.open().filter(date__range=year).order_by()
    return {(session, person): key for session, person, key in rows.values_list("session", "participant", "pk")}


def _fill_open_rows(known: list[tuple[int, PlannedMark]], by: User | None, now) -> None:
    by_value = defaultdict(list)
    for key, mark in known:
        by_value[mark.row.status, mark.reason, mark.is_planned].append(key)
    for (status, reason, is_planned), keys in by_value.items():
        for start in range(0, len(keys), BATCH):
            rows = Attendance.objects.open().filter(pk__in=keys[start : start + BATCH])
            rows.update(status=status, reason=reason, planned=is_planned, recorded_by=by, recorded_at=now)
    AttendanceChange.objects.bulk_create(
        (
            AttendanceChange(
                attendance_id=key,
                at=now,
                by=by,
                old_status=Attendance.Status.OPEN,
                new_status=mark.row.status,
                new_reason=mark.reason,
            )
            for key, mark in known
        ),
        batch_size=BATCH,
    )
