"""The figures, counted a second time by hand on small made-up worlds, and the rules at their edges."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from impact.figures import (
    AttendanceFigures,
    FlowFigures,
    destinations,
    flow_figures,
    house_flow_figures,
    people_by_strand,
    period_figures,
)
from participants.models import Pause, Trajectory
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    OpeningFactory,
    ParticipantFactory,
    PlacementFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from workshops.models import Attendance, Closure, Session
from workshops.services.attendance import mark_attendance
from workshops.services.cancelling import cancel_session
from workshops.services.sessions import ensure_sessions
from workshops.services.visitors import add_visitor

pytestmark = pytest.mark.django_db
CARE, ACTIVATION, VOLUNTEER = Trajectory.TargetGroup.values
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
SMALL_WORLDS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


# --- Slots ------------------------------------------------------------------------------------------------------

sessions_of_a_world = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(0, 20),
        st.sampled_from(["MORNING", "AFTERNOON"]),
        st.integers(1, 9),
        st.sampled_from(["PLANNED", "PLANNED", "PLANNED", "CANCELLED", "CLOSED"]),
    ),
    max_size=8,
    unique_by=lambda s: s[:3],
)
rows_of_a_world = st.lists(
    st.tuples(
        st.integers(0, 7),
        st.integers(0, 9),
        st.sampled_from(["OPEN", "PRESENT", "PRESENT", "EXCUSED", "NO_SHOW", "VISITOR"]),
    ),
    max_size=40,
    unique_by=lambda r: r[:2],
)
START = date(2026, 2, 20)


def make_world(groups, sessions, rows):
    """Writes the world to the database, and gives back its facts as plain tuples, one per row that was possible."""
    people = [TrajectoryFactory(target_group=group) for group in groups]
    workshops = [WorkshopFactory(registered_from=START), WorkshopFactory(registered_from=START)]
    made = [
        Session.objects.create(
            workshop=workshops[where],
            date=START + timedelta(days=offset),
            day_part=part,
            capacity=capacity,
            state=state,
            cancel_reason="storm" if state == "CANCELLED" else "",
        )
        for where, offset, part, capacity, state in sessions
    ]
    facts, present = [], set()
    for at, who, status in rows:
        if at >= len(made) or who >= len(people):
            continue
        session, path = made[at], people[who]
        came = status in ("PRESENT", "VISITOR")
        if came and (who, session.date, session.day_part) in present:
            continue
        present |= {(who, session.date, session.day_part)} if came else set()
        Attendance.objects.create(
            session=session,
            trajectory=path,
            participant=path.participant,
            workshop=session.workshop,
            date=session.date,
            day_part=session.day_part,
            planned=status != "VISITOR",
            status="PRESENT" if came else status,
            recorded_at=None if status == "OPEN" else timezone.now(),
        )
        facts.append((session, path, status))
    return made, facts


def counted(sessions, facts) -> AttendanceFigures:
    on = [status for session, _, status in facts if session.state == "PLANNED"]
    return AttendanceFigures(
        planned=len([s for s in on if s != "VISITOR"]),
        attended=on.count("PRESENT"),
        extra=on.count("VISITOR"),
        excused=on.count("EXCUSED"),
        no_show=on.count("NO_SHOW"),
        open=on.count("OPEN"),
        cancelled=len([1 for s, _, status in facts if s.state == "CANCELLED" and status != "VISITOR"]),
        capacity=sum(s.capacity for s in sessions if s.state == "PLANNED"),
    )


@SMALL_WORLDS
@given(st.lists(st.sampled_from([CARE, ACTIVATION, VOLUNTEER]), max_size=10), sessions_of_a_world, rows_of_a_world)
def test_figures_equal_a_count_by_hand(groups, sessions, rows):
    with transaction.atomic():
        made, facts = make_world(groups, sessions, rows)
        figures = period_figures(MARCH)
        transaction.set_rollback(True)
    made = [s for s in made if s.date in MARCH.days]
    facts = [fact for fact in facts if fact[0] in made]
    of_people = [fact for fact in facts if fact[1].target_group != VOLUNTEER]
    assert figures.total == counted(made, of_people)
    assert figures.volunteers == counted(made, [fact for fact in facts if fact not in of_people])
    assert figures.by_month == {(2026, 3): figures.total}
    assert [row.figures for row in figures.by_workshop] == [
        counted(
            [s for s in made if s.workshop == row.workshop],
            [fact for fact in of_people if fact[0].workshop == row.workshop],
        )
        for row in figures.by_workshop
    ]
    came = [path for session, path, s in facts if s in ("PRESENT", "VISITOR") and session.state == "PLANNED"]
    assert figures.reached == len({path.participant_id for path in came})
    assert {group: row.reached for group, row in figures.by_group.items()} == {
        group: len({path.participant_id for path in came if path.target_group == group})
        for group in (CARE, ACTIVATION, VOLUNTEER)
    }
    total = figures.total
    assert total.attended + total.excused + total.no_show + total.open == total.planned


@pytest.fixture
def four_mondays(monday, workshop):
    """Somebody planned on five Mondays from 2 March, in a workshop of eight places."""
    placement = PlacementFactory(workshop=workshop)
    ensure_sessions(MARCH.end)
    return placement


def march() -> AttendanceFigures:
    return period_figures(MARCH).total


def test_cancelled_sessions_leave_the_denominator_and_the_capacity(four_mondays):
    cancel_session(Session.objects.get(date="2026-03-09"), reason="storm", by=None)
    assert march() == AttendanceFigures(planned=4, open=4, cancelled=1, capacity=32)


def test_closed_days_and_pauses_leave_the_denominator(monday, workshop):
    placement = PlacementFactory(workshop=workshop)
    Closure.objects.create(start_date="2026-03-09", end_date="2026-03-09", reason="teamdag")
    Pause.objects.create(trajectory=placement.trajectory, start_date="2026-03-16", end_date="2026-03-22")
    ensure_sessions(MARCH.end)
    assert march() == AttendanceFigures(planned=3, open=3, capacity=32)


def test_not_filled_in_is_not_absent(four_mondays):
    assert march().completeness == 0
    assert march().no_show == 0


def test_a_visitor_counts_for_occupancy_and_never_for_attendance(four_mondays, coach):
    session = Session.objects.get(date="2026-03-02")
    mark_attendance(session.attendances.get(), "PRESENT", by=coach)
    add_visitor(session, TrajectoryFactory().participant, by=coach)
    figures = march()
    assert (figures.attendance_rate, figures.occupancy) == (1 / 5, 2 / 40)


def test_volunteers_stand_apart(monday, workshop, coach):
    path = TrajectoryFactory(target_group=VOLUNTEER)
    PlacementFactory(trajectory=path, workshop=workshop)
    ensure_sessions(MARCH.end)
    figures = period_figures(MARCH)
    assert (figures.total.planned, figures.total.attendance_rate) == (0, None)
    assert (figures.volunteers.planned, figures.volunteers.capacity) == (5, 40)


def test_before_the_register_nothing_is_known(four_mondays):
    before = period_figures(Period.of_year(2025))
    assert (before.total, before.volunteers, before.reached, before.enrolled, before.flow) == (None,) * 5
    assert (before.house_flow, before.destinations, before.by_group) == (None, None, None)
    assert set(before.by_month.values()) == {None}
    assert [row.figures for row in before.by_workshop] == [None]


def test_a_workshop_whose_register_began_later_says_so(four_mondays):
    OpeningFactory(workshop=WorkshopFactory(name="Later", registered_from=date(2026, 3, 16)))
    ensure_sessions(MARCH.end)
    rows = {row.workshop.name: row for row in period_figures(MARCH).by_workshop}
    assert (rows["Later"].starts_late, rows["Later"].figures.capacity) == (True, 24)
    assert period_figures(Period(date(2026, 3, 1), date(2026, 3, 15))).by_workshop[1].figures is None


def test_an_empty_database_has_no_figures():
    figures = period_figures(MARCH)
    assert (figures.registered_from, figures.total, figures.by_workshop) == (None, None, [])


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_depend_on_how_much_there_is(count, monday, django_assert_num_queries):
    for _ in range(count):
        workshop = WorkshopFactory()
        OpeningFactory(workshop=workshop)
        PlacementFactory.create_batch(count, workshop=workshop)
    ensure_sessions(MARCH.end)
    with django_assert_num_queries(23):
        period_figures(MARCH)


# --- People -----------------------------------------------------------------------------------------------------


def stays(paths: list[tuple[date, date | None]]) -> list[tuple[date, date]]:
    """Trajectories as stays: those with at most 28 days between them are one."""
    merged = []
    for start, end in sorted((start, end or date.max) for start, end in paths):
        if merged and (merged[-1][1] == date.max or start - merged[-1][1] <= timedelta(days=28)):
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def counted_flow(paths: dict) -> tuple[int, int, int, int]:
    """(begin, inflow, outflow, end) of March from {whatever: trajectories}."""
    every = [stay for rows in paths.values() for stay in stays(rows)]
    return (
        len([1 for start, end in every if start < MARCH.start <= end]),
        len([1 for start, _ in every if MARCH.start <= start <= MARCH.end]),
        len([1 for _, end in every if MARCH.start <= end <= MARCH.end]),
        len([1 for start, end in every if start <= MARCH.end < end]),
    )


def numbers(flow: FlowFigures) -> tuple[int, int, int, int]:
    return flow.begin, flow.inflow, flow.outflow, flow.end


@SMALL_WORLDS
@given(
    st.lists(
        st.tuples(
            st.integers(0, 4),
            st.sampled_from([CARE, ACTIVATION, VOLUNTEER]),
            st.integers(-60, 40),
            st.one_of(st.none(), st.integers(0, 45)),
        ),
        max_size=12,
    )
)
def test_the_flow_equals_a_count_by_hand_and_reconciles(drawn):
    by_kind, by_person = {}, {}
    with transaction.atomic():
        people = [ParticipantFactory() for _ in range(5)]
        for who, group, offset, length in drawn:
            start = MARCH.start + timedelta(days=offset)
            end = None if length is None else start + timedelta(days=length)
            same = by_kind.setdefault((who, group), [])
            if any(start <= (b or date.max) and a <= (end or date.max) for a, b in same):
                continue
            same.append((start, end))
            by_person.setdefault(who, []).append((start, end))
            TrajectoryFactory(participant=people[who], target_group=group, start_date=start, end_date=end)
        flow, house, gone = flow_figures(MARCH), house_flow_figures(MARCH), destinations(MARCH)
        transaction.set_rollback(True)
    for group, row in flow.items():
        assert numbers(row) == counted_flow({key: rows for key, rows in by_kind.items() if key[1] == group})
        assert row.begin + row.inflow - row.outflow == row.end
    assert numbers(house) == counted_flow(by_person)
    assert house.begin + house.inflow - house.outflow == house.end
    assert sum(gone.values()) == house.outflow


@pytest.mark.parametrize(("days", "flow"), [(27, (1, 0, 0, 1)), (28, (1, 0, 0, 1)), (29, (1, 1, 1, 1))])
def test_a_restart_within_28_days_is_the_same_trajectory(days, flow):
    first = TrajectoryFactory(end_date=MARCH.start)
    TrajectoryFactory(participant=first.participant, start_date=MARCH.start + timedelta(days=days))
    assert numbers(flow_figures(MARCH)[ACTIVATION]) == flow
    assert numbers(house_flow_figures(MARCH)) == flow


@pytest.mark.parametrize(("days", "begin", "inflow"), [(27, 1, 0), (28, 1, 0), (29, 0, 1)])
def test_a_gap_over_the_edge_of_the_period_keeps_the_person_in_the_stock(days, begin, inflow):
    stopped = MARCH.start - timedelta(days=1)
    first = TrajectoryFactory(end_date=stopped)
    TrajectoryFactory(participant=first.participant, start_date=stopped + timedelta(days=days))
    assert numbers(flow_figures(MARCH)[ACTIVATION]) == (begin, inflow, 0, 1)


def test_moving_between_target_groups_is_no_outflow_of_the_house():
    first = TrajectoryFactory(target_group=CARE, end_date="2026-03-10")
    TrajectoryFactory(participant=first.participant, target_group=ACTIVATION, start_date="2026-03-11")
    flow = flow_figures(MARCH)
    assert (flow[CARE].outflow, flow[ACTIVATION].inflow) == (1, 1)
    assert numbers(house_flow_figures(MARCH)) == (1, 0, 0, 1)
    assert destinations(MARCH) == {}


def test_destinations_are_those_of_people_who_left():
    TrajectoryFactory(end_date="2026-03-10", destination="PAID_WORK")
    TrajectoryFactory(end_date="2026-03-31")
    TrajectoryFactory(end_date="2026-04-01", destination="MOVED")
    assert destinations(MARCH) == {"PAID_WORK": 1, "": 1}


def test_strands_count_people_and_may_overlap():
    TrajectoryFactory(strand_social=True, strand_work=True)
    TrajectoryFactory(strand_work=True)
    assert people_by_strand(MARCH) == {"strand_social": 1, "strand_educational": 0, "strand_work": 2}
