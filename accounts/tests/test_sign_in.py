import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from pluspunt.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "vier losse houten planken"
SIGN_IN = "/account/login/"
OURS = "Dit wachtwoord is vooral een naam, een woord van hier of een getal. Kies er andere woorden bij."


@pytest.fixture
def bea():
    return UserFactory(
        email="bea@pluspunt.test", name="Beheerder Bea", role="ADMINISTRATOR", password=make_password(PASSWORD)
    )


def test_the_right_password_opens_the_page_that_was_asked_for(client, bea):
    url = client.get("/beheer/accounts/nieuw/").url
    assert url == f"{SIGN_IN}?next=/beheer/accounts/nieuw/"
    assert client.post(url, {"login": "Bea@pluspunt.test", "password": PASSWORD}).url == "/beheer/accounts/nieuw/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, bea):
    answer = ["Dit e-mailadres en wachtwoord horen niet bij elkaar. Probeer het nog een keer."]
    for login in [bea.email, "niemand@pluspunt.test"]:
        page = client.post(SIGN_IN, {"login": login, "password": "verkeerd wachtwoord"})
        assert page.context["form"].non_field_errors() == answer


def test_who_is_switched_off_does_not_get_in(client, bea):
    bea.is_active = False
    bea.save()
    client.post(SIGN_IN, {"login": bea.email, "password": PASSWORD})
    assert client.get("/").url == f"{SIGN_IN}?next=/"


def test_signing_out_takes_a_button(client, signed_in, bea):
    signed_in(bea)
    assert "Wil je uitloggen?" in client.get(reverse("account_logout")).content.decode()
    assert client.post(reverse("account_logout")).url == SIGN_IN
    assert client.get("/").url == f"{SIGN_IN}?next=/"


def test_nobody_makes_an_account_for_themselves(client):
    page = client.get(reverse("account_signup"))
    assert "Je kunt zelf geen account maken." in page.content.decode()


def test_an_unknown_address_gets_a_mail_that_says_so(client, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": "niemand@pluspunt.test"})
    assert mailoutbox[0].subject == "Je hebt geen account bij Pluspunt"


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("kort", "Dit wachtwoord is te kort. Kies er een van minstens 12 tekens."),
        ("q1w2e3r4t5y6", "Dit wachtwoord gebruiken veel mensen. Kies een ander."),
        ("beheerder-bea-5", "Dit wachtwoord lijkt op je naam of je e-mailadres. Kies een ander."),
        ("Pluspunt-2026!", OURS),
        ("Rotterdam1234567", OURS),
        ("fietsenwerkplaats-west", OURS),
        ("mijn-wachtwoord-2026", OURS),
    ],
)
def test_a_weak_password_is_refused_in_plain_words(bea, workshop, password, sentence):
    with pytest.raises(ValidationError) as error:
        validate_password(password, bea)
    assert sentence in error.value.messages


@pytest.mark.parametrize("password", [PASSWORD, "ik fiets naar rotterdam met vier honden", "7#kQ!92_44$81%z"])
def test_a_strong_password_is_accepted(bea, workshop, password):
    validate_password(password, bea)


def test_a_password_may_be_pasted_and_filled_in_by_a_password_manager(client, signed_in, bea):
    assert 'autocomplete="current-password"' in client.get(SIGN_IN).text
    page = signed_in(bea).get(reverse("account_change_password")).text
    assert page.count('autocomplete="new-password"') == 2
    assert "onpaste" not in page


def test_nobody_gives_themselves_another_address(signed_in, bea):
    client = signed_in(bea)
    assert client.get("/account/email/").status_code == 404
    assert client.post("/account/email/", {"action_add": "", "email": "ander@pluspunt.test"}).status_code == 404
    assert bea.emailaddress_set.count() == 0


def test_without_a_second_factor_its_page_says_so(signed_in, bea, settings):
    settings.SECOND_FACTOR_TYPES = []
    page = signed_in(bea).get(reverse("mfa_index")).text
    assert "Inloggen in twee stappen staat niet aan op deze installatie." in page
    assert "Zet de app aan" not in page


def test_nobody_is_asked_to_confirm_an_address(signed_in, bea):
    assert signed_in(bea).get("/account/confirm-email/").status_code == 404


def test_the_list_of_sessions_names_browser_and_device_in_words(client, bea):
    agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"
    client.post(SIGN_IN, {"login": bea.email, "password": PASSWORD}, headers={"user-agent": agent})
    page = client.get(reverse("session_list"), headers={"user-agent": agent}).text
    assert "<strong>Chrome op Linux</strong>" in page
    assert "adres 127.0.0.1" in page
    assert "Mozilla" not in page
