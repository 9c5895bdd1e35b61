"""The people around somebody: who is there now, who was there and why that ended, and who may see it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from participants.models import LegalRepresentative, NotTogether, Participant, Practitioner
from pluspunt.tests.factories import (
    ApplicationFactory,
    ConsentFactory,
    NotTogetherFactory,
    OrganisationFactory,
    ParticipantFactory,
    PlacementFactory,
    PractitionerFactory,
    RepresentativeFactory,
    WorkshopFactory,
)
from privacy.models import AccessEvent
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


@pytest.fixture
def person(monday, workshop):
    """Hülya Öztürk, who works in the workshop of the coach."""
    person = ParticipantFactory(nickname="Hülya", surname="Öztürk", emergency_contact="Zus Ria, 06-12345678")
    PlacementFactory(trajectory__participant=person, workshop=workshop)
    return person


@pytest.fixture
def desk(signed_in, coordinator):
    return signed_in(coordinator)


def url(person, name="participant_around", *more):
    return reverse(name, args=[person.key, *more])


def words(page):
    return " ".join(page.text.split())


# --- the page ---------------------------------------------------------------------------------------------------


def test_who_is_there_now_stands_before_who_stopped_and_why(person, desk, monday):
    PractitionerFactory(participant=person, name="Anna Eerder", end_date=monday - WEEK, end_reason="verhuisd")
    antes = OrganisationFactory(name="Antes")
    PractitionerFactory(participant=person, name="Zoë Nu", organisation=antes, start_date=date(2025, 3, 3))
    RepresentativeFactory(participant=person, name="Bob Bewind", kind="ADMINISTRATOR")
    page = desk.get(url(person))
    assert [row.name for row in page.context["practitioners"]] == ["Zoë Nu"]
    assert [row.name for row in page.context["ended_practitioners"]] == ["Anna Eerder"]
    text = words(page)
    assert "<strong>Zoë Nu</strong>, begeleider bij Antes" in text
    assert "vanaf ma 3 mrt 2025" in text
    assert "tot en met ma 23 feb: verhuisd" in text
    assert "<strong>Bob Bewind</strong>, bewindvoerder" in text
    assert "Zus Ria, 06-12345678" in text


def test_the_last_day_is_still_there(person, desk, monday):
    PractitionerFactory(participant=person, end_date=monday, end_reason="klaar")
    assert len(desk.get(url(person)).context["practitioners"]) == 1


def test_the_referrer_of_the_latest_application_is_named_for_a_coordinator_only(person, signed_in, coach, coordinator):
    ApplicationFactory(
        participant=person,
        applied_on=date(2024, 1, 2),
        referrer="GP",
        referrer_name="Dokter Oud",
        state="DECLINED",
        decided_on=date(2024, 1, 9),
        reason="vol",
    )
    ApplicationFactory(
        participant=person, referrer_name="Wim Wijk", referrer_organisation=OrganisationFactory(name="Wijkteam")
    )
    text = words(signed_in(coordinator).get(url(person)))
    assert "Wijkteam, Wijkteam <br>Wim Wijk" in text
    assert "Dokter Oud" not in text
    text = words(signed_in(coach).get(url(person)))
    assert "Wijkteam" in text
    assert "Wim Wijk" not in text


def test_a_coach_sees_who_is_around_and_changes_nothing(person, signed_in, coach):
    PractitionerFactory(participant=person)
    RepresentativeFactory(participant=person)
    ConsentFactory(participant=person)
    ConsentFactory(participant=person, purpose="SHARE", organisation=OrganisationFactory(name="Gemeente Rotterdam"))
    other = NotTogetherFactory(first=person).second
    page = signed_in(coach).get(url(person))
    for shown in ("Evie van den Eerenbeemt", "Bob Groenewoud", "Zus Ria", "Foto: ja", "Verhaal: nee"):
        assert shown in words(page)
    for hidden in ("Gemeente Rotterdam", "Niet samen", other.surname, "Wijzigen", "vastleggen", "Intrekken", "/nieuw/"):
        assert hidden not in page.text


def test_a_coach_elsewhere_sees_nothing(person, signed_in, coach):
    person.placements.update(workshop=WorkshopFactory())
    assert signed_in(coach).get(url(person)).status_code == 404


@pytest.mark.parametrize("name", ["representative_add", "consent_add", "not_together_add"])
def test_a_coach_opens_no_form(person, signed_in, coach, name):
    assert signed_in(coach).get(url(person, name)).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_takes_as_many_queries_for_one_as_for_three(number, person, desk, django_assert_num_queries):
    for _ in range(number):
        for row in (PractitionerFactory, RepresentativeFactory):
            kind = "practitioner" if row is PractitionerFactory else "representative"
            around = row(participant=person, organisation=OrganisationFactory())
            ConsentFactory(participant=person, purpose="SHARE", **{kind: around})
        ConsentFactory(participant=person, withdrawn_on=date(2026, 2, 2))
        NotTogetherFactory(first=person)
    desk.get(url(person))
    with django_assert_num_queries(15):
        desk.get(url(person))


# --- adding and changing ----------------------------------------------------------------------------------------


def test_a_practitioner_comes_with_organisation_and_first_day(person, desk, coordinator):
    antes = OrganisationFactory(name="Antes")
    page = desk.get(url(person, "practitioner_add"))
    answer = press(
        desk, page, "Voeg toe", kind="PRACTITIONER", name="Stef", organisation=antes.pk, start_date="2026-01-05"
    )
    assert answer.url == url(person)
    row = Practitioner.objects.get()
    assert (row.kind, row.organisation, row.start_date, row.end_date) == ("PRACTITIONER", antes, date(2026, 1, 5), None)
    assert row.history.get().history_user == coordinator


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"end_date": "2026-02-01"}, "end_reason", "Schrijf kort waarom het stopte."),
        ({"end_reason": "klaar"}, "end_date", "Vul de laatste dag in, of laat leeg waarom het stopte."),
        (
            {"start_date": "2026-02-02", "end_date": "2026-02-01", "end_reason": "klaar"},
            "end_date",
            "De einddatum ligt voor de begindatum.",
        ),
    ],
)
@pytest.mark.parametrize("name", ["practitioner_edit", "representative_edit"])
def test_an_end_needs_a_reason_and_a_reason_an_end(person, desk, name, typed, field, sentence):
    factory = PractitionerFactory if name == "practitioner_edit" else RepresentativeFactory
    row = factory(participant=person)
    page = desk.post(url(person, name, row.pk), {"kind": row.kind, "name": "Nieuw", **typed})
    assert page.context["form"].errors[field] == [sentence]
    assert 'value="Nieuw"' in page.text
    row.refresh_from_db()
    assert (row.end_date, row.end_reason) == (None, "")


def test_a_representative_is_added_and_ends_with_a_reason(person, desk):
    press(desk, desk.get(url(person, "representative_add")), "Voeg toe", kind="CURATOR", name="Mr. Vis")
    row = LegalRepresentative.objects.get()
    page = desk.get(url(person, "representative_edit", row.pk))
    press(desk, page, "Bewaar", kind="CURATOR", end_date="2026-02-27", end_reason="curatele opgeheven")
    row.refresh_from_db()
    assert (row.name, row.end_date, row.end_reason) == ("Mr. Vis", date(2026, 2, 27), "curatele opgeheven")


def test_only_partners_of_now_can_be_chosen_and_the_one_that_was(person, desk, monday):
    gone = OrganisationFactory(name="Verdwenen", end_date=monday - WEEK)
    row = PractitionerFactory(participant=person, organisation=gone)
    assert "Verdwenen" not in desk.get(url(person, "practitioner_add")).text
    assert "Verdwenen" in desk.get(url(person, "practitioner_edit", row.pk)).text


def test_the_row_of_somebody_else_is_not_there(person, desk):
    other = RepresentativeFactory()
    assert desk.get(url(person, "representative_edit", other.pk)).status_code == 404


# --- not together -----------------------------------------------------------------------------------------------


def test_somebody_is_searched_by_name_and_kept_apart(person, desk):
    other = ParticipantFactory(nickname="Piet", surname="Zeldzaam")
    page = press(desk, desk.get(url(person, "not_together_add")), "Zoek", q="zeldz")
    assert page.context["people"] == [other]
    press(desk, page, "Leg vast", beside="niet samen met Piet Zeldzaam")
    assert NotTogether.objects.of(person).get().other(person) == other
    assert "Piet Zeldzaam" in desk.get(url(person)).text
    assert "Hülya Öztürk" in desk.get(url(other)).text
    logged = AccessEvent.objects.filter(subjects__object_id=other.pk).order_by("pk")
    assert [(event.action, event.data) for event in logged[:2]] == [
        ("SEARCH", "naam, geboortedatum"),
        ("ADD", "niet samen"),
    ]


def test_where_two_work_together_is_said_with_where_to_change_it(person, desk, workshop):
    theirs = PlacementFactory(workshop=workshop, trajectory__participant__nickname="Piet")
    mine = person.placements.get()
    page = desk.post(url(person, "not_together_add"), {"other": theirs.participant.key})
    assert "Deze twee werken nu samen." in page.text
    assert "Maandag ochtend" in page.text
    assert url(person, "placement_change", mine.pk) in page.text
    assert url(theirs.participant, "placement_change", theirs.pk) in page.text
    assert not NotTogether.objects.exists()
    theirs.delete()
    press(desk, page, "Leg vast: niet samen met Piet")
    assert NotTogether.objects.count() == 1


@pytest.mark.parametrize("other", ["", "bestaat-niet"])
def test_somebody_must_be_chosen(person, desk, other):
    page = desk.post(url(person, "not_together_add"), {"other": other})
    assert page.context["form"].errors["other"] == ["Kies iets uit de lijst."]


def test_a_pair_is_taken_away_after_a_question(person, desk, coordinator):
    pair = NotTogetherFactory(first=person)
    page = desk.get(url(person, "not_together_remove", pair.pk))
    assert pair.second.full_name in page.text
    press(desk, page, "Haal")
    assert not NotTogether.objects.exists()
    removed = NotTogether.history.get(history_type="-")
    assert (removed.second_id, removed.history_user) == (pair.second_id, coordinator)


def test_the_pair_of_two_others_is_not_there(person, desk):
    pair = NotTogetherFactory()
    assert desk.post(url(person, "not_together_remove", pair.pk)).status_code == 404
    assert NotTogether.objects.exists()


# --- let op -----------------------------------------------------------------------------------------------------


def test_let_op_says_what_it_is_for_and_stays_one_line(person, desk):
    page = desk.get(url(person, "participant_edit"))
    assert "Nooit iets medisch" in page.text
    assert "geen slijptol" in page.text
    page = desk.post(url(person, "participant_edit"), {"attention": "x" * 121})
    assert "Dit is te lang: hoogstens 120 tekens." in page.context["form"].errors["attention"]


def test_who_has_no_trajectory_can_be_chosen_as_well(person, desk):
    """A pair is about people, also about who comes back later."""
    other = Participant.objects.get(pk=ParticipantFactory(surname="Voorbij").pk)
    assert desk.get(url(person, "not_together_add"), {"q": "voorbij"}).context["people"] == [other]
