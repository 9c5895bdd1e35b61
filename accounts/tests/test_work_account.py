"""Signing in with the account of the organisation, against a small issuer of our own that speaks OpenID Connect."""

import json
import secrets
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.urls import reverse

from accounts.models import User
from pluspunt.tests.factories import UserFactory
from privacy.models import AccessEvent

pytestmark = pytest.mark.django_db
SIGN_IN = "/account/login/"
CLIENT = {"client_id": "pluspunt", "secret": "between us"}
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Issuer(HTTPServer):
    """Somebody signed in there; `says` is what it tells about that person."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Desk)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.says = {"sub": "0001", "email": "bea@pluspunt.test", "email_verified": True}
        self.audience = CLIENT["client_id"]
        self.asked: list[dict] = []

    def token(self) -> str:
        facts = {"iss": self.url, "aud": self.audience, "exp": time.time() + 60, "jti": secrets.token_hex(8)}
        return jwt.encode({**self.says, **facts}, KEY, "RS256", {"kid": "1"})


class Desk(BaseHTTPRequestHandler):
    def do_GET(self):
        url = self.server.url
        found = {"issuer": url, "authorization_endpoint": f"{url}/in", "token_endpoint": f"{url}/token"}
        found |= {"userinfo_endpoint": f"{url}/me", "jwks_uri": f"{url}/keys"}
        found |= {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        self.answer(self.server.says if self.path == "/me" else found)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append({name: values[0] for name, values in parse_qs(body).items()})
        self.answer({"access_token": "of one minute", "token_type": "Bearer", "id_token": self.server.token()})

    def answer(self, found):
        content = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def issuer(settings):
    with Issuer() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        about = {"server_url": server.url, "oauth_pkce_enabled": True, "verified_email": False}
        app = {"provider_id": "werk", "name": "Microsoft", **CLIENT, "settings": about}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def bea():
    return UserFactory(email="bea@pluspunt.test", role="ADMINISTRATOR")


def come_in(client, page="/beheer/accounts/"):
    """What a browser does after the button: there and back; where it ends up."""
    there = client.get(f"/account/oidc/werk/login/?next={page}").url
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
    assert asked["client_id"] == "pluspunt"
    assert asked["code_challenge_method"] == "S256"
    return client.get("/account/oidc/werk/login/callback/", {"code": "once", "state": asked["state"]})


def refusal(client, answer):
    assert answer.url == SIGN_IN
    assert client.get("/").status_code == 302
    return [str(message) for message in client.get(SIGN_IN).context["messages"]]


NO = ["Hiermee kun je niet inloggen bij Pluspunt. Vraag het je beheerder."]


def test_without_an_issuer_there_is_no_button_and_no_way(client):
    assert "Inloggen met Microsoft" not in client.get(SIGN_IN).text
    assert client.get("/account/oidc/werk/login/").status_code == 404


def test_who_has_an_account_here_comes_in_with_the_one_of_the_organisation(client, issuer, bea):
    assert "Inloggen met Microsoft" in client.get(f"{SIGN_IN}?next=/").text
    assert come_in(client).url == "/beheer/accounts/"
    assert client.get("/beheer/accounts/").status_code == 200
    assert issuer.asked[0]["code"] == "once"
    assert "code_verifier" in issuer.asked[0]
    assert list(AccessEvent.objects.order_by("pk").values_list("user", "data")[:2]) == [
        (bea.pk, "herkend door Microsoft"),
        (bea.pk, "ingelogd"),
    ]
    assert User.objects.get(pk=bea.pk).password == bea.password


@pytest.mark.parametrize(
    "says",
    [
        {"email": "niemand@pluspunt.test"},
        {"email_verified": False},
        {"email": "uit@pluspunt.test"},
        {"email": ""},
    ],
)
def test_nobody_else_comes_in_or_gets_an_account(client, issuer, bea, says):
    UserFactory(email="uit@pluspunt.test", is_active=False)
    issuer.says |= says
    assert refusal(client, come_in(client)) == NO
    assert User.objects.count() == 2
    assert not SocialAccount.objects.exists()


def test_a_token_for_another_site_is_refused(client, issuer, bea):
    issuer.audience = "another site"
    assert refusal(client, come_in(client)) == NO


def test_an_answer_that_nobody_asked_for_is_refused(client, issuer, bea):
    answer = client.get("/account/oidc/werk/login/callback/", {"code": "once", "state": "made up"})
    assert refusal(client, answer) == NO
    assert issuer.asked == []


def test_an_address_that_somebody_else_got_opens_nothing(client, issuer, bea):
    come_in(client)
    client.logout()
    issuer.says["sub"] = "0002"
    assert refusal(client, come_in(client)) == NO


def test_who_came_before_and_was_switched_off_stays_out(client, issuer, bea):
    come_in(client)
    client.logout()
    bea.is_active = False
    bea.save()
    assert refusal(client, come_in(client)) == ["Inloggen lukte niet. Vraag het je beheerder."]


@pytest.mark.parametrize(("does_it_ask", "leads_to"), [(False, "mfa_authenticate"), (True, "account_list")])
def test_our_second_step_is_asked_unless_the_organisation_does(client, issuer, bea, settings, does_it_ask, leads_to):
    settings.SECOND_FACTOR_REQUIRED, settings.OIDC_ASKS_SECOND_FACTOR = True, does_it_ask
    Authenticator.objects.create(user=bea, type="totp", data={})
    assert come_in(client).url == reverse(leads_to)


@pytest.mark.parametrize(("does_it_ask", "status"), [(False, 302), (True, 200)])
def test_who_has_no_second_step_here_sets_one_up_unless_the_organisation_asks(
    client, issuer, bea, settings, does_it_ask, status
):
    settings.SECOND_FACTOR_REQUIRED, settings.OIDC_ASKS_SECOND_FACTOR = True, does_it_ask
    come_in(client)
    assert client.get("/beheer/accounts/").status_code == status


@pytest.mark.parametrize("path", ["3rdparty/", "3rdparty/signup/", "3rdparty/login/error/", "social/connections/"])
def test_what_the_library_offers_around_it_is_shut(client, signed_in, bea, path):
    assert signed_in(bea).get(f"/account/{path}").status_code == 404
