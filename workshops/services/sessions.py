"""Making the register: sessions for every opening, and a row in them for everybody planned."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from participants.models import Pause
from pluspunt.periods import Period
from workshops.models import (
    Attendance,
    AttendanceChange,
    ClosedMonth,
    Closure,
    CorrectionRequest,
    OneOff,
    Opening,
    Placement,
    Session,
    Workshop,
)
from workshops.services.absence_rows import empty_filled_rows, fill_rows, filled_to_come
from workshops.services.closed_days import is_closed, past_locations
from workshops.services.planned import mondays_of, planned_in_week

# How far ahead registers are made, so that people can say beforehand that they stay away.
HORIZON = timedelta(weeks=6)
BATCH = 500
WEEK = timedelta(weeks=1)


def ensure_sessions(until: date) -> None:
    """Make the sessions and rows that are missing in every workshop, from `registered_from` up to `until`.

    Cheap when there is nothing to make, and safe to call twice at once.
    """
    behind = Q(sessions_until__isnull=True) | Q(sessions_until__lt=until)
    if not Workshop.objects.filter(behind, registered_from__lte=until).exists():
        return
    with transaction.atomic():
        locked = list(Workshop.objects.select_for_update().filter(behind, registered_from__lte=until).order_by("pk"))
        # Asked after the locks, here and below: who closes a month waits for them.
        not_frozen = _first_day_not_frozen()
        for workshop in locked:
            start = max(workshop.registered_from, not_frozen)
            if workshop.sessions_until:
                start = max(start, workshop.sessions_until + timedelta(days=1))
            if start <= until:
                _reconcile([workshop], Period(start, until))
            workshop.sessions_until = until
            workshop.save(update_fields=["sessions_until"])


@transaction.atomic
def reconcile_sessions(workshops: QuerySet[Workshop], start: date, until: date | None = None) -> None:
    """Bring sessions and `OPEN` rows in line with openings, closures, placements and pauses, from `start` on.

    Only days for which sessions were made already; a recorded row is never touched, nor any row of a closed month, nor
    the places of a day that has been.
    """
    locked = list(workshops.select_for_update().filter(registered_from__isnull=False).order_by("pk"))
    not_frozen = _first_day_not_frozen()
    for workshop in locked:
        first = max(start, workshop.registered_from, not_frozen)
        last = min(until or date.max, workshop.sessions_until or date.min)
        if first <= last:
            _reconcile([workshop], Period(first, last))


@transaction.atomic
def make_sessions_of_year(workshops: Iterable[Workshop], year: int) -> None:
    """Make a whole year's sessions at once, for a register that came in from elsewhere.

    Raises `ValidationError` when a month of that year is closed.
    """
    period = Period.of_year(year)
    keys = [workshop.pk for workshop in workshops]
    locked = list(Workshop.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    if problem := why_year_is_frozen(year):
        raise ValidationError(problem)
    _reconcile(locked, period)
    for workshop in locked:
        workshop.sessions_until = max(workshop.sessions_until or date.min, period.end)
    Workshop.objects.bulk_update(locked, ["sessions_until"])


def why_year_is_frozen(year: int) -> str:
    """Why nothing of `year` can be taken in any more, as a sentence; empty when it can."""
    if _first_day_not_frozen() <= date(year, 1, 1):
        return ""
    return f"In {year} zijn al maanden gesloten. Dan kun je van dat jaar niets meer inlezen."


def _first_day_not_frozen() -> date:
    """The first day after the closed months."""
    frozen_until = ClosedMonth.objects.last_day()
    return frozen_until + timedelta(days=1) if frozen_until else date.min


def _reconcile(workshops: list[Workshop], period: Period) -> None:
    """Make, keep or remove sessions and `OPEN` rows of locked workshops so that they say what is planned."""
    closures = list(Closure.objects.overlapping(period.start, period.end))
    moves = past_locations(workshops, period, closures)
    places = _expected_places(workshops, period, closures, moves)
    sessions = _reconcile_sessions(workshops, period, places, closures, moves)
    _reconcile_rows(workshops, period, [session for slot, session in sessions.items() if slot in places])
    not_expected = [session.pk for slot, session in sessions.items() if slot not in places]
    Session.objects.filter(pk__in=not_expected).untouched().delete()
    _close_empty(not_expected)


def _expected_places(
    workshops: list[Workshop], period: Period, closures: list[Closure], moves: dict[int, dict[date, int]]
) -> dict[tuple, int]:
    """(workshop, date, day part) → places, for every day part on which a workshop should be open.

    From today on these are fewer when not enough people are there to supervise (`Workshop.places_with`).
    """
    by_weekday = defaultdict(list)
    for opening in Opening.objects.filter(workshop__in=workshops).overlapping(period.start, period.end):
        by_weekday[opening.weekday].append(opening)
    by_key = {workshop.pk: workshop for workshop in workshops}
    places = {}
    for day in period.days:
        closed = [closure for closure in closures if closure.runs_on(day)]
        for opening in by_weekday[day.isoweekday()]:
            workshop = by_key[opening.workshop_id]
            where = moves.get(workshop.pk, {})
            if opening.runs_on(day) and not is_closed(closed, workshop, day, where):
                places[workshop.pk, day, opening.day_part] = opening.capacity
    _follow_supervision([workshop for workshop in workshops if workshop.supervision], places)
    return places


def _follow_supervision(workshops: list[Workshop], places: dict[tuple, int]) -> None:
    by_key = {workshop.pk: workshop for workshop in workshops}
    today = timezone.localdate()
    to_come = [slot for slot in places if slot[0] in by_key and slot[1] >= today]
    for monday in mondays_of(day for _, day, _ in to_come):
        planned = planned_in_week(workshops, monday)
        for slot in to_come:
            if slot[1] - monday < WEEK and slot[1] >= monday:
                there = planned[slot]
                places[slot] = by_key[slot[0]].places_with(places[slot], there.coaches, there.volunteers)


def _reconcile_sessions(
    workshops: list[Workshop],
    period: Period,
    places: dict[tuple, int],
    closures: list[Closure],
    moves: dict[int, dict[date, int]],
) -> dict[tuple, Session]:
    """The sessions of the period by slot, after making what was missing and mending places and closed days."""
    by_key = {workshop.pk: workshop for workshop in workshops}
    today = timezone.localdate()
    existing = Session.objects.filter(workshop__in=workshops, date__range=(period.start, period.end))
    sessions = {(s.workshop_id, s.date, s.day_part): s for s in existing}
    changed = []
    for slot, session in sessions.items():
        workshop = by_key[session.workshop_id]
        before = (session.capacity, session.state, session.location_id)
        # A day that has been keeps the places that there were, by whoever was there to supervise, and where it was.
        if session.date >= today:
            session.capacity = places.get(slot, session.capacity)
            session.location_id = workshop.location_id
        if slot in places and session.state == Session.State.CLOSED:
            session.state = Session.State.PLANNED
        elif session.state == Session.State.PLANNED and is_closed(
            closures, workshop, session.date, moves.get(workshop.pk, {})
        ):
            session.state = Session.State.CLOSED
        if (session.capacity, session.state, session.location_id) != before:
            changed.append(session)
    Session.objects.bulk_update(changed, ["capacity", "state", "location"], batch_size=BATCH)
    missing = [
        Session(
            workshop_id=workshop,
            location_id=by_key[workshop].location_id,
            date=day,
            day_part=day_part,
            capacity=capacity,
        )
        for (workshop, day, day_part), capacity in places.items()
        if (workshop, day, day_part) not in sessions
    ]
    Session.objects.bulk_create(missing, batch_size=BATCH)
    return sessions | {(s.workshop_id, s.date, s.day_part): s for s in missing}


def _reconcile_rows(workshops: list[Workshop], period: Period, sessions: list[Session]) -> None:
    """A row for everybody planned in `sessions`, and no row that nobody recorded for anybody else in the period."""
    expected = _expected_rows(workshops, period, sessions)
    rows = Attendance.objects.filter(workshop__in=workshops, date__range=(period.start, period.end)).order_by()
    known = {(row.session_id, row.participant_id): row for row in rows}
    missing = [
        Attendance(
            session=session,
            trajectory_id=placement.trajectory_id,
            participant_id=placement.participant_id,
            workshop_id=session.workshop_id,
            date=session.date,
            day_part=session.day_part,
        )
        for key, (session, placement) in expected.items()
        if key not in known
    ]
    # A visitor may be added at this very moment; that row is as good as ours.
    Attendance.objects.bulk_create(missing, batch_size=BATCH, ignore_conflicts=True)
    is_open = Attendance.Status.OPEN
    replanned = [r.pk for key, r in known.items() if r.status == is_open and not r.planned and key in expected]
    surplus = [r.pk for key, r in known.items() if r.status == is_open and r.planned and key not in expected]
    # Only what was said beforehand filled these: in the register nobody recorded anything.
    filled = [r.pk for key, r in known.items() if r.absence_id and key not in expected]
    for keys in _batches(replanned):
        Attendance.objects.open().filter(pk__in=keys).update(planned=True)
    for keys in _batches(surplus):
        _remove_open_rows(keys)
    for keys in _batches(filled):
        _remove_open_rows(empty_filled_rows(Attendance.objects.filter(filled_to_come(), pk__in=keys), by=None))
    fill_rows(workshops, period.start, period.end, replanned=replanned)


def _expected_rows(workshops: list[Workshop], period: Period, sessions: list[Session]) -> dict[tuple, tuple]:
    """(session, participant) → the session and the placement or one-off that puts the person there.

    Who is paused is left out, and who for one time goes elsewhere: but not in a session that does not go on, of which
    the day parts count as cancelled.
    """
    by_slot = defaultdict(list)
    for placement in Placement.objects.filter(workshop__in=workshops).overlapping(period.start, period.end):
        by_slot[placement.workshop_id, placement.weekday, placement.day_part].append(placement)
    pauses = defaultdict(list)
    for pause in Pause.objects.overlapping(period.start, period.end):
        pauses[pause.trajectory_id].append(pause)
    keys = {session.pk: session for session in sessions}
    one_offs = OneOff.objects.standing().filter(Q(away_from__in=keys) | Q(comes_to__in=keys))
    going_on = {key for key, session in keys.items() if session.state != Session.State.CANCELLED}
    elsewhere = {(each.away_from_id, each.participant_id) for each in one_offs if each.away_from_id in going_on}
    expected = {
        (session.pk, placement.participant_id): (session, placement)
        for session in sessions
        for placement in by_slot[session.workshop_id, session.date.isoweekday(), session.day_part]
        if placement.comes_on(session.date) and (session.pk, placement.participant_id) not in elsewhere
    }
    expected |= {
        (each.comes_to_id, each.participant_id): (keys[each.comes_to_id], each)
        for each in one_offs
        if each.comes_to_id in keys and (each.comes_to_id, each.participant_id) not in elsewhere
    }
    return {
        key: (session, plan)
        for key, (session, plan) in expected.items()
        if not any(pause.runs_on(session.date) for pause in pauses[plan.trajectory_id])
    }


def _close_empty(keys: list[int]) -> None:
    """Of a session that stays for what is kept of it, while the workshop is not open then, the places do not count.

    Where somebody is recorded, it took place. It goes on again when the workshop opens again.
    """
    recorded = Attendance.objects.recorded().filter(session=OuterRef("pk"))
    kept = Session.objects.filter(~Exists(recorded), pk__in=keys, state=Session.State.PLANNED)
    kept.update(state=Session.State.CLOSED)


def _batches(keys: list[int]) -> Iterable[list[int]]:
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))


def _remove_open_rows(keys: list[int]) -> None:
    """Take away rows that nobody recorded; one that was recorded once, or about which something was asked, stays."""
    rows = Attendance.objects.open().filter(pk__in=keys).order_by("pk")
    locked = list(rows.select_for_update().values_list("pk", flat=True))
    traces = (AttendanceChange, CorrectionRequest)
    touched = {
        pk
        for trace in traces
        for pk in trace.objects.filter(attendance__in=locked).values_list("attendance", flat=True)
    }
    Attendance.objects.filter(pk__in=touched).update(planned=False)
    Attendance.objects.filter(pk__in=set(locked) - touched).delete()


@transaction.atomic
def continue_schedule(start: date) -> int:
    """Let the last openings of every workshop go on from `start`, and return how many day parts that opened.

    Only openings that ended before `start` and have no successor; placements without an end go on by themselves.
    """
    ended = Opening.objects.filter(end_date__lt=start)
    newer = Opening.objects.filter(Q(end_date__isnull=True) | Q(end_date__gte=start))
    taken = set(newer.values_list("workshop_id", "weekday", "day_part"))
    last = {}
    for opening in ended.order_by("end_date"):
        last[opening.workshop_id, opening.weekday, opening.day_part] = opening
    house_end = _house_end(ended)
    made = [
        Opening(
            workshop_id=o.workshop_id, weekday=o.weekday, day_part=o.day_part, capacity=o.capacity, start_date=start
        )
        for slot, o in last.items()
        if slot not in taken and o.end_date == house_end
    ]
    Opening.objects.bulk_create(made)
    reconcile_sessions(Workshop.objects.all(), start)
    return len(made)


def openings_end_on() -> date | None:
    """The last day of the openings that stop last and have no successor; `None` when there is nothing to continue."""
    same_slot = {name: OuterRef(name) for name in ("workshop", "weekday", "day_part")}
    goes_on = Exists(Opening.objects.filter(end_date__isnull=True, **same_slot))
    house_end = _house_end(Opening.objects.all())
    return house_end if Opening.objects.filter(~goes_on, end_date=house_end).exists() else None


def _house_end(openings: QuerySet[Opening]) -> date | None:
    """The last day on which at least half of what is open then stops: a workshop that stops is not the house."""
    ends = openings.filter(end_date__isnull=False).order_by("-end_date").values_list("end_date").annotate(Count("pk"))
    return next((day for day, stop in ends if 2 * stop >= Opening.objects.on(day).count()), None)


def house_registered_from() -> date | None:
    """The first day of which anything is known: the start of the oldest register."""
    return Workshop.objects.aggregate(Min("registered_from"))["registered_from__min"]
