"""Who waits in the demo: wishes of all kinds, some placed or declined, somebody paused, a holiday that was reported."""

from contextlib import suppress
from datetime import date, timedelta
from random import Random

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from participants.models import Application, Participant, Pause, Trajectory
from workshops.models import Absence, AbsenceReason, Opening, Placement, WaitingEntry
from workshops.services.absences import report_absence
from workshops.services.trajectories import expect_back, pause_trajectory

DAY = timedelta(days=1)
Urgency, Asked, State = WaitingEntry.Urgency, WaitingEntry.AskedBy, WaitingEntry.State
# (days ago, how urgent, who asked, what somebody would like, whether any day is good)
WISHES = [
    (94, Urgency.NORMAL, Asked.SELF, "liever in de ochtend", False),
    (71, Urgency.SOON, Asked.PRACTITIONER, "een vaste dag erbij", True),
    (63, Urgency.NORMAL, Asked.SELF, "met hout werken", True),
    (48, Urgency.NORMAL, Asked.STAFF, "", False),
    (40, Urgency.URGENT, Asked.REFERRER, "een dag extra, thuis gaat het niet", True),
    (33, Urgency.NORMAL, Asked.FAMILY, "iets met fietsen", False),
    (21, Urgency.SOON, Asked.SELF, "samen koken", True),
    (12, Urgency.NORMAL, Asked.STAFF, "leren lassen", False),
    (5, Urgency.NORMAL, Asked.SELF, "", True),
]
# (days ago that it was asked, days until the answer, the answer, why)
ANSWERED = [
    (160, 34, State.PLACED, ""),
    (130, 61, State.PLACED, ""),
    (88, 19, State.PLACED, ""),
    (75, 30, State.DECLINED, "op die dag blijft de groep vol"),
    (50, 12, State.WITHDRAWN, "vond werk op die dag"),
]
PAUSES = [(12, 24), (3, 60)]


def add_waiting(today: date, chance: Random) -> None:
    """Write this down; needs placements, openings and applications."""
    by = User.objects.filter(role=User.Role.COORDINATOR).order_by("pk").first()
    _add_waiting(today, chance, by)
    _add_answered(today, chance, by)
    _add_applicants(today, chance, by)
    _add_pauses(today, by)
    _add_holiday(today, by)


def _running(today: date) -> list[Trajectory]:
    """Paths of participants that go on and are not paused, in a fixed order."""
    paths = (
        Trajectory.objects.on(today).filter(end_date=None, trial_until=None).exclude(pauses__in=Pause.objects.on(today))
    )
    return list(paths.exclude(target_group="SKILLED_VOLUNTEER").select_related("participant").order_by("pk"))


def _slots(today: date) -> list[Opening]:
    """Day parts that are open from today on, those with the fewest places first: there people wait."""
    openings = Opening.objects.filter(start_date__lte=today, end_date=None, weekday__lte=5)
    return list(openings.select_related("workshop").order_by("capacity", "pk"))


def _entry(person: Participant, slot: Opening, any_day: bool, by: User, **facts) -> WaitingEntry:
    day = {} if any_day else {"weekday": slot.weekday, "day_part": slot.day_part}
    entry = WaitingEntry(participant=person, workshop=slot.workshop, recorded_by=by, **day, **facts)
    entry._history_user = by
    entry.full_clean()
    entry.save()
    return entry


def _add_waiting(today: date, chance: Random, by: User) -> None:
    people = chance.sample(_running(today), len(WISHES))
    slots = _slots(today)
    for path, (days, urgency, asked_by, wish, any_day) in zip(people, WISHES, strict=True):
        elsewhere = set(path.placements.overlapping(today, None).values_list("workshop", flat=True))
        slot = chance.choice([each for each in slots if each.workshop_id not in elsewhere][:60])
        facts = {"asked_on": today - days * DAY, "urgency": urgency, "asked_by": asked_by, "wish": wish}
        _entry(path.participant, slot, any_day, by, **facts)


def _add_answered(today: date, chance: Random, by: User) -> None:
    slots = _slots(today)
    placements = list(
        Placement.objects.on(today).taking_places().select_related("participant", "workshop").order_by("pk")
    )
    for days, later, state, reason in ANSWERED:
        placement = chance.choice(placements)
        asked_on = today - days * DAY
        facts = {"asked_on": asked_on, "decided_on": asked_on + later * DAY, "state": state, "reason": reason}
        slot = next(each for each in slots if each.workshop_id == placement.workshop_id)
        if state == State.PLACED:
            facts["placement"] = placement
        _entry(placement.participant, slot, True, by, **facts)


def _add_applicants(today: date, chance: Random, by: User) -> None:
    """Two who applied and have no path yet."""
    waiting = Application.objects.waiting().exclude(target_group="SKILLED_VOLUNTEER").order_by("applied_on", "pk")
    for application in waiting.select_related("participant")[:2]:
        slot = chance.choice(_slots(today))
        facts = {"asked_on": application.applied_on, "asked_by": Asked.REFERRER, "wish": application.wish}
        _entry(application.participant, slot, True, by, **facts)


def _add_pauses(today: date, by: User) -> None:
    """Who is away for longer and is expected back; also who was paused already."""
    for pause in Pause.objects.on(today).filter(end_date=None, expected_until=None).select_related("trajectory"):
        expect_back(pause, until=today + 30 * DAY, by=by)
    away = Absence.objects.standing().overlapping(today, None).values("participant")
    paths = [path for path in _running(today) if path.placements.overlapping(today, None).exists()]
    staying = set(away.values_list("participant", flat=True))
    for path, (since, until) in zip([p for p in paths if p.participant_id not in staying][::7], PAUSES, strict=False):
        recorded = path.attendances.recorded().filter(date__gte=today - since * DAY)
        start = today + DAY if recorded.exists() else today - since * DAY
        pause_trajectory(path, start=start, end=None, reason="langer weg", expected_until=start + until * DAY, by=by)


def _add_holiday(today: date, by: User) -> None:
    """Two weeks away, for all the day parts of somebody who works in more than one workshop."""
    reason = AbsenceReason.objects.filter(name="vakantie").first()
    for path in _running(today):
        workshops = set(path.placements.on(today).values_list("workshop", flat=True))
        start = timezone.localdate() + 4 * DAY
        if len(workshops) > 1 and not (path.participant.absences.exists() or path.pauses.exists()):
            with suppress(ValidationError):
                report_absence(path.participant, start, start + 13 * DAY, "", reason, Absence.ReportedBy.SELF, by=by)
            return
