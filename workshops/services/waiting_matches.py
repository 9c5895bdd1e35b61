"""Who of the waiting list fits where a place is free, in the order in which it is their turn."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from participants.models import Application, Indication, NotTogether, Participant, Trajectory
from pluspunt.templatetags.words import day as in_words
from workshops.models import Ability, AbilityGrant, Absence, DayPart, OneOff, Placement, WaitingEntry, Workshop
from workshops.services.advice import first_over, room_on, share_of
from workshops.services.free_places import DAY, FreePlace, Kind, free_places
from workshops.services.not_together import first_shared_day


@dataclass(frozen=True)
class Fit:
    """Somebody who fits in `place`, from `start` on.

    Without a `trajectory` one must begin first, from `application` when there is one. `remarks` are what a coordinator
    should know; they never block (invariant 5 of the domain).
    """

    place: FreePlace
    entry: WaitingEntry
    start: date
    trajectory: Trajectory | None = None
    application: Application | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """A free place and who fits in it, in turn; at least one."""

    place: FreePlace
    fits: list[Fit]


@dataclass(frozen=True)
class Candidate:
    """Somebody with every place of one kind in one workshop where they fit; `entry` is the wish whose turn is first."""

    entry: WaitingEntry
    fits: list[Fit]

    @property
    def first(self) -> Fit:
        return self.fits[0]

    @property
    def remarks(self) -> list[str]:
        """Each once: most hold for all of the places."""
        return list(dict.fromkeys(remark for fit in self.fits for remark in fit.remarks))


@dataclass(frozen=True)
class Offer:
    """The free places of one kind in one workshop, so that who fits in more of them stands there once, in turn."""

    workshop: Workshop
    kind: Kind
    matches: list[Match]

    @property
    def candidates(self) -> list[Candidate]:
        by_person = defaultdict(list)
        for match in sorted(self.matches, key=_in_week):
            for fit in match.fits:
                by_person[fit.entry.participant_id].append(fit)
        found = [Candidate(min((fit.entry for fit in fits), key=_in_turn), fits) for fits in by_person.values()]
        return sorted(found, key=lambda each: _in_turn(each.entry))


def matches(entries: QuerySet[WaitingEntry] | None = None) -> list[Match]:
    """For each free place who of `entries` (everybody who waits) fits in it: the urgent first, then who waits longest.

    Somebody fits whose wish it is, whose trajectory runs or may still begin, who is not paused, who is nowhere else on
    that day part, and who meets nobody there with whom they are not together. One person may fit in several places,
    more people than there are places may fit in one. The queries do not grow with the rows.
    """
    entries = WaitingEntry.objects.all() if entries is None else entries
    waiting = list(entries.waiting().in_turn().select_related("participant", "workshop__location"))
    if not waiting:
        return []
    by_workshop = defaultdict(list)
    for entry in waiting:
        by_workshop[entry.workshop_id].append(entry)
    places = free_places({entry.workshop_id: entry.workshop for entry in waiting}.values())
    people = _People({entry.participant_id for entry in waiting}, by_workshop.keys())
    found = [Match(place, list(_fits(place, by_workshop[place.workshop.pk], people))) for place in places]
    return sorted((match for match in found if match.fits), key=_turn)


def matches_in_places_of(participant: Participant) -> list[Match]:
    """Who fits where this person has a place: what an absence or a pause sets free."""
    placed = participant.placements.overlapping(timezone.localdate(), None)
    slots = set(placed.values_list("workshop", "weekday", "day_part"))
    entries = WaitingEntry.objects.filter(workshop__in={slot[0] for slot in slots})
    found = matches(entries.exclude(participant=participant))
    return [m for m in found if (m.place.workshop.pk, m.place.weekday, m.place.day_part) in slots]


def offers(found: Iterable[Match]) -> list[Offer]:
    """The matches per workshop and kind of place, in the order in which they stand."""
    groups = defaultdict(list)
    for match in found:
        groups[match.place.workshop.pk, match.place.kind].append(match)
    return [Offer(group[0].place.workshop, group[0].place.kind, group) for group in groups.values()]


def _in_week(match: Match) -> tuple:
    place = match.place
    return place.weekday, DayPart(place.day_part).order, place.start


def _in_turn(entry: WaitingEntry) -> tuple:
    """As `WaitingEntryQuerySet.in_turn()` orders them."""
    return -entry.urgency, entry.asked_on, entry.pk


def _turn(match: Match) -> tuple:
    """Places for good before the others, then the one of whose turn comes first."""
    return list(Kind).index(match.place.kind), *_in_turn(match.fits[0].entry)


def _fits(place: FreePlace, entries: Iterable[WaitingEntry], people: "_People") -> Iterable[Fit]:
    seen = set()
    for entry in entries:
        if not entry.wants(place.weekday, place.day_part) or entry.participant_id in seen:
            continue
        if fit := people.fit(entry, place):
            # Somebody may wait here for one day part and for any.
            seen.add(entry.participant_id)
            yield fit


class _People:
    """What is known of the people who wait; eleven queries, however many there are."""

    def __init__(self, people: Collection[int], workshops: Collection[int]):
        today = timezone.localdate()
        self.trajectories = _by_person(
            Trajectory.objects.filter(participant__in=people).overlapping(today, None).prefetch_related("pauses")
        )
        self.applications = _by_person(Application.objects.waiting().filter(participant__in=people))
        self.placements = _by_person(
            Placement.objects.filter(participant__in=people).overlapping(today, None).select_related("trajectory")
        )
        self.absences = _by_person(Absence.objects.standing().filter(participant__in=people, end_date__gte=today))
        self.indications = _by_person(
            Indication.objects.filter(participant__in=people, product_category=Indication.Category.DAY_CARE)
        )
        self.abilities = defaultdict(list)
        for ability in Ability.objects.filter(workshop__in=workshops, is_wanted_before=True, is_active=True):
            self.abilities[ability.workshop_id].append(ability)
        grants = AbilityGrant.objects.filter(participant__in=people, withdrawn_on=None, ability__is_wanted_before=True)
        self.granted = set(grants.values_list("participant", "ability"))
        self._know_others(people, workshops, today)

    def _know_others(self, people: Collection[int], workshops: Collection[int], today: date) -> None:
        """Whom they are not together with, and where those are."""
        self.apart = defaultdict(set)
        pairs = NotTogether.objects.filter(Q(first__in=people) | Q(second__in=people))
        for first, second in pairs.values_list("first", "second"):
            self.apart[first].add(second)
            self.apart[second].add(first)
        others = set(self.apart)
        theirs = Placement.objects.filter(participant__in=others, workshop__in=workshops).overlapping(today, None)
        self.placements_apart = _by_person(theirs.select_related("workshop"))
        coming = OneOff.objects.standing().filter(
            Q(participant__in=others) | Q(participant__in=people), comes_to__date__gte=today
        )
        self.one_offs = _by_person(coming.select_related("comes_to"))

    def fit(self, entry: WaitingEntry, place: FreePlace) -> Fit | None:
        person = entry.participant_id
        trajectory, start = self._path(person, place)
        if start is None or self._is_elsewhere(person, place, start) or self._meets_somebody(person, place, start):
            return None
        remarks = self._missing(person, place.workshop)
        if trajectory:
            remarks += self._over_indication(person, trajectory, place, start)
        application = next(iter(self.applications[person]), None)
        return Fit(place, entry, start, trajectory, None if trajectory else application, tuple(remarks))

    def _path(self, person: int, place: FreePlace) -> tuple[Trajectory | None, date | None]:
        """The trajectory to place somebody in and the first day; no day when it cannot be."""
        running = self.trajectories[person]
        # Who has no path yet may begin one first; one visit is not worth that.
        if not running:
            return None, place.start if place.kind != Kind.ONCE else None
        for path in sorted(running, key=lambda each: (each.is_volunteer, each.start_date, each.pk)):
            start = place.first_day(path.start_date)
            for pause in sorted(path.pauses.all(), key=lambda each: each.start_date):
                if pause.runs_on(start):
                    start = pause.end_date and place.first_day(pause.end_date + DAY)
                    if start is None:
                        break
            if start and path.runs_on(start) and start <= (place.until or date.max):
                return path, start
        return None, None

    def _is_elsewhere(self, person: int, place: FreePlace, start: date) -> bool:
        placed = any(_collide(each, place, start) for each in self.placements[person])
        for_once = any(
            each.comes_to.day_part == place.day_part and place.falls_on(each.comes_to.date)
            for each in self.one_offs[person]
        )
        is_away = place.kind == Kind.ONCE and any(
            each.covers(place.start, place.day_part) for each in self.absences[person]
        )
        return placed or for_once or is_away

    def _meets_somebody(self, person: int, place: FreePlace, start: date) -> bool:
        mine = Placement(
            workshop=place.workshop,
            weekday=place.weekday,
            day_part=place.day_part,
            start_date=start,
            end_date=place.until,
            weeks=place.weeks,
        )
        return any(
            first_shared_day(mine, theirs, start)
            for other in self.apart[person]
            for theirs in self.placements_apart[other]
        ) or any(
            each.comes_to.workshop_id == place.workshop.pk
            and each.comes_to.day_part == place.day_part
            and place.falls_on(each.comes_to.date)
            for other in self.apart[person]
            for each in self.one_offs[other]
        )

    def _missing(self, person: int, workshop: Workshop) -> list[str]:
        missing = [each.name for each in self.abilities[workshop.pk] if (person, each.pk) not in self.granted]
        return [f"heeft nog niet: {', '.join(missing)}"] if missing else []

    def _over_indication(self, person: int, trajectory: Trajectory, place: FreePlace, start: date) -> list[str]:
        """As the warning before placing says it (`advice.placement_warnings`)."""
        if trajectory.is_volunteer:
            return []
        placed = [each for each in self.placements[person] if not each.trajectory.is_volunteer]
        known = (self.indications[person], placed)
        room = room_on(start, trajectory, *known)
        if room.is_needed and not room.is_running:
            return ["geen lopende indicatie in dagdelen"]
        if found := first_over(trajectory, share_of(place.weeks), start, place.until, *known):
            day, room = found
            since = "" if day == start else f", vanaf {in_words(day)}"
            return [f"indicatie {room.in_words['granted']} per week, hiermee {room.in_words['planned']}{since}"]
        return []


def _by_person(rows: QuerySet) -> dict[int, list]:
    found = defaultdict(list)
    for row in rows:
        found[row.participant_id].append(row)
    return found


def _collide(placement: Placement, place: FreePlace, start: date) -> bool:
    """Whether somebody with this placement cannot take the place: the two share a day part, some week."""
    if (placement.weekday, placement.day_part) != (place.weekday, place.day_part):
        return False
    if place.kind == Kind.ONCE:
        return placement.comes_on(place.start)
    ends_before = placement.end_date and placement.end_date < start
    begins_after = place.until and placement.start_date > place.until
    return not (ends_before or begins_after) and bool(placement.weeks & place.weeks)
