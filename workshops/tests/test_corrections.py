"""What somebody may not change themselves any more: they ask, and a coordinator who did not ask decides."""

from datetime import date, time, timedelta
from html import unescape

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from pluspunt.tests.factories import CorrectionRequestFactory, PlacementFactory, UserFactory, WorkshopFactory
from privacy.models import AccessEvent, AccessSubject
from workshops.models import AbsenceReason, Attendance, CorrectionRequest, Job, Session, StandIn, Value
from workshops.services.attendance import Mark, change_attendance, mark_attendance
from workshops.services.cancelling import cancel_session
from workshops.services.corrections import decide_correction, open_corrections, request_correction
from workshops.services.months import close_month
from workshops.services.placements import withdraw_placement
from workshops.services.sessions import ensure_sessions
from workshops.services.visitors import add_visitor
from workshops.tests.pages import forms_on, press
from workshops.tests.test_concurrency import WRITERS, assert_history_is_whole, at_once, locks_in, on_postgresql

pytestmark = pytest.mark.django_db
Status = Attendance.Status
FEBRUARY = date(2026, 2, 1)
PRESENT = Mark(Status.PRESENT)


@pytest.fixture
def other(db):
    """Another coordinator, who did not ask."""
    return UserFactory(name="Coördinator Cas", role=User.Role.COORDINATOR)


@pytest.fixture
def february(session) -> Session:
    return session.workshop.sessions.get(date=date(2026, 2, 23))


@pytest.fixture
def row(february, coach, coordinator) -> Attendance:
    """A row of a closed month, recorded as a no-show by the coach."""
    row = mark_attendance(february.attendances.select_related("participant").first(), Status.NO_SHOW, by=coach)
    close_month(FEBRUARY, coordinator)
    return Attendance.objects.select_related("participant", "session").get(pk=row.pk)


def url(name: str, row: Attendance) -> str:
    where = [row.workshop_id, row.date, row.day_part]
    return reverse(name, args=where if name == "register_detail" else [*where, row.participant.key])


def ask(row, by, wanted=PRESENT, **about) -> CorrectionRequest:
    return request_correction(row, wanted, why="Hij stond op de papieren lijst", by=by, **about)


# --- Asking -----------------------------------------------------------------------------------------------------


def test_a_request_keeps_what_is_wanted_and_why_and_changes_nothing(row, coach):
    job = Job.objects.create(workshop=row.workshop, title="Bakfiets")
    wanted = Value(Status.PRESENT, None, time(9, 40), time(11), job.pk)
    correction = ask(row, coach, wanted)
    assert (correction.value, correction.why, correction.asked_by, correction.asked_at, correction.is_open) == (
        wanted,
        "Hij stond op de papieren lijst",
        coach,
        timezone.now(),
        True,
    )
    row.refresh_from_db()
    assert (row.status, row.version) == (Status.NO_SHOW, 1)


def test_who_can_still_change_it_has_nothing_to_ask(session, coach, coordinator):
    for user in (coach, coordinator):
        with pytest.raises(ValidationError, match="Je kunt dit nog zelf aanpassen"):
            ask(session.attendances.first(), user)


@pytest.mark.parametrize(("days", "may_ask"), [(7, False), (8, True)])
def test_a_coach_asks_after_seven_days_and_a_coordinator_when_the_month_is_closed(
    session, coach, coordinator, days, may_ask
):
    row = session.attendances.first()
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        if may_ask:
            assert ask(row, coach).is_open
        else:
            with pytest.raises(ValidationError, match="zelf aanpassen"):
                ask(row, coach)
        with pytest.raises(ValidationError, match="zelf aanpassen"):
            ask(row, coordinator)


def test_a_second_request_for_a_row_waits_for_the_first(row, coach, coordinator, other):
    first = ask(row, coach)
    with pytest.raises(ValidationError, match="Coach Carla vroeg voor deze regel al een correctie"):
        ask(row, coordinator, Mark(Status.EXCUSED))
    decide_correction(first, is_approved=False, by=other, seen=row.version, answer="Niet waar")
    assert ask(row, coordinator, Mark(Status.EXCUSED)).is_open


def test_marks_that_came_late_wait_beside_each_other(row, coach):
    ask(row, coach)
    moment = timezone.now() - timedelta(days=9)
    for status in (Status.PRESENT, Status.EXCUSED):
        late = ask(row, coach, Mark(status), origin="LATE", marked_at=moment)
        assert (late.origin, late.marked_at, late.status) == ("LATE", moment, status)


