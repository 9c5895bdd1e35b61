"""The rota of the coaches: who is there decides how many places there are, from today on."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from impact.figures.attendance import attendance_figures
from participants.models import Pause, Trajectory
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    DutyFactory,
    LeaveFactory,
    OpeningFactory,
    PlacementFactory,
    UserFactory,
    VolunteerFactory,
    WorkshopFactory,
)
from workshops.models import Duty, Leave, StandIn, Workshop
from workshops.services.absences import report_absence, withdraw_absence
from workshops.services.attendance import mark_attendance, undo_last_change
from workshops.services.replanning import HOME, replan
from workshops.services.rota import add_duties, add_leave, end_duty, remove_duty, set_supervision, withdraw_leave
from workshops.services.sessions import ensure_sessions, reconcile_sessions
from workshops.services.stand_ins import plan_stand_in, stand_in, withdraw_stand_in
from workshops.services.trajectories import pause_trajectory
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)
MONDAY = date(2026, 3, 2)
COACH, EITHER = Workshop.Supervision.COACH, Workshop.Supervision.EITHER


@pytest.fixture
def steel(monday, workshop, coach):
    """Open for six, three per coach or volunteer; the coach is there every Monday."""
    workshop.openings.update(capacity=6)
    DutyFactory(user=coach, workshop=workshop)
    ensure_sessions(monday + 2 * WEEK)
    set_supervision(workshop, supervision=EITHER, places_per_supervisor=3, places_without=0)
    return workshop


@pytest.fixture
def welder(steel):
    placement = PlacementFactory(workshop=steel, trajectory=VolunteerFactory())
    reconcile_sessions(Workshop.objects.filter(pk=steel.pk), MONDAY)
    return placement.participant


def places(workshop):
    """Today, next week and the week after."""
    return list(workshop.sessions.filter(date__gte=MONDAY).order_by("date").values_list("capacity", flat=True)[:3])


def in_the_past(workshop):
    return set(workshop.sessions.filter(date__lt=MONDAY).values_list("capacity", flat=True))


def test_when_the_welder_is_off_the_places_drop_and_come_back(steel, welder, coordinator):
    assert places(steel) == [6, 6, 6]
    before = in_the_past(steel)
    day = MONDAY + WEEK
    absence = report_absence(welder, day, day, "", None, "SELF", by=coordinator)
    assert places(steel) == [6, 3, 6]
    assert attendance_figures(Period(day, day)).capacity == 3
    withdraw_absence(absence, by=coordinator)
    assert places(steel) == [6, 6, 6]
    assert attendance_figures(Period(day, day)).capacity == 6
    assert in_the_past(steel) == before


def test_it_is_told_before_the_welder_is_off_which_sessions_lose_places(steel, welder, signed_in, coordinator):
    PlacementFactory.create_batch(4, workshop=steel)
    reconcile_sessions(Workshop.objects.filter(pk=steel.pk), MONDAY)
    client, day = signed_in(coordinator), (MONDAY + WEEK).isoformat()
    page = client.get(reverse("absence_add", args=[welder.key]))
    shown = press(client, page, "Kijk eerst", start_date=day, end_date=day)
    assert [(each.before, each.after, each.too_many) for each in shown.context["effect"].changes] == [(6, 3, 1)]
    assert "begeleidt daar. Dan zijn er minder plekken" in shown.text
    assert places(steel) == [6, 6, 6]
    done = client.get(press(client, shown, "Meld afwezig").url)
    assert places(steel) == [6, 3, 6]
    assert f"Daar zijn nu te weinig plekken: {steel} ma 9 mrt ochtend." in done.text


def test_who_does_not_supervise_takes_no_places_along(steel, signed_in, coordinator):
    person = PlacementFactory(workshop=steel).participant
    reconcile_sessions(Workshop.objects.filter(pk=steel.pk), MONDAY)
    client, day = signed_in(coordinator), (MONDAY + WEEK).isoformat()
    page = client.get(reverse("absence_add", args=[person.key]))
    shown = press(client, page, "Kijk eerst", start_date=day, end_date=day)
    assert shown.context["effect"].changes == []
    assert "minder plekken" not in shown.text


def test_when_the_welder_is_marked_off_in_the_register_the_places_drop_and_come_back(
    steel, welder, coach, django_capture_on_commit_callbacks
):
    row = welder.attendances.get(date=MONDAY + WEEK)
    with django_capture_on_commit_callbacks(execute=True):
        mark_attendance(row, "EXCUSED", by=coach)
    assert places(steel) == [6, 3, 6]
    reconcile_sessions(Workshop.objects.filter(pk=steel.pk), MONDAY)
    assert places(steel) == [6, 3, 6]
    with django_capture_on_commit_callbacks(execute=True):
        undo_last_change(row, by=coach)
    assert places(steel) == [6, 6, 6]


def test_who_said_to_stay_away_and_came_after_all_counts(
    steel, welder, coordinator, coach, django_capture_on_commit_callbacks
):
    report_absence(welder, MONDAY, MONDAY, "", None, "SELF", by=coordinator)
    assert places(steel)[0] == 3
    with django_capture_on_commit_callbacks(execute=True):
        mark_attendance(welder.attendances.get(date=MONDAY), "PRESENT", by=coach)
    assert places(steel)[0] == 6


def test_a_mark_asks_nothing_more_of_who_does_not_count_or_of_days_that_were(
    steel, welder, coach, django_capture_on_commit_callbacks
):
    person = PlacementFactory(workshop=steel).participant
    yesterday = steel.sessions.filter(date__lt=MONDAY).first()
    reconcile_sessions(Workshop.objects.filter(pk=steel.pk), yesterday.date)
    with django_capture_on_commit_callbacks() as asked:
        mark_attendance(person.attendances.get(date=MONDAY), "EXCUSED", by=coach)
        mark_attendance(yesterday.attendances.get(participant=welder), "EXCUSED", by=coach)
        Workshop.objects.filter(pk=steel.pk).update(supervision=COACH)
        mark_attendance(welder.attendances.get(date=MONDAY), "EXCUSED", by=coach)
    assert asked == []


def test_an_absence_of_a_participant_leaves_the_places(steel, welder, coordinator):
    person = PlacementFactory(workshop=steel).participant
    report_absence(person, MONDAY + WEEK, MONDAY + WEEK, "", None, "SELF", by=coordinator)
    assert places(steel) == [6, 6, 6]


def test_a_pause_of_a_volunteer_takes_places_along(steel, welder, coordinator):
    pause_trajectory(welder.trajectories.get(), start=MONDAY + WEEK, end=None, reason="reis", by=coordinator)
    assert places(steel) == [6, 3, 3]
    assert Pause.objects.exists()


def test_leave_takes_places_along_and_gives_them_back(steel, coach, coordinator):
    assert places(steel) == [3, 3, 3]
    leave = add_leave(coach, start=MONDAY + WEEK, end=MONDAY + WEEK, day_part="MORNING", by=coordinator)
    assert places(steel) == [3, 0, 3]
    with pytest.raises(ValidationError, match="is al vrij"):
        add_leave(coach, start=MONDAY, end=MONDAY + WEEK, by=coordinator)
    withdraw_leave(leave)
    assert places(steel) == [3, 3, 3]
    with pytest.raises(ValidationError, match="al ingetrokken"):
        withdraw_leave(leave)


def test_of_a_leave_that_began_only_the_rest_is_taken_back(steel, coach):
    leave = LeaveFactory(user=coach, start_date=MONDAY - WEEK, end_date=MONDAY + WEEK)
    withdraw_leave(leave)
    leave.refresh_from_db()
    assert leave.end_date == MONDAY - timedelta(days=1)


def test_leave_in_the_afternoon_leaves_the_morning(steel, coach, coordinator):
    add_leave(coach, start=MONDAY, end=MONDAY, day_part="AFTERNOON", by=coordinator)
    assert places(steel) == [3, 3, 3]


@pytest.mark.parametrize("start", [MONDAY - timedelta(days=1), date(2028, 1, 1)])
def test_leave_in_the_past_or_too_far_ahead_is_refused(steel, coach, coordinator, start):
    with pytest.raises(ValidationError):
        add_leave(coach, start=start, end=start, by=coordinator)
    assert not Leave.objects.exists()


def test_a_duty_adds_places_from_its_first_day_until_its_last(steel):
    [duty] = add_duties(UserFactory(), steel, [(1, "MORNING")], start=MONDAY + WEEK)
    assert places(steel) == [3, 6, 6]
    end_duty(duty, last_day=MONDAY + WEEK)
    assert places(steel) == [3, 6, 3]
    end_duty(duty, last_day=MONDAY + 3 * WEEK)
    assert places(steel) == [3, 6, 6]
    with pytest.raises(ValidationError, match="voor de begindatum"):
        end_duty(duty, last_day=MONDAY)
    remove_duty(duty)
    assert places(steel) == [3, 3, 3]
    with pytest.raises(ValidationError, match="weggehaald"):
        remove_duty(duty)


def test_the_rota_of_the_past_stays(steel, coach):
    with pytest.raises(ValidationError, match="gisteren of een latere dag"):
        end_duty(Duty.objects.get(), last_day=MONDAY - WEEK)
    with pytest.raises(ValidationError, match="al begonnen"):
        remove_duty(Duty.objects.get())


def test_a_coach_is_in_one_place_at_a_time(steel, coach, coordinator):
    with pytest.raises(ValidationError, match="Maandag ochtend: Deze coach staat op dit dagdeel"):
        add_duties(coach, WorkshopFactory(), [(1, "MORNING"), (1, "AFTERNOON")], start=MONDAY)
    assert Duty.objects.count() == 1
    with pytest.raises(ValidationError, match="Kies een coach"):
        add_duties(coordinator, steel, [(2, "MORNING")], start=MONDAY)


def test_who_helps_out_adds_places_here_and_takes_them_along_at_home(steel, coach):
    home = WorkshopFactory()
    OpeningFactory(workshop=home, capacity=6)
    helper = DutyFactory(workshop=home).user
    ensure_sessions(MONDAY + 2 * WEEK)
    Workshop.objects.update(sessions_until=MONDAY + 2 * WEEK)
    set_supervision(home, supervision=COACH, places_per_supervisor=5, places_without=1)
    session = steel.sessions.get(date=MONDAY + WEEK)
    found = plan_stand_in(session, helper)
    assert (places(steel), places(home)) == ([3, 6, 3], [6, 1, 6])
    with pytest.raises(ValidationError, match="valt dan al in hier"):
        plan_stand_in(session, helper)
    with pytest.raises(ValidationError, match="al in het rooster"):
        plan_stand_in(session, coach)
    withdraw_stand_in(found)
    assert (places(steel), places(home)) == ([3, 3, 3], [6, 6, 6])


def test_who_is_on_leave_does_not_help_out(steel, coordinator):
    helper = UserFactory()
    add_leave(helper, start=MONDAY, end=MONDAY, by=coordinator)
    with pytest.raises(ValidationError, match="is dan vrij"):
        plan_stand_in(steel.sessions.get(date=MONDAY), helper)


def test_who_taps_that_they_help_out_counts_at_once_and_stays(steel):
    session = steel.sessions.get(date=MONDAY)
    found = stand_in(session, by=UserFactory())
    assert places(steel) == [6, 3, 3]
    with pytest.raises(ValidationError, match="al begonnen"):
        withdraw_stand_in(found)


def test_a_rule_holds_from_today_on_and_can_go(steel):
    before = in_the_past(steel)
    set_supervision(steel, supervision=COACH, places_per_supervisor=2, places_without=1)
    assert places(steel) == [3, 3, 3]
    with pytest.raises(ValidationError):
        set_supervision(steel, supervision=COACH, places_per_supervisor=None, places_without=0)
    set_supervision(steel, supervision="", places_per_supervisor=9, places_without=9)
    assert (places(steel), in_the_past(steel)) == ([6, 6, 6], before)


def test_leave_shows_what_it_takes_before_it_is_kept(steel, coach, coordinator, signed_in):
    PlacementFactory.create_batch(2, workshop=steel)
    reconcile_sessions(Workshop.objects.all(), MONDAY)
    client = signed_in(coordinator)
    page = client.get(reverse("leave_add"))
    typed = {"user": coach.pk, "start_date": "2026-03-09", "end_date": "2026-03-09"}
    asked = press(client, page, "Bekijk wat dit doet", **typed)
    assert "3 → <strong>0</strong> plekken, 2 gepland" in " ".join(asked.text.split())
    assert "2 te veel" in asked.text
    assert (Leave.objects.count(), places(steel)) == (0, [3, 3, 3])
    assert press(client, asked, "Meld vrij").status_code == 302
    assert (Leave.objects.count(), places(steel)) == (1, [3, 0, 3])
    page = client.get(reverse("rota_week", args=[MONDAY + WEEK]))
    assert "niemand begeleidt" in page.text
    press(client, page, "Trek in")
    assert places(steel) == [3, 3, 3]


def test_an_effect_that_changed_meanwhile_is_asked_again(steel, coach, coordinator, signed_in):
    client = signed_in(coordinator)
    typed = {"user": coach.pk, "start_date": "2026-03-09", "end_date": "2026-03-09"}
    asked = press(client, client.get(reverse("leave_add")), "Bekijk wat dit doet", **typed)
    steel.openings.update(capacity=2)
    reconcile_sessions(Workshop.objects.all(), MONDAY)
    again = press(client, asked, "Meld vrij")
    assert again.status_code == 200
    assert "2 → <strong>0</strong>" in " ".join(again.text.split())
    assert not Leave.objects.exists()


def test_the_rule_says_what_it_means_and_what_it_does(steel, coordinator, signed_in):
    client = signed_in(coordinator)
    page = client.get(reverse("supervision_edit", args=[steel.pk]))
    assert "Is er één coach of vakvrijwilliger? Dan zijn er 3 plekken." in page.text
    asked = press(client, page, "Bekijk wat dit doet", supervision="COACH", places_per_supervisor="1")
    assert "Is er één coach? Dan is er 1 plek." in asked.text
    assert "3 sessies krijgen minder plekken." in " ".join(asked.text.split())
    press(client, asked, "Bewaar de regel")
    assert places(steel) == [1, 1, 1]
    wrong = press(client, page, "Bekijk wat dit doet", supervision="COACH", places_per_supervisor="")
    assert "Vul in hoeveel deelnemers één begeleider aankan." in wrong.text


def test_the_rota_is_filled_and_stopped_on_the_page(steel, coordinator, signed_in):
    client, coach = signed_in(coordinator), UserFactory(name="Inge")
    page = client.get(reverse("duty_add"))
    typed = {"user": coach.pk, "workshop": steel.pk, "slots": ["1-MORNING", "2-MORNING"]}
    assert press(client, page, "Zet in het rooster", **typed).status_code == 302
    assert places(steel) == [6, 6, 6]
    page = client.get(reverse("rota_week"))
    assert "Inge" in page.text
    page = client.get(reverse("duty_end", args=[coach.duties.get(weekday=1).pk]))
    asked = press(client, page, "Bekijk wat dit doet", last_day="2026-03-02")
    assert press(client, asked, "Bewaar laatste dag").status_code == 302
    assert places(steel) == [6, 3, 3]
    page = client.get(reverse("duty_end", args=[coach.duties.get(weekday=2).pk]))
    press(client, page, "Haal dienst weg")
    assert not coach.duties.filter(weekday=2).exists()


def test_somebody_is_planned_to_help_out_on_the_page(steel, coordinator, signed_in):
    client, helper = signed_in(coordinator), UserFactory(name="Inge")
    session = steel.sessions.get(date=MONDAY + WEEK)
    address = reverse("stand_in_plan", args=[steel.pk, session.date, session.day_part])
    assert press(client, client.get(address), "Laat invallen", user=helper.pk).status_code == 302
    assert places(steel) == [3, 6, 3]
    press(client, client.get(address), "Draai terug")
    assert not StandIn.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_asks_as_many_questions_for_one_workshop_as_for_three(count, monday, coordinator, signed_in):
    for _ in range(count):
        each = WorkshopFactory()
        OpeningFactory(workshop=each)
        LeaveFactory(user=DutyFactory(workshop=each).user, start_date=MONDAY + WEEK, end_date=MONDAY + WEEK)
        PlacementFactory(workshop=each)
        PlacementFactory(workshop=each, trajectory=VolunteerFactory())
    ensure_sessions(MONDAY + WEEK)
    assert Trajectory.objects.count() == 2 * count
    client = signed_in(coordinator)
    client.get(reverse("rota_week"))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("rota_week"))
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == QUERIES


QUERIES = 20


def test_a_coach_whose_account_is_off_supervises_nobody(steel, coach, administrator, signed_in):
    url = reverse("account_edit", args=[coach.pk])
    client = signed_in(administrator)
    press(client, client.get(url), "Bewaar account", is_active="")
    assert places(steel) == [0, 0, 0]
    press(client, client.get(url), "Bewaar account", is_active="on")
    assert places(steel) == [3, 3, 3]


def test_when_places_are_back_the_rota_says_who_can_return_and_the_register_brings_them_back(
    steel, coach, coordinator, signed_in
):
    person = PlacementFactory(workshop=steel).participant
    reconcile_sessions(Workshop.objects.filter(pk=steel.pk), MONDAY)
    leave = add_leave(coach, start=MONDAY + WEEK, end=MONDAY + WEEK, by=coordinator)
    replan(steel.sessions.get(date=MONDAY + WEEK), {person.key: HOME}, by=coordinator)
    client = signed_in(coordinator)
    week = client.get(reverse("rota_week", args=[MONDAY + WEEK]))
    assert "Hier is weer plek" not in week.text
    assert 'aria-current="page">Coaches<' in week.text
    answer = press(client, week, "Trek in")
    assert not Leave.objects.filter(pk=leave.pk).exists()
    week = client.get(answer.url)
    assert "1 persoon kan terug" in week.text
    register = reverse("register_detail", args=[steel.pk, MONDAY + WEEK, "MORNING"])
    assert f'href="{register}"' in week.text
    assert press(client, client.get(register), "Draai terug").url == register
    assert person.attendances.filter(date=MONDAY + WEEK).exists()
    assert "Hier is weer plek" not in client.get(answer.url).text
