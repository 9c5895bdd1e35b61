"""The overview of one person: where somebody stands, and what is to be done."""

from datetime import timedelta

import pytest
from django.urls import reverse

from participants.models import Application, Goal, VolunteerProfile
from pluspunt.tests.factories import (
    IndicationFactory,
    ParticipantFactory,
    PlacementFactory,
    PractitionerFactory,
    TrajectoryFactory,
    VolunteerFactory,
)

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


@pytest.fixture
def overview(monday, signed_in, coordinator):
    """The words on the overview of somebody."""

    def read(participant) -> str:
        page = signed_in(coordinator).get(reverse("participant_detail", args=[participant.key]))
        return " ".join(page.text.split())

    return read


def add_goal(participant, day) -> Goal:
    return Goal.objects.create(
        participant=participant, text="zelf boodschappen doen", field="WELFARE", start_date="2026-01-01", review_on=day
    )


def test_what_is_to_be_done_is_said_with_the_way_to_it(monday, overview, coordinator):
    person = PlacementFactory(end_date=monday - WEEK).participant
    IndicationFactory(participant=person, end_date=monday + 7 * WEEK)
    add_goal(person, monday - WEEK)
    said = overview(person)
    for sentence in ("Heeft nog geen plek", "nog 7 weken", "Evaluatie van “zelf boodschappen doen” was op", "bij nood"):
        assert sentence in said
    for name in ("placement_add", "participant_indications", "participant_guidance", "participant_edit"):
        assert f'href="{reverse(name, args=[person.key])}"' in said


def test_who_waits_is_led_to_the_application(monday, overview):
    person = ParticipantFactory()
    Application.objects.create(participant=person, referrer="SELF", target_group="ACTIVATION", applied_on=monday - WEEK)
    assert "Wacht 7 dagen op een plek, voor activering." in overview(person)


def test_the_page_says_where_somebody_stands(monday, overview):
    person = PlacementFactory(participant__emergency_contact="").participant
    type(person).objects.filter(pk=person.pk).update(emergency_contact="Ali, 06-12345678")
    IndicationFactory(participant=person)
    add_goal(person, monday + WEEK)
    PractitionerFactory(participant=person, name="Gids", kind="GUIDE")
    PractitionerFactory(participant=person, name="Zorgzaam", kind="PRACTITIONER", phone="010-1234567")
    said = overview(person)
    for sentence in ("4 dagdelen per week", "zelf boodschappen doen", "Zorgzaam, 010-1234567", "Ali, 06-12345678"):
        assert sentence in said
    assert "Gids" not in said
    assert "Evaluatie van" not in said


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (None, "VOG nog niet gezien"),
        ({"vog_seen_on": "2023-03-02", "vog_renew_on": "2026-06-01"}, "VOG vernieuwen binnen 3 maanden"),
        ({"vog_seen_on": "2023-03-02", "vog_renew_on": "2026-06-02"}, None),
    ],
)
def test_a_coordinator_is_warned_of_the_certificate_of_a_volunteer(monday, overview, facts, said):
    person = VolunteerFactory().participant
    if facts:
        VolunteerProfile.objects.create(participant=person, craft="kok", **facts)
    page = overview(person)
    assert (f'href="{reverse("volunteer_detail", args=[person.key])}">Naar de VOG' in page) == bool(said)
    assert (said or "Vrijwilliger") in page


def test_a_coach_hears_nothing_of_certificates(monday, signed_in, coach, workshop):
    person = PlacementFactory(workshop=workshop, trajectory=VolunteerFactory()).participant
    assert "VOG" not in signed_in(coach).get(reverse("participant_detail", args=[person.key])).text


def test_a_place_is_offered_only_to_who_has_a_path(monday, overview):
    def next_step(person):
        page = overview(person)
        place, path = (reverse(name, args=[person.key]) for name in ("placement_add", "participant_path"))
        return (f'btn-primary" href="{place}"' in page, f'btn-primary" href="{path}"' in page)

    assert next_step(TrajectoryFactory().participant) == (True, False)
    assert next_step(TrajectoryFactory(end_date=monday - WEEK).participant) == (False, True)
    assert next_step(ParticipantFactory()) == (False, True)
