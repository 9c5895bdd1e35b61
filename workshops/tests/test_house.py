"""The house in strips, the registers that are left, the reminder at the end of a day part, and helping out."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from pluspunt.tests.factories import JobFactory, OpeningFactory, PlacementFactory, UserFactory, WorkshopFactory
from privacy.models import AccessEvent, AccessSubject
from workshops.models import Attendance, ClosedMonth, DayPart, Session, StandIn
from workshops.services.attendance import mark_all_present, mark_attendance
from workshops.services.cancelling import cancel_session
from workshops.services.house import register_reminder, unfinished_registers
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.services.stand_ins import stand_in
from workshops.tests.pages import forms_on, press

pytestmark = pytest.mark.django_db
Status = Attendance.Status
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def url(session, name="register_detail"):
    return reverse(name, args=[session.workshop_id, session.date, session.day_part])


def url_args(session) -> list:
    return [session.workshop_id, session.date, session.day_part]


def stand_in_buttons(page) -> list[str]:
    return [
        form.attributes["action"] for form in forms_on(page) if form.attributes.get("action", "").endswith("invallen/")
    ]


@pytest.fixture
def tablet(signed_in, coach):
    return signed_in(coach)


@pytest.fixture
def elsewhere(session) -> Session:
    """Another coach's session of this morning, with two people planned."""
    workshop = OpeningFactory(workshop=WorkshopFactory(name="Voedseltuin", location__name="M4H")).workshop
    PlacementFactory.create_batch(2, workshop=workshop)
    ensure_sessions(session.date)
    return workshop.sessions.get(date=session.date)


# --- The whole house ---------------------------------------------------------------------------------------------


def test_the_house_shows_how_far_every_register_is(session, elsewhere, tablet, coach):
    rows = list(session.attendances.all())
    mark_attendance(rows[0], Status.PRESENT, by=coach)
    mark_attendance(rows[1], Status.EXCUSED, by=coach)
    mark_all_present(elsewhere, by=coach)
    [part] = tablet.get(reverse("house_day")).context["parts"]
    assert (part.part, part.present, part.open) == (DayPart.MORNING, 3, 1)
    counted = [(str(place), s.recorded, s.people, s.open_people) for place, [s] in part.locations]
    assert counted == [("M4H", 2, 2, 0), ("West", 2, 3, 1)]


def test_the_house_names_nobody(session, elsewhere, tablet):
    text = tablet.get(reverse("house_day")).text
    for row in Attendance.objects.filter(date=session.date).select_related("participant"):
        assert row.participant.surname not in text
        assert row.participant.floor_name not in text


def test_words_stand_beside_the_numbers(session, elsewhere, tablet, coach, coordinator):
    mark_all_present(session, by=coach)
    cancel_session(elsewhere, reason="de kachel is stuk", by=coordinator)
    text = tablet.get(reverse("house_day")).text
    assert "compleet" in text
    assert "uitgevallen: de kachel is stuk" in text
    assert "3 gepland" in tablet.get(reverse("house_day", args=[session.date + WEEK])).text


def test_in_the_afternoon_the_house_begins_with_the_afternoon(session, workshop, signed_in, coach):
    OpeningFactory(workshop=workshop, day_part=DayPart.AFTERNOON)
    Session.objects.create(workshop=workshop, date=session.date, day_part=DayPart.AFTERNOON, capacity=8)
    with time_machine.travel("2026-03-02T12:30:00+01:00", tick=False):
        parts = signed_in(coach).get(reverse("house_day")).context["parts"]
    assert [group.part for group in parts] == [DayPart.AFTERNOON, DayPart.MORNING]


def test_a_coach_opens_own_registers_and_helps_out_in_others(session, elsewhere, tablet):
    page = tablet.get(reverse("house_day"))
    assert f'href="{url(session)}"' in page.text
    assert f'href="{url(elsewhere)}"' not in page.text
    assert stand_in_buttons(page) == [url(elsewhere, "stand_in_add")]


