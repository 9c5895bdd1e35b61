"""The database is away for a moment: nobody sees an error, and the next request finds it again."""

import sqlite3
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection
from django.test import Client
from django.urls import path, reverse

from accounts.models import User
from partners.models import Organisation
from pluspunt.middleware import is_database_away
from pluspunt.tests.factories import UserFactory
from pluspunt.urls import urlpatterns as real_urls
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PARTNER = {"name": "Voedseltuin", "kind": "OTHER"}
ROBOT = {"Accept": "application/json"}
WAITING = "js/offline.js"


def twice_the_same(request):
    UserFactory(email="carla@pluspunt.test")
    UserFactory(email="carla@pluspunt.test")


def wrong_query(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


def full_sqlite(request):
    small = sqlite3.connect(":memory:")
    small.execute("CREATE TABLE t (content)")
    small.execute("PRAGMA max_page_count = 3")
    try:
        small.execute("INSERT INTO t VALUES (zeroblob(100000))")
    except sqlite3.OperationalError as error:
        raise OperationalError(*error.args) from error


def full_postgresql(request):
    raise OperationalError from psycopg.errors.DiskFull()


handler500 = "pluspunt.views.server_error"
urlpatterns = [*real_urls, path("dubbel/", twice_the_same), path("fout/", wrong_query)]
urlpatterns += [path("vol/", full_sqlite), path("ook-vol/", full_postgresql)]


@pytest.fixture
def browser():
    """Signed in as a coordinator; as in a browser, an error is a page."""
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(role=User.Role.COORDINATOR), settings.AUTHENTICATION_BACKENDS[1])
    return client


@pytest.fixture
def move_database(tmp_path):
    """`move_database()` makes the address of the database one where nothing is, and the line to it is gone."""
    name = "NAME" if connection.vendor == "sqlite" else "HOST"
    there = connection.settings_dict[name]

    def move(to=tmp_path / "nowhere" / "database"):
        connection.close()
        connection.settings_dict[name] = str(to)

    yield move
    move(there)


def assert_asks_for_patience(page):
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "<h1>Even geduld</h1>" in page.text
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert page["Cache-Control"] == "private, no-store"
    assert "Hoofdmenu" not in page.text


# The first asks the database in a middleware, for who is signed in; the second in its view.
@pytest.mark.parametrize("address", [reverse("participant_list"), reverse("health")])
def test_a_page_waits_and_asks_again_by_itself(browser, move_database, address):
    there = connection.settings_dict["NAME" if connection.vendor == "sqlite" else "HOST"]
    move_database()
    page = browser.get(address)
    assert_asks_for_patience(page)
    assert WAITING in page.text
    move_database(there)
    assert browser.get(address).status_code == 200


def test_what_was_sent_was_not_saved_and_the_page_leads_back(browser, move_database):
    page = browser.get(reverse("organisation_add"))
    sent_from = f"http://testserver{reverse('organisation_add')}"
    browser.defaults["HTTP_REFERER"] = sent_from
    move_database()
    answer = press(browser, page, "Voeg partner toe", **PARTNER)
    assert_asks_for_patience(answer)
    assert "Wat je net stuurde, is waarschijnlijk niet opgeslagen." in answer.text
    assert WAITING not in answer.text
    assert f'href="{sent_from}"' in answer.text
    browser.defaults["HTTP_REFERER"] = "https://elders.test/"
    answer = browser.post(reverse("organisation_add"))
    assert "elders.test" not in answer.text
    assert 'href="/"' in answer.text


def test_a_script_is_told_how_long_to_wait(browser, move_database):
    move_database()
    for address in (reverse("participant_list"), reverse("health")):
        answer = browser.post(address, headers=ROBOT)
        assert (answer.status_code, answer["Retry-After"], answer.json()) == (503, "5", {"wait": 5})
        answer = browser.get(address, headers={"HX-Request": "true"})
        assert (answer.status_code, answer["Content-Type"]) == (503, "text/plain; charset=utf-8")
        assert answer.text == "Even geduld: de database is even weg. Probeer het zo nog een keer."


@contextmanager
def cut_line():
    """As an administrator of PostgreSQL does, over another line, to the one of this test."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [number] = cursor.fetchone()
    address = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with psycopg.connect(**address, autocommit=True) as other:
        assert other.execute("SELECT pg_terminate_backend(%s, 5000)", [number]).fetchone() == (True,)
    yield


@contextmanager
def locked_file():
    """Another program holds SQLite's file, longer than we wait."""
    options = connection.settings_dict["OPTIONS"]
    patience = options["timeout"]
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        connection.close()
        options["timeout"] = 0.1
        other.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            options["timeout"] = patience
            connection.close()


def test_what_is_sent_while_the_database_breaks_off_is_not_saved_and_can_be_sent_again(browser):
    page = browser.get(reverse("organisation_add"))
    with {"sqlite": locked_file, "postgresql": cut_line}[connection.vendor]():
        assert_asks_for_patience(press(browser, page, "Voeg partner toe", **PARTNER))
    assert not Organisation.objects.exists()
    assert press(browser, page, "Voeg partner toe", **PARTNER).status_code == 302
    assert Organisation.objects.get().name == "Voedseltuin"


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("address", ["/dubbel/", "/fout/"])
def test_our_own_mistake_is_no_reason_to_wait(browser, address):
    page = browser.get(address)
    assert page.status_code == 500
    assert "Er ging iets mis bij ons" in page.text


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("address", ["/vol/", "/ook-vol/"])
def test_a_full_disk_is_said_in_plain_words(browser, address):
    page = browser.get(address)
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "<h1>Er is geen ruimte meer</h1>" in page.text
    assert "De schijf van de server is vol. Wat je net stuurde, is niet opgeslagen." in page.text
    part = browser.get(address, headers={"HX-Request": "true"})
    assert part.text == "De schijf van de server is vol. Wat je net stuurde, is niet opgeslagen. Bel je beheerder."
    assert browser.post(address, headers=ROBOT).json() == {"wait": 5}


def test_a_broken_rule_is_not_the_database_away():
    assert not is_database_away(IntegrityError())
    assert not is_database_away(RuntimeError())
    assert not is_database_away(None)
    assert is_database_away(OperationalError())
