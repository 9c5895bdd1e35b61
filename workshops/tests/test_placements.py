"""Placing people: what is refused, what warns, and how a placement changes without a new past."""

import contextlib
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participants.models import Pause, Trajectory
from pluspunt.tests.factories import (
    IndicationFactory,
    OpeningFactory,
    ParticipantFactory,
    PlacementFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from workshops.models import Attendance, Closure, DayPart, Placement, Session, Workshop
from workshops.services.advice import Slot, placement_problems, placement_warnings
from workshops.services.attendance import mark_attendance
from workshops.services.placements import change_placement, end_placement, place, withdraw_placement
from workshops.services.sessions import HORIZON, ensure_sessions, reconcile_sessions
from workshops.services.trajectories import end_pause, end_trajectory, pause_trajectory

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)
MORNING, AFTERNOON = DayPart.MORNING, DayPart.AFTERNOON


@pytest.fixture
def trajectory():
    return TrajectoryFactory()


@pytest.fixture
def slot(workshop):
    return Slot(workshop, 1, MORNING)


def periods(trajectory):
    return list(trajectory.placements.order_by("start_date").values_list("weekday", "start_date", "end_date"))


def register(workshop):
    return list(workshop.attendances.order_by("date").values_list("date", flat=True))


# --- place ----------------------------------------------------------------------------------------------------------


def test_a_placed_person_stands_in_the_registers_from_that_day_on(monday, trajectory, workshop, slot):
    ensure_sessions(monday + WEEK)
    place(trajectory, [slot], start=monday, by=None)
    assert register(workshop) == [monday, monday + WEEK]


def test_a_double_booking_is_refused_and_nothing_is_saved(monday, trajectory, slot):
    place(trajectory, [slot], start=monday, by=None)
    other = Slot(WorkshopFactory(), 1, MORNING)
    free = Slot(slot.workshop, 2, MORNING)
    with pytest.raises(ValidationError) as refusal:
        place(trajectory, [free, other], start=monday + WEEK, by=None)
    assert refusal.value.messages == [f"{other}: Deze persoon is op dit dagdeel in die tijd al geplaatst."]
    assert trajectory.placements.count() == 1


def test_two_workshops_at_once_are_refused(monday, trajectory, slot):
    with pytest.raises(ValidationError, match="Maandag ochtend: kies één werkplaats, niet 2"):
        place(trajectory, [slot, Slot(WorkshopFactory(), 1, MORNING)], start=monday, by=None)


def test_outside_the_trajectory_is_refused(monday, slot):
    trajectory = TrajectoryFactory(start_date=monday, end_date=monday + WEEK)
    for start, end in ((monday - DAY, None), (monday, monday + 2 * WEEK)):
        with pytest.raises(ValidationError, match="De plaatsing valt buiten het traject"):
            place(trajectory, [slot], start=start, end=end, by=None)


def test_without_an_end_a_placement_ends_with_its_trajectory(monday, slot):
    trajectory = TrajectoryFactory(end_date=monday + WEEK)
    place(trajectory, [slot], start=monday, by=None)
    assert periods(trajectory) == [(1, monday, monday + WEEK)]


def test_choosing_nothing_is_refused(monday, trajectory):
    with pytest.raises(ValidationError, match="Kies minstens één dagdeel"):
        place(trajectory, [], start=monday, by=None)


# --- warnings -------------------------------------------------------------------------------------------------------


def test_free_places_give_no_warning(monday, trajectory, slot):
    assert placement_warnings(trajectory, [slot], monday) == []


def test_a_full_day_part_warns(monday, trajectory, slot):
    PlacementFactory.create_batch(8, workshop=slot.workshop)
    assert placement_warnings(trajectory, [slot], monday) == [f"{slot}: vol, 8 van 8 plaatsen zijn bezet."]


def test_a_day_part_that_fills_up_later_warns(monday, trajectory, slot):
    PlacementFactory.create_batch(8, workshop=slot.workshop, start_date=monday + WEEK)
    expected = [f"{slot}: vol vanaf ma 9 mrt, 8 van 8 plaatsen zijn bezet."]
    assert placement_warnings(trajectory, [slot], monday) == expected
    assert placement_warnings(trajectory, [slot], monday, end=monday + DAY) == []