def test_a_coordinator_opens_every_register_and_never_helps_out(session, elsewhere, signed_in, coordinator):
    page = signed_in(coordinator).get(reverse("house_day"))
    assert f'href="{url(session)}"' in page.text
    assert f'href="{url(elsewhere)}"' in page.text
    assert stand_in_buttons(page) == []


@pytest.mark.parametrize("away", [-WEEK, WEEK])
def test_helping_out_is_offered_today_only(session, elsewhere, tablet, away):
    assert stand_in_buttons(tablet.get(reverse("house_day", args=[session.date + away]))) == []


@pytest.mark.parametrize("number", [1, 3])
def test_the_house_takes_as_many_queries_for_one_workshop_as_for_three(
    number, monday, tablet, django_assert_num_queries
):
    for _ in range(number):
        PlacementFactory.create_batch(number, workshop=OpeningFactory().workshop)
    ensure_sessions(monday + HORIZON)
    with django_assert_num_queries(8):
        tablet.get(reverse("house_day"))


# --- Helping out -------------------------------------------------------------------------------------------------


def test_one_tap_helps_out_and_opens_the_register(session, elsewhere, tablet, coach):
    assert tablet.get(url(elsewhere)).status_code == 404
    page = tablet.get(reverse("house_day"))
    assert press(tablet, page, "Ik val hier in").url == url(elsewhere)
    assert tablet.get(url(elsewhere)).status_code == 200
    press(tablet, page, "Ik val hier in")
    assert [(s.session, s.user) for s in StandIn.objects.all()] == [(elsewhere, coach)]
    assert stand_in_buttons(tablet.get(reverse("house_day"))) == []


def test_helping_out_is_logged_with_the_people_of_that_session(session, elsewhere, tablet):
    press(tablet, tablet.get(reverse("house_day")), "Ik val hier in")
    event = AccessEvent.objects.get(data__startswith="invallen")
    seen = AccessSubject.objects.filter(event=event).values_list("object_id", flat=True)
    assert set(seen) == set(elsewhere.attendances.values_list("participant", flat=True))


def test_in_an_own_workshop_one_already_helps(session, coach):
    assert stand_in(session, by=coach) is None
    assert not StandIn.objects.exists()


@pytest.mark.parametrize(("days", "answer"), [(28, 200), (29, 404)])
def test_who_helped_out_sees_that_register_for_four_weeks(elsewhere, signed_in, coach, days, answer):
    stand_in(elsewhere, by=coach)
    person = elsewhere.attendances.first().participant
    with time_machine.travel(timezone.now() + days * DAY, tick=False):
        tablet = signed_in(coach)
        assert tablet.get(url(elsewhere)).status_code == answer
        history = reverse("attendance_history", args=[*url_args(elsewhere), person.key])
        assert tablet.get(history).status_code == answer


def test_helping_out_opens_nothing_but_that_register(elsewhere, tablet, coach):
    stand_in(elsewhere, by=coach)
    ensure_sessions(elsewhere.date + WEEK)
    person = elsewhere.attendances.first().participant
    job = JobFactory(workshop=elsewhere.workshop)
    closed = [
        url(elsewhere.workshop.sessions.get(date=elsewhere.date + WEEK)),
        reverse("participant_detail", args=[person.key]),
        reverse("absence_add", args=[person.key]),
        reverse("job_detail", args=[job.pk]),
        reverse("workshop_detail", args=[elsewhere.workshop_id]),
    ]
    assert [tablet.get(address).status_code for address in closed] == [404] * len(closed)
    assert person.surname not in tablet.get(reverse("call_list")).text


def test_only_a_coach_helps_out(session, elsewhere, coordinator, signed_in):
    with pytest.raises(ValidationError, match="Alleen een coach"):
        stand_in(elsewhere, by=coordinator)
    assert signed_in(coordinator).post(url(elsewhere, "stand_in_add")).status_code == 403


