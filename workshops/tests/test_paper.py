"""The list on paper, and typing it over without losing a tick or a colleague's work."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from pluspunt.tests.factories import OpeningFactory, PlacementFactory
from privacy.models import AccessEvent
from workshops.models import Attendance, ClosedMonth, Session
from workshops.services.attendance import Mark, change_attendance, mark_attendance
from workshops.services.cancelling import cancel_session
from workshops.services.paper import take_over
from workshops.services.sessions import ensure_sessions, reconcile_sessions
from workshops.services.visitors import add_visitor
from workshops.tests.pages import forms_on, press

pytestmark = pytest.mark.django_db
Status = Attendance.Status


def url(name: str, session: Session) -> str:
    return reverse(name, args=[session.workshop_id, session.date, session.day_part])


@pytest.fixture
def rows(session) -> list[Attendance]:
    return list(session.attendances.select_related("participant"))


@pytest.fixture
def desk(signed_in, coach):
    return signed_in(coach)


def tick(*rows_and_statuses) -> dict:
    return {f"s-{row.participant.key}": status for row, status in rows_and_statuses}


def statuses(session: Session) -> list[str]:
    return list(session.attendances.values_list("status", flat=True))


# --- On paper ---------------------------------------------------------------------------------------------------------


def paper(client, session: Session) -> list[str]:
    pages = PdfReader(BytesIO(client.get(url("session_list_pdf", session)).content)).pages
    return [" ".join(page.extract_text().split()) for page in pages]


def test_boxes_stand_in_one_order_and_there_is_room_for_what_was_not_planned(session, rows, desk):
    [text] = paper(desk, session)
    assert "Nr. Naam Aanwezig Afgemeld Niet afgemeld Te laat of eerder weg Reden" in text
    assert [f"{number} {row.participant.floor_name}" in text for number, row in enumerate(rows, 1)] == [True] * 3
    assert text.count("extra") == 8
    assert "Buren: Bezoekers: Ingevuld door: staat in Pluspunt" in text


def test_what_is_known_already_is_crossed(session, rows, desk, coach):
    assert " X " not in paper(desk, session)[0]
    mark_attendance(rows[1], Status.EXCUSED, by=coach)
    assert f"2 {rows[1].participant.floor_name} X 3 " in paper(desk, session)[0]


def test_twenty_five_names_leave_four_lines_on_the_one_page(session, desk):
    PlacementFactory.create_batch(22, workshop=session.workshop)
    reconcile_sessions(type(session.workshop).objects.all(), session.date, session.date)
    [text] = paper(desk, session)
    assert "25 " in text
    assert text.count("extra") == 4
    assert "staat in Pluspunt" in text


# --- Typing it over ---------------------------------------------------------------------------------------------


def test_the_order_is_that_of_the_paper(session, rows, desk):
    text = desk.get(url("register_entry", session)).text
    places = [text.index(f'id="e-{row.participant.key}"') for row in rows]
    assert places == sorted(places)


def test_one_button_saves_everything_that_was_ticked(session, rows, desk, coach):
    page = desk.get(url("register_entry", session))
    ticks = tick((rows[0], "PRESENT"), (rows[1], "EXCUSED"), (rows[2], "NO_SHOW"))
    answer = press(desk, page, "Bewaar", **ticks)
    assert answer.url == url("register_detail", session)
    assert statuses(session) == ["PRESENT", "EXCUSED", "NO_SHOW"]
    assert [change.by for row in rows for change in row.changes.all()] == [coach] * 3


def test_only_what_was_changed_is_written(session, rows, desk, coach):
    mark_attendance(rows[0], Status.EXCUSED, by=coach)
    page = desk.get(url("register_entry", session))
    press(desk, page, "Bewaar", **tick((rows[1], "PRESENT")))
    assert [row.changes.count() for row in rows] == [1, 1, 0]
    press(desk, desk.get(url("register_entry", session)), "Bewaar", **tick((rows[0], "OPEN")))
    assert statuses(session) == ["OPEN", "PRESENT", "OPEN"]


def test_a_colleagues_mark_is_not_overwritten_but_asked_about(session, rows, desk, coordinator):
    page = desk.get(url("register_entry", session))
    mark_attendance(rows[0], Status.NO_SHOW, by=coordinator)
    mark_attendance(rows[2], Status.EXCUSED, by=coordinator)
    answer = press(desk, page, "Bewaar", **tick((rows[0], "PRESENT"), (rows[1], "PRESENT")))
    assert statuses(session) == ["NO_SHOW", "PRESENT", "EXCUSED"]
    assert "Bewaard: 1." in answer.text
    assert "Om 09:10 op niet afgemeld gezet door Coördinator Cor." in answer.text
    assert "Jij koos aanwezig. Wat wordt het?" in answer.text
    [form] = [form for form in forms_on(answer) if "Bewaar" in form.words]
    assert f"s-{rows[0].participant.key}" not in form.fields
    # Not chosen: asked once more, and what was typed is still known.
    answer = press(desk, answer, "Bewaar")
    assert "Jij koos aanwezig. Wat wordt het?" in answer.text
    answer = press(desk, answer, "Bewaar", **tick((rows[0], "PRESENT")))
    assert answer.url == url("register_detail", session)
    assert statuses(session) == ["PRESENT", "PRESENT", "EXCUSED"]


def test_a_choice_for_what_stands_there_keeps_it(session, rows, desk, coordinator):
    page = desk.get(url("register_entry", session))
    mark_attendance(rows[0], Status.NO_SHOW, by=coordinator)
    answer = press(desk, page, "Bewaar", **tick((rows[0], "PRESENT")))
    press(desk, answer, "Bewaar", **tick((rows[0], "NO_SHOW")))
    assert (statuses(session)[0], rows[0].changes.count()) == ("NO_SHOW", 1)


def test_the_same_as_a_colleague_is_no_question(session, rows, desk, coordinator):
    page = desk.get(url("register_entry", session))
    mark_attendance(rows[0], Status.PRESENT, by=coordinator)
    assert press(desk, page, "Bewaar", **tick((rows[0], "PRESENT"))).status_code == 302


def test_who_is_present_elsewhere_is_refused_in_the_row_and_the_rest_is_saved(session, rows, desk, coach):
    other = OpeningFactory().workshop
    ensure_sessions(session.date)
    add_visitor(other.sessions.get(date=session.date), rows[0].participant, by=coach)
    page = desk.get(url("register_entry", session))
    answer = press(desk, page, "Bewaar", **tick((rows[0], "PRESENT"), (rows[1], "NO_SHOW")))
    assert "staat op dit dagdeel al ergens anders als aanwezig" in answer.text
    assert statuses(session) == ["OPEN", "NO_SHOW", "OPEN"]
    [form] = [form for form in forms_on(answer) if "Bewaar" in form.words]
    assert form.fields[f"s-{rows[0].participant.key}"] == "PRESENT"


def test_who_left_the_register_meanwhile_is_said(session, rows, desk):
    page = desk.get(url("register_entry", session))
    rows[0].trajectory.placements.all().delete()
    reconcile_sessions(type(session.workshop).objects.all(), session.date)
    answer = press(desk, page, "Bewaar", **tick((rows[0], "PRESENT"), (rows[1], "PRESENT")))
    assert "staat 1 persoon intussen niet meer in dit register" in answer.text
    assert statuses(session) == ["PRESENT", "OPEN"]


def test_a_visitor_is_present_or_not_in_the_register(session, desk, coach):
    person = PlacementFactory().participant
    visitor = add_visitor(session, person, by=coach)
    page = desk.get(url("register_entry", session))
    answer = press(desk, page, "Bewaar", **{f"s-{person.key}": "NO_SHOW"})
    assert "Kies aanwezig, afgemeld of niet afgemeld." in answer.text
    press(desk, page, "Bewaar", **{f"s-{person.key}": "OPEN"})
    visitor.refresh_from_db()
    assert visitor.status == Status.OPEN


@pytest.mark.parametrize("version", ["x", "-1", str(2**40), "9" * 30])
def test_a_version_that_cannot_be_changes_nothing(session, rows, desk, version):
    page = desk.get(url("register_entry", session))
    key = rows[0].participant.key
    press(desk, page, "Bewaar", **tick((rows[0], "PRESENT")), **{f"v-{key}": version})
    assert statuses(session)[0] == "OPEN"


def test_a_closed_month_says_so(session, rows, desk, coordinator):
    page = desk.get(url("register_entry", session))
    ClosedMonth.objects.create(month=date(2026, 3, 1), closed_by=coordinator)
    assert "Deze maand is gesloten." in desk.get(url("register_entry", session)).text
    answer = press(desk, page, "Bewaar", **tick((rows[0], "PRESENT")))
    assert "Deze maand is gesloten." in answer.text
    assert statuses(session) == ["OPEN"] * 3


def test_a_session_that_does_not_go_on_says_so(session, desk, coach):
    cancel_session(session, reason="storm", by=coach)
    assert "er valt niets in te vullen" in desk.get(url("register_entry", session)).text


def test_typing_over_is_logged_for_who_was_ticked(session, rows, desk):
    page = desk.get(url("register_entry", session))
    press(desk, page, "Bewaar", **tick((rows[1], "PRESENT")))
    events = AccessEvent.objects.order_by("pk")
    assert [(event.action, event.subjects.count()) for event in events] == [("VIEW", 3), ("CHANGE", 1)]


def test_a_page_with_the_script_is_led_on_and_not_redirected(session, rows, desk):
    page = desk.get(url("register_entry", session))
    answer = press(desk, page, "Bewaar", htmx=True, **tick((rows[0], "PRESENT")))
    assert (answer.status_code, answer["HX-Redirect"]) == (200, url("register_detail", session))


def test_one_row_that_is_refused_keeps_no_other_back(session, rows, coach, coordinator):
    change_attendance(rows[0].pk, Mark("EXCUSED"), by=coordinator)
    taken = take_over({rows[1].pk: Mark("PRESENT", seen=0), rows[0].pk: Mark("PRESENT", seen=0)}, by=coach)
    assert (taken.saved, list(taken.refused)) == (1, [rows[0].pk])


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_for_one_person_as_for_three(
    count, monday, workshop, desk, django_assert_num_queries
):
    PlacementFactory.create_batch(count, workshop=workshop)
    ensure_sessions(monday)
    session = workshop.sessions.get(date=monday)
    desk.get(url("register_entry", session))
    with django_assert_num_queries(8):
        desk.get(url("register_entry", session))
