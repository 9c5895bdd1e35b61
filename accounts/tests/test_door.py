"""Guessing at the door: five times per account, never per address; the same answer and work for who has no account."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.urls import reverse

from accounts.services.factors import seal_totp_secret
from pluspunt.tests.factories import UserFactory
from privacy.models import AccessEvent

pytestmark = pytest.mark.django_db
PASSWORD = "vier losse houten planken"
BAD = "verkeerd wachtwoord"
SIGN_IN = "/account/login/"
WRONG = ["Dit e-mailadres en wachtwoord horen niet bij elkaar. Probeer het nog een keer."]
TOO_OFTEN = ["Je hebt het te vaak geprobeerd. Wacht vijf minuten en probeer het dan weer."]
STRANGER = "niemand@pluspunt.test"


class CountingHasher(MD5PasswordHasher):
    """The work that guessing costs: how often a password was hashed."""

    done = 0

    def encode(self, password, salt):
        CountingHasher.done += 1
        return super().encode(password, salt)


@pytest.fixture
def clock():
    with time_machine.travel("2026-03-02T09:10:00+01:00", tick=False) as clock:
        yield clock


@pytest.fixture
def bea(clock):
    return UserFactory(email="bea@pluspunt.test", role="ADMINISTRATOR", password=make_password(PASSWORD))


def guess(client, login, password=BAD):
    page = client.post(SIGN_IN, {"login": login, "password": password})
    return page.url if page.status_code == 302 else page.context["form"].non_field_errors()


@pytest.mark.parametrize("login", ["bea@pluspunt.test", STRANGER])
def test_five_wrong_guesses_in_five_minutes_and_then_none(client, bea, clock, login):
    assert [guess(client, login) for _ in range(6)] == [WRONG] * 5 + [TOO_OFTEN]
    assert guess(client, login.upper(), PASSWORD) == TOO_OFTEN
    clock.shift(timedelta(minutes=5, seconds=1))
    assert guess(client, login, PASSWORD) == ("/" if login == bea.email else WRONG)


def test_who_guesses_locks_nobody_else_out_at_the_same_address(client, bea):
    for number in range(40):
        assert guess(client, f"iemand{number // 5}@pluspunt.test") == WRONG
    assert guess(client, bea.email, PASSWORD) == "/"


def test_the_right_password_wipes_no_guesses_away(client, bea, clock):
    assert [guess(client, bea.email) for _ in range(4)] == [WRONG] * 4
    clock.shift(timedelta(seconds=1))
    assert guess(client, bea.email, PASSWORD) == "/"
    client.logout()
    assert [guess(client, bea.email) for _ in range(2)] == [WRONG, TOO_OFTEN]


def test_guesses_at_the_second_step_are_counted_per_account(client, bea):
    Authenticator.objects.create(user=bea, type="totp", data={"secret": seal_totp_secret("JBSWY3DPEHPK3PXP", bea)})
    guess(client, bea.email, PASSWORD)
    pages = [client.post(reverse("mfa_authenticate"), {"code": "12345"}) for _ in range(6)]
    assert pages[4].context["form"].errors["code"] != TOO_OFTEN
    assert pages[5].context["form"].errors["code"] == TOO_OFTEN
    said = AccessEvent.objects.order_by("pk").values_list("data", flat=True)
    assert list(said) == ["inloggen: code klopt niet"] * 5 + ["inloggen: te vaak geprobeerd"]


def test_guesses_at_who_it_is_again_are_counted_with_those_at_the_door(client, signed_in, bea):
    signed_in(bea)
    url = reverse("account_reauthenticate")
    pages = [client.post(url, {"password": "verkeerd wachtwoord"}) for _ in range(6)]
    assert pages[4].context["form"].errors == {"password": ["Dit wachtwoord klopt niet."]}
    assert pages[5].context["form"].errors == {"password": TOO_OFTEN}
    client.logout()
    assert guess(client, bea.email, PASSWORD) == TOO_OFTEN


@pytest.mark.parametrize("email", ["bea@pluspunt.test", STRANGER])
def test_a_link_is_sent_five_times_in_five_minutes(client, bea, mailoutbox, email):
    answers = [client.post(reverse("account_reset_password"), {"email": email}).status_code for _ in range(6)]
    assert answers[:5] == [302] * 5
    assert answers[5] != 302
    assert len(mailoutbox) == 5


def test_a_stranger_and_who_is_switched_off_get_the_same_answer_after_the_same_work(client, bea, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    UserFactory(email="uit@pluspunt.test", is_active=False, password=make_password(PASSWORD))
    UserFactory(email="nieuw@pluspunt.test", password=make_password(None))
    work = {}
    for login in ("bea@pluspunt.test", "uit@pluspunt.test", "nieuw@pluspunt.test", STRANGER):
        before = CountingHasher.done
        assert guess(client, login, PASSWORD if login.startswith("uit") else "verkeerd wachtwoord") == WRONG
        work[login] = CountingHasher.done - before
    assert set(work.values()) == {1}


def test_what_happens_at_the_door_is_written_down_without_what_a_stranger_typed(client, bea):
    guess(client, STRANGER)
    guess(client, bea.email)
    guess(client, bea.email, PASSWORD)
    client.post(reverse("account_logout"))
    rows = AccessEvent.objects.order_by("pk").values_list("user", "action", "data", "allowed", "address")
    assert list(rows) == [
        (None, "REFUSED", "inloggen: wachtwoord klopt niet", False, "127.0.0.1"),
        (bea.pk, "REFUSED", "inloggen: wachtwoord klopt niet", False, "127.0.0.1"),
        (bea.pk, "SIGN_IN", "ingelogd", True, "127.0.0.1"),
        (bea.pk, "SIGN_IN", "uitgelogd", True, "127.0.0.1"),
    ]


@pytest.mark.parametrize("login", ["bea@pluspunt.test", STRANGER])
def test_who_has_to_wait_and_tries_again_is_written_down_too(client, bea, login):
    for _ in range(6):
        guess(client, login)
    rows = AccessEvent.objects.order_by("pk").values_list("user", "action", "data")
    assert list(rows)[5:] == [(bea.pk if login == bea.email else None, "REFUSED", "inloggen: te vaak geprobeerd")]


# --- Links that choose a password -----------------------------------------------------------------------------------


def link_in(mail) -> str:
    return next(line for line in mail.body.splitlines() if line.startswith("http")).removeprefix("http://testserver")


def open_link(client, link):
    return client.get(link, follow=True)


def test_a_link_works_once(client, bea, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": bea.email})
    link = link_in(mailoutbox[0])
    page = open_link(client, link)
    new = {"password1": "zes natte groene tegels", "password2": "zes natte groene tegels"}
    assert client.post(page.redirect_chain[-1][0], new).status_code == 302
    assert "Deze link werkt niet meer" in open_link(client, link).text
    assert ("SIGN_IN", "eigen wachtwoord gekozen, via de link") in AccessEvent.objects.values_list("action", "data")


@pytest.mark.parametrize(("password", "hours"), [(PASSWORD, 2), (None, 72)])
def test_a_link_works_two_hours_and_three_days_for_a_new_colleague(client, bea, clock, mailoutbox, password, hours):
    nora = UserFactory(email="nora@pluspunt.test", password=make_password(password))
    client.post(reverse("account_reset_password"), {"email": nora.email})
    link = link_in(mailoutbox[0])
    clock.shift(timedelta(hours=hours))
    assert "Deze link werkt niet meer" not in open_link(client, link).text
    clock.shift(timedelta(seconds=1))
    assert "Deze link werkt niet meer" in open_link(client, link).text


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "confirm-email/x/", "password/set/", "sessions/"])
def test_what_the_library_offers_as_well_is_shut(client, signed_in, bea, path):
    assert signed_in(bea).get(f"/account/{path}").status_code == 404


def test_nobody_makes_an_account_by_sending_one(client, db):
    data = {"email": "zelf@pluspunt.test", "password1": PASSWORD, "password2": PASSWORD}
    assert "Je kunt zelf geen account maken." in client.post(reverse("account_signup"), data).text