@pytest.mark.parametrize("away", [-WEEK, WEEK])
def test_helping_out_is_for_today(session, elsewhere, tablet, coach, away):
    ensure_sessions(session.date + WEEK)
    other = elsewhere.workshop.sessions.get(date=session.date + away)
    with pytest.raises(ValidationError, match="op de dag zelf"):
        stand_in(other, by=coach)
    page = tablet.post(url(other, "stand_in_add"), follow=True)
    assert [str(message) for message in page.context["messages"]] == ["Invallen kan alleen op de dag zelf."]
    assert not AccessEvent.objects.exists()


def test_nobody_helps_out_in_a_session_that_does_not_go_on(elsewhere, tablet, coach, coordinator):
    cancel_session(elsewhere, reason="de kachel is stuk", by=coordinator)
    assert stand_in_buttons(tablet.get(reverse("house_day"))) == []
    with pytest.raises(ValidationError, match="uitgevallen"):
        stand_in(elsewhere, by=coach)


# --- The registers that are left ---------------------------------------------------------------------------------


def test_the_board_shows_what_is_left_newest_first_and_leads_there(session, tablet, coach):
    ensure_sessions(session.date)
    before = session.workshop.sessions.get(date=session.date - WEEK)
    page = tablet.get(reverse("register_board"))
    assert page.context["days"] == [(session.date, [session]), (before.date, [before])]
    assert f'href="{url(before)}"' in page.text
    mark_all_present(session, by=coach)
    assert tablet.get(reverse("register_board")).context["days"] == [(before.date, [before])]
    mark_all_present(before, by=coach)
    assert "Alles is ingevuld" in tablet.get(reverse("register_board")).text


def test_a_day_part_that_has_yet_to_begin_is_not_left(session, coach):
    later = OpeningFactory(workshop=WorkshopFactory(coaches=[coach]), day_part=DayPart.AFTERNOON).workshop
    PlacementFactory(workshop=later, day_part=DayPart.AFTERNOON, start_date=session.date)
    ensure_sessions(session.date)
    assert not unfinished_registers(coach, timezone.now()).filter(workshop=later).exists()
    noon = timezone.make_aware(datetime.combine(session.date, time(12, 30)))
    assert [s.date for s in unfinished_registers(coach, noon).filter(workshop=later)] == [session.date]


def test_a_coach_has_what_they_can_still_correct_a_coordinator_everything(session, coach, coordinator):
    mine = unfinished_registers(coach, timezone.now())
    assert [s.date for s in mine] == [session.date, session.date - WEEK]
    everything = unfinished_registers(coordinator, timezone.now())
    assert [s.date for s in everything] == [session.date - n * WEEK for n in range(9)]


def test_a_closed_month_is_left_as_it_is(session, coordinator):
    ClosedMonth.objects.create(month=date(2026, 2, 1), closed_by=coordinator)
    assert list(unfinished_registers(coordinator, timezone.now())) == [session]


def test_a_coach_completes_where_they_helped_out(session, elsewhere, coach):
    assert elsewhere not in unfinished_registers(coach, timezone.now())
    stand_in(elsewhere, by=coach)
    assert elsewhere in unfinished_registers(coach, timezone.now())


def test_a_session_that_did_not_go_on_is_not_left(session, coach, coordinator):
    cancel_session(session, reason="de kachel is stuk", by=coordinator)
    assert session not in unfinished_registers(coach, timezone.now())


def test_a_long_board_has_pages(session, signed_in, coordinator):
    workshops = [OpeningFactory(workshop__name=f"Hout {n:02}").workshop for n in range(3)]
    for workshop in workshops:
        PlacementFactory(workshop=workshop)
    ensure_sessions(session.date)
    page = signed_in(coordinator).get(reverse("register_board"), {"page": 2})
    assert page.context["page_obj"].paginator.count == 4 * 9
    assert sum(len(sessions) for _, sessions in page.context["days"]) == 4 * 9 - 25


@pytest.mark.parametrize("number", [1, 3])
def test_the_board_takes_as_many_queries_for_one_register_as_for_three(
    number, monday, coach, tablet, django_assert_num_queries
):
    for _ in range(number):
        PlacementFactory(workshop=OpeningFactory(workshop=WorkshopFactory(coaches=[coach])).workshop)
    ensure_sessions(monday)
    with django_assert_num_queries(5):
        tablet.get(reverse("register_board"))


