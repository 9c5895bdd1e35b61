"""Every answer says what a browser must not do with it: pages, files, redirects, refusals and errors alike."""

import re

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client, override_settings
from django.urls import path

from pluspunt.tests.answers import missing_headers
from pluspunt.tests.test_access import answer_of, url_of
from pluspunt.urls import urlpatterns as real_urls

ADMIN = ("", "participants/district/", "participants/district/add/", "workshops/location/", "logout/", "jsi18n/")
ACCOUNT = ("login/", "logout/", "reauthenticate/", "password/reset/", "password/change/", "sessions/", "2fa/", "email/")
ERRORS = {"stuk": RuntimeError, "vreemd": SuspiciousOperation, "verboden": PermissionDenied}


def fails(error):
    def view(request):
        raise error

    return view


urlpatterns = [*real_urls, *(path(f"{name}/", fails(error)) for name, error in ERRORS.items())]


def test_no_policy_allows_anything_unsafe_or_from_elsewhere(client, db):
    answer = client.get("/account/login/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert re.search(r"unsafe|\*|https?:|nonce", policy) is None
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert (answer["X-Content-Type-Options"], answer["Referrer-Policy"]) == ("nosniff", "same-origin")


# Every address × everybody × GET and POST: `test_access` looks at the headers of each of its answers.


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["head", "put", "delete", "options", "trace", "patch"])
def test_other_methods(client, world, method):
    for name in ("home", "participant_detail", "register_detail", "health", "marks_receive", "calendar_feed"):
        answer_of(client, "coordinator", "get", url_of(name, world), world)
        assert missing_headers(getattr(client, method)(url_of(name, world))) == set(), name


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["nobody", "administrator"])
def test_the_pages_of_libraries(client, world, who):
    for url in [*(f"/beheer/lijsten/{rest}" for rest in ADMIN), *(f"/account/{rest}" for rest in ACCOUNT)]:
        answer = answer_of(client, who, "get", url, world)
        assert missing_headers(answer) == set(), url
        assert "no-store" in answer["Cache-Control"], url


@pytest.mark.urls(__name__)
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (lambda client: client.get("/vreemd/"), 400),
        (lambda client: client.get("/verboden/"), 403),
        (lambda client: client.get("/bestaat-niet/"), 404),
        (lambda client: client.get("/static/bestaat-niet.css"), 404),
        (lambda client: client.post("/gezond/", b"x" * 100, content_type="text/plain", CONTENT_LENGTH="99999999"), 413),
        (lambda client: client.get("/stuk/"), 500),
        (lambda client: client.get("/gezond/", headers={"host": "evil.example"}), 400),
        (lambda client: client.get("/deelnemers"), 301),
        (lambda client: client.get("/gezond/", headers={"Accept": "*/*", "HX-Request": "true"}), 200),
    ],
)
def test_whatever_goes_wrong(signed_in, administrator, ask, status):
    client = signed_in(administrator)
    client.raise_request_exception = False
    answer = ask(client)
    assert (answer.status_code, missing_headers(answer)) == (status, set())
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
@override_settings(WHITENOISE_USE_FINDERS=True)
@pytest.mark.parametrize(("headers", "status"), [({}, 200), ({"Range": "bytes=0-9"}, 206)])
def test_files_that_come_with_the_application(headers, status):
    answer = Client().get("/static/css/pluspunt.css", headers=headers)
    assert (answer.status_code, missing_headers(answer)) == (status, set())
    modified = {"If-Modified-Since": answer["Last-Modified"]}
    again = Client().get("/static/css/pluspunt.css", headers=modified)
    assert (again.status_code, missing_headers(again)) == (304, set())


@pytest.mark.django_db
@override_settings(
    SECURE_SSL_REDIRECT=True,
    SECURE_HSTS_SECONDS=31_536_000,
    SECURE_HSTS_INCLUDE_SUBDOMAINS=True,
    SECURE_HSTS_PRELOAD=True,
)
def test_in_production_an_answer_by_https_says_to_stay_there():
    hsts = "max-age=31536000; includeSubDomains; preload"
    to_https = Client().get("/gezond/")
    assert (to_https.status_code, to_https.url, missing_headers(to_https)) == (301, "https://testserver/gezond/", set())
    for address, host in (("/gezond/", "testserver"), ("/bestaat-niet/", "testserver"), ("/gezond/", "evil.example")):
        answer = Client().get(address, secure=True, headers={"host": host})
        assert (answer["Strict-Transport-Security"], missing_headers(answer)) == (hsts, set()), address
    unsafe = Client().get("/gezond/", headers={"host": "evil.example"})
    assert (unsafe.status_code, missing_headers(unsafe)) == (400, set())
