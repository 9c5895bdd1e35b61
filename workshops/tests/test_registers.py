"""The pages of a coach: the registers of a day, and who came; every form is the one on the page."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from participants.models import Trajectory
from pluspunt.tests.factories import (
    OpeningFactory,
    ParticipantFactory,
    PlacementFactory,
    TrajectoryFactory,
    UserFactory,
    WorkshopFactory,
)
from privacy.models import AccessEvent
from workshops.models import AbsenceReason, Attendance, Closure, Session
from workshops.services.attendance import mark_attendance
from workshops.services.cancelling import cancel_session
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.services.visitors import add_visitor
from workshops.tests.pages import forms_on, press

pytestmark = pytest.mark.django_db
Status = Attendance.Status
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def url(session, name="register_detail", **kwargs):
    where = {"workshop_id": session.workshop_id, "day": session.date, "part": session.day_part}
    return reverse(name, kwargs=where | kwargs)


@pytest.fixture
def row(session):
    """The register's first row: Jan de Wit, about whom one must know something."""
    row = session.attendances.select_related("participant").first()
    person = row.participant
    person.nickname, person.prefix, person.surname, person.attention = "Jan", "de", "Aa", "geen slijptol"
    person.save()
    return row


@pytest.fixture
def tablet(signed_in, coach):
    """The coach's, signed in."""
    return signed_in(coach)


@pytest.fixture
def walk_in():
    person = ParticipantFactory(nickname="Ümmü", surname="Öztürk", emergency_contact="Zus Ria", attention="tilt niet")
    return TrajectoryFactory(participant=person)


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


# --- The day ----------------------------------------------------------------------------------------------------


def test_a_coach_lands_on_the_registers_of_today(tablet, session, coach):
    mark_attendance(session.attendances.first(), Status.PRESENT, by=coach)
    page = tablet.get("/", follow=True)
    assert page.redirect_chain[0][0] == reverse("session_day")
    assert [(g["part"], g["sessions"]) for g in page.context["parts"]] == [("MORNING", [session])]
    assert "1 van 3 ingevuld" in page.text
    assert url(session) in page.text


def test_in_the_afternoon_this_day_part_comes_first(monday, workshop, tablet, signed_in, coach):
    OpeningFactory(workshop=workshop, day_part="AFTERNOON")
    with time_machine.travel("2026-03-02T12:30:00+01:00", tick=False):
        page = signed_in(coach).get(reverse("session_day"))
    signed_in(coach)
    assert [group["part"] for group in page.context["parts"]] == ["AFTERNOON", "MORNING"]
    page = tablet.get(reverse("session_day", args=[monday + WEEK]))
    assert [group["part"] for group in page.context["parts"]] == ["MORNING", "AFTERNOON"]


def test_a_coach_sees_only_their_own_workshops_and_a_coordinator_all(session, tablet, coordinator, signed_in):
    OpeningFactory(workshop=WorkshopFactory(name="Voedseltuin"))
    assert "Voedseltuin" not in tablet.get(reverse("session_day")).text
    assert "Voedseltuin" in signed_in(coordinator).get(reverse("session_day")).text


def test_the_days_before_and_after_lead_to_days_with_registers(session, tablet):
    page = tablet.get(reverse("session_day"))
    assert (page.context["previous_day"], page.context["next_day"]) == (session.date - WEEK, session.date + WEEK)


def test_a_cancelled_session_says_why(session, tablet, coordinator):
    cancel_session(session, reason="de kachel is stuk", by=coordinator)
    assert "uitgevallen: de kachel is stuk" in tablet.get(reverse("session_day")).text


def test_a_closed_day_says_why(monday, workshop, tablet):
    Closure.objects.create(start_date=monday, end_date=monday, reason="teamdag")
    page = tablet.get(reverse("session_day"))
    assert "Gesloten: teamdag" in page.text
    assert "Deze dag is er niets" in page.text
    assert reverse("session_day", args=[monday + WEEK]) in page.text