def test_volunteers_take_no_place_and_need_none(monday, trajectory, slot):
    volunteers = [TrajectoryFactory(target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER) for _ in range(9)]
    for volunteer in volunteers:
        PlacementFactory(trajectory=volunteer, workshop=slot.workshop)
    assert placement_warnings(trajectory, [slot], monday) == []
    PlacementFactory.create_batch(8, workshop=slot.workshop)
    assert placement_warnings(volunteers[0], [slot], monday) == []


def test_a_closed_day_part_warns(monday, trajectory, workshop):
    slot = Slot(workshop, 5, AFTERNOON)
    assert placement_warnings(trajectory, [slot], monday) == [f"{slot}: op vr 6 mrt is de werkplaats niet open."]


def test_more_than_the_indication_warns_and_exactly_does_not(monday, trajectory, slot):
    IndicationFactory(participant=trajectory.participant, volume=2)
    PlacementFactory(trajectory=trajectory, workshop=slot.workshop, weekday=2)
    OpeningFactory(workshop=slot.workshop, weekday=3)
    third = Slot(slot.workshop, 3, MORNING)
    assert placement_warnings(trajectory, [slot], monday) == []
    assert placement_warnings(trajectory, [slot, third], monday) == [
        "De indicatie is 2 dagdelen per week; hiermee worden het er 3."
    ]


def test_more_than_the_indication_from_a_later_day_on_warns_too(monday, trajectory, slot):
    indication = IndicationFactory(participant=trajectory.participant, volume=1)
    later = PlacementFactory(trajectory=trajectory, weekday=2, start_date=monday + 4 * WEEK)
    expected = ["De indicatie is 1 dagdelen per week; hiermee worden het er 2, vanaf ma 30 mrt."]
    assert placement_warnings(trajectory, [slot], monday) == expected
    assert placement_warnings(trajectory, [slot], monday, end=later.start_date - DAY) == []
    later.delete()
    assert placement_warnings(trajectory, [slot], monday) == []
    indication.volume, indication.end_date = 2, monday + WEEK
    indication.save()
    IndicationFactory(participant=trajectory.participant, volume=1, start_date=monday + WEEK + DAY)
    PlacementFactory(trajectory=trajectory, weekday=2)
    assert placement_warnings(trajectory, [slot], monday) == [
        "De indicatie is 1 dagdelen per week; hiermee worden het er 2, vanaf di 10 mrt."
    ]


def test_a_day_part_with_too_little_supervision_in_every_session_warns(monday, trajectory, workshop, slot):
    PlacementFactory.create_batch(4, workshop=workshop)
    ensure_sessions(monday + HORIZON)
    assert placement_warnings(trajectory, [slot], monday) == []
    Workshop.objects.update(supervision="COACH", places_per_supervisor=8, places_without=4)
    reconcile_sessions(Workshop.objects.all(), monday)
    expected = [f"{slot}: vol, 4 van 4 plaatsen zijn bezet, want er is minder begeleiding."]
    assert placement_warnings(trajectory, [slot], monday) == expected
    # One week in which there are people enough says that it is not always so.
    Session.objects.filter(date=monday + 2 * WEEK).update(capacity=8)
    assert placement_warnings(trajectory, [slot], monday) == []


def test_a_move_does_not_count_the_day_part_that_it_leaves(monday, trajectory, slot):
    IndicationFactory(participant=trajectory.participant, volume=1)
    old = PlacementFactory(trajectory=trajectory, workshop=slot.workshop, weekday=2)
    assert placement_warnings(trajectory, [slot], monday, instead_of=old) == []


def test_day_care_without_an_indication_warns(monday, slot):
    trajectory = TrajectoryFactory(target_group=Trajectory.TargetGroup.SOCIAL_DAY_CARE)
    assert placement_warnings(trajectory, [slot], monday) == [
        "Er is op de begindatum geen lopende indicatie in dagdelen."
    ]


def test_a_first_day_in_the_past_warns(monday, trajectory, slot):
    assert placement_warnings(trajectory, [slot], monday - WEEK) == [
        "De eerste dag is al voorbij. Die dagdelen komen als ‘nog niet ingevuld’ in de registers."
    ]


