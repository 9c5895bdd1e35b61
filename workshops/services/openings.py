"""The places of a workshop in a week: from which day they hold, what a change touches, and changing them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from pluspunt.templatetags.words import full_day
from workshops.models import Attendance, DayPart, Opening, Placement, Session, Weekday, Workshop
from workshops.services.effects import Registers, most_at_once, placements_from, registers_by
from workshops.services.locks import lock_people, lock_workshops
from workshops.services.sessions import reconcile_sessions
from workshops.services.stopping import check_first_day, check_nothing_recorded, leave_workshop

DAY = timedelta(days=1)
# (weekday, day part)
SlotKey = tuple[int, str]


@dataclass(frozen=True)
class Version:
    """So many places on one weekly day part from `start` to `end` (`None`: without an end)."""

    start: date
    end: date | None
    capacity: int

    def runs_on(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class SlotChange:
    """One weekly day part gets other places from a day to `until` (`None`: for good); `None` places is closed.

    `following` is what was planned already for the day after `until`; that stays. With it, as the page shows it: who is
    placed there, the most `at_once` of them, and the registers that are made.
    """

    weekday: int
    day_part: str
    before: int | None
    after: int | None
    until: date | None = None
    following: int | None = None
    placements: list[Placement] = field(default_factory=list)
    at_once: int = 0
    registers: Registers = field(default_factory=Registers)

    @property
    def name(self) -> str:
        return f"{Weekday(self.weekday).label} {DayPart(self.day_part).label}"

    @property
    def closes(self) -> bool:
        return self.after is None

    @property
    def too_many(self) -> int:
        """How many people more than there will be places, on the fullest day."""
        return max(0, self.at_once - (self.after or 0))


@dataclass(frozen=True)
class WeekVersion:
    """The week of a workshop from `start` to `end`: what is open, by slot."""

    start: date
    end: date | None
    places: dict[SlotKey, int]

    @property
    def is_now(self) -> bool:
        return self.start <= timezone.localdate() and (self.end is None or timezone.localdate() <= self.end)

    @property
    def rows(self) -> list[tuple[str, int | None, int | None]]:
        """(weekday, morning, afternoon) for the days on which it is open."""
        week = [(d.label, *(self.places.get((d.value, part)) for part in DayPart.values)) for d in Weekday]
        return [row for row in week if any(row[1:])]


def places_on(workshop: Workshop, day: date) -> dict[SlotKey, int]:
    """The places that hold on `day`, by weekly day part."""
    return {(o.weekday, o.day_part): o.capacity for o in workshop.openings.on(day)}


def week_versions(workshop: Workshop) -> list[WeekVersion]:
    """How the week was, is and will be, oldest first; every day on which something changes begins one. One query."""
    openings = list(workshop.openings.all())
    begins = {o.start_date for o in openings} | {o.end_date + DAY for o in openings if o.end_date}
    days = sorted(begins)
    versions = []
    for start, following in zip(days, [*days[1:], None], strict=True):
        places = {(o.weekday, o.day_part): o.capacity for o in openings if o.runs_on(start)}
        versions.append(WeekVersion(start, following and following - DAY, places))
    return versions


def revised(versions: list[Version], start: date, capacity: int | None) -> list[Version]:
    """The versions of one slot, in order, when it has `capacity` places (`None`: closed) from `start` on.

    What holds on `start` ends the day before. The new version takes over its end, or goes on until the next one
    begins: what was planned for later stays. Two that follow each other with as many places become one.
    """
    holds = next((version for version in versions if version.runs_on(start)), None)
    if (holds.capacity if holds else None) == capacity:
        return versions
    earlier = [version for version in versions if version.start < start]
    later = [version for version in versions if version.start > start]
    if earlier and earlier[-1] is holds:
        earlier[-1] = replace(holds, end=start - DAY)
    if capacity is None:
        return earlier + later
    new = Version(start, _until(holds, later), capacity)
    if earlier and (earlier[-1].end, earlier[-1].capacity) == (start - DAY, capacity):
        new = replace(new, start=earlier.pop().start)
    if later and new.end and (later[0].start, later[0].capacity) == (new.end + DAY, capacity):
        new = replace(new, end=later.pop(0).end)
    return [*earlier, new, *later]


def opening_changes(workshop: Workshop, places: Mapping[SlotKey, int], start: date) -> list[SlotChange]:
    """In which day parts `places` differ from what holds on `start`, in the order of the week."""
    changes = []
    for slot, versions in _slots(workshop, places).items():
        holds = next((version for version in versions if version.runs_on(start)), None)
        before, after = holds and holds.capacity, places.get(slot)
        if before != after:
            later = [version for version in versions if version.start > start]
            until = _until(holds, later)
            next_places = later[0].capacity if later and until and later[0].start == until + DAY else None
            changes.append(SlotChange(*slot, before, after, until, next_places))
    return sorted(changes, key=lambda change: (change.weekday, DayPart(change.day_part).order))


def effects_of_openings(workshop: Workshop, changes: list[SlotChange], start: date) -> list[SlotChange]:
    """The changes with who is placed on these day parts and which registers are made; three queries."""
    if not changes:
        return []
    placed = defaultdict(list)
    for placement in placements_from(
        workshop.placements.filter(_in_slots(changes, "weekday", until="start_date__lte")), start
    ):
        placed[placement.weekday, placement.day_part].append(placement)
    on_these = _in_slots(changes, "date__iso_week_day")
    sessions = Session.objects.filter(on_these, workshop=workshop, date__gte=start)
    rows = Attendance.objects.filter(on_these, workshop=workshop, date__gte=start)
    made = registers_by(sessions, rows, "date__iso_week_day", "day_part")
    with_effects = []
    for change in changes:
        slot = (change.weekday, change.day_part)
        here = placed[slot]
        registers = made.get(slot, Registers())
        with_effects.append(replace(change, placements=here, at_once=most_at_once(here, start), registers=registers))
    return with_effects


@transaction.atomic
def change_openings(
    workshop: Workshop, places: Mapping[SlotKey, int], start: date, *, end_placements: bool = False, by: User | None
) -> list[SlotChange]:
    """Let the week of a workshop have `places` per (weekday, day part) from `start` on; one that is missing closes.

    The version of each day part that changes ends the day before; what was planned for later stays (`revised`). With
    `end_placements` the placements on a day part that closes end the day before too, and those that would begin while
    it is closed are taken back; without, they stay. What was recorded stays. Returns what changed. Raises
    `ValidationError` when nothing changes, for a day in a closed month, too far ahead or before the workshop began,
    and when a placement would end before a day on which something was recorded.
    """
    running = workshop.placements.overlapping(start, None).order_by()
    people = lock_people(running.values("participant")) if end_placements else set()
    workshop = lock_workshops([workshop.pk])[0]
    check_first_day(start)
    if workshop.registered_from and start < workshop.registered_from:
        raise ValidationError({"start": f"De werkplaats is er pas vanaf {full_day(workshop.registered_from)}."})
    changes = opening_changes(workshop, places, start)
    if not changes:
        raise ValidationError("Dit zijn de plekken die dan al gelden. Er verandert niets.")
    openings = defaultdict(list)
    for opening in workshop.openings.order_by("start_date"):
        openings[opening.weekday, opening.day_part].append(opening)
    for change in changes:
        slot = (change.weekday, change.day_part)
        _write(workshop, slot, openings[slot], revised(_versions(openings[slot]), start, change.after))
    if end_placements:
        _end_placements(workshop, [change for change in changes if change.closes], start, people, by)
    _change_past_places(workshop, changes, start)
    reconcile_sessions(Workshop.objects.filter(pk=workshop.pk), start)
    return changes


def check_openings(
    workshop: Workshop, places: Mapping[SlotKey, int], start: date, *, end_placements: bool = False, by: User | None
) -> None:
    """Raise `ValidationError` when `change_openings()` would; nothing is kept."""
    with transaction.atomic():
        change_openings(workshop, places, start, end_placements=end_placements, by=by)
        transaction.set_rollback(True)


def _slots(workshop: Workshop, places: Mapping[SlotKey, int]) -> dict[SlotKey, list[Version]]:
    found: dict[SlotKey, list[Version]] = {slot: [] for slot in places}
    for opening in workshop.openings.order_by("start_date"):
        found.setdefault((opening.weekday, opening.day_part), []).extend(_versions([opening]))
    return found


def _versions(openings: list[Opening]) -> list[Version]:
    return [Version(opening.start_date, opening.end_date, opening.capacity) for opening in openings]


def _until(holds: Version | None, later: list[Version]) -> date | None:
    """Until when a change holds: as long as what it replaces, or until the next version begins."""
    if holds:
        return holds.end
    return later[0].start - DAY if later else None


def _write(workshop: Workshop, slot: SlotKey, openings: list[Opening], versions: list[Version]) -> None:
    """Make the openings of one slot what `versions` say: first what goes or ends earlier, then what is new."""
    wanted = {(version.start, version.capacity): version for version in versions}
    known = {}
    for opening in openings:
        version = wanted.get((opening.start_date, opening.capacity))
        if version is None:
            opening.delete()
            continue
        known[opening.start_date, opening.capacity] = opening
    for key, opening in known.items():
        if opening.end_date != wanted[key].end:
            opening.end_date = wanted[key].end
            opening.full_clean()
            opening.save(update_fields=["end_date"])
    for key, version in wanted.items():
        if key not in known:
            opening = Opening(
                workshop=workshop,
                weekday=slot[0],
                day_part=slot[1],
                capacity=version.capacity,
                start_date=version.start,
                end_date=version.end,
            )
            opening.full_clean()
            opening.save(force_insert=True)


def _end_placements(
    workshop: Workshop, closed: list[SlotChange], start: date, people: set[int], by: User | None
) -> None:
    for change in closed:
        placements = workshop.placements.overlapping(start, change.until)
        placements = placements.filter(weekday=change.weekday, day_part=change.day_part).order_by("pk")
        rows = Attendance.objects.filter(_in_slots([change], "date__iso_week_day"), workshop=workshop)
        check_nothing_recorded(rows.filter(date__gte=start))
        leave_workshop(placements.select_related("trajectory", "workshop"), start - DAY, people, by)


def _change_past_places(workshop: Workshop, changes: list[SlotChange], start: date) -> None:
    """Who changes the places from a day that has been, changes them in the sessions of then.

    Not where places follow supervision: of those days is known who was there.
    """
    if workshop.supervision:
        return
    past = workshop.sessions.filter(date__gte=start, date__lt=timezone.localdate())
    for change in changes:
        if change.after:
            past.filter(_in_slots([change], "date__iso_week_day")).update(capacity=change.after)


def _in_slots(changes: list[SlotChange], weekday: str, until: str = "date__lte") -> Q:
    """Rows of these day parts, as long as the change holds; `weekday` and `until` name what the rows have for that."""
    found = Q(pk__in=[])
    for change in changes:
        as_long = {until: change.until} if change.until else {}
        found |= Q(**{weekday: change.weekday, "day_part": change.day_part}, **as_long)
    return found