def test_a_late_mark_of_the_same_person_that_waits_is_one_request(row, coach, coordinator, other):
    first = ask(row, coach, origin="LATE")
    assert ask(row, coach, origin="LATE") == first
    assert ask(row, other, origin="LATE") != first
    decide_correction(first, is_approved=False, by=coordinator, seen=row.version, answer="Niet waar")
    assert ask(row, coach, origin="LATE") != first
    assert CorrectionRequest.objects.count() == 3


def test_about_who_was_made_anonymous_nothing_is_asked(row, coach):
    row.participant.anonymised_on = timezone.localdate()
    row.participant.save()
    with pytest.raises(ValidationError) as refusal:
        ask(row, coach)
    assert refusal.value.messages == ["Deze persoon staat niet meer in dit register."]


def test_of_a_session_to_come_somebody_can_only_be_excused(session, coordinator, other):
    ensure_sessions(session.date + timedelta(days=7))
    row = session.workshop.sessions.latest("date").attendances.first()
    stranger = UserFactory(role=User.Role.COACH)
    with pytest.raises(ValidationError, match="Deze sessie komt nog"):
        ask(row, stranger)
    excused = ask(row, stranger, Mark(Status.EXCUSED))
    assert decide_correction(excused, is_approved=True, by=coordinator, seen=row.version).is_approved
    row.refresh_from_db()
    assert row.status == Status.EXCUSED


def test_what_cannot_be_is_not_asked(row, february, coach):
    for wanted, sentence in [
        (Value(Status.NO_SHOW), "Dat staat er al"),
        (Value("HERE"), "Kies"),
        (Value(Status.PRESENT, None, time(11), time(10)), "Weggaan komt na binnenkomen"),
    ]:
        with pytest.raises(ValidationError) as refusal:
            ask(row, coach, wanted)
        assert sentence in " ".join(refusal.value.messages)
    with pytest.raises(ValidationError, match="Vul dit in"):
        request_correction(row, PRESENT, why="", by=coach)


def test_a_visitor_cannot_become_absent_and_a_cancelled_session_has_nothing_to_mend(february, coach, coordinator):
    visitor = add_visitor(february, PlacementFactory(weekday=2).participant, by=coach)
    cancelled = Session.objects.get(date=date(2026, 2, 16))
    cancel_session(cancelled, reason="teamdag", by=coordinator)
    close_month(FEBRUARY, coordinator)
    with pytest.raises(ValidationError, match="Wie niet gepland was, kan alleen aanwezig zijn"):
        ask(visitor, coach, Mark(Status.NO_SHOW))
    with pytest.raises(ValidationError, match="uitgevallen"):
        ask(cancelled.attendances.first(), coach)


def test_a_row_about_which_somebody_asked_stays_when_planning_takes_it_away(session, coach, coordinator):
    row = session.attendances.first()
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        correction = ask(row, coach)
        withdraw_placement(row.trajectory.placements.get(), by=coordinator)
        row.refresh_from_db()
        assert (row.status, row.planned) == (Status.OPEN, False)
        decide_correction(correction, is_approved=True, by=coordinator, seen=row.version)
    row.refresh_from_db()
    assert (row.status, row.planned) == (Status.PRESENT, False)


# --- Deciding ---------------------------------------------------------------------------------------------------


def test_an_approved_correction_changes_the_frozen_row_and_says_who_asked_and_who_approved(row, coach, coordinator):
    correction = decide_correction(ask(row, coach), is_approved=True, by=coordinator, seen=row.version)
    row.refresh_from_db()
    assert (row.status, row.recorded_by, row.recorded_at) == (Status.PRESENT, coordinator, timezone.now())
    change = row.changes.get(version=2)
    assert (change.by, change.correction, change.correction.asked_by) == (coordinator, correction, coach)
    assert (change.old_status, change.new_status) == (Status.NO_SHOW, Status.PRESENT)
    assert (correction.is_approved, correction.decided_by, correction.decided_at) == (
        True,
        coordinator,
        timezone.now(),
    )


