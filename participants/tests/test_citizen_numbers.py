"""The citizen service number: who may have one, what is typed, and that it is seen for a reason only."""

import json
import logging
import time
from threading import Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from participants.models import CitizenNumber, Participant
from participants.services.citizen_numbers import keep_citizen_number, why_no_number
from pluspunt.tests.factories import (
    CitizenNumberFactory,
    IndicationFactory,
    TrajectoryFactory,
    UserFactory,
)
from pluspunt.tests.test_access import TABLE, answer_of, url_of
from pluspunt.validators import passes_eleven_test
from privacy.models import AccessEvent
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "999993653", "999990019"  # of the range that is kept free for tests


@pytest.fixture
def person(monday):
    """Somebody in day care under the Wmo."""
    return IndicationFactory(participant=TrajectoryFactory().participant).participant


@pytest.fixture
def client_of_coordinator(signed_in, coordinator):
    return signed_in(coordinator)


def url(name: str, person: Participant) -> str:
    return reverse(f"citizen_number_{name}", args=[person.key])


def enter(client, person, number: str):
    return press(client, client.get(url("edit", person)), "Bewaar het nummer", number=number)


def reveal(client, person, **typed):
    return press(client, client.get(url("detail", person)), "Toon het hele nummer", **typed)


def last_event() -> tuple[str, str]:
    event = AccessEvent.objects.latest("pk")
    return event.action, event.data


# --- entering -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["999993653", "9999 93 653", " 9999.93.653 "])
def test_a_coordinator_enters_a_number_and_sees_it_masked(client_of_coordinator, coordinator, person, typed):
    assert enter(client_of_coordinator, person, typed).url == url("detail", person)
    kept = person.citizen_number
    assert (kept.number, kept.entered_by, str(kept.entered_on)) == (NUMBER, coordinator, "2026-03-02")
    text = client_of_coordinator.get(url("detail", person)).text
    assert "••••••653" in text
    assert NUMBER not in text


@pytest.mark.parametrize("typed", ["", "999993654", "99999365", "9999936530", "99999365a", "000000000", "٩٩٩٩٩٣٦٥٣"])
def test_what_is_no_number_is_refused_at_the_field(client_of_coordinator, person, typed):
    answer = enter(client_of_coordinator, person, typed)
    assert ("Dit is geen burgerservicenummer" if typed else "Vul dit in.") in answer.text
    assert not CitizenNumber.objects.exists()


@given(st.integers(10_000_000, 999_999_999))
def test_one_digit_wrong_is_always_noticed(number):
    digits = f"{number:09}"
    if passes_eleven_test(digits):
        for place in range(9):
            wrong = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
            assert not passes_eleven_test(wrong)


def test_a_new_number_takes_the_place_of_the_old_one_and_nothing_keeps_that(client_of_coordinator, person):
    enter(client_of_coordinator, person, NUMBER)
    enter(client_of_coordinator, person, OTHER)
    assert CitizenNumber.objects.get().number == OTHER
    assert last_event() == ("CHANGE", "burgerservicenummer")
    assert not hasattr(CitizenNumber, "history")


@pytest.mark.parametrize(
    ("scheme", "group", "may"),
    [
        ("WMO", "SOCIAL_DAY_CARE", True),
        ("WLZ", "ACTIVATION", True),
        ("PGB", "ACTIVATION", False),
        ("SUBSIDY", "ACTIVATION", False),
        ("WMO", "SKILLED_VOLUNTEER", False),
    ],
)
def test_only_who_has_the_wmo_or_the_wlz_and_never_a_volunteer(client_of_coordinator, monday, scheme, group, may):
    person = IndicationFactory(participant=TrajectoryFactory(target_group=group).participant, scheme=scheme).participant
    assert (why_no_number(person) is None) is may
    client_of_coordinator.post(url("edit", person), {"number": NUMBER})
    assert CitizenNumber.objects.exists() is may
    assert (url("edit", person) in client_of_coordinator.get(url("detail", person)).text) is may


def test_an_indication_that_ended_is_enough(coordinator, monday):
    person = IndicationFactory(start_date="2024-01-01", end_date="2024-12-31").participant
    assert keep_citizen_number(person, NUMBER, by=coordinator).number == NUMBER


