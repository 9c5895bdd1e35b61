"""Tablets of the house: enrolled by an administrator, locked after a while, opened with a PIN within twelve hours."""

from datetime import timedelta
from itertools import pairwise
from threading import Barrier, Thread
from urllib.parse import urlencode

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Tablet, User
from accounts.services.pins import MOST_TRIES, check_pin_is_strong, set_pin, try_pin
from accounts.services.tablets import enrol_tablet, revoke_tablet
from pluspunt.tests.factories import UserFactory
from privacy.models import AccessEvent
from workshops.tests.pages import forms_on

pytestmark = pytest.mark.django_db
PASSWORD, PIN = "vier losse houten planken", "290417"
UNLOCK = "/account/slot/"


@pytest.fixture
def clock():
    with time_machine.travel("2026-03-02T09:10:00+01:00", tick=False) as clock:
        yield clock


@pytest.fixture
def carla():
    user = UserFactory(email="carla@pluspunt.test", role="COACH", password=make_password(PASSWORD))
    set_pin(user, PIN)
    return user


@pytest.fixture
def enrolled(settings, administrator):
    """A browser that is a tablet of the house."""
    client = Client()
    client.cookies[settings.TABLET_COOKIE_NAME] = enrol_tablet("Tablet fietsen", by=administrator)[1]
    return client


@pytest.fixture
def tablet(clock, enrolled, carla):
    """Carla signed in fully on it."""
    sign_in(enrolled)
    return enrolled


def sign_in(client):
    return client.post(reverse("account_login"), {"login": "carla@pluspunt.test", "password": PASSWORD})


def lock(client):
    return client.post(reverse("screen_lock"))


