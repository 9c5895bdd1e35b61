"""The ladder, abilities and the certificate: who grants what, in which order, and what cannot be."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from participants.models import Participant
from pluspunt.pdf import render_pdf
from pluspunt.tests.factories import (
    AbilityFactory,
    AbilityGrantFactory,
    LadderStepFactory,
    ParticipantFactory,
    PlacementFactory,
    UserFactory,
    WorkshopFactory,
)
from pluspunt.tests.pdfua import failures
from privacy.models import AccessEvent
from workshops.models import Ability, AbilityGrant, LadderStep
from workshops.services.certificates import certificate_of
from workshops.services.skills import add_step, grant_abilities, skills_of, withdraw_ability
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MAKER, GEZEL, MEESTER = LadderStep.Step


@pytest.fixture
def person(monday, workshop) -> Participant:
    """Somebody placed in the workshop of the coach."""
    return PlacementFactory(
        workshop=workshop,
        participant__nickname="Hülya",
        trajectory__participant__nickname="Hülya",
        trajectory__participant__surname="Öztürk",
    ).participant


def page_of(person):
    return reverse("participant_skills", args=[person.key])


def step_page(person, workshop):
    return reverse("ladder_step_add", args=[person.key, workshop.pk])


def grant_page(person, workshop):
    return reverse("ability_grant", args=[person.key, workshop.pk])


def certificate_of_page(person, workshop):
    return reverse("certificate_pdf", args=[person.key, workshop.pk])


def text_of(answer) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer.content)).pages]


# --- the ladder -----------------------------------------------------------------------------------------------------


def test_a_coach_grants_the_next_step_today(person, workshop, signed_in, coach, monday):
    client = signed_in(coach)
    answer = press(client, client.get(step_page(person, workshop)), "Ken maker toe")
    assert answer.url == page_of(person)
    row = person.ladder_steps.get()
    assert (row.workshop, row.step, row.granted_on, row.granted_by) == (workshop, MAKER, monday, coach)
    assert "Ken gezel toe" in client.get(page_of(person)).text


def test_pressing_twice_does_not_grant_two_steps(person, workshop, signed_in, coach):
    client = signed_in(coach)
    page = client.get(step_page(person, workshop))
    press(client, page, "Ken maker toe")
    assert "Deze trede is al behaald." in press(client, page, "Ken maker toe").text
    assert person.ladder_steps.get().step == MAKER


@pytest.mark.parametrize("step", [GEZEL, MEESTER])
def test_a_step_cannot_be_skipped(person, workshop, coach, monday, step):
    with pytest.raises(ValidationError, match="Eerst komt maker"):
        add_step(person, workshop, step, granted_on=monday, by=coach)
    assert not person.ladder_steps.exists()


def test_a_step_comes_on_the_day_of_the_one_below_or_later(person, workshop, coach, monday):
    add_step(person, workshop, MAKER, granted_on=monday - DAY, by=coach)
    with pytest.raises(ValidationError, match="Kies zo 1 mrt of later"):
        add_step(person, workshop, GEZEL, granted_on=monday - 2 * DAY, by=coach)
    add_step(person, workshop, GEZEL, granted_on=monday - DAY, by=coach)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2026-03-03", "Toekennen kan niet in de toekomst."),
        ("0026-03-02", "Kijk het jaar na."),
        ("gisteren", "Schrijf een datum als 23-11-2026."),
        ("", "Vul dit in."),
    ],
)
def test_a_day_that_cannot_be_is_refused_and_kept_on_the_page(person, workshop, signed_in, coach, typed, sentence):
    client = signed_in(coach)
    page = press(client, client.get(step_page(person, workshop)), "Ken maker toe", granted_on=typed)
    assert sentence in page.text
    assert not person.ladder_steps.exists()


def test_after_meester_there_is_no_step(person, workshop, signed_in, coach):
    for step in LadderStep.Step:
        LadderStepFactory(participant=person, workshop=workshop, step=step)
    assert "Alle treden zijn behaald" in signed_in(coach).get(step_page(person, workshop)).text


def test_steps_in_one_workshop_say_nothing_about_another(person, workshop, coach, monday):
    other = WorkshopFactory()
    LadderStepFactory(participant=person, workshop=other, step=MAKER)
    with pytest.raises(ValidationError, match="Eerst komt maker"):
        add_step(person, workshop, GEZEL, granted_on=monday, by=coach)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attempts=st.lists(st.tuples(st.sampled_from(LadderStep.Step), st.integers(-3, 1)), max_size=8))
def test_whatever_is_tried_the_ladder_stays_in_order(attempts, monday, workshop, coach):
    person = ParticipantFactory()
    for step, days in attempts:
        try:
            add_step(person, workshop, step, granted_on=monday + days * DAY, by=coach)
        except ValidationError:
            continue
    rows = list(person.ladder_steps.order_by("step"))
    assert [row.step for row in rows] == list(LadderStep.Step)[: len(rows)]
    days = [row.granted_on for row in rows]
    assert days == sorted(days)
    assert max(days, default=monday) <= monday


# --- taking a step back ---------------------------------------------------------------------------------------------


def test_a_mistake_is_taken_back_the_same_day_and_stays_in_the_history(person, workshop, signed_in, coach, monday):
    row = add_step(person, workshop, MAKER, granted_on=monday - 30 * DAY, by=coach)
    client = signed_in(coach)
    press(client, client.get(page_of(person)), "Neem terug")
    assert not person.ladder_steps.exists()
    kept = LadderStep.history.filter(id=row.pk)
    assert [(each.history_type, each.history_user) for each in kept] == [("-", coach), ("+", coach)]


def test_the_next_day_it_stays(person, workshop, signed_in, coach, coordinator, monday, time_machine):
    row = add_step(person, workshop, MAKER, granted_on=monday, by=coach)
    time_machine.move_to("2026-03-03T00:10:00+01:00")
    for user in (coach, coordinator):
        client = signed_in(user)
        assert "Neem terug" not in client.get(page_of(person)).text
        answer = client.post(reverse("ladder_step_withdraw", args=[person.key, row.pk]), follow=True)
        assert "alleen terug op de dag waarop die is ingevuld" in answer.text
    assert person.ladder_steps.get() == row


def test_another_coach_of_the_workshop_cannot_take_it_back_but_a_coordinator_can(
    person, workshop, signed_in, coach, coordinator, monday
):
    colleague = UserFactory()
    workshop.coaches.add(colleague)
    row = add_step(person, workshop, MAKER, granted_on=monday, by=coach)
    url = reverse("ladder_step_withdraw", args=[person.key, row.pk])
    client = signed_in(colleague)
    assert "Neem terug" not in client.get(page_of(person)).text
    assert "Alleen wie de trede toekende" in client.post(url, follow=True).text
    assert person.ladder_steps.exists()
    assert "teruggenomen" in signed_in(coordinator).post(url, follow=True).text
    assert not person.ladder_steps.exists()


def test_a_step_under_another_cannot_be_taken_back(person, workshop, signed_in, coach, monday):
    low = add_step(person, workshop, MAKER, granted_on=monday, by=coach)
    add_step(person, workshop, GEZEL, granted_on=monday, by=coach)
    answer = signed_in(coach).post(reverse("ladder_step_withdraw", args=[person.key, low.pk]), follow=True)
    assert "hogere trede" in answer.text
    assert person.ladder_steps.count() == 2


# --- abilities ------------------------------------------------------------------------------------------------------


def test_a_coach_grants_abilities_and_says_so_on_the_page(person, workshop, signed_in, coach, monday):
    saw = AbilityFactory(workshop=workshop, name="lintzaag", is_machine_permission=True)
    client = signed_in(coach)
    page = client.get(grant_page(person, workshop))
    assert "lintzaag (toestemming voor een machine)" in page.text
    press(client, page, "Ken toe", abilities=[saw.pk])
    row = person.ability_grants.get()
    assert (row.ability, row.granted_on, row.granted_by) == (saw, monday, coach)
    assert "Trek toestemming in" in client.get(page_of(person)).text


def test_somebody_has_an_ability_once(person, workshop, coach, monday):
    ability = AbilityFactory(workshop=workshop)
    grant_abilities(person, [ability], granted_on=monday, by=coach)
    with pytest.raises(ValidationError, match="Deze vaardigheid is al toegekend"):
        grant_abilities(person, [AbilityFactory(workshop=workshop), ability], granted_on=monday, by=coach)
    assert person.ability_grants.get().ability == ability  # all of them or none


def test_an_ability_in_the_future_or_out_of_use_is_refused(person, workshop, coach, monday):
    with pytest.raises(ValidationError, match="niet in de toekomst"):
        grant_abilities(person, [AbilityFactory(workshop=workshop)], granted_on=monday + DAY, by=coach)
    with pytest.raises(ValidationError, match="niet meer in gebruik"):
        grant_abilities(person, [AbilityFactory(workshop=workshop, is_active=False)], granted_on=monday, by=coach)


def test_abilities_of_another_workshop_or_out_of_use_are_not_offered(person, workshop, signed_in, coach):
    AbilityFactory(workshop=workshop)
    for choice in (AbilityFactory().pk, AbilityFactory(workshop=workshop, is_active=False).pk, 10**20, "🚲"):
        answer = signed_in(coach).post(
            grant_page(person, workshop), {"abilities": [choice], "granted_on": "2026-03-02"}
        )
        assert "intussen toegekend of niet meer in gebruik" in answer.text
    assert not AbilityGrant.objects.exists()


def test_a_permission_is_withdrawn_and_stays_as_history(person, workshop, signed_in, coach, monday):
    grant = AbilityGrantFactory(
        participant=person, ability__workshop=workshop, ability__name="lintzaag", ability__is_machine_permission=True
    )
    client = signed_in(coach)
    press(client, client.get(reverse("ability_withdraw", args=[person.key, grant.pk])), "Trek in")
    grant.refresh_from_db()
    assert (grant.withdrawn_on, grant.withdrawn_by) == (monday, coach)
    page = client.get(page_of(person)).text
    assert "Trek toestemming in" not in page
    assert "ingetrokken op ma 2 mrt, door Coach Carla" in page


@pytest.mark.parametrize(
    ("days", "sentence"), [(-29, "voor de dag van toekennen"), (1, "Intrekken kan niet in de toekomst")]
)
def test_withdrawing_on_a_day_that_cannot_be_is_refused(person, workshop, coach, monday, days, sentence):
    grant = AbilityGrantFactory(participant=person, ability__workshop=workshop, granted_on=monday - 28 * DAY)
    with pytest.raises(ValidationError, match=sentence):
        withdraw_ability(grant, withdrawn_on=monday + days * DAY, by=coach)


def test_withdrawing_twice_keeps_the_first_day(person, workshop, coach, coordinator, monday):
    grant = AbilityGrantFactory(participant=person, ability__workshop=workshop, granted_on=monday - 28 * DAY)
    withdraw_ability(grant, withdrawn_on=monday - DAY, by=coach)
    with pytest.raises(ValidationError, match="al ingetrokken op zo 1 mrt"):
        withdraw_ability(grant, withdrawn_on=monday, by=coordinator)
    grant.refresh_from_db()
    assert (grant.withdrawn_on, grant.withdrawn_by) == (monday - DAY, coach)


def test_what_was_withdrawn_is_granted_again_from_that_day_on(person, workshop, coach, monday):
    ability = AbilityFactory(workshop=workshop)
    [grant] = grant_abilities(person, [ability], granted_on=monday - 9 * DAY, by=coach)
    withdraw_ability(grant, withdrawn_on=monday - 3 * DAY, by=coach)
    with pytest.raises(ValidationError, match="Kies die dag of later"):
        grant_abilities(person, [ability], granted_on=monday - 4 * DAY, by=coach)
    grant_abilities(person, [ability], granted_on=monday - 3 * DAY, by=coach)
    assert person.ability_grants.count() == 2


# --- who ------------------------------------------------------------------------------------------------------------


def test_a_coach_sees_what_was_learned_elsewhere_and_changes_nothing_there(person, workshop, signed_in, coach):
    elsewhere = WorkshopFactory(name="Houtwerkplaats West")
    AbilityFactory(workshop=elsewhere)
    step = LadderStepFactory(participant=person, workshop=elsewhere)
    grant = AbilityGrantFactory(participant=person, ability__workshop=elsewhere)
    client = signed_in(coach)
    page = client.get(page_of(person)).text
    assert "Houtwerkplaats West" in page
    assert step_page(person, workshop) in page
    for url in (
        step_page(person, elsewhere),
        grant_page(person, elsewhere),
        reverse("ability_withdraw", args=[person.key, grant.pk]),
        reverse("ladder_step_withdraw", args=[person.key, step.pk]),
    ):
        assert url not in page
        assert client.post(url, {"step": 2, "granted_on": "2026-03-02"}).status_code == 404
    assert (person.ladder_steps.get(), person.ability_grants.get()) == (step, grant)


def test_a_coordinator_grants_in_every_workshop(person, workshop, signed_in, coordinator):
    client = signed_in(coordinator)
    press(client, client.get(step_page(person, workshop)), "Ken maker toe")
    assert person.ladder_steps.get().granted_by == coordinator


def test_a_workshop_where_somebody_never_was_is_not_there(person, signed_in, coordinator):
    assert signed_in(coordinator).get(step_page(person, WorkshopFactory())).status_code == 404


def test_a_workshop_that_somebody_left_stays_on_the_page(person, signed_in, coordinator, monday):
    PlacementFactory(
        trajectory=person.trajectories.get(),
        participant=person,
        workshop__name="Keuken Noord",
        weekday=2,
        end_date=date(2025, 3, 3),
    )
    assert "Keuken Noord" in signed_in(coordinator).get(page_of(person)).text


def test_changes_and_prints_are_logged(person, workshop, signed_in, coach):
    client = signed_in(coach)
    press(client, client.get(step_page(person, workshop)), "Ken maker toe")
    client.get(certificate_of_page(person, workshop))
    events = AccessEvent.objects.order_by("pk")
    assert [(event.action, event.data) for event in events] == [
        ("VIEW", "naam, trede"),
        ("CHANGE", "trede"),
        ("PRINT", "naam, trede, vaardigheden"),
    ]
    assert {subject.object_id for event in events for subject in event.subjects.all()} == {person.pk}


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_one_and_three(
    count, person, signed_in, coordinator, monday, django_assert_num_queries
):
    for _ in range(count):
        workshop = WorkshopFactory()
        LadderStepFactory(participant=person, workshop=workshop)
        AbilityGrantFactory.create_batch(count, participant=person, ability__workshop=workshop)
        AbilityFactory.create_batch(count, workshop=workshop)
    client = signed_in(coordinator)
    client.get(page_of(person))
    with django_assert_num_queries(14):
        client.get(page_of(person))


# --- the list of the administrator ----------------------------------------------------------------------------------


def test_an_administrator_adds_an_ability(signed_in, administrator, workshop):
    client = signed_in(administrator)
    data = {"workshop": workshop.pk, "name": "wiel spaken", "is_machine_permission": "", "is_active": "on"}
    client.post(reverse("admin:workshops_ability_add"), data)
    assert Ability.objects.get().name == "wiel spaken"


def test_an_ability_that_somebody_has_stays_and_only_goes_out_of_use(signed_in, administrator, workshop):
    grant = AbilityGrantFactory(ability__workshop=workshop, ability__name="wiel spaken")
    client, pk = signed_in(administrator), grant.ability_id
    assert client.post(reverse("admin:workshops_ability_delete", args=[pk]), {"post": "yes"}).status_code == 403
    data = {"name": "wiel spaken", "workshop": WorkshopFactory().pk, "is_machine_permission": "on"}
    client.post(reverse("admin:workshops_ability_change", args=[pk]), data)
    ability = Ability.objects.get(pk=pk)
    assert (ability.is_active, ability.workshop, ability.is_machine_permission) == (False, workshop, False)


# --- the certificate ------------------------------------------------------------------------------------------------


@pytest.fixture
def gezel(person, workshop, coach):
    """Somebody with two steps, a permission, an ability, and a permission that was withdrawn."""
    for step, day in ((MAKER, date(2025, 9, 1)), (GEZEL, date(2026, 2, 2))):
        LadderStepFactory(participant=person, workshop=workshop, step=step, granted_on=day, granted_by=coach)
    for name, is_machine, withdrawn in (
        ("richtbank", True, None),
        ("wiel spaken", False, None),
        ("slijptol", True, date(2026, 2, 20)),
    ):
        AbilityGrantFactory(
            participant=person,
            ability__workshop=workshop,
            ability__name=name,
            ability__is_machine_permission=is_machine,
            withdrawn_on=withdrawn,
            withdrawn_by=withdrawn and coach,
            granted_by=coach,
        )
    return person


def test_the_certificate_says_what_was_reached_and_who_granted_it(gezel, workshop, signed_in, coach):
    (text,) = text_of(signed_in(coach).get(certificate_of_page(gezel, workshop)))
    assert "voor Hülya Öztürk is gezel in Fietsenwerkplaats West sinds 2 februari 2026" in text
    assert "Toestemming voor machines richtbank Kan wiel spaken" in text
    assert "Rotterdam, 2 februari 2026 Toegekend door Coach Carla" in text
    assert "Handtekening Coach Carla Handtekening Hülya Öztürk" in text
    assert "slijptol" not in text


def test_the_same_facts_give_the_same_bytes_on_another_day(gezel, workshop, signed_in, coach, time_machine):
    client = signed_in(coach)
    first = client.get(certificate_of_page(gezel, workshop)).content
    time_machine.move_to("2026-03-09T09:10:00+01:00")
    assert signed_in(coach).get(certificate_of_page(gezel, workshop)).content == first


def test_without_a_step_it_says_what_was_learned(person, workshop, signed_in, coach):
    AbilityGrantFactory(participant=person, ability__workshop=workshop, ability__name="wiel spaken")
    (text,) = text_of(signed_in(coach).get(certificate_of_page(person, workshop)))
    assert "heeft geleerd in Fietsenwerkplaats West Kan wiel spaken" in text


def test_without_anything_there_is_no_certificate(person, workshop, signed_in, coach):
    client = signed_in(coach)
    assert client.get(certificate_of_page(person, workshop)).status_code == 404
    assert certificate_of_page(person, workshop) not in client.get(page_of(person)).text


def test_of_somebody_else_there_is_no_certificate(gezel, workshop, signed_in):
    assert signed_in(UserFactory()).get(certificate_of_page(gezel, workshop)).status_code == 404


def long_certificate(person, workshop, coach, *, count, length):
    """A name, a workshop and `count` abilities of `length` signs, as long as they can be."""
    person.nickname, person.prefix, person.surname = (
        ("Maximiliaan " * 5)[:60],
        "van der van der van",
        ("Abrahamse-" * 8),
    )
    person.save()
    workshop.name = ("Maatschappelijke werkplaats " * 3)[:80]
    workshop.save()
    LadderStepFactory(participant=person, workshop=workshop, step=MAKER, granted_by=coach)
    words = "veilig werken met een brede machine die wij samen onderhouden en ook schoonhouden, "
    for number in range(count):
        name = f"{number:02} {words}"[:length]
        AbilityGrantFactory(participant=person, ability__workshop=workshop, ability__name=name, granted_by=coach)
    [skills] = skills_of(person, [workshop])
    certificate = certificate_of(person, skills)
    content = render_pdf(
        "workshops/print/certificate.html", {"certificate": certificate, "document_date": certificate.date}
    )
    return PdfReader(BytesIO(content)).pages


@pytest.mark.parametrize(("count", "length"), [(0, 1), (6, 40), (9, 26), (15, 30), (15, 80), (30, 40)])
def test_long_names_and_many_abilities_fit_on_one_page(person, workshop, coach, count, length):
    (page,) = long_certificate(person, workshop, coach, count=count, length=length)
    text = page.extract_text()
    assert [number for number in range(count) if f"{number:02} veilig"[:length] not in text] == []
    assert "en nog" not in text


def test_what_does_not_fit_is_counted(person, workshop, coach):
    (page,) = long_certificate(person, workshop, coach, count=40, length=50)
    assert "en nog 10 vaardigheden" in page.extract_text()


@pytest.mark.slow
def test_the_certificate_is_pdf_ua_and_pdf_a(gezel, workshop, signed_in, coach, tmp_path):
    path = tmp_path / "certificaat.pdf"
    path.write_bytes(signed_in(coach).get(certificate_of_page(gezel, workshop)).content)
    assert failures("ua1", path) == []
    assert failures("3a", path) == []
    reader = PdfReader(path)
    assert reader.metadata.title == "Certificaat Fietsenwerkplaats West, Hülya Öztürk"
    assert reader.trailer["/Root"]["/Lang"] == "nl"
