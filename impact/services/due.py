"""Who is to be measured and when (domain reference §7): baseline, periodic and exit, self and coach apart."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from django.db.models import Min, Q, QuerySet

from impact.models import Measurement, MeasurementChoice, Rater
from participants.models import RESTART_WITHIN, Participant, Pause, Trajectory

Moment = Measurement.Moment
BASELINE_WITHIN = timedelta(weeks=6)
MONTHS_BETWEEN = 6
MARGIN = timedelta(weeks=6)
EXIT_MARGIN = timedelta(weeks=2)
_DAY = timedelta(days=1)


class State(Enum):
    """How soon a measurement is wanted, with the words for it; the most urgent first."""

    LATE = "te laat"
    NOW = "nu"
    SOON = "binnenkort"
    LATER = "later"

    @property
    def order(self) -> int:
        return list(State).index(self)


@dataclass(frozen=True)
class Stay:
    """The days that somebody takes part without leaving for longer than 28 days; no end: they still do."""

    start: date
    end: date | None


@dataclass(frozen=True)
class Due:
    """A measurement that is wanted on `day`; it may be done from `opens`, and is late after `closes`."""

    moment: Moment
    opens: date
    day: date
    closes: date

    def state(self, today: date) -> State:
        if today > self.closes:
            return State.LATE
        if today >= self.day:
            return State.NOW
        return State.SOON if today >= self.opens else State.LATER


@dataclass(frozen=True)
class RaterDue:
    """What one rater is to do for one person: the measurement that is wanted, and the draft that was begun."""

    participant: Participant
    rater: Rater
    due: Due | None
    draft: Measurement | None
    choice: MeasurementChoice | None
    today: date

    @property
    def state(self) -> State:
        return self.due.state(self.today) if self.due else State.LATER

    @property
    def is_wanted(self) -> bool:
        """Whether it belongs in a list of what is to be done; who begun goes on, and who refused is never asked."""
        if self.choice and not self.choice.takes_part:
            return False
        return self.draft is not None or (self.due is not None and self.state != State.LATER)

    @property
    def order(self) -> tuple:
        closes = self.due.closes if self.due else self.today
        return self.state.order, closes, self.participant.sort_name, self.participant.pk, self.rater != Rater.SELF


def stays_of(paths: Iterable[tuple[date, date | None]]) -> list[Stay]:
    """(first day, last day) of trajectories as stays: those with at most 28 days between them are one (§6)."""
    stays: list[Stay] = []
    for start, end in sorted(paths, key=lambda path: path[0]):
        last = stays[-1] if stays else None
        if last and (last.end is None or start <= last.end + RESTART_WITHIN):
            ends = None if last.end is None or end is None else max(last.end, end)
            stays[-1] = Stay(last.start, ends)
        else:
            stays.append(Stay(start, end))
    return stays


def stay_on(stays: Iterable[Stay], today: date) -> Stay | None:
    """The last stay that has begun."""
    begun = [stay for stay in stays if stay.start <= today]
    return begun[-1] if begun else None


def next_due(stay: Stay, measured: Iterable[tuple[date, str]], today: date, began: date | None = None) -> Due | None:
    """What one rater is to measure next in `stay`, knowing what they `measured` (day, moment); `None` when all is done.

    BASELINE from the first day, at most 6 weeks later; who came before the house `began` to measure has 6 weeks from
    that day (from today, when it has yet to begin). PERIODIC 6 months after the last one, 6 weeks earlier or later.
    EXIT around the last day, at most 2 weeks after it; then it is not asked any more.
    """
    here = [(day, moment) for day, moment in measured if day >= stay.start]
    if stay.end and today >= stay.end - EXIT_MARGIN:
        exit_due = Due(Moment.EXIT, stay.end - EXIT_MARGIN, stay.end, stay.end + EXIT_MARGIN)
        is_done = any(moment == Moment.EXIT for _, moment in here)
        return None if is_done or today > exit_due.closes else exit_due
    if not here:
        return Due(Moment.BASELINE, stay.start, stay.start, max(stay.start, began or today) + BASELINE_WITHIN)
    day = add_months(max(day for day, _ in here), MONTHS_BETWEEN)
    return Due(Moment.PERIODIC, day - MARGIN, day, day + MARGIN)


def add_months(day: date, months: int) -> date:
    """The same day some months later; the 31st becomes the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def measured_paths() -> QuerySet[Trajectory]:
    """The trajectories in which people are measured: of participants, not of skilled volunteers."""
    return Trajectory.objects.exclude(target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)


def measurements_due(people: QuerySet[Participant], today: date) -> list[RaterDue]:
    """What is to be measured of `people`, the most urgent first; six queries, whatever their number.

    Who refused, who died and whose trajectory is paused today is not in it.
    """
    found = [each for each in dues_of(_within_reach(people, today), today) if each.is_wanted]
    paused = set(
        Pause.objects.on(today)
        .filter(trajectory__in=measured_paths().on(today).order_by())
        .values_list("trajectory__participant", flat=True)
    )
    return sorted((each for each in found if each.participant.pk not in paused), key=lambda each: each.order)


def dues_of(people: Iterable[Participant], today: date) -> list[RaterDue]:
    """For each of `people` and each rater what comes next, wanted already or not; four queries."""
    people = list(people)
    keys = [person.pk for person in people]
    paths, measured, drafts = defaultdict(list), defaultdict(list), {}
    for path in measured_paths().filter(participant__in=keys).order_by():
        paths[path.participant_id].append(path)
    for row in Measurement.objects.filter(participant__in=keys).order_by():
        if row.is_finished:
            measured[row.participant_id, row.rater].append((row.taken_on, row.moment))
        else:
            drafts[row.participant_id, row.rater] = row
    choices = choices_of(keys)
    began = measuring_began()
    return [
        RaterDue(
            participant=person,
            rater=rater,
            due=_due_in(paths[person.pk], measured[person.pk, rater], today, began),
            draft=drafts.get((person.pk, rater)),
            choice=choices.get(person.pk),
            today=today,
        )
        for person in people
        for rater in Rater
    ]


def choices_of(keys: Collection[int] | QuerySet) -> dict[int, MeasurementChoice]:
    """The choice that holds of each person with one of `keys` who made one; one query."""
    rows = MeasurementChoice.objects.filter(participant__in=keys).order_by("recorded_at", "pk")
    return {row.participant_id: row for row in rows.select_related("text", "recorded_by")}


def who_takes_part(people: QuerySet[Participant]) -> set[int]:
    """The keys of those of `people` who agreed to be measured; one query."""
    return {key for key, choice in choices_of(people.values("pk")).items() if choice.takes_part}


def measuring_began() -> date | None:
    """The day on which the house first asked somebody to take part; one query."""
    return MeasurementChoice.objects.aggregate(first=Min("decided_on"))["first"]


def _due_in(paths: list[Trajectory], measured: list[tuple[date, str]], today: date, began: date | None) -> Due | None:
    stay = stay_on(stays_of((path.start_date, path.end_date) for path in paths), today)
    if stay is None or any(path.destination == Trajectory.Destination.DECEASED for path in paths):
        return None
    return next_due(stay, measured, today, began)


def _within_reach(people: QuerySet[Participant], today: date) -> QuerySet[Participant]:
    """Who takes part today, or stopped so recently that the last measurement can still be done; or has a draft."""
    paths = measured_paths().overlapping(today - EXIT_MARGIN, today).order_by()
    drafts = Measurement.objects.filter(finished_at__isnull=True).order_by()
    return people.filter(Q(pk__in=paths.values("participant")) | Q(pk__in=drafts.values("participant")))
