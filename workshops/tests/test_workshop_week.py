"""The board of a week: places taken and free, counted from openings, closures, placements and pauses."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from participants.models import Pause, Trajectory
from pluspunt.tests.factories import (
    IndicationFactory,
    OpeningFactory,
    PlacementFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from privacy.models import AccessEvent
from workshops.models import Closure, DayPart
from workshops.services.board import week_board

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


def cell(workshop, day, **kwargs):
    [[_, cells]] = week_board([workshop], day, **kwargs).rows
    return cells[0]


def test_a_cell_says_what_is_taken_and_free(monday, workshop):
    PlacementFactory.create_batch(3, workshop=workshop)
    PlacementFactory(workshop=workshop, weekday=2)
    PlacementFactory(workshop=workshop, day_part=DayPart.AFTERNOON)
    here = cell(workshop, monday)
    assert (here.taken, here.places, here.free, here.over, here.heat) == (3, 8, 5, 0, 1)


def test_volunteers_are_counted_apart(monday, workshop):
    volunteer = TrajectoryFactory(target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)
    PlacementFactory(workshop=workshop, trajectory=volunteer)
    assert (cell(workshop, monday).taken, cell(workshop, monday).volunteers) == (0, 1)


def test_too_many_people_are_said(monday, workshop):
    PlacementFactory.create_batch(9, workshop=workshop)
    board = week_board([workshop], monday)
    assert [(each.over, each.free) for each in board.crowded] == [(1, 0)]


def test_a_paused_person_leaves_the_place_free_that_week(monday, workshop):
    placement = PlacementFactory(workshop=workshop)
    Pause.objects.create(trajectory=placement.trajectory, start_date=monday, end_date=monday)
    assert (cell(workshop, monday).taken, cell(workshop, monday).paused) == (0, 1)
    assert (cell(workshop, monday + WEEK).taken, cell(workshop, monday + WEEK).paused) == (1, 0)
    assert cell(workshop, monday, as_pattern=True) == cell(workshop, monday)


def test_a_closed_day_says_why(monday, workshop):
    Closure.objects.create(start_date=monday, end_date=monday, reason="teamdag")
    assert (cell(workshop, monday).is_open, cell(workshop, monday).closed_because) == (False, "teamdag")
    assert cell(workshop, monday + WEEK).is_open
    assert cell(workshop, monday, as_pattern=True).is_open


def test_openings_and_placements_count_on_their_own_day_only(monday, workshop):
    """A placement that ends on Sunday is not there on the Monday after it."""
    PlacementFactory(workshop=workshop, end_date=monday - timedelta(days=1))
    PlacementFactory(workshop=workshop, start_date=monday + timedelta(days=1))
    assert cell(workshop, monday).taken == 0
    assert cell(workshop, monday + WEEK).taken == 1
    assert not cell(workshop, date(2023, 12, 25)).is_open


def test_the_weekend_is_shown_when_something_is_open(monday, workshop):
    assert len(week_board([workshop], monday).days) == 5
    OpeningFactory(workshop=workshop, weekday=6)
    assert [day.isoweekday() for day in week_board([workshop], monday).days] == [1, 2, 3, 4, 5, 6]


def test_totals_are_sums_of_what_is_open(monday, workshop):
    other = WorkshopFactory()
    OpeningFactory(workshop=other, capacity=4)
    PlacementFactory(workshop=other)
    total = week_board([workshop, other], monday).totals[0]
    assert (total.taken, total.places) == (1, 12)
    assert not week_board([workshop, other], monday).totals[1].is_open


def test_the_page_shows_the_board(signed_in, coordinator, session):
    page = signed_in(coordinator).get(reverse("workshop_week"))
    assert "3 van 8 plekken bezet op dit dagdeel" in " ".join(page.text.split())
    assert reverse("workshop_slot", args=[session.workshop_id, session.date, "MORNING"]) in page.text


def test_the_page_names_what_asks_for_somebody(monday, signed_in, coordinator, workshop):
    unplaced = TrajectoryFactory()
    IndicationFactory(participant=unplaced.participant, end_date=monday + 3 * WEEK)
    page = signed_in(coordinator).get(reverse("workshop_week"))
    assert (page.context["expiring"], page.context["unplaced"]) == (1, 1)
    IndicationFactory(participant=unplaced.participant, start_date=monday + 4 * WEEK)
    assert signed_in(coordinator).get(reverse("workshop_week")).context["expiring"] == 0


def test_any_week_can_be_shown_and_an_impossible_day_is_not_there(monday, signed_in, coordinator, workshop):
    client = signed_in(coordinator)
    for day in ("2001-01-01", "2026-03-04", "2098-12-31"):
        assert client.get(f"/werkplaatsen/week/{day}/").status_code == 200
    for day in ("2000-01-01", "2026-02-30", "2099-12-31"):
        assert client.get(f"/werkplaatsen/week/{day}/").status_code == 404


def test_the_number_of_queries_does_not_grow(monday, signed_in, coordinator, django_assert_max_num_queries):
    client = signed_in(coordinator)
    counts = []
    for more in (1, 2):
        for workshop in WorkshopFactory.create_batch(more):
            OpeningFactory(workshop=workshop)
            placement = PlacementFactory(workshop=workshop)
            Pause.objects.create(trajectory=placement.trajectory, start_date=monday)
        with django_assert_max_num_queries(12) as queries:
            client.get(reverse("workshop_week"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def slot_url(session):
    return reverse("workshop_slot", args=[session.workshop_id, session.date, "MORNING"])


def test_a_cell_shows_who_is_there_and_logs_it(signed_in, coordinator, session):
    page = signed_in(coordinator).get(slot_url(session))
    names = [placement.participant.full_name for placement in page.context["participants"]]
    assert len(names) == 3
    assert all(name in page.text for name in names)
    assert AccessEvent.objects.get().subjects.count() == 3


def test_the_people_of_a_cell_take_as_many_queries_for_one_as_for_three(
    monday, signed_in, coordinator, workshop, django_assert_max_num_queries
):
    client = signed_in(coordinator)
    url = reverse("workshop_slot", args=[workshop.pk, monday, "MORNING"])
    client.get(url)
    PlacementFactory(workshop=workshop)
    with django_assert_max_num_queries(15) as queries:
        client.get(url)
    PlacementFactory.create_batch(2, workshop=workshop)
    with django_assert_max_num_queries(len(queries)):
        client.get(url)


def test_only_a_coordinator_plans(monday, signed_in, coach, manager, administrator, session):
    for user in (coach, manager, administrator):
        assert signed_in(user).get(reverse("workshop_week")).status_code == 403
        assert signed_in(user).get(slot_url(session)).status_code == 403


def test_a_house_without_workshops_says_what_to_do(monday, signed_in, coordinator):
    page = signed_in(coordinator).get(reverse("workshop_week"))
    assert "Er zijn nog geen werkplaatsen" in page.text
    assert reverse("year_import") in page.text


def test_the_board_says_that_there_is_a_weekend_beside_it(monday, signed_in, coordinator, workshop):
    client = signed_in(coordinator)
    assert "opzij" not in client.get(reverse("workshop_week")).text
    OpeningFactory(workshop=workshop, weekday=6)
    assert "Zie je zaterdag niet? Schuif het rooster opzij." in client.get(reverse("workshop_week")).text
    OpeningFactory(workshop=workshop, weekday=7)
    assert "Zie je zaterdag en zondag niet?" in client.get(reverse("workshop_week")).text
