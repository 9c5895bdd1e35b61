from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from participants.models import Trajectory
from pluspunt.periods import Period
from pluspunt.tests.factories import ParticipantFactory, TrajectoryFactory

DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


def test_a_period_does_not_end_before_it_starts():
    with pytest.raises(ValueError, match="ends before"):
        Period(date(2026, 3, 2), date(2026, 3, 1))


def test_the_year_before_a_leap_day_is_the_twenty_eighth():
    assert Period(date(2024, 2, 29), date(2024, 2, 29)).year_before == Period(date(2023, 2, 28), date(2023, 2, 28))


@given(DAYS, st.integers(0, 400))
def test_a_period_counts_both_its_days(start, length):
    days = Period(start, start + timedelta(days=length)).days
    assert (days[0], len(days)) == (start, length + 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "end", "overlaps"),
    [
        (date(2025, 1, 1), date(2025, 2, 28), False),
        (date(2025, 1, 1), date(2025, 3, 1), True),
        (date(2025, 3, 31), None, True),
        (date(2025, 4, 1), None, False),
        (date(2025, 3, 10), date(2025, 3, 10), True),
    ],
)
def test_two_of_a_kind_never_share_a_day(start, end, overlaps):
    first = TrajectoryFactory(start_date=date(2025, 3, 1), end_date=date(2025, 3, 31))
    second = Trajectory(participant=first.participant, target_group=first.target_group, start_date=start, end_date=end)
    if overlaps:
        with pytest.raises(ValidationError, match="al een traject in deze doelgroep"):
            second.full_clean()
    else:
        second.full_clean()
    assert Trajectory.objects.overlapping(start, end).filter(pk=first.pk).exists() is overlaps


@pytest.mark.django_db
def test_somebody_else_may_have_the_same_days():
    first = TrajectoryFactory()
    Trajectory(
        participant=ParticipantFactory(), target_group=first.target_group, start_date=first.start_date
    ).full_clean()


@pytest.mark.django_db
def test_a_row_does_not_overlap_itself():
    TrajectoryFactory().full_clean()


@pytest.mark.django_db
def test_reversed_dates_get_one_clear_sentence():
    trajectory = Trajectory(
        participant=ParticipantFactory(),
        target_group=Trajectory.TargetGroup.ACTIVATION,
        start_date=date(2025, 3, 2),
        end_date=date(2025, 3, 1),
    )
    with pytest.raises(ValidationError) as refusal:
        trajectory.full_clean()
    assert refusal.value.messages == ["De einddatum ligt voor de begindatum."]


@pytest.mark.django_db
def test_postgresql_refuses_an_overlap_that_slipped_past_validation():
    first = TrajectoryFactory(end_date=date(2025, 3, 31))
    second = Trajectory(
        participant=first.participant,
        target_group=first.target_group,
        start_date=date(2025, 3, 31),
        end_date=date(2025, 4, 1),
    )
    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError):
            second.save()
    else:
        with pytest.raises(ValidationError):
            second.full_clean()
