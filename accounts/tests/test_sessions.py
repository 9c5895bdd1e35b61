"""How long somebody stays signed in, and when they are asked again who they are."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.urls import reverse

from accounts.services.accounts import change_account
from pluspunt.tests.factories import UserFactory
from pluspunt.tests.test_consistency import own_patterns
from privacy.tests.test_every_view_logs import reaches

pytestmark = pytest.mark.django_db
PASSWORD = "vier losse houten planken"
SIGN_IN = "/account/login/"
LIST = "/beheer/accounts/"
NEW = "/beheer/accounts/nieuw/"
SIGN_IN_FOR_LIST = f"{SIGN_IN}?next={LIST}"
BY_ITSELF = {"pluspunt-by-itself": "yes"}


@pytest.fixture
def bea():
    return UserFactory(email="bea@pluspunt.test", role="ADMINISTRATOR", password=make_password(PASSWORD))


@pytest.fixture
def clock():
    with time_machine.travel("2026-03-02T09:10:00+01:00", tick=False) as clock:
        yield clock


@pytest.fixture
def at_work(clock, client, bea):
    """Bea, who signed in at this moment by the page for it."""
    client.post(SIGN_IN, {"login": bea.email, "password": PASSWORD})
    return client


def sentences(page):
    return [str(message) for message in page.context["messages"]]


def test_a_quarter_of_an_hour_without_work_ends_a_session(at_work, clock):
    clock.shift(timedelta(minutes=15))
    assert at_work.get(LIST).status_code == 200
    clock.shift(timedelta(minutes=15, seconds=1))
    assert at_work.get(LIST).url == SIGN_IN_FOR_LIST
    page = at_work.get(SIGN_IN_FOR_LIST)
    assert sentences(page) == ["Je was een tijd niet bezig. Log opnieuw in."]


def test_signing_in_again_opens_the_page_that_was_left(at_work, clock, bea):
    clock.shift(timedelta(minutes=16))
    url = at_work.get(LIST).url
    assert at_work.post(url, {"login": bea.email, "password": PASSWORD}).url == LIST


def test_what_was_sent_after_that_is_lost_and_says_so(at_work, clock):
    clock.shift(timedelta(minutes=16))
    answer = at_work.post(NEW, {"name": "Nora"}, headers={"referer": f"http://testserver{NEW}"}, follow=True)
    assert answer.redirect_chain[0][0] == f"{SIGN_IN}?next={NEW}"
    assert sentences(answer) == ["Je was uitgelogd. Wat je net deed, is niet opgeslagen."]


def test_twelve_hours_after_signing_in_it_is_over_however_busy_somebody_is(at_work, clock):
    for _ in range(72):
        clock.shift(timedelta(minutes=10))
        assert at_work.get(LIST).status_code == 200
    clock.shift(timedelta(seconds=1))
    assert at_work.get(LIST).url == SIGN_IN_FOR_LIST
    assert sentences(at_work.get(SIGN_IN)) == ["Je was twaalf uur ingelogd. Log opnieuw in."]


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(at_work, clock):
    for _ in range(3):
        clock.shift(timedelta(minutes=5))
        assert at_work.get(LIST, headers=BY_ITSELF).status_code == 200
    clock.shift(timedelta(seconds=1))
    assert at_work.get(LIST, headers=BY_ITSELF).status_code == 302


def test_a_session_that_does_not_say_when_it_began_is_over(at_work):
    session = at_work.session
    del session["signed_in_at"]
    session.save()
    assert at_work.get(LIST).url == SIGN_IN_FOR_LIST


def test_the_moment_of_last_use_is_written_once_a_minute(at_work, clock):
    clock.shift(timedelta(seconds=59))
    at_work.get(LIST)
    assert at_work.session["active_at"] == at_work.session["signed_in_at"]
    clock.shift(timedelta(seconds=1))
    at_work.get(LIST)
    assert at_work.session["active_at"] == at_work.session["signed_in_at"] + 60


def test_another_key_after_signing_in(client, bea):
    client.get(SIGN_IN)
    session = client.session
    session["seen"] = "before"
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    client.post(SIGN_IN, {"login": bea.email, "password": PASSWORD})
    assert client.session.session_key != before
    assert not client.session.exists(before)


def test_who_proves_it_again_goes_on_under_another_key(at_work, clock):
    clock.shift(timedelta(minutes=6))
    before = at_work.session.session_key
    at_work.post("/account/reauthenticate/", {"password": "verkeerd wachtwoord"})
    assert at_work.session.session_key == before
    at_work.post("/account/reauthenticate/", {"password": PASSWORD})
    after = at_work.session.session_key
    assert after != before
    assert not at_work.session.exists(before)
    assert at_work.get(LIST).status_code == 200
    assert UserSession.objects.get().session_key == after


def test_what_a_browser_asks_while_somebody_signs_in_takes_no_cookie_away(at_work):
    at_work.cookies["sessionid"] = "ofbeforesigningin"
    assert "sessionid" not in at_work.get(reverse("service_worker")).cookies


@pytest.mark.parametrize("change", [{"role": "MANAGEMENT"}, {"is_active": False}, {"password": "een ander woord"}])
def test_who_is_switched_off_or_gets_another_role_or_password_is_out_at_once(client, signed_in, coach, bea, change):
    signed_in(coach)
    assert client.get(reverse("session_day")).status_code == 200
    facts = {"name": coach.name, "email": coach.email, "role": coach.role, "is_active": True}
    if "password" in change:
        coach.set_password(change["password"])
        coach.save()
    else:
        change_account(coach, **(facts | change), workshops=[], by=bea)
    assert client.get(reverse("session_day")).url == f"{SIGN_IN}?next={reverse('session_day')}"


def test_rights_are_changed_by_who_just_proved_who_they_are(at_work, clock, bea):
    clock.shift(timedelta(minutes=10))
    assert at_work.get(NEW).status_code == 200
    clock.shift(timedelta(minutes=6))
    asked = at_work.get(NEW)
    assert asked.url == f"/account/reauthenticate/?next={NEW.replace('/', '%2F')}"
    assert "Ben jij het?" in at_work.get(asked.url).text
    wrong = at_work.post(asked.url, {"password": "verkeerd wachtwoord"})
    assert wrong.context["form"].errors == {"password": ["Dit wachtwoord klopt niet."]}
    assert at_work.post(asked.url, {"password": PASSWORD}).url == NEW
    assert at_work.get(NEW).status_code == 200
    clock.shift(timedelta(minutes=10))
    assert at_work.get(LIST).status_code == 200
    clock.shift(timedelta(minutes=6))
    assert at_work.get(NEW).status_code == 302


def test_what_was_sent_too_late_is_not_done_and_says_so(at_work, clock, bea, mailoutbox):
    clock.shift(timedelta(minutes=10))
    page = reverse("account_edit", args=[bea.pk])
    at_work.get(LIST)
    clock.shift(timedelta(minutes=10))
    sent_from = {"referer": f"http://testserver{page}"}
    answer = at_work.post(reverse("account_invite", args=[bea.pk]), headers=sent_from)
    assert answer.url == f"/account/reauthenticate/?next={page.replace('/', '%2F')}"
    assert mailoutbox == []
    asked = at_work.get(answer.url)
    assert sentences(asked) == ["Laat eerst nog een keer zien wie je bent. Wat je net deed, is nog niet gebeurd."]
    assert at_work.post(answer.url, {"password": PASSWORD}).url == page


def test_a_part_of_a_page_leads_the_whole_window_to_the_question(at_work, clock, bea):
    clock.shift(timedelta(minutes=10))
    at_work.get(LIST)
    clock.shift(timedelta(minutes=10))
    answer = at_work.get(NEW, headers={"hx-request": "true", "referer": f"http://testserver{LIST}"})
    assert answer["HX-Redirect"] == f"/account/reauthenticate/?next={LIST.replace('/', '%2F')}"


def test_a_list_of_people_is_taken_along_by_who_just_proved_who_they_are(signed_in, coordinator, clock):
    client, people = signed_in(coordinator), reverse("participant_list")
    assert client.get(f"{people}?als=csv")["Content-Type"].startswith("text/csv")
    clock.shift(timedelta(minutes=10))
    client.get(people)
    clock.shift(timedelta(minutes=10))
    answer = client.get(f"{people}?als=csv", headers={"referer": f"http://testserver{people}?q=a"})
    assert answer.url == "/account/reauthenticate/?next=%2Fdeelnemers%2F%3Fq%3Da"
    assert client.get(people).status_code == 200


def test_every_list_of_people_that_can_be_taken_along_asks_that(signed_in, coordinator, clock):
    client = signed_in(coordinator)
    clock.shift(timedelta(minutes=10))
    client.get(reverse("session_day"))
    clock.shift(timedelta(minutes=10))
    lists = {pattern.name for pattern in own_patterns() if reaches(pattern.callback, "export_response")}
    for name in lists - {"organisation_list", "collaboration_list"}:
        assert client.get(f"{reverse(name)}?als=xlsx").url.startswith("/account/reauthenticate/"), name


def test_a_role_that_may_not_come_there_is_told_so_first(signed_in, coach, clock):
    client = signed_in(coach)
    clock.shift(timedelta(minutes=10))
    client.get(reverse("session_day"))
    clock.shift(timedelta(minutes=10))
    assert client.get(NEW).status_code == 403
