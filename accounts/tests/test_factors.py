"""Second factors: set up before any work, asked for at the door, each code once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts.models import RecoveryCode
from accounts.services.factors import (
    make_recovery_codes,
    reset_factors,
    seal_totp_secret,
    use_recovery_code,
    use_totp_code,
)
from pluspunt.tests.factories import UserFactory
from pluspunt.tests.test_access import TABLE, url_of
from pluspunt.tests.test_consistency import own_patterns
from privacy.models import AccessEvent

pytestmark = pytest.mark.django_db
PASSWORD = "vier losse houten planken"
SIGN_IN = "/account/login/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = 1772439000  # 2 March 2026, ten past nine; a moment at which a new code begins
WRONG = "Dit klopt niet, of is al gebruikt. Wacht op een nieuwe code en probeer het nog een keer."
OPEN = {"account_logout", "account_reauthenticate", "mfa_activate_totp", "mfa_add_webauthn", "mfa_index"}
# Without signing in, or with another answer because somebody is signed in already.
OF_THE_DOOR = {"account_login", "account_signup", "mfa_authenticate", "mfa_login_webauthn"}


@pytest.fixture
def bea():
    return UserFactory(email="bea@pluspunt.test", role="ADMINISTRATOR", password=make_password(PASSWORD))


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def app(bea, clock):
    """The app on Bea's phone, coupled yesterday."""
    row = Authenticator.objects.create(user=bea, type="totp", data={"secret": seal_totp_secret(SECRET, bea)})
    Authenticator.objects.filter(pk=row.pk).update(created_at=row.created_at - timedelta(days=1))
    return row


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def code_of(at: int = NOW) -> str:
    return format_hotp_value(hotp_value(SECRET, at // 30))


def to_the_second_step(client):
    answer = client.post(SIGN_IN, {"login": "bea@pluspunt.test", "password": PASSWORD})
    assert answer.url == reverse("mfa_authenticate")


def try_code(client, code):
    return client.post(reverse("mfa_authenticate"), {"code": code})


def written() -> list[tuple[str, str]]:
    return list(AccessEvent.objects.order_by("pk").values_list("action", "data"))


# --- Setting up -----------------------------------------------------------------------------------------------------


def test_every_page_of_ours_leads_to_choosing_a_second_factor_first(client, world, required):
    for identity in ("coach", "administrator"):
        client.force_login(world["users"][identity], "allauth.account.auth_backends.AuthenticationBackend")
        for name in set(TABLE) - {"mfa_index"}:
            for method in (client.get, client.post):
                assert method(url_of(name, world)).headers.get("Location") == reverse("mfa_index"), name
    assert {pattern.name for pattern in own_patterns()} == set(TABLE)


def test_so_does_every_page_of_the_lists_and_of_the_library(signed_in, bea, required):
    client, walked = signed_in(bea), 0
    for name in own_names(get_resolver()):
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue  # it needs to know which row
        if name in OPEN | OF_THE_DOOR or name in TABLE or "reauthenticate" in name:
            continue
        assert client.get(url).headers.get("Location") == reverse("mfa_index"), name
        walked += 1
    assert walked > 30


def own_names(resolver, space="") -> set[str]:
    """The names of all addresses, those of the library and of Django's admin too."""
    found = set()
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            found |= own_names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif pattern.name:
            found.add(f"{space}{pattern.name}")
    return found


def test_the_page_says_what_to_do_first(signed_in, bea, required):
    assert "Zet eerst inloggen in twee stappen aan." in signed_in(bea).get(reverse("mfa_index")).text


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_app_is_coupled_and_its_secret_cannot_be_read_in_the_database(client, bea, clock, required, mailoutbox):
    client.post(SIGN_IN, {"login": bea.email, "password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    code = format_hotp_value(hotp_value(secret, NOW // 30))
    answer = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert client.get(answer.url).url == reverse("recovery_code_list")
    assert secret not in str(Authenticator.objects.get().data)
    assert ("SIGN_IN", "tweede stap erbij: app met codes") in written()
    assert "tweede stap erbij: app met codes" in mailoutbox[0].body
    assert mailoutbox[0].to == [bea.email]
    # The code with which it was coupled opens nothing any more.
    assert not use_totp_code(Authenticator.objects.get(), code)


def test_a_secret_that_is_moved_to_another_account_opens_nothing(app):
    app.user = UserFactory()
    app.save()
    with pytest.raises(Exception, match="of another row"):
        use_totp_code(app, code_of())


# --- At the door ----------------------------------------------------------------------------------------------------


def test_the_app_is_asked_for_after_the_password(client, app):
    to_the_second_step(client)
    assert client.get("/").url == f"{SIGN_IN}?next=/"
    assert try_code(client, "000000").context["form"].errors == {"code": [WRONG]}
    assert try_code(client, code_of()).url == "/"
    assert written() == [
        ("REFUSED", "inloggen: code klopt niet"),
        ("SIGN_IN", "ingelogd met een code uit de app"),
        ("SIGN_IN", "ingelogd"),
    ]


@pytest.mark.parametrize(("seconds", "is_right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_phone_may_be_half_a_minute_off(app, seconds, is_right):
    assert use_totp_code(app, code_of(NOW + seconds)) is is_right


def test_a_code_works_once_also_when_the_cache_was_emptied(app, clock):
    assert use_totp_code(app, code_of())
    assert not use_totp_code(app, code_of())
    clock.shift(30)
    assert not use_totp_code(app, code_of())
    assert use_totp_code(app, code_of(NOW + 30))
    assert not use_totp_code(app, code_of())


def test_reserve_codes_are_shown_once_and_kept_as_a_hash(client, app, bea):
    to_the_second_step(client)
    try_code(client, code_of())
    codes = client.post(reverse("recovery_code_list")).context["codes"]
    assert len(set(codes)) == 10
    kept = str(list(RecoveryCode.objects.values()))
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    page = client.get(reverse("recovery_code_list"))
    assert "nog 10 van de 10 codes" in page.text
    assert not any(code in page.text for code in codes)
    assert ("SIGN_IN", "nieuwe reservecodes") in written()


def test_a_reserve_code_opens_the_door_once(client, app, bea):
    first, *_ = make_recovery_codes(bea)
    to_the_second_step(client)
    assert try_code(client, f" {first.upper()} ").url == "/"
    client.post(reverse("account_logout"))
    to_the_second_step(client)
    assert try_code(client, first).context["form"].errors == {"code": [WRONG]}
    assert ("SIGN_IN", "ingelogd met een reservecode") in written()


def test_new_reserve_codes_end_the_old_ones_and_are_of_one_person(bea):
    old, other = make_recovery_codes(bea), make_recovery_codes(UserFactory())
    new = make_recovery_codes(bea)
    assert [use_recovery_code(bea, code) for code in (old[0], other[0], new[0])] == [False, False, True]


def test_who_has_few_reserve_codes_is_told_so(signed_in, app, bea):
    codes, client = make_recovery_codes(bea), signed_in(bea)
    assert "Maak nieuwe, dan kun je er altijd in." not in client.get(reverse("mfa_index")).text
    for code in codes[:7]:
        assert use_recovery_code(bea, code)
    assert "Je hebt nog 3 reservecodes. Maak nieuwe, dan kun je er altijd in." in client.get(reverse("mfa_index")).text


def test_a_reserve_code_is_no_proof_of_who_is_in_already(signed_in, app, bea):
    first, *_ = make_recovery_codes(bea)
    page = signed_in(bea).post(reverse("mfa_reauthenticate"), {"code": first})
    assert page.context["form"].errors == {"code": [WRONG]}
    assert signed_in(bea).post(reverse("mfa_reauthenticate"), {"code": code_of()}).status_code == 302
    assert use_recovery_code(bea, first)


def test_without_a_factor_there_are_no_reserve_codes(signed_in, bea):
    assert signed_in(bea).post(reverse("recovery_code_list")).url == reverse("mfa_index")
    assert not bea.recovery_codes.exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("kind", ["reserve code", "code of the app"])
def test_of_two_who_use_one_code_at_the_same_moment_one_gets_in(app, bea, kind):
    first, *_ = make_recovery_codes(bea)
    barrier = Barrier(2)

    def use(_):
        try:
            barrier.wait(5)
            return use_recovery_code(bea, first) if kind == "reserve code" else use_totp_code(app, code_of())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(use, range(2))) == [False, True]


# --- Lost -----------------------------------------------------------------------------------------------------------


def test_an_administrator_takes_away_the_second_factor_of_who_lost_it(client, signed_in, app, bea, administrator):
    make_recovery_codes(bea)
    client.force_login(bea, "allauth.account.auth_backends.AuthenticationBackend")
    page = signed_in(administrator).get(reverse("account_edit", args=[bea.pk])).text
    assert "Telefoon of sleutel kwijt?" in page
    answer = client.post(reverse("account_reset", args=[bea.pk]))
    assert answer.url == reverse("account_edit", args=[bea.pk])
    assert not Authenticator.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert ("RIGHTS", "tweede stap weggehaald") in written()
    assert "Telefoon of sleutel kwijt?" not in client.get(answer.url).text


def test_nobody_takes_away_their_own_second_factor_that_way(signed_in, app, bea):
    assert signed_in(bea).post(reverse("account_reset", args=[bea.pk])).status_code == 404
    assert Authenticator.objects.exists()


def test_who_lost_a_phone_is_signed_out_everywhere(client, app, bea):
    to_the_second_step(client)
    try_code(client, code_of())
    assert client.get(reverse("session_list")).status_code == 200
    reset_factors(bea)
    assert client.get(reverse("session_list")).status_code == 302


def test_the_library_itself_reads_no_secret(app):
    with pytest.raises(NotImplementedError):
        TOTP(app).validate_code(code_of())