# --- end, withdraw, change ------------------------------------------------------------------------------------------


def test_an_ended_placement_leaves_the_later_registers(monday, trajectory, workshop, slot):
    ensure_sessions(monday + 2 * WEEK)
    [placement] = place(trajectory, [slot], start=monday, by=None)
    end_placement(placement, last_day=monday, by=None)
    assert register(workshop) == [monday]


def test_a_placement_does_not_end_before_it_starts(monday, trajectory, slot):
    [placement] = place(trajectory, [slot], start=monday, by=None)
    with pytest.raises(ValidationError, match="De einddatum ligt voor de begindatum"):
        end_placement(placement, last_day=monday - DAY, by=None)


def test_a_placement_does_not_end_before_a_recorded_day(session, coach):
    row = session.attendances.first()
    mark_attendance(row, Attendance.Status.PRESENT, by=coach)
    placement = row.participant.placements.get()
    with pytest.raises(ValidationError, match="Op ma 2 mrt is al aanwezigheid ingevuld"):
        end_placement(placement, last_day=session.date - DAY, by=None)
    end_placement(placement, last_day=session.date, by=None)
    assert Attendance.objects.get(pk=row.pk).status == Attendance.Status.PRESENT


def test_a_placement_is_withdrawn_while_nothing_is_recorded(monday, trajectory, workshop, slot):
    ensure_sessions(monday)
    [placement] = place(trajectory, [slot], start=monday, by=None)
    withdraw_placement(placement, by=None)
    assert register(workshop) == []
    assert [row.history_type for row in Placement.history.all()] == ["-", "+"]


def test_a_placement_with_recorded_days_is_not_withdrawn(session, coach):
    row = session.attendances.first()
    mark_attendance(row, Attendance.Status.NO_SHOW, by=coach)
    with pytest.raises(ValidationError, match="Er is al aanwezigheid ingevuld"):
        withdraw_placement(row.participant.placements.get(), by=None)


def test_a_placement_that_a_colleague_withdrew_can_no_longer_end(monday, trajectory, slot):
    [placement] = place(trajectory, [slot], start=monday, by=None)
    withdraw_placement(Placement.objects.get(), by=None)
    with pytest.raises(ValidationError, match="intussen ingetrokken"):
        end_placement(placement, last_day=monday, by=None)


def test_a_change_ends_the_old_one_the_day_before(monday, trajectory, slot):
    [placement] = place(trajectory, [slot], start=monday, end=monday + 9 * WEEK, by=None)
    change_placement(placement, Slot(slot.workshop, 2, MORNING), start=monday + WEEK, by=None)
    assert periods(trajectory) == [(1, monday, monday + 6 * DAY), (2, monday + WEEK, monday + 9 * WEEK)]


def test_a_change_from_the_first_day_on_leaves_nothing_of_the_old_one(monday, trajectory, slot):
    [placement] = place(trajectory, [slot], start=monday + WEEK, by=None)
    change_placement(placement, Slot(slot.workshop, 2, MORNING), start=monday + WEEK, by=None)
    assert periods(trajectory) == [(2, monday + WEEK, None)]


def test_a_refused_change_changes_nothing(monday, trajectory, slot):
    [placement, _] = place(trajectory, [slot, Slot(slot.workshop, 2, MORNING)], start=monday, by=None)
    before = periods(trajectory)
    with pytest.raises(ValidationError, match="al geplaatst"):
        change_placement(placement, Slot(WorkshopFactory(), 2, MORNING), start=monday + WEEK, by=None)
    with pytest.raises(ValidationError, match="Dit is het dagdeel van nu"):
        change_placement(placement, slot, start=monday + WEEK, by=None)
    with pytest.raises(ValidationError, match="Op die dag loopt deze plaatsing niet"):
        change_placement(placement, Slot(slot.workshop, 3, MORNING), start=monday - WEEK, by=None)
    assert periods(trajectory) == before


# --- pauses and leaving ---------------------------------------------------------------------------------------------


def test_a_paused_person_leaves_the_registers_and_comes_back(monday, trajectory, workshop, slot):
    ensure_sessions(monday + 2 * WEEK)
    place(trajectory, [slot], start=monday, by=None)
    pause = pause_trajectory(trajectory, start=monday, end=None, reason="langer weg", by=None)
    assert register(workshop) == []
    end_pause(pause, last_day=monday, by=None)
    assert register(workshop) == [monday + WEEK, monday + 2 * WEEK]


