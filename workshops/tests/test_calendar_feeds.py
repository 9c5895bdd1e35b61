"""Secret addresses by which a calendar reads a week: who makes them, when they answer, and what stands in them."""

import logging
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.models import User
from participants.models import Pause, Trajectory
from pluspunt.logs import hide_addresses
from pluspunt.tests.factories import (
    AbsenceFactory,
    CalendarFeedFactory,
    DutyFactory,
    LeaveFactory,
    OpeningFactory,
    PlacementFactory,
    TrajectoryFactory,
    UserFactory,
    WorkshopFactory,
)
from privacy.models import AccessEvent
from workshops.models import CalendarFeed, Closure, Placement, StandIn, Weeks, Workshop
from workshops.services.calendar_feeds import find_feed, make_own_feed, make_participant_feed, revoke_feed
from workshops.services.calendars import coach_calendar, participant_calendar
from workshops.services.cancelling import cancel_session
from workshops.services.sessions import ensure_sessions, reconcile_sessions
from workshops.tests.pages import forms_on, press

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
def person(monday, workshop):
    """Gerrit Zwartewaal works here on Monday mornings; the registers of six weeks are made."""
    path = TrajectoryFactory(participant__nickname="Gerrit", participant__surname="Zwartewaal")
    PlacementFactory(trajectory=path, workshop=workshop)
    ensure_sessions(monday + 6 * WEEK)
    return path.participant


@pytest.fixture
def token(person, coach) -> str:
    return make_participant_feed(person, replaces=None, by=coach)[1]


def read(client, token: str, **headers):
    # The same number for each request, so that two answers can be compared whole.
    return client.get(reverse("calendar_feed", args=[token]), headers={"X-Request-ID": "calendar", **headers})


def events(content: bytes) -> dict:
    """The events of a calendar by their beginning."""
    found = Calendar.from_ical(content).walk("VEVENT")
    assert len({event["UID"] for event in found}) == len(found)
    return {event.decoded("DTSTART"): event for event in found}


def at(day: date, hour: int, minute: int = 30) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=timezone.get_default_timezone())


def of(person, day) -> dict:
    return events(participant_calendar(person, day))


def plan_again():
    reconcile_sessions(Workshop.objects.all(), date(2026, 1, 1))


# --- What stands in it -------------------------------------------------------------------------------------------


def test_four_weeks_back_and_twelve_ahead(person, monday):
    found = of(person, monday)
    assert list(found) == [at(monday + n * WEEK, 8) for n in range(-4, 13)]
    event = found[at(monday, 8)]
    assert event.decoded("DTEND") == at(monday, 12)
    assert (event["SUMMARY"], event["LOCATION"], event["STATUS"]) == ("Fietsenwerkplaats West", "West", "CONFIRMED")


def test_the_address_of_the_location_stands_with_it(person, workshop, monday):
    workshop.location.address = "Mathenesserdijk 1, Rotterdam"
    workshop.location.save()
    assert of(person, monday)[at(monday, 8)]["LOCATION"] == "West, Mathenesserdijk 1, Rotterdam"


@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_clock_changes_and_the_hour_on_it_does_not(person, workshop, change):
    OpeningFactory(workshop=workshop, weekday=7)
    PlacementFactory(trajectory=person.trajectories.get(), workshop=workshop, weekday=7)
    plan_again()
    with time_machine.travel(f"{change - 10 * DAY}T10:00:00+01:00", tick=False):
        found = of(person, change - 10 * DAY)
    before, after = change - WEEK, change
    assert {at(before, 8), at(after, 8), at(change + DAY, 8)} <= set(found)
    utc = [start.astimezone(timezone.get_fixed_timezone(0)).hour for start in (at(before, 8), at(after, 8))]
    assert utc == ([7, 6] if change.month == 3 else [6, 7])


def test_the_zone_is_in_the_file_with_both_changes(person, monday):
    calendar = Calendar.from_ical(participant_calendar(person, monday))
    [zone] = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Amsterdam"
    changes = {part["DTSTART"].dt: part.name for part in zone.walk() if part.name in ("STANDARD", "DAYLIGHT")}
    rule = zone.to_tz()
    assert changes
    assert [
        datetime(2026, month, day, 12, tzinfo=rule).utcoffset() / timedelta(hours=1)
        for month, day in ((3, 28), (3, 29), (10, 24), (10, 25))
    ] == [1, 2, 2, 1]


def test_it_says_how_often_to_look_again_in_both_ways_that_calendars_know(person, monday):
    lines = participant_calendar(person, monday).decode().split("\r\n")
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H" in lines
    assert "X-PUBLISHED-TTL:PT6H" in lines


def test_who_comes_every_other_week_stands_in_every_other_one(person, monday):
    Placement.objects.update(weeks=Weeks.of(monday))
    plan_again()
    assert list(of(person, monday)) == [at(monday + n * WEEK, 8) for n in range(-4, 13, 2)]


