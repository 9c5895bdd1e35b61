"""What people looked at in the last weeks, for who reads the access log."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from accounts.models import User
from participants.models import Participant
from privacy.models import AccessEvent
from privacy.services.log import GROUND_OF_ROLE, Action, write_event
from workshops.services.privacy import caseload_of

DAYS = 62
SEEN = [(Action.VIEW, "overzicht"), (Action.VIEW, "doelen"), (Action.CHANGE, "phone"), (Action.PRINT, "weekkaart")]
TABLET, DESK = "Chrome op Android", "Firefox op Windows"


def add_log(today: date, chance: Random) -> None:
    """Coaches and coordinators at their usual work, and a few things that ask for a question."""
    everybody = list(Participant.objects.order_by("pk").values_list("pk", flat=True))
    first = today - timedelta(days=DAYS)
    coaches = list(User.objects.active().filter(role=User.Role.COACH).order_by("pk"))
    cases = {coach: sorted(caseload_of(coach.pk, first, today)) for coach in coaches}
    cases |= dict.fromkeys(User.objects.active().filter(role=User.Role.COORDINATOR).order_by("pk"), everybody)
    for days in range(DAYS, 0, -1):
        day = today - timedelta(days=days)
        if day.isoweekday() > 5:
            continue
        for user, people in cases.items():
            for person in chance.sample(people, min(3, len(people))):
                action, data = chance.choice(SEEN)
                _add(user, action, data, [person], _at(day, chance.randint(9, 16), chance))
    strange = today - timedelta(days=35)
    if coaches:
        others = [person for person in everybody if person not in cases[coaches[0]]]
        for person in chance.sample(others, min(4, len(others))):
            _add(coaches[0], Action.VIEW, "overzicht", [person], _at(strange, 21, chance))
    for user in User.objects.active().filter(role=User.Role.COORDINATOR).order_by("pk")[:1]:
        _add(user, Action.EXPORT, "naam, indicatie, stappen", everybody[:40], _at(strange, 11, chance))


def _at(day: date, hour: int, chance: Random) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, chance.randint(0, 59))))


def _add(user: User, action: Action, data: str, people: list[int], at: datetime) -> None:
    event = AccessEvent(
        user=user,
        role=user.role,
        action=action,
        data=data,
        ground=GROUND_OF_ROLE[user.role],
        address="192.0.2.10",
        agent=TABLET if user.is_coach else DESK,
        at=at,
    )
    write_event(event, Participant, people)