def test_a_coach_without_a_workshop_is_told_whom_to_ask(monday, signed_in):
    assert "Vraag de beheerder" in signed_in(UserFactory()).get(reverse("session_day")).text


def test_a_day_beyond_the_horizon_is_explained(monday, workshop, tablet):
    page = tablet.get(reverse("session_day", args=[monday + HORIZON + DAY]))
    assert "Zo ver vooruit" in page.text


def test_a_day_that_does_not_exist_gives_no_page(monday, tablet):
    assert tablet.get("/vandaag/2026-02-30/").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_a_day_takes_as_many_queries_for_one_session_as_for_three(
    number, monday, coach, tablet, django_assert_num_queries
):
    for _ in range(number):
        PlacementFactory(workshop=OpeningFactory(workshop=WorkshopFactory(coaches=[coach])).workshop)
    ensure_sessions(monday + HORIZON)
    with django_assert_num_queries(9):
        tablet.get(reverse("session_day"))


# --- The register -----------------------------------------------------------------------------------------------


def test_a_register_shows_everybody_by_surname_with_what_a_coach_must_know(session, row, tablet):
    page = tablet.get(url(session))
    assert page.context["participants"][0].participant.floor_name == "Jan d. A."
    assert len(page.context["participants"]) == 3
    assert "Jan d. A." in page.text
    assert "Let op: geen slijptol" in page.text


def test_volunteers_stand_at_the_end_under_their_own_head(session, tablet, monday):
    volunteer = TrajectoryFactory(target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)
    PlacementFactory(trajectory=volunteer, workshop=session.workshop)
    session.workshop.sessions_until = None
    session.workshop.save()
    ensure_sessions(monday)
    page = tablet.get(url(session))
    assert [r.trajectory for r in page.context["volunteers"]] == [volunteer]
    assert "Vakvrijwilligers" in page.text


@pytest.mark.parametrize(
    ("moment", "weeks", "question"),
    [
        ("2026-03-02T09:10:00+01:00", 0, "Wie is er vanochtend?"),
        ("2026-03-02T13:10:00+01:00", 0, "Wie was er vanochtend?"),
        ("2026-03-02T09:10:00+01:00", -1, "Wie was er maandagochtend 23 februari?"),
        ("2026-03-02T09:10:00+01:00", 1, "Wie komt er maandagochtend 9 maart?"),
    ],
)
def test_the_title_is_the_question(session, signed_in, coach, moment, weeks, question):
    ensure_sessions(session.date + HORIZON)
    other = session.workshop.sessions.get(date=session.date + weeks * WEEK)
    with time_machine.travel(moment, tick=False):
        page = signed_in(coach).get(url(other))
    assert f"<title>{question} · Pluspunt</title>" in page.text
    assert f"<h1>{question} " in page.text


def test_a_register_leads_to_the_other_days_and_day_part(session, tablet):
    OpeningFactory(workshop=session.workshop, day_part="AFTERNOON")
    session.workshop.sessions_until = None
    session.workshop.save()
    ensure_sessions(session.date + HORIZON)
    context = tablet.get(url(session)).context
    assert context["previous_session"] == (session.date - WEEK, "MORNING")
    assert context["next_session"] == (session.date + WEEK, "MORNING")
    assert context["other_part"] == (session.date, "AFTERNOON")


def test_a_register_leads_to_the_list_for_on_paper(session, tablet):
    assert f'href="{url(session, "session_list_pdf")}"' in tablet.get(url(session)).text


def test_an_empty_register_says_what_to_do(monday, workshop, tablet):
    ensure_sessions(monday)
    page = tablet.get(url(workshop.sessions.get(date=monday)))
    assert "Er is niemand gepland" in page.text
    assert url(workshop.sessions.get(date=monday), "visitor_add") in page.text