def test_a_pause_outside_the_trajectory_or_in_another_pause_is_refused(monday):
    trajectory = TrajectoryFactory(end_date=monday + WEEK)
    with pytest.raises(ValidationError, match="buiten het traject"):
        pause_trajectory(trajectory, start=monday, end=monday + 2 * WEEK, reason="langer weg", by=None)
    pause_trajectory(trajectory, start=monday, end=monday, reason="langer weg", by=None)
    with pytest.raises(ValidationError, match="al onderbroken"):
        pause_trajectory(trajectory, start=monday, end=None, reason="langer weg", by=None)


def test_leaving_ends_placements_and_pauses(monday, trajectory, workshop, slot):
    ensure_sessions(monday + 2 * WEEK)
    place(trajectory, [slot], start=monday, by=None)
    pause_trajectory(trajectory, start=monday, end=None, reason="langer weg", by=None)
    end_trajectory(trajectory, last_day=monday + DAY, reason="23", destination="PAID_WORK", by=None)
    trajectory.refresh_from_db()
    assert (trajectory.end_date, trajectory.end_reason, trajectory.destination) == (monday + DAY, "23", "PAID_WORK")
    assert periods(trajectory) == [(1, monday, monday + DAY)]
    assert Pause.objects.get().end_date == monday + DAY


def test_leaving_before_a_recorded_day_is_refused(session, coach):
    row = session.attendances.first()
    mark_attendance(row, Attendance.Status.PRESENT, by=coach)
    with pytest.raises(ValidationError, match="al aanwezigheid ingevuld"):
        end_trajectory(row.trajectory, last_day=session.date - DAY, reason="31", destination="MOVED", by=None)


def test_leaving_takes_back_a_placement_that_has_yet_to_begin(session):
    trajectory = session.attendances.first().trajectory
    place(trajectory, [Slot(session.workshop, 2, MORNING)], start=session.date + WEEK, by=None)
    end_trajectory(trajectory, last_day=session.date, reason="31", destination="MOVED", by=None)
    assert [(each.weekday, each.end_date) for each in trajectory.placements.all()] == [(1, session.date)]


# --- whatever happens -----------------------------------------------------------------------------------------------

START = date(2026, 3, 2)
STEP = st.tuples(
    st.sampled_from(["place", "change", "end", "withdraw"]),
    st.integers(0, 3),  # which placement
    st.integers(0, 1),  # workshop
    st.integers(1, 2),  # weekday
    st.integers(-7, 28),  # day
    st.one_of(st.none(), st.integers(0, 21)),  # length
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=8))
def test_no_sequence_books_twice_or_touches_what_was_recorded(monday, steps):
    with transaction.atomic():
        trajectory, workshops = _a_recorded_past()
        recorded = list(Attendance.objects.recorded().order_by("pk").values())
        for action, nth, workshop, weekday, offset, length in steps:
            day = START + timedelta(days=offset)
            end = None if length is None else day + timedelta(days=length)
            _try(action, trajectory, nth, Slot(workshops[workshop], weekday, MORNING), day, end)
        for n in range(60):
            day = START - WEEK + timedelta(days=n)
            booked = list(trajectory.placements.on(day).values_list("weekday", "day_part"))
            assert len(booked) == len(set(booked))
        assert len(recorded) == 2
        assert list(Attendance.objects.recorded().order_by("pk").values()) == recorded
        transaction.set_rollback(True)


def _a_recorded_past():
    """Somebody who was there the last two Mondays, and two workshops to choose from."""
    workshops = WorkshopFactory.create_batch(2, registered_from=START - WEEK)
    for workshop in workshops:
        for weekday in (1, 2):
            OpeningFactory(workshop=workshop, weekday=weekday)
    trajectory = TrajectoryFactory()
    PlacementFactory(trajectory=trajectory, workshop=workshops[0], start_date=START - 2 * WEEK)
    ensure_sessions(START + 4 * WEEK)
    for row in Attendance.objects.filter(date__lte=START):
        mark_attendance(row, Attendance.Status.PRESENT, by=None)
    return trajectory, workshops