def test_a_refused_correction_changes_nothing_and_says_why(row, coach, coordinator):
    correction = ask(row, coach)
    with pytest.raises(ValidationError, match="Schrijf kort waarom"):
        decide_correction(correction, is_approved=False, by=coordinator, seen=row.version, answer=" ")
    decided = decide_correction(correction, is_approved=False, by=coordinator, seen=row.version, answer="Hij was ziek")
    assert (decided.is_approved, decided.answer) == (False, "Hij was ziek")
    assert row.changes.count() == 1


def test_nobody_decides_about_their_own_request(row, coordinator, other):
    correction = ask(row, coordinator)
    with pytest.raises(ValidationError, match="Je kunt niet beslissen over je eigen verzoek"):
        decide_correction(correction, is_approved=True, by=coordinator, seen=row.version)
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionRequest.objects.update(is_approved=True, decided_by=coordinator, decided_at=timezone.now())
    assert decide_correction(correction, is_approved=True, by=other, seen=row.version).is_approved


def test_a_decision_counts_once_and_the_second_person_hears_it(row, coach, coordinator, other):
    correction = ask(row, coach)
    decide_correction(correction, is_approved=True, by=coordinator, seen=row.version)
    assert decide_correction(correction, is_approved=True, by=coordinator, seen=row.version).answer == ""
    with pytest.raises(ValidationError, match="Coördinator Cor keurde dit verzoek al goed"):
        decide_correction(correction, is_approved=False, by=other, seen=row.version, answer="nee")
    assert row.changes.count() == 2


def test_who_refuses_gives_a_reason_that_fits_and_the_second_person_hears_it(row, coach, coordinator, other):
    correction = ask(row, coach)
    for answer, sentence in [("", "Schrijf kort waarom"), ("x" * 201, "200")]:
        with pytest.raises(ValidationError, match=sentence):
            decide_correction(correction, is_approved=False, by=coordinator, seen=row.version, answer=answer)
    with pytest.raises(ValidationError, match="Schrijf kort waarom"):
        decide_correction(correction, is_approved=False, by=coordinator, seen=row.version)
    assert CorrectionRequest.objects.get().is_open
    decide_correction(correction, is_approved=False, by=coordinator, seen=row.version, answer="Hij was ziek")
    with pytest.raises(ValidationError) as refusal:
        decide_correction(correction, is_approved=True, by=other, seen=row.version)
    assert refusal.value.messages == ["Coördinator Cor wees dit verzoek al af."]


def test_a_session_that_was_cancelled_meanwhile_has_nothing_to_mend(session, coach, coordinator):
    row = session.attendances.first()
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        correction = ask(row, coach)
        cancel_session(session, reason="teamdag", by=coordinator)
        with pytest.raises(ValidationError, match="uitgevallen"):
            decide_correction(correction, is_approved=True, by=coordinator, seen=row.version)
    correction.refresh_from_db()
    assert correction.is_open


def test_a_request_is_overtaken_by_a_later_change_of_its_own_row(session, coach, coordinator):
    row, neighbour = session.attendances.order_by("pk")[:2]
    row = mark_attendance(row, Status.NO_SHOW, by=coach)
    minute = timedelta(minutes=1)
    CorrectionRequestFactory(attendance=row, asked_at=timezone.now() + minute)
    with time_machine.travel(timezone.now() + 2 * minute, tick=False):
        mark_attendance(neighbour, Status.NO_SHOW, by=coach)
        assert not open_corrections().get().is_overtaken
        mark_attendance(row, Status.EXCUSED, by=coordinator)
        assert open_corrections().get().is_overtaken


def test_a_row_that_changed_since_it_was_seen_is_looked_at_again(session, coach, coordinator, other):
    row = session.attendances.first()
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        correction = ask(row, coach, Mark(Status.EXCUSED))
        mark_attendance(row, Status.NO_SHOW, by=coordinator)
        with pytest.raises(ValidationError, match="Deze regel is intussen gewijzigd"):
            decide_correction(correction, is_approved=True, by=other, seen=0)
        correction.refresh_from_db()
        assert correction.is_open
        assert decide_correction(correction, is_approved=True, by=other, seen=1).is_approved
    row.refresh_from_db()
    assert (row.status, row.version) == (Status.EXCUSED, 2)


