"""Figures of a part of the house: one workshop, location, target group, partner or theme."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from impact.figures import (
    HOUSE,
    STAYED_HERE,
    AttendanceFigures,
    Scope,
    attendance_figures,
    destinations,
    enrolled_people,
    figures_by_month,
    figures_by_workshop,
    flow_figures,
    flow_through_figures,
    house_flow_figures,
    people_by_strand,
    period_figures,
    reached_people,
    retention_figures,
    sum_figures,
    utilisation_figures,
    volunteer_figures,
    waiting_figures,
)
from impact.figures.catalogue import catalogue
from impact.figures.path import positive_outflow
from impact.tests.test_figures import (
    ACTIVATION,
    CARE,
    MARCH,
    SMALL_WORLDS,
    VOLUNTEER,
    counted_flow,
    make_world,
    numbers,
    rows_of_a_world,
    sessions_of_a_world,
)
from partners.models import Theme
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    ApplicationFactory,
    CollaborationFactory,
    IndicationFactory,
    LocationFactory,
    OpeningFactory,
    OrganisationFactory,
    ParticipantFactory,
    PlacementFactory,
    SessionFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from workshops.models import Attendance, Session, Workshop
from workshops.services.sessions import ensure_sessions

pytestmark = pytest.mark.django_db


def present(session: Session, path=None) -> Attendance:
    path = path or TrajectoryFactory()
    return Attendance.objects.create(
        session=session,
        trajectory=path,
        participant=path.participant,
        workshop=session.workshop,
        date=session.date,
        day_part=session.day_part,
        status="PRESENT",
        recorded_at="2026-03-31T12:00Z",
    )


# --- Which scope there is ---------------------------------------------------------------------------------------


def test_a_scope_is_one_thing():
    with pytest.raises(ValueError, match="a scope is one"):
        Scope(workshop=Workshop(pk=1), target_group=CARE)


def test_a_scope_says_what_it_is():
    found = [
        Scope(workshop=WorkshopFactory(name="De Ketting")),
        Scope(location=LocationFactory(name="Noord")),
        Scope(target_group=CARE),
        Scope(partner=OrganisationFactory(name="Voedseltuin")),
        Scope(theme=Theme(name="Duurzaamheid")),
        HOUSE,
    ]
    names = ["De Ketting", "Noord", "sociale dagbesteding", "Voedseltuin", "Duurzaamheid", "hele huis"]
    assert [scope.label for scope in found] == names
    assert [scope.is_house for scope in found] == [False] * 5 + [True]


# --- Slots ------------------------------------------------------------------------------------------------------


@settings(SMALL_WORLDS, max_examples=8)
@given(st.lists(st.sampled_from([CARE, ACTIVATION, VOLUNTEER]), max_size=10), sessions_of_a_world, rows_of_a_world)
def test_workshops_together_are_the_house_and_so_are_groups_without_places(groups, sessions, rows):
    with transaction.atomic():
        make_world(groups, sessions, rows)
        house = period_figures(MARCH)
        of_workshops = [period_figures(MARCH, Scope(workshop=workshop)) for workshop in Workshop.objects.all()]
        of_groups = [period_figures(MARCH, Scope(target_group=group)) for group in (CARE, ACTIVATION, VOLUNTEER)]
        transaction.set_rollback(True)
    assert sum_figures(part.total for part in of_workshops) == house.total
    assert sum_figures(part.volunteers for part in of_workshops) == house.volunteers
    assert [row for part in of_workshops for row in part.by_workshop] == house.by_workshop
    assert sum_figures(part.by_month[2026, 3] for part in of_workshops) == house.by_month[2026, 3]
    for group, part in zip((CARE, ACTIVATION, VOLUNTEER), of_groups, strict=True):
        assert part.by_group[group] == house.by_group[group]
        assert part.reached == house.by_group[group].reached
        assert (part.total.capacity, part.total.occupancy) == (0, None)
    together = sum_figures(part.total for part in of_groups)
    assert (together.planned, together.delivered) == (house.total.planned, house.total.delivered)


def test_a_session_counts_where_it_was_that_day():
    """The workshop moved from West to Noord on 16 March."""
    west, north = LocationFactory(name="West"), LocationFactory(name="Noord")
    workshop = WorkshopFactory(location=north)
    for day, where in (("2026-03-02", west), ("2026-03-09", west), ("2026-03-16", north)):
        present(SessionFactory(workshop=workshop, date=date.fromisoformat(day), location=where))
    found = {where.name: attendance_figures(MARCH, Scope(location=where)) for where in (west, north)}
    assert found["West"] == AttendanceFigures(planned=2, attended=2, capacity=16)
    assert found["Noord"] == AttendanceFigures(planned=1, attended=1, capacity=8)
    assert [row.workshop for row in figures_by_workshop(MARCH, Scope(location=west))] == [workshop]
    april = Period(date(2026, 4, 1), date(2026, 4, 30))
    assert figures_by_workshop(april, Scope(location=west)) == []
    assert [row.workshop for row in figures_by_workshop(april, Scope(location=north))] == [workshop]


def test_a_partner_is_the_workshops_that_it_hosts():
    partner = OrganisationFactory()
    hosted, own = SessionFactory(workshop__host=partner), SessionFactory()
    own.workshop.collaborations.add(CollaborationFactory())
    own.workshop.collaborations.get().organisations.add(partner)
    present(hosted), present(own)
    assert attendance_figures(MARCH, Scope(partner=partner)).delivered == 1
    assert reached_people(MARCH, Scope(partner=partner)) == 1


def test_a_theme_is_workshops_on_the_days_that_a_collaboration_runs():
    theme = Theme.objects.create(name="Groen")
    workshop = WorkshopFactory()
    first = CollaborationFactory(start_date="2026-03-02", end_date="2026-03-09")
    again = CollaborationFactory(start_date="2026-03-09", end_date="2026-03-09")
    for each in (first, again):
        each.themes.add(theme)
        workshop.collaborations.add(each)
    workshop.collaborations.add(CollaborationFactory())
    for day in (1, 2, 9, 10):
        present(SessionFactory(workshop=workshop, date=date(2026, 3, day)))
    present(SessionFactory(date=date(2026, 3, 2)))
    scope = Scope(theme=theme)
    assert attendance_figures(MARCH, scope) == AttendanceFigures(planned=2, attended=2, capacity=16)
    assert [row.workshop for row in figures_by_workshop(MARCH, scope)] == [workshop]


def test_a_part_has_a_register_of_its_own():
    old, late = WorkshopFactory(), WorkshopFactory(registered_from=date(2026, 3, 16))
    started = period_figures(MARCH, Scope(workshop=late))
    assert (started.registered_from, started.total, started.flow) == (date(2026, 3, 16), AttendanceFigures(), None)
    before = Period(date(2026, 2, 1), date(2026, 2, 28))
    assert period_figures(before, Scope(workshop=late)).total is None
    assert period_figures(before, Scope(workshop=old)).total == AttendanceFigures()
    assert figures_by_month(before, Scope(workshop=late)) == {(2026, 2): None}


# --- People -----------------------------------------------------------------------------------------------------


@SMALL_WORLDS
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.sampled_from([CARE, ACTIVATION]),
            st.integers(0, 1),
            st.integers(1, 2),
            st.integers(-60, 40),
            st.one_of(st.none(), st.integers(0, 45)),
        ),
        max_size=10,
    )
)
def test_the_flow_of_a_workshop_equals_a_count_of_its_placements(drawn):
    by_person, by_kind = {}, {}
    with transaction.atomic():
        workshops = [WorkshopFactory(), WorkshopFactory()]
        paths = {}
        for who, group, where, weekday, offset, length in drawn:
            path = paths.get((who, group)) or TrajectoryFactory(
                target_group=group, **({"participant": paths[who].participant} if who in paths else {})
            )
            paths[who] = paths[who, group] = path
            start = MARCH.start + timedelta(days=offset)
            end = None if length is None else start + timedelta(days=length)
            when = {"weekday": weekday, "start_date": start, "end_date": end}
            taken = path.participant.placements.filter(weekday=weekday).overlapping(start, end)
            if taken.exists():
                continue
            PlacementFactory(trajectory=path, workshop=workshops[where], **when)
            if where == 0:
                by_person.setdefault(who, []).append((start, end))
                by_kind.setdefault((who, group), []).append((start, end))
        scope = Scope(workshop=workshops[0])
        house, per_kind = house_flow_figures(MARCH, scope), flow_figures(MARCH, scope)
        gone, enrolled = destinations(MARCH, scope), enrolled_people(MARCH, scope)
        transaction.set_rollback(True)
    assert numbers(house) == counted_flow(by_person)
    assert house.begin + house.inflow - house.outflow == house.end
    assert sum(gone.values()) == house.outflow
    assert house.enrolled == enrolled
    for group, row in per_kind.items():
        assert numbers(row) == counted_flow({key: rows for key, rows in by_kind.items() if key[1] == group})


def test_who_changes_workshops_leaves_one_and_not_the_location_or_the_house():
    west = LocationFactory(name="West")
    old, new = WorkshopFactory(location=west), WorkshopFactory(location=west)
    path = TrajectoryFactory()
    PlacementFactory(trajectory=path, workshop=old, end_date="2026-03-10")
    PlacementFactory(trajectory=path, workshop=new, start_date="2026-03-11")
    found = {scope: house_flow_figures(MARCH, scope) for scope in (Scope(workshop=old), Scope(workshop=new))}
    assert [numbers(flow) for flow in found.values()] == [(1, 0, 1, 0), (0, 1, 0, 1)]
    assert numbers(house_flow_figures(MARCH, Scope(location=west))) == (1, 0, 0, 1)
    gone = destinations(MARCH, Scope(workshop=old))
    assert gone == {STAYED_HERE: 1}
    assert positive_outflow(gone).rate is None


@pytest.mark.parametrize(
    ("path_ends", "expected"),
    [("2026-03-10", "PAID_WORK"), ("2026-04-07", "PAID_WORK"), ("2026-04-08", STAYED_HERE)],
)
def test_who_leaves_a_workshop_goes_where_the_path_goes_when_that_ends_soon(path_ends, expected):
    path = TrajectoryFactory(end_date=path_ends, destination="PAID_WORK")
    placement = PlacementFactory(trajectory=path, end_date="2026-03-10")
    assert destinations(MARCH, Scope(workshop=placement.workshop)) == {expected: 1}


def test_moving_on_is_outflow_of_a_target_group_and_not_of_the_house():
    path = TrajectoryFactory(target_group=CARE, end_date="2026-03-10")
    TrajectoryFactory(participant=path.participant, start_date="2026-03-11", moved_from=path)
    volunteer = TrajectoryFactory(end_date="2026-03-10", destination="VOLUNTEERING_HERE")
    about = {"participant": volunteer.participant, "target_group": VOLUNTEER}
    TrajectoryFactory(**about, start_date="2026-03-11", moved_from=volunteer)
    assert destinations(MARCH) == {}
    assert destinations(MARCH, Scope(target_group=CARE)) == {STAYED_HERE: 1}
    assert destinations(MARCH, Scope(target_group=ACTIVATION)) == {"VOLUNTEERING_HERE": 1}
    for group in (CARE, ACTIVATION, VOLUNTEER):
        assert house_flow_figures(MARCH, Scope(target_group=group)) == flow_figures(MARCH)[group]
    moved = flow_through_figures(MARCH, Scope(target_group=CARE))
    assert (moved.moved, moved.enrolled) == (1, 1)


@pytest.mark.parametrize(("ends", "stayed"), [("2026-03-14", 0), ("2026-03-15", 1)])
def test_retention_in_a_workshop_is_about_its_placements(ends, stayed):
    path = TrajectoryFactory(start_date="2025-01-01")
    placement = PlacementFactory(trajectory=path, start_date="2025-12-15", end_date=ends)
    PlacementFactory(trajectory=path, start_date="2025-12-15", weekday=2)
    three, *_ = retention_figures(MARCH, Scope(workshop=placement.workshop))
    assert (three.months, three.stayed, three.cohort) == (3, stayed, 1)
    assert retention_figures(MARCH)[0].cohort == 0


def test_waiting_counts_where_the_first_slot_was():
    first, second = SessionFactory(), SessionFactory(date=date(2026, 3, 3))
    path = TrajectoryFactory()
    about = {"participant": path.participant, "trajectory": path, "state": "STARTED", "decided_on": "2026-03-02"}
    ApplicationFactory(applied_on="2026-02-20", **about)
    present(first, path), present(second, path)
    found = [waiting_figures(MARCH, Scope(workshop=each.workshop)) for each in (first, second)]
    assert [(row.people, row.median) for row in found] == [(1, 10), (0, None)]
    assert waiting_figures(MARCH, Scope(target_group=ACTIVATION)).people == 1
    assert waiting_figures(MARCH, Scope(target_group=CARE)).people == 0


def test_an_indication_is_of_no_part_of_the_house():
    IndicationFactory()
    assert utilisation_figures(MARCH, Scope(target_group=ACTIVATION)) is None
    assert utilisation_figures(MARCH).entitled > 0


def test_strands_of_a_workshop_are_those_of_who_is_placed_there():
    placement = PlacementFactory(trajectory__strand_work=True)
    PlacementFactory(trajectory__strand_work=True)
    TrajectoryFactory(strand_work=True)
    found = people_by_strand(MARCH, Scope(workshop=placement.workshop))
    assert found == {"strand_social": 0, "strand_educational": 0, "strand_work": 1}


def test_volunteers_of_a_part():
    session = SessionFactory()
    present(session, TrajectoryFactory(target_group=VOLUNTEER))
    present(SessionFactory(), TrajectoryFactory(target_group=VOLUNTEER))
    assert volunteer_figures(MARCH, Scope(workshop=session.workshop)).delivered == 1


# --- Everything -------------------------------------------------------------------------------------------------


def scopes_of(workshop: Workshop) -> list[Scope]:
    theme = Theme.objects.first()
    return [
        Scope(workshop=workshop),
        Scope(location=workshop.location),
        Scope(target_group=ACTIVATION),
        Scope(partner=workshop.host),
        Scope(theme=theme),
    ]


@pytest.mark.parametrize("kind", range(5))
def test_the_number_of_queries_of_a_part_does_not_grow(kind, monday, django_assert_num_queries):
    partner, collaboration = OrganisationFactory(), CollaborationFactory()
    collaboration.themes.add(Theme.objects.first() or Theme.objects.create(name="Groen"))

    def add_workshop() -> Workshop:
        workshop = WorkshopFactory(host=partner)
        workshop.collaborations.add(collaboration)
        OpeningFactory(workshop=workshop)
        PlacementFactory(workshop=workshop)
        return workshop

    workshop = add_workshop()
    ensure_sessions(MARCH.end)
    scope = scopes_of(workshop)[kind]
    count = 17 if scope.target_group else 20
    with django_assert_num_queries(count):
        period_figures(MARCH, scope)
    add_workshop(), add_workshop()
    PlacementFactory(workshop=workshop, trajectory__participant=ParticipantFactory())
    ensure_sessions(MARCH.end + timedelta(days=7))
    with django_assert_num_queries(count):
        period_figures(MARCH, scope)


def test_the_catalogue_of_a_part_has_its_figures(monday):
    placement = PlacementFactory()
    OpeningFactory(workshop=placement.workshop)
    PlacementFactory(workshop__name="Elders")
    ensure_sessions(MARCH.end)
    found = {figure.key: figure.value for figure in catalogue(MARCH, Scope(workshop=placement.workshop))}
    assert (found["attendance.planned"], found["flow.house.enrolled"], found["month.2026-03.people"]) == (5, 1, 1)
    assert found[f"destination.{STAYED_HERE}"] == 0
