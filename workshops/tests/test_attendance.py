"""Recording who came: what is set, what is refused, and what is kept."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from impact.figures import attendance_figures, volunteer_figures
from participants.models import Trajectory
from pluspunt.periods import Period
from pluspunt.tests.factories import OpeningFactory, PlacementFactory, TrajectoryFactory, UserFactory
from workshops.models import AbsenceReason, Attendance, DayPart, Session
from workshops.permissions import can_record
from workshops.services.attendance import RegisterCounts, mark_all_present, mark_attendance, register_counts
from workshops.services.cancelling import cancel_session
from workshops.services.sessions import ensure_sessions
from workshops.services.visitors import add_visitor

pytestmark = pytest.mark.django_db
OPEN, PRESENT, EXCUSED, NO_SHOW = Attendance.Status
DAY = timedelta(days=1)


@pytest.fixture
def row(session):
    return session.attendances.first()


@pytest.fixture
def elsewhere(session):
    """Another workshop's session on the same day part."""
    workshop = OpeningFactory().workshop
    ensure_sessions(session.date)
    return workshop.sessions.get(date=session.date)


@pytest.fixture
def reason():
    return AbsenceReason.objects.get(name="rustdag")


def refusal(change, *args, **kwargs) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        change(*args, **kwargs)
    return refused.value.messages


# --- One row ----------------------------------------------------------------------------------------------------


def test_a_mark_keeps_who_when_the_old_and_the_new_value(row, coach, coordinator, reason):
    mark_attendance(row, EXCUSED, by=coach, reason=reason)
    mark_attendance(row, NO_SHOW, by=coordinator)
    row.refresh_from_db()
    assert (row.status, row.reason, row.recorded_by) == (NO_SHOW, None, coordinator)
    assert list(row.changes.values_list("by", "old_status", "old_reason", "new_status", "new_reason")) == [
        (coach.pk, OPEN, None, EXCUSED, reason.pk),
        (coordinator.pk, EXCUSED, reason.pk, NO_SHOW, None),
    ]
    assert row.changes.last().at == row.recorded_at


def test_the_same_mark_twice_changes_nothing(row, coach, coordinator):
    mark_attendance(row, PRESENT, by=coach)
    mark_attendance(row, PRESENT, by=coordinator)
    row.refresh_from_db()
    assert (row.recorded_by, row.changes.count()) == (coach, 1)


def test_excused_again_keeps_the_reason_and_another_reason_replaces_it(row, coach, reason):
    mark_attendance(row, EXCUSED, by=coach, reason=reason)
    assert mark_attendance(row, EXCUSED, by=coach).reason == reason
    other = AbsenceReason.objects.get(name="vakantie")
    assert mark_attendance(row, EXCUSED, by=coach, reason=other).reason == other


def test_a_reason_belongs_to_excused_only(row, coach, reason):
    assert mark_attendance(row, PRESENT, by=coach, reason=reason).reason is None


def test_an_unknown_status_is_refused(row, coach):
    assert refusal(mark_attendance, row, "LATE", by=coach) == ["Kies aanwezig, afgemeld of niet afgemeld."]


def test_a_row_that_planning_took_away_is_refused(row, coach):
    Attendance.objects.filter(pk=row.pk).delete()
    assert refusal(mark_attendance, row, PRESENT, by=coach) == ["Deze persoon staat niet meer in dit register."]


def test_somebody_present_elsewhere_cannot_be_present_here(row, elsewhere, coach):
    add_visitor(elsewhere, row.participant, by=coach)
    assert refusal(mark_attendance, row, PRESENT, by=coach) == [
        "Deze persoon staat op dit dagdeel al ergens anders als aanwezig."
    ]
    assert mark_attendance(row, EXCUSED, by=coach).status == EXCUSED


@pytest.mark.parametrize("status", [PRESENT, NO_SHOW])
def test_on_a_day_to_come_one_can_only_be_excused(session, coach, status):
    ensure_sessions(session.date + 7 * DAY)
    later = session.workshop.sessions.get(date=session.date + 7 * DAY).attendances.first()
    assert refusal(mark_attendance, later, status, by=coach) == [
        "Deze sessie komt nog: je kunt iemand nu alleen afmelden."
    ]
    assert mark_attendance(later, EXCUSED, by=coach).status == EXCUSED
    assert mark_attendance(later, OPEN, by=coach).status == OPEN


