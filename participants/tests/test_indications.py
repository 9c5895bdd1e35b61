"""Indications in words and on the pages: granting, renewing, cutting short, steps, notices and the work-list."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from participants.models import Indication, ProductCode, RenewalStep
from participants.services.notices import missing_notices
from pluspunt.tests.factories import (
    IndicationFactory,
    ParticipantFactory,
    PlacementFactory,
    TrajectoryFactory,
)
from workshops.models import Attendance
from workshops.services.attendance import mark_attendance
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
NEW = {
    "volume": 4,
    "unit": "16",
    "frequency": "2",
    "start_date": "2026-03-02",
    "end_date": "2027-03-01",
    "scheme": "WMO",
    "product_category": "07",
    "municipality_code": "0599",
}
OTHER = "Voor dit product is er al een indicatie van wo 1 jan 2025 tot en met di 31 mrt (4 dagdelen per week)."
SENT = {"start_notice_on": date(2024, 1, 2)}


@pytest.fixture
def person(monday):
    """Hülya Öztürk, in activation since 2024."""
    participant = ParticipantFactory(nickname="Hülya", surname="Öztürk")
    TrajectoryFactory(participant=participant)
    return participant


@pytest.fixture
def client_of_coordinator(signed_in, coordinator):
    return signed_in(coordinator)


def tab(participant):
    return reverse("participant_indications", args=[participant.key])


def page_of(name, indication):
    return reverse(name, args=[indication.participant.key, indication.pk])


def text_of(page) -> str:
    return " ".join(page.text.split())


def add(client, participant, **typed):
    return client.post(reverse("indication_add", args=[participant.key]), {**NEW, **typed})


def refused(page) -> dict:
    return page.context["form"].errors


# --- in words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (-9, 49, "nog 7 weken"),
        (-9, 7, "nog 1 week"),
        (-9, 6, "nog 6 dagen"),
        (-9, 2, "nog 2 dagen"),
        (-9, 1, "loopt morgen af"),
        (-9, 0, "loopt vandaag af"),
        (-9, -1, "verlopen sinds gisteren"),
        (-99, -3, "verlopen sinds 3 dagen"),
        (-99, -14, "verlopen sinds 2 weken"),
        (-199, -92, "verlopen sinds 3 maanden"),
        (-999, -730, "verlopen sinds 2 jaar"),
        (1, 99, "begint morgen"),
        (7, 99, "begint op ma 9 mrt"),
        (-9, None, "zonder einddatum"),
    ],
)
def test_an_indication_says_where_it_stands(monday, start, end, words):
    last = None if end is None else monday + end * DAY
    assert Indication(start_date=monday + start * DAY, end_date=last).state_in_words == words


def test_one_that_was_stopped_says_why(monday):
    stopped = Indication(start_date=monday - WEEK, end_date=monday - DAY, end_reason="31")
    assert stopped.state_in_words == "gestopt op zo 1 mrt: verhuisd"


# --- granting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"end_date": ""}, {"end_date": ["Een indicatie per week heeft een einddatum. Vul de laatste dag in."]}),
        (
            {"allocation_number": "1234567890"},
            {"allocation_number": ["Een toewijzingsnummer heeft hoogstens 9 cijfers."]},
        ),
        ({"allocation_number": "0"}, {"allocation_number": ["Een toewijzingsnummer is minstens 1."]}),
        ({"allocation_number": "A1"}, {"allocation_number": ["Een toewijzingsnummer heeft alleen cijfers."]}),
        (
            {"allocation_number": "77"},
            {"allocation_number": ["Dit toewijzingsnummer is al in gebruik bij deze gemeente. Kijk het na."]},
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(client_of_coordinator, person, typed, error):
    IndicationFactory(allocation_number=77)
    assert refused(add(client_of_coordinator, person, **typed)) == error
    assert not person.indications.exists()


def test_the_same_number_may_be_of_another_municipality(client_of_coordinator, person):
    IndicationFactory(allocation_number=77)
    add(client_of_coordinator, person, allocation_number="77", municipality_code="0606")
    assert person.indications.get().allocation_number == 77


@pytest.mark.parametrize("frequency", ["4", "6"])
def test_per_month_and_in_total_need_no_end(client_of_coordinator, person, frequency):
    add(client_of_coordinator, person, frequency=frequency, end_date="", volume=60)
    assert person.indications.get().end_date is None
    assert client_of_coordinator.get(tab(person)).status_code == 200


def test_a_product_code_belongs_to_its_category(client_of_coordinator, person):
    code = ProductCode.objects.create(category="08", code="08A03", description="Vervoer")
    page = add(client_of_coordinator, person, product_code=code.pk)
    assert refused(page) == {
        "product_code": ["Deze productcode hoort niet bij 07 dagbesteding. Kies een andere code of categorie."]
    }
    add(client_of_coordinator, person, product_code=code.pk, product_category="08", unit="82")
    assert person.indications.get().product_code == code
    assert "08A03 Vervoer" in client_of_coordinator.get(tab(person)).text


@pytest.mark.parametrize(
    ("start", "end", "error"),
    [
        (
            "2026-01-01",
            "2026-12-31",
            {"start_date": [f"{OTHER} Kort die eerst in, of begin op wo 1 apr."]},
        ),
        (
            "2024-07-01",
            "2025-06-30",
            {"end_date": [f"{OTHER} Laat deze uiterlijk eindigen op di 31 dec 2024."]},
        ),
    ],
)
def test_an_overlap_names_the_other_and_what_to_do(client_of_coordinator, person, start, end, error):
    IndicationFactory(participant=person, start_date=date(2025, 1, 1), end_date=date(2026, 3, 31))
    assert refused(add(client_of_coordinator, person, start_date=start, end_date=end)) == error
    assert person.indications.count() == 1


def test_an_overlap_with_two_proposes_a_day_after_both(client_of_coordinator, person):
    IndicationFactory(participant=person, start_date=date(2025, 1, 1), end_date=date(2026, 3, 31))
    IndicationFactory(participant=person, start_date=date(2026, 4, 1), end_date=date(2026, 6, 30))
    errors = refused(add(client_of_coordinator, person, start_date="2026-03-02", end_date="2027-03-01"))
    assert errors["start_date"][0].endswith("Kort die eerst in, of begin op wo 1 jul.")


@pytest.mark.parametrize(("volume", "error"), [(62, {}), (63, {"volume": ["Vul een getal in van 1 tot en met 62."]})])
def test_a_month_has_no_more_day_parts_than_its_days(client_of_coordinator, person, volume, error):
    answer = add(client_of_coordinator, person, volume=volume, frequency="4")
    assert (refused(answer) if error else {}) == error
    assert person.indications.count() == (0 if error else 1)


def test_another_product_and_the_day_after_do_not_overlap(client_of_coordinator, person):
    IndicationFactory(participant=person, end_date=date(2026, 3, 1))
    add(client_of_coordinator, person)
    add(client_of_coordinator, person, product_category="08", unit="82")
    assert person.indications.count() == 3


# --- renewing and cutting short -------------------------------------------------------------------------------------


def test_a_renewal_starts_the_day_after_with_the_same_product(client_of_coordinator, person):
    old = IndicationFactory(
        participant=person, end_date=date(2026, 3, 31), volume=3, scheme="PGB", allocation_number=12
    )
    url = page_of("indication_renew", old)
    form = client_of_coordinator.get(url).context["form"]
    assert form["start_date"].value() == date(2026, 4, 1)
    assert [form[name].value() for name in ("volume", "scheme", "allocation_number")] == [3, "PGB", None]
    typed = {**NEW, "volume": 3, "start_date": "2026-04-01", "end_date": "2027-03-31"}
    assert refused(client_of_coordinator.post(url, typed)) == {"allocation_number": ["Vul dit in."]}
    assert client_of_coordinator.post(url, {**typed, "allocation_number": "13"}).url == tab(person)
    new = person.indications.first()
    assert (new.start_date, new.volume, new.allocation_number) == (date(2026, 4, 1), 3, 13)
    assert "al verlengd" in text_of(client_of_coordinator.get(tab(person)))


def test_a_renewal_without_number_follows_one_without_number(client_of_coordinator, person):
    old = IndicationFactory(participant=person, end_date=date(2026, 3, 31), scheme="WLZ")
    typed = {**NEW, "scheme": "WLZ", "start_date": "2026-04-01", "end_date": "2027-03-31"}
    client_of_coordinator.post(page_of("indication_renew", old), typed)
    assert person.indications.count() == 2


@pytest.mark.parametrize("end", [None, date(2026, 12, 31)])
def test_an_indication_is_cut_short_with_its_reason(client_of_coordinator, coordinator, person, end):
    indication = IndicationFactory(participant=person, frequency="4", end_date=end)
    page = client_of_coordinator.get(page_of("indication_shorten", indication))
    answer = press(client_of_coordinator, page, "Kort indicatie in", last_day="2026-03-20", reason="36")
    assert answer.url == tab(person)
    indication.refresh_from_db()
    assert (indication.end_date, indication.end_reason) == (date(2026, 3, 20), "36")
    assert indication.history.first().history_user == coordinator


@pytest.mark.parametrize(
    ("last_day", "sentence"),
    [
        ("2023-12-31", "De indicatie begint pas op ma 1 jan 2024."),
        ("2027-01-01", "De indicatie loopt nu tot en met do 31 dec. Langer is een verlenging."),
    ],
)
def test_cutting_short_makes_nothing_longer_or_empty(client_of_coordinator, person, last_day, sentence):
    indication = IndicationFactory(participant=person, end_date=date(2026, 12, 31))
    page = client_of_coordinator.post(page_of("indication_shorten", indication), {"last_day": last_day, "reason": "36"})
    assert refused(page) == {"last_day": [sentence]}
    indication.refresh_from_db()
    assert (indication.end_date, indication.end_reason) == (date(2026, 12, 31), "")


def test_cutting_off_what_was_delivered_asks_whether_it_is_right(session, client_of_coordinator, coach):
    row = session.attendances.first()
    mark_attendance(row, Attendance.Status.PRESENT, by=coach)
    indication = IndicationFactory(participant=row.participant)
    url, typed = page_of("indication_shorten", indication), {"last_day": "2026-03-01", "reason": "36"}
    assert "sure" not in client_of_coordinator.get(url).context["form"].fields
    page = client_of_coordinator.post(url, typed)
    assert refused(page) == {"sure": ["Na deze dag is al 1 dagdeel geleverd. Dat valt dan buiten de indicatie."]}
    assert press(client_of_coordinator, page, "Kort indicatie in", **typed, sure="on").url == tab(row.participant)


def test_cutting_off_days_without_delivery_asks_nothing(session, client_of_coordinator, coach):
    row = session.attendances.first()
    mark_attendance(row, Attendance.Status.PRESENT, by=coach)
    url = page_of("indication_shorten", IndicationFactory(participant=row.participant))
    assert client_of_coordinator.post(url, {"last_day": "2026-03-02", "reason": "36"}).status_code == 302


# --- steps ----------------------------------------------------------------------------------------------------------


def test_a_step_says_what_was_done_and_who_must_act(client_of_coordinator, coordinator, person):
    indication = IndicationFactory(participant=person, end_date=date(2026, 4, 1))
    page = client_of_coordinator.get(page_of("renewal_step_add", indication))
    typed = {"text": "Gebeld met het wijkteam", "done_on": "2026-03-02", "next_actor": "MUNICIPALITY"}
    assert press(client_of_coordinator, page, "Noteer stap", **typed).url == tab(person)
    step = indication.renewal_steps.get()
    assert (step.text, step.next_actor, step.recorded_by) == ("Gebeld met het wijkteam", "MUNICIPALITY", coordinator)
    text = text_of(client_of_coordinator.get(tab(person)))
    assert "Nu aan zet: <strong>gemeente</strong>" in text
    assert "Vandaag: Gebeld met het wijkteam" in text


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"done_on": "2026-03-03"}, {"done_on": ["Deze dag moet nog komen. Noteer alleen wat gedaan is."]}),
        ({"text": ""}, {"text": ["Vul dit in."]}),
        ({"next_actor": ""}, {"next_actor": ["Kies iets uit de lijst."]}),
    ],
)
def test_a_step_that_cannot_be_is_refused(client_of_coordinator, person, typed, error):
    indication = IndicationFactory(participant=person)
    good = {"text": "Gebeld", "done_on": "2026-03-02", "next_actor": "US"}
    assert refused(client_of_coordinator.post(page_of("renewal_step_add", indication), good | typed)) == error
    assert not RenewalStep.objects.exists()


# --- notices --------------------------------------------------------------------------------------------------------


def test_a_notice_is_noted_and_leaves_the_list(client_of_coordinator, person):
    indication = IndicationFactory(participant=person, start_date=date(2026, 2, 26))
    page = client_of_coordinator.get(tab(person))
    assert "nog versturen, uiterlijk do 5 mrt" in text_of(page)
    assert press(client_of_coordinator, page, "Startbericht verstuurd", sent_on="2026-02-27").url == tab(person)
    indication.refresh_from_db()
    assert (indication.start_notice_on, indication.stop_notice_on) == (date(2026, 2, 27), None)
    assert "Startbericht verstuurd op vr 27 feb" in text_of(client_of_coordinator.get(tab(person)))
    assert missing_notices() == []


def test_a_stop_notice_is_noted_on_its_own_date(client_of_coordinator, person):
    indication = IndicationFactory(participant=person, end_date=date(2026, 2, 20), **SENT)
    page = client_of_coordinator.get(tab(person))
    assert "te laat sinds za 28 feb" in text_of(page)
    press(client_of_coordinator, page, "Stopbericht verstuurd")
    indication.refresh_from_db()
    assert (indication.start_notice_on, indication.stop_notice_on) == (date(2024, 1, 2), date(2026, 3, 2))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"sent_on": "2026-03-03"}, "Deze dag moet nog komen."),
        ({"sent_on": "2026-02-25"}, "De indicatie begint pas op do 26 feb."),
        ({"sent_on": "x"}, "Schrijf een datum als 23-11-2026."),
        ({"which": "volume"}, "Kies iets uit de lijst."),
    ],
)
def test_a_notice_that_cannot_be_is_refused(client_of_coordinator, person, typed, sentence):
    indication = IndicationFactory(participant=person, start_date=date(2026, 2, 26))
    good = {"which": "start", "sent_on": "2026-03-02"}
    page = client_of_coordinator.post(page_of("indication_notice", indication), good | typed, follow=True)
    assert f"Het bericht is niet genoteerd. {sentence}" in text_of(page)
    indication.refresh_from_db()
    assert indication.start_notice_on is None


# --- the tab --------------------------------------------------------------------------------------------------------


def test_a_coach_sees_amounts_and_no_decision_steps_or_notices(monday, signed_in, coach, coordinator, workshop):
    person = PlacementFactory(workshop=workshop).participant
    indication = IndicationFactory(
        participant=person, allocation_number=7654321, decision_number="B-99", end_date=monday + WEEK
    )
    RenewalStep.objects.create(indication=indication, text="Gebeld", next_actor="US", recorded_by=coordinator)
    secrets = ["7654321", "B-99", "Gebeld", "Startbericht", "Verleng", "Kort in"]
    seen = text_of(signed_in(coordinator).get(tab(person)))
    assert [word for word in secrets if word not in seen] == []
    seen = text_of(signed_in(coach).get(tab(person)))
    assert [word for word in secrets if word in seen] == []
    assert "4 dagdelen per week" in seen
    assert "nog 1 week" in seen


def test_somebody_without_a_path_or_register_has_a_tab_too(monday, client_of_coordinator):
    indication = IndicationFactory(end_date=monday - DAY)
    assert "verlopen sinds gisteren" in text_of(client_of_coordinator.get(tab(indication.participant)))


def test_the_tab_takes_as_many_queries_for_one_as_for_three(
    session, client_of_coordinator, coordinator, django_assert_max_num_queries
):
    person = session.attendances.first().participant
    counts = []
    for years in ([2025], [2023, 2024]):
        for year in years:
            row = IndicationFactory(participant=person, start_date=date(year, 1, 1), end_date=date(year, 12, 31))
            RenewalStep.objects.create(indication=row, text="Gebeld", next_actor="US", recorded_by=coordinator)
        client_of_coordinator.get(tab(person))
        with django_assert_max_num_queries(25) as queries:
            client_of_coordinator.get(tab(person))
        counts.append(len(queries))
    assert counts[0] == counts[1]
