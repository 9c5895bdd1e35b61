"""Who is in the house: everybody present by workshop, who may be, and how many were counted."""

from datetime import date, datetime, time, timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from pluspunt.tests.factories import (
    LocationFactory,
    OpeningFactory,
    PlacementFactory,
    UserFactory,
    VolunteerFactory,
    WorkshopFactory,
)
from pluspunt.tests.pdfua import failures
from privacy.models import AccessEvent
from workshops.models import Attendance, Session
from workshops.services.attendance import Mark, change_attendance, mark_attendance
from workshops.services.cancelling import cancel_session
from workshops.services.inside import people_inside
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.services.visitors import add_visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(session) -> list[Attendance]:
    return list(session.attendances.select_related("participant"))


def names(rows) -> list[str]:
    return [row.participant.floor_name for row in rows]


def now(**change) -> datetime:
    return timezone.localtime() + timedelta(**change)


def test_who_is_present_is_inside_and_who_is_open_may_be(rows, coach):
    mark_attendance(rows[0], "PRESENT", by=coach)
    mark_attendance(rows[1], "EXCUSED", by=coach)
    inside = people_inside(now())
    [place] = inside.places
    assert (names(place.inside), names(place.maybe)) == (names(rows[:1]), names(rows[2:]))
    assert (inside.inside, inside.maybe, inside.counted) == (1, 1, 1)


@pytest.mark.parametrize(
    ("times", "is_inside"),
    [
        ({"left_at": time(9, 0)}, False),
        ({"left_at": time(9, 10)}, False),
        ({"left_at": time(10, 0)}, True),
        ({"arrived_at": time(9, 30)}, False),
        ({"arrived_at": time(9, 10)}, True),
        ({"arrived_at": time(9, 0), "left_at": time(9, 5)}, False),
    ],
)
def test_who_has_left_or_has_yet_to_come_is_not_inside(rows, coach, times, is_inside):
    change_attendance(rows[0].pk, Mark("PRESENT", **times), by=coach)
    assert people_inside(now()).inside == int(is_inside)
    assert people_inside(now()).maybe == 2


def test_who_is_present_elsewhere_is_not_expected_here_as_well(rows, coach):
    other = OpeningFactory(workshop__location=LocationFactory(name="Noord")).workshop
    ensure_sessions(date(2026, 3, 2))
    assert people_inside(now()).maybe == 3
    add_visitor(other.sessions.get(date=date(2026, 3, 2)), rows[0].participant, by=coach)
    inside = people_inside(now())
    assert [location.name for location, _ in inside.locations] == ["Noord", "West"]
    assert (inside.inside, inside.maybe, len(inside.people)) == (1, 2, 3)


def test_neighbours_and_visitors_are_counted(session):
    Session.objects.filter(pk=session.pk).update(neighbours=4, visitors=2)
    inside = people_inside(now())
    assert (inside.neighbours, inside.visitors, inside.counted) == (4, 2, 6)


def test_of_a_cancelled_session_only_who_was_present_is_looked_for(session, rows, coach):
    mark_attendance(rows[0], "PRESENT", by=coach)
    cancel_session(session, reason="storm", by=coach)
    inside = people_inside(now())
    assert (inside.inside, inside.maybe) == (1, 0)


def test_the_day_part_is_that_of_the_moment_or_the_one_asked_for(rows, coach):
    mark_attendance(rows[0], "PRESENT", by=coach)
    assert people_inside(now(hours=4)).places == []
    assert people_inside(now(hours=4), "MORNING").inside == 1
    assert people_inside(now(days=7)).places == []


# --- The page and the list on paper -----------------------------------------------------------------------------


