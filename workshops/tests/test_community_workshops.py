"""Workshops as places, in the house and at a partner: beginning one, and working there like anywhere else."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from impact.figures.attendance import attendance_figures
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    CollaborationFactory,
    ContactPersonFactory,
    LocationFactory,
    OpeningFactory,
    OrganisationFactory,
    PlacementFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from workshops.models import DayPart, Opening, Workshop
from workshops.services.places import add_workshop, week_places
from workshops.services.sessions import HORIZON
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
ADD = "/werkplaatsen/nieuw/"
MORNING, AFTERNOON = DayPart.MORNING, DayPart.AFTERNOON


@pytest.fixture
def garden(monday):
    return OrganisationFactory(name="Voedseltuin Rotterdam")


@pytest.fixture
def gardener(garden):
    return ContactPersonFactory(organisation=garden, phone="06-12345678")


@pytest.fixture
def office(signed_in, coordinator):
    return signed_in(coordinator)


def add(client, *, partner=None, **typed):
    page = client.get(ADD, {"partner": partner.pk} if partner else {})
    facts = {"name": "Kas", "discipline": "FOOD", "location": LocationFactory(name="M4H").pk, "places_1_MORNING": "2"}
    return press(client, page, "Voeg werkplaats toe", **{**facts, **typed})


def begun(**facts) -> Workshop:
    location = LocationFactory(name="M4H")
    return Workshop(**{"name": "Kas", "location": location, "registered_from": date(2026, 3, 2), **facts})


# --- beginning one --------------------------------------------------------------------------------------------------


def test_a_workplace_at_a_partner_is_added_from_the_page_of_the_partner(office, garden, gardener):
    assert f'href="{ADD}?partner={garden.pk}"' in office.get(reverse("organisation_detail", args=[garden.pk])).text
    collaboration = CollaborationFactory()
    chosen = {"site_contact": gardener.pk, "guidance_nearby": "Carla, om de hoek", "collaborations": [collaboration.pk]}
    places = {"places_1_MORNING": "2", "places_3_AFTERNOON": "1", "places_6_MORNING": "4"}
    answer = add(office, partner=garden, **chosen, **places)
    workshop = Workshop.objects.get()
    assert answer.url == reverse("workshop_detail", args=[workshop.pk])
    assert (workshop.host, workshop.site_contact, workshop.registered_from) == (garden, gardener, date(2026, 3, 2))
    assert list(workshop.collaborations.all()) == [collaboration]
    assert set(workshop.openings.values_list("weekday", "day_part", "capacity", "start_date", "end_date")) == {
        (1, MORNING, 2, date(2026, 3, 2), None),
        (3, AFTERNOON, 1, date(2026, 3, 2), None),
        (6, MORNING, 4, date(2026, 3, 2), None),
    }


def test_registers_are_there_at_once_from_the_first_day(office, garden, monday):
    add(office, partner=garden, registered_from="2026-02-23", collaborations=[])
    workshop = Workshop.objects.get()
    days = workshop.sessions.order_by("date").values_list("date", flat=True)
    assert (days.first(), days.last(), workshop.sessions_until) == (
        date(2026, 2, 23),
        monday + HORIZON,
        monday + HORIZON,
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"places_1_MORNING": ""}, "Vul bij minstens één dagdeel in hoeveel plaatsen er zijn."),
        ({"places_1_MORNING": "0"}, "Vul een getal in vanaf 1."),
        ({"places_1_MORNING": "501"}, "Vul een getal in tot en met 500."),
        ({"places_1_MORNING": "twee"}, "Vul een getal in, met alleen cijfers."),
        ({"registered_from": "2024-03-01"}, "Kies een eerste dag binnen een jaar vanaf vandaag."),
        ({"registered_from": "2027-03-05"}, "Kies een eerste dag binnen een jaar vanaf vandaag."),
        ({"registered_from": ""}, "Vul dit in."),
        ({"location": ""}, "Kies iets uit de lijst."),
    ],
)
def test_a_workshop_that_cannot_be_is_refused_and_keeps_what_was_typed(office, garden, typed, sentence):
    answer = add(office, partner=garden, guidance_nearby="Carla, om de hoek", places_2_MORNING="", **typed)
    assert (sentence in answer.text, "Carla, om de hoek" in answer.text) == (True, True)
    assert (Workshop.objects.count(), Opening.objects.count()) == (0, 0)


def test_the_contact_on_site_must_belong_to_the_partner(office, garden):
    stranger = ContactPersonFactory(organisation=OrganisationFactory(name="Buurman"))
    answer = add(office, partner=garden, site_contact=stranger.pk)
    assert "Deze persoon hoort niet bij de partner waar de werkplaats is." in answer.text
    assert not Workshop.objects.exists()


def test_a_workshop_in_the_house_has_no_contact_on_site(office, gardener):
    assert "Deze persoon hoort niet bij de partner" in add(office, site_contact=gardener.pk).text
    assert add(office).status_code == 302
    assert Workshop.objects.get().host is None


@pytest.mark.parametrize("asked", ["abc", "-1", "99999999999999999999", "²", "424242"])
def test_a_partner_that_does_not_exist_is_not_filled_in(office, garden, asked):
    page = office.get(ADD, {"partner": asked})
    assert (page.status_code, page.context["host"]) == (200, None)


def test_the_same_name_twice_is_refused(office, garden):
    WorkshopFactory(name="Kas")
    answer = add(office, partner=garden)
    assert "name" in answer.context["form"].errors
    assert Workshop.objects.count() == 1


def test_the_service_refuses_a_workshop_that_is_never_open(monday):
    with pytest.raises(ValidationError, match="minstens één dagdeel"):
        add_workshop(begun(), places={}, collaborations=[])
    with pytest.raises(ValidationError, match="binnen een jaar"):
        add_workshop(begun(registered_from=None), places={(1, MORNING): 1}, collaborations=[])
    assert not Workshop.objects.exists()


def test_one_wrong_opening_makes_nothing_at_all(monday):
    with pytest.raises(ValidationError):
        add_workshop(begun(), places={(1, MORNING): 1, (8, MORNING): 1}, collaborations=[])
    assert not Workshop.objects.exists()


# --- changing one ---------------------------------------------------------------------------------------------------


def test_a_workshop_is_changed_and_its_places_are_shown(office, workshop, garden, gardener):
    workshop.sessions_until = date(2026, 3, 30)
    workshop.save()
    page = office.get(reverse("workshop_edit", args=[workshop.pk]))
    assert [(day.weekday.label, day.morning, day.afternoon) for day in page.context["week"]] == [("maandag", 8, None)]
    changes = {"host": garden.pk, "site_contact": gardener.pk, "guidance_nearby": "Carla, op het terrein"}
    press(office, page, "Bewaar werkplaats", **changes)
    workshop.refresh_from_db()
    assert (workshop.host, workshop.site_contact, workshop.guidance_nearby) == (
        garden,
        gardener,
        "Carla, op het terrein",
    )
    assert workshop.sessions_until == date(2026, 3, 30)


def test_another_partner_asks_for_another_contact(office, garden, gardener):
    workshop = WorkshopFactory(host=garden, site_contact=gardener)
    page = office.get(reverse("workshop_edit", args=[workshop.pk]))
    answer = press(office, page, "Bewaar werkplaats", host=OrganisationFactory(name="Buurman").pk)
    assert "Deze persoon hoort niet bij de partner waar de werkplaats is." in answer.text
    workshop.refresh_from_db()
    assert workshop.host == garden


def test_the_places_are_those_of_the_day_or_of_the_first_day(monday, workshop):
    OpeningFactory(workshop=workshop, weekday=2, day_part=AFTERNOON, start_date=date(2026, 4, 1), capacity=3)
    assert [day.weekday for day in week_places(workshop, monday)] == [1]
    assert [(day.weekday, day.morning, day.afternoon) for day in week_places(workshop, date(2026, 4, 1))] == [
        (1, 8, None),
        (2, None, 3),
    ]
    later = add_workshop(begun(registered_from=date(2026, 5, 4)), places={(5, MORNING): 2}, collaborations=[])
    assert [day.weekday for day in week_places(later, monday)] == [5]


# --- its page -------------------------------------------------------------------------------------------------------


def test_the_page_says_who_is_there_and_where_to_go(signed_in, coach, garden, gardener):
    workshop = WorkshopFactory(host=garden, site_contact=gardener, guidance_nearby="Carla, om de hoek", coaches=[coach])
    OpeningFactory(workshop=workshop)
    page = signed_in(coach).get(reverse("workshop_detail", args=[workshop.pk])).text
    said = ["Voedseltuin Rotterdam", "Wessel Tuinman", "06-12345678", "Carla, om de hoek", "Coach Carla"]
    assert [words for words in said if words not in page] == []
    assert "Werkplaats wijzigen" not in page


def test_a_coach_finds_no_page_of_another_workshop(signed_in, coach, monday):
    assert signed_in(coach).get(reverse("workshop_detail", args=[WorkshopFactory().pk])).status_code == 404


def test_the_planning_leads_to_adding_and_to_the_workshop(office, monday, workshop):
    page = office.get(reverse("workshop_week")).text
    assert f'href="{ADD}"' in page
    assert f'href="{reverse("workshop_detail", args=[workshop.pk])}"' in page


def test_the_page_takes_as_many_queries_for_one_person_as_for_three(office, workshop, monday):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            office.get(reverse("workshop_detail", args=[workshop.pk]))
        return len(queries)

    PlacementFactory(workshop=workshop)
    workshop.collaborations.add(CollaborationFactory())
    one = count()
    PlacementFactory.create_batch(2, workshop=workshop)
    workshop.collaborations.add(CollaborationFactory(), CollaborationFactory())
    assert count() == one


# --- working there --------------------------------------------------------------------------------------------------


def test_somebody_is_planned_and_registered_at_a_partner_like_anywhere_else(office, garden, gardener, monday):
    add(office, partner=garden, site_contact=gardener.pk, guidance_nearby="Carla, om de hoek")
    workshop, person = Workshop.objects.get(), TrajectoryFactory().participant
    url = reverse("placement_add", args=[person.key])
    typed = {"start": "2026-03-02", "slots": [f"{workshop.pk}-1-{MORNING}"], "trajectory": person.trajectories.get().pk}
    question = office.post(url, {**typed, "step": "check"})
    answer = press(office, question, "Plaats in werkplaats")
    assert answer.url == reverse("participant_detail", args=[person.key])

    register = office.get(reverse("register_detail", args=[workshop.pk, monday, MORNING]))
    assert (person.floor_name in register.text, "Ter plaatse: Wessel Tuinman" in register.text) == (True, True)
    assert "In de buurt: Carla, om de hoek." in register.text
    press(office, register, "Aanwezig", beside=person.floor_name)
    figures = attendance_figures(Period(monday, monday))
    assert (figures.planned, figures.attended, figures.capacity) == (1, 1, 2)


def test_a_register_in_the_house_says_nothing_about_a_site(office, session):
    page = office.get(reverse("register_detail", args=[session.workshop_id, session.date, session.day_part]))
    assert "Ter plaatse" not in page.text


def test_nothing_is_registered_before_the_first_day(office, garden, monday):
    first_day = monday + timedelta(weeks=2)
    add(office, partner=garden, registered_from=first_day.isoformat())
    workshop = Workshop.objects.get()
    assert not workshop.sessions.filter(date__lt=first_day).exists()
    assert "begint op maandag 16 maart 2026" in office.get(reverse("workshop_detail", args=[workshop.pk])).text
