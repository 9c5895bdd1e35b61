"""People of the demo who left: one whose record goes in some weeks, one who has a warning, and one of long ago."""

from datetime import date, timedelta
from random import Random

from accounts.models import User
from participants.models import Participant, Trajectory
from participants.services.erasing import lock_to_erase
from participants.services.retention import add_years
from privacy.models import ErasureProof
from privacy.services.erasing import erase_all
from privacy.services.erasures import Asked, erase_on_request
from privacy.services.proofs import make_proof
from privacy.services.retention import keep_terms

Group = Trajectory.TargetGroup


def add_people_who_left(today: date, chance: Random) -> None:
    """Before the registers of the demo began, so that no figure of it changes."""
    two_years_ago = add_years(today, -2)
    _left(chance, two_years_ago + timedelta(weeks=3))
    _left(chance, two_years_ago - timedelta(days=4))
    keep_terms()
    erased = erase_all(lock_to_erase(_left(chance, add_years(today, -3)).pk))
    make_proof(erased, ErasureProof.Why.TERM_OVER)
    coordinator = User.objects.filter(role=User.Role.COORDINATOR).order_by("pk").first()
    asked = Asked(today - timedelta(days=2), "SELF")
    erase_on_request(_left(chance, two_years_ago + timedelta(weeks=4)), asked, "NOT_NEEDED", by=coordinator)


def _left(chance: Random, ended_on: date) -> Participant:
    one, other = chance.sample(list(Participant.objects.order_by("pk")[:130]), 2)
    person = Participant.objects.create(
        nickname=one.nickname,
        prefix=other.prefix,
        surname=other.surname,
        birth_date=date(chance.randrange(1950, 1990), chance.randrange(1, 13), chance.randrange(1, 29)),
        phone=f"06-{chance.randrange(10**7, 10**8)}",
    )
    Trajectory.objects.create(
        participant=person,
        target_group=Group.SKILLED_VOLUNTEER,
        start_date=ended_on - timedelta(days=200),
        end_date=ended_on,
        destination=Trajectory.Destination.MOVED,
    )
    return person