def test_a_number_that_somebody_else_has_says_who(client_of_coordinator, person):
    other = CitizenNumberFactory(participant__surname="Öztürk").participant
    answer = enter(client_of_coordinator, person, NUMBER)
    assert f"Dit nummer staat al bij {other.list_name}." in answer.text
    assert not CitizenNumber.objects.filter(participant=person).exists()
    assert AccessEvent.objects.filter(subjects__object_id=other.pk, data__contains="hetzelfde").exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_people_get_one_number_at_the_same_time_only_once(coordinator):
    people = [IndicationFactory().participant for _ in range(4)]
    refused = []

    def keep(person):
        try:
            keep_citizen_number(person, NUMBER, by=coordinator)
        except ValidationError as error:
            refused.extend(error.messages)
        finally:
            connections.close_all()

    threads = [Thread(target=keep, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (CitizenNumber.objects.count(), len(refused)) == (1, 3)


# --- seeing ---------------------------------------------------------------------------------------------------------


def test_the_whole_number_is_shown_once_for_a_reason_and_logged(client_of_coordinator, person):
    CitizenNumberFactory(participant=person)
    answer = reveal(client_of_coordinator, person, reason="toewijzing nakijken")
    assert NUMBER in answer.text
    assert answer["Cache-Control"] == "private, no-store"
    event = AccessEvent.objects.latest("pk")
    assert (event.action, event.data, event.ground) == ("REVEAL", "burgerservicenummer: toewijzing nakijken", "LEGAL")
    assert event.subjects.get().object_id == person.pk
    assert NUMBER not in client_of_coordinator.get(url("detail", person)).text
    assert client_of_coordinator.get(url("reveal", person)).status_code == 405


@pytest.mark.parametrize("name", ["detail", "reveal", "edit", "remove"])
def test_who_signed_in_long_ago_proves_it_first_and_nothing_typed_is_kept(signed_in, coordinator, person, name):
    CitizenNumberFactory(participant=person)
    client = signed_in(coordinator)
    session = client.session
    session["signed_in_at"] = time.time() - 3600
    session.save()
    for answer in (client.get(url(name, person)), client.post(url(name, person), {"number": OTHER, "reason": "x"})):
        if answer.status_code != 405:
            assert answer.status_code == 302
            assert "reauthenticate" in answer.url
    assert OTHER not in str(dict(client.session))
    assert CitizenNumber.objects.get().number == NUMBER


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Kies waarom."),
        ({"reason": "zomaar"}, "Kies iets uit de lijst."),
    ],
)
def test_without_a_reason_nothing_is_shown(client_of_coordinator, person, typed, sentence):
    CitizenNumberFactory(participant=person)
    answer = reveal(client_of_coordinator, person, **typed)
    assert sentence in answer.text
    assert NUMBER not in answer.text
    assert last_event()[1] == "burgerservicenummer, afgeschermd"


def test_a_coach_and_everybody_else_gets_nothing(signed_in, world):
    for role in ("coach", "other_coach", "management", "administrator"):
        client = signed_in(world["users"][role])
        answers = [
            client.post(url_of("citizen_number_reveal", world), {"reason": "nummer nakijken"}),
            client.get(url_of("citizen_number_detail", world)),
            client.get(url_of("participant_indications", world)),
        ]
        assert not any("653" in answer.text or "urgerservicenummer" in answer.text for answer in answers), role


@pytest.mark.slow
def test_no_other_page_or_file_holds_the_number_or_what_is_sealed(client, world):
    """Every address, for who may see everything about people; also as a spreadsheet."""
    kept = CitizenNumber.objects.get(pk=world["citizen_number"])
    secrets = [NUMBER.encode(), kept.sealed_number.encode(), b"BSN" + NUMBER.encode()]
    for name, row in TABLE.items():
        if row.get.split()[3] != "200":
            continue
        for query in ("", "?als=csv"):
            answer = answer_of(client, "coordinator", "get", url_of(name, world) + query, world)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert not any(secret in content for secret in secrets), f"{name}{query}"


# --- what the database and the logs hold ----------------------------------------------------------------------------


def test_the_number_stands_nowhere_readable(client_of_coordinator, coordinator, person, caplog):
    with caplog.at_level(logging.DEBUG):
        enter(client_of_coordinator, person, NUMBER)
        enter(client_of_coordinator, person, NUMBER[:-1] + "4")
        reveal(client_of_coordinator, person, reason="nummer nakijken")
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 (our own names)
            assert NUMBER[:-1] not in json.dumps(cursor.fetchall(), default=str), table
    assert NUMBER[:-1] not in caplog.text


def test_a_number_that_was_moved_to_somebody_else_cannot_be_read(client_of_coordinator, person):
    CitizenNumberFactory(participant=person)
    other = CitizenNumberFactory(number=OTHER)
    CitizenNumber.objects.filter(pk=other.pk).update(sealed_number=person.citizen_number.sealed_number)
    text = client_of_coordinator.get(url("detail", other.participant)).text
    assert "Dit nummer is niet te lezen." in text
    assert "653" not in text
    answer = client_of_coordinator.post(url("reveal", other.participant), {"reason": "nummer nakijken"})
    assert "Dit nummer is niet te lezen." in answer.text


def test_a_readable_number_does_not_fit_in_the_database(person):
    kept = CitizenNumberFactory(participant=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        CitizenNumber.objects.filter(pk=kept.pk).update(sealed_number=NUMBER)


# --- removing -------------------------------------------------------------------------------------------------------


def test_a_number_that_is_not_needed_any_more_goes_away(client_of_coordinator, person):
    CitizenNumberFactory(participant=person)
    press(client_of_coordinator, client_of_coordinator.get(url("remove", person)), "Haal het nummer weg")
    assert not CitizenNumber.objects.exists()
    assert last_event() == ("CHANGE", "burgerservicenummer")
    assert client_of_coordinator.get(url("remove", person)).status_code == 404


def test_who_became_a_volunteer_keeps_it_until_a_coordinator_removes_it(client_of_coordinator, person):
    CitizenNumberFactory(participant=person)
    person.trajectories.update(end_date="2026-02-01")
    TrajectoryFactory(participant=person, target_group="SKILLED_VOLUNTEER", start_date="2026-02-02")
    text = client_of_coordinator.get(url("detail", person)).text
    assert "Van een vakvrijwilliger bewaren we geen burgerservicenummer." in text
    assert url("remove", person) in text


def test_coordinators_only(coordinator):
    may = {role for role in User.Role if UserFactory(role=role).has_perm("participants.keep_citizennumber")}
    assert may == {User.Role.COORDINATOR}
