"""Finding people, seeing where they stand, and keeping what is known about them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from participants.models import District, Indication, Participant, Practitioner, Trajectory
from pluspunt.tests.factories import (
    IndicationFactory,
    OpeningFactory,
    ParticipantFactory,
    PlacementFactory,
    PractitionerFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from privacy.models import AccessEvent
from workshops.models import Attendance
from workshops.services.attendance import mark_attendance
from workshops.services.trajectories import pause_trajectory
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
LIST = "/deelnemers/"
WEEK = timedelta(weeks=1)
# Passes the eleven-test, belongs to nobody.
CITIZEN_NUMBER = "111222333"


@pytest.fixture
def person(monday):
    """Hülya Öztürk, in activation."""
    participant = ParticipantFactory(nickname="Hülya", surname="Öztürk", number=12)
    TrajectoryFactory(participant=participant)
    return participant


@pytest.fixture
def client_of_coordinator(signed_in, coordinator):
    return signed_in(coordinator)


def found(client, **query):
    return list(client.get(LIST, query).context["page_obj"].object_list)


def detail(participant):
    return reverse("participant_detail", args=[participant.key])


# --- the list -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["ozturk", "ÖZT", "hul oz", "12"])
def test_a_person_is_found_by_any_part_of_the_name_or_the_number(client_of_coordinator, person, text):
    TrajectoryFactory(participant__surname="Smit")
    assert found(client_of_coordinator, q=text) == [person]


def test_the_list_sorts_on_surname_without_prefix(monday, client_of_coordinator):
    names = [("de", "Wit"), ("", "Zwart"), ("van der", "Aa"), ("", "Éland")]
    for prefix, surname in names:
        TrajectoryFactory(participant__prefix=prefix, participant__surname=surname)
    assert [person.surname for person in found(client_of_coordinator)] == ["Aa", "Éland", "Wit", "Zwart"]


def test_a_surname_with_an_apostrophe_stands_at_its_first_letter(monday, client_of_coordinator):
    for surname in ["Fels", "'t Erve", "Duin", "Iris", "d' Heripon", "Aa"]:
        TrajectoryFactory(participant__surname=surname)
    surnames = [person.surname for person in found(client_of_coordinator)]
    assert surnames == ["Aa", "Duin", "'t Erve", "Fels", "d' Heripon", "Iris"]


@pytest.mark.parametrize("text", ["t erve", "'t erve", "’t Erve", "erve"])
def test_a_surname_with_an_apostrophe_is_found_with_and_without_it(monday, client_of_coordinator, text):
    person = TrajectoryFactory(participant__surname="'t Erve").participant
    TrajectoryFactory()
    assert found(client_of_coordinator, q=text) == [person]


def test_the_list_sorts_on_start_and_on_target_group(monday, client_of_coordinator):
    late = TrajectoryFactory(start_date=date(2026, 1, 1), target_group="SOCIAL_DAY_CARE").participant
    early = TrajectoryFactory(start_date=date(2020, 1, 1), target_group="ACTIVATION").participant
    assert found(client_of_coordinator, sort="start") == [late, early]
    assert found(client_of_coordinator, sort="doelgroep") == [early, late]


def test_who_ended_is_left_out_until_asked_for(monday, client_of_coordinator, person):
    gone = TrajectoryFactory(end_date=monday - WEEK).participant
    new = ParticipantFactory(surname="Aalders")
    assert found(client_of_coordinator) == [new, person]
    assert found(client_of_coordinator, status="ENDED") == [gone]
    assert set(found(client_of_coordinator, status="ALL")) == {new, person, gone}


def test_every_status_finds_its_own_people(monday, client_of_coordinator, person):
    trial = TrajectoryFactory(trial_until=monday).participant
    paused = TrajectoryFactory()
    pause_trajectory(paused, start=monday, end=None, reason="langer weg", by=None)
    coming = TrajectoryFactory(start_date=monday + WEEK).participant
    expected = {"ACTIVE": person, "TRIAL": trial, "PAUSED": paused.participant, "UPCOMING": coming}
    assert {status: found(client_of_coordinator, status=status) for status in expected} == {
        status: [someone] for status, someone in expected.items()
    }


def test_filters_on_group_workshop_and_district(monday, client_of_coordinator, person):
    district = District.objects.first()
    placement = PlacementFactory(trajectory__target_group="SKILLED_VOLUNTEER", participant__district=district)
    placement.participant.district = district
    placement.participant.save()
    for query in (
        {"group": "SKILLED_VOLUNTEER"},
        {"workshop": placement.workshop_id},
        {"district": district.pk},
    ):
        assert found(client_of_coordinator, **query) == [placement.participant]


def test_an_ended_placement_is_not_a_running_one(monday, client_of_coordinator):
    placement = PlacementFactory(end_date=monday - WEEK)
    assert found(client_of_coordinator, workshop=placement.workshop_id) == []


@pytest.mark.parametrize(
    "query", [{"status": "X"}, {"workshop": "x"}, {"page": "x"}, {"sort": ";--"}, {"district": "-1"}]
)
def test_a_filter_that_is_not_understood_is_left_out(client_of_coordinator, person, query):
    assert found(client_of_coordinator, **query) == [person]


@pytest.mark.parametrize("text", ["a\x00b", "x" * 101, CITIZEN_NUMBER])
def test_a_search_that_must_not_be_is_refused(client_of_coordinator, person, text):
    answer = client_of_coordinator.get(LIST, {"q": text})
    assert answer.url == LIST  # the address keeps nothing of it
    page = client_of_coordinator.get(LIST).text
    assert "Er is niet gezocht." in page
    assert "Niemand gevonden" not in page
    assert CITIZEN_NUMBER not in page


def test_the_search_logs_who_was_shown(client_of_coordinator, person):
    client_of_coordinator.get(LIST, {"q": "ozturk"})
    event = AccessEvent.objects.get()
    assert (event.action, [subject.object_id for subject in event.subjects.all()]) == ("SEARCH", [person.pk])
    assert "ozturk" not in event.data


def test_pages_keep_the_filters(monday, client_of_coordinator):
    for _ in range(26):
        TrajectoryFactory()
    page = client_of_coordinator.get(LIST, {"group": "ACTIVATION"})
    assert len(page.context["page_obj"]) == 25
    assert "?group=ACTIVATION&amp;page=2" in page.text


def test_empty_states_say_what_to_do(client_of_coordinator, monday):
    assert "Voeg de eerste deelnemer toe of lees een jaar in" in client_of_coordinator.get(LIST).text
    ParticipantFactory()
    assert "Zoek ook bij wie gestopt is" in client_of_coordinator.get(LIST, {"q": "qqq"}).text


def test_the_list_takes_as_many_queries_for_one_as_for_three(
    monday, client_of_coordinator, django_assert_max_num_queries
):
    def fill(count):
        for placement in PlacementFactory.create_batch(count):
            IndicationFactory(participant=placement.participant)

    fill(1)
    client_of_coordinator.get(LIST)
    with django_assert_max_num_queries(20) as first:
        client_of_coordinator.get(LIST)
    fill(2)
    with django_assert_max_num_queries(20) as second:
        client_of_coordinator.get(LIST)
    assert len(first) == len(second)


@pytest.mark.parametrize(
    ("prefix", "surname", "said"),
    [
        ("", "Öztürk", "Dave Ö."),
        ("de", "Wit", "Dave d. W."),
        ("van", "'t Erve", "Dave v. 't E."),
        ("", "’t Erve", "Dave ’t E."),
        ("", "d' Heripon", "Dave d' H."),
        ("", "'s-Gravesande", "Dave s."),
    ],
)
def test_the_floor_name_has_the_initial_of_the_surname(prefix, surname, said):
    assert Participant(nickname="Dave", prefix=prefix, surname=surname).floor_name == said


# --- who sees what --------------------------------------------------------------------------------------------------


def test_a_coach_sees_only_the_people_of_the_own_workshops(monday, signed_in, coach, workshop, person):
    mine = PlacementFactory(workshop=workshop).participant
    client = signed_in(coach)
    assert found(client) == [mine]
    assert client.get(detail(person)).status_code == 404
    assert f"{detail(mine)}plaatsen/" not in client.get(detail(mine)).text
    assert "Wijzigen" not in client.get(detail(mine)).text


@pytest.mark.parametrize("name", ["participant_detail", "participant_edit", "indication_add", "placement_add"])
def test_management_and_administrators_see_nobody(signed_in, manager, administrator, person, name):
    for user in (manager, administrator):
        assert signed_in(user).get(reverse(name, args=[person.key])).status_code == 403
        assert signed_in(user).get(LIST).status_code == 403


@pytest.mark.parametrize("name", ["participant_edit", "trajectory_add", "indication_add", "practitioner_add"])
def test_a_coach_changes_nothing(monday, signed_in, coach, workshop, name):
    mine = PlacementFactory(workshop=workshop).participant
    assert signed_in(coach).get(reverse(name, args=[mine.key])).status_code == 403


# --- the page of one person -----------------------------------------------------------------------------------------


def test_the_page_says_where_somebody_stands(session, client_of_coordinator, coach):
    row = session.attendances.first()
    mark_attendance(row, Attendance.Status.PRESENT, by=coach)
    person = row.participant
    Participant.objects.filter(pk=person.pk).update(attention="geen slijptol")
    IndicationFactory(participant=person, end_date=session.date + 7 * WEEK)
    PractitionerFactory(participant=person)
    said = {
        "participant_detail": ["Let op: geen slijptol", "45 jaar"],
        "participant_indications": ["4 dagdelen per week", "nog 7 weken"],
        "participant_around": ["Evie van den Eerenbeemt"],
    }
    for tab, sentences in said.items():
        text = " ".join(client_of_coordinator.get(reverse(tab, args=[person.key])).text.split())
        assert [sentence for sentence in sentences if sentence not in text] == []
    weeks = client_of_coordinator.get(detail(person)).context["weeks"]
    assert (weeks[0].monday, weeks[0].counts) == (session.date, [("PRESENT", 1)])


def test_a_week_of_attendance_reads_from_morning_to_afternoon(monday, client_of_coordinator, workshop):
    OpeningFactory(workshop=workshop, day_part="AFTERNOON")
    placement = PlacementFactory(workshop=workshop)
    PlacementFactory(workshop=workshop, trajectory=placement.trajectory, day_part="AFTERNOON")
    [*_, first, _] = client_of_coordinator.get(detail(placement.participant)).context["weeks"]
    assert [row.day_part for row in first.rows] == ["MORNING", "AFTERNOON"]


def test_the_page_takes_as_many_queries_for_one_as_for_three(
    monday, client_of_coordinator, person, django_assert_max_num_queries
):
    def fill(weekdays):
        for weekday in weekdays:
            PlacementFactory(trajectory=person.trajectories.first(), weekday=weekday)
            PractitionerFactory(participant=person)

    fill([1])
    client_of_coordinator.get(detail(person))
    with django_assert_max_num_queries(25) as first:
        client_of_coordinator.get(detail(person))
    fill([2, 3])
    client_of_coordinator.get(detail(person))
    with django_assert_max_num_queries(25) as second:
        client_of_coordinator.get(detail(person))
    assert len(first) == len(second)


def test_an_indication_says_when_it_expires(monday):
    def ending(day):
        return Indication(start_date=date(2025, 1, 1), end_date=day, volume=1)

    assert (ending(monday - timedelta(days=1)).is_expired, ending(monday).is_expired) == (True, False)
    assert (ending(monday + 8 * WEEK).is_expiring, ending(monday + 9 * WEEK).is_expiring) == (True, False)
    assert ending(monday).amount == "1 dagdeel per week"


# --- adding and changing --------------------------------------------------------------------------------------------

NEW = {
    "nickname": "Şazime",
    "surname": "Ertaş",
    "birth_date": "1990-05-17",
    "gender": "WOMAN",
    "applied_on": "2026-03-02",
    "referrer": "NEIGHBOURHOOD_TEAM",
    "target_group": "ACTIVATION",
    "start_date": "2026-03-02",
}


def add(client, **typed):
    return client.post(reverse("participant_add"), {**NEW, **typed})


def errors(page):
    return {name: messages for form in page.context["forms"] for name, messages in form.errors.items()}


def test_a_new_person_has_a_trajectory_and_goes_on_to_a_place(monday, client_of_coordinator, coordinator):
    answer = add(client_of_coordinator)
    person = Participant.objects.get()
    assert answer.url == reverse("placement_add", args=[person.key])
    assert person.trajectories.get().start_date == monday
    assert not person.indications.exists()
    assert person.history.get().history_user == coordinator
    event = AccessEvent.objects.get(action="ADD")
    assert "nickname" in event.data
    assert "azime" not in event.data


def test_a_new_person_may_have_an_indication(monday, client_of_coordinator):
    indication = {"indicatie-volume": 4, "indicatie-start_date": "2026-03-02", "indicatie-end_date": "2027-03-01"}
    add(client_of_coordinator, **indication)
    assert Indication.objects.get().amount == "4 dagdelen per week"


def test_half_an_indication_is_refused_and_nobody_is_added(monday, client_of_coordinator):
    page = add(client_of_coordinator, **{"indicatie-volume": 4})
    assert errors(page).keys() == {"start_date", "end_date"}
    assert 'value="Şazime"' in page.text
    assert not Participant.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"birth_date": "2026-03-02"}, "birth_date"),
        ({"birth_date": "2016-03-03"}, "birth_date"),
        ({"birth_date": "1899-12-31"}, "birth_date"),
        ({"birth_date": "2026-02-30"}, "birth_date"),
        ({"number": "9" * 12}, "number"),
        ({"number": "-1"}, "number"),
        ({"surname": "x" * 81}, "surname"),
        ({"surname": "a\x00b"}, "surname"),
        ({"surname": "=1+1"}, "surname"),
        ({"surname": " "}, "surname"),
        ({"surname": "\u200b"}, "surname"),
        ({"emergency_contact": f"bsn {CITIZEN_NUMBER}"}, "emergency_contact"),
        ({"phone": "bel maar"}, "phone"),
        ({"start_date": "1989-01-01"}, "birth_date"),
        ({"start_date": "2027-03-04"}, "start_date"),
        ({"indicatie-volume": 15, "indicatie-start_date": "2026-03-02", "indicatie-end_date": "2027-03-01"}, "volume"),
        ({"trial_until": "2026-03-01"}, "__all__"),
        ({"target_group": "SOCIAL_DAY_CARE", "strand_work": "on"}, "__all__"),
    ],
)
def test_what_cannot_be_is_refused_in_dutch_and_stays_typed(monday, client_of_coordinator, typed, field):
    page = add(client_of_coordinator, **typed)
    assert field in errors(page)
    assert CITIZEN_NUMBER not in str(errors(page))
    assert 'value="Şazime"' in page.text
    assert not Participant.objects.exists()


def test_a_mobile_number_is_not_taken_for_a_citizen_number(monday, client_of_coordinator):
    """The eight digits after 06 pass the eleven-test."""
    assert add(client_of_coordinator, emergency_contact="Ali 06-10000008 of +31 6 10000008").status_code == 302


def test_somebody_new_may_wait_for_a_first_day(monday, client_of_coordinator):
    answer = add(client_of_coordinator, start_date="", wish="iets met hout")
    person = Participant.objects.get()
    assert answer.url == reverse("participant_path", args=[person.key])
    application = person.applications.get()
    assert (application.state, application.wish, person.trajectories.count()) == ("WAITING", "iets met hout", 0)


def test_who_begins_at_once_no_longer_waits(monday, client_of_coordinator):
    add(client_of_coordinator, applied_on="2026-02-20")
    application = Participant.objects.get().applications.get()
    assert (application.state, application.decided_on) == ("STARTED", monday)
    assert application.trajectory.start_date == monday


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"start_date": "", "strand_work": "on"}, "start_date"),
        ({"applied_on": "2026-03-03"}, "applied_on"),
        ({"applied_on": "2026-03-01", "start_date": "2026-02-28"}, "__all__"),
        ({"referrer": ""}, "referrer"),
    ],
)
def test_an_application_that_cannot_be_is_refused(monday, client_of_coordinator, typed, field):
    assert errors(add(client_of_coordinator, **typed)).keys() == {field}
    assert not Participant.objects.exists()


def test_who_may_be_the_same_person_is_shown_first(monday, client_of_coordinator, person):
    add(client_of_coordinator)
    there = Participant.objects.get(surname="Ertaş")
    page = add(client_of_coordinator, surname="Ertas", nickname="Sazime")
    assert page.context["similar"] == [there]
    assert f'<a href="{detail(there)}">Şazime Ertaş</a>' in page.text
    assert [subject.object_id for subject in AccessEvent.objects.get(action="SEARCH").subjects.all()] == [there.pk]
    assert Participant.objects.count() == 2
    added = press(client_of_coordinator, page, "Voeg deelnemer toe", **NEW, is_somebody_else="ja")
    assert added.status_code == 302
    assert Participant.objects.same_as(there).count() == 2


def test_somebody_else_is_said_about_the_people_who_were_shown(monday, client_of_coordinator, person):
    add(client_of_coordinator)
    page = add(client_of_coordinator, is_somebody_else="ja", others=[person.key])
    assert [each.surname for each in page.context["similar"]] == ["Ertaş"]
    assert Participant.objects.count() == 2


def test_a_number_twice_is_refused(monday, client_of_coordinator, person):
    assert errors(add(client_of_coordinator, number=12)) == {"number": ["Dit nummer is al van iemand anders."]}


def test_a_change_is_saved_and_logged_without_values(client_of_coordinator, coordinator, person):
    url = reverse("participant_edit", args=[person.key])
    answer = press(client_of_coordinator, client_of_coordinator.get(url), "Bewaar", phone="010 123 45 67")
    assert answer.url == detail(person)
    person.refresh_from_db()
    assert person.phone == "010 123 45 67"
    assert AccessEvent.objects.get(action="CHANGE").data == "phone"
    assert person.history.first().history_user == coordinator


def test_nobody_becomes_too_young_for_a_trajectory_that_is_there(client_of_coordinator, person):
    start = person.trajectories.get().start_date
    url = reverse("participant_edit", args=[person.key])
    born = start.replace(year=start.year - 9)
    page = press(client_of_coordinator, client_of_coordinator.get(url), "Bewaar", birth_date=born)
    assert page.context["form"].errors == {
        "birth_date": ["Kijk de geboortedatum na: bij de start van een traject is iemand minstens 10 jaar."]
    }
    old_enough = start.replace(year=start.year - 10)
    assert press(client_of_coordinator, page, "Bewaar", birth_date=old_enough).url == detail(person)


@pytest.mark.parametrize("name", ["participant_edit", "trajectory_add", "indication_add", "practitioner_add"])
def test_a_form_is_asked_for_or_sent_and_nothing_else(client_of_coordinator, person, name):
    assert client_of_coordinator.put(reverse(name, args=[person.key])).status_code == 405


def test_an_overlapping_trajectory_is_refused(client_of_coordinator, person):
    url = reverse("trajectory_add", args=[person.key])
    page = client_of_coordinator.post(url, {"target_group": "ACTIVATION", "start_date": "2026-03-02"})
    assert page.context["form"].non_field_errors() == [
        "Deze persoon heeft in die tijd al een traject in deze doelgroep."
    ]
    client_of_coordinator.post(url, {"target_group": "SKILLED_VOLUNTEER", "start_date": "2026-03-02"})
    assert person.trajectories.count() == 2


def test_a_trajectory_does_not_leave_placements_or_attendance_outside(session, client_of_coordinator, coach):
    row = session.attendances.first()
    mark_attendance(row, Attendance.Status.PRESENT, by=coach)
    url = reverse("trajectory_edit", args=[row.participant.key, row.trajectory.pk])

    def change(**typed):
        return press(client_of_coordinator, client_of_coordinator.get(url), "Bewaar", **typed)

    assert change(start_date="2026-03-03").context["form"].non_field_errors() == [
        "Er is een plaatsing buiten deze dagen. Wijzig eerst de plaatsing."
    ]
    row.trajectory.placements.all().delete()
    assert change(start_date="2026-03-03").context["form"].non_field_errors() == [
        "Er is aanwezigheid ingevuld buiten deze dagen."
    ]
    assert change(target_group="SKILLED_VOLUNTEER").context["form"].errors.keys() == {"target_group"}
    assert change(start_date="2024-02-01", strand_work="on").status_code == 302
    assert Trajectory.objects.get(pk=row.trajectory.pk).strands == ["arbeidsmatig"]


INDICATION = {
    "volume": 4,
    "unit": "16",
    "frequency": "2",
    "start_date": "2026-03-02",
    "end_date": "2027-03-01",
    "scheme": "WMO",
    "product_category": "07",
    "municipality_code": "0599",
}


def test_an_indication_is_added_and_changed(client_of_coordinator, person):
    client_of_coordinator.post(reverse("indication_add", args=[person.key]), INDICATION)
    url = reverse("indication_edit", args=[person.key, person.indications.get().pk])
    press(client_of_coordinator, client_of_coordinator.get(url), "Bewaar", volume=6)
    assert person.indications.get().volume == 6


@pytest.mark.parametrize(
    "typed", [{"end_date": ""}, {"end_date": "2026-03-01"}, {"volume": 0}, {"remarks": CITIZEN_NUMBER}, {"unit": "x"}]
)
def test_an_indication_that_cannot_be_is_refused(client_of_coordinator, person, typed):
    page = client_of_coordinator.post(reverse("indication_add", args=[person.key]), {**INDICATION, **typed})
    assert page.context["form"].errors
    assert not person.indications.exists()


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"end_date": "2026-03-01"}, {"end_date": ["De einddatum ligt voor de begindatum."]}),
        ({"volume": 15}, {"volume": ["Vul een getal in van 1 tot en met 14."]}),
    ],
)
def test_a_refused_indication_says_so_at_the_field(client_of_coordinator, person, typed, error):
    page = client_of_coordinator.post(reverse("indication_add", args=[person.key]), {**INDICATION, **typed})
    assert page.context["form"].errors == error


def test_fifteen_day_parts_a_month_may_be(client_of_coordinator, person):
    client_of_coordinator.post(
        reverse("indication_add", args=[person.key]), {**INDICATION, "volume": 15, "frequency": "4"}
    )
    assert person.indications.get().volume == 15


def test_two_indications_for_one_product_do_not_overlap(client_of_coordinator, person):
    IndicationFactory(participant=person)
    page = client_of_coordinator.post(reverse("indication_add", args=[person.key]), INDICATION)
    assert page.context["form"].errors.keys() == {"start_date"}
    assert person.indications.count() == 1


def test_a_practitioner_is_added_and_changed(client_of_coordinator, person):
    client_of_coordinator.post(reverse("practitioner_add", args=[person.key]), {"name": "Stef Feenstra"})
    practitioner = Practitioner.objects.get()
    url = reverse("practitioner_edit", args=[person.key, practitioner.pk])
    press(client_of_coordinator, client_of_coordinator.get(url), "Bewaar", phone="010 123 45 67")
    practitioner.refresh_from_db()
    assert (practitioner.participant, practitioner.phone) == (person, "010 123 45 67")


def test_a_row_of_somebody_else_is_not_there(client_of_coordinator, person):
    other = WorkshopFactory() and TrajectoryFactory()
    url = reverse("trajectory_edit", args=[person.key, other.pk])
    assert client_of_coordinator.get(url).status_code == 404
