"""People of a session that does not go on, or has fewer places than people: elsewhere for one time, or not at all."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from workshops.models import Attendance, OneOff, Session, Workshop
from workshops.services.alternatives import Line, Option, Surroundings, lines_of
from workshops.services.locks import lock_people, lock_workshops
from workshops.services.not_together import lock_pairs
from workshops.services.placements import refused_twice
from workshops.services.planned import absences_on
from workshops.services.rota import takes_place
from workshops.services.sessions import reconcile_sessions

# What may be chosen besides a session.
HOME, STAYS, LATER = "thuis", "blijft", ""
Status = Attendance.Status


@dataclass(frozen=True)
class Replan:
    """A proposal: `lines` are the people to decide about, of whom `to_move` go elsewhere or stay home.

    `people` take a place now. Volunteers take none and go their own way: they are named, not planned.
    """

    session: Session
    lines: list[Line]
    volunteers: list[Attendance]
    people: int
    to_move: int
    surroundings: Surroundings

    @property
    def is_cancelled(self) -> bool:
        return self.session.state == Session.State.CANCELLED

    @property
    def stuck(self) -> list[Line]:
        """For whom there is no place anywhere that week."""
        return [line for line in self.lines if not line.options]

    @property
    def moving(self) -> list[Line]:
        return [line for line in self.lines if line.proposed not in (HOME, STAYS, LATER)]


def people_to_move(session: Session) -> int:
    """For how many people of this session something else must be found; 0 when it is over. At most two queries."""
    if session.is_over or session.state == Session.State.CLOSED:
        return 0
    if session.state == Session.State.CANCELLED:
        return _undecided(session).filter(takes_place()).count()
    return max(0, session.attendances.order_by().filter(takes_place()).count() - session.capacity)


def propose(session: Session) -> Replan:
    """For each of the people of `session` where they could go, and what suits them all best.

    A place on the same day part goes first, then the nearest day of that week; among those what somebody wished, knows,
    or does already. Of a session with too few places only as many go as needed. The number of queries is fixed.
    """
    rows = list(_undecided(session).select_related("participant", "trajectory").order_by("participant__sort_name"))
    volunteers = [row for row in rows if row.trajectory.is_volunteer]
    rows = [row for row in rows if not row.trajectory.is_volunteer]
    people = session.attendances.order_by().filter(takes_place()).count()
    to_move = len(rows) if session.state == Session.State.CANCELLED else max(0, people - session.capacity)
    surroundings = Surroundings(session, [row.participant_id for row in rows])
    lines = lines_of(surroundings, rows)
    found = Replan(session, lines, volunteers, people, min(to_move, len(lines)), surroundings)
    _choose(found)
    return found


def _undecided(session: Session):
    """Rows of people who are expected here, of whom nothing is recorded and nothing else is planned.

    Nothing fills the rows of a session that does not go on: who said to stay away is not expected there either.
    """
    decided = OneOff.objects.standing().filter(away_from=session, participant=OuterRef("participant"))
    expected = session.attendances.filter(status=Status.OPEN, planned=True)
    return expected.filter(~Exists(decided), ~Exists(absences_on("date", "day_part")))


def _choose(replan: Replan) -> None:
    """Give as many people a place as can have one: who has fewest to choose from, chooses first."""
    others = LATER if replan.is_cancelled else STAYS
    going = [line for line in replan.lines if line.options and not (replan.is_cancelled and line.has_enough)]
    if replan.is_cancelled:
        going.sort(key=lambda line: (len(line.options), line.options[0].rank))
    else:
        going.sort(key=lambda line: line.options[0].rank)
    seats = _Seats(replan.surroundings)
    for line in going:
        if len(seats.of) == replan.to_move:
            break
        seats.seat(line, set())
    for line in replan.lines:
        option = seats.of.get(line.participant.pk)
        home = HOME if replan.is_cancelled and (line.has_enough or not line.options) else others
        line.proposed = option.value if option else home


class _Seats:
    """Who sits where so far: somebody moves up when that gives everybody a place."""

    def __init__(self, surroundings: Surroundings):
        self.room, self.apart = surroundings.room, surroundings.apart
        self.of: dict[int, Option] = {}
        self.lines: dict[int, list[Line]] = defaultdict(list)

    def seat(self, line: Line, tried: set[int]) -> bool:
        """Find a place for this person, whoever must move up for it; what is in `tried` was tried already."""
        for option in line.options:
            session = option.session.pk
            here = self.lines[session]
            if session in tried or self._meets(line, here):
                continue
            if len(here) < self.room[session]:
                return self._sit(line, option)
        for option in line.options:
            session = option.session.pk
            if session in tried or self._meets(line, self.lines[session]):
                continue
            tried.add(session)
            for other in list(self.lines[session]):
                self.lines[session].remove(other)
                if self.seat(other, tried):
                    return self._sit(line, option)
                self.lines[session].append(other)
        return False

    def _sit(self, line: Line, option: Option) -> bool:
        self.lines[option.session.pk].append(line)
        self.of[line.participant.pk] = option
        return True

    def _meets(self, line: Line, here: list[Line]) -> bool:
        return any(other.participant.pk in self.apart[line.participant.pk] for other in here)


@transaction.atomic
def replan(session: Session, choices: Mapping[str, str], *, by: User) -> list[OneOff]:
    """Plan for each person (by their public key) what was chosen: an `Option.value`, `HOME`, `STAYS` or `LATER`.

    Everything is asked again with the people and the registers locked. Raises `ValidationError`, by key where it is
    about one person: a place that went meanwhile, somebody who is planned elsewhere by now; and when nobody has to go
    any more. Then nothing is kept.
    """
    chosen = {key: value for key, value in choices.items() if value not in (STAYS, LATER)}
    rows = session.attendances.filter(participant__key__in=chosen).order_by()
    people = set(rows.values_list("participant", flat=True))
    lock_people(people)
    lock_pairs(*people)
    goals = {value for value in chosen.values() if value.isascii() and value.isdecimal() and len(value) < 10}
    sessions = Session.objects.filter(pk__in={session.pk, *map(int, goals)}).order_by()
    lock_workshops(set(sessions.values_list("workshop", flat=True)))
    session = Session.objects.select_related("workshop__location").get(pk=session.pk)
    _check_needed(session)
    one_offs = _checked(session, chosen, by)
    with refused_twice():
        for each in one_offs:
            each.full_clean()
            each.save(force_insert=True)
    days = [session.date, *(each.comes_to.date for each in one_offs if each.comes_to)]
    workshops = {session.workshop_id, *(each.comes_to.workshop_id for each in one_offs if each.comes_to)}
    reconcile_sessions(Workshop.objects.filter(pk__in=workshops), min(days), max(days))
    return one_offs


def _check_needed(session: Session) -> None:
    if session.is_over:
        raise ValidationError("Dit dagdeel is voorbij. Er valt niets meer te plannen.")
    if not people_to_move(session):
        raise ValidationError("Hier hoeft niemand meer weg: de sessie gaat door en er zijn genoeg plekken.")


def _checked(session: Session, chosen: Mapping[str, str], by: User) -> list[OneOff]:
    now = propose(session)
    lines = {line.participant.key: line for line in now.lines}
    room, apart = now.surroundings.room, now.surroundings.apart
    seated: dict[int, set[int]] = defaultdict(set)
    problems, one_offs = {}, []
    for key, value in chosen.items():
        line = lines.get(key)
        option = line.option(value) if line else None
        if line is None:
            problems[key] = ["Voor deze persoon is intussen al iets anders gepland."]
        elif value != HOME and (option is None or len(seated[option.session.pk]) >= room[option.session.pk]):
            problems[key] = [f"Deze plek is intussen weg voor {line.participant.nickname}. Kies een andere."]
        elif option and apart[line.participant.pk] & seated[option.session.pk]:
            problems[key] = [f"{line.participant.nickname} kan hier niet samen met iemand die hier ook heen gaat."]
        else:
            one_offs.append(_one_off(session, line, option, by))
            if option:
                seated[option.session.pk].add(line.participant.pk)
    if problems:
        raise ValidationError(problems)
    return one_offs


def _one_off(session: Session, line: Line, option: Option | None, by: User) -> OneOff:
    return OneOff(
        trajectory=line.row.trajectory,
        participant=line.participant,
        away_from=session,
        comes_to=option.session if option else None,
        made_by=by,
    )
