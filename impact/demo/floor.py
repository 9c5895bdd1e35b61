"""What happens on the floor of the demo these days: absences, who walked in, calls, notes and head counts."""

from contextlib import suppress
from datetime import date, timedelta
from random import Random

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from impact.demo.people import ACCOUNTS
from participants.models import Participant, Trajectory
from workshops.models import Absence, AbsenceReason, Attendance, Call, DayPart, Session
from workshops.services.absences import report_absence
from workshops.services.calls import people_to_call, record_call
from workshops.services.head_counts import count_heads
from workshops.services.session_notes import write_note
from workshops.services.visitors import add_visitor

DAY = timedelta(days=1)
Reporter = Absence.ReportedBy
# First and last day from now, which part of the day, why, and who said so.
ABSENCES = [
    (1, 12, "", "vakantie", Reporter.SELF),
    (0, 1, "", "ziek", Reporter.FAMILY),
    (2, 2, DayPart.AFTERNOON, "afspraak instantie", Reporter.PRACTITIONER),
    (3, 20, DayPart.MORNING, "familie/mantelzorg", Reporter.SELF),
    (5, 9, "", "vakantie", Reporter.SELF),
]
NOTES = [
    "De deur van de schuur klemt: niet op slot doen. De bestelling staat achter in de gang.",
    "Morgen om tien uur komt een klant kijken. De sleutel hangt op kantoor.",
]


def add_floor(today: date, chance: Random) -> None:
    """Write this down; needs registers that are filled in up to now."""
    coach, coordinator = (
        User.objects.get(email=ACCOUNTS[role][0]) for role in (User.Role.COACH, User.Role.COORDINATOR)
    )
    add_absences(today, coach, chance)
    add_walk_ins(today, coach, chance)
    for number, person in enumerate(people_to_call(coordinator, today)[:3]):
        if number:
            outcome = (Call.Outcome.MESSAGE, Call.Outcome.NO_ANSWER)[number - 1]
            record_call(person.rows[0], outcome, by=coach, at=timezone.now() - timedelta(minutes=40 * number))
    begun = Session.objects.filter(workshop__coaches=coach, state=Session.State.PLANNED, date__lt=today)
    for session, text in zip(begun.order_by("workshop", "-date", "day_part").distinct()[:2], NOTES, strict=False):
        write_note(session, text, by=coordinator)
    for session in begun.filter(date__gte=today - 7 * DAY):
        count_heads(session, neighbours=chance.randrange(7), visitors=chance.randrange(4))


def add_absences(today: date, coach: User, chance: Random) -> None:
    reasons = {reason.name: reason for reason in AbsenceReason.objects.all()}
    coming = Attendance.objects.open().filter(date__range=(today, today + 12 * DAY), participant=OuterRef("pk"))
    people = list(Participant.objects.visible_to(coach).filter(Exists(coming)).order_by("pk"))
    for person, (first, last, part, reason, said_by) in zip(chance.sample(people, 5), ABSENCES, strict=True):
        report_absence(person, today + first * DAY, today + last * DAY, part, reasons[reason], said_by, by=coach)


def add_walk_ins(today: date, coach: User, chance: Random) -> None:
    """Two people who came by today although they were not planned."""
    now = DayPart.at(timezone.now())
    sessions = Session.objects.filter(workshop__coaches=coach, date=today, day_part=now, state=Session.State.PLANNED)
    busy = Attendance.objects.filter(date=today).order_by().values("participant")
    going = Trajectory.objects.on(today).exclude(target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)
    free = list(Participant.objects.filter(trajectories__in=going).exclude(pk__in=busy).distinct().order_by("pk"))
    for session in sessions[:2]:
        with suppress(ValidationError):  # the morning has not begun
            add_visitor(session, chance.choice(free), by=coach, is_agreed=True)
