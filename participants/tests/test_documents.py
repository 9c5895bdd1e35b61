"""Documents about somebody: what stands in them, who may receive them, and what is kept of that."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from participants.models import Consent, ConsentPurpose, ConsentText, Goal, Review, SentDocument
from participants.services.documents import record_sent_document
from pluspunt.periods import Period
from pluspunt.tests.factories import ParticipantFactory, PlacementFactory, PractitionerFactory, UserFactory
from pluspunt.tests.pdfua import failures
from privacy.models import AccessEvent
from workshops.models import Attendance
from workshops.services.attendance import mark_attendance
from workshops.services.progress import mentions, progress_of
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
WINTER = Period(date(2026, 1, 1), date(2026, 3, 2))


@pytest.fixture
def person(session, coach):
    """Gerrit came this morning, works on one goal, and his guide may know how it goes."""
    row = session.attendances.select_related("participant").first()
    mark_attendance(row, Attendance.Status.PRESENT, by=coach)
    person = row.participant
    person.nickname, person.surname = "Gerrit", "van Vliet"
    person.save()
    return person


def goal_of(person, text="Ik wil leren lassen", **facts) -> Goal:
    facts = {"field": Goal.Field.WORK, "indicator": "SELF_RELIANCE", "start_date": date(2026, 1, 5), **facts}
    return Goal.objects.create(participant=person, text=text, review_on=date(2026, 4, 1), **facts)


def consent_of(person, by, **facts) -> Consent:
    text = ConsentText.objects.get(purpose=ConsentPurpose.SHARE)
    guide = PractitionerFactory(participant=person, name="Nadia de Groot")
    return Consent.objects.create(
        participant=person, text=text, purpose=text.purpose, practitioner=guide, recorded_by=by, **facts
    )


def text_of(answer) -> str:
    assert answer.status_code == 200
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer.content)).pages)


def send_page(person) -> str:
    return reverse("document_send", args=[person.key])


def chosen(consent, /, **other) -> dict:
    return {"kind": "PROGRESS_REPORT", "consent": consent.pk, "start": "2026-01-01", "end": "2026-03-02", **other}


def test_a_report_is_read_first_then_recorded_and_kept_to_the_byte(person, signed_in, coordinator):
    consent = consent_of(person, coordinator)
    goal = goal_of(person)
    Review.objects.create(goal=goal, held_on=date(2026, 2, 2), text="De eerste las is gelukt", recorded_by=coordinator)
    client = signed_in(coordinator)
    page = client.get(send_page(person), chosen(consent))
    assert "9 keer op het rooster, 1 keer aanwezig" in " ".join(page.text.split())
    assert SentDocument.objects.count() == 0
    answer = press(client, page, "Maak definitief")
    assert answer.url == reverse("participant_documents", args=[person.key])
    document = SentDocument.objects.get()
    assert (document.consent, document.sent_by, document.is_unchanged) == (consent, coordinator, True)
    content = client.get(reverse("sent_document_pdf", args=[person.key, document.pk]))
    assert content.content == bytes(document.content)
    text = text_of(content)
    for said in ("Nadia de Groot", "Gerrit van Vliet", "Ik wil leren lassen", "De eerste las is gelukt"):
        assert said in text
    assert "Concept" not in text
    assert AccessEvent.objects.filter(action="EXPORT").count() == 1


def test_a_concept_says_so_and_records_nothing(person, signed_in, coordinator):
    url = reverse("document_draft_pdf", args=[person.key])
    assert "Concept" in text_of(signed_in(coordinator).get(url, chosen(consent_of(person, coordinator))))
    assert SentDocument.objects.count() == 0


def test_a_text_that_may_name_somebody_else_stays_out(person, signed_in, coordinator):
    other = ParticipantFactory(nickname="Fatima", surname="El Khattabi")
    PlacementFactory(trajectory__participant=other, workshop=person.placements.get().workshop)
    goal_of(person, "Ik wil samen met Fatima een fiets bouwen")
    goal = goal_of(person)
    Review.objects.create(goal=goal, held_on=date(2026, 2, 2), text="Ruzie met Khattabi", recorded_by=coordinator)
    Review.objects.create(goal=goal, held_on=date(2026, 2, 9), text="Het gaat beter", recorded_by=coordinator)
    progress = progress_of(person, WINTER)
    assert progress.left_out == ["Ik wil samen met Fatima een fiets bouwen", "Ruzie met Khattabi"]
    assert [[review.text for review in row.reviews] for row in progress.goals] == [["Het gaat beter"]]
    consent = consent_of(person, coordinator)
    assert "Ruzie met Khattabi" in signed_in(coordinator).get(send_page(person), chosen(consent)).text
    text = text_of(signed_in(coordinator).get(reverse("document_draft_pdf", args=[person.key]), chosen(consent)))
    assert "Het gaat beter" in text
    assert [name for name in ("Fatima", "Khattabi") if name in text] == []


def test_a_name_without_a_capital_or_inside_a_word_is_no_name():
    assert mentions("Samen met Bakker", {"bakker"})
    assert not mentions("Ik wil bakker worden in een Bakkerij", {"bakker"})


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_name_is_found_wherever_it_stands(before, after):
    assert mentions(f"{before} Öztürk, {after}", {"ozturk"})


def test_without_consent_nothing_can_be_sent(person, signed_in, coordinator):
    page = signed_in(coordinator).get(send_page(person))
    assert "Er is nog geen toestemming om te delen" in page.text


@pytest.mark.parametrize("whose", ["withdrawn", "of somebody else", "for a photo"])
def test_a_consent_that_does_not_hold_is_refused(person, coordinator, whose):
    consent = consent_of(person, coordinator)
    if whose == "withdrawn":
        consent.withdrawn_on = consent.given_on
        consent.save()
    elif whose == "of somebody else":
        consent = consent_of(ParticipantFactory(), coordinator)
    else:
        text = ConsentText.objects.get(purpose=ConsentPurpose.PHOTO)
        consent = Consent.objects.create(participant=person, text=text, purpose="PHOTO", recorded_by=coordinator)
    with pytest.raises(ValidationError, match="Deze toestemming is er niet meer"):
        record_sent_document(person, SentDocument.Kind.PROGRESS_REPORT, consent, WINTER, b"%PDF-", by=coordinator)
    assert SentDocument.objects.count() == 0


@pytest.mark.parametrize("ended", [date(2026, 3, 1), date(2026, 3, 2)])
def test_with_somebody_who_stopped_nothing_is_shared_whatever_the_consent_says(person, signed_in, coordinator, ended):
    consent = consent_of(person, coordinator)
    guide = consent.practitioner
    guide.end_date, guide.end_reason = ended, "afgerond"
    guide.save()
    page = signed_in(coordinator).post(send_page(person), chosen(consent))
    if ended == date(2026, 3, 2):  # the last day still counts
        assert SentDocument.objects.get().consent == consent
        return
    assert "Wie toestemming had, is gestopt." in page.text
    with pytest.raises(ValidationError, match="Nadia de Groot is gestopt"):
        record_sent_document(person, SentDocument.Kind.PROGRESS_REPORT, consent, WINTER, b"%PDF-", by=coordinator)
    assert SentDocument.objects.count() == 0


def test_who_stopped_is_named_beside_those_who_are_left(person, signed_in, coordinator):
    stopped = consent_of(person, coordinator)
    stopped.practitioner.end_date, stopped.practitioner.end_reason = date(2026, 2, 1), "verhuisd"
    stopped.practitioner.save()
    other = PractitionerFactory(participant=person, name="Ömer Łukasz")
    Consent.objects.create(
        participant=person, text=stopped.text, purpose="SHARE", practitioner=other, recorded_by=coordinator
    )
    page = signed_in(coordinator).get(send_page(person))
    assert [label for _, label in page.context["form"].fields["consent"].choices][1:] == [
        "Ömer Łukasz (toestemming van 02-03-2026)"
    ]
    assert "Nadia de Groot is gestopt en staat er daarom niet meer bij" in page.text


def test_a_second_press_on_the_button_records_it_once(person, signed_in, coordinator):
    consent = consent_of(person, coordinator)
    client = signed_in(coordinator)
    page = client.get(send_page(person), chosen(consent))
    for _ in range(2):
        press(client, page, "Maak definitief")
    assert SentDocument.objects.count() == 1


def test_a_goal_that_was_closed_after_the_period_still_ran_in_it(person, signed_in, coordinator):
    goal_of(person, result="NOT", result_text="Ging niet door", closed_on=date(2026, 2, 20))
    consent = consent_of(person, coordinator)
    url = reverse("document_draft_pdf", args=[person.key])
    told = text_of(signed_in(coordinator).get(url, chosen(consent)))
    assert "Ging niet door" in told
    told = text_of(signed_in(coordinator).get(url, chosen(consent, end="2026-02-19")))
    assert "Ik wil leren lassen" in told
    assert "Ging niet door" not in told


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"end": "2026-03-03"}, "Deze dag komt nog."),
        ({"end": "2025-12-31"}, "De einddatum ligt voor de begindatum."),
        ({"consent": "0"}, "Kies iets uit de lijst."),
        ({"kind": "ANYTHING"}, "Kies iets uit de lijst."),
    ],
)
def test_what_cannot_be_sent_is_said(person, signed_in, coordinator, typed, sentence):
    consent = consent_of(person, coordinator)
    page = signed_in(coordinator).post(send_page(person), chosen(consent, **typed))
    assert sentence in page.text
    assert SentDocument.objects.count() == 0


def test_the_plan_has_the_week_the_goals_and_a_place_to_sign(person, signed_in, coach, coordinator):
    goal_of(person)
    goal_of(person, "Ik wil koken", result="REACHED", result_text="Gelukt", closed_on=date(2026, 2, 1))
    PractitionerFactory(participant=person, name="Evie van den Eerenbeemt")
    text = text_of(signed_in(coach).get(reverse("support_plan_pdf", args=[person.key])))
    for said in ("maandag", "Fietsenwerkplaats West", "Ik wil leren lassen", "Handtekening"):
        assert said in text
    assert "Ik wil koken" not in text
    assert "Eerenbeemt" not in text


def test_a_coach_sees_no_documents_that_were_sent(person, signed_in, coach, coordinator):
    consent = consent_of(person, coordinator)
    document = record_sent_document(person, "SUPPORT_PLAN", consent, WINTER, b"%PDF-", by=coordinator)
    assert "Nadia" not in signed_in(coach).get(reverse("participant_documents", args=[person.key])).text
    assert signed_in(coach).get(reverse("sent_document_pdf", args=[person.key, document.pk])).status_code == 403
    assert signed_in(UserFactory()).get(reverse("support_plan_pdf", args=[person.key])).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("kind", SentDocument.Kind.values)
def test_the_documents_are_accessible_and_the_same_each_time(person, signed_in, coordinator, tmp_path, kind):
    goal = goal_of(person)
    goal.steps.create(text="Een las bekijken", done_on=date(2026, 2, 2))
    goal.steps.create(text="Zelf een las maken")
    Review.objects.create(goal=goal, held_on=date(2026, 2, 9), text="Gaat goed", recorded_by=coordinator)
    consent = consent_of(person, coordinator)
    url = reverse("document_draft_pdf", args=[person.key])
    first, second = (signed_in(coordinator).get(url, chosen(consent, kind=kind)).content for _ in range(2))
    assert first == second
    (tmp_path / "document.pdf").write_bytes(first)
    assert failures("ua1", tmp_path / "document.pdf") == []
    assert failures("3a", tmp_path / "document.pdf") == []


def test_the_list_takes_as_many_queries_for_one_as_for_three(
    person, signed_in, coordinator, django_assert_max_num_queries
):
    consent = consent_of(person, coordinator)
    client, url = signed_in(coordinator), reverse("participant_documents", args=[person.key])
    for day in (1, 2, 3):
        period = Period(WINTER.start, WINTER.start + timedelta(days=day))
        record_sent_document(person, "SUPPORT_PLAN", consent, period, b"%PDF-", by=coordinator)
        if day == 1:
            client.get(url)
            with django_assert_max_num_queries(40) as one:
                client.get(url)
    with django_assert_max_num_queries(len(one.captured_queries)):
        client.get(url)
