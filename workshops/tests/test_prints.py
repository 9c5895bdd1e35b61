"""What is printed: a register on paper and somebody's own overview."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from participants.models import Participant
from pluspunt.tests.factories import PlacementFactory, UserFactory
from pluspunt.tests.pdfua import failures
from privacy.models import AccessEvent
from workshops.models import AbsenceReason, Session
from workshops.services.attendance import mark_attendance
from workshops.services.cancelling import cancel_session
from workshops.services.sessions import ensure_sessions

pytestmark = pytest.mark.django_db


def list_of(session: Session) -> str:
    return reverse("session_list_pdf", args=[session.workshop_id, session.date, session.day_part])


def pages(answer) -> list[str]:
    assert answer.status_code == 200
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer.content)).pages]


def test_the_list_has_everybody_planned_by_floor_name(session, signed_in, coach):
    (text,) = pages(signed_in(coach).get(list_of(session)))
    people = Participant.objects.all()
    assert [p.floor_name for p in people if p.floor_name not in text] == []
    assert [p.surname for p in people if p.surname in text] == []
    assert "Fietsenwerkplaats West maandag 2 maart 2026, ochtend" in text


def test_printing_the_list_is_logged_for_everybody_on_it(session, signed_in, coach):
    signed_in(coach).get(list_of(session))
    event = AccessEvent.objects.get()
    assert (event.action, event.subjects.count()) == ("PRINT", 3)


def test_twenty_five_names_fit_on_one_page(session, signed_in, coach):
    PlacementFactory.create_batch(22, workshop=session.workshop)
    ensure_sessions(session.date)
    session.workshop.sessions_until = None
    session.workshop.save()
    ensure_sessions(session.date)
    assert session.attendances.count() == 25
    assert len(pages(signed_in(coach).get(list_of(session)))) == 1


def test_a_cancelled_session_says_so(session, signed_in, coach):
    cancel_session(session, reason="storm", by=None)
    assert "Deze sessie is uitgevallen." in pages(signed_in(coach).get(list_of(session)))[0]


def test_a_list_of_somebody_elses_workshop_is_not_there(session, signed_in):
    assert signed_in(UserFactory()).get(list_of(session)).status_code == 404


def test_a_day_that_does_not_exist_is_not_there(session, signed_in, coach):
    url = list_of(session).replace("2026-03-02", "2026-02-30")
    assert signed_in(coach).get(url).status_code == 404


@pytest.fixture
def participant(session, coach) -> Participant:
    """Somebody who came this morning, and was planned on every Monday of the year."""
    row = session.attendances.first()
    mark_attendance(row, "PRESENT", by=coach)
    return row.participant


def test_the_overview_counts_per_month_and_lists_every_day_part(participant, signed_in, coach):
    text = " ".join(pages(signed_in(coach).get(reverse("attendance_overview_pdf", args=[participant.key]))))
    assert f"Aanwezigheid van {participant.full_name}" in text
    assert "Je stond 9 keer op het rooster. Je was er 1 keer." in text
    assert "maart 1 1 0 0 0 0" in text
    assert "maandag 2 maart 2026 ochtend Fietsenwerkplaats West aanwezig" in text


def test_the_overview_of_a_chosen_period(participant, signed_in, coach):
    url = reverse("attendance_overview_pdf", args=[participant.key])
    (text,) = pages(signed_in(coach).get(url, {"start": "2026-02-01", "end": "2026-02-28"}))
    assert "Je stond 4 keer op het rooster. Je was er 0 keer." in text
    (text,) = pages(signed_in(coach).get(url, {"start": "2024-02-01", "end": "2024-02-28"}))
    assert "In deze tijd stond je niet op het rooster." in text


def test_a_reason_is_not_printed(participant, session, signed_in, coach):
    row = session.attendances.exclude(participant=participant).first()
    mark_attendance(row, "EXCUSED", reason=AbsenceReason.objects.get(name="ziek"), by=coach)
    text = " ".join(pages(signed_in(coach).get(reverse("attendance_overview_pdf", args=[row.participant.key]))))
    assert "afgemeld" in text
    assert "ziek" not in text


def test_printing_an_overview_is_logged(participant, signed_in, coach):
    signed_in(coach).get(reverse("attendance_overview_pdf", args=[participant.key]))
    event = AccessEvent.objects.get()
    assert (event.action, [s.object_id for s in event.subjects.all()]) == ("PRINT", [participant.pk])


def test_somebody_elses_participant_is_not_there(participant, signed_in):
    url = reverse("attendance_overview_pdf", args=[participant.key])
    assert signed_in(UserFactory()).get(url).status_code == 404


@pytest.mark.slow
def test_both_are_pdf_ua_and_pdf_a(participant, session, signed_in, coach, tmp_path):
    client = signed_in(coach)
    for url in (list_of(session), reverse("attendance_overview_pdf", args=[participant.key])):
        path = tmp_path / "print.pdf"
        path.write_bytes(client.get(url).content)
        assert failures("ua1", path) == []
        assert failures("3a", path) == []


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_the_same_queries_for_one_and_three(
    count, monday, workshop, signed_in, coach, django_assert_num_queries
):
    PlacementFactory.create_batch(count, workshop=workshop)
    ensure_sessions(date(2026, 3, 2))
    session = workshop.sessions.get(date=monday)
    client = signed_in(coach)
    client.get(list_of(session))
    with django_assert_num_queries(6):
        client.get(list_of(session))
