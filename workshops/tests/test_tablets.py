"""What a tablet sends: taken once, as done by whoever tapped, and never lost."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from pluspunt.tests.factories import JobFactory, OpeningFactory
from privacy.models import AccessEvent
from workshops.models import (
    AbsenceReason,
    Attendance,
    AttendanceChange,
    ClosedMonth,
    CorrectionRequest,
    ReceivedMark,
)
from workshops.services.attendance import mark_attendance
from workshops.services.sessions import ensure_sessions
from workshops.services.tablets import issue_pass, read_pass
from workshops.services.visitors import add_visitor

pytestmark = pytest.mark.django_db
Status = Attendance.Status
MINUTE = timedelta(minutes=1)


@pytest.fixture
def row(session):
    return session.attendances.select_related("participant", "session").first()


@pytest.fixture
def ticket(session, coach):
    return issue_pass(coach, session)


def mark(row, ticket, status="PRESENT", **about) -> dict:
    now = int(timezone.now().timestamp() * 1000)
    given = {"key": str(uuid4()), "ticket": ticket, "person": row.participant.key, "at": now, "seen": row.version}
    return given | {"status": status, **about}


def send(client, *marks) -> list[dict]:
    """What a tablet without a cookie is answered."""
    answer = client.post(reverse("marks_receive"), json.dumps({"marks": marks}), content_type="application/json")
    assert answer.status_code == 200
    return answer.json()["answers"]


def outcome(client, sent: dict) -> str:
    [answer] = send(client, sent)
    assert answer["key"] == sent["key"]
    return answer["outcome"]


def test_a_mark_is_kept_as_done_by_who_opened_the_register(client, row, ticket, coach):
    sent = mark(row, ticket, "EXCUSED", reason=AbsenceReason.objects.get(name="rustdag").pk)
    assert outcome(client, sent) == "SAVED"
    row.refresh_from_db()
    assert (row.status, row.reason.name, row.recorded_by, row.version) == ("EXCUSED", "rustdag", coach, 1)
    event = AccessEvent.objects.get(action="CHANGE")
    assert (event.user, [subject.object_id for subject in event.subjects.all()]) == (coach, [row.participant_id])


def test_a_mark_is_that_of_the_coach_who_tapped_whoever_is_signed_in(signed_in, coordinator, row, ticket, coach):
    assert outcome(signed_in(coordinator), mark(row, ticket)) == "SAVED"
    row.refresh_from_db()
    assert row.recorded_by == coach


def test_the_same_key_again_is_answered_the_same_and_does_nothing(client, row, ticket):
    sent = mark(row, ticket)
    answers = [send(client, sent)[0] for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert (answers[0]["version"], row.changes.count(), ReceivedMark.objects.count()) == (1, 1, 1)


def test_a_refusal_is_answered_the_same_too(client, row, ticket, coach):
    elsewhere = OpeningFactory(workshop__name="Keuken").workshop
    ensure_sessions(row.date)
    add_visitor(elsewhere.sessions.get(date=row.date), row.participant, by=coach)
    sent = mark(row, ticket)
    first, second = send(client, sent)[0], send(client, sent)[0]
    assert first == second
    assert first["outcome"] == "REFUSED"
    assert first["sentence"] == "Deze persoon staat op dit dagdeel al ergens anders als aanwezig."
    row.refresh_from_db()
    assert row.status == "OPEN"


def test_the_time_of_a_mark_is_that_of_the_tap(client, row, ticket):
    tapped = timezone.now() + 5 * MINUTE
    with time_machine.travel(tapped + timedelta(days=2), tick=False):
        sent = mark(row, ticket, at=int(tapped.timestamp() * 1000))
        assert outcome(client, sent) == "SAVED"
    change = AttendanceChange.objects.get()
    assert (change.at, change.received_at) == (tapped, tapped + timedelta(days=2))


@pytest.mark.parametrize("days", [-3, 3])
def test_the_time_of_a_mark_is_bounded_by_its_pass(client, row, ticket, days):
    issued = timezone.now()
    with time_machine.travel(issued + timedelta(days=1), tick=False):
        at = int((issued + timedelta(days=days)).timestamp() * 1000)
        assert outcome(client, mark(row, ticket, at=at)) == "SAVED"
    row.refresh_from_db()
    assert row.recorded_at == (issued if days < 0 else read_pass(ticket).expires_at)


def test_the_time_of_a_mark_is_never_still_to_come(client, row, ticket):
    at = int((timezone.now() + timedelta(hours=3)).timestamp() * 1000)
    assert outcome(client, mark(row, ticket, at=at)) == "SAVED"
    row.refresh_from_db()
    assert row.recorded_at == timezone.now()


def test_rights_count_as_they_were_when_the_register_was_opened(client, row, ticket, coach):
    row.session.workshop.coaches.clear()
    with time_machine.travel(timezone.now() + timedelta(days=9), tick=False):
        assert outcome(client, mark(row, ticket)) == "SAVED"


def test_after_a_colleague_the_second_one_is_asked(client, row, ticket, coordinator):
    sent = mark(row, ticket)
    mark_attendance(row, "NO_SHOW", by=coordinator)
    assert outcome(client, sent) == "COLLISION"
    row.refresh_from_db()
    assert (row.status, row.recorded_by) == ("NO_SHOW", coordinator)


def test_what_a_colleague_did_already_is_no_collision(client, row, ticket, coordinator):
    sent = mark(row, ticket)
    mark_attendance(row, "PRESENT", by=coordinator)
    assert outcome(client, sent) == "SAVED"
    assert row.changes.count() == 1


def test_nobody_collides_with_their_own_later_taps(client, row, ticket):
    first, second = mark(row, ticket), mark(row, ticket, "NO_SHOW")
    assert [outcome(client, first), outcome(client, second)] == ["SAVED", "SAVED"]
    row.refresh_from_db()
    assert (row.status, row.version) == ("NO_SHOW", 2)


def test_an_older_tap_of_another_tablet_does_not_undo_a_newer_one(client, row, ticket, coach):
    early = mark(row, ticket)
    with time_machine.travel(timezone.now() + 5 * MINUTE, tick=False):
        mark_attendance(row, "NO_SHOW", by=coach)
        assert outcome(client, early) == "COLLISION"


def test_everyone_present_leaves_alone_what_changed_meanwhile_without_a_question(client, row, ticket, coordinator):
    sent = mark(row, ticket, polite=True)
    mark_attendance(row, "EXCUSED", by=coordinator)
    assert outcome(client, sent) == "KEPT"
    row.refresh_from_db()
    assert row.status == "EXCUSED"


def test_a_mark_for_a_closed_month_becomes_a_question_for_the_coordinator(client, row, ticket, coach, coordinator):
    sent = mark(row, ticket)
    tapped = timezone.now()
    with time_machine.travel("2026-04-02T10:00:00+02:00", tick=False):
        ClosedMonth.objects.create(month=row.date.replace(day=1), closed_by=coordinator)
        assert [outcome(client, sent), outcome(client, sent)] == ["PARKED", "PARKED"]
    asked = CorrectionRequest.objects.get()
    assert (asked.attendance, asked.status, asked.asked_by, asked.origin) == (row, "PRESENT", coach, "LATE")
    assert asked.marked_at == tapped
    row.refresh_from_db()
    assert row.status == "OPEN"


def test_a_mark_of_an_account_that_was_closed_is_for_the_coordinator_to_decide(client, row, ticket, coach):
    coach.is_active = False
    coach.save()
    assert outcome(client, mark(row, ticket)) == "PARKED"
    coach.is_active, coach.role = True, User.Role.MANAGEMENT
    coach.save()
    assert outcome(client, mark(row, ticket, "NO_SHOW")) == "PARKED"
    assert CorrectionRequest.objects.count() == 2


def late(client, row, coordinator, *marks) -> list[dict]:
    """What is answered to marks that come when the month is closed."""
    with time_machine.travel("2026-04-02T10:00:00+02:00", tick=False):
        ClosedMonth.objects.create(month=row.date.replace(day=1), closed_by=coordinator)
        return send(client, *marks)


def test_the_same_question_of_the_same_person_is_asked_once(client, row, ticket, coordinator):
    marks = [mark(row, ticket), mark(row, ticket), mark(row, ticket, "NO_SHOW")]
    assert [answer["outcome"] for answer in late(client, row, coordinator, *marks)] == ["PARKED"] * 3
    assert [asked.status for asked in CorrectionRequest.objects.all()] == ["PRESENT", "NO_SHOW"]


def test_asking_is_logged_too(client, row, ticket, coach, coordinator):
    late(client, row, coordinator, mark(row, ticket))
    event = AccessEvent.objects.get()
    assert (event.user, event.action, event.subjects.get().object_id) == (coach, "ADD", row.participant_id)


def test_what_nobody_could_approve_is_not_asked(client, row, ticket, coordinator):
    secret = JobFactory(title="Kast voor iemand anders")
    marks = [mark(row, ticket, arrived_at="12:00", left_at="10:00"), mark(row, ticket, job=secret.pk)]
    answers = late(client, row, coordinator, *marks)
    assert [answer["sentence"] for answer in answers] == [
        "Weggaan komt na binnenkomen. Kijk de tijden na.",
        "Deze klus is van een andere werkplaats.",
    ]
    assert not CorrectionRequest.objects.exists()


def test_what_became_of_a_key_is_for_who_sent_it(client, row, session, ticket, coordinator):
    sent = mark(row, ticket)
    assert outcome(client, sent) == "SAVED"
    other = sent | {"ticket": issue_pass(coordinator, session), "status": "NO_SHOW"}
    [answer] = send(client, other)
    assert (answer["outcome"], answer["version"]) == ("REFUSED", 0)
    assert outcome(client, sent) == "SAVED"
    assert row.changes.count() == 1


@pytest.mark.parametrize(
    "about", [{"ticket": "zelf bedacht"}, {"status": "LATE"}, {"at": "straks"}, {"key": "1"}, {"at": 10**30}]
)
def test_a_mark_that_is_not_right_is_refused_and_changes_nothing(client, row, ticket, about):
    [answer] = send(client, mark(row, ticket) | about)
    assert answer["outcome"] == "REFUSED"
    assert not ReceivedMark.objects.exists()
    assert not AttendanceChange.objects.exists()


def test_a_pass_cannot_be_changed(client, row, ticket):
    payload, _, signature = ticket.rpartition(":")
    forged = f"{payload[:-2]}{'AA' if payload[-2:] != 'AA' else 'BB'}:{signature}"
    with pytest.raises(signing.BadSignature):
        read_pass(forged)
    assert outcome(client, mark(row, forged)) == "REFUSED"


def test_a_pass_is_for_one_session(client, row, session, coach):
    other = OpeningFactory(workshop__name="Keuken").workshop
    ensure_sessions(row.date)
    assert outcome(client, mark(row, issue_pass(coach, other.sessions.get(date=row.date)))) == "REFUSED"


def test_one_mark_that_cannot_be_does_not_hold_up_the_others(client, session, ticket):
    one, two, three = session.attendances.select_related("participant")
    answers = send(client, mark(one, ticket), mark(two, ticket, "LATE"), mark(three, ticket))
    assert [answer["outcome"] for answer in answers] == ["SAVED", "REFUSED", "SAVED"]


DEEP = "[" * 100_000


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"marks": 3}', '{"marks": [3]}', "\x00", f'{{"marks": {DEEP}'])
def test_something_else_than_marks_is_a_bad_request(client, db, body):
    answer = client.post(reverse("marks_receive"), body, content_type="application/json")
    assert answer.status_code == 400


def test_more_than_a_tablet_ever_sends_is_refused(client, db):
    answer = client.post(reverse("marks_receive"), "é" * 3_000_000, content_type="application/json")
    assert answer.status_code == 413


def test_any_kind_of_value_in_a_mark_is_answered(client, row, ticket):
    strange = [None, [], {}, 3, -1, "", "\x00", True, 10**40, "é" * 400, 2**31 - 1, 2**31, "\ud800", "x:\ud800"]
    names = ["key", "ticket", "person", "at", "seen", "polite", "status", "reason", "arrived_at", "left_at", "job"]
    marks = [mark(row, ticket) | {name: value} for name in names for value in strange]
    for start in range(0, len(marks), 50):
        assert len(send(client, *marks[start : start + 50])) == len(marks[start : start + 50])


def test_times_and_reasons_that_do_not_belong_to_the_status_are_left_out(client, row, ticket):
    reason = AbsenceReason.objects.first().pk
    assert outcome(client, mark(row, ticket, "PRESENT", reason=reason, arrived_at="09:30")) == "SAVED"
    row.refresh_from_db()
    assert (row.reason, f"{row.arrived_at:%H:%M}") == (None, "09:30")
    sent = mark(row, ticket, "NO_SHOW", arrived_at="09:30")
    assert outcome(client, sent) == "SAVED"
    row.refresh_from_db()
    assert row.arrived_at is None


def test_one_mark_takes_thirteen_queries(client, row, ticket, django_assert_max_num_queries):
    send(client, mark(row, ticket))
    row.refresh_from_db()
    sent = mark(row, ticket, "NO_SHOW")
    with django_assert_max_num_queries(13):  # four of them savepoints, two outside a test
        send(client, sent)
