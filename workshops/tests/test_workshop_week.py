"""The board of a week: places taken and free, counted from openings, closures, placements and pauses."""

from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from impact.figures import attendance_figures
from participants.models import Pause, Trajectory
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    AbsenceFactory,
    DutyFactory,
    LocationFactory,
    OpeningFactory,
    PlacementFactory,
    TrajectoryFactory,
    WaitingEntryFactory,
    WorkshopFactory,
)
from privacy.models import AccessEvent
from workshops.models import Closure, DayPart, OneOff, Placement, Workshop
from workshops.services.attendance import mark_attendance
from workshops.services.board import week_board
from workshops.services.cancelling import cancel_session
from workshops.services.sessions import ensure_sessions, reconcile_sessions
from workshops.services.stopping import move_workshop
from workshops.services.visitors import add_visitor

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


def cell(workshop, day):
    [row] = week_board([workshop], day).rows
    return row.cells[0]


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
    here = cell(workshop, monday)
    assert (here.over, here.free, here.heat) == (1, 0, 4)


def test_a_paused_person_leaves_the_place_free_that_week(monday, workshop):
    placement = PlacementFactory(workshop=workshop)
    Pause.objects.create(trajectory=placement.trajectory, start_date=monday, end_date=monday)
    assert (cell(workshop, monday).taken, cell(workshop, monday).paused) == (0, 1)
    assert (cell(workshop, monday + WEEK).taken, cell(workshop, monday + WEEK).paused) == (1, 0)


def test_a_closed_day_says_why(monday, workshop):
    Closure.objects.create(start_date=monday, end_date=monday, reason="teamdag")
    assert (cell(workshop, monday).is_open, cell(workshop, monday).closed_because) == (False, "teamdag")
    assert cell(workshop, monday + WEEK).is_open


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


def test_who_said_not_to_come_is_planned_but_not_one_too_many(monday, workshop, coach):
    placements = PlacementFactory.create_batch(9, workshop=workshop)
    AbsenceFactory(participant=placements[0].participant, start_date=monday, end_date=monday, taken_by=coach)
    here = cell(workshop, monday)
    assert (here.taken, here.excused, here.over) == (9, 1, 0)


def test_who_waits_for_a_day_part_stands_there_and_who_takes_any_beside_the_name(monday, workshop):
    WaitingEntryFactory(workshop=workshop, weekday=1, day_part=DayPart.MORNING)
    WaitingEntryFactory(workshop=workshop, weekday=1)
    WaitingEntryFactory(workshop=workshop)
    WaitingEntryFactory(workshop=workshop, state="DECLINED", decided_on=monday, reason="te ver")
    [row] = week_board([workshop], monday).rows
    assert (row.waiting, [each.waiting for each in row.cells][:2]) == (2, [1, 0])


def test_fewer_places_say_that_somebody_is_missing(monday, workshop, coach):
    Workshop.objects.filter(pk=workshop.pk).update(supervision="COACH", places_per_supervisor=5)
    workshop.refresh_from_db()
    DutyFactory(user=coach, workshop=workshop)
    ensure_sessions(monday)
    for day in (monday, monday + 10 * WEEK):  # with a session, and before it is made
        here = cell(workshop, day)
        assert (here.places, here.fewer, here.coaches) == (5, 3, 1)


def test_a_cancelled_session_has_no_places_and_says_why(session, coach):
    cancel_session(session, reason="lasser ziek", by=coach)
    here = cell(session.workshop, session.date)
    assert (here.is_open, here.is_cancelled, here.closed_because) == (False, True, "lasser ziek")


@pytest.mark.parametrize("status", ["PRESENT", "EXCUSED", "NO_SHOW", "OPEN"])
def test_a_day_that_has_been_says_what_the_figures_say(monday, session, status):
    """Planned is Pn and attended A + E (§6), whatever became of the placements since."""
    PlacementFactory(workshop=session.workshop, trajectory=TrajectoryFactory(target_group="SKILLED_VOLUNTEER"))
    reconcile_sessions(Workshop.objects.all(), monday)
    mark_attendance(session.attendances.earliest("pk"), status, by=None)
    visitor = TrajectoryFactory()
    session.attendances.create(
        participant=visitor.participant,
        trajectory=visitor,
        workshop=session.workshop,
        date=monday,
        day_part="MORNING",
        planned=False,
        status="PRESENT",
        recorded_at=timezone.now(),
    )
    with time_machine.travel(monday + WEEK):
        Placement.objects.update(end_date=monday - timedelta(days=1))
        whole, figures = week_board([session.workshop], monday).whole, attendance_figures(Period(monday, monday))
        assert (whole.taken, whole.attended, whole.places) == (figures.planned, figures.delivered, figures.capacity)


def test_locations_have_their_own_sums(monday, workshop):
    other = WorkshopFactory(location=LocationFactory(name="Zuid"))
    OpeningFactory(workshop=other, capacity=4)
    PlacementFactory(workshop=other)
    board = week_board(Workshop.objects.select_related("location"), monday)
    assert [(each.location.name, each.totals[0].taken, each.totals[0].places) for each in board.locations] == [
        (workshop.location.name, 0, 8),
        ("Zuid", 1, 4),
    ]


