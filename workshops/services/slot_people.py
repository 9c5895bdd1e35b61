"""Who is in one day part of one workshop, and how each of them stands that day."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import DateField, Exists, Value

from accounts.models import User
from participants.models import Participant
from workshops.models import Attendance, OneOff, Placement, Session, Weeks, Workshop
from workshops.services.planned import absences_on, coaches_in_week, pauses_on

PAUSED, ELSEWHERE = "PAUSED", "ELSEWHERE"
Status = Attendance.Status


@dataclass(frozen=True)
class SlotPeople:
    """Everybody of one day part, by name.

    Each of `placements` has its `standing`: a status of attendance, `PAUSED`, `ELSEWHERE` for who for one time is not
    here, or "" for who is expected. `others` stand in the register without a place here: who dropped in, or who
    had another place then. `one_offs` say who comes or goes for one time.
    """

    placements: list[Placement]
    others: list[Attendance]
    one_offs: list[OneOff]
    coaches: list[User]

    @property
    def participants(self) -> list[Placement]:
        return [placement for placement in self.placements if not placement.trajectory.is_volunteer]

    @property
    def volunteers(self) -> list[Placement]:
        return [placement for placement in self.placements if placement.trajectory.is_volunteer]

    @property
    def seen(self) -> list[Participant]:
        """Everybody who is named, each once."""
        everybody = (*self.placements, *self.others, *self.one_offs)
        return list({each.participant_id: each.participant for each in everybody}.values())


def slot_people(
    workshop: Workshop, day: date, day_part: str, session: Session | None, one_offs: list[OneOff]
) -> SlotPeople:
    """The people of a slot, with the register of its `session` when it is made and the `one_offs` of that.

    Five queries at most.
    """
    placements = workshop.placements.on(day).filter(
        weekday=day.isoweekday(), day_part=day_part, weeks__in=Weeks.holding_on(day)
    )
    placements = placements.annotate(on=Value(day, output_field=DateField())).annotate(
        is_paused=Exists(pauses_on("on")), is_away=Exists(absences_on("on", "day_part"))
    )
    people = list(placements.select_related("participant", "trajectory").order_by("participant__sort_name"))
    rows = list(_rows(session))
    recorded = _recorded(rows, session)
    elsewhere = {each.participant_id for each in one_offs if each.away_from_id == session.pk}
    for placement in people:
        expected = PAUSED if placement.is_paused else Status.EXCUSED if placement.is_away else ""
        known = ELSEWHERE if placement.participant_id in elsewhere else expected
        placement.standing = recorded.get(placement.participant_id, known)
    named = {each.participant_id for each in (*people, *one_offs)}
    others = [row for row in rows if row.participant_id not in named]
    return SlotPeople(people, others, one_offs, _coaches(workshop, day, day_part))


def _rows(session: Session | None):
    if session is None or session.state != Session.State.PLANNED:
        return []
    return session.attendances.listed().select_related("participant").order_by("participant__sort_name")


def _recorded(rows: list[Attendance], session: Session | None) -> dict[int, str]:
    """What the register says; that nobody wrote anything yet is said only when the day part has begun."""
    has_begun = session is not None and not session.is_future
    return {row.participant_id: row.status for row in rows if has_begun or row.status != Status.OPEN}


def _coaches(workshop: Workshop, day: date, day_part: str) -> list[User]:
    there = coaches_in_week([workshop], day - timedelta(days=day.weekday()))
    keys = [user for _, on, part, user in there if (on, part) == (day, day_part)]
    return list(User.objects.filter(pk__in=keys).order_by("name"))
