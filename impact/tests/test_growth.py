"""Growth: per person last less first, exact, of one rater about one indicator; and of how many people it is known."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from impact.figures.growth import CoverageFigures, coverage_figures, growth_figures
from impact.figures.ladder import LadderFigures, half_year_of, ladder_figures
from impact.models import LadderPosition, MeasurementChoice, Rater, Score
from participants.models import PeopleIndicator
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    LadderPositionFactory,
    MeasurementChoiceFactory,
    MeasurementFactory,
    ScoreFactory,
    TrajectoryFactory,
    VolunteerFactory,
)

pytestmark = pytest.mark.django_db
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
SELF, COACH = Rater.SELF, Rater.COACH
TRUST = PeopleIndicator.SELF_CONFIDENCE


def score(path, day, points, answered=2, *, rater=SELF, indicator=TRUST) -> Score:
    measurement = path.participant.measurements.filter(rater=rater, taken_on=day).first()
    measurement = measurement or MeasurementFactory(
        trajectory=path, rater=rater, taken_on=day, finished_at=timezone.now()
    )
    row = ScoreFactory(measurement=measurement, indicator=indicator, points=points, answered=answered, asked=answered)
    path.participant.scores.write_growth()
    return row


def of(period=YEAR, rater=SELF, indicator=TRUST):
    return growth_figures(period)[rater, indicator]


def test_last_less_first_of_one_rater_and_one_indicator(django_assert_num_queries):
    grows, falls, stays = TrajectoryFactory.create_batch(3)
    for path, last in ((grows, 9), (falls, 4), (stays, 6)):
        score(path, date(2025, 3, 1), 6)
        score(path, date(2026, 3, 1), last)
    score(grows, date(2025, 3, 1), 15, 3, rater=COACH)  # 5,0
    score(grows, date(2026, 5, 1), 8, 2, rater=COACH)  # 4,0
    score(grows, date(2026, 5, 1), 8, indicator=PeopleIndicator.LIFE_SKILLS)  # nothing before it
    with django_assert_num_queries(1):
        figures = growth_figures(YEAR)
    own = figures[SELF, TRUST]
    assert (own.n, own.total, own.up, own.same, own.down) == (3, Fraction(1, 2), 1, 1, 1)
    assert own.mean == pytest.approx(1 / 6)
    assert (own.up_share, own.same_share, own.down_share) == (1 / 3, 1 / 3, 1 / 3)
    theirs = figures[COACH, TRUST]
    assert (theirs.n, theirs.total, theirs.down) == (1, Fraction(-1), 1)
    assert figures[SELF, PeopleIndicator.LIFE_SKILLS].n == 0
    assert len(figures) == 12


def test_half_a_point_is_growth_and_a_little_less_is_not():
    exactly, almost = TrajectoryFactory.create_batch(2)
    score(exactly, date(2025, 3, 1), 6, 2)
    score(exactly, date(2026, 3, 1), 7, 2)
    score(almost, date(2025, 3, 1), 9, 3)
    score(almost, date(2026, 3, 1), 10, 3)
    assert (of().n, of().up, of().same) == (2, 1, 1)


@pytest.mark.parametrize(("days", "n"), [(89, 0), (90, 1)])
def test_ninety_days_lie_between_first_and_last(days, n):
    path = TrajectoryFactory()
    score(path, date(2026, 1, 10), 6)
    score(path, date(2026, 1, 10) + timedelta(days=days), 8)
    assert of().n == n


def test_a_person_counts_in_the_period_of_their_last_measurement_in_it():
    path = TrajectoryFactory()
    for day, points in ((date(2025, 1, 5), 4), (date(2025, 8, 1), 6), (date(2026, 2, 1), 8), (date(2026, 8, 1), 5)):
        score(path, day, points)
    halves = {half: of(Period(*half)).total for half in ((date(2026, 1, 1), date(2026, 6, 30)), (YEAR.start, YEAR.end))}
    assert list(halves.values()) == [Fraction(2), Fraction(1, 2)]
    assert of(Period.of_year(2025)).total == 1
    assert of(Period.of_year(2027)).n == 0


class ExactGrowth(TestCase):
    @settings(max_examples=20, deadline=None)
    @given(
        st.lists(st.tuples(st.integers(0, 4), st.integers(0, 900), st.integers(1, 3), st.integers(0, 12)), max_size=25),
        st.integers(0, 900),
        st.integers(0, 400),
    )
    def test_it_equals_a_recount_in_python(self, rows, start, length):
        """Against fractions and plain loops, whatever was measured when."""
        paths = TrajectoryFactory.create_batch(5)
        scores = {}
        for who, day, answered, more in rows:
            points = min(answered * 5, answered + more)
            if (who, day) not in scores:
                scores[who, day] = Fraction(points, answered)
                score(paths[who], date(2025, 1, 1) + timedelta(days=day), points, answered)
        grown = []
        for who in range(5):
            own = sorted((day, value) for (each, day), value in scores.items() if each == who)
            inside = [(day, value) for day, value in own if start <= day <= start + length]
            if inside and inside[-1][0] - own[0][0] >= 90:
                grown.append(inside[-1][1] - own[0][1])
        period = Period(date(2025, 1, 1) + timedelta(days=start), date(2025, 1, 1) + timedelta(days=start + length))
        half = Fraction(1, 2)
        figures = of(period)
        assert (figures.n, figures.total) == (len(grown), sum(grown))
        assert figures.up == sum(value >= half for value in grown)
        assert figures.down == sum(value <= -half for value in grown)


# --- Coverage --------------------------------------------------------------------------------------------------------


def test_coverage_counts_people_once_and_tells_who_refused_apart(django_assert_num_queries, coach):
    measured, refused, changed, nobody = TrajectoryFactory.create_batch(4)
    VolunteerFactory()
    TrajectoryFactory(end_date=date(2025, 12, 31))
    TrajectoryFactory(participant=measured.participant, target_group="SOCIAL_DAY_CARE", start_date=date(2025, 1, 1))
    for day in (date(2026, 2, 1), date(2026, 9, 1)):
        MeasurementFactory(trajectory=measured, taken_on=day, finished_at=timezone.now())
    MeasurementFactory(trajectory=measured, rater=COACH, taken_on=date(2026, 2, 1), finished_at=timezone.now())
    MeasurementFactory(trajectory=changed, rater=COACH, taken_on=date(2026, 2, 1), finished_at=timezone.now())
    MeasurementFactory(trajectory=nobody, taken_on=date(2026, 2, 1))  # a draft
    MeasurementChoiceFactory(participant=refused.participant, takes_part=False, decided_on=date(2026, 3, 1))
    for takes_part in (False, True):
        MeasurementChoiceFactory(
            participant=changed.participant, takes_part=takes_part, decided_on=date(2026, 3, 1), recorded_by=coach
        )
    MeasurementChoiceFactory(participant=nobody.participant, takes_part=False, decided_on=date(2027, 1, 1))
    with django_assert_num_queries(1):
        figures = coverage_figures(YEAR)
    assert figures == CoverageFigures(enrolled=4, refused=1, measured={"SELF": 1, "COACH": 2}, measured_any=2)
    assert (figures.rate, figures.rate_of(SELF)) == (0.5, 0.25)
    assert MeasurementChoice.objects.count() == 4


def test_nothing_to_count_divides_nothing():
    assert coverage_figures(YEAR) == CoverageFigures(0, 0, {"SELF": 0, "COACH": 0}, 0)
    assert coverage_figures(YEAR).rate is None
    assert (of().n, of().mean, of().up_share) == (0, None, None)
    assert ladder_figures(YEAR) == LadderFigures(0, dict.fromkeys(range(1, 7), 0), 0, 0, 0)


# --- Participatieladder ----------------------------------------------------------------------------------------------


def test_the_ladder_counts_the_last_step_of_each_person_and_how_it_moved(django_assert_num_queries):
    up, down, new = TrajectoryFactory.create_batch(3)
    for path, steps in (
        (up, {(2024, 1): 5, (2025, 2): 2, (2026, 1): 2, (2026, 2): 3}),
        (down, {(2025, 1): 4, (2026, 1): 3, (2027, 1): 6}),
        (new, {(2026, 1): 3, (2026, 2): 4}),
    ):
        for (year, half), rung in steps.items():
            LadderPositionFactory(participant=path.participant, year=year, half=half, rung=rung)
    with django_assert_num_queries(1):
        figures = ladder_figures(YEAR)
    assert figures == LadderFigures(3, {1: 0, 2: 0, 3: 2, 4: 1, 5: 0, 6: 0}, compared=2, up=1, down=1)
    first_half = ladder_figures(Period(date(2026, 1, 1), date(2026, 6, 30)))
    assert (first_half.people[2], first_half.people[3], first_half.same) == (1, 2, 1)
    assert LadderPosition.objects.count() == 9


@pytest.mark.parametrize(("day", "half"), [(date(2026, 6, 30), 1), (date(2026, 7, 1), 2), (date(2026, 12, 31), 2)])
def test_a_half_year_begins_in_january_and_in_july(day, half):
    assert half_year_of(day) == (2026, half)
