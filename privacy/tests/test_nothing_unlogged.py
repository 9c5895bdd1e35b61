"""What cannot be written in the log is not shown; what is refused is written in the log."""

import ast
import inspect
import textwrap
from collections import Counter
from html import unescape

import pytest
from django.db import connection, transaction

from participants.models import Participant
from pluspunt.tests.factories import ParticipantFactory, PlacementFactory, UserFactory, WorkshopFactory
from pluspunt.tests.test_access import TABLE, answer_of, url_of
from pluspunt.tests.test_consistency import own_patterns
from privacy.middleware import SENTENCE
from privacy.models import AccessEvent
from privacy.tests.test_every_view_logs import WITHOUT_PEOPLE

pytestmark = pytest.mark.django_db


def refuse_to_write() -> None:
    """From now on the database takes no row in the log, as when the role of the web may not any more."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RAISE EXCEPTION 'de schijf van Öztürk is vol'; END $$"
            )
            cursor.execute("CREATE TRIGGER refuse BEFORE INSERT ON privacy_accessevent EXECUTE FUNCTION refuse()")
        else:
            cursor.execute(
                "CREATE TRIGGER refuse BEFORE INSERT ON privacy_accessevent"
                " BEGIN SELECT RAISE(ABORT, 'de schijf van Öztürk is vol'); END"
            )


def answer_while_refused(client, who: str, name: str, world):
    """The answer, in a transaction of its own: what the database refused breaks the one that it was in."""
    with transaction.atomic():
        answer = answer_of(client, who, "get", url_of(name, world), world)
        transaction.set_rollback(True)
    return answer


@pytest.mark.slow
def test_nothing_of_anybody_is_shown_that_cannot_be_logged(client, world):
    """Also not a pdf, a spreadsheet or a picture: their answer begins after the log was written."""
    person = Participant.objects.get(key=world["key"])
    refuse_to_write()
    held_back = Counter()
    for name in sorted(set(TABLE) - WITHOUT_PEOPLE):
        for who in ("coach", "coordinator"):
            answer = answer_while_refused(client, who, name, world)
            if answer.status_code == 200:  # a form that names nobody yet, as that of a new participant
                assert "text/html" in answer["Content-Type"], f"{who} opens {name}"
                assert person.surname not in unescape(answer.content.decode()), f"{who} opens {name}"
            held_back[answer.status_code] += 1
    assert set(held_back) <= {200, 302, 405, 503}
    assert held_back[503] > 100


@pytest.mark.parametrize("name", ["participant_detail", "support_plan_pdf", "story_picture"])
def test_what_is_said_instead_is_dutch_and_names_nobody(client, world, name):
    person = Participant.objects.get(key=world["key"])
    refuse_to_write()
    answer = answer_while_refused(client, "coordinator", name, world)
    body = answer.content.decode()
    assert (answer.status_code, SENTENCE in body, answer["Retry-After"]) == (503, True, "60")
    assert person.surname not in body
    assert "Öztürk" not in body


@pytest.mark.parametrize(
    ("headers", "body"),
    [({"HX-Request": "true"}, SENTENCE), ({"Accept": "application/json"}, '{"wait": 60}')],
)
def test_a_part_of_a_page_and_a_script_are_told_so_too(signed_in, coach, caplog, headers, body):
    client = signed_in(coach)
    refuse_to_write()
    with transaction.atomic():
        answer = client.get("/deelnemers/", headers=headers)
        transaction.set_rollback(True)
    assert (answer.status_code, answer.content.decode(), answer["Retry-After"]) == (503, body, "60")
    assert "access log not written" in caplog.text
    assert "Öztürk" not in next(line.getMessage() for line in caplog.records if line.name == "privacy.middleware")


def test_no_answer_begins_before_the_log_was_written():
    """A view that is a generator, or that writes the log in one, would show the first part of it."""
    for pattern in own_patterns():
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(pattern.callback))))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                yields = any(isinstance(each, ast.Yield | ast.YieldFrom) for each in ast.walk(function))
                logs = any(isinstance(each, ast.Name) and each.id == "log_access" for each in ast.walk(function))
                assert not (yields and logs), pattern.name


def test_who_asks_for_somebody_elses_people_is_recorded_with_whom(signed_in, coach):
    person = ParticipantFactory()
    assert signed_in(coach).get(f"/deelnemers/{person.key}/").status_code == 404
    event = AccessEvent.objects.get()
    assert (event.action, event.allowed, event.data) == ("REFUSED", False, "participant_detail")
    assert [subject.object_id for subject in event.subjects.all()] == [person.pk]


def test_so_is_who_may_not_do_this_at_all(signed_in, manager):
    person = PlacementFactory().participant
    assert signed_in(manager).get(f"/deelnemers/{person.key}/").status_code in (403, 404)
    assert AccessEvent.objects.get().action == "REFUSED"


def test_of_another_address_the_number_is_recorded_and_not_what_was_sent(signed_in, coach):
    workshop = WorkshopFactory()
    client = signed_in(coach)
    answer = client.post(f"/klussen/toevoegen/{workshop.pk}/", {"title": "geheim"})
    events = list(AccessEvent.objects.values_list("action", "data"))
    assert answer.status_code in (302, 403, 404)
    assert all("geheim" not in data for _, data in events)


def test_an_address_that_is_none_and_a_stranger_are_not_recorded(client, signed_in, coach):
    client.get("/deelnemers/onbekend/")
    signed_in(coach).get("/dit-is-er-niet/")
    assert not AccessEvent.objects.exists()


def test_a_key_of_nobody_is_recorded_without_a_person(signed_in, coach):
    signed_in(coach).get("/deelnemers/van-niemand/")
    event = AccessEvent.objects.get()
    assert (event.action, event.subjects.count()) == ("REFUSED", 0)


def test_who_is_inactive_stays_out(signed_in):
    user = UserFactory(is_active=False)
    assert signed_in(user).get("/deelnemers/").status_code == 302
    assert not AccessEvent.objects.exists()
