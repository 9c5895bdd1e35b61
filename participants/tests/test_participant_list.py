"""The list of people: what it remembers, how it sorts, who leaves with it, and that it stays quick."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.utils import timezone
from openpyxl import load_workbook

from participants.forms.people import ParticipantFilterForm
from participants.models import Application, District, Participant
from pluspunt.tests.factories import IndicationFactory, ParticipantFactory, PlacementFactory, TrajectoryFactory
from privacy.models import AccessEvent
from workshops.models import Workshop
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
LIST = "/deelnemers/"
WEEK = timedelta(weeks=1)


@pytest.fixture
def client_of_coordinator(monday, signed_in, coordinator):
    return signed_in(coordinator)


def found(client, **query) -> list[Participant]:
    return list(client.get(LIST, query, follow=True).context["page_obj"].object_list)


def sheet_rows(client, **query) -> list[list]:
    answer = client.get(LIST, {"als": "xlsx", **query})
    return [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.content)).active]


def wait(participant: Participant, **facts) -> Application:
    return Application.objects.create(
        participant=participant, referrer="SELF", target_group="ACTIVATION", applied_on=timezone.localdate(), **facts
    )


# --- waiting for a place --------------------------------------------------------------------------------------------


def test_who_waits_for_a_place_is_found_and_says_so(client_of_coordinator):
    new, back = ParticipantFactory(), TrajectoryFactory(end_date=date(2026, 1, 1)).participant
    for person in (new, back):
        wait(person)
    other = TrajectoryFactory().participant
    assert found(client_of_coordinator, status="WAITING") == [new, back]
    assert set(found(client_of_coordinator, status="")) == {new, back, other}
    assert found(client_of_coordinator, status="ENDED") == []
    assert [person.standing for person in (new, back, other)] == ["WAITING", "WAITING", "ACTIVE"]
    assert "wacht op een plek</span>" in client_of_coordinator.get(LIST, {"status": "WAITING"}).text


def test_who_was_declined_is_not_among_who_takes_part(client_of_coordinator, monday):
    declined = ParticipantFactory()
    wait(declined, state="DECLINED", decided_on=monday, reason="te ver weg")
    assert found(client_of_coordinator) == []
    assert found(client_of_coordinator, status="ENDED") == [declined]


def test_everybody_is_either_current_or_ended(client_of_coordinator, monday):
    TrajectoryFactory()
    TrajectoryFactory(end_date=monday - WEEK)
    TrajectoryFactory(end_date=monday)
    TrajectoryFactory(start_date=monday + WEEK)
    ParticipantFactory()
    wait(ParticipantFactory())
    again = TrajectoryFactory(end_date=monday - WEEK).participant
    TrajectoryFactory(participant=again, target_group="SOCIAL_DAY_CARE")
    current, ended = Participant.objects.current(monday), Participant.objects.in_status("ENDED", monday)
    assert (current.count(), ended.count()) == (6, 1)
    assert set(current) | set(ended) == set(Participant.objects.all())


# --- order ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["naam", "doelgroep", "start", "gebied", "indicatie"])
def test_every_order_goes_both_ways(client_of_coordinator, monday, name):
    north, south = [District.objects.get_or_create(name=name)[0] for name in ("Aan zee", "Zuid")]
    first = TrajectoryFactory(
        participant__surname="Aa", participant__district=north, start_date=monday, target_group="ACTIVATION"
    ).participant
    second = TrajectoryFactory(
        participant__surname="Bo", participant__district=south, target_group="SKILLED_VOLUNTEER"
    ).participant
    IndicationFactory(participant=first, end_date=monday + WEEK)
    IndicationFactory(participant=second, end_date=None, frequency="4")
    assert found(client_of_coordinator, sort=name) == [first, second]
    assert found(client_of_coordinator, sort=f"-{name}") == [second, first]


@pytest.mark.parametrize("sort", ["gebied", "-gebied", "indicatie", "-indicatie", "start", "-start"])
def test_of_whom_it_is_not_known_stands_last(client_of_coordinator, monday, sort):
    nothing = ParticipantFactory(surname="Aa")
    person = TrajectoryFactory(participant__surname="Bo", participant__district=District.objects.first()).participant
    IndicationFactory(participant=person)
    assert found(client_of_coordinator, sort=sort) == [person, nothing]


def test_a_heading_says_its_order_and_turns_it(client_of_coordinator):
    TrajectoryFactory()
    page = client_of_coordinator.get(LIST)
    assert '<th scope="col" aria-sort="ascending"><a href="?sort=-naam">' in page.text
    page = client_of_coordinator.get(LIST, {"sort": "start"})
    assert '<th scope="col" aria-sort="descending"><a href="?sort=-start">' in page.text
    page = client_of_coordinator.get(LIST, {"sort": "-start"})
    assert '<th scope="col" aria-sort="ascending"><a href="?sort=start">' in page.text


# --- remembering ----------------------------------------------------------------------------------------------------


def test_the_list_comes_back_as_it_was_left_without_the_name(client_of_coordinator):
    TrajectoryFactory()
    page = client_of_coordinator.get(LIST)
    press(client_of_coordinator, page, "Zoek", beside="Doelgroep", q="Bakker", group="ACTIVATION")
    assert client_of_coordinator.get(LIST).url == f"{LIST}?group=ACTIVATION"
    page = client_of_coordinator.get(LIST, follow=True)
    assert f'href="{LIST}?wis=1"' in page.text
    client_of_coordinator.get(LIST, {"wis": 1})
    assert client_of_coordinator.get(LIST).status_code == 200


# --- taking it along ------------------------------------------------------------------------------------------------


def test_the_file_has_exactly_what_is_shown_on_all_pages(client_of_coordinator, monday):
    district = District.objects.first()
    one = ParticipantFactory(nickname="Gerrit", prefix="van der", surname="Wal", number=12, district=district)
    placement = PlacementFactory(trajectory__participant=one, workshop__name="Fiets")
    PlacementFactory(trajectory=placement.trajectory, workshop=placement.workshop, weekday=2)
    IndicationFactory(participant=one)
    others = [TrajectoryFactory().participant for _ in range(26)]
    TrajectoryFactory(target_group="SKILLED_VOLUNTEER")
    heading, *rows = sheet_rows(client_of_coordinator, group="ACTIVATION", sort="-naam", page=2)
    assert heading == ["Naam", "Nummer", "Doelgroep", "Status", "Sinds", "Werkplaatsen", "Gebied", "Indicatie tot"]
    since, until = (timezone.datetime(2024, 1, 1), timezone.datetime(2030, 12, 31))
    assert rows[0] == ["Wal, Gerrit van der", 12, "activering", "actief", since, "Fiets", district.name, until]
    assert len(rows) == 27
    assert [row[0] for row in rows[1:]] == [
        person.list_name for person in sorted(others, key=lambda person: (person.sort_name, person.pk), reverse=True)
    ]


def test_a_name_like_a_formula_leaves_as_a_text(client_of_coordinator):
    person = TrajectoryFactory().participant
    Participant.objects.filter(pk=person.pk).update(surname="=1+1", nickname="x")
    answer = client_of_coordinator.get(LIST, {"als": "xlsx"})
    cell = load_workbook(BytesIO(answer.content)).active["A2"]
    assert (cell.data_type, cell.value) == ("s", "=1+1, x")
    assert "'=1+1, x" in client_of_coordinator.get(LIST, {"als": "csv"}).content.decode("utf-8-sig")


def test_who_took_whom_along_is_recorded(client_of_coordinator, coordinator):
    people = [TrajectoryFactory().participant for _ in range(26)]
    TrajectoryFactory(target_group="SKILLED_VOLUNTEER")
    client_of_coordinator.get(LIST, {"als": "csv", "group": "ACTIVATION"})
    event = AccessEvent.objects.get()
    assert (event.action, event.user) == ("EXPORT", coordinator)
    assert {subject.object_id for subject in event.subjects.all()} == {person.pk for person in people}


def test_a_coach_takes_only_the_own_people_along(monday, signed_in, coach, workshop):
    mine = PlacementFactory(workshop=workshop).participant
    TrajectoryFactory()
    assert [row[0] for row in sheet_rows(signed_in(coach))[1:]] == [mine.list_name]


def test_a_file_takes_as_many_queries_for_one_as_for_three(client_of_coordinator, django_assert_max_num_queries):
    PlacementFactory()
    sheet_rows(client_of_coordinator)
    with django_assert_max_num_queries(25) as first:
        sheet_rows(client_of_coordinator)
    for placement in PlacementFactory.create_batch(2):
        IndicationFactory(participant=placement.participant)
        wait(placement.participant)
    with django_assert_max_num_queries(25) as second:
        sheet_rows(client_of_coordinator)
    assert len(first) == len(second)


# --- quick with ten thousand ----------------------------------------------------------------------------------------


@pytest.fixture
def plan_of():
    """How the database would answer. PostgreSQL reads a small table whole and sorts it, unless it is told not to."""

    def explain(people) -> str:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("SET LOCAL enable_sort = off")
            return people.explain()

    return explain


def test_the_first_page_walks_the_index_of_names(monday, plan_of):
    """Sorting everybody for each page would grow with the house."""
    assert "participants_participant_sort_name" in plan_of(Participant.objects.order_by("sort_name", "pk")[:25])


@pytest.mark.parametrize(("order", "index"), [("start", "trajectory_latest"), ("doelgroep", "trajectory_latest")])
def test_an_order_by_the_latest_path_reads_one_row_of_its_index(monday, plan_of, order, index):
    form = ParticipantFilterForm({"sort": order}, workshops=Workshop.objects.all())
    assert form.is_valid()
    assert index in plan_of(form.apply(Participant.objects.all())[:25])


@pytest.mark.parametrize("what", ["current", "ACTIVE", "ENDED", "indicatie", "plek", "coach"])
def test_no_question_is_asked_once_for_each_person(monday, coach, what):
    """Keys that are looked up once (`pk__in`), never a subquery that names the person outside it."""
    everybody = Participant.objects.order_by()
    people = {
        "current": everybody.current(monday),
        "ACTIVE": everybody.in_status("ACTIVE", monday),
        "ENDED": everybody.in_status("ENDED", monday),
        "indicatie": everybody.needing("indicatie", monday),
        "plek": everybody.needing("plek", monday),
        "coach": everybody.visible_to(coach),
    }[what]
    subqueries = str(people.query).split("WHERE", 1)[1]
    assert '= ("participants_participant"."id")' not in subqueries
    assert '= "participants_participant"."id"' not in subqueries