def test_a_cancelled_session_says_so_and_keeps_its_number(person, workshop, monday):
    before = of(person, monday)[at(monday + WEEK, 8)]
    cancel_session(workshop.sessions.get(date=monday + WEEK), reason="de coach is ziek", by=None)
    event = of(person, monday)[at(monday + WEEK, 8)]
    assert (event["STATUS"], event["UID"]) == ("CANCELLED", before["UID"])
    assert event["SUMMARY"] == "Gaat niet door: Fietsenwerkplaats West"
    assert b"ziek" not in participant_calendar(person, monday)


def test_absences_pauses_and_closed_days_are_left_out(person, coach, monday):
    AbsenceFactory(participant=person, taken_by=coach, start_date=monday + WEEK, end_date=monday + WEEK)
    Closure.objects.create(start_date=monday + 8 * WEEK, end_date=monday + 8 * WEEK, reason="feest")
    path = person.trajectories.get()
    Pause.objects.create(trajectory=path, start_date=monday + 9 * WEEK, end_date=monday + 10 * WEEK)
    plan_again()
    gone = {at(monday + n * WEEK, 8) for n in (1, 8, 9, 10)}
    assert set(of(person, monday)) == {at(monday + n * WEEK, 8) for n in range(-4, 13)} - gone


def test_numbers_stay_when_a_register_is_made_and_when_the_address_is_renewed(person, coach, monday, client):
    first, token = make_participant_feed(person, replaces=None, by=coach)
    before = {start: event["UID"] for start, event in events(read(client, token).content).items()}
    ensure_sessions(monday + 12 * WEEK)
    token = make_participant_feed(person, replaces=first.pk, by=coach)[1]
    assert {start: event["UID"] for start, event in events(read(client, token).content).items()} == before


def test_two_people_have_different_numbers(person, workshop, monday):
    other = PlacementFactory(workshop=workshop).participant
    plan_again()
    mine, theirs = ({event["UID"] for event in of(who, monday).values()} for who in (person, other))
    assert mine.isdisjoint(theirs)


# --- Of a coach --------------------------------------------------------------------------------------------------


@pytest.fixture
def duty(person, workshop, coach):
    return DutyFactory(user=coach, workshop=workshop)


def test_a_coach_reads_the_rota_and_how_many_are_planned(duty, coach, workshop, monday):
    PlacementFactory(
        workshop=workshop, trajectory=TrajectoryFactory(target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)
    )
    PlacementFactory(workshop=workshop)
    plan_again()
    found = events(coach_calendar(coach, monday))
    assert list(found) == [at(monday + n * WEEK, 8) for n in range(-4, 13)]
    assert {event["DESCRIPTION"] for event in found.values()} == {"2 deelnemers en 1 vakvrijwilliger gepland"}
    assert {event["SUMMARY"] for event in found.values()} == {"Fietsenwerkplaats West"}


def test_who_stays_away_is_not_counted(duty, person, coach, monday):
    for day in (monday + WEEK, monday + 8 * WEEK):
        AbsenceFactory(participant=person, taken_by=coach, start_date=day, end_date=day)
    plan_again()
    found = events(coach_calendar(coach, monday))
    said = [found[at(monday + n * WEEK, 8)]["DESCRIPTION"] for n in (0, 1, 7, 8)]
    assert said == [f"{n} gepland" for n in ("1 deelnemer", "0 deelnemers", "1 deelnemer", "0 deelnemers")]


def test_leave_and_closed_days_are_left_out(duty, coach, monday):
    LeaveFactory(user=coach, start_date=monday + WEEK, end_date=monday + WEEK)
    LeaveFactory(user=coach, start_date=monday + 2 * WEEK, end_date=monday + 2 * WEEK, day_part="AFTERNOON")
    Closure.objects.create(start_date=monday + 8 * WEEK, end_date=monday + 8 * WEEK, reason="feest")
    plan_again()
    gone = {at(monday + n * WEEK, 8) for n in (1, 8)}
    assert set(events(coach_calendar(coach, monday))) == {at(monday + n * WEEK, 8) for n in range(-4, 13)} - gone


def test_helping_out_stands_there_too_and_a_cancelled_session_says_so(duty, coach, workshop, monday):
    other = WorkshopFactory(name="Houtwerkplaats", location__name="Noord")
    OpeningFactory(workshop=other, weekday=2)
    ensure_sessions(monday + WEEK)
    StandIn.objects.create(session=other.sessions.get(date=monday + DAY), user=coach)
    cancel_session(workshop.sessions.get(date=monday), reason="storm", by=None)
    found = events(coach_calendar(coach, monday))
    assert found[at(monday, 8)]["STATUS"] == "CANCELLED"
    helps = found[at(monday + DAY, 8)]
    assert (helps["SUMMARY"], helps["LOCATION"], helps["STATUS"]) == ("Houtwerkplaats", "Noord", "CONFIRMED")