def _try(action, trajectory, nth, slot, day, end):
    """Do it, or be refused."""
    placements = list(trajectory.placements.order_by("pk"))
    with contextlib.suppress(ValidationError):
        if action == "place":
            place(trajectory, [slot], start=day, end=end, by=None)
        elif placements:
            _act(action, placements[nth % len(placements)], slot, day)


def _act(action, placement, slot, day):
    if action == "change":
        change_placement(placement, slot, start=day, by=None)
    elif action == "end":
        end_placement(placement, last_day=day, by=None)
    else:
        withdraw_placement(placement, by=None)


# --- the pages ------------------------------------------------------------------------------------------------------


def add_url(trajectory):
    return reverse("placement_add", args=[trajectory.participant.key])


def test_a_coordinator_places_somebody_after_seeing_what_happens(monday, signed_in, coordinator, trajectory, slot):
    client = signed_in(coordinator)
    key = f"{slot.workshop.pk}-1-MORNING"
    assert key in client.get(add_url(trajectory)).text
    form = {"trajectory": trajectory.pk, "start": "2026-03-02", "slots": [key]}
    question = client.post(add_url(trajectory), {**form, "step": "check"})
    assert "Dit gaat er gebeuren" in question.text
    assert trajectory.placements.count() == 0
    assert client.post(add_url(trajectory), {**form, "step": "confirm"}).status_code == 302
    assert periods(trajectory) == [(1, monday, None)]
    assert trajectory.placements.get().history.get().history_user == coordinator


def test_a_warning_is_asked_about_before_it_is_done(monday, signed_in, coordinator, trajectory, slot):
    PlacementFactory.create_batch(8, workshop=slot.workshop)
    client = signed_in(coordinator)
    form = {"trajectory": trajectory.pk, "start": "2026-03-02", "slots": [f"{slot.workshop.pk}-1-MORNING"]}
    # Whoever confirms without having seen the warning, sees it first.
    for step in ("check", "confirm"):
        page = client.post(add_url(trajectory), {**form, "step": step})
        assert "Toch plaatsen" in page.text
        assert "vol, 8 van 8 plaatsen zijn bezet" in page.text
    assert trajectory.placements.count() == 0
    client.post(add_url(trajectory), {**form, "step": "confirm", "seen": page.context["warnings"]})
    assert trajectory.placements.count() == 1


def test_a_refusal_is_said_on_the_page_and_keeps_the_choice(monday, signed_in, coordinator, trajectory, slot):
    PlacementFactory(trajectory=trajectory)
    key = f"{slot.workshop.pk}-1-MORNING"
    form = {"trajectory": trajectory.pk, "start": "2026-03-02", "slots": [key]}
    page = signed_in(coordinator).post(add_url(trajectory), {**form, "step": "check"})
    assert f"{slot}: Deze persoon is op dit dagdeel in die tijd al geplaatst." in page.text
    assert page.context["form"].chosen_keys == [key]


@pytest.mark.parametrize("start", ["", "9999-12-31", "0001-01-01", "morgen"])
def test_a_day_that_cannot_be_is_refused(monday, signed_in, coordinator, trajectory, slot, start):
    form = {"trajectory": trajectory.pk, "start": start, "slots": [f"{slot.workshop.pk}-1-MORNING"], "step": "confirm"}
    assert signed_in(coordinator).post(add_url(trajectory), form).context["form"].errors.keys() == {"start"}


def test_a_slot_that_is_never_open_cannot_be_chosen(monday, signed_in, coordinator, trajectory, slot):
    form = {"trajectory": trajectory.pk, "start": "2026-03-02", "slots": ["99-9-NIGHT"], "step": "confirm"}
    page = signed_in(coordinator).post(add_url(trajectory), form)
    assert page.context["form"].errors == {"slots": ["Kies een dagdeel uit het rooster."]}


