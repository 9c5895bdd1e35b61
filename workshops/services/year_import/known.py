"""What there is: the database, and the good rows that were added to it so far."""

from collections import defaultdict
from datetime import date

from participants.models import District, Indication, MergedParticipant, NotTogether, Participant, Pause, Trajectory
from partners.models import Organisation
from pluspunt.periods import Period
from workshops.models import AbsenceReason, Attendance, Closure, Location, Opening, Placement, Session, Workshop
from workshops.services.year_import.rows import PlacementRow

MUNICIPALITY = Indication._meta.get_field("municipality_code").default


class KnownFacts:
    """Workshops and locations by name, people by their own number, and the register of one year by slot.

    A slot is (name of the workshop, date, day part). Rows of the import are added here as unsaved instances.
    """

    def __init__(self, year: int):
        self.period = Period.of_year(year)
        self._load_workshops()
        self._load_people()
        self._load_placements()
        self._load_register()

    def _load_workshops(self) -> None:
        self.organisations = {organisation.name: organisation for organisation in Organisation.objects.all()}
        self.locations = {location.name: location for location in Location.objects.all()}
        self.workshops = {w.name: w for w in Workshop.objects.select_related("location", "host")}
        self.names = {workshop.pk: workshop.name for workshop in self.workshops.values()}
        self.openings = defaultdict(list)
        for opening in Opening.objects.overlapping(self.period.start, self.period.end):
            self.openings[self.names[opening.workshop_id]].append(opening)
        self.closures = list(Closure.objects.overlapping(self.period.start, self.period.end))
        self.prepared: set[str] = set()

    def _load_people(self) -> None:
        # Locked, so that nobody is placed or moved between comparing and writing.
        known = Participant.objects.filter(number__isnull=False).order_by("pk")
        known = known.select_related("district").prefetch_related("trajectories", "indications", "practitioners")
        self.people = {person.number: person for person in known.select_for_update(of=("self",), no_key=True)}
        self.numbers = {person.pk: number for number, person in self.people.items()}
        self._load_former_numbers()
        self.trajectories = {number: list(person.trajectories.all()) for number, person in self.people.items()}
        self.districts = {district.name: district for district in District.objects.all()}
        allocated = Indication.objects.filter(allocation_number__isnull=False, municipality_code=MUNICIPALITY)
        self.allocations = dict(allocated.values_list("allocation_number", "participant"))

    def _load_former_numbers(self) -> None:
        """Numbers of records that were merged: their rows are about the person who was kept."""
        self.own_number: dict[int, int] = {}
        merged = MergedParticipant.objects.select_related("kept__district").order_by("pk")
        for record in merged.prefetch_related("kept__trajectories", "kept__indications", "kept__practitioners"):
            for former in (record.facts.get("number"), record.facts.get("replaced", {}).get("number")):
                if former is None or former in self.people:
                    continue
                if record.kept_id not in self.numbers:
                    # Somebody without a number of their own goes by the first of the former ones.
                    self.numbers[record.kept_id] = former
                    self.people[former] = record.kept
                self.own_number[former] = self.numbers[record.kept_id]

    def _load_placements(self) -> None:
        self.placements: dict[tuple, Placement] = {}
        self.booked: dict[tuple, list[tuple[str, Placement]]] = defaultdict(list)
        for placement in Placement.objects.select_related("trajectory"):
            if number := self.numbers.get(placement.participant_id):
                self.book(number, self.names[placement.workshop_id], placement)
        pairs = NotTogether.objects.values_list("first", "second")
        self.kept_apart = {person for pair in pairs for person in pair}
        self.pauses = defaultdict(list)
        for pause in Pause.objects.overlapping(self.period.start, self.period.end):
            self.pauses[pause.trajectory_id].append(pause)

    def _load_register(self) -> None:
        self.reasons = {reason.name.casefold(): reason for reason in AbsenceReason.objects.all()}
        year = (self.period.start, self.period.end)
        sessions = Session.objects.filter(date__range=year).order_by()
        self.sessions = {
            (self.names[s.workshop_id], s.date, s.day_part): (s.state, s.cancel_reason) for s in sessions.iterator()
        }
        columns = ("workshop", "date", "day_part", "participant", "status", "reason__name")
        self.recorded: dict[tuple, tuple] = {}
        self.recorded_slots: set[tuple] = set()
        self.present: set[tuple] = set()
        found = Attendance.objects.filter(date__range=year).order_by().values_list(*columns)
        for workshop, day, part, person, status, reason in found.iterator():
            slot, number = (self.names[workshop], day, part), self.numbers.get(person)
            if status != Attendance.Status.OPEN:
                self.recorded_slots.add(slot)
            if number is not None:
                self.recorded[*slot, number] = (status, (reason or "").casefold())
                if status == Attendance.Status.PRESENT:
                    self.present.add((number, day, part))

    def book(self, number: int, workshop: str, placement: Placement) -> None:
        self.placements[number, workshop, placement.weekday, placement.day_part, placement.start_date] = placement
        self.booked[number, placement.weekday, placement.day_part].append((workshop, placement))

    def is_booked(self, row: PlacementRow) -> bool:
        """Whether the person of `row` is placed somewhere in that slot during any part of that time."""
        others = [placement for _, placement in self.booked[row.number, row.weekday, row.day_part]]
        return any(
            (row.end is None or other.start_date <= row.end) and (other.end_date is None or other.end_date >= row.start)
            for other in others
        )

    def session_state(self, slot: tuple[str, date, str]) -> str | None:
        """The state that the session will have, or `None` when there is none."""
        name, day, part = slot
        state = self.sessions[slot][0] if slot in self.sessions else None
        if state in (Session.State.CANCELLED, Session.State.CLOSED):
            return state
        if not self._is_open(name, day, part) and state is None:
            return None
        workshop = self.workshops[name]
        is_closed = any(closure.closes(workshop, day) for closure in self.closures if closure.runs_on(day))
        return Session.State.CLOSED if is_closed else Session.State.PLANNED

    def _is_open(self, name: str, day: date, part: str) -> bool:
        """Whether sessions will be made here: only where this import keeps the register."""
        if name not in self.prepared:
            return False
        return any(
            opening.weekday == day.isoweekday() and opening.day_part == part and opening.runs_on(day)
            for opening in self.openings[name]
        )

    def placement_on(self, number: int, slot: tuple[str, date, str]) -> Placement | None:
        """The placement that puts the person in this session, when the trajectory is not paused."""
        name, day, part = slot
        for workshop, placement in self.booked[number, day.isoweekday(), part]:
            if workshop == name and placement.runs_on(day) and not self._is_paused(placement.trajectory, day):
                return placement
        return None

    def _is_paused(self, trajectory: Trajectory, day: date) -> bool:
        return trajectory.pk is not None and any(pause.runs_on(day) for pause in self.pauses[trajectory.pk])