def test_another_coach_has_another_calendar(duty, monday):
    assert events(coach_calendar(UserFactory(), monday)) == {}


def test_no_calendar_names_anybody(duty, person, coach, monday):
    everything = participant_calendar(person, monday) + coach_calendar(coach, monday)
    for name in ("Gerrit", "Zwartewaal", person.key, "Carla", coach.email):
        assert name.encode() not in everything


@pytest.mark.parametrize("count", [1, 3])
def test_a_calendar_takes_the_same_queries_for_one_and_three(monday, coach, count, django_assert_num_queries):
    path = TrajectoryFactory()
    for n in range(count):
        place = WorkshopFactory()
        for weekday in (1 + n, 4):
            OpeningFactory(workshop=place, weekday=weekday)
        PlacementFactory(trajectory=path, workshop=place, weekday=1 + n)
        DutyFactory(user=coach, workshop=place, weekday=1 + n)
    ensure_sessions(monday + 6 * WEEK + 6 * DAY)
    with django_assert_num_queries(7):
        participant_calendar(path.participant, monday)
    # Six weeks for which no registers are made, of which the last one only begins.
    with django_assert_num_queries(6 + 6 * 4):
        coach_calendar(coach, monday)


# --- Who reads it ------------------------------------------------------------------------------------------------


def test_it_is_read_without_signing_in(client, token, monday):
    answer = read(client, token)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    assert len(events(answer.content)) == 17


def test_what_did_not_change_is_not_sent_again(client, token, coach, person):
    tag = read(client, token)["ETag"]
    again = read(client, token, if_none_match=tag)
    assert (again.status_code, again.content) == (304, b"")
    Placement.objects.update(end_date=date(2026, 3, 9))
    plan_again()
    assert read(client, token, if_none_match=tag).status_code == 200


def refusals() -> dict:
    return {
        "wrong": lambda feed: None,
        "revoked": lambda feed: revoke_feed(feed, feed.made_by),
        "path ended": lambda feed: feed.participant.trajectories.update(end_date=date(2026, 3, 1)),
    }


@pytest.mark.parametrize("why", refusals())
def test_an_address_that_does_not_answer_says_nothing(client, token, django_assert_num_queries, why):
    nobody = read(client, "x" * 43)
    refusals()[why](CalendarFeed.objects.get())
    with django_assert_num_queries(1):
        answer = read(client, "wrong" if why == "wrong" else token)
    assert (answer.status_code, answer.content, answer.headers) == (404, nobody.content, nobody.headers)
    assert CalendarFeed.objects.get().last_read_on is None


def test_on_the_last_day_of_a_path_it_still_answers(client, token, person, monday):
    person.trajectories.update(end_date=monday)
    assert read(client, token).status_code == 200


@pytest.mark.parametrize("facts", [{"is_active": False}, {"role": User.Role.COORDINATOR}])
def test_a_coach_who_left_has_no_calendar_any_more(client, coach, monday, facts):
    token = make_own_feed(coach, replaces=None)[1]
    assert read(client, token).status_code == 200
    User.objects.filter(pk=coach.pk).update(**facts)
    assert read(client, token).status_code == 404


def test_reading_is_kept_once_a_day_in_the_name_of_who_made_it(client, token, person, coach, monday):
    for moment in ("2026-03-02T10:00+01:00", "2026-03-02T16:00+01:00", "2026-03-03T10:00+01:00"):
        with time_machine.travel(moment, tick=False):
            read(client, token)
    kept = AccessEvent.objects.order_by("pk")
    assert [(e.user, e.action, [s.object_id for s in e.subjects.all()]) for e in kept] == [
        (coach, "EXPORT", [person.pk]),
        (coach, "EXPORT", [person.pk]),
    ]
    assert CalendarFeed.objects.get().last_read_on == monday + DAY


def test_a_coach_who_reads_the_own_rota_reads_about_nobody(client, coach, monday):
    read(client, make_own_feed(coach, replaces=None)[1])
    assert not AccessEvent.objects.exists()
    assert CalendarFeed.objects.get().last_read_on == monday


def test_the_secret_is_not_in_the_log_of_the_server(client, token, caplog):
    read(client, "a-secret")
    [record] = caplog.records
    assert hide_addresses(record)
    assert record.getMessage() == "Not Found: /agenda/<str:token>.ics"
    other = logging.makeLogRecord({"msg": "%s of %s", "args": ("a", 3)})
    assert hide_addresses(other)
    assert other.getMessage() == "a of 3"


# --- Making and ending one ---------------------------------------------------------------------------------------


