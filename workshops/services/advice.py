"""Before somebody is placed: what is refused, and what only warns."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils import timezone

from participants.models import Indication, Participant, Trajectory
from participants.services.claims import granted_per_week, is_in_day_parts
from pluspunt.templatetags.words import day as in_words
from pluspunt.templatetags.words import number as number_in_words
from workshops.models import Ability, AbilityGrant, DayPart, OneOff, Placement, Weekday, Weeks
from workshops.services.not_together import people_in_the_way
from workshops.services.room import Room, Rooms, Slot


def placement_warnings(
    trajectory: Trajectory,
    slots: Iterable[Slot],
    start: date,
    end: date | None = None,
    instead_of: Placement | None = None,
    every_other_week: bool = False,
    weeks: Weeks | None = None,
) -> list[str]:
    """What a coordinator should know before placing somebody in `slots`: too few places, too little indication, or an
    ability that the workshop wants beforehand.

    `instead_of` is the placement that ends when these begin. `weeks` says in which weeks, when that does not follow
    from the first day. All of it warns and never blocks (invariant 5 of the domain). At most eight queries.
    """
    slots = list(slots)
    warnings = []
    if start < timezone.localdate():
        warnings.append("De eerste dag is al voorbij. Die dagdelen komen als ‘nog niet ingevuld’ in de registers.")
    if trajectory.is_volunteer or not slots:
        return warnings
    weeks, until = weeks or weeks_of(slots, start, every_other_week), last_day(trajectory, start, end)
    return [
        *warnings,
        *_capacity_warnings(slots, start, until, weeks),
        *_indication_warnings(trajectory, per_week(slots, weeks), start, until, instead_of),
        *_ability_warnings(trajectory, slots),
    ]


def weeks_of(slots: Iterable[Slot], start: date, every_other_week: bool) -> Weeks:
    """In which weeks somebody comes: every week, or every other one from that of the very first day on."""
    first_days = [slot.first_day(start) for slot in slots]
    return Weeks.of(min(first_days)) if every_other_week and first_days else Weeks.EVERY


def per_week(slots: list[Slot], weeks: Weeks) -> Fraction:
    """How many day parts `slots` are in an average week."""
    return len(slots) * share_of(weeks)


def share_of(weeks: int) -> Fraction:
    """What a place in `weeks` is in an average week: every other week is half a day part."""
    return Fraction(1) if weeks == Weeks.EVERY else Fraction(1, 2)


def _capacity_warnings(slots: list[Slot], start: date, end: date | None, weeks: Weeks) -> list[str]:
    rooms = Rooms([slot.workshop for slot in slots], start, end)
    found = [(slot, rooms.in_slot(slot, weeks)) for slot in slots]
    return [f"{slot}: {_why_no_place(room)}." for slot, room in found if not room.free]


def _why_no_place(room: Room) -> str:
    if not room.is_open and room.is_later:
        return f"vanaf {in_words(room.day)} is de werkplaats dan niet meer open"
    if not room.is_open:
        return f"op {in_words(room.day)} is de werkplaats niet open"
    since = f" vanaf {in_words(room.day)}" if room.is_later else ""
    # The board shows more room: a paused person is not there, but comes back to the place.
    kept = f", waarvan {room.kept} bewaard voor wie onderbroken is" if room.kept else ""
    fewer = ", want er is minder begeleiding" if room.is_lowered else ""
    return f"vol{since}, {len(room.there)} van {room.capacity} plaatsen zijn bezet{kept}{fewer}"


@dataclass(frozen=True)
class IndicationRoom:
    """Granted against planned on one day, in day parts in an average week.

    `granted` is `None` when no indication in day parts runs, and when one is a total that cannot be spread. `end_date`
    is the last day that one of them covers, `None` when it is open. With `is_needed` somebody should have one.
    """

    granted: Fraction | None
    planned: Fraction
    is_running: bool
    is_needed: bool
    end_date: date | None

    @property
    def left(self) -> Fraction | None:
        return None if self.granted is None else self.granted - self.planned

    @property
    def is_over(self) -> bool:
        return self.left is not None and self.left < 0

    @property
    def in_words(self) -> dict[str, str]:
        """`granted`, `planned`, `left` and how much it is `over`, as people say them; empty when unknown."""
        over = -self.left if self.is_over else None
        known = {"granted": self.granted, "planned": self.planned, "left": self.left, "over": over}
        return {name: "" if value is None else amount_in_words(value) for name, value in known.items()}

    def with_more(self, extra: Fraction) -> "IndicationRoom":
        """The same when `extra` is planned as well."""
        return replace(self, planned=self.planned + extra)


def indication_room(trajectory: Trajectory, day: date, instead_of: Placement | None = None) -> IndicationRoom:
    """What somebody may come on `day` by indications for day care, and what is planned; two queries."""
    return room_on(day, trajectory, *_granted_and_placed(trajectory, instead_of))


def _granted_and_placed(
    trajectory: Trajectory, instead_of: Placement | None
) -> tuple[list[Indication], list[Placement]]:
    person = trajectory.participant_id
    indications = Indication.objects.filter(participant=person, product_category=Indication.Category.DAY_CARE)
    placed = Placement.objects.taking_places().filter(participant=person)
    return list(indications), list(placed.exclude(pk=instead_of.pk if instead_of else None))


def room_on(
    day: date, trajectory: Trajectory, indications: Collection[Indication], placements: Iterable[Placement]
) -> IndicationRoom:
    """`indication_room()` from what is known already: all indications for day care and all places of this person."""
    running = [each for each in indications if each.runs_on(day) and is_in_day_parts(each)]
    granted = [granted_per_week(each) for each in running]
    has_end = all(each.end_date for each in running)
    return IndicationRoom(
        granted=sum(granted, Fraction(0)) if running and None not in granted else None,
        planned=sum((share_of(each.weeks) for each in placements if each.runs_on(day)), Fraction(0)),
        is_running=bool(running),
        is_needed=bool(indications) or trajectory.target_group == Trajectory.TargetGroup.SOCIAL_DAY_CARE,
        end_date=max((each.end_date for each in running), default=None) if has_end else None,
    )


def first_over(
    trajectory: Trajectory,
    extra: Fraction,
    start: date,
    end: date | None,
    indications: Collection[Indication],
    placements: Collection[Placement],
) -> tuple[date, IndicationRoom] | None:
    """The first day from `start` to `end` on which `extra` makes it more than was granted, and how it stands then.

    Also a later one: other places may begin by then, or a smaller indication.
    """
    begun = {each.start_date for each in (*indications, *placements)}
    days = sorted({start, *(day for day in begun if start < day <= (end or date.max))})
    rooms = ((day, room_on(day, trajectory, indications, placements).with_more(extra)) for day in days)
    return next(((day, room) for day, room in rooms if room.is_over), None)


def _indication_warnings(
    trajectory: Trajectory, extra: Fraction, start: date, end: date | None, instead_of: Placement | None
) -> list[str]:
    known = _granted_and_placed(trajectory, instead_of)
    room = room_on(start, trajectory, *known)
    if room.is_needed and not room.is_running:
        return ["Er is op de begindatum geen lopende indicatie in dagdelen."]
    if found := first_over(trajectory, extra, start, end, *known):
        day, room = found
        since = "" if day == start else f", vanaf {in_words(day)}"
        words = room.in_words
        return [
            f"De indicatie is {words['granted']} dagdelen per week; hiermee worden het er {words['planned']}{since}."
        ]
    return []


def amount_in_words(per_week: Fraction) -> str:
    """A number of day parts per week; per month, in total or every other week it is one on average, rounded."""
    return str(per_week) if per_week.denominator == 1 else f"gemiddeld {number_in_words(float(per_week), 1)}"


def wanted_abilities(participant_id: int, workshops: Iterable) -> dict[int, list[Ability]]:
    """Workshop → the abilities that it wants beforehand, each with `is_granted`: whether this person has it now."""
    has = AbilityGrant.objects.filter(ability=OuterRef("pk"), participant=participant_id, withdrawn_on__isnull=True)
    wanted = Ability.objects.filter(workshop__in=list(workshops), is_wanted_before=True, is_active=True)
    found = {}
    for ability in wanted.annotate(is_granted=Exists(has)).order_by("is_machine_permission", "name"):
        found.setdefault(ability.workshop_id, []).append(ability)
    return found


def _ability_warnings(trajectory: Trajectory, slots: list[Slot]) -> list[str]:
    workshops = {slot.workshop.pk: slot.workshop for slot in slots}
    wanted = wanted_abilities(trajectory.participant_id, workshops)
    missing = {pk: [str(each) for each in wanted.get(pk, ()) if not each.is_granted] for pk in workshops}
    return [
        f"{workshops[pk].name} wil vooraf: {', '.join(names)}. Dat staat nog niet bij de vaardigheden."
        for pk, names in missing.items()
        if names
    ]


def placement_problems(
    trajectory: Trajectory,
    slots: Iterable[Slot],
    start: date,
    end: date | None = None,
    every_other_week: bool = False,
    weeks: Weeks | None = None,
) -> list[str]:
    """Why `place()` would refuse: a sentence per day part outside the trajectory, booked twice (also for one time), or
    with somebody with whom this person is not together."""
    slots = list(slots)
    if not slots:
        return ["Kies minstens één dagdeel."]
    chosen = Counter((slot.weekday, slot.day_part) for slot in slots)
    problems = [
        f"{Weekday(weekday).label.capitalize()} {DayPart(part).label}: kies één werkplaats, niet {count}."
        for (weekday, part), count in chosen.items()
        if count > 1
    ]
    weeks = weeks or weeks_of(slots, start, every_other_week)
    placements = [draft_placement(trajectory, slot, start, end, weeks) for slot in slots]
    for slot, placement in zip(slots, placements, strict=True):
        try:
            placement.full_clean()
        except ValidationError as error:
            problems += [f"{slot}: {message}" for message in error.messages]
    problems += _elsewhere_for_once(trajectory, placements)
    return problems + not_together_problems(trajectory.participant_id, placements)


def _elsewhere_for_once(trajectory: Trajectory, placements: Iterable[Placement]) -> list[str]:
    """A sentence per day on which somebody comes to another workshop for one time on the day part of a placement."""
    to_come = OneOff.objects.standing().filter(
        participant=trajectory.participant_id, comes_to__date__gte=timezone.localdate()
    )
    visits = [each.comes_to for each in to_come.select_related("comes_to__workshop").order_by("comes_to__date")]
    return [
        f"{Slot(mine.workshop, mine.weekday, mine.day_part)}: op {in_words(visit.date)} komt deze persoon voor één keer"
        f" bij {visit.workshop}. Draai dat eerst terug."
        for mine in placements
        for visit in visits
        if (mine.weekday, mine.day_part) == (visit.date.isoweekday(), visit.day_part)
        and mine.workshop != visit.workshop
        and mine.comes_on(visit.date)
    ]


def people_to_keep_apart(
    trajectory: Trajectory,
    slots: Iterable[Slot],
    start: date,
    end: date | None = None,
    every_other_week: bool = False,
    weeks: Weeks | None = None,
) -> list[Participant]:
    """Whom `placement_problems()` names, because they are placed in one of `slots` in that time."""
    slots = list(slots)
    weeks = weeks or weeks_of(slots, start, every_other_week)
    placements = [draft_placement(trajectory, slot, start, end, weeks) for slot in slots]
    return list({other: None for _, other in people_in_the_way(trajectory.participant_id, placements)})


def not_together_problems(participant_id: int, placements: Iterable[Placement], since: date = date.min) -> list[str]:
    """A sentence for a coordinator per placement, saved or not, that from `since` on breaks invariant 7."""
    return [
        f"{Slot(mine.workshop, mine.weekday, mine.day_part)}: niet samen met {other.full_name}. Die werkt hier dan ook."
        for mine, other in people_in_the_way(participant_id, placements, since=since)
    ]


def draft_placement(
    trajectory: Trajectory, slot: Slot, start: date, end: date | None, weeks: Weeks = Weeks.EVERY
) -> Placement:
    """A placement that is not saved yet."""
    return Placement(
        weeks=weeks,
        trajectory=trajectory,
        participant_id=trajectory.participant_id,
        workshop=slot.workshop,
        weekday=slot.weekday,
        day_part=slot.day_part,
        start_date=start,
        end_date=last_day(trajectory, start, end),
    )


def last_day(trajectory: Trajectory, start: date, end: date | None) -> date | None:
    """Until when a placement holds: without an `end` of its own, until that of the trajectory."""
    # Outside the trajectory its end says nothing: the placement is refused for that, not for its dates.
    return end or (trajectory.end_date if trajectory.runs_on(start) else None)
