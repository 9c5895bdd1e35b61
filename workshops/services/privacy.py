"""What `privacy` may know of who works with whom, and when the house is open (`privacy.registry`)."""

from datetime import date

from django.db.models import Q

from participants.models.people import COACH_SEES_AFTER_END
from pluspunt.periods import Period
from workshops.models import Attendance, Closure, Placement


def caseload_of(user: int, first: date, last: date) -> set[int]:
    """The people whom a coach worked with on these days, or just before: placed, or there when they were there too."""
    placed = Placement.objects.filter(workshop__coaches=user, start_date__lte=last)
    placed = placed.filter(Q(end_date__isnull=True) | Q(end_date__gte=first - COACH_SEES_AFTER_END))
    there = Attendance.objects.filter(date__gte=first - COACH_SEES_AFTER_END, date__lte=last)
    there = there.filter(Q(workshop__coaches=user) | Q(session__stand_ins__user=user)).order_by()
    return {*placed.values_list("participant", flat=True), *there.values_list("participant", flat=True)}


def closed_days(first: date, last: date) -> set[date]:
    """The days on which the whole house was closed."""
    closures = Closure.objects.filter(workshop=None, location=None, start_date__lte=last, end_date__gte=first)
    return {
        day
        for start, end in closures.values_list("start_date", "end_date")
        for day in Period(max(start, first), min(end, last)).days
    }


CASELOADS = {"participants.participant": caseload_of}
CLOSED_DAYS = closed_days