@pytest.mark.parametrize("number", [1, 3])
def test_a_register_takes_as_many_queries_for_one_person_as_for_three(
    number, monday, workshop, tablet, django_assert_num_queries
):
    PlacementFactory.create_batch(number, workshop=workshop)
    ensure_sessions(monday)
    session = workshop.sessions.get(date=monday)
    with django_assert_num_queries(27):  # two of them who is asking, two the access log
        tablet.get(url(session))


def test_looking_at_a_register_is_logged_with_everybody_in_it(session, tablet, coach):
    tablet.get(url(session))
    event = AccessEvent.objects.get()
    assert (event.user, event.action) == (coach, AccessEvent.Action.VIEW)
    people = session.attendances.values_list("participant", flat=True)
    assert {subject.object_id for subject in event.subjects.all()} == set(people)


# --- One tap ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("button", "status"), [("Aanwezig", "PRESENT"), ("Afgemeld", "EXCUSED"), ("Niet afgemeld", "NO_SHOW")]
)
def test_a_button_sets_a_status_and_never_toggles(session, row, tablet, coach, button, status):
    for _ in range(2):
        answer = press(tablet, tablet.get(url(session)), button, beside="Jan d. A.")
        assert answer.url == f"{url(session)}#p-{row.participant.key}"
        row.refresh_from_db()
        assert (row.status, row.recorded_by) == (status, coach)
    assert row.changes.count() == 1


def test_a_row_says_when_it_was_saved_and_by_whom(session, row, tablet, coordinator, coach):
    mark_attendance(row, Status.PRESENT, by=coach)
    page = tablet.get(url(session)).text
    assert "verstuurd 09:10<" in page
    mark_attendance(row, Status.NO_SHOW, by=coordinator)
    assert "verstuurd 09:10 door Coördinator Cor<" in tablet.get(url(session)).text


def test_a_reason_is_chosen_in_the_row_and_saves_at_once(session, row, tablet):
    press(tablet, tablet.get(url(session)), "Afgemeld", beside="Jan d. A.")
    press(tablet, tablet.get(url(session)), "rustdag", beside="Jan d. A.")
    row.refresh_from_db()
    assert (row.status, row.reason.name) == (Status.EXCUSED, "rustdag")
    press(tablet, tablet.get(url(session)), "Afgemeld", beside="Jan d. A.")
    row.refresh_from_db()
    assert row.reason.name == "rustdag"


def test_a_second_tap_on_a_reason_takes_it_off_again(session, row, tablet):
    for expected in ("rustdag", None):
        press(tablet, tablet.get(url(session)), "Afgemeld", beside="Jan d. A.")
        press(tablet, tablet.get(url(session)), "rustdag", beside="Jan d. A.")
        row.refresh_from_db()
        assert (row.status, row.reason and row.reason.name) == (Status.EXCUSED, expected)


def test_a_browser_keeps_nothing_of_a_register(session, tablet):
    for name in ("register_detail", "register_rows"):
        assert "no-store" in tablet.get(url(session, name))["Cache-Control"]


def test_reasons_are_asked_only_of_somebody_who_is_excused(session, row, tablet):
    words = [words for form in forms_on(tablet.get(url(session))) for _, words in form.buttons]
    assert "rustdag" not in words


def test_a_reason_that_is_no_longer_used_is_refused(session, row, tablet):
    press(tablet, tablet.get(url(session)), "Afgemeld", beside="Jan d. A.")
    page = tablet.get(url(session))
    AbsenceReason.objects.update(is_active=False)
    press(tablet, page, "rustdag", beside="Jan d. A.")
    assert said(tablet.get(url(session))) == [
        "Jan d. A. is niet opgeslagen. Deze reden is niet meer in gebruik. Kies een andere."
    ]
    row.refresh_from_db()
    assert row.reason is None


