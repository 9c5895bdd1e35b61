"""An administrator changes the account of a coach: the rota and the places follow."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from pluspunt.tests.factories import DutyFactory, UserFactory
from workshops.models import Duty, StandIn
from workshops.services.rota import set_supervision
from workshops.services.sessions import ensure_sessions
from workshops.services.stand_ins import plan_stand_in
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MONDAY = date(2026, 3, 2)


@pytest.fixture
def steel(monday, workshop, coach):
    """Three places per coach; the coach is there every Monday."""
    DutyFactory(user=coach, workshop=workshop)
    ensure_sessions(monday + 2 * WEEK)
    set_supervision(workshop, supervision="COACH", places_per_supervisor=3, places_without=0)
    return workshop


@pytest.fixture
def change(administrator, signed_in):
    """Change an account as the page does."""
    client = signed_in(administrator)

    def press_it(user, **changes):
        url = reverse("account_edit", args=[user.pk])
        return press(client, client.get(url), "Bewaar account", **changes)

    return press_it


def places(workshop):
    to_come = workshop.sessions.filter(date__gte=MONDAY, day_part="MORNING").order_by("date")
    return list(to_come.values_list("capacity", flat=True)[:3])


def test_who_is_no_coach_any_more_is_on_no_rota(steel, coach, change):
    DutyFactory(user=coach, workshop=steel, weekday=2, start_date=MONDAY + WEEK)
    assert places(steel) == [3, 3, 3]
    change(coach, role="MANAGEMENT", is_active="on")
    assert places(steel) == [0, 0, 0]
    assert list(Duty.objects.filter(user=coach).values_list("end_date", flat=True)) == [MONDAY - DAY]


def test_who_would_help_out_and_is_switched_off_carries_no_places(steel, change):
    helper = UserFactory(role="COACH")
    session = steel.sessions.get(date=MONDAY + WEEK, day_part="MORNING")
    plan_stand_in(session, helper)
    assert places(steel) == [3, 6, 3]
    change(helper, is_active="")
    assert places(steel) == [3, 3, 3]
    assert StandIn.objects.filter(user=helper).exists()
    change(helper, is_active="on")
    assert places(steel) == [3, 6, 3]
    change(helper, role="COORDINATOR", is_active="on")
    assert places(steel) == [3, 3, 3]
    assert not StandIn.objects.filter(user=helper).exists()