def test_a_cell_leads_to_a_person_and_keeps_the_day_part(monday, signed_in, coordinator, trajectory, slot):
    client = signed_in(coordinator)
    url = reverse("placement_choose", args=[slot.workshop.pk, monday, MORNING])
    page = client.get(url, {"q": trajectory.participant.surname})
    assert page.context["people"] == [trajectory.participant]
    assert "Er loopt geen traject" in client.get(reverse("placement_add", args=[ParticipantFactory().key])).text
    chosen = client.get(add_url(trajectory), {"slots": page.context["slot"], "start": "2026-03-09"})
    assert chosen.context["form"].chosen_keys == [f"{slot.workshop.pk}-1-MORNING"]


def test_a_coordinator_moves_ends_and_withdraws_a_placement(monday, signed_in, coordinator, trajectory, slot):
    client = signed_in(coordinator)
    OpeningFactory(workshop=slot.workshop, weekday=2)
    [placement] = place(trajectory, [slot], start=monday, by=None)
    args = [trajectory.participant.key, placement.pk]
    form = {"start": "2026-03-09", "slots": [f"{slot.workshop.pk}-2-MORNING"]}
    assert "Verplaats" in client.post(reverse("placement_change", args=args), {**form, "step": "check"}).text
    client.post(reverse("placement_change", args=args), {**form, "step": "confirm"})
    assert periods(trajectory) == [(1, monday, monday + 6 * DAY), (2, monday + WEEK, None)]
    client.post(reverse("placement_end", args=args), {"last_day": "2026-03-03"})
    assert periods(trajectory)[0] == (1, monday, monday + DAY)
    client.post(reverse("placement_withdraw", args=args))
    assert periods(trajectory) == [(2, monday + WEEK, None)]


def test_a_coordinator_pauses_and_ends_a_trajectory(monday, signed_in, coordinator, trajectory):
    client = signed_in(coordinator)
    args = [trajectory.participant.key, trajectory.pk]
    form = {"start_date": "2026-03-02", "expected_until": "2026-03-30", "reason": "ergens 111222333"}
    refused = client.post(reverse("pause_add", args=args), form)
    assert "burgerservicenummer" in str(refused.context["form"].errors)
    client.post(reverse("pause_add", args=args), {**form, "reason": "langer weg"})
    assert trajectory.status_on(monday) == Trajectory.Status.PAUSED
    client.post(reverse("pause_end", args=[args[0], Pause.objects.get().pk]), {"last_day": "2026-03-02"})
    assert Pause.objects.get().end_date == monday
    no_answer = client.post(reverse("trajectory_end", args=args), {"last_day": "2026-03-02"})
    assert no_answer.context["form"].errors.keys() == {"reason", "destination"}
    answer = {"last_day": "2026-03-02", "reason": "19", "destination": "EDUCATION"}
    client.post(reverse("trajectory_end", args=args), answer)
    trajectory.refresh_from_db()
    assert (trajectory.end_date, trajectory.destination) == (monday, "EDUCATION")


@pytest.mark.parametrize("name", ["placement_end", "placement_change"])
def test_a_coach_may_not_plan(monday, signed_in, coach, trajectory, slot, name):
    [placement] = place(trajectory, [slot], start=monday, by=None)
    assert signed_in(coach).get(reverse(name, args=[trajectory.participant.key, placement.pk])).status_code == 403


def test_a_placement_of_somebody_else_is_not_there(monday, signed_in, coordinator, trajectory, slot):
    [placement] = place(trajectory, [slot], start=monday, by=None)
    other = reverse("placement_end", args=[ParticipantFactory().key, placement.pk])
    assert signed_in(coordinator).get(other).status_code == 404


# --- what somebody else, or another tab, did meanwhile --------------------------------------------------------------


def test_a_trajectory_that_ended_does_not_end_again(monday, signed_in, coordinator):
    trajectory = TrajectoryFactory(end_date=monday - DAY, destination="PAID_WORK")
    args = [trajectory.participant.key, trajectory.pk]
    form = {"last_day": "2026-01-05", "reason": "31", "destination": "MOVED"}
    page = signed_in(coordinator).post(reverse("trajectory_end", args=args), form)
    assert "Dit traject is al gestopt op zondag 1 maart 2026." in page.text
    trajectory.refresh_from_db()
    assert (trajectory.end_date, trajectory.destination) == (monday - DAY, "PAID_WORK")


def test_a_trajectory_that_will_end_can_end_earlier(monday):
    trajectory = TrajectoryFactory(end_date=monday + WEEK)
    assert end_trajectory(trajectory, last_day=monday, reason="31", destination="MOVED", by=None).end_date == monday