def test_somebody_who_was_present_elsewhere_stays_there_until_that_is_mended(february, coach, coordinator, other):
    row = february.attendances.first()
    elsewhere = Session.objects.create(workshop=WorkshopFactory(), date=row.date, day_part=row.day_part, capacity=8)
    visit = add_visitor(elsewhere, row.participant, by=coordinator)
    close_month(FEBRUARY, coordinator)
    away, here = ask(visit, coordinator, Mark(Status.OPEN)), ask(row, coach)
    with pytest.raises(ValidationError, match="al ergens anders als aanwezig"):
        decide_correction(here, is_approved=True, by=other, seen=row.version)
    here.refresh_from_db()
    assert here.is_open
    decide_correction(away, is_approved=True, by=other, seen=visit.version)
    assert decide_correction(here, is_approved=True, by=other, seen=row.version).is_approved


# --- Pages ------------------------------------------------------------------------------------------------------


def test_a_coach_asks_on_the_page_and_sees_the_outcome_in_the_history(row, coach, coordinator, client):
    client.force_login(coach, "allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(url("correction_add", row))
    assert "Deze maand is gesloten." in page.text
    answer = press(client, page, "Vraag een correctie", status="PRESENT", arrived_at="09:40", why="Kwam later")
    assert answer.url == url("attendance_history", row)
    page = client.get(answer.url)
    assert "wacht op een besluit" in page.text
    correction = CorrectionRequest.objects.get()
    assert correction.value == Value(Status.PRESENT, None, time(9, 40))
    decide_correction(correction, is_approved=False, by=coordinator, seen=row.version, answer="De lijst zegt van niet")
    page = client.get(answer.url)
    assert "afgewezen" in page.text
    assert "De lijst zegt van niet" in page.text
    assert "Coördinator Cor" in page.text


def test_details_that_do_not_belong_with_the_status_are_left_out(row, coach, signed_in):
    tablet, reason = signed_in(coach), AbsenceReason.objects.first()
    page = tablet.get(url("correction_add", row))
    press(tablet, page, "Vraag", status="EXCUSED", reason=str(reason.pk), arrived_at="09:40", why="Belde af")
    assert CorrectionRequest.objects.get().value == Value(Status.EXCUSED, reason.pk)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"why": ""}, "Vul dit in."),
        ({"why": "zie 123456782"}, "nummer"),
        ({"arrived_at": "half tien"}, "Schrijf een tijd als 9:40."),
        ({"arrived_at": "11:00", "left_at": "10:00"}, "Weggaan komt na binnenkomen."),
        ({"status": "NO_SHOW"}, "Dat staat er al."),
    ],
)
def test_a_request_that_cannot_be_comes_back_with_what_was_typed(row, coach, signed_in, typed, sentence):
    tablet = signed_in(coach)
    filled = {"status": "PRESENT", "why": "Stond op papier"} | typed
    page = press(tablet, tablet.get(url("correction_add", row)), "Vraag een correctie", **filled)
    assert page.status_code == 200
    assert sentence in unescape(page.text)
    [form] = [form for form in forms_on(page) if "why" in form.fields]
    assert {name: form.fields.get(name) for name in filled} == filled
    assert not CorrectionRequest.objects.exists()


def test_who_can_still_change_the_row_is_sent_to_the_register(session, coach, signed_in):
    row = session.attendances.first()
    tablet = signed_in(coach)
    answer = tablet.get(url("correction_add", row))
    assert answer.url.startswith(url("register_detail", row))
    assert "Je kunt dit nog zelf aanpassen." in tablet.get(url("register_detail", row)).text


def test_while_a_request_waits_there_is_no_second_form(row, coach, coordinator, signed_in):
    ask(row, coach)
    page = signed_in(coordinator).get(url("correction_add", row))
    assert "Coach Carla vroeg 2 mrt 2026 al een correctie" in page.text
    assert not [form for form in forms_on(page) if "why" in form.fields]


def test_only_whoever_sees_the_register_asks_and_reads_the_history(row, signed_in):
    stranger = UserFactory()
    for name in ("correction_add", "attendance_history"):
        assert signed_in(stranger).get(url(name, row)).status_code == 404
    StandIn.objects.create(session=row.session, user=stranger)
    for name in ("correction_add", "attendance_history"):
        assert signed_in(stranger).get(url(name, row)).status_code == 200