def test_a_row_can_go_back_to_not_recorded_and_keeps_what_was_there(session, row, tablet, coach):
    mark_attendance(row, Status.NO_SHOW, by=coach)
    press(tablet, tablet.get(url(session)), "Terug naar niet ingevuld", beside="Jan d. A.")
    row.refresh_from_db()
    assert (row.status, row.recorded_by, row.recorded_at) == (Status.OPEN, None, None)
    assert list(row.changes.values_list("old_status", "new_status")) == [("OPEN", "NO_SHOW"), ("NO_SHOW", "OPEN")]


def test_an_open_row_has_nothing_to_empty(session, row, tablet):
    words = [words for form in forms_on(tablet.get(url(session))) for _, words in form.buttons]
    assert "Terug naar niet ingevuld" not in words


def test_an_unknown_status_is_refused_with_a_sentence(session, row, tablet):
    for typed in ({"status": "LATE"}, {}):
        page = tablet.post(url(session, "attendance_mark", key=row.participant.key), typed, follow=True)
        assert said(page) == ["Jan d. A. is niet opgeslagen. Kies aanwezig, afgemeld of niet afgemeld."]
    row.refresh_from_db()
    assert row.status == Status.OPEN


def test_the_buttons_of_a_row_keep_their_names_so_that_the_focus_stays(session, row, tablet):
    page = tablet.get(url(session))
    fresh = tablet.get(url(session, "register_rows"))
    assert f'id="b-{row.participant.key}-PRESENT"' in page.text
    assert f'id="b-{row.participant.key}-PRESENT"' in fresh.text


def test_who_is_present_elsewhere_is_not_saved_and_the_page_says_so(session, row, tablet, coach):
    elsewhere = OpeningFactory(workshop__name="Keuken").workshop
    ensure_sessions(session.date)
    add_visitor(elsewhere.sessions.get(date=session.date), row.participant, by=coach)
    press(tablet, tablet.get(url(session)), "Aanwezig", beside="Jan d. A.")
    assert said(tablet.get(url(session))) == [
        "Jan d. A. is niet opgeslagen. Deze persoon staat op dit dagdeel al ergens anders als aanwezig."
    ]


def test_what_a_colleague_filled_in_meanwhile_is_said_and_not_overwritten(session, row, tablet, coordinator):
    page = tablet.get(url(session))
    mark_attendance(row, Status.NO_SHOW, by=coordinator)
    press(tablet, page, "Aanwezig", beside="Jan d. A.")
    page = tablet.get(url(session))
    assert said(page) == [
        "Jan d. A. is niet opgeslagen. Om 09:10 op niet afgemeld gezet door Coördinator Cor."
        " Laat het zo, of tik nog een keer om het te wijzigen."
    ]
    press(tablet, page, "Aanwezig", beside="Jan d. A.")
    row.refresh_from_db()
    assert row.status == Status.PRESENT


def test_late_and_early_are_times_of_who_is_present(session, row, tablet):
    press(tablet, tablet.get(url(session)), "Aanwezig", beside="Jan d. A.")
    press(tablet, tablet.get(url(session)), "Bewaar tijden", beside="Jan d. A.", arrived_at="9:40", left_at="11:30")
    row.refresh_from_db()
    assert (row.arrived_at, row.left_at) == (time(9, 40), time(11, 30))
    assert "te laat: <span>09:40</span>" in tablet.get(url(session)).text
    press(tablet, tablet.get(url(session)), "Bewaar tijden", beside="Jan d. A.", arrived_at="12:00")
    assert said(tablet.get(url(session))) == [
        "Jan d. A. is niet opgeslagen. Weggaan komt na binnenkomen. Kijk de tijden na."
    ]
    press(tablet, tablet.get(url(session)), "Afgemeld", beside="Jan d. A.")
    row.refresh_from_db()
    assert (row.arrived_at, row.left_at) == (None, None)


