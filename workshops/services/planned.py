"""Who should be where in a week: the weekly patterns, less who is away, plus what holds for one time only."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from participants.models import Pause, Trajectory
from workshops.models import Absence, Duty, Leave, OneOff, Placement, StandIn, Weeks, Workshop

# (workshop, date, day part)
SlotKey = tuple[int, date, str]
_VOLUNTEER = Trajectory.TargetGroup.SKILLED_VOLUNTEER


@dataclass
class Planned:
    """The people of one session, counted: `participants` and `volunteers` are expected; the others keep their place.

    `excused` and `paused` are participants only: they say how many places are free for the moment.
    """

    participants: int = 0
    volunteers: int = 0
    excused: int = 0
    paused: int = 0
    coaches: int = 0


def planned_in_week(workshops: Collection[Workshop], monday: date) -> dict[SlotKey, Planned]:
    """Everybody planned in the seven days from `monday` on, per session, closed or not; four queries."""
    found: dict[SlotKey, Planned] = defaultdict(Planned)
    days = [monday + timedelta(days=n) for n in range(7)]
    _count_patterns(found, workshops, days)
    _count_one_offs(found, workshops, days)
    _count_coaches(found, workshops, days)
    return found


def _count_patterns(found: dict, workshops: Collection[Workshop], days: list[date]) -> None:
    rows = (
        in_week(Placement.objects.filter(workshop__in=workshops), days)
        .annotate(
            is_volunteer=Q(trajectory__target_group=_VOLUNTEER),
            is_paused=_on_its_day(Pause.objects.filter(trajectory=OuterRef("trajectory")), days),
            is_away=_on_its_day(
                Absence.objects.standing().filter(
                    Q(day_part="") | Q(day_part=OuterRef("day_part")), participant=OuterRef("participant")
                ),
                days,
            ),
        )
        .order_by()
        .values_list("workshop", "weekday", "day_part", "is_volunteer", "is_paused", "is_away")
        .annotate(people=Count("pk"))
    )
    for workshop, weekday, part, is_volunteer, is_paused, is_away, people in rows:
        cell = found[workshop, _day_of(weekday, days), part]
        if is_volunteer:
            cell.volunteers += 0 if is_paused or is_away else people
        elif is_paused:
            cell.paused += people
        elif is_away:
            cell.excused += people
        else:
            cell.participants += people


def _count_one_offs(found: dict, workshops: Collection[Workshop], days: list[date]) -> None:
    """Who comes or stays away for one time; a pause since then goes before it."""
    for field, change in (("away_from", -1), ("comes_to", 1)):
        paused = Pause.objects.filter(trajectory=OuterRef("trajectory"), start_date__lte=OuterRef(f"{field}__date"))
        paused = paused.filter(Q(end_date__isnull=True) | Q(end_date__gte=OuterRef(f"{field}__date")))
        rows = (
            OneOff.objects.standing()
            .filter(**{f"{field}__workshop__in": workshops, f"{field}__date__range": (days[0], days[-1])})
            .exclude(Exists(paused))
            .values_list(f"{field}__workshop", f"{field}__date", f"{field}__day_part", "trajectory__target_group")
        )
        for workshop, day, part, group in rows:
            cell = found[workshop, day, part]
            if group == _VOLUNTEER:
                cell.volunteers = max(0, cell.volunteers + change)
            else:
                cell.participants = max(0, cell.participants + change)


def _count_coaches(found: dict, workshops: Collection[Workshop], days: list[date]) -> None:
    """Coaches by the rota and not on leave, and who helps out there."""
    on_leave = _on_its_day(
        Leave.objects.filter(Q(day_part="") | Q(day_part=OuterRef("day_part")), user=OuterRef("user")), days
    )
    duties = in_week(Duty.objects.filter(workshop__in=workshops), days).filter(~on_leave, user__is_active=True)
    there = {
        (workshop, _day_of(weekday, days), part, user)
        for workshop, weekday, part, user in duties.values_list("workshop", "weekday", "day_part", "user")
    }
    helping = StandIn.objects.filter(
        session__workshop__in=workshops, session__date__range=(days[0], days[-1]), user__is_active=True
    ).order_by()
    there.update(helping.values_list("session__workshop", "session__date", "session__day_part", "user"))
    for workshop, day, part, _ in there:
        found[workshop, day, part].coaches += 1


def in_week(patterns: QuerySet, days: list[date]) -> QuerySet:
    """Those of weekly patterns (placements, duties, openings) that hold on their own day of these seven."""
    runs = Q()
    for day in days:
        holds = Q(end_date__isnull=True) | Q(end_date__gte=day)
        if patterns.model is Placement:
            holds &= Q(weeks__in=Weeks.holding_on(day))
        runs |= Q(weekday=day.isoweekday(), start_date__lte=day) & holds
    return patterns.filter(runs)


def _on_its_day(periods: QuerySet, days: list[date]) -> Q:
    """Whether one of `periods` covers the day of this week on which the pattern around it falls."""
    covers = Q()
    for day in days:
        covers |= Q(pattern_weekday=day.isoweekday(), start_date__lte=day) & (
            Q(end_date__isnull=True) | Q(end_date__gte=day)
        )
    return Exists(periods.annotate(pattern_weekday=OuterRef("weekday")).filter(covers))


def _day_of(weekday: int, days: list[date]) -> date:
    return next(day for day in days if day.isoweekday() == weekday)


def mondays_of(days: Iterable[date]) -> list[date]:
    """The Mondays of the weeks in which `days` lie, in order."""
    return sorted({day - timedelta(days=day.weekday()) for day in days})
