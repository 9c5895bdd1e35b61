"""Flow-through on the figures page and in the annual report, where few people are kept back."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from impact.figures import TargetGroup
from impact.report import make_report
from pluspunt.periods import Period
from pluspunt.tests.factories import TrajectoryFactory, WorkshopFactory

pytestmark = pytest.mark.django_db
FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))
MOVED = date(2026, 2, 10)


def world(moved: int, stay: int) -> None:
    WorkshopFactory(registered_from=date(2025, 1, 1))
    for _ in range(moved):
        old = TrajectoryFactory(target_group=TargetGroup.SOCIAL_DAY_CARE, end_date=MOVED)
        TrajectoryFactory(participant=old.participant, start_date=MOVED + timedelta(days=1), moved_from=old)
    TrajectoryFactory.create_batch(stay)


NOBODY = "Niemand stroomde door naar een volgende doelgroep of een partner."
FEW = "Minder dan vijf mensen stroomden door naar een volgende doelgroep of een partner."
FROM = "mensen in dagbesteding of activering"
TO = "door naar een volgende doelgroep of een partner"
ONE = f"Van de 13 {FROM} stroomde er 1 {TO}: 7,7\u00a0%."
SIX = f"Van de 18 {FROM} stroomden er 6 {TO}: 33,3\u00a0%."


@pytest.mark.parametrize(("moved", "inside", "outside"), [(0, NOBODY, NOBODY), (1, ONE, FEW), (6, SIX, SIX)])
def test_few_people_who_moved_on_do_not_leave_the_house(monday, moved, inside, outside):
    world(moved, 12)
    assert make_report(FEBRUARY, leaves_house=False).flow_through_sentence == inside
    assert make_report(FEBRUARY, leaves_house=True).flow_through_sentence == outside


def test_few_who_moved_on_are_not_worked_out_from_the_groups(monday):
    """The outflow of the groups less that of the house would be those who moved: 10 - 8 = 2."""
    world(2, 12)
    TrajectoryFactory.create_batch(8, target_group=TargetGroup.SOCIAL_DAY_CARE, end_date=MOVED)
    TrajectoryFactory.create_batch(9, target_group=TargetGroup.SOCIAL_DAY_CARE)
    inside, report = [make_report(FEBRUARY, leaves_house=leaves) for leaves in (False, True)]
    assert ([row.outflow for row in inside.groups], inside.house.outflow) == (["10", "0", "0"], "8")
    assert report.flow_through_sentence == FEW
    assert "·" in [*(row.outflow for row in report.groups), report.house.outflow]


def test_before_the_register_it_is_not_known(monday):
    WorkshopFactory(registered_from=date(2026, 2, 15))
    assert make_report(FEBRUARY, leaves_house=False).flow_through_sentence == ""


def test_the_page_says_who_moved_on(monday, signed_in, manager):
    world(1, 2)
    page = signed_in(manager).get(reverse("figures"), {"start": "2026-02-01", "end": "2026-02-28"})
    assert "33,3\u00a0%" in page.text
