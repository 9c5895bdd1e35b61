"""Who of the waiting list fits where, and in which order."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from participants.models import NotTogether, Participant, Pause
from pluspunt.tests.factories import (
    AbsenceFactory,
    ApplicationFactory,
    IndicationFactory,
    OpeningFactory,
    ParticipantFactory,
    PlacementFactory,
    TrajectoryFactory,
    UserFactory,
    WaitingEntryFactory,
    WorkshopFactory,
)
from workshops.models import Ability, AbilityGrant, Attendance, OneOff, WaitingEntry, Weeks, Workshop
from workshops.services.free_places import Kind
from workshops.services.sessions import HORIZON, ensure_sessions, reconcile_sessions
from workshops.services.waiting import place_from_list
from workshops.services.waiting_matches import matches, offers

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
TUESDAY = date(2026, 3, 3)
Urgency = WaitingEntry.Urgency


@pytest.fixture
def workshop(monday, coach):
    """Open on Tuesday mornings with one place."""
    workshop = WorkshopFactory(name="Hout", coaches=[coach])
    OpeningFactory(workshop=workshop, weekday=2, capacity=1)
    ensure_sessions(monday + HORIZON)
    return workshop


def waits(workshop, path=None, **facts) -> WaitingEntry:
    path = path or TrajectoryFactory()
    return WaitingEntryFactory(participant=path.participant, workshop=workshop, **facts)


def fitting() -> list[WaitingEntry]:
    return [fit.entry for match in matches() for fit in match.fits]


def test_the_urgent_first_then_who_waits_longest(workshop):
    late = waits(workshop, asked_on=date(2026, 2, 20))
    early = waits(workshop, asked_on=date(2026, 1, 5))
    soon = waits(workshop, asked_on=date(2026, 2, 25), urgency=Urgency.SOON)
    urgent = waits(workshop, asked_on=date(2026, 2, 27), urgency=Urgency.URGENT)
    assert fitting() == [urgent, soon, early, late]


def test_only_on_the_day_part_that_is_asked_for(workshop):
    expected = [waits(workshop, weekday=day, day_part=part) for day in (0, 2) for part in ("", "MORNING")]
    for day, part in ((2, "AFTERNOON"), (3, "MORNING"), (0, "AFTERNOON")):
        waits(workshop, weekday=day, day_part=part)
    waits(WorkshopFactory())
    waits(workshop, state="DECLINED", decided_on=TUESDAY, reason="nee")
    assert fitting() == expected


def test_who_waits_for_two_things_here_is_named_once(workshop):
    path = TrajectoryFactory()
    first = waits(workshop, path)
    waits(workshop, path, weekday=2, day_part="MORNING")
    assert fitting() == [first]


def test_who_fits_on_more_day_parts_stands_once_per_workshop_in_turn(workshop, monday):
    OpeningFactory(workshop=workshop, weekday=1, day_part="AFTERNOON", capacity=2)
    other = OpeningFactory(weekday=4).workshop
    reconcile_sessions(Workshop.objects.all(), monday)
    ensure_sessions(monday + HORIZON)
    later = waits(workshop, asked_on=date(2026, 2, 20))
    path = TrajectoryFactory()
    exact = waits(workshop, path, weekday=1, day_part="AFTERNOON", asked_on=date(2026, 2, 10))
    first = waits(workshop, path, weekday=2, day_part="", asked_on=date(2026, 2, 2))
    elsewhere = waits(other, asked_on=date(2026, 2, 5))
    found = offers(matches())
    assert [(each.workshop, each.kind) for each in found] == [(workshop, Kind.FOR_GOOD), (other, Kind.FOR_GOOD)]
    people = [
        (each.entry, [(fit.entry, fit.place.weekday) for fit in each.fits])
        for offer in found
        for each in offer.candidates
    ]
    assert people == [
        (first, [(exact, 1), (first, 2)]),
        (later, [(later, 1), (later, 2)]),
        (elsewhere, [(elsewhere, 4)]),
    ]


def test_who_is_elsewhere_then_does_not_fit(workshop):
    entry = waits(workshop)
    path = entry.participant.trajectories.get()
    elsewhere = PlacementFactory(trajectory=path, weekday=2, weeks=Weeks.EVEN)
    assert fitting() == []
    elsewhere.day_part = "AFTERNOON"
    elsewhere.save()
    assert fitting() == [entry]


def test_a_place_every_other_week_fits_beside_another_one(workshop):
    entry = waits(workshop)
    path = entry.participant.trajectories.get()
    PlacementFactory(trajectory=path, weekday=2, weeks=Weeks.EVEN)
    PlacementFactory(workshop=workshop, weekday=2, weeks=Weeks.EVEN)
    [match] = matches()
    assert (match.place.weeks, match.fits[0].entry) == (Weeks.ODD, entry)
    given_place = place_from_list(entry, match.place.key, by=UserFactory())
    assert (given_place.weeks, given_place.start_date) == (Weeks.ODD, match.fits[0].start)


@pytest.mark.parametrize("weekday", [2, 3])
def test_not_together_goes_before_the_turn(workshop, weekday):
    OpeningFactory(workshop=workshop, weekday=3)
    other = PlacementFactory(workshop=workshop, weekday=3).participant
    reconcile_sessions(Workshop.objects.all(), TUESDAY)
    entry = waits(workshop, weekday=weekday, day_part="MORNING")
    assert fitting() == [entry]
    first, second = sorted((other.pk, entry.participant_id))
    NotTogether.objects.create(first_id=first, second_id=second, recorded_by=UserFactory())
    assert fitting() == ([entry] if weekday == 2 else [])


def test_a_path_that_ends_is_paused_or_begins_later(workshop):
    waits(workshop, TrajectoryFactory(end_date=TUESDAY - DAY))
    later = waits(workshop, TrajectoryFactory(start_date=TUESDAY + DAY))
    back = waits(workshop)
    for person, end in ((back, TUESDAY + 2 * WEEK), (waits(workshop), None)):
        Pause.objects.create(trajectory=person.participant.trajectories.get(), start_date=TUESDAY - WEEK, end_date=end)
    [match] = matches()
    assert [(fit.entry, fit.start) for fit in match.fits] == [
        (later, TUESDAY + WEEK),
        (back, TUESDAY + 3 * WEEK),
    ]


def test_who_applied_only_must_begin_first(workshop, coordinator):
    applied = ApplicationFactory()
    entry = WaitingEntryFactory(participant=applied.participant, workshop=workshop)
    [match] = matches()
    assert (match.fits[0].trajectory, match.fits[0].application) == (None, applied)
    with pytest.raises(ValidationError, match="nog geen traject"):
        place_from_list(entry, match.place.key, by=coordinator)


def test_what_a_coordinator_should_know_is_said_and_blocks_nothing(workshop, coordinator):
    entry = waits(workshop, TrajectoryFactory(target_group="SOCIAL_DAY_CARE"))
    person = entry.participant
    ability = Ability.objects.create(workshop=workshop, name="lintzaag", is_wanted_before=True)
    assert matches()[0].fits[0].remarks == ("heeft nog niet: lintzaag", "geen lopende indicatie in dagdelen")
    AbilityGrant.objects.create(participant=person, ability=ability, granted_by=coordinator)
    IndicationFactory(participant=person, volume=1)
    assert matches()[0].fits[0].remarks == ()
    PlacementFactory(trajectory=person.trajectories.get(), weekday=5)
    [match] = matches()
    assert match.fits[0].remarks == ("indicatie 1 per week, hiermee 2",)
    place_from_list(entry, match.place.key, by=coordinator)


def test_too_much_from_a_later_day_on_is_said_too(workshop, monday):
    entry = waits(workshop)
    IndicationFactory(participant=entry.participant, volume=1)
    PlacementFactory(trajectory=entry.participant.trajectories.get(), weekday=5, start_date=monday + 4 * WEEK)
    assert matches()[0].fits[0].remarks == ("indicatie 1 per week, hiermee 2, vanaf ma 30 mrt",)


def test_a_session_that_an_absence_frees_is_for_one_time(workshop, coach, coordinator):
    away = PlacementFactory(workshop=workshop, weekday=2).participant
    AbsenceFactory(participant=away, taken_by=coach, start_date=TUESDAY, end_date=TUESDAY)
    entry = waits(workshop)
    WaitingEntryFactory(participant=ApplicationFactory().participant, workshop=workshop)
    [match] = matches()
    assert (match.place.kind, [fit.entry for fit in match.fits]) == (Kind.ONCE, [entry])
    visit = place_from_list(entry, match.place.key, by=coordinator)
    assert (visit.comes_to.date, visit.made_by) == (TUESDAY, coordinator)
    rows = Attendance.objects.filter(participant=entry.participant)
    assert [(row.date, row.planned) for row in rows] == [(TUESDAY, True)]
    entry.refresh_from_db()
    assert entry.is_waiting
    assert matches() == []


def test_who_said_to_stay_away_gets_no_session_that_day(workshop, coach):
    away, entry = PlacementFactory(workshop=workshop, weekday=2).participant, waits(workshop)
    for person in (away, entry.participant):
        AbsenceFactory(participant=person, taken_by=coach, start_date=TUESDAY, end_date=TUESDAY)
    assert matches() == []


# --- Any list --------------------------------------------------------------------------------------------------------

SLOTS = [(2, "MORNING"), (3, "MORNING"), (4, "AFTERNOON")]
A_PERSON = st.tuples(
    st.sampled_from([(0, ""), (0, "MORNING"), *SLOTS]),
    st.sampled_from(Urgency.values),
    st.integers(0, 40),
    # where they work already: slot, weeks
    st.none() | st.tuples(st.sampled_from(SLOTS), st.sampled_from(Weeks.values)),
    st.booleans(),  # paused for three weeks
)


@pytest.mark.django_db
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(A_PERSON, min_size=2, max_size=6),
    places=st.lists(st.integers(1, 3), min_size=3, max_size=3),
    apart=st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=3),
)
def test_whoever_is_placed_in_turn_never_too_many_twice_or_together(monday, people, places, apart):
    with transaction.atomic():
        workshop = _house(people, places, apart)
        by = UserFactory()
        while found := matches():
            for match in found:
                turns = [(-fit.entry.urgency, fit.entry.asked_on, fit.entry.pk) for fit in match.fits]
                assert turns == sorted(turns)
            entry = found[0].fits[0].entry
            place_from_list(entry, found[0].place.key, by=by)
        _check_registers(workshop)
        transaction.set_rollback(True)


def _house(people, places, apart):
    """A workshop with three day parts, and a list; some of the people work there already, in turns as there is room."""
    workshop = WorkshopFactory()
    for (weekday, part), capacity in zip(SLOTS, places, strict=True):
        OpeningFactory(workshop=workshop, weekday=weekday, day_part=part, capacity=capacity)
    left = {(slot, week): count for slot, count in zip(SLOTS, places, strict=True) for week in (1, 2)}
    paths = [TrajectoryFactory(participant=ParticipantFactory()) for _ in people]
    pairs = {tuple(sorted(pair)) for pair in apart if len(set(pair)) == 2 and max(pair) < len(people)}
    for path, ((weekday, part), urgency, days, works, is_paused) in zip(paths, people, strict=True):
        WaitingEntryFactory(
            participant=path.participant,
            workshop=workshop,
            weekday=weekday,
            day_part=part,
            urgency=urgency,
            asked_on=date(2026, 3, 2) - timedelta(days=days),
        )
        if works and not any(paths.index(path) in pair for pair in pairs):
            slot, weeks = works
            taken = [(slot, week) for week in (1, 2) if weeks & week]
            if all(left[each] for each in taken):
                for each in taken:
                    left[each] -= 1
                PlacementFactory(trajectory=path, workshop=workshop, weekday=slot[0], day_part=slot[1], weeks=weeks)
        if is_paused:
            Pause.objects.create(trajectory=path, start_date=date(2026, 3, 2), end_date=date(2026, 3, 22))
    by = UserFactory()
    for one, other in pairs:
        first, second = sorted((paths[one].participant_id, paths[other].participant_id))
        NotTogether.objects.create(first_id=first, second_id=second, recorded_by=by)
    ensure_sessions(date(2026, 3, 2) + HORIZON)
    return workshop


def _check_registers(workshop):
    rows = list(Attendance.objects.filter(planned=True).select_related("session"))
    for session in workshop.sessions.filter(date__gte=date(2026, 3, 2)):
        here = [row.participant_id for row in rows if row.session_id == session.pk]
        assert len(here) <= session.capacity
        for pair in NotTogether.objects.all():
            assert not {pair.first_id, pair.second_id} <= set(here)
    slots = [(row.participant_id, row.date, row.day_part) for row in rows]
    assert len(slots) == len(set(slots))
    assert OneOff.objects.count() <= Participant.objects.count() * 10


@pytest.mark.parametrize("number", [1, 3])
def test_the_queries_do_not_grow_with_the_rows(db, monday, number, django_assert_num_queries):
    for _ in range(number):
        workshop = WorkshopFactory()
        OpeningFactory(workshop=workshop, weekday=2)
        other = PlacementFactory(workshop=workshop, weekday=2).participant
        Ability.objects.create(workshop=workshop, name="lintzaag", is_wanted_before=True)
        for _ in range(number):
            entry = waits(workshop)
            IndicationFactory(participant=entry.participant)
            first, second = sorted((other.pk, entry.participant_id))
        NotTogether.objects.create(first_id=first, second_id=second, recorded_by=UserFactory())
        waits(workshop)
    ensure_sessions(monday + HORIZON)
    with django_assert_num_queries(19):
        assert len(fitting()) == number * number