def sentences(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def url_of_unlock(to: str) -> str:
    return f"{reverse('screen_unlock')}?{urlencode({'next': to})}"


# --- Which device -----------------------------------------------------------------------------------------------------


def test_an_administrator_makes_a_tablet_of_the_device_in_their_hands(signed_in, administrator, settings):
    desk = signed_in(administrator)
    [form] = [form for form in forms_on(desk.get(reverse("tablet_add"))) if "name" in form.fields]
    answer = desk.post(reverse("tablet_add"), form.fields | {"name": "Tablet fietsen"}, follow=True)
    cookie = answer.client.cookies[settings.TABLET_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    tablet = Tablet.objects.get()
    assert cookie.value not in (tablet.key_digest, str(tablet.pk))
    assert "Je werkt nu op <strong>Tablet fietsen</strong>" in answer.content.decode()
    again = desk.post(reverse("tablet_add"), {"name": "Nog een"})
    assert again.context["form"].non_field_errors() == ["Dit apparaat hoort al bij het huis, als “Tablet fietsen”."]
    assert AccessEvent.objects.filter(action="RIGHTS", data=f"tablet ingeschreven: nummer {tablet.pk}").exists()


def test_a_name_is_given_once_and_again_after_it_was_taken_back(administrator):
    tablet, _ = enrol_tablet("Tablet", by=administrator)
    with pytest.raises(ValidationError) as error:
        enrol_tablet("Tablet", by=administrator)
    assert error.value.messages == ["Er is al een tablet met deze naam."]
    assert revoke_tablet(tablet, by=administrator) is True
    assert revoke_tablet(tablet, by=administrator) is False
    assert enrol_tablet("Tablet", by=administrator)[0].pk != tablet.pk


def test_a_tablet_that_was_taken_back_puts_everybody_out(tablet, administrator):
    assert tablet.get("/vandaag/").status_code == 200
    revoke_tablet(Tablet.objects.get(), by=administrator)
    answer = tablet.get("/vandaag/", follow=True)
    assert sentences(answer) == ["Deze tablet hoort niet meer bij het huis. Log opnieuw in."]


def test_the_session_of_a_tablet_goes_on_nowhere_else(tablet, settings):
    tablet.get("/vandaag/")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = tablet.cookies[settings.SESSION_COOKIE_NAME].value
    assert thief.get("/vandaag/").status_code == 302


@pytest.mark.parametrize("sent", ["x", "0" * 43, r'"\303\251"', r'"a\000b"'])
def test_a_key_that_nobody_gave_makes_no_tablet(clock, client, carla, settings, sent):
    client.cookies[settings.TABLET_COOKIE_NAME] = "x"
    # Python may refuse to write some of these; who sends them does not ask Python.
    client.cookies[settings.TABLET_COOKIE_NAME]._coded_value = sent
    sign_in(client)
    assert lock(client).url == reverse("account_login")
    assert client.get("/vandaag/").status_code == 302


# --- Locked -----------------------------------------------------------------------------------------------------------


def test_a_locked_screen_shows_nothing_and_the_pin_opens_where_somebody_was(tablet):
    lock(tablet)
    answer = tablet.get("/deelnemers/?q=x")
    assert answer.url == url_of_unlock("/deelnemers/?q=x")
    page = tablet.get(answer.url).content.decode()
    assert "Dit scherm is vergrendeld" in page
    assert "Hoofdmenu" not in page
    assert tablet.post(answer.url, {"pin": PIN}).url == "/deelnemers/?q=x"
    assert tablet.get("/deelnemers/").status_code == 200


def test_what_is_sent_or_fetched_from_a_locked_screen_does_nothing(tablet):
    lock(tablet)
    sent = tablet.post(reverse("pin_remove"), headers={"referer": "http://testserver/vandaag/"})
    assert sent.url == url_of_unlock("/vandaag/")
    assert User.objects.get(email="carla@pluspunt.test").has_pin
    part = tablet.get("/zoeken/", headers={"hx-request": "true"})
    assert (part.content, part["HX-Redirect"][:13]) == (b"", "/account/slot")


def test_a_quarter_of_an_hour_without_work_locks_and_twelve_hours_end(tablet, clock):
    clock.shift(timedelta(minutes=16))
    assert tablet.get("/vandaag/").url == url_of_unlock("/vandaag/")
    clock.shift(timedelta(hours=11, minutes=43))
    assert tablet.post(UNLOCK, {"pin": PIN}).url == "/"
    lock(tablet)
    clock.shift(timedelta(minutes=2))
    answer = tablet.post(UNLOCK, {"pin": PIN}, follow=True)
    assert answer.request["PATH_INFO"] == reverse("account_login")


def test_a_device_that_is_none_of_the_house_signs_out(clock, client, carla):
    sign_in(client)
    assert lock(client).url == reverse("account_login")
    assert client.get(UNLOCK).status_code == 302


def test_a_wrong_pin_is_counted_and_the_fifth_signs_out(tablet):
    lock(tablet)
    for left in (4, 3, 2, 1):
        page = tablet.post(UNLOCK, {"pin": "000000"})
        assert page.context["form"].errors["pin"] == [f"Deze pincode klopt niet. Je kunt het nog {left} keer proberen."]
    out = tablet.post(UNLOCK, {"pin": "000000"}, follow=True)
    assert sentences(out) == ["De pincode klopte te vaak niet. Log helemaal in, daarna werkt hij weer."]
    assert AccessEvent.objects.filter(action="REFUSED", allowed=False).count() == 5
    sign_in(tablet)
    lock(tablet)
    assert tablet.post(UNLOCK, {"pin": PIN}).status_code == 302


def test_after_five_wrong_ones_the_right_one_opens_nothing_anywhere(tablet, carla):
    for _ in range(MOST_TRIES):
        try_pin(carla, "000000")
    lock(tablet)
    tablet.post(UNLOCK, {"pin": PIN})
    assert tablet.get("/vandaag/").status_code == 302


def test_a_screen_that_was_opened_goes_on_under_another_key(tablet, clock):
    before = tablet.session.session_key
    lock(tablet)
    clock.shift(timedelta(minutes=1))
    tablet.post(UNLOCK, {"pin": PIN})
    assert tablet.session.session_key != before
    assert not tablet.session.exists(before)


def test_a_password_opens_a_locked_screen_too(tablet, clock):
    lock(tablet)
    clock.shift(timedelta(minutes=1))
    answer = tablet.post(
        f"{reverse('account_reauthenticate')}?next={url_of_unlock('/vandaag/')}", {"password": PASSWORD}, follow=True
    )
    assert answer.request["PATH_INFO"] == "/vandaag/"


def test_who_proved_it_before_the_screen_locked_proves_it_again(tablet, clock):
    tablet.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    clock.shift(timedelta(minutes=1))
    lock(tablet)
    assert tablet.get(UNLOCK).status_code == 200


@pytest.mark.parametrize("to", ["https://elders.nl/", "//elders.nl", "javascript:alert(1)", "\\\\elders.nl"])
def test_an_opened_screen_leads_to_no_other_site(tablet, to):
    lock(tablet)
    assert tablet.post(UNLOCK, {"pin": PIN}, query_params={"next": to}).url == "/"


# --- The PIN ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pin", ["12345", "1234567", "abcdef", "12 456", "", "１２３４５６", "290417\n"])
def test_a_pin_has_six_digits(pin):
    with pytest.raises(ValidationError) as error:
        check_pin_is_strong(pin)
    assert error.value.messages == ["Een pincode heeft 6 cijfers."]


@pytest.mark.parametrize("pin", ["123456", "567890", "654321", "111111", "121212", "112112", "123123"])
def test_a_pin_that_everybody_tries_first_is_refused(pin):
    with pytest.raises(ValidationError) as error:
        check_pin_is_strong(pin)
    assert error.value.messages == ["Deze pincode raadt iedereen. Kies er een zonder rijtje of herhaling."]


@given(st.text("0123456789", min_size=6, max_size=6))
def test_most_pins_are_fine(pin):
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    try:
        check_pin_is_strong(pin)
    except ValidationError:
        assert len(set(pin)) < 3 or pin[:3] == pin[3:] or steps <= {1, -9} or steps <= {-1, 9}
    else:
        assert len(set(pin)) >= 3


def test_somebody_chooses_changes_and_removes_a_pin(tablet):
    url = reverse("pin_edit")
    assert tablet.post(url, {"pin": "480275", "again": "480274"}).context["form"].errors["again"]
    assert tablet.post(url, {"pin": "111111", "again": "111111"}).context["form"].non_field_errors()
    assert tablet.post(url, {"pin": "480275", "again": "480275"}).url == "/"
    user = User.objects.get(email="carla@pluspunt.test")
    assert "480275" not in user.pin
    assert try_pin(user, "480275") == -1
    tablet.post(reverse("pin_remove"))
    assert try_pin(user, "480275") == 0
    assert {"pin", "pin_failures"}.isdisjoint(field.name for field in User.history.model._meta.fields)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_ten_wrong_ones_at_once_are_five_tries():
    user = UserFactory()
    set_pin(user, PIN)
    start, left = Barrier(10), []

    def guess():
        start.wait()
        left.append(try_pin(user, "000000"))
        connection.close()

    threads = [Thread(target=guess) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(left) == [0] * 6 + [1, 2, 3, 4]
