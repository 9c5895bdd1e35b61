"""Two people of the demo who stand there twice, as it happens: one was signed up again, one was taken in again."""

from datetime import date, timedelta
from itertools import pairwise
from random import Random

from accounts.models import User
from participants.models import Application, NotTogether, Participant, Trajectory
from workshops.models import Attendance, Opening, Placement, Session, Workshop
from workshops.services.attendance import mark_attendance
from workshops.services.sessions import reconcile_sessions

WEEKS_AGO = 4


def add_duplicates(today: date, chance: Random) -> None:
    """Records with the same birth date and nearly the same name, to try merging on."""
    in_pairs = {pk for pair in NotTogether.objects.values_list("first", "second") for pk in pair}
    paths = Trajectory.objects.on(today).filter(target_group=Trajectory.TargetGroup.ACTIVATION)
    paths = paths.exclude(participant__in=in_pairs).order_by("pk").select_related("participant__district")
    people = [path.participant for path in paths if path.start_date < today - timedelta(weeks=26)]
    again, twice = chance.sample(people, 2)
    _sign_up_again(again, today)
    _take_in_again(twice, today)


def _copy(person: Participant, **facts) -> Participant:
    return Participant.objects.create(
        **{
            "nickname": person.nickname,
            "prefix": person.prefix,
            "surname": person.surname,
            "birth_date": person.birth_date,
            "gender": person.gender,
            "district": person.district,
            **facts,
        }
    )


def _sign_up_again(person: Participant, today: date) -> None:
    copy = _copy(person, nickname=f"{person.nickname[0]}.", phone="010 555 01 99")
    Application.objects.create(
        participant=copy,
        applied_on=today - timedelta(days=9),
        referrer=Application.Referrer.NEIGHBOURHOOD_TEAM,
        target_group=Trajectory.TargetGroup.ACTIVATION,
        wish="Wil graag weer iets met de handen doen.",
    )


def _take_in_again(person: Participant, today: date) -> None:
    """With another spelling, a place on another day part, and what was recorded there."""
    copy = _copy(person, surname=_misspelt(person.surname))
    start = today - timedelta(weeks=WEEKS_AGO)
    path = Trajectory.objects.create(participant=copy, target_group=Trajectory.TargetGroup.ACTIVATION, start_date=start)
    taken = set(person.placements.overlapping(start, None).values_list("weekday", "day_part"))
    workshop = Workshop.objects.filter(placements__in=person.placements.on(today)).order_by("pk").first()
    openings = Opening.objects.on(today).order_by("workshop", "weekday", "-day_part")
    free = [o for o in openings if (o.weekday, o.day_part) not in taken and o.capacity]
    opening = next((o for o in free if o.workshop == workshop), free[0])
    Placement.objects.create(
        trajectory=path,
        participant=copy,
        workshop_id=opening.workshop_id,
        weekday=opening.weekday,
        day_part=opening.day_part,
        start_date=start,
    )
    reconcile_sessions(Workshop.objects.filter(pk=opening.workshop_id), start)
    coach = User.objects.filter(role=User.Role.COACH).order_by("pk").first()
    rows = copy.attendances.filter(date__lt=today, session__state=Session.State.PLANNED).order_by("date")
    for row in rows:
        mark_attendance(row, Attendance.Status.PRESENT, by=coach)


def _misspelt(surname: str) -> str:
    """A letter doubled, or one of two left out: "Bakker" and "Baker"."""
    for first, second in pairwise(surname):
        if first == second:
            return surname.replace(first + second, first, 1)
    return surname + surname[-1]
