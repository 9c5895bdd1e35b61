"""Every good row compared with the rows before it and with what is in the database.

A new row becomes unsaved instances that point at each other. A row that differs in any column from
what is there is reported, and nothing of it is taken over. Rows that refer to it go on with what is there.
"""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from participants.models import Indication, Participant, Practitioner, Trajectory
from partners.models import Organisation
from workshops.models import Attendance, Closure, Location, Opening, Placement, Session, Workshop
from workshops.services.not_together import people_in_the_way
from workshops.services.year_import import differences
from workshops.services.year_import.differences import PERSON_COLUMNS
from workshops.services.year_import.known import KnownFacts
from workshops.services.year_import.plan import (
    DIFFERING,
    NEW,
    REFUSED,
    SAME,
    PlannedMark,
    RowDiffers,
    RowRefused,
    YearPlan,
    refuse_differing,
)
from workshops.services.year_import.report import Progress, Remark
from workshops.services.year_import.rows import (
    ROW_TYPES,
    AttendanceRow,
    CancellationRow,
    ClosureRow,
    PersonRow,
    PlacementRow,
    WorkshopRow,
    YearRows,
)
from workshops.services.year_import.similar import find_similar


@transaction.atomic
def plan_import(rows: YearRows, progress: Progress = lambda items, label: items) -> YearPlan:
    """Compare `rows` with the database, which stays as it is. Inside a transaction known people stay locked."""
    return _Planning(rows).run(progress)


