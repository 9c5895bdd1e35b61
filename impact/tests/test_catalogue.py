"""The catalogue holds every figure of a period once, each with its meaning."""

from datetime import date

import pytest

from impact.figures import TargetGroup
from impact.figures.catalogue import Kind, catalogue
from impact.figures.definitions import meanings
from pluspunt.periods import Period
from pluspunt.tests.factories import PlacementFactory, TrajectoryFactory
from workshops.services.attendance import mark_attendance
from workshops.services.sessions import ensure_sessions

pytestmark = pytest.mark.django_db
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def figures(monday, workshop, coach):
    """March of three people who are planned on five Mondays; one came on the first, somebody else moved on."""
    workshop.registered_from = date(2026, 1, 1)
    workshop.save()
    PlacementFactory.create_batch(3, workshop=workshop)
    ensure_sessions(MARCH.end)
    mark_attendance(workshop.sessions.get(date=monday).attendances.first(), "PRESENT", by=coach)
    old = TrajectoryFactory(target_group=TargetGroup.SOCIAL_DAY_CARE, end_date=date(2026, 3, 10))
    TrajectoryFactory(participant=old.participant, start_date=date(2026, 3, 11), moved_from=old)
    return {figure.key: figure for figure in catalogue(MARCH)}


def test_it_says_what_is_in_the_database(figures, workshop):
    asked = {
        "attendance.planned": 15,
        "attendance.attendance_rate": 1 / 15,
        "attendance.capacity": 40,
        "group.ACTIVATION.open": 14,
        f"workshop.{workshop.pk}.people": 3,
        "month.2026-03.people": 3,
        "month.2026-03.delivered": 1,
        "volunteers.hours": 0,
        "flow.house.enrolled": 4,
        "reached.house": 1,
        "flow_through.moved": 1,
        "flow_through.rate": 1 / 4,
        "destination.PAID_WORK": 0,
        "strand.missing": 4,
    }
    assert {key: figures[key].value for key in asked} == asked


def test_every_figure_has_one_key_a_label_and_a_meaning(figures):
    listed = catalogue(MARCH)
    assert len({figure.key for figure in listed}) == len(listed)
    assert len({(figure.group, figure.label) for figure in listed}) == len(listed)
    assert all(figure.definition and figure.unit for figure in listed)


def test_what_a_figure_leans_on_is_in_it_too(figures):
    names = [name for f in figures.values() for name in (*(f.parts or ()), *([f.about] if f.about else []))]
    assert set(names) <= figures.keys()
    assert all(figure.parts for figure in figures.values() if figure.kind is Kind.RATE)


def test_before_the_register_nothing_is_known(figures):
    assert {figure.value for figure in catalogue(Period.of_year(2024))} == {None}


def test_only_words_that_are_used_are_explained():
    assert "Doorstroom" in [meaning.term for meaning in meanings()]
    assert "Doorstroom" not in [meaning.term for meaning in meanings(without=["flow_through"])]