def test_a_row_goes_back_to_what_it_was(session, row, tablet, coach):
    reason = AbsenceReason.objects.get(name="vakantie")
    mark_attendance(row, Status.EXCUSED, by=coach, reason=reason)
    mark_attendance(row, Status.PRESENT, by=coach)
    press(tablet, tablet.get(url(session)), "Terug naar afgemeld", beside="Jan d. A.")
    row.refresh_from_db()
    assert (row.status, row.reason) == (Status.EXCUSED, reason)


def test_the_rows_come_again_only_when_something_changed(session, row, tablet, coordinator):
    def ask(stamp: str):
        return tablet.get(url(session, "register_rows"), {"stand": stamp})

    stamp = ask("").context["stamp"]
    assert ask(stamp).status_code == 204
    mark_attendance(row, Status.PRESENT, by=coordinator)
    answer = ask(stamp)
    assert "<html" not in answer.text
    assert "verstuurd 09:10 door Coördinator Cor" in answer.text
    assert AccessEvent.objects.count() == 2


def test_one_tap_takes_fourteen_queries(session, row, tablet, django_assert_num_queries):
    with django_assert_num_queries(14):  # four of them savepoints, two outside a test
        tablet.post(url(session, "attendance_mark", key=row.participant.key), {"status": "PRESENT"})


def test_a_tap_is_logged(session, row, tablet):
    press(tablet, tablet.get(url(session)), "Aanwezig", beside="Jan d. A.")
    event = AccessEvent.objects.get(action=AccessEvent.Action.CHANGE)
    assert (event.data, [s.object_id for s in event.subjects.all()]) == ("aanwezigheid: status", [row.participant_id])


# --- Everybody at once ------------------------------------------------------------------------------------------


def test_iedereen_aanwezig_fills_only_what_is_open(session, row, tablet, coach):
    mark_attendance(row, Status.NO_SHOW, by=coach)
    press(tablet, tablet.get(url(session)), "Iedereen aanwezig")
    assert said(tablet.get(url(session))) == ["Iedereen aanwezig: 2 ingevuld."]
    assert sorted(session.attendances.values_list("status", flat=True)) == ["NO_SHOW", "PRESENT", "PRESENT"]
    event = AccessEvent.objects.get(action=AccessEvent.Action.CHANGE)
    changed = session.attendances.filter(status=Status.PRESENT).values_list("participant", flat=True)
    assert {subject.object_id for subject in event.subjects.all()} == set(changed)


def test_iedereen_aanwezig_says_who_is_left(session, row, tablet, coach):
    elsewhere = OpeningFactory(workshop__name="Keuken").workshop
    ensure_sessions(session.date)
    add_visitor(elsewhere.sessions.get(date=session.date), row.participant, by=coach)
    press(tablet, tablet.get(url(session)), "Iedereen aanwezig")
    assert said(tablet.get(url(session))) == [
        "Iedereen aanwezig: 2 ingevuld.",
        "Nog open: 1. Die staan op dit dagdeel ergens anders als aanwezig.",
    ]


# --- Somebody extra ---------------------------------------------------------------------------------------------


def test_somebody_who_was_not_planned_is_found_without_accents_and_added(session, tablet, walk_in, coach):
    page = tablet.get(url(session, "visitor_add"))
    page = press(tablet, page, "Zoek", q="ozturk um")
    assert page.context["people"] == [walk_in.participant]
    for words in ("Ümmü Öztürk", "nog niet geplaatst", "Zus Ria", "tilt niet"):
        assert words in page.text
    press(tablet, page, "Zet op aanwezig")
    page = tablet.get(url(session))
    assert said(page)[0] == "Ümmü Ö. staat erbij en is aanwezig."
    assert ">extra</span>" in page.text
    row = session.attendances.get(participant=walk_in.participant)
    assert (row.planned, row.status, row.trajectory, row.recorded_by) == (False, Status.PRESENT, walk_in, coach)
    actions = AccessEvent.objects.filter(subjects__object_id=walk_in.participant_id).order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["SEARCH", "ADD", "VIEW"]


