"""A recount in plain SQL agrees with every figure of the catalogue, for the year of the files and for made-up years."""

from datetime import date, timedelta
from random import Random

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from impact.figures.catalogue import catalogue
from impact.tests.recount import recounted
from participants.models import Trajectory
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    ApplicationFactory,
    IndicationFactory,
    OpeningFactory,
    OrganisationFactory,
    ParticipantFactory,
    PlacementFactory,
    TrajectoryFactory,
    UserFactory,
    WorkshopFactory,
)
from workshops.models import Attendance, DayPart, Session
from workshops.services.sessions import ensure_sessions
from workshops.services.year_import.cleaning import read_year
from workshops.services.year_import.writing import import_year
from workshops.tests.spreadsheets import real_files

BEGAN = date(2025, 1, 1)
GROUPS = Trajectory.TargetGroup.values
Status = Attendance.Status


def differences(period: Period) -> dict[str, tuple]:
    """Key → (figure, recount) where they differ; a rate to the last digit but three."""
    mine = {figure.key: figure.value for figure in catalogue(period)}
    theirs = recounted(period.start, period.end)
    assert set(mine) - {key for key, value in mine.items() if value is None} <= set(theirs)
    found = {key: (value, theirs.get(key)) for key, value in mine.items() if key in theirs or value is not None}
    return {key: (a, b) for key, (a, b) in found.items() if a != b and a != pytest.approx(b, rel=1e-12)}


@pytest.mark.django_db
def test_the_year_of_the_files():
    import_year(read_year(real_files()), by=None)
    for period in (Period.of_year(2025), Period(date(2025, 3, 10), date(2025, 8, 2))):
        assert differences(period) == {}


def make_person(chance: Random, workshops: list) -> None:
    """Somebody with paths one after the other, close enough to be one stay or just not, and what belongs to them."""
    participant = ParticipantFactory()
    ends: dict[str, date] = {}
    start = BEGAN - timedelta(days=200) + timedelta(days=chance.randrange(500))
    for _ in range(chance.randint(1, 4)):
        group = chance.choice(GROUPS)
        end = chance.choice([None, *[start + timedelta(days=chance.choice([0, 10, 80, 200]))] * 3])
        if ends.get(group, date.min) < start:
            ends[group] = end or date.max
            make_path(chance, participant, workshops, group, start, end)
        gap = chance.choice([-10, 1, 27, 28, 29, 60])
        start = max(start, (end or start) + timedelta(days=gap))
    if chance.random() < 0.5:
        first = BEGAN + timedelta(days=chance.randrange(300))
        last = first + timedelta(days=chance.randrange(250))
        volume, frequency = chance.randint(1, 9), chance.choice(["2", "4", "6"])
        IndicationFactory(participant=participant, start_date=first, end_date=last, volume=volume, frequency=frequency)


def make_path(chance: Random, participant, workshops: list, group: str, start: date, end: date | None) -> None:
    """One path with an application, placements, a strand, a way on and where it led, each of them now and then."""
    before = participant.trajectories.filter(end_date__isnull=False).order_by("end_date").last()
    is_up = before and before.end_date < start and GROUPS.index(before.target_group) < GROUPS.index(group)
    moved_from = before if is_up and chance.random() < 0.7 and not hasattr(before, "moved_to") else None
    path = TrajectoryFactory(
        participant=participant,
        target_group=group,
        start_date=start,
        end_date=end,
        destination=chance.choice(["", "DECEASED", "MOVED", *Trajectory.Destination.values]) if end else "",
        strand_social=group == "ACTIVATION" and chance.random() < 0.5,
        moved_from=moved_from,
    )
    for _ in range(chance.choice([0, 1, 1, 2])):
        applied = start - timedelta(days=chance.choice([0, 3, 40]))
        about = {"state": "STARTED", "decided_on": start, "trajectory": path}
        ApplicationFactory(participant=participant, applied_on=applied, target_group=group, **about)
    for weekday in chance.sample(range(1, 6), chance.randint(0, 3)):
        begins = start + timedelta(days=chance.choice([0, 5, 40]))
        slot = {"weekday": weekday, "day_part": DayPart.MORNING}
        is_free = not participant.placements.filter(**slot).overlapping(begins, end).exists()
        if is_free and (end is None or begins <= end):
            workshop = chance.choice(workshops)
            PlacementFactory(trajectory=path, workshop=workshop, start_date=begins, end_date=end, **slot)


@pytest.fixture
def marks(db):
    """Writes made-up marks into all registers so far."""
    coach = UserFactory()

    def write(chance: Random) -> None:
        for session in Session.objects.all():
            if chance.random() < 0.1:
                state, reason = chance.choice([("CANCELLED", "storm"), ("CLOSED", "")])
                Session.objects.filter(pk=session.pk).update(state=state, cancel_reason=reason)
        for key in Attendance.objects.values_list("pk", flat=True):
            status = chance.choice([*Status.values, Status.PRESENT])
            if status != Status.OPEN:
                planned = status != Status.PRESENT or chance.random() < 0.8
                by = {"recorded_by": coach, "recorded_at": timezone.now()}
                Attendance.objects.filter(pk=key).update(status=status, planned=planned, **by)

    return write


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_made_up_years(monday, marks, seed):
    chance = Random(seed)
    with transaction.atomic():
        workshops = [
            WorkshopFactory(registered_from=BEGAN),
            WorkshopFactory(registered_from=date(2025, 6, 1), host=OrganisationFactory()),
        ]
        for workshop in workshops:
            for weekday in range(1, 6):
                OpeningFactory(workshop=workshop, weekday=weekday, capacity=4, start_date=BEGAN)
        for _ in range(10):
            make_person(chance, workshops)
        ensure_sessions(monday)
        marks(chance)
        for start in (BEGAN, date(2025, 4, 1), date(2025, 10, 15)):
            end = min(start + timedelta(days=chance.randrange(365)), monday)
            assert differences(Period(start, end)) == {}
        transaction.set_rollback(True)
