"""A session does not go on, or after all it does: who, when and why, and what it takes along."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from pluspunt.tests.factories import PlacementFactory, UserFactory
from privacy.models import AccessEvent
from workshops.models import ClosedMonth, Closure, Session, StandIn
from workshops.services.attendance import mark_attendance
from workshops.services.cancelling import CancelEffect, cancel_effect, cancel_session, restore_session
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
State = Session.State


def url(name: str, session: Session) -> str:
    return reverse(name, args=[session.workshop_id, session.date, session.day_part])


@pytest.fixture
def recorded(session, coach) -> Session:
    """A session of three, of whom one is present."""
    mark_attendance(session.attendances.first(), "PRESENT", by=coach)
    return session


def test_cancelling_and_restoring_keep_who_when_old_new_and_why(recorded, coach, coordinator):
    cancel_session(recorded, reason=" storm ", by=coach)
    restored = restore_session(recorded, reason="het waait niet meer", by=coordinator)
    assert (restored.state, restored.cancel_reason) == (State.PLANNED, "")
    assert list(recorded.changes.values_list("old_state", "new_state", "reason", "by")) == [
        (State.PLANNED, State.CANCELLED, "storm", coach.pk),
        (State.CANCELLED, State.PLANNED, "het waait niet meer", coordinator.pk),
    ]


def test_rows_keep_their_values(recorded, coach):
    before = list(recorded.attendances.order_by("pk").values())
    cancel_session(recorded, reason="storm", by=coach)
    restore_session(recorded, reason="toch niet", by=coach)
    assert list(recorded.attendances.order_by("pk").values()) == before


def test_the_effect_is_told_in_one_query(recorded, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert cancel_effect(recorded) == CancelEffect(planned=3, recorded=1, present=1)


def test_a_restored_register_has_who_was_planned_meanwhile(session, coach):
    cancel_session(session, reason="storm", by=coach)
    placement = PlacementFactory(workshop=session.workshop)
    restore_session(session, reason="toch niet", by=coach)
    assert session.attendances.filter(participant=placement.participant, planned=True).count() == 1


def test_a_session_is_cancelled_and_restored_once(session, coach):
    with pytest.raises(ValidationError, match="niet uitgevallen"):
        restore_session(session, reason="toch", by=coach)
    cancel_session(session, reason="storm", by=coach)
    with pytest.raises(ValidationError, match="al uitgevallen"):
        cancel_session(session, reason="nog meer storm", by=coach)
    assert session.changes.count() == 1


@pytest.mark.parametrize("reason", ["", "   ", "x" * 121])
def test_a_reason_is_asked(session, coach, reason):
    with pytest.raises(ValidationError):
        cancel_session(session, reason=reason, by=coach)
    session.refresh_from_db()
    assert (session.state, session.changes.count()) == (State.PLANNED, 0)


def test_a_cancelled_session_does_not_go_on_when_the_house_is_closed(session, coach, monday):
    cancel_session(session, reason="storm", by=coach)
    Closure.objects.create(start_date=monday, end_date=monday, reason="teamdag")
    with pytest.raises(ValidationError, match="gesloten: teamdag"):
        restore_session(session, reason="toch", by=coach)


def test_a_closed_session_does_not_fall_out_as_well(session, coach):
    Session.objects.filter(pk=session.pk).update(state=State.CLOSED)
    with pytest.raises(ValidationError, match="al gesloten"):
        cancel_session(session, reason="storm", by=coach)


def test_in_a_closed_month_nothing_changes(session, coach, coordinator):
    cancel_session(session, reason="storm", by=coach)
    ClosedMonth.objects.create(month=date(2026, 3, 1), closed_by=coordinator)
    for change in (cancel_session, restore_session):
        with pytest.raises(ValidationError, match="maand is gesloten"):
            change(session, reason="toch", by=coordinator)
    assert session.changes.count() == 1


# --- The pages --------------------------------------------------------------------------------------------------------


def test_the_page_says_what_it_does_before_it_does_it(recorded, signed_in, coach):
    tablet = signed_in(coach)
    page = tablet.get(url("session_cancel", recorded))
    assert "<strong>3</strong> mensen gepland" in page.text
    assert "<strong>1</strong> regel is al ingevuld" in page.text
    assert "telt voor niemand mee in de opkomst" in page.text
    answer = press(tablet, page, "Laat sessie uitvallen", reason="de kachel is stuk")
    assert answer.url == url("register_detail", recorded)
    page = tablet.get(url("session_restore", recorded))
    assert "Uitgevallen: de kachel is stuk." in page.text
    assert "<strong>1</strong> regel die al ingevuld was, telt weer mee" in page.text
    press(tablet, page, "Laat sessie doorgaan", reason="de kachel doet het weer")
    recorded.refresh_from_db()
    assert (recorded.state, recorded.changes.count()) == (State.PLANNED, 2)


def test_both_are_logged_for_everybody_in_the_register(session, signed_in, coach):
    tablet = signed_in(coach)
    press(tablet, tablet.get(url("session_cancel", session)), "Laat sessie uitvallen", reason="storm")
    press(tablet, tablet.get(url("session_restore", session)), "Laat sessie doorgaan", reason="toch")
    events = [(event.action, event.data, event.subjects.count()) for event in AccessEvent.objects.order_by("pk")]
    assert events == [
        ("CHANGE", "sessie: uitgevallen", 3),
        ("CHANGE", "sessie: gaat toch door", 3),
    ]


def test_without_a_reason_nothing_happens_and_what_was_typed_stays(session, signed_in, coach):
    tablet = signed_in(coach)
    page = tablet.get(url("session_cancel", session))
    assert "Vul dit in." in press(tablet, page, "Laat sessie uitvallen", reason=" ").text
    cancel_session(session, reason="storm", by=coach)
    answer = press(tablet, page, "Laat sessie uitvallen", reason="te weinig begeleiding")
    assert "Deze sessie is al uitgevallen." in answer.text
    assert 'value="te weinig begeleiding"' in answer.text


def test_a_page_that_can_do_nothing_says_why(session, signed_in, coach):
    assert "niet uitgevallen" in signed_in(coach).get(url("session_restore", session)).text


def test_a_session_to_come_can_be_cancelled(session, signed_in, coach):
    ensure_sessions(session.date + HORIZON)
    later = session.workshop.sessions.latest("date")
    tablet = signed_in(coach)
    press(tablet, tablet.get(url("session_cancel", later)), "Laat sessie uitvallen", reason="teamdag")
    later.refresh_from_db()
    assert later.state == State.CANCELLED


@pytest.mark.parametrize("name", ["session_cancel", "session_restore", "session_note", "register_entry"])
def test_who_may_not_record_any_more_may_not_do_this_either(session, workshop, signed_in, coach, coordinator, name):
    old = workshop.sessions.get(date=date(2026, 2, 16))
    assert signed_in(coach).get(url(name, old)).status_code == 403
    assert signed_in(coach).post(url(name, old)).status_code == 403
    assert signed_in(coordinator).get(url(name, old)).status_code == 200
    other = UserFactory()
    assert signed_in(other).get(url(name, session)).status_code == 404
    StandIn.objects.create(session=session, user=other)
    assert signed_in(other).get(url(name, session)).status_code == 200


def test_the_register_tells_who_changed_it_and_leads_to_the_way_back(session, signed_in, coach, coordinator):
    tablet = signed_in(coach)
    assert url("session_cancel", session) in tablet.get(url("register_detail", session)).text
    cancel_session(session, reason="<storm>", by=coach)
    text = tablet.get(url("register_detail", session)).text
    assert "ma 2 mrt 09:10 uitgevallen, door Coach Carla: &lt;storm&gt;" in text
    assert url("session_restore", session) in text
    assert url("session_cancel", session) not in text
    restore_session(session, reason="toch niet", by=coordinator)
    assert "gaat toch door, door Coördinator Cor: toch niet" in tablet.get(url("register_detail", session)).text


def test_in_a_closed_month_the_register_offers_no_change_of_the_session(session, coordinator, signed_in):
    ClosedMonth.objects.create(month=session.date.replace(day=1), closed_by=coordinator)
    assert url("session_cancel", session) not in signed_in(coordinator).get(url("register_detail", session)).text