def test_a_found_person_shows_no_more_than_the_minimum_card(session, tablet, walk_in):
    walk_in.participant.phone, walk_in.participant.email = "010 123 4567", "ummu@example.org"
    walk_in.participant.save()
    text = press(tablet, tablet.get(url(session, "visitor_add")), "Zoek", q="ummu").text
    for hidden in ("010 123 4567", "ummu@example.org", "1980"):
        assert hidden not in text


def test_a_search_wants_two_letters(session, tablet, walk_in):
    page = press(tablet, tablet.get(url(session, "visitor_add")), "Zoek", q="s")
    assert "Typ minstens twee letters van de naam." in page.text
    assert page.context["people"] == []


def test_a_search_without_a_hit_is_logged_too_and_says_what_to_do(session, tablet):
    page = press(tablet, tablet.get(url(session, "visitor_add")), "Zoek", q="nemo")
    assert "Niemand gevonden" in page.text
    assert AccessEvent.objects.get().action == AccessEvent.Action.SEARCH


def test_somebody_without_a_running_trajectory_is_not_found(session, tablet, walk_in):
    walk_in.end_date = session.date - DAY
    walk_in.save()
    assert press(tablet, tablet.get(url(session, "visitor_add")), "Zoek", q="ozturk").context["people"] == []


def test_a_search_shows_twenty_people_and_says_that_there_are_more(session, tablet):
    for number in range(21):
        TrajectoryFactory(participant__surname=f"Vermeer {number}")
    page = press(tablet, tablet.get(url(session, "visitor_add")), "Zoek", q="vermeer")
    assert len(page.context["people"]) == 20
    assert "Er zijn er meer dan 20" in page.text


def test_somebody_who_is_planned_here_says_so_and_has_no_button(session, row, tablet):
    page = press(tablet, tablet.get(url(session, "visitor_add")), "Zoek", q="jan de")
    assert "Staat al in dit register" in page.text
    assert "Zet op aanwezig" not in page.text


def test_somebody_present_elsewhere_is_refused_with_a_sentence(session, tablet, walk_in, coach):
    elsewhere = OpeningFactory(workshop__name="Keuken").workshop
    ensure_sessions(session.date)
    page = press(tablet, tablet.get(url(session, "visitor_add")), "Zoek", q="ozturk")
    add_visitor(elsewhere.sessions.get(date=session.date), walk_in.participant, by=coach)
    press(tablet, page, "Zet op aanwezig")
    page = tablet.get(url(session))
    assert said(page) == ["Deze persoon staat op dit dagdeel al ergens anders als aanwezig."]
    assert "Ümmü" not in [r.participant.nickname for r in page.context["participants"]]


def test_nobody_chosen_is_refused(session, tablet):
    page = tablet.post(url(session, "visitor_add"), {"participant": "niemand"}, follow=True)
    assert said(page) == ["Kies iemand uit de lijst."]


def test_a_visitor_can_be_taken_away_and_stays_in_the_history(session, tablet, walk_in, coach):
    row = add_visitor(session, walk_in.participant, by=coach)
    press(tablet, tablet.get(url(session)), "Haal weg", beside="Ümmü")
    page = tablet.get(url(session))
    assert said(page) == ["Ümmü Ö. staat niet meer in dit register."]
    assert row.pk not in [r.pk for r in page.context["participants"]]
    assert row.changes.count() == 2


def test_a_visitor_has_only_the_button_that_can_be(session, tablet, walk_in, coach):
    add_visitor(session, walk_in.participant, by=coach)
    [form] = [form for form in forms_on(tablet.get(url(session))) if "Ümmü" in form.words]
    named = [attributes["value"] for attributes, _ in form.buttons if "value" in attributes]
    assert sorted(set(named)) == ["OPEN", "PRESENT"]


