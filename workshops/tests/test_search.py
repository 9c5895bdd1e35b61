"""One search box for people, partners and workshops, within what somebody may see."""

import re

import pytest

from participants.models import Participant
from partners.models import Collaboration, ContactPerson
from pluspunt.searching import hidden_search
from pluspunt.tests.factories import (
    OrganisationFactory,
    ParticipantFactory,
    PlacementFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from privacy.models import AccessEvent
from workshops.services.search import SHOWN

pytestmark = pytest.mark.django_db
SEARCH = "/zoeken/"
# Passes the eleven-test, belongs to nobody.
CITIZEN_NUMBER = "111222333"
HTMX = {"HX-Request": "true"}


def found(client, text) -> dict:
    """The rows of each kind."""
    return {kind: hits.rows for kind, hits in client.get(SEARCH, {"q": text}).context["found"].items()}


def people(client, text) -> list[Participant]:
    return found(client, text)["people"]


@pytest.fixture
def named_ozturk(monday, workshop):
    """Somebody, a partner, a contact person, a collaboration and a workshop that are called Şen."""
    partner = OrganisationFactory(name="Öztürk & Şen", place="M4H")
    return {
        "people": [PlacementFactory(trajectory__participant__surname="Öztürk").participant],
        "organisations": [partner],
        "contacts": [ContactPerson.objects.create(organisation=partner, name="Ayşe Öztürk")],
        "collaborations": [
            Collaboration.objects.create(name="Met Öztürk bouwen", purpose="bouwen", start_date="2026-01-01")
        ],
        "workshops": [WorkshopFactory(name="Werkplaats Öztürk")],
    }


def test_a_coordinator_finds_everything_without_its_marks(signed_in, coordinator, named_ozturk):
    assert found(signed_in(coordinator), "ozturk") == named_ozturk


def test_a_coach_finds_the_own_people_and_workshops_and_all_partners(signed_in, coach, workshop, named_ozturk):
    mine = PlacementFactory(workshop=workshop, trajectory__participant__surname="Özturkoğlu").participant
    answer = found(signed_in(coach), "ozturk")
    assert answer == named_ozturk | {"people": [mine], "workshops": []}
    assert found(signed_in(coach), workshop.name)["workshops"] == [workshop]


def test_management_finds_partners_and_names_of_workshops_but_nobody(signed_in, manager, named_ozturk):
    page = signed_in(manager).get(SEARCH, {"q": "ozturk"})
    assert set(page.context["found"]) == {"organisations", "contacts", "collaborations", "workshops"}
    assert named_ozturk["people"][0].list_name not in page.text
    assert "Werkplaats Öztürk" in page.text
    assert "/deelnemers/" not in page.text


def test_an_administrator_has_no_search(signed_in, administrator):
    client = signed_in(administrator)
    assert client.get(SEARCH, {"q": "ozturk"}).status_code == 403
    assert SEARCH not in client.get("/beheer/accounts/", follow=True).text


@pytest.mark.parametrize("user", ["coach", "coordinator", "manager"])
def test_the_box_stands_on_every_page(request, signed_in, user):
    page = signed_in(request.getfixturevalue(user)).get("/partners/")
    assert 'class="topsearch" method="post" action="/zoeken/verborgen/"' in page.text
    assert f'name="to" value="{SEARCH}"' in page.text


def test_the_own_number_comes_first_then_names_that_begin_with_it(monday, signed_in, coordinator):
    within, surname, nickname = [
        ParticipantFactory(nickname=nickname, surname=surname)
        for nickname, surname in [("Jaap", "Aalbers"), ("Bo", "Bersma"), ("Bersun", "Zee")]
    ]
    assert people(signed_in(coordinator), "bers") == [surname, nickname, within]
    other = ParticipantFactory(surname="Zes 12", number=3)
    twelve = ParticipantFactory(surname="Zuid", number=12)
    assert people(signed_in(coordinator), "12") == [twelve, other]


def test_who_stopped_and_who_waits_are_found(monday, signed_in, coordinator):
    gone = TrajectoryFactory(participant__surname="Weg", end_date=monday.replace(month=1)).participant
    assert people(signed_in(coordinator), "weg") == [gone]


def test_a_long_answer_leads_to_the_whole_list(monday, signed_in, coordinator):
    ParticipantFactory.create_batch(SHOWN + 1, surname="Jansen")
    client = signed_in(coordinator)
    page = client.get(SEARCH, {"q": "jansen"})
    assert len(page.context["found"]["people"].rows) == SHOWN
    assert f"Toon alle {SHOWN + 1} deelnemers" in page.text
    whole = re.search(r'"(/deelnemers/\?q=~[^"]*)"', page.text)[1].replace("&amp;", "&")
    assert client.get(whole).context["page_obj"].paginator.count == SHOWN + 1


def test_the_access_log_has_who_was_shown_and_not_what_was_typed(monday, signed_in, coordinator):
    person = ParticipantFactory(surname="Vermeer")
    signed_in(coordinator).get(SEARCH, {"q": "vermeer"}, headers=HTMX)
    event = AccessEvent.objects.get()
    assert (event.action, [subject.object_id for subject in event.subjects.all()]) == ("SEARCH", [person.pk])
    assert "vermeer" not in event.data.lower()


def test_nothing_typed_finds_nothing_and_logs_nothing(monday, signed_in, coordinator):
    ParticipantFactory(surname="Vermeer")
    assert "Vermeer" not in signed_in(coordinator).get(SEARCH).text
    assert not AccessEvent.objects.exists()


@pytest.mark.parametrize("text", [CITIZEN_NUMBER, "=1+1", "a\x00b", "x" * 101])
def test_what_must_not_be_typed_is_refused_and_kept_nowhere(monday, signed_in, coordinator, text):
    client = signed_in(coordinator)
    answer = client.get(SEARCH, {"q": text})
    assert answer.url == SEARCH  # the address keeps nothing of it
    page = client.get(SEARCH).text
    assert "Er is niet gezocht." in page
    assert text not in page
    part = client.get(SEARCH, {"q": text}, headers=HTMX)
    assert "Er is niet gezocht." in part.text
    assert text not in part.text


def test_while_typing_only_the_results_come(monday, signed_in, coordinator):
    answer = signed_in(coordinator).get(SEARCH, {"q": "bak"}, headers=HTMX)
    assert "<html" not in answer.text
    assert "HX-Request" in answer["Vary"]


def test_many_take_as_many_queries_as_one(monday, signed_in, coordinator, workshop, django_assert_max_num_queries):
    def fill(count):
        for number in range(count):
            PlacementFactory(workshop=workshop, trajectory__participant__nickname="Fiets")
            partner = OrganisationFactory(name=f"Fiets {OrganisationFactory().pk} {number}")
            ContactPerson.objects.create(organisation=partner, name="Fiets")

    client = signed_in(coordinator)
    fill(1)
    client.get(SEARCH, {"q": "fiets"})
    with django_assert_max_num_queries(25) as first:
        client.get(SEARCH, {"q": "fiets"})
    fill(2)
    with django_assert_max_num_queries(25) as second:
        client.get(SEARCH, {"q": "fiets"})
    assert len(first) == len(second)


# --- No name in an address ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", [SEARCH, "/deelnemers/"])
def test_what_was_typed_stands_sealed_in_the_address_and_readable_in_the_box(monday, signed_in, coordinator, to):
    ParticipantFactory.create_batch(30, surname="Öztürk")
    client = signed_in(coordinator)
    answer = client.post("/zoeken/verborgen/", {"to": to, "q": "öztürk", "status": "ALL"})
    assert answer.status_code == 302
    assert answer.url.startswith(f"{to}?q=~") or "&q=~" in answer.url
    assert "status=ALL" in answer.url
    assert "csrf" not in answer.url
    page = client.get(answer.url).text
    assert 'value="öztürk"' in page
    assert "Öztürk" in page
    links = [link for link in re.findall(r'href="([^"]*)"', page) if "q=" in link]
    assert links
    assert [link for link in links if "q=~" not in link] == []


@pytest.mark.parametrize("to", ["", "deelnemers/", "//elders.nl/", "https://elders.nl/", "/\\elders.nl/"])
def test_a_search_leads_to_no_other_site(signed_in, coordinator, to):
    assert signed_in(coordinator).post("/zoeken/verborgen/", {"to": to, "q": "Jan"}).status_code == 404


def test_a_hidden_search_that_was_changed_finds_nothing_and_says_nothing(monday, signed_in, coordinator):
    for text in ("~", "~k1:AAAA", f"{hidden_search('Jan')[:-4]}AAAA"):
        assert signed_in(coordinator).get(SEARCH, {"q": text}).context["text"] == ""


def test_too_long_a_text_is_told_and_not_searched(monday, signed_in, coordinator):
    client = signed_in(coordinator)
    answer = client.post("/zoeken/verborgen/", {"to": SEARCH, "q": "x" * 5000}, follow=True)
    assert "Er is niet gezocht." in answer.text