class _Planning:
    """The state of comparing: what there is after the database and the rows before this one."""

    def __init__(self, rows: YearRows):
        self.rows = rows
        self.known = KnownFacts(rows.year)
        self.plan = YearPlan(rows)
        self.refused_slots = set(rows.refused_slots)

    def run(self, progress: Progress) -> YearPlan:
        for kind in ROW_TYPES:
            handle = getattr(self, f"_plan_{kind}")
            for row in progress(getattr(self.rows, kind), f"vergelijken {self.rows.names[kind]}"):
                outcome = self._outcome(handle, kind, self._of_kept(row))
                self.plan.counts[kind][outcome] += 1
        self.plan.similar = find_similar(self.rows, {person.number for person in self.plan.people})
        return self.plan

    def _of_kept(self, row):
        """The row, about the person who was kept when its number is of a record that was merged."""
        own = self.known.own_number.get(getattr(row, "number", None))
        return row if own is None or own == row.number else replace(row, number=own)

    def _outcome(self, handle, kind: str, row) -> str:
        name = self.rows.names[kind]
        try:
            return handle(row)
        except RowRefused as refusal:
            self.plan.refusals.append(Remark(name, row.line, refusal.column, refusal.reason))
            return REFUSED
        except RowDiffers as difference:
            columns = ", ".join(difference.columns)
            reason = "Wijkt af van wat er al staat; er is niets veranderd."
            self.plan.differences.append(Remark(name, row.line, columns, reason))
            return DIFFERING

    # --- Workshops, closures and cancelled sessions -----------------------------------------------------------

    def _plan_workshops(self, row: WorkshopRow) -> str:
        workshop = self.known.workshops.get(row.name)
        if workshop is None:
            workshop = Workshop(
                name=row.name,
                discipline=row.discipline,
                location=self._location(row.location),
                host=self._host(row.host),
            )
            self.plan.workshops.append(workshop)
            self.known.workshops[row.name] = workshop
        else:
            refuse_differing(differences.of_workshop(workshop, self.known.openings[row.name], row, self.known.period))
        is_new_here = not self.known.openings[row.name]
        if is_new_here:
            self._open(workshop, row)
        begins_later = workshop.registered_from is None or workshop.registered_from > self.known.period.start
        if begins_later:
            workshop.registered_from = self.known.period.start
        self.known.prepared.add(row.name)
        self.plan.registers.append(workshop)
        return NEW if begins_later or (is_new_here and row.places) else SAME

    def _open(self, workshop: Workshop, row: WorkshopRow) -> None:
        for weekday, part, count in row.places:
            opening = Opening(
                workshop=workshop,
                weekday=weekday,
                day_part=part,
                capacity=count,
                start_date=self.known.period.start,
                end_date=self.known.period.end,
            )
            self.plan.openings.append(opening)
            self.known.openings[row.name].append(opening)

    def _location(self, name: str) -> Location:
        if name not in self.known.locations:
            self.known.locations[name] = self.plan.locations[name] = Location(name=name)
        return self.known.locations[name]

    def _host(self, name: str) -> Organisation | None:
        if not name:
            return None
        if name not in self.known.organisations:
            self.known.organisations[name] = self.plan.organisations[name] = Organisation(name=name)
        return self.known.organisations[name]

    def _plan_closures(self, row: ClosureRow) -> str:
        for closure in self.known.closures:
            is_of_house = closure.workshop_id is None and closure.location_id is None
            if is_of_house and (closure.start_date, closure.end_date) == (row.start, row.end):
                if closure.reason != row.reason:
                    raise RowDiffers("Reden")
                return SAME
        closure = Closure(start_date=row.start, end_date=row.end, reason=row.reason)
        self.plan.closures.append(closure)
        self.known.closures.append(closure)
        return NEW

    def _plan_cancellations(self, row: CancellationRow) -> str:
        slot = (row.workshop, row.date, row.day_part)
        state = self.known.session_state(slot)
        if state is None:
            raise RowRefused("Datum", "De werkplaats is op dit dagdeel niet open.")
        if state == Session.State.CLOSED:
            raise RowRefused("Datum", "Op deze dag is alles al gesloten.")
        if state == Session.State.CANCELLED:
            if self.known.sessions[slot][1] != row.reason:
                raise RowDiffers("Reden")
            return SAME
        if slot in self.known.recorded_slots:
            raise RowDiffers("Werkplaats")
        self.plan.cancellations.append((self.known.workshops[row.workshop], row))
        self.known.sessions[slot] = (Session.State.CANCELLED, row.reason)
        return NEW

    # --- People -----------------------------------------------------------------------------------------------

    def _plan_people(self, row: PersonRow) -> str:
        try:
            return self._plan_person(row)
        except RowRefused:
            self.known.people.pop(row.number, None)
            raise

    def _plan_person(self, row: PersonRow) -> str:
        if row.district and row.district not in self.known.districts:
            raise RowRefused("Gebied", "Dit gebied staat niet in de lijst met gebieden.")
        person = self.known.people.get(row.number)
        if person is not None and person.birth_date != row.birth_date:
            raise RowRefused("Nr", "Dit nummer is al van iemand anders, met een andere geboortedatum.")
        holder = self.known.allocations.get(row.allocation_number)
        if row.allocation_number in self.known.allocations and (person is None or holder != person.pk):
            raise RowRefused("Toewijzingsnummer", "Dit toewijzingsnummer is al van iemand anders.")
        outcome = self._add_person(row) if person is None else self._compare_person(person, row)
        if row.allocation_number:
            self.known.allocations[row.allocation_number] = self.known.people[row.number].pk
        if outcome == NEW:
            self._touch(row.number)
        return outcome

    def _add_person(self, row: PersonRow) -> str:
        person = Participant(
            number=row.number,
            birth_date=row.birth_date,
            district=self.known.districts.get(row.district),
            **{name: getattr(row, name) for name in PERSON_COLUMNS.values()},
        )
        self.known.people[row.number] = person
        self.known.trajectories[row.number] = []
        self.plan.people.append(person)
        self._add_trajectory(person, row)
        if row.volume:
            self.plan.indications.append(_indication(person, row))
        if row.practitioner:
            self.plan.practitioners.append(Practitioner(participant=person, name=row.practitioner))
        return NEW

    def _add_trajectory(self, person: Participant, row: PersonRow) -> None:
        trajectory = Trajectory(
            participant=person,
            target_group=row.target_group,
            start_date=row.start,
            end_date=row.end,
            destination=row.destination,
        )
        self.known.trajectories[row.number].append(trajectory)
        self.plan.trajectories.append(trajectory)

    def _compare_person(self, person: Participant, row: PersonRow) -> str:
        refuse_differing(differences.of_person(person, row))
        outcome = SAME
        if not self.known.trajectories[row.number]:
            self._add_trajectory(person, row)
            outcome = NEW
        if row.volume and differences.same_indication(person.indications.all(), row) is None:
            self.plan.indications.append(_indication(person, row))
            outcome = NEW
        if row.practitioner and not person.practitioners.all():
            self.plan.practitioners.append(Practitioner(participant=person, name=row.practitioner))
            outcome = NEW
        return outcome

    def _person(self, number: int) -> Participant:
        if number not in self.known.people:
            raise RowRefused("Nr", f"Dit nummer is geweigerd in {self.rows.names['people']}.")
        return self.known.people[number]

    def _touch(self, number: int) -> None:
        self.plan.touched[number] = self.known.people[number]

    # --- Placements -------------------------------------------------------------------------------------------

    def _plan_placements(self, row: PlacementRow) -> str:
        try:
            return self._plan_placement(row)
        except RowRefused:
            self.refused_slots.add((row.number, row.workshop, row.weekday, row.day_part))
            raise

    def _plan_placement(self, row: PlacementRow) -> str:
        person = self._person(row.number)
        known = self.known.placements.get((row.number, row.workshop, row.weekday, row.day_part, row.start))
        if known is not None:
            refuse_differing(differences.of_placement(known, row))
            return SAME
        trajectory = self._trajectory_for(row)
        if self.known.is_booked(row):
            raise RowRefused("Dagdeel", "Deze persoon is op dit dagdeel in die tijd al geplaatst.")
        placement = Placement(
            trajectory=trajectory,
            participant=person,
            workshop=self.known.workshops[row.workshop],
            weekday=row.weekday,
            day_part=row.day_part,
            start_date=row.start,
            end_date=row.end,
        )
        self._refuse_together(placement)
        self.plan.placements.append(placement)
        self.known.book(row.number, row.workshop, placement)
        self._touch(row.number)
        return NEW

    def _refuse_together(self, placement: Placement) -> None:
        """From today on two people who are not together are not planned in one session; what has been, has been."""
        if placement.participant_id not in self.known.kept_apart:
            return
        today = timezone.localdate()
        if people_in_the_way(placement.participant_id, [placement], since=today, also=self.plan.placements):
            raise RowRefused("Werkplaats", "Hier werkt dan iemand met wie deze persoon niet samen gepland wordt.")

    def _trajectory_for(self, row: PlacementRow) -> Trajectory:
        in_role = [path for path in self.known.trajectories[row.number] if path.is_volunteer == row.is_volunteer]
        if not in_role:
            raise RowRefused("Rol", "De rol past niet bij de doelgroep van deze persoon.")
        for trajectory in in_role:
            ends_in_time = trajectory.end_date is None or (row.end is not None and row.end <= trajectory.end_date)
            if trajectory.start_date <= row.start and ends_in_time:
                return trajectory
        raise RowRefused("Van", "De plaatsing valt buiten het traject.")

    # --- Attendance -------------------------------------------------------------------------------------------

    def _plan_attendances(self, row: AttendanceRow) -> str:
        self._person(row.number)
        slot = (row.workshop, row.date, row.day_part)
        known = self.known.recorded.get((*slot, row.number))
        if known is not None and known[0] != Attendance.Status.OPEN:
            refuse_differing(differences.of_attendance(known, row))
            return SAME
        self._check_session(row, slot)
        reason = self.known.reasons.get(row.reason)
        if row.reason and reason is None:
            raise RowRefused("Reden", "Deze reden staat niet in de lijst met redenen.")
        placement = self.known.placement_on(row.number, slot)
        if placement is None:
            self._check_visit(row)
        trajectory = placement.trajectory if placement else self._running_trajectory(row)
        if row.status == Attendance.Status.PRESENT:
            if (row.number, row.date, row.day_part) in self.known.present:
                raise RowRefused("Werkplaats", "Deze persoon staat op dit dagdeel al ergens anders als aanwezig.")
            self.known.present.add((row.number, row.date, row.day_part))
        self.plan.marks.append(PlannedMark(row, trajectory, placement is not None, reason))
        self._touch(row.number)
        return NEW

    def _check_session(self, row: AttendanceRow, slot: tuple) -> None:
        state = self.known.session_state(slot)
        if state is None:
            raise RowRefused("Datum", "Op dit dagdeel is er in deze werkplaats geen sessie.")
        if state == Session.State.CLOSED:
            raise RowRefused("Datum", "Op deze dag is er gesloten.")
        if state == Session.State.CANCELLED:
            raise RowRefused("Datum", "Deze sessie is uitgevallen.")
        if row.date > timezone.localdate() and row.status != Attendance.Status.EXCUSED:
            raise RowRefused("Datum", "Deze dag komt nog: iemand kan nu alleen afgemeld zijn.")

    def _check_visit(self, row: AttendanceRow) -> None:
        if (row.number, row.workshop, row.date.isoweekday(), row.day_part) in self.refused_slots:
            name = self.rows.names["placements"]
            raise RowRefused("Werkplaats", f"De plaatsing waar deze regel bij hoort, is geweigerd in {name}.")
        if row.status != Attendance.Status.PRESENT:
            raise RowRefused("Status", "Wie niet gepland was, kan alleen aanwezig zijn.")

    def _running_trajectory(self, row: AttendanceRow) -> Trajectory:
        for trajectory in self.known.trajectories[row.number]:
            if trajectory.runs_on(row.date):
                return trajectory
        raise RowRefused("Datum", "Deze persoon heeft op deze dag geen lopend traject.")


def _indication(person: Participant, row: PersonRow) -> Indication:
    """Wmo day care in day parts per week: what the defaults of the model say."""
    return Indication(
        participant=person,
        allocation_number=row.allocation_number,
        start_date=row.granted_from,
        end_date=row.granted_until,
        volume=row.volume,
    )