@pytest.mark.parametrize("number", [1, 3])
def test_a_search_takes_as_many_queries_for_one_person_as_for_three(number, session, tablet, django_assert_num_queries):
    for _ in range(number):
        PlacementFactory(trajectory=TrajectoryFactory(participant__surname="Vermeer"), weekday=2)
    with django_assert_num_queries(9):
        tablet.get(url(session, "visitor_add"), {"q": "vermeer"})


# --- When nothing, or not everything, can be recorded --------------------------------------------------------------


def test_on_a_day_to_come_one_can_only_excuse(session, tablet):
    ensure_sessions(session.date + HORIZON)
    later = session.workshop.sessions.get(date=session.date + WEEK)
    page = tablet.get(url(later))
    assert "Je kunt nu alleen mensen afmelden" in page.text
    assert {words for form in forms_on(page) for a, words in form.buttons if "value" in a} == {"Afgemeld"}
    row = later.attendances.select_related("participant").first()
    press(tablet, page, "Afgemeld", beside=row.participant.floor_name)
    row.refresh_from_db()
    assert row.status == Status.EXCUSED
    tablet.post(url(later, "attendance_mark", key=row.participant.key), {"status": "PRESENT"})
    tablet.post(url(later, "attendance_mark_all"))
    tablet.post(url(later, "visitor_add"), {"participant": row.participant.key})
    row.refresh_from_db()
    assert row.status == Status.EXCUSED
    assert not later.attendances.filter(status=Status.PRESENT).exists()
    assert len(said(tablet.get(url(later)))) == 3
    assert "Zodra het dagdeel begint" in tablet.get(url(later, "visitor_add")).text


def test_a_cancelled_session_says_why_and_has_no_buttons(session, row, tablet, coordinator):
    cancel_session(session, reason="de kachel is stuk", by=coordinator)
    page = tablet.get(url(session))
    assert "Deze sessie is uitgevallen: de kachel is stuk." in page.text
    assert not [words for form in forms_on(page) for a, words in form.buttons if "value" in a]
    tablet.post(url(session, "attendance_mark", key=row.participant.key), {"status": "PRESENT"})
    tablet.post(url(session, "attendance_mark_all"))
    assert not session.attendances.recorded().exists()
    assert "Deze sessie gaat niet door" in tablet.get(url(session, "visitor_add")).text


def test_a_closed_session_says_why(session, row, tablet, coach):
    mark_attendance(row, Status.PRESENT, by=coach)
    Closure.objects.create(start_date=session.date, end_date=session.date, reason="storing")
    Session.objects.filter(pk=session.pk).update(state=Session.State.CLOSED)
    assert "Deze sessie is gesloten: storing." in tablet.get(url(session)).text


def test_a_coach_corrects_until_seven_days_after(session, row, coach, signed_in):
    with time_machine.travel("2026-03-09T23:00:00+01:00", tick=False):
        tablet = signed_in(coach)
        press(tablet, tablet.get(url(session)), "Aanwezig", beside="Jan d. A.")
    row.refresh_from_db()
    assert row.status == Status.PRESENT


def test_after_seven_days_a_coach_only_looks_and_a_coordinator_corrects(session, row, coach, coordinator, signed_in):
    with time_machine.travel("2026-03-10T09:00:00+01:00", tick=False):
        tablet = signed_in(coach)
        page = tablet.get(url(session))
        assert "meer dan 7 dagen oud" in page.text
        assert not [words for form in forms_on(page) for a, words in form.buttons if "value" in a]
        mark = url(session, "attendance_mark", key=row.participant.key)
        assert tablet.post(mark, {"status": "PRESENT"}).status_code == 403
        assert tablet.post(url(session, "attendance_mark_all")).status_code == 403
        assert tablet.get(url(session, "visitor_add")).status_code == 403
        tablet = signed_in(coordinator)
        press(tablet, tablet.get(url(session)), "Aanwezig", beside="Jan d. A.")
    row.refresh_from_db()
    assert (row.status, row.recorded_by) == (Status.PRESENT, coordinator)