@pytest.mark.parametrize("status", [PRESENT, EXCUSED, NO_SHOW])
def test_a_session_that_does_not_go_on_takes_no_marks(session, row, coach, status):
    cancel_session(session, reason="storm", by=coach)
    assert refusal(mark_attendance, row, status, by=coach) == [
        "Deze sessie is uitgevallen: er valt niets in te vullen."
    ]


# --- Everybody at once ------------------------------------------------------------------------------------------


def test_everybody_present_leaves_alone_who_is_recorded_or_present_elsewhere(session, elsewhere, coach):
    first, second, third = session.attendances.order_by("pk")
    mark_attendance(first, NO_SHOW, by=coach)
    add_visitor(elsewhere, second.participant, by=coach)
    assert mark_all_present(session, by=coach) == [third]
    assert list(session.attendances.order_by("pk").values_list("status", flat=True)) == [NO_SHOW, OPEN, PRESENT]
    assert list(third.changes.values_list("by", "old_status", "new_status")) == [(coach.pk, OPEN, PRESENT)]


def test_everybody_present_twice_changes_nothing(session, coach):
    assert len(mark_all_present(session, by=coach)) == 3
    assert mark_all_present(session, by=coach) == []


def test_everybody_present_does_not_bring_back_a_visitor_who_was_taken_away(session, coach):
    visitor = add_visitor(session, TrajectoryFactory().participant, by=coach)
    mark_attendance(visitor, OPEN, by=coach)
    assert visitor not in mark_all_present(session, by=coach)


def test_everybody_present_is_refused_before_the_day_and_when_it_does_not_go_on(session, coach):
    ensure_sessions(session.date + 7 * DAY)
    later = session.workshop.sessions.get(date=session.date + 7 * DAY)
    assert refusal(mark_all_present, later, by=coach) == ["Deze sessie komt nog: je kunt iemand nu alleen afmelden."]
    cancel_session(session, reason="storm", by=coach)
    assert refusal(mark_all_present, session, by=coach) == ["Deze sessie is uitgevallen: er valt niets in te vullen."]


# --- Somebody extra ---------------------------------------------------------------------------------------------


def test_a_visitor_is_present_without_having_been_planned(session, coach):
    trajectory = TrajectoryFactory()
    row = add_visitor(session, trajectory.participant, by=coach)
    assert (row.trajectory, row.planned, row.status) == (trajectory, False, PRESENT)
    assert (row.workshop_id, row.date, row.day_part) == (session.workshop_id, session.date, DayPart.MORNING)


def test_a_visitor_added_twice_stands_there_once(session, coach):
    person = TrajectoryFactory().participant
    assert add_visitor(session, person, by=coach) == add_visitor(session, person, by=coach)
    assert session.attendances.filter(participant=person).count() == 1


def test_a_visitor_who_was_taken_away_can_come_back(session, coach):
    person = TrajectoryFactory().participant
    row = mark_attendance(add_visitor(session, person, by=coach), OPEN, by=coach)
    assert not row.is_listed
    assert add_visitor(session, person, by=coach) == row
    assert list(row.changes.values_list("new_status", flat=True)) == [PRESENT, OPEN, PRESENT]


@pytest.mark.parametrize("status", [EXCUSED, NO_SHOW])
def test_a_visitor_cannot_be_absent(session, coach, status):
    row = add_visitor(session, TrajectoryFactory().participant, by=coach)
    assert refusal(mark_attendance, row, status, by=coach) == ["Wie niet gepland was, kan alleen aanwezig zijn."]


def test_somebody_who_is_planned_here_is_no_visitor(session, row, coach):
    [sentence] = refusal(add_visitor, session, row.participant, by=coach)
    assert sentence == f"{row.participant.floor_name} staat al in dit register."


def test_a_visitor_needs_a_running_trajectory(session, coach):
    person = TrajectoryFactory(end_date=session.date - DAY).participant
    [sentence] = refusal(add_visitor, session, person, by=coach)
    assert sentence == f"{person.floor_name} heeft op deze dag geen lopend traject."