@pytest.mark.parametrize("days", [-60, 60])
def test_a_start_outside_the_trajectory_is_called_that(monday, slot, days):
    trajectory = TrajectoryFactory(start_date=monday - WEEK, end_date=monday + WEEK)
    problems = placement_problems(trajectory, [slot], monday + days * DAY)
    assert problems == [f"{slot}: De plaatsing valt buiten het traject."]


def test_a_placement_with_recorded_days_offers_no_withdrawal(session, signed_in, coordinator, coach):
    placements = [row.participant.placements.get() for row in session.attendances.select_related("participant")]
    mark_attendance(session.attendances.get(participant=placements[0].participant_id), "PRESENT", by=coach)
    pages = [
        signed_in(coordinator).get(reverse("placement_end", args=[each.participant.key, each.pk])).text
        for each in placements
    ]
    assert ["Trek plaatsing in" in page for page in pages] == [False, True, True]


def test_withdrawing_twice_says_that_it_was_done(monday, signed_in, coordinator, trajectory, slot):
    client = signed_in(coordinator)
    [placement] = place(trajectory, [slot], start=monday, by=None)
    key = trajectory.participant.key
    address = reverse("placement_withdraw", args=[key, placement.pk])
    client.post(address)
    again = client.post(address, follow=True)
    assert again.redirect_chain == [(reverse("participant_detail", args=[key]), 302)]
    assert "Deze plaatsing is al ingetrokken." in again.text
    assert client.post(reverse("placement_withdraw", args=[key, placement.pk + 1])).status_code == 404
    other = reverse("placement_withdraw", args=[ParticipantFactory().key, placement.pk])
    assert client.post(other).status_code == 404


def test_the_warning_says_that_a_paused_person_keeps_the_place(monday, trajectory, slot):
    placements = PlacementFactory.create_batch(8, workshop=slot.workshop)
    pause_trajectory(placements[0].trajectory, start=monday, end=None, reason="langer weg", by=None)
    assert placement_warnings(trajectory, [slot], monday) == [
        f"{slot}: vol, 8 van 8 plaatsen zijn bezet, waarvan 1 bewaard voor wie onderbroken is."
    ]
    assert "8 van 8 plaatsen zijn bezet." in placement_warnings(trajectory, [slot], monday - WEEK)[1]


def test_a_place_that_is_kept_for_who_is_paused_is_not_free_to_choose(monday, signed_in, coordinator, trajectory, slot):
    placements = PlacementFactory.create_batch(7, workshop=slot.workshop)
    pause_trajectory(placements[0].trajectory, start=monday, end=None, reason="langer weg", by=None)
    assert "<small>1 vrij, 1 bewaard</small>" in signed_in(coordinator).get(add_url(trajectory)).text


def test_nobody_is_chosen_for_a_day_part_that_is_closed(monday, signed_in, coordinator, trajectory, workshop):
    Closure.objects.create(start_date=monday, end_date=monday, reason="teamdag")
    for day, part in ((monday, MORNING), (monday, AFTERNOON), (monday - DAY, MORNING)):
        url = reverse("placement_choose", args=[workshop.pk, day, part])
        page = signed_in(coordinator).get(url, {"q": trajectory.participant.surname})
        assert page.context["people"] == []
        assert "Je kunt hier dan niemand plaatsen." in page.text
        assert reverse("workshop_week", args=[day]) in page.text
    assert (
        "dicht: teamdag"
        in signed_in(coordinator).get(reverse("placement_choose", args=[workshop.pk, monday, MORNING])).text
    )


@pytest.mark.parametrize(("how_many", "is_cut"), [(20, False), (21, True)])
def test_a_long_list_of_people_says_that_it_is_cut(monday, signed_in, coordinator, workshop, how_many, is_cut):
    for _ in range(how_many):
        TrajectoryFactory(participant__nickname="Achmed")
    url = reverse("placement_choose", args=[workshop.pk, monday, MORNING])
    page = signed_in(coordinator).get(url, {"q": "Achmed"})
    assert len(page.context["people"]) == 20
    assert ("Er zijn er meer dan 20." in page.text) == is_cut
