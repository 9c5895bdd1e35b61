"""The log of the server is for a machine to read, and names nobody."""

import json
import logging
import sys

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import path, reverse

from pluspunt.logs import JsonLines, hide_addresses
from pluspunt.tests.factories import ParticipantFactory, UserFactory
from pluspunt.urls import urlpatterns as real_urls


def twice(request):
    UserFactory(email="geheim@pluspunt.test")
    UserFactory(email="geheim@pluspunt.test")


handler500 = "pluspunt.views.server_error"
urlpatterns = [*real_urls, path("dubbel/", twice)]


class Lines(logging.Handler):
    """What production writes to its log, line by line."""

    def __init__(self):
        super().__init__()
        self.written: list[str] = []
        self.addFilter(hide_addresses)
        self.setFormatter(JsonLines())

    def emit(self, record):
        self.written.append(self.format(record))

    def by(self, logger: str) -> list[dict]:
        return [line for line in map(json.loads, self.written) if line["logger"] == logger]


@pytest.fixture
def lines():
    handler, root, requests = Lines(), logging.getLogger(), logging.getLogger("pluspunt.requests")
    root.addHandler(handler)
    requests.setLevel(logging.INFO)
    yield handler
    root.removeHandler(handler)
    requests.setLevel(logging.NOTSET)


def test_a_request_is_one_line_without_the_key_of_the_person(lines, signed_in, coordinator):
    person = ParticipantFactory(surname="Zilvervis")
    answer = signed_in(coordinator).get(f"{reverse('participant_detail', args=[person.key])}?q=Zilvervis")
    [line] = lines.by("pluspunt.requests")
    assert line.pop("time").endswith("+00:00")
    assert line.pop("ms") >= 0
    assert line == {
        "level": "INFO",
        "logger": "pluspunt.requests",
        "message": line["message"],
        "request_id": answer["X-Request-ID"],
        "user_id": coordinator.pk,
        "view": "participant_detail",
        "method": "GET",
        "status": 200,
    }
    assert "Zilvervis" not in str(lines.written)
    assert person.key not in str(lines.written)
    assert coordinator.name not in str(lines.written)


@pytest.mark.django_db
@pytest.mark.parametrize(("sent", "is_kept"), [("abcd-1234", True), ("kort", False), ('{"a": "b c d"}', False)])
def test_the_number_that_a_proxy_gave_a_request_is_kept_when_it_is_a_number(client, sent, is_kept):
    answer = client.get(reverse("offline"), headers={"X-Request-ID": sent})
    assert (answer["X-Request-ID"] == sent) is is_kept
    assert len(answer["X-Request-ID"]) in (len(sent), 32)


@pytest.mark.urls(__name__)
def test_an_error_says_where_it_happened_and_not_what_was_typed(lines, administrator):
    client = Client(raise_request_exception=False)
    client.force_login(administrator, "allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get("/dubbel/")
    [line] = lines.by("django.request")
    assert (answer.status_code, line["status"], line["level"]) == (500, 500, "ERROR")
    assert line["message"] == "Internal Server Error: /dubbel/"
    assert line["error"].startswith("IntegrityError < ")
    assert any(" twice" in place for place in line["places"])
    assert "geheim" not in str(lines.written)


@pytest.mark.django_db
def test_an_address_that_is_not_ours_is_not_repeated(lines, signed_in, administrator):
    signed_in(administrator).get("/deelnemers/jan-jansen@voorbeeld.nl/en/verder/")
    [line] = lines.by("django.request")
    assert (line["message"], line["status"]) == ("Not Found: /…", 404)


def test_outside_a_request_a_line_has_no_number(lines):
    try:
        raise IntegrityError("Key (name)=(Jan)")
    except IntegrityError:
        record = logging.LogRecord("a", logging.ERROR, __file__, 1, "%s mis", ("iets",), sys.exc_info())
    line = json.loads(JsonLines().format(record))
    assert set(line) == {"time", "level", "logger", "message", "error", "places"}
    assert (line["message"], line["error"]) == ("iets mis", "IntegrityError")
