"""Moving on within the house, and what leaving asks; what it does to places, registers and figures."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from impact.figures import flow_figures, flow_through_figures, house_flow_figures
from participants.models import EndReason, Pause, Trajectory
from participants.services.paths import start_trajectory
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    OneOffFactory,
    OpeningFactory,
    ParticipantFactory,
    PlacementFactory,
    TrajectoryFactory,
    WaitingEntryFactory,
    WorkshopFactory,
)
from workshops.models import AbsenceReason, Attendance, OneOff, Workshop
from workshops.services.absences import report_absence
from workshops.services.attendance import mark_attendance
from workshops.services.rota import set_supervision
from workshops.services.sessions import ensure_sessions, reconcile_sessions
from workshops.services.trajectories import end_trajectory, move_on, pause_trajectory
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
CARE, ACTIVATION, VOLUNTEER = Trajectory.TargetGroup
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def care(monday):
    return TrajectoryFactory(target_group=CARE)


def url(name, trajectory):
    return reverse(name, args=[trajectory.participant.key, trajectory.pk])


def test_moving_on_ends_one_and_begins_the_next_in_one_action(monday, signed_in, coordinator, care, workshop):
    placement = PlacementFactory(trajectory=care, workshop=workshop)
    ensure_sessions(monday + 2 * WEEK)
    client = signed_in(coordinator)
    page = client.get(url("trajectory_move_on", care))
    assert "Fietsenwerkplaats West: maandag ochtend" in page.text
    typed = {"target_group": ACTIVATION, "start": "2026-03-09", "strand_work": "on"}
    answer = press(client, page, "Laat doorstromen", **typed)
    assert answer.url == reverse("placement_add", args=[care.participant.key])
    care.refresh_from_db()
    placement.refresh_from_db()
    following = care.moved_to
    assert (care.end_date, care.end_reason, care.destination) == (date(2026, 3, 8), EndReason.AS_PLANNED, "")
    assert (following.start_date, following.target_group) == (date(2026, 3, 9), ACTIVATION)
    assert following.strands == ["arbeidsmatig"]
    assert placement.end_date == date(2026, 3, 8)
    assert [row.date for row in Attendance.objects.filter(trajectory=care, date__gte=monday)] == [monday]


def test_moving_on_says_first_which_pause_lapses(monday, signed_in, coordinator, care):
    pause_trajectory(care, start=monday + 3 * WEEK, end=None, reason="langer weg", by=None)
    page = signed_in(coordinator).get(url("trajectory_move_on", care))
    assert "De onderbreking vanaf ma 23 mrt vervalt." in page.text
    typed = {"target_group": ACTIVATION, "start": "2026-03-09", "strand_work": "on"}
    assert press(signed_in(coordinator), page, "Laat doorstromen", **typed).status_code == 302
    assert not care.pauses.exists()


def test_what_is_left_for_a_next_trajectory_is_not_stopped_or_paused(monday, signed_in, coordinator, care):
    following = move_on(care, ACTIVATION, start=monday + WEEK, by=coordinator)
    page = signed_in(coordinator).get(reverse("participant_path", args=[care.participant.key])).text
    assert "stroomt door naar activering" in page
    for name in ("trajectory_end", "pause_add"):
        assert f'href="{url(name, care)}"' not in page
        assert f'href="{url(name, following)}"' in page


def test_the_page_of_stopping_proposes_a_day_that_can_be(monday, signed_in, coordinator):
    coming = TrajectoryFactory(start_date=monday + WEEK)
    page = signed_in(coordinator).get(url("trajectory_end", coming))
    assert page.context["form"]["last_day"].value() == monday + WEEK


def test_who_becomes_a_volunteer_goes_to_volunteering_here(monday, care):
    following = move_on(care, VOLUNTEER, start=monday, by=None)
    assert (following.is_volunteer, following.moved_from.destination) == (True, "VOLUNTEERING_HERE")


@pytest.mark.parametrize(
    ("group", "to", "start", "said"),
    [
        (ACTIVATION, CARE, date(2026, 3, 9), "niet terug"),
        (CARE, CARE, date(2026, 3, 9), "niet terug"),
        (VOLUNTEER, ACTIVATION, date(2026, 3, 9), "niet terug"),
        (CARE, ACTIVATION, date(2024, 1, 1), "Kies een dag na de eerste dag"),
    ],
)
def test_a_way_back_is_refused_and_changes_nothing(monday, group, to, start, said):
    trajectory = TrajectoryFactory(target_group=group)
    with pytest.raises(ValidationError, match=said):
        move_on(trajectory, to, start=start, by=None)
    trajectory.refresh_from_db()
    assert (trajectory.end_date, Trajectory.objects.count()) == (None, 1)


def test_moving_on_to_what_runs_or_just_ended_is_refused(monday, care):
    other = TrajectoryFactory(participant=care.participant)
    with pytest.raises(ValidationError, match="al een traject in deze doelgroep"):
        move_on(care, ACTIVATION, start=monday, by=None)
    Trajectory.objects.filter(pk=other.pk).update(end_date=monday - WEEK)
    with pytest.raises(ValidationError, match="Activering stopte pas op ma 23 feb"):
        move_on(care, ACTIVATION, start=monday, by=None)
    care.refresh_from_db()
    assert care.end_date is None


def test_strands_belong_to_activation(monday, signed_in, coordinator, care):
    typed = {"target_group": VOLUNTEER, "start": "2026-03-09", "strand_work": "on"}
    page = signed_in(coordinator).post(url("trajectory_move_on", care), typed)
    assert page.context["form"].non_field_errors() == ["Sociaal, educatief en arbeidsmatig horen bij activering."]


def test_moving_on_before_a_recorded_day_is_refused(session, coach):
    row = session.attendances.first()
    mark_attendance(row, Attendance.Status.PRESENT, by=coach)
    with pytest.raises(ValidationError, match="al aanwezigheid ingevuld"):
        move_on(row.trajectory, VOLUNTEER, start=session.date, by=None)


def test_what_was_left_for_a_next_trajectory_stays_before_it(monday, signed_in, coordinator, care):
    move_on(care, ACTIVATION, start=monday, by=None)
    client = signed_in(coordinator)
    page = client.get(url("trajectory_edit", care))
    typed = {"target_group": CARE, "start_date": "2024-01-01", "end_date": "2026-03-02"}
    refused = press(client, page, "Bewaar", **typed)
    assert "stopt het ene traject voordat het volgende begint" in refused.text


def test_leaving_asks_why_and_where_to(monday, care):
    for reason, destination in [("", "MOVED"), ("31", "")]:
        with pytest.raises(ValidationError, match="Vul dit in"):
            end_trajectory(care, last_day=monday, reason=reason, destination=destination, by=None)
    ended = end_trajectory(care, last_day=monday, reason="31", destination="MOVED", by=None)
    assert (ended.end_reason, ended.destination) == ("31", "MOVED")


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_pause_has_a_reason(monday, care, reason):
    with pytest.raises(ValidationError, match="Vul een reden in"):
        pause_trajectory(care, start=monday, end=None, reason=reason, by=None)
    assert not Pause.objects.exists()


def test_the_page_of_a_pause_asks_for_a_reason(monday, signed_in, coordinator, care):
    client = signed_in(coordinator)
    refused = press(client, client.get(url("pause_add", care)), "Onderbreek", reason="", expected_until="2026-04-01")
    assert refused.context["form"].errors == {"reason": ["Vul dit in."]}


# --- what leaving touches -------------------------------------------------------------------------------------------


def test_leaving_shows_and_ends_all_that_was_to_come(monday, signed_in, coordinator, session):
    """A visit for one time, a pause that would begin, and what somebody waits for: shown, and shown again when new."""
    placement = session.workshop.placements.first()
    trajectory, visited = placement.trajectory, WorkshopFactory(name="Keuken Noord")
    OpeningFactory(workshop=visited, weekday=2)
    ensure_sessions(monday + 2 * WEEK)
    visit = visited.sessions.get(date=monday + WEEK + DAY)
    OneOffFactory(trajectory=trajectory, comes_to=visit)
    reconcile_sessions(Workshop.objects.all(), monday)
    assert visit.attendances.count() == 1
    Pause.objects.create(trajectory=trajectory, start_date=monday + 3 * WEEK, reason="langer weg")
    client = signed_in(coordinator)
    page = client.get(url("trajectory_end", trajectory))
    assert "Keuken Noord: voor één keer" in page.text
    assert "De onderbreking vanaf ma 23 mrt vervalt." in page.text
    assert "wachtlijst" not in page.text
    entry = WaitingEntryFactory(participant=trajectory.participant, workshop=visited)
    again = press(client, page, "Stop traject", reason="19", destination="EDUCATION")
    assert "Van de wachtlijst: Keuken Noord." in again.text
    assert press(client, again, "Stop traject").status_code == 302
    entry.refresh_from_db()
    assert (entry.state, Pause.objects.exists(), Pause.history.latest().history_type) == ("WITHDRAWN", False, "-")
    assert not OneOff.objects.standing().exists()
    assert not visit.attendances.exists()
    assert list(Attendance.objects.filter(trajectory=trajectory, date__gte=monday)) == list(
        session.attendances.filter(trajectory=trajectory)
    )


def test_who_goes_on_in_another_path_stays_on_the_list(monday, signed_in, coordinator, care):
    WaitingEntryFactory(participant=care.participant)
    TrajectoryFactory(participant=care.participant)
    page = signed_in(coordinator).get(url("trajectory_end", care))
    assert "wachtlijst" not in page.text


def test_an_absence_said_beforehand_is_no_reason_to_stay(monday, session, coordinator):
    row = session.attendances.first()
    report_absence(row.participant, monday, monday, "", AbsenceReason.objects.first(), "SELF", by=coordinator)
    row.refresh_from_db()
    assert row.status == Attendance.Status.EXCUSED
    end_trajectory(row.trajectory, last_day=monday - DAY, reason="19", destination="EDUCATION", by=coordinator)
    row.refresh_from_db()
    assert (row.status, row.planned) == (Attendance.Status.OPEN, False)


def test_a_pause_takes_somebody_out_of_where_they_only_come_for_one_time(monday, session, coordinator):
    trajectory, visited = session.workshop.placements.first().trajectory, WorkshopFactory()
    OpeningFactory(workshop=visited, weekday=2)
    ensure_sessions(monday + WEEK)
    visit = visited.sessions.get(date=monday + DAY)
    OneOffFactory(trajectory=trajectory, comes_to=visit)
    reconcile_sessions(Workshop.objects.all(), monday)
    pause_trajectory(trajectory, start=monday + DAY, end=None, reason="langer weg", by=coordinator)
    assert not visit.attendances.exists()


def test_a_volunteer_who_leaves_is_missed_where_places_follow_supervision(monday, signed_in, coordinator, workshop):
    placement = PlacementFactory(workshop=workshop, trajectory=TrajectoryFactory(target_group=VOLUNTEER))
    client = signed_in(coordinator)
    said = "Daar zijn dan minder plekken"
    assert said not in client.get(url("trajectory_end", placement.trajectory)).text
    set_supervision(workshop, supervision="EITHER", places_per_supervisor=4, places_without=0)
    assert said in client.get(url("trajectory_end", placement.trajectory)).text


# --- figures --------------------------------------------------------------------------------------------------------


def numbers(flow):
    return flow.begin, flow.inflow, flow.outflow, flow.end


def test_moving_on_is_flow_through_and_not_outflow_of_the_house(monday, care):
    TrajectoryFactory(target_group=VOLUNTEER)
    move_on(care, ACTIVATION, start=monday + WEEK, by=None)
    flow = flow_figures(MARCH)
    assert (numbers(flow[CARE]), numbers(flow[ACTIVATION])) == ((1, 0, 1, 0), (0, 1, 0, 1))
    assert numbers(house_flow_figures(MARCH)) == (2, 0, 0, 2)
    through = flow_through_figures(MARCH)
    assert (through.moved, through.enrolled, through.rate) == (1, 1, 1.0)


def test_who_moves_twice_is_one_person_and_counts_where_the_last_day_lies(monday, care):
    TrajectoryFactory()
    following = move_on(care, ACTIVATION, start=date(2026, 3, 1), by=None)
    assert flow_through_figures(MARCH).moved == 0
    move_on(following, VOLUNTEER, start=date(2026, 3, 20), by=None)
    assert flow_through_figures(MARCH).moved == 1
    both = flow_through_figures(Period(date(2026, 2, 1), date(2026, 3, 31)))
    assert (both.moved, both.enrolled) == (1, 2)
    assert flow_through_figures(Period(date(2023, 1, 1), date(2023, 1, 2))).rate is None


def test_who_goes_on_after_a_restart_was_never_away_and_leaves_the_denominator(monday, workshop):
    person = ParticipantFactory()
    old = TrajectoryFactory(participant=person)
    PlacementFactory(trajectory=old, workshop=workshop)
    end_trajectory(old, last_day=monday, reason="20", destination="UNKNOWN", by=None)
    again = Trajectory(participant=person, target_group=ACTIVATION, start_date=monday + 3 * WEEK)
    assert start_trajectory(again, by=None) == old
    PlacementFactory(trajectory=old, workshop=workshop, start_date=monday + DAY)
    ensure_sessions(MARCH.end)
    days = [row.date.day for row in Attendance.objects.filter(trajectory=old, date__gte=MARCH.start).order_by("date")]
    assert days == [2, 23, 30]
    assert numbers(flow_figures(MARCH)[ACTIVATION]) == numbers(house_flow_figures(MARCH)) == (1, 0, 0, 1)