# --- The reminder ------------------------------------------------------------------------------------------------


def at(day, hour, minute):
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


@pytest.mark.parametrize(
    ("part", "hour", "minute", "is_over"),
    [
        (DayPart.MORNING, 11, 59, None),
        (DayPart.MORNING, 12, 0, False),
        (DayPart.MORNING, 12, 29, False),
        (DayPart.MORNING, 12, 30, True),
        (DayPart.MORNING, 13, 30, True),
        (DayPart.MORNING, 13, 31, None),
        (DayPart.MORNING, 16, 15, None),
        (DayPart.AFTERNOON, 12, 15, None),
        (DayPart.AFTERNOON, 15, 59, None),
        (DayPart.AFTERNOON, 16, 0, False),
        (DayPart.AFTERNOON, 17, 30, True),
        (DayPart.AFTERNOON, 17, 31, None),
    ],
)
def test_somebody_is_reminded_around_the_end_of_the_day_part(session, part, hour, minute, is_over):
    session.day_part = part
    reminder = register_reminder({session: 2}, at(session.date, hour, minute))
    assert (reminder and (reminder.part, reminder.is_over, reminder.open)) == (
        None if is_over is None else (part, is_over, 2)
    )


def test_nobody_is_reminded_of_what_is_complete_or_does_not_go_on(session, coordinator):
    noon = at(session.date, 12, 10)
    assert register_reminder({session: 0}, noon) is None
    assert register_reminder({session: 2}, noon + DAY) is None
    assert register_reminder({cancel_session(session, reason="de kachel is stuk", by=coordinator): 2}, noon) is None


def words(page) -> str:
    return " ".join(page.text.split())


def test_the_day_says_what_is_still_open(session, tablet, coach, signed_in):
    mark_attendance(session.attendances.first(), Status.PRESENT, by=coach)
    assert "bijna om" not in tablet.get(reverse("session_day")).text
    with time_machine.travel("2026-03-02T12:10:00+01:00", tick=False):
        text = words(signed_in(coach).get(reverse("session_day")))
        assert "De ochtend is bijna om: nog 2 niet ingevuld in <a" in text
        mark_all_present(session, by=coach)
        assert "bijna om" not in tablet.get(reverse("session_day")).text


def test_a_few_registers_are_each_named(session, elsewhere, signed_in, coach):
    stand_in(elsewhere, by=coach)
    with time_machine.travel("2026-03-02T12:10:00+01:00", tick=False):
        text = words(signed_in(coach).get(reverse("session_day")))
    assert (
        f'nog 3 niet ingevuld in <a href="{url(session)}">Fietsenwerkplaats West</a> '
        f'en 2 in <a href="{url(elsewhere)}">Voedseltuin</a>.'
    ) in text


def test_many_registers_are_reminded_of_together(session, signed_in, coordinator):
    for _ in range(3):
        PlacementFactory(workshop=OpeningFactory().workshop)
    ensure_sessions(session.date)
    with time_machine.travel("2026-03-02T12:40:00+01:00", tick=False):
        text = words(signed_in(coordinator).get(reverse("session_day")))
    assert "De ochtend is om: nog 6 niet ingevuld in 4 werkplaatsen." in text


def test_the_day_leads_to_what_is_left_of_earlier_days(session, tablet, coach):
    text = words(tablet.get(reverse("session_day")))
    assert f'Van eerdere dagen is nog 1 register niet af. <a href="{reverse("register_board")}">' in text
    mark_all_present(session.workshop.sessions.get(date=session.date - WEEK), by=coach)
    assert "Van eerdere dagen" not in tablet.get(reverse("session_day")).text


def test_another_coach_helps_out_at_the_same_time(elsewhere, coach):
    stand_in(elsewhere, by=coach)
    stand_in(elsewhere, by=UserFactory())
    assert elsewhere.stand_ins.count() == 2