def test_the_page_shows_who_came(signed_in, coordinator, session):
    mark_attendance(session.attendances.earliest("pk"), "PRESENT", by=coordinator)
    page = signed_in(coordinator).get(reverse("workshop_week"), {"show": "gekomen"})
    assert "1 van 8 plekken gebruikt" in " ".join(page.text.split())
    coming = reverse("workshop_week", args=[session.date + WEEK])
    assert "Gekomen" not in signed_in(coordinator).get(coming, {"show": "gekomen"}).text


def test_one_day_can_be_shown(monday, signed_in, coordinator, workshop):
    page = signed_in(coordinator).get(reverse("workshop_week"), {"day": "2026-03-04"})
    assert page.context["board"].days == [date(2026, 3, 4)]
    other_week = signed_in(coordinator).get(reverse("workshop_week"), {"day": "2026-04-04"})
    assert len(other_week.context["board"].days) == 5


def test_a_day_leads_to_its_week(monday, signed_in, coordinator, workshop):
    client = signed_in(coordinator)
    answer = client.get(reverse("workshop_week"), {"go_to": "2026-06-18"})
    assert answer.url == reverse("workshop_week", args=[date(2026, 6, 15)])
    assert "Deze week is er niet" in client.get(reverse("workshop_week"), {"go_to": "ooit"}, follow=True).text


def test_the_week_goes_on_one_page_without_names(monday, signed_in, coordinator, session):
    for paper, size in (("a4", (842, 595)), ("a3", (1191, 842))):
        answer = signed_in(coordinator).get(reverse("week_board_pdf", args=[monday]), {"papier": paper})
        [page] = PdfReader(BytesIO(answer.content)).pages
        assert tuple(round(float(side)) for side in page.mediabox[2:]) == size
        text = page.extract_text()
        assert session.workshop.name in text
        assert "3/8" in text
        assert not any(row.participant.surname in text for row in session.attendances.all())


def test_a_drop_on_the_board_leads_to_the_question_with_that_day_part(monday, signed_in, coordinator, session):
    placement = session.workshop.placements.first()
    OpeningFactory(workshop=session.workshop, weekday=3)
    slot = f"{session.workshop_id}-3-MORNING"
    url = reverse("placement_change", args=[placement.participant.key, placement.pk])
    form = signed_in(coordinator).get(url, {"slots": slot, "start": "2026-03-09"}).context["form"]
    assert (form.chosen_keys, form.first_day) == ([slot], date(2026, 3, 9))


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
    names = [placement.participant.full_name for placement in page.context["people"].participants]
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
    with django_assert_max_num_queries(18) as queries:
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


def test_sums_add_up_what_is_free_who_waits_and_who_supervises(monday, workshop, coach):
    full = WorkshopFactory(location=workshop.location)
    OpeningFactory(workshop=full, capacity=2)
    PlacementFactory.create_batch(3, workshop=full)
    PlacementFactory.create_batch(3, workshop=workshop)
    PlacementFactory(workshop=workshop, trajectory__target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)
    DutyFactory(workshop=workshop, user=coach)
    WaitingEntryFactory(workshop=workshop, weekday=1, day_part=DayPart.MORNING)
    board = week_board([workshop, full], monday)
    total = board.totals[0]
    assert (total.taken, total.places, total.free) == (6, 10, 5)
    assert (total.waiting, total.coaches, total.volunteers) == (1, 1, 1)
    assert [row.total.taken for row in board.rows] == [3, 3]
    assert board.locations[0].total.free == board.whole.free == 5


def test_the_sum_of_a_week_that_has_begun_counts_the_days_that_were(monday, session):
    OpeningFactory(workshop=session.workshop, weekday=5)
    ensure_sessions(monday + WEEK)
    mark_attendance(session.attendances.first(), "PRESENT", by=None)
    total = week_board([session.workshop], monday).whole
    assert (total.attended, total.begun_places, total.places) == (1, 8, 16)


def test_who_is_excused_in_the_register_of_today_is_not_one_too_many(monday, session):
    PlacementFactory.create_batch(6, workshop=session.workshop)
    reconcile_sessions(Workshop.objects.all(), monday)
    assert cell(session.workshop, monday).over == 1
    mark_attendance(session.attendances.first(), "EXCUSED", by=None)
    here = cell(session.workshop, monday)
    assert (here.taken, here.excused, here.over) == (9, 1, 0)


def test_a_cell_with_too_many_people_leads_first_to_another_place(signed_in, coordinator, session):
    page = signed_in(coordinator).get(slot_url(session)).text
    assert "Zoek een andere plek" not in page
    PlacementFactory.create_batch(6, workshop=session.workshop)
    reconcile_sessions(Workshop.objects.all(), session.date)
    page = signed_in(coordinator).get(slot_url(session)).text
    assert page.index("Zoek een andere plek") < page.index("Plaats iemand hier")


