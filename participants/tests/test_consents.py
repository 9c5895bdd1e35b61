"""What somebody agrees to: with the text of that moment, until it is withdrawn; nothing recorded is no."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from participants.models import Consent, ConsentText, Participant
from participants.services.around import add_consent_text, record_consent, withdraw_consent
from pluspunt.tests.factories import (
    ConsentFactory,
    OrganisationFactory,
    ParticipantFactory,
    PractitionerFactory,
    RepresentativeFactory,
)
from privacy.models import AccessEvent
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
def person(monday):
    return ParticipantFactory(nickname="Hülya", surname="Öztürk")


@pytest.fixture
def desk(signed_in, coordinator):
    return signed_in(coordinator)


def text_of(purpose):
    return ConsentText.objects.get(purpose=purpose)


def newer(text, valid_from):
    return add_consent_text(ConsentText(purpose=text.purpose, text="Nieuwe woorden.", valid_from=valid_from))


def url(person, name="consent_add", *more):
    return reverse(name, args=[person.key, *more])


# --- recording --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("about", "purpose"), [("foto", "PHOTO"), ("verhaal", "STORY")])
def test_somebody_agrees_to_the_words_that_stand_on_the_page(person, desk, coordinator, monday, about, purpose):
    page = desk.get(url(person), {"waarvoor": about})
    assert text_of(purpose).text.replace("'", "&#x27;") in page.text
    answer = press(desk, page, "Leg toestemming vast")
    assert answer.url == reverse("participant_around", args=[person.key])
    consent = person.consents.get()
    assert (consent.purpose, consent.text, consent.given_on) == (purpose, text_of(purpose), monday)
    assert (consent.recorded_by, consent.recipient, consent.is_running) == (coordinator, None, True)
    assert consent.history.get().history_user == coordinator
    assert AccessEvent.objects.filter(action="ADD", subjects__object_id=person.pk).exists()


@pytest.mark.parametrize("kind", ["practitioner", "representative", "organisation"])
def test_sharing_is_with_one_person_or_organisation(person, desk, kind):
    make = {
        "practitioner": lambda: PractitionerFactory(participant=person),
        "representative": lambda: RepresentativeFactory(participant=person),
        "organisation": lambda: OrganisationFactory(name="Gemeente Rotterdam"),
    }
    recipient = make[kind]()
    page = desk.get(url(person), {"waarvoor": "delen", "met": f"{kind}-{recipient.pk}"})
    assert f'<option value="{kind}-{recipient.pk}" selected>' in page.text
    press(desk, page, "Leg toestemming vast", recipient=f"{kind}-{recipient.pk}", given_on="2026-02-02")
    consent = person.consents.get()
    assert (consent.recipient, consent.given_on) == (recipient, date(2026, 2, 2))


def test_sharing_needs_somebody(person, desk):
    page = press(desk, desk.get(url(person)), "Leg toestemming vast")
    assert page.context["form"].errors["recipient"] == ["Kies iets uit de lijst."]


def test_who_stopped_or_belongs_to_somebody_else_cannot_be_chosen(person, desk, monday):
    stopped = PractitionerFactory(participant=person, end_date=monday - DAY, end_reason="klaar")
    for recipient in (stopped, PractitionerFactory()):
        page = press(desk, desk.get(url(person)), "Leg toestemming vast", recipient=f"practitioner-{recipient.pk}")
        assert page.context["form"].errors["recipient"] == ["Kies iets uit de lijst."]
    assert not Consent.objects.exists()


def test_the_recipient_is_of_the_person_themselves(person, coordinator, monday):
    consent = Consent(participant=person, text=text_of("SHARE"), practitioner=PractitionerFactory(), given_on=monday)
    with pytest.raises(ValidationError, match="hoort bij iemand anders"):
        record_consent(consent, by=coordinator)


def test_the_same_consent_is_given_once(person, desk):
    page = desk.get(url(person), {"waarvoor": "foto"})
    press(desk, page, "Leg toestemming vast")
    again = press(desk, page, "Leg toestemming vast")
    assert again.context["form"].non_field_errors() == ["Deze toestemming is er al."]
    assert person.consents.count() == 1


@pytest.mark.parametrize(
    ("given_on", "sentence"),
    [
        ("2026-03-03", "Toestemming ligt niet in de toekomst."),
        ("2024-12-31", "Deze tekst geldt pas vanaf 01-01-2025."),
    ],
)
def test_the_day_is_not_to_come_and_not_before_the_text(person, desk, given_on, sentence):
    page = press(desk, desk.get(url(person), {"waarvoor": "foto"}), "Leg toestemming vast", given_on=given_on)
    assert page.context["form"].errors["given_on"] == [sentence]


def test_a_text_that_changed_meanwhile_is_read_first(person, desk, monday):
    page = desk.get(url(person), {"waarvoor": "foto"})
    newest = newer(text_of("PHOTO"), monday)
    page = press(desk, page, "Leg toestemming vast")
    assert page.context["form"].errors["text"] == ["De tekst is intussen veranderd. Lees eerst de nieuwe tekst."]
    assert "Nieuwe woorden." in page.text
    press(desk, page, "Leg toestemming vast")
    assert person.consents.get().text == newest


def test_an_old_text_is_refused_by_the_service_as_well(person, coordinator, monday):
    old = text_of("PHOTO")
    newer(old, monday)
    with pytest.raises(ValidationError, match="intussen veranderd"):
        record_consent(Consent(participant=person, text=old, given_on=monday), by=coordinator)


def test_without_a_text_nobody_can_agree(person, desk):
    ConsentText.objects.all().delete()
    page = desk.get(url(person), {"waarvoor": "verhaal"})
    assert "Er is nog geen tekst" in page.text
    assert desk.post(url(person), {"waarvoor": "verhaal", "given_on": "2026-03-02"}).status_code == 200
    assert not Consent.objects.exists()


# --- texts ------------------------------------------------------------------------------------------------------


def test_the_newest_text_that_is_valid_is_read(monday):
    first = text_of("STORY")
    second, third = newer(first, monday), newer(first, monday + WEEK)
    assert (second.version, third.version) == (2, 3)
    newest = ConsentText.objects.newest
    assert [newest("STORY", monday - DAY), newest("STORY", monday), newest("STORY", monday + WEEK)] == [
        first,
        second,
        third,
    ]


def lists(name, *args):
    return reverse(f"admin:participants_consenttext_{name}", args=args)


def test_an_administrator_adds_a_version_that_numbers_itself(signed_in, administrator):
    desk = signed_in(administrator)
    desk.post(lists("add"), {"purpose": "PHOTO", "text": "Nieuwe woorden.", "valid_from": "2026-03-02", "version": "9"})
    assert list(ConsentText.objects.filter(purpose="PHOTO").values_list("version", flat=True)) == [2, 1]


def test_a_text_that_nobody_agreed_with_is_mended_and_keeps_its_purpose(signed_in, administrator):
    text = text_of("PHOTO")
    typed = {"purpose": "STORY", "version": "7", "text": "Zonder typefout.", "valid_from": "2025-01-01"}
    signed_in(administrator).post(lists("change", text.pk), typed)
    text.refresh_from_db()
    assert (text.purpose, text.version, text.text) == ("PHOTO", 1, "Zonder typefout.")


def test_a_text_that_somebody_agreed_with_stays_as_it_is(person, signed_in, administrator):
    text = ConsentFactory(participant=person).text
    desk = signed_in(administrator)
    page = desk.get(lists("change", text.pk)).text
    assert "verandert niet meer" in page
    assert 'name="_save"' not in page
    assert person.surname not in page
    assert desk.post(lists("change", text.pk), {"text": "Iets anders."}).status_code == 403
    assert desk.post(lists("delete", text.pk), {"post": "yes"}).status_code == 403
    text.refresh_from_db()
    assert "foto" in text.text


# --- withdrawing ------------------------------------------------------------------------------------------------


def test_a_consent_is_withdrawn_from_a_day_on_and_stays_on_the_page(person, desk, coordinator):
    consent = ConsentFactory(participant=person, given_on=date(2026, 1, 12))
    page = desk.get(url(person, "consent_withdraw", consent.pk))
    press(desk, page, "Trek toestemming in")
    consent.refresh_from_db()
    assert (consent.withdrawn_on, consent.is_running) == (date(2026, 3, 2), False)
    assert consent.history.first().history_user == coordinator
    text = " ".join(desk.get(reverse("participant_around", args=[person.key])).text.split())
    assert "Foto: nee" in text
    assert "gegeven ma 12 jan, ingetrokken vandaag · vastgelegd door" in text


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-01-11", "De toestemming is gegeven op 12-01-2026. Kies die dag of een latere."),
        ("2026-03-03", "Intrekken gaat vandaag in of op een dag die voorbij is."),
    ],
)
def test_withdrawing_before_the_day_or_ahead_is_refused(person, desk, day, sentence):
    consent = ConsentFactory(participant=person, given_on=date(2026, 1, 12))
    page = desk.get(url(person, "consent_withdraw", consent.pk))
    page = press(desk, page, "Trek toestemming in", withdrawn_on=day)
    assert page.context["form"].errors["withdrawn_on"] == [sentence]
    consent.refresh_from_db()
    assert consent.is_running


def test_a_consent_is_withdrawn_once_and_may_be_given_again(person, coordinator, monday):
    consent = withdraw_consent(ConsentFactory(participant=person), withdrawn_on=monday, by=coordinator)
    with pytest.raises(ValidationError, match="al ingetrokken op 02-03-2026"):
        withdraw_consent(consent, withdrawn_on=monday, by=coordinator)
    again = Consent(participant=person, text=text_of("PHOTO"), given_on=monday)
    assert record_consent(again, by=coordinator).is_running
    assert person.consents.count() == 2


def test_the_consent_of_somebody_else_is_not_there(person, desk):
    assert desk.get(url(person, "consent_withdraw", ConsentFactory().pk)).status_code == 404


# --- where it matters -------------------------------------------------------------------------------------------


def test_nothing_recorded_is_no_and_withdrawn_is_no(person, monday):
    assert (person.has_photo_consent, person.has_story_consent) == (False, False)
    ConsentFactory(participant=person)
    ConsentFactory(participant=person, purpose="STORY", withdrawn_on=monday)
    assert (person.has_photo_consent, person.has_story_consent) == (True, False)


def test_the_overview_says_whether_a_photo_and_a_story_may(person, desk):
    ConsentFactory(participant=person, purpose="STORY")
    text = " ".join(desk.get(reverse("participant_detail", args=[person.key])).text.split())
    assert "foto: nee" in text
    assert "verhaal: ja" in text


def test_a_list_asks_for_everybodys_consents_at_once(django_assert_num_queries):
    for number in (1, 3):
        for person in ParticipantFactory.create_batch(number):
            ConsentFactory(participant=person)
        with django_assert_num_queries(2):
            people = [(p.has_photo_consent, p.has_story_consent) for p in Participant.objects.with_consents()]
        assert set(people) == {(True, False)}
