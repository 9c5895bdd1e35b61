"""Closing a month: its attendance is frozen, and after that only a correction changes it (invariant 6)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from pluspunt.periods import Period, last_day_of_month
from workshops.models import Attendance, ClosedMonth, CorrectionRequest, Session, Workshop
from workshops.services.sessions import ensure_sessions, house_registered_from

DAY = timedelta(days=1)


@dataclass(frozen=True)
class MonthOverview:
    """One month as a coordinator looks at it: planned rows that count, those still open, and what is asked."""

    month: date
    closed: ClosedMonth | None
    rows: int
    open: int
    corrections: int

    @property
    def is_over(self) -> bool:
        return last_day_of_month(self.month) < timezone.localdate()


def is_frozen(session: Session) -> bool:
    """Whether the session lies in a closed month: nobody changes its register any more, except by a correction."""
    last_day = ClosedMonth.objects.last_day()
    return last_day is not None and session.date <= last_day


def months_of_house(today: date) -> list[date]:
    """The first day of every month that has registers, from this month back to the first one."""
    began = house_registered_from()
    return _months(Period(began, today))[::-1] if began and began <= today else []


def overview_of_months(months: list[date]) -> list[MonthOverview]:
    """What stands in these months, in their order; the same number of queries for one month and for many."""
    if not months:
        return []
    period = Period(min(months), last_day_of_month(max(months)))
    closed = {row.month: row for row in ClosedMonth.objects.filter(month__in=months).select_related("closed_by")}
    rows, still_open = _per_month(_rows_that_count(period)), _per_month(_rows_that_count(period).open())
    asked = CorrectionRequest.objects.filter(
        is_approved__isnull=True, attendance__date__range=(period.start, period.end)
    )
    corrections = _fold(asked.order_by().values_list("attendance__date").annotate(Count("pk")))
    return [MonthOverview(m, closed.get(m), rows[m], still_open[m], corrections[m]) for m in months]


def months_to_close(month: date) -> list[date]:
    """The months that closing `month` closes: those before it that are not closed yet, and itself, oldest first."""
    began, frozen_until = house_registered_from(), ClosedMonth.objects.last_day()
    first = frozen_until + DAY if frozen_until else began
    last = last_day_of_month(month)
    return _months(Period(first, last)) if began and first <= last else []


def open_registers(months: list[date]) -> QuerySet[Session]:
    """The registers of these months in which somebody is not recorded yet, oldest first; `left` says how many."""
    if not months:
        return Session.objects.none()
    left = Count("attendances", filter=Q(attendances__planned=True, attendances__status=Attendance.Status.OPEN))
    period = (months[0], last_day_of_month(months[-1]))
    sessions = Session.objects.filter(date__range=period, state=Session.State.PLANNED).annotate(left=left)
    in_order = sessions.order_by("date", "-day_part", "workshop__name", "pk")
    return in_order.filter(left__gt=0).select_related("workshop")


def why_not_closable(month: date) -> str:
    """Why `month` cannot be closed now, as a sentence; empty when it can."""
    began = house_registered_from()
    if began is None or last_day_of_month(month) < began:
        return "Van deze maand is er geen register."
    if last_day_of_month(month) >= timezone.localdate():
        return "Deze maand is nog niet voorbij."
    return ""


@transaction.atomic
def close_month(month: date, by: User) -> ClosedMonth:
    """Freeze the month in which the day `month` lies, and every month before it that is not closed yet.

    Each keeps how many rows were left open. Closed already, also by somebody else, it is answered as it is. Raises
    `ValidationError` for a month that is not over, or of which there is no register.
    """
    month = month.replace(day=1)
    if problem := why_not_closable(month):
        raise ValidationError(problem)
    # What was planned and never made would stay out of the month for ever.
    ensure_sessions(last_day_of_month(month))
    # Who plans holds a workshop before its sessions and rows: so do we. And only one person closes at a time.
    _wait_for(Workshop.objects.select_for_update())
    if closed := ClosedMonth.objects.filter(month=month).first():
        return closed
    months = months_to_close(month)
    days = (months[0], last_day_of_month(month))
    # A mark that was under way is in before this; one that waits for these locks finds the month closed.
    _wait_for(Session.objects.filter(date__range=days).select_for_update(no_key=True))
    _wait_for(Attendance.objects.filter(date__range=days).select_for_update(no_key=True))
    left_open = _per_month(_rows_that_count(Period(*days)).open())
    for each in months:
        closed = ClosedMonth(month=each, closed_by=by, left_open=left_open[each])
        closed.full_clean()
        closed.save(force_insert=True)
    return closed


def _wait_for(rows: QuerySet) -> None:
    list(rows.order_by("pk").values_list("pk", flat=True))


def _months(period: Period) -> list[date]:
    first = 12 * period.start.year + period.start.month - 1
    last = 12 * period.end.year + period.end.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(first, last + 1)]


def _rows_that_count(period: Period) -> QuerySet[Attendance]:
    """Planned rows of sessions that took place: Pn (§6), volunteers included."""
    days = (period.start, period.end)
    return Attendance.objects.filter(date__range=days, planned=True, session__state=Session.State.PLANNED)


def _per_month(rows: QuerySet[Attendance]) -> Counter[date]:
    return _fold(rows.order_by().values_list("date").annotate(Count("pk")))


def _fold(numbers: Iterable[tuple[date, int]]) -> Counter[date]:
    """Numbers per day, per month; folded here, as grouping by month is slow on SQLite."""
    months: Counter[date] = Counter()
    for day, number in numbers:
        months[day.replace(day=1)] += number
    return months
