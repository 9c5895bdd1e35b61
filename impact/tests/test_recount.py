"""A recount in plain SQL agrees with every figure of the catalogue, for the year of the files and for made-up years."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from impact.figures.catalogue import catalogue
from impact.models import Rater
from impact.tests.recount import recounted
from participants.models import Trajectory
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    ApplicationFactory,
    EventFactory,
    IndicationFactory,
    JobFactory,
    LadderPositionFactory,
    MeasurementChoiceFactory,
    OpeningFactory,
    OrganisationFactory,
    OutputFactory,
    ParticipantFactory,
    PlacementFactory,
    ScoreFactory,
    TrajectoryFactory,
    UserFactory,
    WorkshopFactory,
)
from workshops.models import Attendance, DayPart, OutputType, Session
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
    return {
        key: (a, b)
        for key, (a, b) in found.items()
        if a != b and (a is None or b is None or float(a) != pytest.approx(float(b), rel=1e-12))
    }


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
    measure(chance, participant)
    if chance.random() < 0.5:
        first = BEGAN + timedelta(days=chance.randrange(300))
        last = first + timedelta(days=chance.randrange(250))
        volume, frequency = chance.randint(1, 9), chance.choice(["2", "4", "6"])
        IndicationFactory(participant=participant, start_date=first, end_date=last, volume=volume, frequency=frequency)


def measure(chance: Random, participant) -> None:
    """Now and then a choice, measurements by both raters around the year, and rungs of the ladder."""
    for _ in range(chance.randint(0, 2)):
        decided = BEGAN + timedelta(days=chance.randrange(400))
        MeasurementChoiceFactory(participant=participant, takes_part=chance.random() < 0.5, decided_on=decided)
    for rater in Rater.values:
        on = BEGAN - timedelta(days=chance.randrange(200))
        for _ in range(chance.randint(0, 4)):
            answered = chance.randint(2, 3)
            ScoreFactory(
                measurement__trajectory=participant.trajectories.first(),
                measurement__rater=rater,
                measurement__taken_on=on,
                indicator=chance.choice(["SELF_CONFIDENCE", "SELF_RELIANCE"]),
                points=chance.randint(answered, 5 * answered),
                answered=answered,
            )
            on += timedelta(days=chance.choice([30, 89, 90, 150]))
    participant.scores.write_growth()
    for year, half in [(2024, 2), (2025, 1), (2025, 2), (2026, 1)]:
        if chance.random() < 0.5:
            LadderPositionFactory(participant=participant, year=year, half=half, rung=chance.randint(1, 6))


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


def make_outputs(chance: Random, workshops: list) -> None:
    """What was typed, and what others follow from: jobs, events and heads that were counted."""
    for kind in OutputType.objects.filter(derived_from=""):
        for _ in range(chance.randint(0, 4)):
            on = BEGAN + timedelta(days=chance.randrange(420))
            quantity = Decimal(chance.randint(1, 900)) / (1 if kind.is_whole else 10)
            OutputFactory(type=kind, workshop=chance.choice(workshops), date=on, quantity=quantity)
    for _ in range(3):
        on = BEGAN + timedelta(days=chance.randrange(420))
        JobFactory(workshop=workshops[0], state="DONE", finished_on=on)
        event = EventFactory(date=on, visitors=chance.randint(0, 60))
        if chance.random() < 0.5:
            workshops[0].collaborations.add(event.collaboration)
    for session in Session.objects.filter(workshop=workshops[0]).order_by("pk")[::20]:
        Session.objects.filter(pk=session.pk).update(neighbours=chance.randint(0, 9), visitors=chance.randint(0, 9))


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
        make_outputs(chance, workshops)
        for start in (BEGAN, date(2025, 4, 1), date(2025, 10, 15)):
            end = min(start + timedelta(days=chance.randrange(365)), monday)
            assert differences(Period(start, end)) == {}
        transaction.set_rollback(True)