def test_a_coordinator_decides_on_the_list_with_one_button(row, coach, coordinator, signed_in):
    ask(row, coach)
    desk = signed_in(coordinator)
    page = desk.get(reverse("correction_list"))
    assert "<strong>1</strong> verzoek wacht" in page.text
    assert "Hij stond op de papieren lijst" in page.text
    answer = press(desk, page, "Keur goed")
    assert answer.url == reverse("correction_list")
    page = desk.get(answer.url)
    assert "Er wacht niets" in page.text
    assert [each.is_approved for each in page.context["decided"]] == [True]
    row.refresh_from_db()
    assert row.status == Status.PRESENT


def test_a_refusal_without_words_comes_back_and_then_is_kept(row, coach, coordinator, signed_in):
    ask(row, coach)
    desk = signed_in(coordinator)
    page = press(desk, desk.get(reverse("correction_list")), "Wijs af")
    assert "Niet beslist. Schrijf kort waarom je dit verzoek afwijst." in page.text
    answer = press(desk, page, "Wijs af", answer="Hij was er niet")
    assert "is afgewezen" in desk.get(answer.url).text
    assert CorrectionRequest.objects.get().answer == "Hij was er niet"


def test_a_decision_on_what_changed_meanwhile_keeps_what_was_typed(session, coach, coordinator, other, signed_in):
    row = session.attendances.select_related("participant").first()
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False) as clock:
        ask(row, coach, Mark(Status.EXCUSED))
        desk = signed_in(coordinator)
        page = desk.get(reverse("correction_list"))
        assert "gewijzigd nadat dit gevraagd werd" not in page.text
        clock.shift(60)
        mark_attendance(row, Status.NO_SHOW, by=other)
        page = press(desk, page, "Keur goed", answer="Klopt, belde mij")
        assert "Deze regel is intussen gewijzigd." in page.text
        assert "gewijzigd nadat dit gevraagd werd" in page.text
        press(desk, page, "Keur goed")
    assert (row.changes.last().by, CorrectionRequest.objects.get().answer) == (coordinator, "Klopt, belde mij")


def test_ones_own_request_stands_there_without_buttons(row, coordinator, signed_in):
    correction = ask(row, coordinator)
    desk = signed_in(coordinator)
    page = desk.get(reverse("correction_list"))
    assert "Dit is je eigen verzoek." in page.text
    assert "Keur goed" not in page.text
    page = desk.post(reverse("correction_decide", args=[correction.pk]), {"decision": "ja", "seen": row.version})
    assert "Je kunt niet beslissen over je eigen verzoek." in page.text
    assert CorrectionRequest.objects.get().is_open


def test_a_decided_request_leaves_the_list_after_thirty_days(row, coach, coordinator, signed_in):
    decide_correction(ask(row, coach), is_approved=True, by=coordinator, seen=row.version)
    for days, shown in [(30, 1), (31, 0)]:
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            page = signed_in(coordinator).get(reverse("correction_list"))
            assert len(page.context["decided"]) == shown


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_take_as_many_queries_for_one_request_as_for_three(
    number, february, coach, coordinator, signed_in, django_assert_num_queries
):
    rows = list(february.attendances.select_related("participant"))[:number]
    for status in [Status.PRESENT, Status.EXCUSED, Status.NO_SHOW][:number]:
        mark_attendance(rows[0], status, by=coach)
    close_month(FEBRUARY, coordinator)
    for row in rows:
        ask(row, coach, Mark(Status.OPEN) if row == rows[0] else PRESENT)
    before = february.workshop.sessions.get(date=date(2026, 2, 16))
    for row in list(before.attendances.all())[:number]:
        decide_correction(ask(row, coach), is_approved=True, by=coordinator, seen=row.version)
    desk = signed_in(coordinator)
    with django_assert_num_queries(9):
        desk.get(reverse("correction_list"))
    with django_assert_num_queries(9):
        desk.get(url("attendance_history", rows[0]))


def test_deciding_and_asking_are_logged(row, coach, coordinator, signed_in):
    tablet = signed_in(coach)
    press(tablet, tablet.get(url("correction_add", row)), "Vraag", status="PRESENT", why="Stond op papier")
    desk = signed_in(coordinator)
    press(desk, desk.get(reverse("correction_list")), "Keur goed")
    about = AccessSubject.objects.filter(object_id=row.participant_id).values("event")
    logged = AccessEvent.objects.filter(pk__in=about).order_by("pk")
    assert list(logged.values_list("user", "action", "data")) == [
        (coach.pk, "VIEW", "naam, aanwezigheid"),
        (coach.pk, "ADD", "verzoek om correctie van aanwezigheid"),
        (coordinator.pk, "VIEW", "verzoeken om correctie: naam, aanwezigheid"),
        (coordinator.pk, "CHANGE", "aanwezigheid: besluit over een correctie"),
    ]


