"""Before somebody is placed: what is refused, and what only warns."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.utils import timezone

from participants.models import Indication, Participant, Pause, Trajectory
from participants.services.claims import granted_per_week, is_in_day_parts
from pluspunt.templatetags.words import day as in_words
from pluspunt.templatetags.words import number as number_in_words
from workshops.models import DayPart, Placement, Weekday, Weeks, Workshop
from workshops.services.not_together import people_in_the_way


@dataclass(frozen=True)
class Slot:
    """A weekly day part in a workshop."""

    workshop: Workshop
    weekday: int
    day_part: str

    def __str__(self):
        return f"{self.workshop.name}, {Weekday(self.weekday).label} {DayPart(self.day_part).label}"

    def first_day(self, start: date) -> date:
        """The first day from `start` on that has this weekday."""
        return start + timedelta(days=(self.weekday - start.isoweekday()) % 7)


def placement_warnings(
    trajectory: Trajectory,
    slots: Iterable[Slot],
    start: date,
    end: date | None = None,
    instead_of: Placement | None = None,
    every_other_week: bool = False,
) -> list[str]:
    """What a coordinator should know before placing somebody in `slots`: too few places, too little indication.

    `instead_of` is the placement that ends when these begin. All of it warns and never blocks (invariant 5 of the
    domain).
    """
    slots = list(slots)
    warnings = []
    if start < timezone.localdate():
        warnings.append("De eerste dag is al voorbij. Die dagdelen komen als ‘nog niet ingevuld’ in de registers.")
    if trajectory.is_volunteer:
        return warnings
    return [
        *warnings,
        *(warning for slot in slots for warning in _capacity_warnings(slot, start, end, every_other_week)),
        *_indication_warnings(trajectory, len(slots) * (Fraction(1, 2) if every_other_week else 1), start, instead_of),
    ]


def _capacity_warnings(slot: Slot, start: date, end: date | None, every_other_week: bool) -> list[str]:
    day = slot.first_day(start)
    # In weeks in which this one comes: others may come in the weeks between.
    weeks = Weeks.holding_on(day) if every_other_week else Weeks.values
    opening = slot.workshop.openings.on(day).filter(weekday=slot.weekday, day_part=slot.day_part).first()
    if opening is None:
        return [f"{slot}: op {in_words(day)} is de werkplaats niet open."]
    others = Placement.objects.taking_places().overlapping(day, end).filter(weeks__in=weeks)
    others = list(others.filter(workshop=slot.workshop, weekday=slot.weekday, day_part=slot.day_part))
    # Somebody else may begin later: the fullest day is the first one, or one on which a placement begins.
    for moment in sorted({day, *(other.start_date for other in others if other.start_date > day)}):
        there = _fullest_week([other for other in others if other.runs_on(moment)])
        if len(there) >= opening.capacity:
            since = "" if moment == day else f" vanaf {in_words(moment)}"
            counted = f"{len(there)} van {opening.capacity} plaatsen zijn bezet"
            return [f"{slot}: vol{since}, {counted}{_kept_places(there, moment)}."]
    return []


def _fullest_week(placements: list[Placement]) -> list[Placement]:
    """Of those in one slot, who come in the week in which most come."""
    return max(([p for p in placements if p.weeks & week] for week in (Weeks.EVEN, Weeks.ODD)), key=len)


def _kept_places(placements: list[Placement], day: date) -> str:
    """Why the board shows more room on `day`: a paused person is not there, but comes back to the place."""
    trajectories = {placement.trajectory_id for placement in placements}
    paused = Pause.objects.on(day).filter(trajectory__in=trajectories).count()
    return f", waarvan {paused} bewaard voor wie onderbroken is" if paused else ""


def _indication_warnings(
    trajectory: Trajectory, extra: int | Fraction, start: date, instead_of: Placement | None
) -> list[str]:
    indications = Indication.objects.filter(
        participant=trajectory.participant_id, product_category=Indication.Category.DAY_CARE
    )
    if not indications.exists() and trajectory.target_group != Trajectory.TargetGroup.SOCIAL_DAY_CARE:
        return []
    running = [i for i in indications.on(start) if is_in_day_parts(i)]
    if not running:
        return ["Er is op de begindatum geen lopende indicatie in dagdelen."]
    per_week = [granted_per_week(indication) for indication in running]
    if None in per_week:
        return []  # a total without an end cannot be spread over weeks
    granted = sum(per_week)
    others = Placement.objects.taking_places().on(start).filter(participant=trajectory.participant_id)
    placed = others.exclude(pk=instead_of.pk if instead_of else None).per_week() + extra
    if placed > granted:
        return [f"De indicatie is {_amount(granted)} dagdelen per week; hiermee worden het er {_amount(placed)}."]
    return []


def _amount(per_week: Fraction) -> str:
    """A number of day parts per week; per month, in total or every other week it is one on average, rounded."""
    return str(per_week) if per_week.denominator == 1 else f"gemiddeld {number_in_words(float(per_week), 1)}"


def placement_problems(
    trajectory: Trajectory,
    slots: Iterable[Slot],
    start: date,
    end: date | None = None,
    every_other_week: bool = False,
) -> list[str]:
    """Why `place()` would refuse: a sentence per day part outside the trajectory, booked twice, or with somebody
    with whom this person is not together."""
    slots = list(slots)
    if not slots:
        return ["Kies minstens één dagdeel."]
    chosen = Counter((slot.weekday, slot.day_part) for slot in slots)
    problems = [
        f"{Weekday(weekday).label.capitalize()} {DayPart(part).label}: kies één werkplaats, niet {count}."
        for (weekday, part), count in chosen.items()
        if count > 1
    ]
    placements = [draft_placement(trajectory, slot, start, end, every_other_week) for slot in slots]
    for slot, placement in zip(slots, placements, strict=True):
        try:
            placement.full_clean()
        except ValidationError as error:
            problems += [f"{slot}: {message}" for message in error.messages]
    return problems + not_together_problems(trajectory.participant_id, placements)


def people_to_keep_apart(
    trajectory: Trajectory,
    slots: Iterable[Slot],
    start: date,
    end: date | None = None,
    every_other_week: bool = False,
) -> list[Participant]:
    """Whom `placement_problems()` names, because they are placed in one of `slots` in that time."""
    placements = [draft_placement(trajectory, slot, start, end, every_other_week) for slot in slots]
    return list({other: None for _, other in people_in_the_way(trajectory.participant_id, placements)})


def not_together_problems(participant_id: int, placements: Iterable[Placement], since: date = date.min) -> list[str]:
    """A sentence for a coordinator per placement, saved or not, that from `since` on breaks invariant 7."""
    return [
        f"{Slot(mine.workshop, mine.weekday, mine.day_part)}: niet samen met {other.full_name}. Die werkt hier dan ook."
        for mine, other in people_in_the_way(participant_id, placements, since=since)
    ]


def draft_placement(
    trajectory: Trajectory, slot: Slot, start: date, end: date | None, every_other_week: bool = False
) -> Placement:
    """A placement that is not saved yet."""
    return Placement(
        weeks=Weeks.of(slot.first_day(start)) if every_other_week else Weeks.EVERY,
        trajectory=trajectory,
        participant_id=trajectory.participant_id,
        workshop=slot.workshop,
        weekday=slot.weekday,
        day_part=slot.day_part,
        start_date=start,
        # Outside the trajectory its end says nothing: the placement is refused for that, not for its dates.
        end_date=end or (trajectory.end_date if trajectory.runs_on(start) else None),
    )
