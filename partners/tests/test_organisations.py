"""Partners: finding them, what stands on their page, and keeping it up to date."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.models import ContactPerson, Organisation, Theme
from pluspunt.tests.factories import (
    CollaborationFactory,
    ContactPersonFactory,
    EventFactory,
    OpeningFactory,
    OrganisationFactory,
    PlacementFactory,
    WorkshopFactory,
)
from privacy.models import AccessEvent
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
LIST = "/partners/"


@pytest.fixture
def garden(monday):
    """The food garden in M4H, a partner since 2019."""
    return OrganisationFactory(name="Voedseltuin Rotterdam", kind="FOOD", place="M4H", start_date=date(2019, 5, 1))


@pytest.fixture
def office(signed_in, coordinator):
    return signed_in(coordinator)


def detail(partner):
    return reverse("organisation_detail", args=[partner.pk])


def found(client, **query):
    return [partner.name for partner in client.get(LIST, query).context["page_obj"]]


# --- the list -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["voedsel", "TUIN", "m4h", "tuin rott"])
def test_a_partner_is_found_by_any_part_of_the_name_or_place(office, garden, text):
    OrganisationFactory(name="Buurman")
    assert found(office, q=text) == ["Voedseltuin Rotterdam"]


def test_accents_and_capitals_make_no_difference_to_searching_or_order(office, monday):
    for name in ("Zadkine", "Één Plek", "buurman", "Öztürk Fietsen"):
        OrganisationFactory(name=name)
    assert found(office, sort="naam") == ["buurman", "Één Plek", "Öztürk Fietsen", "Zadkine"]
    assert found(office, q="ozt") == ["Öztürk Fietsen"]


def test_a_partner_that_stopped_is_hidden_until_asked_for(office, garden, monday):
    OrganisationFactory(name="Galerie", end_date=date(2026, 3, 1))
    OrganisationFactory(name="Laatste dag", end_date=monday)
    assert found(office) == ["Laatste dag", "Voedseltuin Rotterdam"]
    assert found(office, status="ENDED") == ["Galerie"]
    assert found(office, status="ALL") == ["Galerie", "Laatste dag", "Voedseltuin Rotterdam"]


def test_filters_and_order(office, garden):
    theme = Theme.objects.first()
    garden.themes.add(theme)
    OrganisationFactory(name="Buurman", kind="ENTREPRENEUR", place="Keilepand", start_date=date(2023, 1, 1))
    assert found(office, kind="FOOD") == found(office, theme=theme.pk) == ["Voedseltuin Rotterdam"]
    assert found(office, sort="sinds") == ["Buurman", "Voedseltuin Rotterdam"]
    assert found(office, sort="plaats", status="ALL", kind="") == ["Buurman", "Voedseltuin Rotterdam"]


def test_the_filters_are_remembered_until_they_are_wiped(office, garden):
    office.get(LIST, {"kind": "FOOD"})
    assert office.get(LIST).url == f"{LIST}?kind=FOOD"
    assert office.get(LIST, {"wis": "1"}).url == LIST
    assert office.get(LIST).status_code == 200


def test_a_list_counts_the_collaborations_that_run(office, garden, monday):
    for end in (None, monday, date(2026, 3, 1)):
        CollaborationFactory(end_date=end).organisations.add(garden)
    CollaborationFactory(start_date=date(2026, 3, 3)).organisations.add(garden)
    [row] = office.get(LIST).context["page_obj"]
    assert row.running_collaborations == 2


def test_the_list_goes_along_as_a_file_with_the_same_filters(office, garden):
    OrganisationFactory(name="Buurman")
    lines = office.get(LIST, {"q": "tuin", "als": "csv"}).content.decode("utf-8-sig").splitlines()
    assert lines == [
        "Naam;Soort;Gebied of plaats;Thema's;Sinds;Tot en met;Samenwerkingen die lopen",
        "Voedseltuin Rotterdam;voedsel;M4H;;01-05-2019;;0",
    ]
    assert office.get(LIST, {"als": "xlsx"}).content.startswith(b"PK")


def test_the_list_says_what_to_do_when_it_is_empty(office, monday):
    assert "Er zijn nog geen partners" in office.get(LIST).text
    OrganisationFactory()
    assert "Geen partner gevonden" in office.get(LIST, {"q": "niemand"}).text


def count_queries(client, url) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)


def test_the_list_takes_as_many_queries_for_one_partner_as_for_three(office, garden):
    CollaborationFactory().organisations.add(garden)
    garden.themes.add(Theme.objects.first())
    one = count_queries(office, LIST)
    for partner in OrganisationFactory.create_batch(2):
        partner.themes.add(Theme.objects.first())
        CollaborationFactory().organisations.add(partner)
    assert count_queries(office, LIST) == one


# --- one partner ----------------------------------------------------------------------------------------------------


def hosted(partner, **facts):
    workshop = WorkshopFactory(host=partner, **facts)
    OpeningFactory(workshop=workshop, capacity=4)
    OpeningFactory(workshop=workshop, weekday=2, capacity=6)
    PlacementFactory.create_batch(2, workshop=workshop)
    return workshop


def test_the_page_says_everything_about_a_partner(office, garden):
    contact = ContactPersonFactory(organisation=garden, phone="06-12 34 56 78", email="wessel@tuin.example")
    hosted(garden, name="Kas", site_contact=contact, guidance_nearby="Carla, om de hoek")
    EventFactory(name="Oogstfeest", visitors=140).collaboration.organisations.add(garden)
    page = office.get(detail(garden)).text
    said = [
        "M4H",
        "01-05-2019",
        "Kas",
        "Carla, om de hoek",
        "2 mensen aan het werk",
        "10 plekken per week",
        "Oogstfeest",
        "2026.pdf",
    ]
    assert [words for words in said if words not in page] == []
    assert 'href="tel:0612345678"' in page
    assert 'href="mailto:wessel@tuin.example"' in page


def test_only_people_who_work_there_now_are_counted(office, garden, monday):
    workshop = hosted(garden)
    person = PlacementFactory(workshop=workshop).participant
    PlacementFactory(workshop=workshop, trajectory=person.trajectories.get(), weekday=2)
    PlacementFactory(workshop=workshop, end_date=date(2026, 3, 1))
    PlacementFactory(workshop=workshop, start_date=date(2026, 3, 3))
    [row] = office.get(detail(garden)).context["workshops"]
    assert (row.people, row.places, row.parts_open) == (3, 10, 2)


def test_a_partner_page_names_no_participant_and_management_may_see_it(signed_in, manager, garden):
    workshop = hosted(garden)
    page = signed_in(manager).get(detail(garden)).text
    assert workshop.name in page
    assert workshop.placements.first().participant.surname not in page
    assert "toevoegen" not in page


def test_a_coach_gets_a_link_to_an_own_workshop_only(signed_in, coach, garden):
    own, other = hosted(garden, coaches=[coach]), hosted(garden)
    page = signed_in(coach).get(detail(garden)).text
    links = [reverse("workshop_detail", args=[workshop.pk]) in page for workshop in (own, other)]
    assert links == [True, False]


def test_a_partner_page_takes_as_many_queries_for_one_of_everything_as_for_three(office, garden):
    def fill():
        contact = ContactPersonFactory(organisation=garden)
        hosted(garden, site_contact=contact)
        collaboration = EventFactory().collaboration
        collaboration.organisations.add(garden)
        collaboration.themes.add(Theme.objects.first())

    fill()
    one = count_queries(office, detail(garden))
    fill()
    fill()
    assert count_queries(office, detail(garden)) == one


# --- adding and changing --------------------------------------------------------------------------------------------


def test_a_partner_is_added(office, monday):
    page = office.get(reverse("organisation_add"))
    theme = Theme.objects.first()
    answer = press(
        office, page, "Voeg partner toe", name="Buurman", kind="ENTREPRENEUR", themes=[theme.pk], notes="Hout."
    )
    partner = Organisation.objects.get()
    assert answer.url == detail(partner)
    assert (partner.name, partner.kind, list(partner.themes.all())) == ("Buurman", "ENTREPRENEUR", [theme])


def test_a_name_that_is_there_already_and_days_in_the_wrong_order_are_refused(office, garden):
    page = office.get(reverse("organisation_add"))
    facts = {"kind": "FOOD", "themes": [], "notes": "Bewaar dit", "start_date": "2026-02-02", "end_date": "2026-02-01"}
    answer = press(office, page, "Voeg partner toe", name="Voedseltuin Rotterdam", **facts)
    assert Organisation.objects.count() == 1
    assert "De einddatum ligt voor de begindatum." in answer.text
    assert "Bewaar dit" in answer.text
    assert "name" in answer.context["form"].errors


def test_a_partner_is_changed_and_can_stop(office, garden):
    page = office.get(reverse("organisation_edit", args=[garden.pk]))
    press(
        office, page, "Bewaar partner", name="De Voedseltuin", kind="FOOD", themes=[], end_date="2026-02-28", notes=""
    )
    garden.refresh_from_db()
    assert (garden.name, garden.search_name, garden.end_date) == (
        "De Voedseltuin",
        "de voedseltuin m4h",
        date(2026, 2, 28),
    )
    assert "gestopt op 28-02-2026" in office.get(detail(garden)).text


def test_a_contact_person_is_added_and_changed(office, garden):
    page = office.get(reverse("contact_add", args=[garden.pk]))
    assert press(office, page, "Voeg toe", name="Ilse Spaak", phone="06-12345678").url == detail(garden)
    contact = garden.contact_people.get()
    page = office.get(reverse("contact_edit", args=[contact.pk]))
    press(office, page, "Bewaar contactpersoon", position="beheerder")
    contact.refresh_from_db()
    assert (contact.name, contact.position) == ("Ilse Spaak", "beheerder")


def test_a_wrong_phone_number_is_refused_and_nothing_typed_is_lost(office, garden):
    page = office.get(reverse("contact_add", args=[garden.pk]))
    answer = press(office, page, "Voeg toe", name="Ilse Spaak", phone="bel maar")
    assert "Een telefoonnummer bestaat uit cijfers" in answer.text
    assert ("Ilse Spaak" in answer.text, ContactPerson.objects.count()) == (True, 0)


def test_a_contact_person_is_taken_away(office, garden):
    contact = ContactPersonFactory(organisation=garden)
    page = office.get(reverse("contact_edit", args=[contact.pk]))
    assert press(office, page, "Haal contactpersoon weg").url == detail(garden)
    assert not garden.contact_people.exists()


def test_the_contact_on_site_of_a_workshop_cannot_be_taken_away(office, garden):
    contact = ContactPersonFactory(organisation=garden)
    WorkshopFactory(name="Kas", host=garden, site_contact=contact)
    answer = office.post(reverse("contact_remove", args=[contact.pk]), follow=True)
    assert "Wessel Tuinman is het contact ter plaatse van Kas. Kies daar eerst iemand anders." in answer.text
    assert garden.contact_people.get() == contact


def test_kinds_are_sorted_as_they_are_read_and_who_has_no_place_comes_last(signed_in, coordinator):
    for name, kind, place in (("Een", "CARE_PROVIDER", ""), ("Twee", "CULTURAL", "Noord"), ("Drie", "OTHER", "M4H")):
        OrganisationFactory(name=name, kind=kind, place=place)
    client = signed_in(coordinator)
    shown = [
        [row.name for row in client.get(reverse("organisation_list"), {"sort": order}).context["page_obj"]]
        for order in ("soort", "plaats")
    ]
    assert shown == [["Drie", "Twee", "Een"], ["Drie", "Twee", "Een"]]


def test_the_order_can_be_chosen_without_the_headings(signed_in, coordinator):
    OrganisationFactory(name="Oud", start_date=date(2020, 1, 1))
    OrganisationFactory(name="Zo nieuw", start_date=date(2026, 1, 1))
    client = signed_in(coordinator)
    page = press(client, client.get(reverse("organisation_list")), "Zoek", sort="sinds")
    assert [row.name for row in page.context["page_obj"]] == ["Zo nieuw", "Oud"]


@pytest.mark.parametrize("page", ["organisation_list", "collaboration_list"])
def test_who_took_a_list_along_is_recorded(signed_in, manager, page):
    signed_in(manager).get(reverse(page), {"als": "csv"})
    event = AccessEvent.objects.get()
    assert (event.user, event.action, event.subjects.count()) == (manager, "EXPORT", 0)