def test_a_coach_sees_the_whole_house_and_no_more_than_names(rows, session, signed_in, coordinator):
    person = rows[0].participant
    person.attention, person.emergency_contact = "geen slijptol", "zus, 06-12345678"
    person.save()
    volunteer = VolunteerFactory()
    PlacementFactory(workshop=session.workshop, trajectory=volunteer)
    session.workshop.sessions_until = None
    session.workshop.save()
    page = signed_in(UserFactory()).get(reverse("people_inside"))
    assert [name for name in names(rows) if name not in page.text] == []
    assert "vakvrijwilliger, misschien" in page.text
    assert [word for word in ("slijptol", "06-12345678", person.surname) if word in page.text] == []


def test_the_page_says_how_many_to_look_for(rows, session, signed_in, coach):
    mark_attendance(rows[0], "PRESENT", by=coach)
    Session.objects.filter(pk=session.pk).update(neighbours=1, visitors=2)
    text = signed_in(coach).get(reverse("people_inside")).text
    assert "<strong>4 in huis</strong>: 1 aanwezig, 1 buur, 2 bezoekers." in text
    assert "<strong>2 misschien</strong>: nog niet ingevuld." in text


def test_an_empty_house_says_so(monday, signed_in, coach):
    assert "Er staat niemand op deze lijst" in signed_in(coach).get(reverse("people_inside")).text


def test_the_other_day_part_is_one_link_away(rows, signed_in, coach):
    page = signed_in(coach).get(reverse("people_inside"))
    assert f'href="{reverse("people_inside", args=["AFTERNOON"])}"' in page.text
    page = signed_in(coach).get(reverse("people_inside", args=["AFTERNOON"]))
    assert "Wie is er vanmiddag?" in page.text
    assert "Er staat niemand" in page.text


def test_the_list_on_paper_has_the_same_people(rows, signed_in, coach):
    mark_attendance(rows[0], "PRESENT", by=coach)
    answer = signed_in(coach).get(reverse("people_inside_pdf"))
    assert 'filename="wie-is-er-2026-03-02-0910.pdf"' in answer["Content-Disposition"]
    [page] = PdfReader(BytesIO(answer.content)).pages
    text = " ".join(page.extract_text().split())
    assert "maandag 2 maart 2026, ochtend · stand van 09:10" in text
    assert f"Aanwezig: 1 {names(rows)[0]}" in text
    assert "Misschien binnen, nog niet ingevuld: 2" in text


def test_looking_and_printing_are_logged_for_everybody_on_the_list(rows, signed_in, coach):
    mark_attendance(rows[0], "EXCUSED", by=coach)
    signed_in(coach).get(reverse("people_inside"))
    signed_in(coach).get(reverse("people_inside_pdf"))
    events = [(e.action, e.data, e.subjects.count()) for e in AccessEvent.objects.order_by("pk")]
    assert events == [("VIEW", "naam, aanwezig", 2), ("PRINT", "naam, aanwezig", 2)]


@pytest.mark.slow
def test_the_list_is_pdf_ua_and_pdf_a(rows, signed_in, coach, tmp_path):
    path = tmp_path / "inside.pdf"
    path.write_bytes(signed_in(coach).get(reverse("people_inside_pdf")).content)
    assert failures("ua1", path) == []
    assert failures("3a", path) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_for_one_workshop_as_for_three(
    count, monday, signed_in, coach, django_assert_num_queries
):
    for number in range(count):
        workshop = OpeningFactory(workshop=WorkshopFactory(location__name=f"Huis {number}")).workshop
        PlacementFactory.create_batch(count, workshop=workshop)
    ensure_sessions(monday + HORIZON)
    Session.objects.filter(date=monday).update(neighbours=1)
    mark_attendance(Attendance.objects.filter(date=monday).first(), "PRESENT", by=coach)
    client = signed_in(coach)
    client.get(reverse("people_inside"))
    with django_assert_num_queries(7):  # two who is asking, one whether registers are made, two the list, two the log
        client.get(reverse("people_inside"))


def test_before_the_morning_it_is_the_morning(session, signed_in, coach):
    with time_machine.travel("2026-03-02T07:00:00+01:00", tick=False):
        page = signed_in(coach).get(reverse("people_inside"))
    assert (page.context["inside"].maybe, page.context["is_now"]) == (3, True)
