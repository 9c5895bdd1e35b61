"""Several people into one cell at once: what is said of each, and that nothing is done by half."""

from datetime import timedelta

import pytest
from django.urls import reverse

from participants.models import Trajectory
from pluspunt.tests.factories import (
    IndicationFactory,
    NotTogetherFactory,
    OpeningFactory,
    PlacementFactory,
    TrajectoryFactory,
    WaitingEntryFactory,
)
from workshops.models import DayPart, WaitingEntry
from workshops.services.advice import Slot
from workshops.services.placing_several import place_several, preview_several
from workshops.services.sessions import ensure_sessions
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


@pytest.fixture
def slot(db):
    return Slot(OpeningFactory(capacity=2).workshop, 1, DayPart.MORNING)


@pytest.fixture
def paths(slot):
    """Anna and Berend fit, Carel is one too many, Dora works elsewhere then."""
    paths = [TrajectoryFactory(participant__surname=name) for name in ("Anna", "Berend", "Carel", "Dora")]
    PlacementFactory(trajectory=paths[3])
    return paths


FULL = ": vol, 2 van 2 plaatsen zijn bezet."
BOOKED = ": Deze persoon is op dit dagdeel in die tijd al geplaatst."


def test_each_is_told_apart_and_sees_the_places_that_those_before_take(monday, slot, paths):
    outcomes = preview_several(paths, slot, start=monday)
    assert [outcome.warnings for outcome in outcomes] == [[], [], [f"{slot}{FULL}"], []]
    assert [outcome.problems for outcome in outcomes] == [[], [], [], [f"{slot}{BOOKED}"]]
    assert not slot.workshop.placements.exists()


def test_who_was_not_agreed_to_is_left_out_whole(monday, slot, paths):
    ensure_sessions(monday + WEEK)
    outcomes = place_several(paths, slot, start=monday, agreed={}, by=None)
    assert [bool(outcome.placement) for outcome in outcomes] == [True, True, False, False]
    assert slot.workshop.attendances.count() == 4
    agreed = {paths[2].pk: [f"{slot}{FULL}"]}
    [outcome] = place_several(paths[2:3], slot, start=monday, agreed=agreed, by=None)
    assert outcome.placement.participant == paths[2].participant


def test_two_who_are_not_together_are_not_placed_together(monday, slot, paths):
    NotTogetherFactory(first=paths[0].participant, second=paths[1].participant)
    outcomes = place_several(paths[:2], slot, start=monday, agreed={}, by=None)
    assert [bool(outcome.placement) for outcome in outcomes] == [True, False]
    assert "niet samen met" in outcomes[1].problems[0]


def several(client, slot, monday, paths):
    """The page for these people, after ticking them."""
    choose = client.get(
        reverse("placement_choose", args=[slot.workshop.pk, monday, slot.day_part]),
        {"people": [path.participant.key for path in paths]},
    )
    chosen = [person.surname for person in choose.context["chosen"]]
    assert chosen == sorted(path.participant.surname for path in paths)
    url = reverse("placement_add_several", args=[slot.workshop.pk, monday, slot.day_part])
    return client.get(url, {"people": [path.participant.key for path in paths]})


@pytest.mark.parametrize(("button", "placed"), [("Plaats alleen wie past (2)", 2), ("Toch plaatsen (3)", 3)])
def test_a_coordinator_places_all_or_only_who_fits(monday, signed_in, coordinator, slot, paths, button, placed):
    client = signed_in(coordinator)
    question = press(client, several(client, slot, monday, paths), "Kijk wie er past")
    assert f"{slot}{FULL}" in question.text
    assert f"{slot}{BOOKED}" in question.text
    answer = press(client, question, button)
    assert slot.workshop.placements.count() == placed
    page = client.get(answer.url)
    assert "Dora is niet geplaatst." in page.text if placed == 3 else "Geplaatst in" in page.text


def test_who_comes_up_against_something_new_is_told(monday, signed_in, coordinator, slot, paths):
    client = signed_in(coordinator)
    question = press(client, several(client, slot, monday, paths[:2]), "Kijk wie er past")
    PlacementFactory(workshop=slot.workshop)
    page = client.get(press(client, question, "Plaats 2 mensen").url)
    assert [each.participant for each in slot.workshop.placements.all()][1:] == [paths[0].participant]
    assert "Berend is niet geplaatst." in page.text
    assert f"{slot}{FULL}" in page.text


def test_who_waits_here_is_shown_and_does_not_wait_any_more(monday, signed_in, coordinator, slot):
    entry = WaitingEntryFactory(workshop=slot.workshop)
    Trajectory.objects.create(participant=entry.participant, target_group="ACTIVATION", start_date=monday)
    IndicationFactory(participant=entry.participant)
    client = signed_in(coordinator)
    page = client.get(reverse("placement_choose", args=[slot.workshop.pk, monday, slot.day_part]))
    assert page.context["waiting"] == [entry]
    question = press(client, several(client, slot, monday, [entry.participant.main_trajectory]), "Kijk wie er past")
    press(client, question, "Plaats 1 persoon")
    entry.refresh_from_db()
    assert entry.state == WaitingEntry.State.PLACED


def test_nobody_ticked_leads_back_to_choosing(monday, signed_in, coordinator, slot):
    args = [slot.workshop.pk, monday, slot.day_part]
    answer = signed_in(coordinator).get(reverse("placement_add_several", args=args))
    assert answer.url == reverse("placement_choose", args=args)


def test_who_is_ticked_goes_along_and_what_was_typed_does_not(monday, signed_in, coordinator, slot, paths):
    client = signed_in(coordinator)
    people = [path.participant.key for path in paths]
    choose = client.get(reverse("placement_choose", args=[slot.workshop.pk, monday, slot.day_part]), {"people": people})
    page = press(client, choose, "Plaats wie is aangevinkt", people=people, q="Jan")
    assert {person.key for person in page.context["people"]} == set(people)
    assert "q=" not in page.request["QUERY_STRING"]


def test_what_was_typed_to_search_leaves_the_address(monday, signed_in, coordinator, slot, paths):
    url = reverse("placement_add_several", args=[slot.workshop.pk, monday, slot.day_part])
    key = paths[0].participant.key
    answer = signed_in(coordinator).get(url, {"q": "111222333", "people": key})
    assert answer.url == f"{url}?people={key}"


def test_who_ticks_more_than_can_be_placed_at_once_is_told(monday, signed_in, coordinator, slot):
    page = several(signed_in(coordinator), slot, monday, TrajectoryFactory.create_batch(20))
    assert "hooguit 20" not in page.text
    people = [path.participant.key for path in Trajectory.objects.all()] + [TrajectoryFactory().participant.key]
    url = reverse("placement_add_several", args=[slot.workshop.pk, monday, slot.day_part])
    page = signed_in(coordinator).get(url, {"people": people})
    assert len(page.context["people"]) == 20
    assert "Je plaatst hooguit 20 mensen tegelijk. De anderen staan er nu niet bij." in page.text