def test_a_coach_of_another_workshop_finds_no_register(session, row, signed_in):
    tablet = signed_in(UserFactory())
    assert tablet.get(url(session)).status_code == 404
    assert tablet.get(url(session, "visitor_add")).status_code == 404
    assert tablet.post(url(session, "attendance_mark_all")).status_code == 404
    mark = url(session, "attendance_mark", key=row.participant.key)
    assert tablet.post(mark, {"status": "PRESENT"}).status_code == 404


@pytest.mark.parametrize("role", ["manager", "administrator"])
def test_management_and_administrators_see_no_registers(role, session, request, signed_in):
    tablet = signed_in(request.getfixturevalue(role))
    assert tablet.get(reverse("session_day")).status_code == 403
    assert tablet.get(url(session)).status_code == 403


def test_looking_changes_nothing(session, row, tablet):
    assert tablet.get(url(session, "attendance_mark", key=row.participant.key)).status_code == 405
    assert tablet.get(url(session, "attendance_mark_all")).status_code == 405
    assert not session.attendances.recorded().exists()


def test_somebody_who_is_not_in_the_register_cannot_be_marked(session, tablet, walk_in):
    mark = url(session, "attendance_mark", key=walk_in.participant.key)
    assert tablet.post(mark, {"status": "PRESENT"}).status_code == 404


def test_a_register_that_was_never_made_gives_no_page(session, tablet):
    address = reverse("register_detail", args=[session.workshop_id, date(2026, 3, 3), "MORNING"])
    assert tablet.get(address).status_code == 404


def test_what_does_not_go_on_shows_the_names_and_asks_nothing(session, row, tablet, coordinator):
    assert "nog niet ingevuld" in tablet.get(url(session)).text
    cancel_session(session, reason="de kachel is stuk", by=coordinator)
    page = tablet.get(url(session))
    assert row.participant.floor_name in page.text
    assert "nog niet ingevuld" not in page.text
    assert "0 van 3 ingevuld" not in page.text


def test_a_coordinator_without_workshops_reads_a_year_in(monday, signed_in, coordinator):
    page = signed_in(coordinator).get(reverse("session_day"))
    assert "Er zijn nog geen werkplaatsen" in page.text
    assert "Vraag de beheerder" not in page.text


def test_where_the_schedule_ended_a_coordinator_goes_on_with_it(monday, workshop, signed_in, coordinator, coach):
    workshop.openings.update(end_date=monday - WEEK)
    button = f'href="{reverse("schedule_continue")}"'
    assert button in signed_in(coordinator).get(reverse("session_day")).text
    assert button not in signed_in(coach).get(reverse("session_day")).text


def test_a_title_says_the_day_once(session, tablet):
    ensure_sessions(session.date + WEEK)
    later = session.workshop.sessions.get(date=session.date + WEEK)
    assert '<span class="sub">Fietsenwerkplaats West · ma 2 mrt</span>' in tablet.get(url(session)).text
    page = tablet.get(url(later)).text
    assert "Wie komt er maandagochtend 9 maart?" in page
    assert '<span class="sub">Fietsenwerkplaats West</span>' in page


def test_a_tap_after_signing_out_is_said_to_be_lost_and_leads_back_to_the_register(session, row, client, coach):
    address = url(session, "attendance_mark", key=row.participant.key)
    sent = client.post(address, {"status": "PRESENT"}, headers={"Referer": f"http://testserver{url(session)}"})
    assert sent.url == f"{reverse('account_login')}?next={url(session)}"
    assert "Je was uitgelogd. Wat je net deed, is niet opgeslagen." in client.get(sent.url).text
    elsewhere = client.post(address, {"status": "PRESENT"}, headers={"Referer": "https://elders.test/register/"})
    assert elsewhere.url == f"{reverse('account_login')}?next=/"
    assert client.post(address).url == f"{reverse('account_login')}?next=/"
    assert not session.attendances.recorded().exists()
