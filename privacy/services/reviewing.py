"""Going through the log of a month: what stands out, and that somebody looked at it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from statistics import median

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from pluspunt.periods import Period, last_day_of_month
from privacy.models import AccessEvent, AccessSubject, ReviewOfMonth
from privacy.registry import registered

# The house works between these hours, on days on which it is open.
OPENS, CLOSES = 7, 19
# An event about so few people is somebody's file; about more it is a list.
FILE = 3
# So many files on one day stand out, when it is so many times what this person does on a day.
MANY_FILES, TIMES_NORMAL = 20, 3
MANY_REFUSALS = 10
Action = AccessEvent.Action


class Kind(Enum):
    """Why something stands out, with what it means for who reads it."""

    OUTSIDE = "dossiers van buiten de eigen werkplaatsen"
    MANY = "veel meer dossiers op een dag dan anders"
    HOURS = "buiten werktijd: voor 7 of na 19 uur, in het weekend of op een gesloten dag"
    REFUSED = "vaak geweigerd"
    EXPORT = "gegevens meegenomen als bestand"
    REVEAL = "afgeschermde gegevens ingezien"


@dataclass(frozen=True)
class Flag:
    """Something of one person in a month that stands out: how often, and on which days."""

    kind: Kind
    user: models.Model | None
    count: int
    days: list[date]

    @property
    def unit(self) -> str:
        """What `count` counts."""
        if self.kind not in (Kind.OUTSIDE, Kind.MANY):
            return "keer"
        return "deelnemer" if self.count == 1 else "deelnemers"


def flags_of(month: Period) -> list[Flag]:
    """What stands out in the log of a month, by kind and then the most often first.

    Most of it has a good reason; it is for who knows the house to say so.
    """
    logged = AccessEvent.objects.in_days(month.start, month.end).order_by("at")
    events = list(logged.values_list("user", "action", "at"))
    by_kind = [
        (Kind.OUTSIDE, _outside(month)),
        (Kind.MANY, _many_files(month)),
        (Kind.HOURS, _odd_hours(events, month)),
        (Kind.REFUSED, _of_action(events, Action.REFUSED, MANY_REFUSALS)),
        (Kind.EXPORT, _of_action(events, Action.EXPORT, 1)),
        (Kind.REVEAL, _of_action(events, Action.REVEAL, 1)),
    ]
    User = AccessEvent._meta.get_field("user").related_model
    users = User.objects.in_bulk({user for _, found in by_kind for user in found if user})
    return [
        Flag(kind, users.get(user), count, sorted(set(days)))
        for kind, found in by_kind
        for user, (count, days) in sorted(found.items(), key=lambda each: -each[1][0])
    ]


def _of_action(events: list[tuple], action: str, least: int) -> dict[int | None, tuple[int, list[date]]]:
    """Who did this at least so often."""
    days = defaultdict(list)
    for user, done, at in events:
        if done == action:
            days[user].append(timezone.localtime(at).date())
    return {user: (len(each), each) for user, each in days.items() if len(each) >= least}


def _odd_hours(events: list[tuple], month: Period) -> dict[int | None, tuple[int, list[date]]]:
    closed = {day for closed_days in registered("CLOSED_DAYS") for day in closed_days(month.start, month.end)}
    days = defaultdict(list)
    for user, _, at in events:
        moment = timezone.localtime(at)
        day = moment.date()
        if user and (not OPENS <= moment.hour < CLOSES or day.isoweekday() > 5 or day in closed):
            days[user].append(day)
    return {user: (len(each), each) for user, each in days.items()}


def _many_files(month: Period) -> dict[int | None, tuple[int, list[date]]]:
    """Who opened more files on a day than they usually do on the days of this month."""
    seen = defaultdict(lambda: defaultdict(set))
    for user, _, at, _, person in _files(month):
        seen[user][timezone.localtime(at).date()].add(person)
    result = {}
    for user, by_day in seen.items():
        normal = median(len(people) for people in by_day.values())
        days = [d for d, people in by_day.items() if len(people) >= MANY_FILES and len(people) > TIMES_NORMAL * normal]
        if days:
            result[user] = (max(len(by_day[day]) for day in days), days)
    return result


def _outside(month: Period) -> dict[int | None, tuple[int, list[date]]]:
    """Coaches who opened files of people who are not, and were not just before, in a workshop of theirs."""
    caseloads = {model: find for each in registered("CASELOADS") for model, find in each.items()}
    people, days = defaultdict(set), defaultdict(list)
    for user, role, at, model, person in _files(month):
        if role == "COACH" and model in caseloads:
            people[user, model].add(person)
            days[user].append((person, timezone.localtime(at).date()))
    result = {}
    for (user, model), seen in people.items():
        outside = seen - caseloads[model](user, month.start, month.end)
        if outside:
            result[user] = (len(outside), [day for person, day in days[user] if person in outside])
    return result


def _files(month: Period) -> list[tuple]:
    """(user, role, at, model, person) of each person in an event that is about a few: somebody's file, not a list."""
    rows = defaultdict(list)
    subjects = AccessSubject.objects.filter(event__in=AccessEvent.objects.in_days(month.start, month.end))
    subjects = subjects.exclude(event__action__in=[Action.REFUSED, Action.SEARCH, Action.RIGHTS])
    names = ("event", "event__user", "event__role", "event__at", "content_type__app_label", "content_type__model")
    for event, user, role, at, app, model, person in subjects.values_list(*names, "object_id").iterator():
        rows[event].append((user, role, at, f"{app}.{model}", person))
    return [row for few in rows.values() if len(few) <= FILE for row in few if row[0]]


def month_before(day: date) -> Period:
    """The whole month before the one of `day`."""
    last = day.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def month_of(day: date) -> Period:
    """The whole month in which `day` lies."""
    return Period(day.replace(day=1), last_day_of_month(day))


def month_to_review(today: date) -> date | None:
    """Last month, when something was logged in it and nobody went through it yet."""
    month = month_before(today)
    if ReviewOfMonth.objects.filter(month=month.start).exists():
        return None
    return month.start if AccessEvent.objects.in_days(month.start, month.end).exists() else None


@transaction.atomic
def review_month(month: date, remark: str, *, findings: int, by: models.Model) -> ReviewOfMonth:
    """Keep that `by` went through the log of a month. Raises `ValidationError` before it is over, or without a word.

    It may be done again, by somebody else or with something to add: all of it stays.
    """
    if last_day_of_month(month) >= timezone.localdate():
        raise ValidationError("Deze maand is nog niet voorbij.")
    if findings and not remark:
        raise ValidationError({"remark": "Schrijf op wat je van de signalen vond, ook als het klopt."})
    review = ReviewOfMonth(month=month.replace(day=1), remark=remark, findings=findings, reviewed_by=by)
    review.full_clean()
    review.save(force_insert=True)
    return review
