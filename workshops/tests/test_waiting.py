"""The waiting list: asking, changing, deciding, and one action that gives a free place."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from participants.models import Trajectory
from pluspunt.tests.factories import (
    ApplicationFactory,
    OpeningFactory,
    ParticipantFactory,
    PlacementFactory,
    TrajectoryFactory,
    WaitingEntryFactory,
    WorkshopFactory,
)
from privacy.models import AccessEvent
from workshops.models import Placement, WaitingEntry, Workshop
from workshops.services.placements import place
from workshops.services.room import Slot
from workshops.services.sessions import HORIZON, ensure_sessions, reconcile_sessions
from workshops.services.trajectories import end_trajectory, move_on
from workshops.services.waiting import add_entries, place_from_list, withdraw_entry
from workshops.services.waiting_matches import matches
from workshops.services.waiting_times import wait_of, waiting_times
from workshops.tests.pages import press

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
TUESDAY = date(2026, 3, 3)
State, Urgency = WaitingEntry.State, WaitingEntry.Urgency


@pytest.fixture
def workshop(monday, coach):
    """Open on Tuesday and Thursday mornings with one place."""
    workshop = WorkshopFactory(name="Hout", coaches=[coach])
    for weekday in (2, 4):
        OpeningFactory(workshop=workshop, weekday=weekday, capacity=1)
    ensure_sessions(monday + HORIZON)
    return workshop


@pytest.fixture
def person(db):
    return TrajectoryFactory(participant__nickname="Hülya", participant__surname="Öz").participant


def draft(person, workshop) -> WaitingEntry:
    return WaitingEntry(participant=person, workshop=workshop)


def url(name, entry) -> str:
    return reverse(name, args=[entry.participant.key, entry.pk])


# --- Asking ---------------------------------------------------------------------------------------------------------


def test_a_coordinator_puts_somebody_on_the_list_for_two_day_parts(workshop, person, signed_in, coordinator):
    client = signed_in(coordinator)
    overview = client.get(reverse("participant_detail", args=[person.key]))
    assert "Hülya wacht nu niet op een plek" in overview.text
    page = client.get(reverse("waiting_add", args=[person.key]))
    typed = {"workshop": workshop.pk, "wishes": ["2-MORNING", "4-MORNING"], "urgency": 3, "wish": "zagen"}
    press(client, page, "Zet op de wachtlijst", **typed, asked_on="2026-02-20", asked_by="FAMILY")
    rows = person.waiting_entries.values_list("weekday", "day_part", "urgency", "asked_on", "asked_by", "wish")
    expected = (3, date(2026, 2, 20), "FAMILY", "zagen")
    assert list(rows) == [(2, "MORNING", *expected), (4, "MORNING", *expected)]
    assert person.waiting_entries.first().recorded_by == coordinator
    overview = client.get(reverse("participant_detail", args=[person.key]))
    assert "<strong>Hout</strong>, dinsdag ochtend" in overview.text
    assert "dringend" in overview.text


def test_a_coach_asks_for_their_own_people_and_does_not_decide(workshop, person, signed_in, coach):
    PlacementFactory(trajectory=person.trajectories.get(), workshop=workshop, weekday=2)
    client = signed_in(coach)
    page = client.get(reverse("waiting_add", args=[person.key]))
    press(client, page, "Zet op de wachtlijst", workshop=workshop.pk, wishes=["0-"])
    entry = person.waiting_entries.get()
    assert entry.day_in_words == "elke dag is goed"
    assert "Wijs af" not in client.get(url("waiting_edit", entry)).text
    assert client.post(url("waiting_decline", entry)).status_code == 403
    assert client.post(url("waiting_place", entry)).status_code == 403
    stranger = TrajectoryFactory().participant
    assert client.get(reverse("waiting_add", args=[stranger.key])).status_code == 404


def test_who_only_applied_can_wait_and_who_left_cannot(workshop, coordinator):
    applied = ApplicationFactory().participant
    assert len(add_entries(draft(applied, workshop), [(0, "")], by=coordinator)) == 1
    left = TrajectoryFactory(end_date=date(2026, 1, 1), participant__nickname="Jan").participant
    with pytest.raises(ValidationError, match="Jan heeft geen traject en geen aanmelding die wacht"):
        add_entries(draft(left, workshop), [(0, "")], by=coordinator)


def test_what_cannot_be_asked(workshop, person, coordinator):
    def refused(*wishes) -> str:
        with pytest.raises(ValidationError) as error:
            add_entries(draft(person, workshop), wishes, by=coordinator)
        return " ".join(error.value.messages)

    assert refused() == "Kies minstens één dagdeel."
    assert refused((2, "MORNING"), (3, "MORNING")) == "Woensdag ochtend: Hout is dan niet open."
    assert refused((0, "AFTERNOON")) == "Elke middag: Hout is dan niet open."
    assert not WaitingEntry.objects.exists()
    add_entries(draft(person, workshop), [(2, "MORNING")], by=coordinator)
    assert refused((2, "MORNING")) == "dinsdag ochtend: Deze persoon wacht hier al op."
    PlacementFactory(trajectory=person.trajectories.get(), workshop=workshop, weekday=4)
    assert refused((4, "MORNING")) == "Donderdag ochtend: Hülya werkt dan al in Hout."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"wishes": []}, {"wishes": ["Kies minstens één dagdeel, of ‘elke dag is goed’."]}),
        (
            {"wishes": ["0-", "2-MORNING"]},
            {"wishes": ["Kies ‘het maakt niet uit’ of vaste dagdelen, niet allebei."]},
        ),
        (
            {"asked_on": "2026-03-03"},
            {"asked_on": ["Deze dag moet nog komen. Kies vandaag of een dag die is geweest."]},
        ),
        ({"wishes": ["3-MORNING"]}, {"__all__": ["Woensdag ochtend: Hout is dan niet open."]}),
    ],
)
def test_a_refusal_stands_on_the_form_with_what_was_typed(workshop, person, signed_in, coordinator, typed, said):
    OpeningFactory(weekday=3)
    client = signed_in(coordinator)
    page = client.get(reverse("waiting_add", args=[person.key]))
    right = {"workshop": workshop.pk, "wishes": ["2-MORNING"], "wish": "zagen"}
    refused = press(client, page, "Zet op de wachtlijst", **{**right, **typed})
    assert refused.context["form"].errors == said
    assert "zagen" in refused.text
    assert not WaitingEntry.objects.exists()


# --- Changing and deciding ------------------------------------------------------------------------------------------


def test_changing_keeps_what_was(workshop, person, signed_in, coordinator):
    entry = WaitingEntryFactory(participant=person, workshop=workshop)
    client = signed_in(coordinator)
    press(client, client.get(url("waiting_edit", entry)), "Bewaar wachtlijst", weekday="4", urgency="2", wish="zagen")
    entry.refresh_from_db()
    assert (entry.weekday, entry.urgency, entry.wish) == (4, 2, "zagen")
    assert list(entry.history.values_list("weekday", flat=True)) == [4, 0]
    assert entry.history.first().history_user == coordinator


def test_two_people_who_change_one_wish(workshop, person, signed_in, coordinator):
    entry = WaitingEntryFactory(participant=person, workshop=workshop)
    client = signed_in(coordinator)
    page = client.get(url("waiting_edit", entry))
    WaitingEntry.objects.update(wish="lassen")
    refused = press(client, page, "Bewaar wachtlijst", wish="zagen")
    assert "Kies wat het wordt" in refused.text
    kept = press(client, page, "Bewaar wachtlijst", urgency="3")
    assert kept.status_code == 302
    entry.refresh_from_db()
    assert (entry.wish, entry.urgency) == ("lassen", 3)


@pytest.mark.parametrize(
    ("name", "button", "state"),
    [("waiting_decline", "Wijs wens af", State.DECLINED), ("waiting_withdraw", "Trek wens in", State.WITHDRAWN)],
)
def test_deciding_has_a_reason_and_happens_once(workshop, person, signed_in, coordinator, name, button, state):
    entry = WaitingEntryFactory(participant=person, workshop=workshop)
    client = signed_in(coordinator)
    page = client.get(url(name, entry))
    assert press(client, page, button).context["form"].errors == {"reason": ["Vul dit in."]}
    early = press(client, page, button, reason="vond werk", on="2026-01-01")
    assert early.context["form"].errors == {"on": ["Het besluit ligt voor de vraag."]}
    late = press(client, page, button, reason="vond werk", on="2026-03-03")
    assert late.context["form"].errors == {"on": ["Een besluit ligt niet in de toekomst."]}
    press(client, page, button, reason="vond werk")
    entry.refresh_from_db()
    assert (entry.state, entry.decided_on, entry.reason) == (state, date(2026, 3, 2), "vond werk")
    again = press(client, page, button, reason="vond werk")
    assert "Dit wacht niet meer" in again.text
    # Once it is decided, nothing about it changes; asking again is a new wish.
    assert "Bewaar wachtlijst" not in client.get(url("waiting_edit", entry)).text
    WaitingEntryFactory(participant=person, workshop=workshop)
    assert "Eerder op de wachtlijst (1)" in client.get(reverse("participant_detail", args=[person.key])).text


def test_who_leaves_waits_for_nothing_any_more(workshop, coordinator):
    path = TrajectoryFactory()
    entry = WaitingEntryFactory(participant=path.participant, workshop=workshop)
    following = move_on(path, Trajectory.TargetGroup.SKILLED_VOLUNTEER, start=TUESDAY, by=coordinator)
    entry.refresh_from_db()
    assert entry.is_waiting
    end_trajectory(following, last_day=TUESDAY, reason="31", destination="MOVED", by=coordinator)
    entry.refresh_from_db()
    assert (entry.state, entry.reason) == (State.WITHDRAWN, "Traject gestopt, laatste dag di 3 mrt.")
    assert entry.decided_on == date(2026, 3, 2)


def test_who_goes_on_elsewhere_or_applied_again_goes_on_waiting(workshop, coordinator):
    for also in (TrajectoryFactory, ApplicationFactory):
        path = TrajectoryFactory(target_group="SOCIAL_DAY_CARE")
        also(participant=path.participant)
        entry = WaitingEntryFactory(participant=path.participant, workshop=workshop)
        end_trajectory(path, last_day=TUESDAY, reason="31", destination="MOVED", by=coordinator)
        entry.refresh_from_db()
        assert entry.is_waiting


# --- A place --------------------------------------------------------------------------------------------------------


def test_one_action_gives_the_place_and_closes_the_wish(workshop, person, signed_in, coordinator):
    entry = WaitingEntryFactory(participant=person, workshop=workshop)
    OpeningFactory(workshop=WorkshopFactory(name="Staal"))
    client = signed_in(coordinator)
    page = client.get(reverse("waiting_list"))
    answer = press(client, page, "Plaats: Hülya Öz, Hout dinsdag ochtend")
    assert answer.url == reverse("waiting_list")
    placement = Placement.objects.get()
    assert (placement.workshop, placement.weekday, placement.start_date, placement.end_date) == (
        workshop,
        2,
        TUESDAY,
        None,
    )
    entry.refresh_from_db()
    assert (entry.state, entry.placement, entry.decided_on) == (State.PLACED, placement, date(2026, 3, 2))
    text = client.get(reverse("waiting_list")).text
    assert "Hülya Öz heeft een plek: Hout dinsdag ochtend, vanaf di 3 mrt." in text
    assert "Er wacht nu niemand" in text
    assert person.attendances.filter(date=TUESDAY, planned=True).exists()


def test_one_place_of_several_is_taken_for_the_wish_that_it_answers(workshop, person, signed_in, coordinator):
    tuesday = WaitingEntryFactory(participant=person, workshop=workshop, weekday=2, day_part="MORNING")
    thursday = WaitingEntryFactory(participant=person, workshop=workshop, weekday=4, day_part="MORNING")
    client = signed_in(coordinator)
    page = client.get(reverse("waiting_list"))
    assert page.text.count("Plaats op") == 1
    press(client, page, "Plaats: Hülya Öz, Hout donderdag ochtend")
    for entry, state in ((tuesday, State.WAITING), (thursday, State.PLACED)):
        entry.refresh_from_db()
        assert entry.state == state


def test_a_place_for_a_while_has_a_last_day(workshop, person, coordinator):
    PlacementFactory(workshop=workshop, weekday=2, start_date=TUESDAY + 4 * WEEK)
    entry = WaitingEntryFactory(participant=person, workshop=workshop, weekday=2)
    [match] = matches()
    placement = place_from_list(entry, match.place.key, by=coordinator)
    assert (placement.start_date, placement.end_date) == (TUESDAY, TUESDAY + 3 * WEEK)


def test_a_place_that_went_meanwhile_is_told_and_the_page_stays(workshop, person, signed_in, coordinator):
    entry = WaitingEntryFactory(participant=person, workshop=workshop, weekday=2, day_part="MORNING")
    client = signed_in(coordinator)
    page = client.get(reverse("waiting_list"))
    PlacementFactory(workshop=workshop, weekday=2)
    press(client, page, "Plaats")
    text = client.get(reverse("waiting_list")).text
    assert "Hülya Öz is niet geplaatst. Deze plek is intussen weg of anders. Kijk wie er nu past." in text
    entry.refresh_from_db()
    assert entry.is_waiting


def test_who_does_not_fit_any_more_is_told_so(workshop, person, coordinator):
    entry = WaitingEntryFactory(participant=person, workshop=workshop, weekday=2)
    [match] = matches()
    PlacementFactory(trajectory=person.trajectories.get(), weekday=2)
    with pytest.raises(ValidationError, match="Deze plek is er nog, maar past niet meer bij Hülya"):
        place_from_list(entry, match.place.key, by=coordinator)
    withdraw_entry(entry, on=date(2026, 3, 2), reason="vond werk", by=coordinator)
    with pytest.raises(ValidationError, match="Dit wacht niet meer: ingetrokken op maandag 2 maart 2026"):
        place_from_list(entry, match.place.key, by=coordinator)


def test_placing_in_another_way_closes_the_most_exact_wish(workshop, person, coordinator):
    every = WaitingEntryFactory(participant=person, workshop=workshop)
    exact = WaitingEntryFactory(participant=person, workshop=workshop, weekday=2, day_part="MORNING")
    elsewhere = WaitingEntryFactory(participant=person)
    path = person.trajectories.get()
    [placement] = place(path, [Slot(workshop, 2, "MORNING")], start=TUESDAY, by=coordinator)
    states = [WaitingEntry.objects.get(pk=each.pk).state for each in (every, exact, elsewhere)]
    assert states == [State.WAITING, State.PLACED, State.WAITING]
    assert placement.waiting_entries.get() == exact


def test_a_free_place_leads_only_back_to_us(workshop, person, signed_in, coordinator):
    entry = WaitingEntryFactory(participant=person, workshop=workshop)
    for back in ("//elders.nl/", "https://elders.nl/", "javascript:1", ""):
        assert signed_in(coordinator).post(url("waiting_place", entry), {"back": back}).url == reverse("waiting_list")


# --- The list -------------------------------------------------------------------------------------------------------


@pytest.fixture
def entries(workshop):
    """In the order in which it is their turn: Bos, Aas, Cor; and one that was declined."""
    rows = []
    for surname, urgency, asked_on, weekday in (("Bos", 3, 20, 4), ("Aas", 1, 2, 0), ("Cor", 1, 9, 2)):
        person = TrajectoryFactory(participant__surname=surname).participant
        facts = {"urgency": urgency, "asked_on": date(2026, 2, asked_on), "weekday": weekday}
        rows.append(WaitingEntryFactory(participant=person, workshop=workshop, **facts))
    WaitingEntryFactory(
        participant=ParticipantFactory(surname="Dop"), state="DECLINED", decided_on=TUESDAY, reason="te ver weg"
    )
    return rows


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", ["Bos", "Aas", "Cor"]),
        ("sort=naam", ["Aas", "Bos", "Cor"]),
        ("sort=gevraagd", ["Aas", "Cor", "Bos"]),
        ("slot=2-MORNING", ["Aas", "Cor"]),
        ("urgency=3", ["Bos"]),
        ("state=DECLINED", ["Dop"]),
        ("state=ALL&sort=naam", ["Aas", "Bos", "Cor", "Dop"]),
        ("workshop=0", ["Bos", "Aas", "Cor"]),
    ],
)
def test_the_list_is_filtered_and_sorted(entries, signed_in, coordinator, asked, names):
    page = signed_in(coordinator).get(f"{reverse('waiting_list')}?{asked}")
    assert [entry.participant.surname for entry in page.context["page_obj"]] == names
    if asked == "state=DECLINED":
        assert "te ver weg" in page.text
        assert "Nu plek voor" not in page.text


def test_a_cell_leads_to_who_waits_for_it_and_the_list_stays_whole(workshop, entries, signed_in, coordinator):
    WaitingEntry.objects.filter(pk=entries[2].pk).update(day_part="MORNING")
    client = signed_in(coordinator)
    cell = client.get(reverse("workshop_slot", args=[workshop.pk, TUESDAY, "MORNING"]))
    [address] = re.findall(r'href="([^"]+)">1 wacht op dit dagdeel', cell.text.replace("&amp;", "&"))
    page = client.get(address)
    assert [entry.participant.surname for entry in page.context["page_obj"]] == ["Aas", "Cor"]
    assert len(client.get(reverse("waiting_list")).context["page_obj"]) == 3


def test_the_list_is_taken_along_and_logged(entries, signed_in, coordinator):
    answer = signed_in(coordinator).get(f"{reverse('waiting_list')}?state=ALL&sort=naam&als=csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Naam;Werkplaats;Dagdeel;Hoe dringend;Gevraagd op;Gevraagd door;Dagen gewacht")
    assert lines[4].endswith("afgewezen;03-03-2026;te ver weg")
    event = AccessEvent.objects.latest("pk")
    assert (event.action, event.subjects.count()) == ("EXPORT", 4)


def test_the_times_are_known_per_workshop_and_for_the_house(workshop, entries):
    steel = WorkshopFactory(name="Staal")
    for days, decided in ((10, TUESDAY), (50, TUESDAY), (400, TUESDAY - timedelta(days=366))):
        asked = decided - timedelta(days=days)
        WaitingEntryFactory(workshop=steel, state="PLACED", asked_on=asked, decided_on=decided)
    wood, metal, house = waiting_times([workshop, steel, WorkshopFactory()])
    assert (wood.now.count, wood.now.median, wood.now.longest) == (3, 21, 28)
    assert (wood.placed.count, wood.placed.median, wood.placed.longest) == (0, None, None)
    assert (metal.now.count, metal.placed) == (0, wait_of([10, 50]))
    assert (metal.placed.median, metal.placed.longest) == (30, 50)
    assert (house.workshop, house.now, house.placed) == (None, wood.now, metal.placed)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_as_many_queries_for_one_as_for_three(
    workshop, signed_in, coordinator, number, django_assert_num_queries
):
    for _ in range(number):
        WaitingEntryFactory(participant=TrajectoryFactory().participant, workshop=workshop)
    client = signed_in(coordinator)
    client.get(reverse("waiting_list"))
    with django_assert_num_queries(28):
        client.get(reverse("waiting_list"))


def test_everybody_who_is_shown_is_logged(workshop, person, signed_in, coordinator):
    WaitingEntryFactory(participant=person, workshop=workshop)
    signed_in(coordinator).get(reverse("waiting_list"))
    assert AccessEvent.objects.latest("pk").subjects.get().object_id == person.pk


def test_where_somebody_is_away_the_list_says_who_fits(workshop, person, signed_in, coordinator):
    away = PlacementFactory(workshop=workshop, weekday=2).participant
    reconcile_sessions(Workshop.objects.all(), TUESDAY)
    WaitingEntryFactory(participant=person, workshop=workshop)
    client = signed_in(coordinator)
    page = client.get(reverse("absence_add", args=[away.key]))
    press(client, page, "Meld afwezig", start_date="2026-03-03", end_date="2026-03-10")
    page = client.get(reverse("waiting_match", args=[away.key]))
    assert "Afgemeld voor 2 dagdelen in 1 werkplaats" in page.text
    # Not Thursday: that place is not of who is away.
    assert "donderdag" not in page.text
    press(client, page, "Laat één keer komen: Hülya Öz, Hout dinsdag ochtend op di 3 mrt")
    assert person.one_offs.get().comes_to.date == TUESDAY


def test_the_wish_of_somebody_unknown_is_not_found(workshop, person, signed_in, coordinator):
    entry = WaitingEntryFactory(workshop=workshop)
    for name in ("waiting_edit", "waiting_decline", "waiting_withdraw"):
        assert signed_in(coordinator).get(reverse(name, args=[person.key, entry.pk])).status_code == 404
