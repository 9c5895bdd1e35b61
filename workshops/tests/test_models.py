"""What the database itself refuses."""

from datetime import date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from pluspunt.tests.factories import (
    OpeningFactory,
    PlacementFactory,
    SessionFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from workshops.models import AbsenceReason, Attendance, Closure, DayPart, Placement, Session, Workshop

pytestmark = pytest.mark.django_db


def row_in(session, trajectory, **fields):
    return Attendance(
        session=session,
        trajectory=trajectory,
        participant=trajectory.participant,
        workshop=session.workshop,
        date=session.date,
        day_part=session.day_part,
        **fields,
    )


def refused(row):
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    return refusal.value.messages


def test_somebody_is_present_in_one_place_per_day_part():
    trajectory, now = TrajectoryFactory(), timezone.now()
    row_in(SessionFactory(), trajectory, status="PRESENT", recorded_at=now).save()
    second = row_in(SessionFactory(), trajectory, status="PRESENT", recorded_at=now)
    assert refused(second) == ["Deze persoon staat op dit dagdeel al ergens anders als aanwezig."]


def test_somebody_planned_twice_may_be_excused_in_the_other_place():
    trajectory, now = TrajectoryFactory(), timezone.now()
    row_in(SessionFactory(), trajectory, status="PRESENT", recorded_at=now).save()
    row_in(SessionFactory(), trajectory, status="EXCUSED", recorded_at=now).full_clean()


def test_one_row_per_person_and_session():
    trajectory, session = TrajectoryFactory(), SessionFactory()
    row_in(session, trajectory).save()
    assert refused(row_in(session, trajectory)) == ["Deze persoon staat al in dit register."]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "PRESENT"}, "Een ingevulde regel heeft een tijdstip."),
        ({"status": "NO_SHOW", "planned": False, "recorded_at": 1}, "Wie niet gepland was, kan alleen aanwezig zijn."),
        ({"status": "PRESENT", "reason": 1, "recorded_at": 1}, "Een reden hoort bij afgemeld."),
    ],
)
def test_a_row_contradicts_itself(fields, sentence):
    if "recorded_at" in fields:
        fields = {**fields, "recorded_at": timezone.now()}
    if "reason" in fields:
        fields = {**fields, "reason": AbsenceReason.objects.first()}
    assert refused(row_in(SessionFactory(), TrajectoryFactory(), **fields)) == [sentence]


def test_a_session_needs_a_reason_to_be_cancelled():
    session = Session(workshop=WorkshopFactory(), date=date(2026, 3, 2), day_part="MORNING", capacity=8)
    session.state = Session.State.CANCELLED
    assert refused(session) == ["Geef een reden als een sessie uitvalt."]


def test_a_closure_is_for_a_workshop_or_a_location():
    workshop = WorkshopFactory()
    closure = Closure(
        start_date=date(2026, 1, 1),
        end_date=date(2026, 1, 1),
        reason="test",
        workshop=workshop,
        location=workshop.location,
    )
    assert refused(closure) == ["Kies een werkplaats of een locatie, niet allebei."]


def test_an_opening_has_places():
    opening = OpeningFactory.build(workshop=WorkshopFactory(), capacity=0)
    assert refused(opening) == ["Vul een getal in vanaf 1."]


def test_a_placement_lies_within_its_trajectory():
    trajectory = TrajectoryFactory(end_date=date(2026, 3, 31))
    placement = PlacementFactory.build(
        trajectory=trajectory, workshop=WorkshopFactory(), start_date=date(2026, 3, 1), end_date=date(2026, 4, 1)
    )
    with pytest.raises(ValidationError, match="buiten het traject"):
        placement.full_clean()


def test_a_placement_is_of_the_person_of_its_trajectory():
    placement = Placement(
        trajectory=TrajectoryFactory(),
        participant=TrajectoryFactory().participant,
        workshop=WorkshopFactory(),
        weekday=1,
        day_part="MORNING",
        start_date=date(2026, 3, 2),
    )
    with pytest.raises(ValidationError, match="van iemand anders"):
        placement.full_clean()


def test_nobody_is_placed_twice_on_a_day_part():
    first = PlacementFactory()
    second = PlacementFactory.build(
        trajectory=first.trajectory, workshop=WorkshopFactory(), start_date=date(2026, 3, 2)
    )
    with pytest.raises(ValidationError, match="al geplaatst"):
        second.full_clean()


@pytest.mark.parametrize(
    ("moment", "part"),
    [("2026-03-02T12:29", "MORNING"), ("2026-03-02T12:30", "AFTERNOON"), ("2026-07-01T00:00", "MORNING")],
)
def test_the_morning_ends_at_half_past_twelve_in_rotterdam(moment, part):
    assert DayPart.at(timezone.make_aware(datetime.fromisoformat(moment))) == part


def test_each_role_sees_its_own_workshops(coach, coordinator, manager, administrator):
    own, other = WorkshopFactory(coaches=[coach]), WorkshopFactory()
    assert set(Workshop.objects.visible_to(coach)) == {own}
    assert set(Workshop.objects.visible_to(coordinator)) == {own, other}
    assert not Workshop.objects.visible_to(manager).exists()
    assert not Workshop.objects.visible_to(administrator).exists()


@pytest.mark.parametrize(
    ("moment", "is_future"),
    [("2026-03-01T23:00", True), ("2026-03-02T12:29", True), ("2026-03-02T12:30", False), ("2026-03-03T09:00", False)],
)
def test_an_afternoon_is_to_come_until_the_morning_ends(moment, is_future):
    afternoon = SessionFactory(day_part=DayPart.AFTERNOON)
    with time_machine.travel(timezone.make_aware(datetime.fromisoformat(moment)), tick=False):
        assert afternoon.is_future is is_future


@pytest.mark.parametrize(("per", "allowed"), [(None, False), (0, False), (3, True)])
def test_a_rule_about_supervision_says_how_many_places_somebody_carries(per, allowed):
    workshop = WorkshopFactory()
    workshop.supervision, workshop.places_per_supervisor = Workshop.Supervision.COACH, per
    if allowed:
        workshop.save()
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            workshop.save()
