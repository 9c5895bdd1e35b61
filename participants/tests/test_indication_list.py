"""The work-list: what runs out and who must act, and the notices that are still to be sent."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from participants.models import RenewalStep
from pluspunt.tests.factories import IndicationFactory, PractitionerFactory, TrajectoryFactory
from privacy.models import AccessEvent

pytestmark = pytest.mark.django_db
LIST = "/deelnemers/indicaties/"
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
SENT = {"start_notice_on": date(2024, 1, 2)}


@pytest.fixture
def client_of_coordinator(signed_in, coordinator):
    return signed_in(coordinator)


def text_of(page) -> str:
    return " ".join(page.text.split())


def running_out(days, **facts):
    """An indication of somebody whose path runs, `days` from 2 March 2026."""
    path = TrajectoryFactory(participant__surname=facts.pop("surname", "Bos"))
    return IndicationFactory(participant=path.participant, end_date=date(2026, 3, 2) + days * DAY, **SENT, **facts)


def groups(client, **query):
    return {weeks: rows for weeks, rows in client.get(LIST, query).context["groups"] if rows}


def test_the_list_groups_what_runs_out(monday, client_of_coordinator):
    over, today, four, eight, twelve = [running_out(days) for days in (-1, 0, 28, 29, 84)]
    running_out(85)
    assert groups(client_of_coordinator) == {0: [over], 4: [today, four], 8: [eight], 12: [twelve]}


def test_the_list_leaves_out_what_goes_on_or_stopped(monday, client_of_coordinator):
    renewed = running_out(3)
    IndicationFactory(participant=renewed.participant, start_date=monday + 4 * DAY)
    running_out(3).participant.trajectories.update(end_date=monday - DAY)
    running_out(-3, end_reason="31")
    asked = running_out(-3, end_reason="37")
    IndicationFactory(participant=TrajectoryFactory().participant, start_date=monday + DAY, end_date=monday + WEEK)
    assert groups(client_of_coordinator) == {0: [asked]}


def test_the_list_says_who_must_act(monday, client_of_coordinator, coordinator):
    early, late, asked = running_out(80), running_out(56), running_out(20)
    for text, done_on, actor in [("Eerst", "2026-02-01", "US"), ("Daarna", "2026-02-02", "MUNICIPALITY")]:
        RenewalStep.objects.create(
            indication=asked, text=text, done_on=done_on, next_actor=actor, recorded_by=coordinator
        )
    PractitionerFactory(participant=early.participant, name="Evie Brandsma")
    PractitionerFactory(participant=early.participant, name="Weg Gegaan", end_date=monday - DAY)
    page = client_of_coordinator.get(LIST)
    rows = {row: (row.actor, row.step_text) for _, rows in page.context["groups"] for row in rows}
    assert rows == {early: ("PRACTITIONER", None), late: ("US", None), asked: ("MUNICIPALITY", "Daarna")}
    text = text_of(page)
    assert "nog niets: de behandelaar vraagt de verlenging aan" in text
    assert "nog niets: bel de behandelaar" in text
    assert "Evie Brandsma" in text
    assert "Weg Gegaan" not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"within": "4"}, ["over", "soon"]),
        ({"within": "8"}, ["over", "soon", "later"]),
        ({"within": "verlopen"}, ["over"]),
        ({"actor": "PRACTITIONER"}, ["last"]),
        ({"scheme": "PGB"}, ["later"]),
        ({"within": "x", "actor": "x", "scheme": "x", "sort": "x"}, ["over", "soon", "later", "last"]),
    ],
)
def test_the_list_filters(monday, client_of_coordinator, query, found):
    rows = {"over": running_out(-5), "soon": running_out(5), "later": running_out(50, scheme="PGB")}
    rows["last"] = running_out(80)
    shown = [row for each in groups(client_of_coordinator, **query).values() for row in each]
    assert shown == [rows[name] for name in found]


def test_the_list_sorts_and_remembers(monday, client_of_coordinator):
    late, early = running_out(20, surname="Aa"), running_out(5, surname="Bos")
    assert groups(client_of_coordinator) == {4: [early, late]}
    assert groups(client_of_coordinator, sort="naam") == {4: [late, early]}
    assert client_of_coordinator.get(LIST).url == f"{LIST}?sort=naam"
    assert client_of_coordinator.get(LIST, {"wis": 1}).url == LIST
    assert groups(client_of_coordinator) == {4: [early, late]}


@pytest.mark.parametrize("wanted", ["xlsx", "csv"])
def test_the_list_is_taken_along_as_it_is_filtered(monday, client_of_coordinator, wanted):
    soon = running_out(7, surname="Bos")
    running_out(50)
    answer = client_of_coordinator.get(LIST, {"within": "4", "als": wanted})
    row = [soon.participant.list_name, "4 dagdelen per week", "Wmo"]
    if wanted == "xlsx":
        [_, values] = load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True)
        assert [*values[:3], values[4], values[5]] == [*row, "nog 1 week", "wij"]
    else:
        [_, line] = answer.content.decode("utf-8-sig").splitlines()
        assert line == ";".join([*row, "09-03-2026", "nog 1 week", "wij", "", ""])
    event = AccessEvent.objects.filter(action="EXPORT").get()
    assert [subject.object_id for subject in event.subjects.all()] == [soon.participant_id]


def test_the_list_is_taken_along_in_the_order_of_the_page(monday, client_of_coordinator):
    last, first = running_out(70), running_out(5)
    for row, surname in ((last, "Aalts"), (first, "Zeeman")):
        row.participant.surname = surname
        row.participant.save()
    csv = client_of_coordinator.get(LIST, {"sort": "naam", "als": "csv"}).content.decode("utf-8-sig")
    assert [line.split(",")[0].strip('"') for line in csv.splitlines()[1:]] == ["Zeeman", "Aalts"]


def test_the_list_names_notices_and_folds_the_old_ones(monday, client_of_coordinator):
    new = IndicationFactory(participant=TrajectoryFactory().participant, start_date=monday)
    old = IndicationFactory(participant=TrajectoryFactory().participant, start_date=date(2025, 1, 6))
    page = client_of_coordinator.get(LIST)
    assert [notice.indication for notice in page.context["notices"]] == [new]
    assert [notice.indication for notice in page.context["old_notices"]] == [old]
    text = text_of(page)
    assert "uiterlijk ma 9 mrt" in text
    assert "1 bericht is langer dan een half jaar te laat" in text


def test_an_empty_list_says_so(monday, client_of_coordinator):
    text = text_of(client_of_coordinator.get(LIST))
    assert "Niets loopt af binnen 12 weken zonder vervolg." in text
    assert "Alle berichten zijn verstuurd." in text


def test_the_list_takes_as_many_queries_for_one_as_for_three(
    monday, client_of_coordinator, django_assert_max_num_queries
):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            PractitionerFactory(participant=running_out(5).participant)
            IndicationFactory(participant=TrajectoryFactory().participant, start_date=monday)
        client_of_coordinator.get(LIST)
        with django_assert_max_num_queries(15) as queries:
            client_of_coordinator.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]
