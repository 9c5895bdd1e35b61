"""What a calendar reads: the day parts of one person, or of one coach, as iCalendar (RFC 5545), without any name."""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from icalendar import Calendar, Event, Timezone, vDuration

from accounts.models import User
from participants.models import Participant, Trajectory
from pluspunt.periods import Period
from workshops.models import Attendance, Closure, DayPart, Duty, Leave, Location, Session, StandIn, Workshop
from workshops.services.own_week import Key, State, is_made, own_parts
from workshops.services.planned import mondays_of, planned_in_week

BACK, AHEAD = timedelta(weeks=4), timedelta(weeks=12)
# How often a calendar that asks is told to look again.
REFRESH = timedelta(hours=6)
_VOLUNTEER = Trajectory.TargetGroup.SKILLED_VOLUNTEER


def participant_calendar(participant: Participant, today: date) -> bytes:
    """The day parts on which somebody comes, four weeks back to twelve ahead; a cancelled session says so.

    The same on the same day as long as nothing changes. Seven queries.
    """
    events = [
        _event(
            f"participant-{participant.pk}",
            part.key,
            part.workshop,
            part.location,
            is_cancelled=part.state == State.CANCELLED,
            description="Voor één keer." if part.is_once else "",
            today=today,
        )
        for part in own_parts(participant, _window(today))
        if part.state in (State.COMES, State.CANCELLED)
    ]
    return _calendar(events, today)


def coach_calendar(user: User, today: date) -> bytes:
    """Where a coach works by the rota and helps out, less leave and closed days, with how many people are planned.

    The number of queries follows the weeks for which no registers are made yet, and nothing else.
    """
    period = _window(today)
    workshops, sessions = _duties(user, period)
    sessions |= {_key(each.session): each.session for each in _stand_ins(user, period)}
    workshops |= {session.workshop_id: session.workshop for session in sessions.values() if session}
    people = _people(sessions, workshops)
    events = []
    for key, session in sorted(sessions.items(), key=lambda each: (each[0][1], DayPart(each[0][2]).order)):
        workshop = workshops[key[0]]
        events.append(
            _event(
                f"coach-{user.pk}",
                key,
                workshop,
                (session and session.location) or workshop.location,
                is_cancelled=session is not None and session.state == Session.State.CANCELLED,
                description=people[key],
                today=today,
            )
        )
    return _calendar(events, today)


def _window(today: date) -> Period:
    return Period(today - BACK, today + AHEAD)


def _key(session: Session) -> Key:
    return session.workshop_id, session.date, session.day_part


def _duties(user: User, period: Period) -> tuple[dict[int, Workshop], dict[Key, Session | None]]:
    """The workshops of the rota by key, and the sessions of a coach: `None` where there is no register yet."""
    start, end = period.start, period.end
    duties = list(user.duties.overlapping(start, end).select_related("workshop__location"))
    leaves = list(user.leaves.overlapping(start, end))
    closures = list(Closure.objects.overlapping(start, end))
    workshops = {duty.workshop_id: duty.workshop for duty in duties}
    made = Session.objects.filter(workshop__in=workshops, date__range=(start, end)).select_related("location")
    sessions = {_key(session): session for session in made}
    for session in sessions.values():
        session.workshop = workshops[session.workshop_id]
    slots = ((duty, day) for duty in duties for day in period.days if _is_there(duty, day, leaves, closures))
    keys = [(duty.workshop_id, day, duty.day_part) for duty, day in slots]
    return workshops, {key: sessions.get(key) for key in keys}


def _is_there(duty: Duty, day: date, leaves: list[Leave], closures: list[Closure]) -> bool:
    if not duty.comes_on(day) or any(leave.covers(day, duty.day_part) for leave in leaves):
        return False
    return not any(closure.closes(duty.workshop, day) for closure in closures)


def _stand_ins(user: User, period: Period) -> list[StandIn]:
    days = (period.start, period.end)
    related = ("session__location", "session__workshop__location")
    return list(
        user.stand_ins.filter(session__date__range=days)
        .exclude(session__state=Session.State.CLOSED)
        .select_related(*related)
    )


def _people(sessions: dict[Key, Session | None], workshops: dict[int, Workshop]) -> dict[Key, str]:
    """How many people are planned, in words: by the register where it is made, and beyond by the weekly patterns."""
    made = {session.pk: key for key, session in sessions.items() if session}
    rows = Attendance.objects.filter(session__in=made, planned=True).exclude(status=Attendance.Status.EXCUSED)
    is_volunteer = Q(trajectory__target_group=_VOLUNTEER)
    counts = (
        rows.order_by()
        .values("session")
        .annotate(participants=Count("pk", filter=~is_volunteer), volunteers=Count("pk", filter=is_volunteer))
    )
    found = {made[row["session"]]: (row["participants"], row["volunteers"]) for row in counts}
    later = [key for key, session in sessions.items() if session is None and not is_made(workshops[key[0]], key[1])]
    for monday in mondays_of(day for _, day, _ in later):
        planned = planned_in_week(workshops.values(), monday)
        found |= {key: (planned[key].participants, planned[key].volunteers) for key in later if key in planned}
    return {key: _words(*found.get(key, (0, 0))) for key in sessions}


def _words(participants: int, volunteers: int) -> str:
    """ "8 deelnemers en 1 vakvrijwilliger gepland"."""
    said = [f"{participants} {'deelnemer' if participants == 1 else 'deelnemers'}"]
    if volunteers:
        said.append(f"{volunteers} {'vakvrijwilliger' if volunteers == 1 else 'vakvrijwilligers'}")
    return f"{' en '.join(said)} gepland"


def _event(
    whose: str,
    key: Key,
    workshop: Workshop,
    location: Location,
    *,
    is_cancelled: bool,
    description: str,
    today: date,
) -> Event:
    event, (_, day, day_part) = Event(), key
    # The same for ever, also under a new address; it says nothing about whose it is.
    number = salted_hmac("pluspunt.calendar", f"{whose} {workshop.pk} {day} {day_part}").hexdigest()
    event.add("uid", f"{number}@pluspunt")
    event.add("dtstamp", _stamp(today))
    event.add("dtstart", _moment(day, DayPart(day_part).starts_at))
    event.add("dtend", _moment(day, DayPart(day_part).ends_at))
    # Many calendars show a cancelled event as any other: then its name says it.
    event.add("summary", f"Gaat niet door: {workshop.name}" if is_cancelled else workshop.name)
    event.add("location", ", ".join(filter(None, (location.name, location.address))))
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    if description:
        event.add("description", description)
    return event


def _calendar(events: list[Event], today: date) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Stichting Pluspunt Rotterdam//Pluspunt//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Pluspunt")
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH).to_ical().decode())
    zone = timezone.get_default_timezone_name()
    years = date(today.year - 1, 1, 1), date(today.year + 1, 12, 31)
    calendar.add_component(Timezone.from_tzid(zone, first_date=years[0], last_date=years[1]))
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical()


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=timezone.get_default_timezone())


def _stamp(today: date) -> datetime:
    """One moment a day, so that a calendar that changed in nothing is the same to the byte."""
    return _moment(today, time.min).astimezone(UTC)
