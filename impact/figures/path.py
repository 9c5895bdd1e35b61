"""How people's paths went (§6): how long they stayed, where they went, how long they waited, and what they were due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Count, DateField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Least

from impact.figures.attendance import Status, ratio
from impact.figures.scope import HOUSE, Scope
from impact.figures.stays import STAYED_HERE, rows_of, stays
from participants.models import RESTART_WITHIN, Application, Indication, Trajectory
from participants.services.claims import entitlement, utilisation
from pluspunt.periods import Period
from workshops.models import Attendance, Session
from workshops.services.entitlement import delivered_rows

RETENTION_MONTHS = (3, 6, 12)
Destination = Trajectory.Destination
POSITIVE = (
    Destination.PAID_WORK,
    Destination.SUPPORTED_WORK,
    Destination.EDUCATION,
    Destination.VOLUNTEERING_ELSEWHERE,
    Destination.VOLUNTEERING_HERE,
    Destination.GOALS_REACHED,
)
# Who moved or died did not leave because of how it went here; who stayed in the house did not leave it.
LEFT_OUT = (Destination.MOVED, Destination.DECEASED, STAYED_HERE)


class AddMonths(Func):
    """A day so many months later; where that month is shorter, its last day (31 January + 1 is 28 February)."""

    template = "(%(expressions)s + interval '%(months)s months')::date"

    def __init__(self, day, months: int):
        super().__init__(day, months=int(months), next=int(months) + 1)

    def as_sqlite(self, compiler, connection, **context):
        # SQLite goes on into the next month: of that and the last day of the month the first one is right.
        template = (
            "MIN(date(%(expressions)s, '+%(months)s months'),"
            " date(%(expressions)s, 'start of month', '+%(next)s months', '-1 day'))"
        )
        sql, params = self.as_sql(compiler, connection, template=template, **context)
        return sql, (*params, *params)


@dataclass(frozen=True)
class RetentionFigures:
    """Retentie: of the people who began `months` months before some day of the period (`cohort`), who `stayed`."""

    months: int
    stayed: int
    cohort: int

    @property
    def rate(self) -> float | None:
        return ratio(self.stayed, self.cohort)


@dataclass(frozen=True)
class PositiveOutflowFigures:
    """Positieve uitstroom: of the people who `left` without having moved house or died, those who went `onward`."""

    onward: int
    left: int

    @property
    def rate(self) -> float | None:
        return ratio(self.onward, self.left)


@dataclass(frozen=True)
class WaitingFigures:
    """Wachttijd: days from application to the first attended slot, of the `people` for whom that was in the period."""

    people: int
    median: float | None


@dataclass(frozen=True)
class UtilisationFigures:
    """Benutting: day parts `delivered` on days of an indication in day parts, and those people were `entitled` to.

    `people` are those with such an indication.
    """

    delivered: int
    entitled: Fraction
    people: int = 0

    @property
    def rate(self) -> float | None:
        return utilisation(self.delivered, self.entitled)


def retention_figures(period: Period, scope: Scope = HOUSE) -> list[RetentionFigures]:
    """Retention at 3, 6 and 12 months (§6); one query each.

    The cohort are the people whose stay in the house was so many months old on a day in the period: each stay is in the
    cohort of one period, and old enough. Still enrolled is who has a trajectory on that day, or is between two of them
    with at most 28 days between.
    """
    return [
        RetentionFigures(
            months,
            **cohort_of(months, period, scope).aggregate(
                stayed=Count("pk", filter=Q(has_stayed=True)), cohort=Count("pk")
            ),
        )
        for months in RETENTION_MONTHS
    ]


def cohort_of(months: int, period: Period, scope: Scope = HOUSE) -> QuerySet:
    """First rows of stays that were `months` months old on a day of the period; they know who `has_stayed`."""
    # Only who started between these days can be that old in the period; the database looks at no others.
    first, last = (_first_of_month(day, months) for day in (period.start, period.end))
    in_time = stays(scope, period).filter(
        continues=False, start_date__gte=first, start_date__lte=last + timedelta(days=31)
    )
    of_age = in_time.annotate(age_day=AddMonths(F("start_date"), months))
    of_age = of_age.filter(age_day__range=(period.start, period.end))
    return of_age.annotate(has_stayed=Exists(_enrolled_on("age_day", scope, period)))


def positive_outflow(destinations: Mapping[str, int]) -> PositiveOutflowFigures:
    """Positive outflow (§6) of the people who left the house, by where they went; not known counts as not positive."""
    left = sum(people for destination, people in destinations.items() if destination not in LEFT_OUT)
    return PositiveOutflowFigures(sum(destinations.get(each, 0) for each in POSITIVE), left)


def waiting_figures(period: Period, scope: Scope = HOUSE) -> WaitingFigures:
    """Waiting time (§6): the median of the days from the application to the first attended slot of what it led to.

    Of the person's applications for one trajectory the first counts. The database counts how often each number of days
    occurs, so that the median is exact and the same on every database.
    """
    # Which of the first days count is asked here: PostgreSQL would find each of them again for every comparison.
    found = _with_first_day(period, scope).values_list("applied_on", "first_day").annotate(people=Count("pk"))
    days: dict[int, int] = {}
    for applied_on, first_day, people in found:
        if first_day and applied_on <= first_day and period.start <= first_day <= period.end:
            waited = (first_day - applied_on).days
            days[waited] = days.get(waited, 0) + people
    return WaitingFigures(sum(days.values()), median_of(days))


def first_times(period: Period, scope: Scope = HOUSE) -> QuerySet[Application]:
    """The applications that led to a first attended slot (`first_day`) in the period; of several the first.

    In workshops: those of which that slot was there.
    """
    found = _with_first_day(period, scope)
    return found.filter(first_day__range=(period.start, period.end), first_day__gte=F("applied_on"))


def _with_first_day(period: Period, scope: Scope) -> QuerySet[Application]:
    """The first application for each trajectory that runs in the period, and the first day that came of it, if any."""
    came = Attendance.objects.filter(
        trajectory=OuterRef("trajectory"),
        status=Status.PRESENT,
        session__state=Session.State.PLANNED,
    ).order_by("date", "-day_part")
    first = came.values("date")[:1]
    asked = Application.objects.filter(trajectory__isnull=False).order_by()
    earlier = asked.filter(trajectory=OuterRef("trajectory"))
    before = Q(applied_on__lt=OuterRef("applied_on")) | Q(applied_on=OuterRef("applied_on"), pk__lt=OuterRef("pk"))
    paths = scope.of_group(Trajectory.objects.overlapping(period.start, period.end))
    found = (
        asked.filter(trajectory__in=paths).filter(~Exists(earlier.filter(before))).annotate(first_day=Subquery(first))
    )
    if not scope.is_of_workshops:
        return found
    here = scope.slots(Attendance.objects.filter(pk=OuterRef("first_slot"))).order_by()
    return found.annotate(first_slot=Subquery(came.values("pk")[:1])).filter(Exists(here))


def median_of(counts: Mapping[int, int]) -> float | None:
    """The median of numbers of which each occurs so many times; of an even number the middle of the two."""
    whole = sum(counts.values())
    if not whole:
        return None
    return (_at(counts, (whole - 1) // 2) + _at(counts, whole // 2)) / 2


def utilisation_figures(period: Period, scope: Scope = HOUSE) -> UtilisationFigures | None:
    """Utilisation (§6) of all indications for day care in day parts together: a ratio of sums.

    Delivered are the day parts of people on days on which such an indication ran. An indication in total without an end
    cannot be spread, and is left out on both sides. An indication names no workshop or target group, so that this is a
    figure of the house: `None` in a narrower scope.
    """
    if not scope.is_house:
        return None
    entitled = sum((entitlement(each, period) for each in _added_up(period)), Fraction(0))
    people = _granted().overlapping(period.start, period.end).aggregate(n=Count("participant", distinct=True))["n"]
    return UtilisationFigures(delivered_on_indication(period).count() if entitled else 0, entitled, people)


def delivered_on_indication(period: Period) -> QuerySet[Attendance]:
    """Slots that were delivered to people on a day on which an indication in day parts ran for them."""
    on_day = _granted().filter(participant=OuterRef("participant"), start_date__lte=OuterRef("date"))
    runs = Exists(on_day.filter(Q(end_date__isnull=True) | Q(end_date__gte=OuterRef("date"))).order_by())
    # The day of the session says the same, and leaves the sessions of other years out.
    in_period = {"date__gte": period.start, "session__date__range": (period.start, period.end)}
    return delivered_rows(until=period.end).filter(runs, **in_period).order_by()


def _added_up(period: Period) -> list[Indication]:
    """Indications with the volumes of all that give a right to the same days of the period in the same way.

    Per week and per month only the days in the period matter, so that most of them fall together; in total all days do.
    """
    rows = _granted().overlapping(period.start, period.end).order_by()
    first = Greatest(F("start_date"), Value(period.start, DateField()))
    last = Least(Coalesce(F("end_date"), Value(period.end, DateField())), Value(period.end, DateField()))
    is_total = Q(frequency=Indication.Frequency.TOTAL)
    whole = rows.filter(is_total).values_list("frequency", "start_date", "end_date").annotate(Sum("volume"))
    clipped = rows.exclude(is_total).annotate(first=first, last=last)
    clipped = clipped.values_list("frequency", "first", "last").annotate(Sum("volume"))
    return [
        Indication(frequency=frequency, start_date=start, end_date=end, volume=volume)
        for frequency, start, end, volume in (*whole, *clipped)
    ]


def _granted() -> QuerySet[Indication]:
    """Indications in day parts that can be spread over days."""
    day_care = Indication.objects.filter(product_category=Indication.Category.DAY_CARE, unit=Indication.Unit.DAY_PART)
    return day_care.exclude(frequency=Indication.Frequency.TOTAL, end_date__isnull=True)


def _enrolled_on(day: str, scope: Scope, period: Period) -> QuerySet:
    """The rows of the same person that run on the day in the column `day`, or go on around it."""
    others = rows_of(scope, period).filter(participant=OuterRef("participant"), start_date__lte=OuterRef(day))
    restart = rows_of(scope, period).filter(
        participant=OuterRef("participant"),
        start_date__gt=OuterRef("end_date"),
        start_date__lte=OuterRef("end_date") + RESTART_WITHIN,
        start_date__gte=OuterRef(OuterRef(day)),
    )
    goes_on = Q(end_date__isnull=True) | Q(end_date__gte=OuterRef(day)) | Q(Exists(restart))
    return others.filter(goes_on)


def _first_of_month(day: date, months: int) -> date:
    """The first day of the month that is so many months before that of `day`."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _at(counts: Mapping[int, int], place: int) -> int:
    """The number at `place` when all are put in order."""
    passed = 0
    for number in sorted(counts):
        passed += counts[number]
        if place < passed:
            return number
    raise ValueError("there are not so many")
