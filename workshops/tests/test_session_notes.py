"""A note for the next coach: left at one session, read at the next."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from pluspunt.tests.factories import OpeningFactory
from privacy.models import AccessEvent
from workshops.models import ClosedMonth, Session, SessionNote
from workshops.services.session_notes import NOTE_LENGTH, note_before, write_note
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def sessions(monday, workshop) -> dict[tuple, Session]:
    """Mornings and afternoons of Mondays by (weeks from now, day part)."""
    OpeningFactory(workshop=workshop, day_part="AFTERNOON")
    ensure_sessions(monday + HORIZON)
    return {((s.date - monday).days // 7, s.day_part): s for s in workshop.sessions.all()}


def url(session: Session) -> str:
    return reverse("session_note", args=[session.workshop_id, session.date, session.day_part])


def register(client, session: Session) -> str:
    page = client.get(reverse("register_detail", args=[session.workshop_id, session.date, session.day_part]))
    return " ".join(page.text.split())


def test_a_note_is_read_at_the_next_sessions_until_a_newer_one(sessions, coach):
    morning, afternoon, next_week = sessions[0, "MORNING"], sessions[0, "AFTERNOON"], sessions[1, "MORNING"]
    first = write_note(morning, "De lijmpers klemt", by=coach)
    assert note_before(morning) == {"before": None, "own": first}
    assert note_before(afternoon) == {"before": first, "own": None}
    assert note_before(next_week)["before"] == first
    second = write_note(afternoon, "Gerepareerd", by=coach)
    assert note_before(afternoon) == {"before": first, "own": second}
    assert note_before(next_week)["before"] == second
    assert note_before(sessions[-1, "AFTERNOON"]) == {"before": None, "own": None}


def test_after_fourteen_days_it_is_no_news_any_more(sessions, coach):
    note = write_note(sessions[0, "MORNING"], "De lijmpers klemt", by=coach)
    assert note_before(sessions[2, "MORNING"])["before"] == note
    assert note_before(sessions[3, "MORNING"])["before"] is None


def test_a_note_stays_in_its_workshop_and_takes_one_query(sessions, session, coach, django_assert_num_queries):
    other = OpeningFactory().workshop
    ensure_sessions(session.date)
    write_note(other.sessions.earliest("date"), "Van een ander", by=coach)
    for week in (0, 1):
        write_note(sessions[week, "MORNING"], f"Van week {week}", by=coach)
    with django_assert_num_queries(1):
        assert str(note_before(sessions[1, "AFTERNOON"])["before"].author) == "Coach Carla"
    assert note_before(sessions[0, "MORNING"])["before"] is None


def test_the_text_stands_sealed_and_is_shown_escaped(sessions, signed_in, coach):
    note = write_note(sessions[0, "MORNING"], "<b>Let op</b> de zaag", by=coach)
    assert "zaag" not in note.sealed_text
    text = register(signed_in(coach), sessions[0, "AFTERNOON"])
    assert "Briefje van Coach Carla</strong>, vanochtend:" in text
    assert "&lt;b&gt;Let op&lt;/b&gt; de zaag" in text


def test_a_note_that_cannot_be_read_takes_no_page_down(sessions, signed_in, coach):
    write_note(sessions[0, "MORNING"], "De lijmpers klemt", by=coach)
    SessionNote.objects.update(sealed_text="weg:AAAA")
    assert "niet te lezen" in register(signed_in(coach), sessions[0, "AFTERNOON"])
    assert "niet te lezen" in signed_in(coach).get(url(sessions[0, "MORNING"])).text
    assert write_note(sessions[0, "MORNING"], "Opnieuw", by=coach).text == "Opnieuw"


def test_who_may_only_look_is_offered_no_way_to_write(sessions, signed_in, coach):
    session = sessions[0, "MORNING"]
    assert url(session) in register(signed_in(coach), session)
    old = sessions[-2, "MORNING"]
    assert url(old) not in register(signed_in(coach), old)


def test_writing_changing_and_taking_away(sessions, signed_in, coach):
    session, tablet = sessions[0, "MORNING"], signed_in(coach)
    press(tablet, tablet.get(url(session)), "Leg briefje neer", text="De lijmpers klemt")
    assert session.note.text == "De lijmpers klemt"
    page = tablet.get(url(session))
    assert "De lijmpers klemt" in page.text
    press(tablet, page, "Leg briefje neer", text="De lijmpers is gemaakt")
    assert SessionNote.objects.get().text == "De lijmpers is gemaakt"
    press(tablet, tablet.get(url(session)), "Leg briefje neer", text=" ")
    assert SessionNote.objects.count() == 0


def test_writing_is_logged_without_people(sessions, signed_in, coach):
    tablet = signed_in(coach)
    press(tablet, tablet.get(url(sessions[0, "MORNING"])), "Leg briefje neer", text="De lijmpers klemt")
    event = AccessEvent.objects.latest("pk")
    assert (event.action, event.data, event.subjects.count()) == ("CHANGE", "briefje voor de volgende coach", 0)


@pytest.mark.parametrize("text", ["x" * (NOTE_LENGTH + 1), "bsn 123456782", "nul\x00teken"])
def test_what_no_note_may_be_is_refused_and_stays_on_the_page(sessions, signed_in, coach, text):
    session, tablet = sessions[0, "MORNING"], signed_in(coach)
    with pytest.raises(ValidationError):
        write_note(session, text, by=coach)
    answer = press(tablet, tablet.get(url(session)), "Leg briefje neer", text=text)
    assert answer.status_code == 200
    assert text[:20].replace("\x00", "") in answer.text.replace("\x00", "")
    assert SessionNote.objects.count() == 0


def test_five_hundred_characters_over_several_lines_fit(sessions, signed_in, coach):
    tablet, text = signed_in(coach), "a\r\n" * 249 + "ab"
    press(tablet, tablet.get(url(sessions[0, "MORNING"])), "Leg briefje neer", text=text)
    assert len(SessionNote.objects.get().text) == NOTE_LENGTH


def test_a_colleague_who_wrote_meanwhile_is_not_overwritten(sessions, signed_in, coach, coordinator):
    session, tablet = sessions[0, "MORNING"], signed_in(coach)
    page = tablet.get(url(session))
    write_note(session, "Van de coördinator", by=coordinator)
    answer = press(tablet, page, "Leg briefje neer", text="Van de coach")
    assert answer.status_code == 200
    assert "Van de coördinator" in answer.text
    assert SessionNote.objects.get().text == "Van de coördinator"
    press(tablet, answer, "Leg briefje neer", keuze_text="mine")
    assert SessionNote.objects.get().text == "Van de coach"


def test_a_closed_month_does_not_matter(sessions, coach, coordinator, monday):
    ClosedMonth.objects.create(month=monday.replace(day=1), closed_by=coordinator)
    assert write_note(sessions[0, "MORNING"], "De lijmpers klemt", by=coach).author == coach
