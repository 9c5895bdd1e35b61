"""Granted against planned and delivered: what somebody may come by an indication, and what came of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, QuerySet

from participants.models import Indication, Participant, Trajectory
from participants.services.claims import (
    MonthClaim,
    claimable,
    entitlement,
    first_of_month,
    granted_per_week,
    is_in_day_parts,
    utilisation,
)
from pluspunt.periods import Period
from workshops.models import Attendance, Placement, Session
from workshops.services.sessions import house_registered_from


@dataclass(frozen=True)
class IndicationUse:
    """One indication in day parts, up to and including `period.end` (today at the latest).

    `planned_per_week` are the placements that run now (`None` when the indication does not). `entitled` is the right in
    the period (§6), `None` where it cannot be spread; `months` what may be claimed (§5). `is_shared` says that another
    indication for day care covers some of the same days: `delivered` then counts for both.
    """

    indication: Indication
    period: Period
    planned_per_week: float | None
    delivered: int
    entitled: Fraction | None
    months: list[MonthClaim]
    is_shared: bool

    @property
    def granted_per_week(self) -> float | None:
        granted = granted_per_week(self.indication)
        return None if granted is None else float(granted)

    @property
    def is_over_planned(self) -> bool:
        granted, planned = self.granted_per_week, self.planned_per_week
        return granted is not None and planned is not None and planned > granted

    @property
    def entitled_day_parts(self) -> float | None:
        return None if self.entitled is None else float(self.entitled)

    @property
    def utilisation(self) -> float | None:
        """Benutting: delivered / entitlement (§6)."""
        return utilisation(self.delivered, self.entitled)

    @property
    def bar_width(self) -> float:
        """Utilisation as a share of 100, at most 100."""
        return round(min(self.utilisation or 0, 1) * 100, 1)


def indication_use(
    participant: Participant, indications: Iterable[Indication], today: date
) -> dict[int, IndicationUse]:
    """Indication → its use so far, for those in day parts that have begun; three queries.

    Nothing is known of the days before the first register, so they count for neither side.
    """
    begun = [each for each in indications if is_in_day_parts(each) and each.start_date <= today]
    registered_from = house_registered_from()
    if not begun or registered_from is None:
        return {}
    planned = Placement.objects.taking_places().on(today).filter(participant=participant).per_week()
    came = _came_on(participant, today)
    uses = {}
    for indication in begun:
        start, end = max(indication.start_date, registered_from), min(indication.end_date or today, today)
        if start > end:
            continue
        period = Period(start, end)
        by_month = _by_month(came, period)
        uses[indication.pk] = IndicationUse(
            indication=indication,
            period=period,
            planned_per_week=float(planned) if indication.runs_on(today) else None,
            delivered=sum(by_month.values()),
            entitled=entitlement(indication, period),
            months=[row for row in claimable(indication, by_month) if row.month in by_month],
            is_shared=any(_share_days(indication, other) for other in begun if other is not indication),
        )
    return uses


def delivered_rows(until: date) -> QuerySet[Attendance]:
    """A + E (§6) of participants: attended, planned or not, in sessions that went on; not those as a volunteer."""
    came = Attendance.objects.filter(status=Attendance.Status.PRESENT, date__lte=until)
    went_on = came.filter(session__state=Session.State.PLANNED)
    return went_on.exclude(trajectory__target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)


def _came_on(participant: Participant, today: date) -> dict[date, int]:
    """Day → day parts delivered."""
    rows = delivered_rows(until=today).filter(participant=participant)
    return dict(rows.order_by().values_list("date").annotate(Count("pk")))


def _by_month(came: dict[date, int], period: Period) -> dict[date, int]:
    months = defaultdict(int)
    for day, count in came.items():
        if period.start <= day <= period.end:
            months[first_of_month(day)] += count
    return months


def _share_days(one: Indication, other: Indication) -> bool:
    return one.start_date <= (other.end_date or date.max) and other.start_date <= (one.end_date or date.max)