def test_a_visitor_is_refused_where_nothing_can_be_recorded(session, coach):
    person = TrajectoryFactory().participant
    ensure_sessions(session.date + 7 * DAY)
    later = session.workshop.sessions.get(date=session.date + 7 * DAY)
    assert refusal(add_visitor, later, person, by=coach) == ["Deze sessie komt nog: je kunt iemand nu alleen afmelden."]
    cancel_session(session, reason="storm", by=coach)
    assert refusal(add_visitor, session, person, by=coach) == [
        "Deze sessie is uitgevallen: er valt niets in te vullen."
    ]


def test_of_two_trajectories_a_visitor_comes_as_participant(session, coach):
    participant = TrajectoryFactory()
    TrajectoryFactory(
        participant=participant.participant,
        target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER,
        start_date=participant.start_date + DAY,
    )
    assert add_visitor(session, participant.participant, by=coach).trajectory == participant


def test_of_two_trajectories_the_one_that_is_placed_in_this_workshop_counts(session, coach):
    volunteer = TrajectoryFactory(target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)
    TrajectoryFactory(participant=volunteer.participant)
    PlacementFactory(trajectory=volunteer, workshop=session.workshop, weekday=2)
    assert add_visitor(session, volunteer.participant, by=coach).trajectory == volunteer


# --- Counting and permission ------------------------------------------------------------------------------------


def test_the_counters_count_everybody_who_stands_in_the_register(session, coach):
    first, second, _ = session.attendances.order_by("pk")
    mark_attendance(first, EXCUSED, by=coach)
    mark_attendance(second, NO_SHOW, by=coach)
    add_visitor(session, TrajectoryFactory().participant, by=coach)
    mark_attendance(add_visitor(session, TrajectoryFactory().participant, by=coach), OPEN, by=coach)
    counts = register_counts(session)
    assert counts == RegisterCounts(present=1, excused=1, no_show=1, open=1)
    assert (counts.recorded, counts.people) == (3, 4)


@pytest.mark.parametrize(("days", "coach_may"), [(-30, True), (0, True), (7, True), (8, False)])
def test_who_may_record(session, coach, coordinator, manager, administrator, days, coach_may):
    today = session.date + days * DAY
    assert can_record(coach, session, today) is coach_may
    assert can_record(coordinator, session, today) is True
    for outsider in (UserFactory(), manager, administrator):
        assert can_record(outsider, session, today) is False


# --- Whatever happens -------------------------------------------------------------------------------------------

PEOPLE = st.integers(0, 2)
STEPS = st.one_of(
    st.tuples(st.just("mark"), PEOPLE, st.sampled_from(Attendance.Status.values)),
    st.tuples(st.just("all")),
    st.tuples(st.just("visit"), PEOPLE),
    st.tuples(st.just("visit elsewhere"), PEOPLE),
    st.tuples(st.just("unvisit"), PEOPLE),
    st.tuples(st.just("cancel")),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=12))
def test_whatever_happens_the_figures_add_up(session, elsewhere, coach, steps):
    visitors = [TrajectoryFactory().participant for _ in range(3)]
    planned = list(session.attendances.order_by("pk").select_related("participant"))

    def do(step, person=None, status=None):
        if step == "mark":
            mark_attendance(planned[person], status, by=coach)
        elif step == "all":
            mark_all_present(session, by=coach)
        elif step == "visit":
            add_visitor(session, visitors[person], by=coach)
        elif step == "visit elsewhere":
            add_visitor(elsewhere, planned[person].participant, by=coach)
        elif step == "unvisit":
            for row in session.attendances.filter(participant=visitors[person]):
                mark_attendance(row, OPEN, by=coach)
        else:
            cancel_session(session, reason="storm", by=coach)

    with transaction.atomic():
        for step in steps:
            try:
                do(*step)
            except ValidationError:
                continue
        period = Period(session.date, session.date)
        for figures in (attendance_figures(period), volunteer_figures(period)):
            assert figures.attended + figures.excused + figures.no_show + figures.open == figures.planned
        for row in Attendance.objects.all():
            chain = [OPEN, *(change.new_status for change in row.changes.all())]
            assert [change.old_status for change in row.changes.all()] == chain[:-1]
            assert row.status == chain[-1]
        went_on = not Session.objects.filter(pk=session.pk, state=Session.State.CANCELLED).exists()
        assert attendance_figures(period).planned == (3 if went_on else 0)
        transaction.set_rollback(True)