def test_only_a_hash_is_kept(token):
    feed = CalendarFeed.objects.get()
    assert feed.token_hash == sha256(token.encode()).hexdigest()
    assert len(token) == 43
    assert find_feed(token, date(2026, 3, 2)) == feed


def test_a_new_one_takes_the_place_of_the_old_one(client, token, person, coordinator):
    old = CalendarFeed.objects.get()
    new, other = make_participant_feed(person, replaces=old.pk, by=coordinator)
    assert (read(client, token).status_code, read(client, other).status_code) == (404, 200)
    old.refresh_from_db()
    assert (old.revoked_by, new.made_by) == (coordinator, coordinator)


@pytest.mark.parametrize("replaces", [None, 1])
def test_an_address_that_somebody_else_made_meanwhile_stays(token, person, coach, replaces):
    with pytest.raises(ValidationError, match="Intussen is er een ander agenda-adres"):
        make_participant_feed(person, replaces=replaces, by=coach)
    assert CalendarFeed.objects.standing().count() == 1


def test_who_has_no_path_gets_no_address(person, coach):
    person.trajectories.update(end_date=date(2026, 3, 1))
    with pytest.raises(ValidationError, match="geen traject"):
        make_participant_feed(person, replaces=None, by=coach)


def test_what_was_revoked_stays_so(token, coach):
    feed = CalendarFeed.objects.get()
    revoke_feed(feed, coach)
    with pytest.raises(ValidationError, match="al ingetrokken"):
        revoke_feed(feed, coach)


def shown(page) -> str:
    """The address that a page shows, as a path."""
    [found] = [line for line in page.text.splitlines() if 'id="calendar-address"' in line]
    return urlsplit(found.partition('value="')[2].partition('"')[0]).path


def test_a_coach_makes_renews_and_revokes_it_for_somebody(person, coach, signed_in):
    client, url = signed_in(coach), reverse("calendar_feed_make", args=[person.key])
    made = press(client, client.get(url), "Maak een agenda-adres")
    assert (made.status_code, made["Cache-Control"]) == (200, "private, no-store")
    first = shown(made)
    assert client.get(first).status_code == 200
    assert first not in client.get(url).text
    second = shown(press(client, client.get(url), "Maak een nieuw adres"))
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    press(client, client.get(url), "Trek het adres in")
    assert client.get(second).status_code == 404
    actions = (
        AccessEvent.objects.exclude(action__in=["VIEW", "EXPORT", "REFUSED"])
        .order_by("pk")
        .values_list("action", flat=True)
    )
    assert list(actions) == ["ADD", "ADD", "CHANGE"]


def test_sending_the_same_form_again_makes_no_second_address(person, coach, signed_in):
    client, url = signed_in(coach), reverse("calendar_feed_make", args=[person.key])
    page = client.get(url)
    address = shown(press(client, page, "Maak een agenda-adres"))
    assert press(client, page, "Maak een agenda-adres").status_code == 302
    assert client.get(address).status_code == 200


def test_nobody_else_makes_or_revokes_it(token, person, signed_in):
    feed = CalendarFeed.objects.get()
    client = signed_in(UserFactory())
    assert client.post(reverse("calendar_feed_make", args=[person.key])).status_code == 404
    assert client.post(reverse("calendar_feed_revoke", args=[person.key, feed.pk])).status_code == 404
    assert CalendarFeed.objects.standing().exists()


def test_a_coach_makes_and_revokes_the_own_one(duty, coach, signed_in):
    client, url = signed_in(coach), reverse("own_calendar")
    assert url in client.get(reverse("session_day")).text
    address = shown(press(client, client.get(url), "Maak een agenda-adres"))
    assert len(events(client.get(address).content)) == 17
    press(client, client.get(url), "Trek het adres in")
    assert client.get(address).status_code == 404
    assert client.post(reverse("own_calendar_revoke")).status_code == 302


def test_the_own_one_is_for_coaches(coordinator, signed_in):
    client = signed_in(coordinator)
    assert reverse("own_calendar") not in client.get(reverse("session_day")).text
    for name in ("own_calendar", "own_calendar_revoke"):
        assert client.post(reverse(name)).status_code == 403


def test_the_own_one_is_not_that_of_somebody(token, coach, signed_in, person):
    signed_in(coach).post(reverse("own_calendar"))
    assert CalendarFeed.objects.standing().count() == 2
    page = signed_in(coach).get(reverse("week_card", args=[person.key])).text
    assert "Nog geen telefoon las het." in page


def test_a_feed_of_another_person_cannot_be_revoked_under_this_key(person, coordinator, signed_in):
    other = CalendarFeedFactory()
    url = reverse("calendar_feed_revoke", args=[person.key, other.pk])
    assert signed_in(coordinator).post(url).status_code == 404
    assert forms_on(signed_in(coordinator).get(reverse("calendar_feed_make", args=[person.key])))