# --- The history of a row ---------------------------------------------------------------------------------------


def test_the_history_says_who_when_was_and_became_with_times_and_job(february, coach, coordinator, signed_in):
    row = february.attendances.select_related("participant").first()
    job = Job.objects.create(workshop=row.workshop, title="Bakfiets van Ria")
    reason = AbsenceReason.objects.get(name="ziek")
    told = timezone.now() - timedelta(hours=2)
    change_attendance(row.pk, Mark.to(Value(Status.EXCUSED, reason.pk)), by=coach, at=told)
    change_attendance(row.pk, Mark.to(Value(Status.PRESENT, None, time(9, 40), time(11), job.pk)), by=coordinator)
    page = signed_in(coach).get(url("attendance_history", row))
    changes = page.context["changes"]
    assert [(change.by, change.is_late) for change in changes] == [(coordinator, False), (coach, True)]
    for words in ("ma 2 mrt 2026, 07:10", "binnengekomen ma 2 mrt 2026, 09:10", "ziek", "te laat, om 09:40"):
        assert words in page.text
    for words in ("eerder weg, om 11:00", "klus: Bakfiets van Ria", "Coach Carla", "Coördinator Cor"):
        assert words in page.text


def test_the_history_says_who_asked_for_a_correction_and_who_approved_it(row, coach, coordinator, signed_in):
    decide_correction(ask(row, coach), is_approved=True, by=coordinator, seen=row.version)
    page = signed_in(coach).get(url("attendance_history", row))
    assert "correctie: “Hij stond op de papieren lijst”" in page.text
    assert "Gevraagd door Coach Carla, goedgekeurd door Coördinator Cor." in page.text


def test_a_row_without_changes_says_so(session, coach, signed_in):
    row = session.attendances.select_related("participant").first()
    assert "Er is nog niets ingevuld." in signed_in(coach).get(url("attendance_history", row)).text


# --- At once ----------------------------------------------------------------------------------------------------


@on_postgresql
def test_asking_waits_for_the_row_and_deciding_for_the_row_and_the_request(row, coach, coordinator):
    with CaptureQueriesContext(connection) as asking:
        correction = ask(row, coach)
    with CaptureQueriesContext(connection) as deciding:
        decide_correction(correction, is_approved=False, by=coordinator, seen=row.version, answer="Hij was ziek")
    assert locks_in(asking) == [("workshops_attendance", 'NO KEY UPDATE OF "workshops_attendance"')]
    assert locks_in(deciding) == [
        ("workshops_attendance", "NO KEY UPDATE"),
        ("workshops_correctionrequest", 'NO KEY UPDATE OF "workshops_correctionrequest"'),
    ]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_eight_decisions_at_once_are_one(monday, workshop, coach, coordinator):
    PlacementFactory(workshop=workshop)
    ensure_sessions(monday)
    close_month(FEBRUARY, coordinator)
    row = workshop.sessions.get(date=date(2026, 2, 23)).attendances.get()
    correction = ask(row, coach)
    deciders = UserFactory.create_batch(WRITERS, role=User.Role.COORDINATOR)

    def decide(number: int) -> bool:
        try:
            decide_correction(correction, is_approved=number % 2 == 0, by=deciders[number], seen=0, answer="omdat")
        except ValidationError:
            return False
        return True

    assert sum(at_once(decide)) == 1
    correction.refresh_from_db()
    row.refresh_from_db()
    assert row.changes.count() == (1 if correction.is_approved else 0)
    assert_history_is_whole(row)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_eight_requests_for_a_row_at_once_are_one(monday, workshop, coach, coordinator):
    PlacementFactory(workshop=workshop)
    ensure_sessions(monday)
    close_month(FEBRUARY, coordinator)
    row = workshop.sessions.get(date=date(2026, 2, 23)).attendances.get()

    def request(number: int) -> bool:
        try:
            ask(row, coach)
        except ValidationError:
            return False
        return True

    assert sum(at_once(request)) == 1