def test_a_week_that_has_been_stays_with_the_location_of_then(monday, session, coordinator):
    old, new = session.workshop.location, LocationFactory(name="Oost")
    with time_machine.travel(monday + WEEK):
        ensure_sessions(monday + WEEK)
        move_workshop(session.workshop, new, by=coordinator)
        workshop = Workshop.objects.get()
        assert [part.location for part in week_board([workshop], monday).locations] == [old]
        assert [part.location for part in week_board([workshop], monday + WEEK).locations] == [new]


def test_a_day_of_the_weekend_can_be_chosen_when_something_is_open(monday, signed_in, coordinator, workshop):
    client, saturday = signed_in(coordinator), monday + timedelta(days=5)
    assert f"?day={saturday}" not in client.get(reverse("workshop_week")).text
    OpeningFactory(workshop=workshop, weekday=6)
    page = client.get(reverse("workshop_week"), {"day": f"{saturday}"})
    assert f"?day={saturday}" in page.text
    assert page.context["board"].days == [saturday]


def standings(page):
    return {each.participant.full_name: each.standing for each in page.context["people"].placements}


def test_a_cell_says_how_everybody_stands_that_day_and_who_supervises(monday, signed_in, coordinator, workshop, coach):
    later = monday + 2 * WEEK
    here, away, paused = (PlacementFactory(workshop=workshop) for _ in range(3))
    AbsenceFactory(participant=away.participant, start_date=later, end_date=later)
    Pause.objects.create(trajectory=paused.trajectory, start_date=later)
    DutyFactory(workshop=workshop, user=coach)
    page = signed_in(coordinator).get(reverse("workshop_slot", args=[workshop.pk, later, "MORNING"]))
    names = [each.participant.full_name for each in (here, away, paused)]
    assert standings(page) == dict(zip(names, ("", "EXCUSED", "PAUSED"), strict=True))
    assert f"1 coach ({coach.name})" in page.text


def test_a_cell_that_has_been_says_who_came_and_who_dropped_in(monday, signed_in, coordinator, session):
    came, stayed_away, unknown = session.attendances.order_by("pk")
    mark_attendance(came, "PRESENT", by=None)
    mark_attendance(stayed_away, "NO_SHOW", by=None)
    visitor = add_visitor(session, TrajectoryFactory().participant, by=coordinator)
    with time_machine.travel(monday + WEEK):
        page = signed_in(coordinator).get(slot_url(session))
    rows = (came, stayed_away, unknown)
    assert standings(page) == dict(
        zip([row.participant.full_name for row in rows], ("PRESENT", "NO_SHOW", "OPEN"), strict=True)
    )
    assert page.context["people"].others == [visitor]
    assert AccessEvent.objects.latest("pk").subjects.count() == 4


def test_who_goes_elsewhere_for_one_time_is_not_here(signed_in, coordinator, session):
    row = session.attendances.first()
    OneOff.objects.create(
        participant=row.participant, trajectory=row.trajectory, away_from=session, made_by=coordinator
    )
    reconcile_sessions(Workshop.objects.all(), session.date)
    page = signed_in(coordinator).get(slot_url(session))
    assert standings(page)[row.participant.full_name] == "ELSEWHERE"
    assert "deze keer niet hier" in page.text


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_a_large_house_goes_on_one_page_too(monday, signed_in, coordinator, paper):
    for n in range(40):
        place = WorkshopFactory(name=f"Werkplaats {n}")
        for weekday in range(1, 6):
            OpeningFactory(workshop=place, weekday=weekday, capacity=6)
        PlacementFactory.create_batch(2, workshop=place)
    answer = signed_in(coordinator).get(reverse("week_board_pdf", args=[monday]), {"papier": paper})
    [page] = PdfReader(BytesIO(answer.content)).pages
    text = page.extract_text()
    assert "Werkplaats 0" in text
    assert "Werkplaats 39" in text
    assert "Hele huis" in text


def test_who_came_goes_on_paper_too(monday, signed_in, coordinator, session):
    mark_attendance(session.attendances.first(), "PRESENT", by=None)
    answer = signed_in(coordinator).get(reverse("week_board_pdf", args=[monday]), {"show": "gekomen"})
    text = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert "1/8" in text
    assert "van 3" in text


def test_who_looks_at_who_came_goes_on_doing_so_in_another_week(monday, signed_in, coordinator, session):
    page = signed_in(coordinator).get(reverse("workshop_week"), {"show": "gekomen"})
    assert reverse("workshop_week", args=[monday - WEEK]) + "?show=gekomen" in page.text
    assert reverse("week_board_pdf", args=[monday]) + "?show=gekomen" in page.text


def test_a_day_on_which_nothing_is_open_does_not_speak_of_the_week(monday, signed_in, coordinator, workshop):
    page = signed_in(coordinator).get(reverse("workshop_week"), {"day": f"{monday + timedelta(days=1)}"})
    assert "Op deze dag is er niets open." in page.text
    assert reverse("schedule_continue") not in page.text
