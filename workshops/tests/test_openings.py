"""Places in a week that change from a day on: what is ended, what stays, and what is shown before."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pluspunt.tests.factories import OpeningFactory, PlacementFactory, UserFactory, VolunteerFactory, WorkshopFactory
from privacy.models import AccessSubject
from workshops.models import Attendance, ClosedMonth, DayPart, Placement, Session, Weeks
from workshops.services.attendance import mark_attendance
from workshops.services.effects import most_at_once
from workshops.services.openings import (
    Version,
    change_openings,
    check_openings,
    effects_of_openings,
    opening_changes,
    places_on,
    revised,
    week_versions,
)
from workshops.services.rota import set_supervision
from workshops.services.sessions import ensure_sessions
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MORNING, AFTERNOON = DayPart.MORNING, DayPart.AFTERNOON
STOPPED = Placement.EndReason.WORKSHOP_STOPPED
LONG_AGO = date(2024, 1, 1)


def openings(workshop):
    return list(workshop.openings.order_by("start_date").values_list("start_date", "end_date", "capacity"))


def sessions(workshop):
    return list(workshop.sessions.order_by("date", "-day_part").values_list("date", "day_part", "capacity"))


# --- changing -------------------------------------------------------------------------------------------------------


def test_the_old_version_ends_the_day_before_and_the_sessions_follow(monday, workshop):
    ensure_sessions(monday + WEEK)
    change_openings(workshop, {(1, MORNING): 6, (1, AFTERNOON): 4}, monday + WEEK, by=None)
    assert openings(workshop) == [
        (LONG_AGO, monday + WEEK - DAY, 8),
        (monday + WEEK, None, 6),
        (monday + WEEK, None, 4),
    ]
    assert sessions(workshop)[-3:] == [(monday, MORNING, 8), (monday + WEEK, MORNING, 6), (monday + WEEK, AFTERNOON, 4)]


def test_what_is_left_out_closes(monday, workshop):
    ensure_sessions(monday + WEEK)
    change_openings(workshop, {}, monday + WEEK, by=None)
    assert openings(workshop) == [(LONG_AGO, monday + WEEK - DAY, 8)]
    assert sessions(workshop)[-1][0] == monday


def test_what_was_planned_for_later_stays(monday, workshop):
    change_openings(workshop, {(1, MORNING): 10}, monday + 8 * WEEK, by=None)
    change_openings(workshop, {(1, MORNING): 6}, monday, by=None)
    later = monday + 8 * WEEK
    assert openings(workshop) == [(LONG_AGO, monday - DAY, 8), (monday, later - DAY, 6), (later, None, 10)]
    [change] = opening_changes(workshop, {}, monday)
    assert (change.before, change.after, change.until, change.following) == (6, None, later - DAY, 10)


def test_a_change_that_is_taken_back_leaves_one_version(monday, workshop):
    change_openings(workshop, {(1, MORNING): 6}, monday, by=None)
    change_openings(workshop, {(1, MORNING): 8}, monday, by=None)
    assert openings(workshop) == [(LONG_AGO, None, 8)]


def test_places_from_a_day_that_has_been_change_what_was_of_this_day_part_only(monday, workshop):
    OpeningFactory(workshop=workshop, weekday=2)
    ensure_sessions(monday + WEEK)
    days = [monday - WEEK, monday - WEEK + DAY, monday, monday + DAY, monday + WEEK]
    workshop.sessions.filter(date=days[1]).update(capacity=3)  # fewer, by who was there to supervise
    change_openings(workshop, {(1, MORNING): 5, (2, MORNING): 8}, monday - WEEK, by=None)
    there = dict(workshop.sessions.filter(date__gte=days[0]).values_list("date", "capacity"))
    assert there == dict(zip(days, (5, 3, 5, 8, 5), strict=True))


def test_where_places_follow_supervision_those_of_days_that_have_been_stay(monday, workshop):
    workshop.supervision, workshop.places_per_supervisor, workshop.places_without = "COACH", 4, 8
    workshop.save()
    ensure_sessions(monday)
    change_openings(workshop, {(1, MORNING): 5}, monday - WEEK, by=None)
    assert list(workshop.sessions.filter(date__gte=monday - WEEK).values_list("capacity", flat=True)) == [8, 5]


def test_the_week_is_known_per_version(monday, workshop, django_assert_num_queries):
    change_openings(workshop, {}, monday + WEEK, by=None)
    with django_assert_num_queries(1):
        now, coming = week_versions(workshop)
    assert (now.start, now.end, now.rows, now.is_now) == (LONG_AGO, monday + WEEK - DAY, [("maandag", 8, None)], True)
    assert (coming.start, coming.end, coming.rows, coming.is_now) == (monday + WEEK, None, [], False)


@pytest.mark.parametrize(
    ("start", "places", "sentence"),
    [
        (date(2026, 3, 2), {(1, MORNING): 8}, "Er verandert niets"),
        (date(2026, 1, 31), {}, "Tot en met za 31 jan is de maand gesloten"),
        (date(2027, 3, 4), {}, "meer dan een jaar vooruit"),
        (date(2026, 3, 2), {(2, MORNING): 501}, "tot en met 500"),
        (date(2026, 2, 1), {}, "De werkplaats is er pas vanaf maandag 2 februari 2026"),
    ],
)
def test_a_change_is_refused_and_nothing_is_saved(monday, workshop, start, places, sentence):
    ClosedMonth.objects.create(month=date(2026, 1, 1), closed_by=UserFactory())
    workshop.registered_from = date(2026, 2, 2)
    workshop.save()
    with pytest.raises(ValidationError, match=sentence), transaction.atomic():
        change_openings(workshop, places, start, by=None)
    assert openings(workshop) == [(LONG_AGO, None, 8)]


# --- who is placed there --------------------------------------------------------------------------------------------


def test_placements_where_it_closes_end_the_day_before_when_that_is_chosen(monday, workshop, coordinator):
    runs = PlacementFactory(workshop=workshop)
    coming = PlacementFactory(workshop=workshop, start_date=monday + 2 * WEEK)
    ensure_sessions(monday + 2 * WEEK)
    change_openings(workshop, {}, monday + WEEK, end_placements=True, by=coordinator)
    runs.refresh_from_db()
    assert (runs.end_date, runs.end_reason) == (monday + WEEK - DAY, STOPPED)
    assert runs.history.latest().history_user == coordinator
    assert not Placement.objects.filter(pk=coming.pk).exists()
    assert not workshop.attendances.filter(date__gt=monday).exists()


def test_else_they_stay(monday, workshop):
    placement = PlacementFactory(workshop=workshop)
    ensure_sessions(monday + WEEK)
    change_openings(workshop, {}, monday + WEEK, by=None)
    placement.refresh_from_db()
    assert (placement.end_date, placement.end_reason) == (None, "")


def test_who_begins_after_it_opens_again_keeps_the_placement(monday, workshop):
    reopens = monday + 4 * WEEK
    change_openings(workshop, {(1, MORNING): 9}, reopens, by=None)
    later = PlacementFactory(workshop=workshop, start_date=reopens)
    change_openings(workshop, {}, monday, end_placements=True, by=None)
    later.refresh_from_db()
    assert (later.start_date, later.end_date) == (reopens, None)


def test_a_placement_does_not_end_before_what_was_recorded(session, coach):
    mark_attendance(session.attendances.first(), "PRESENT", by=coach)
    with pytest.raises(ValidationError, match="Op ma 2 mrt is al aanwezigheid ingevuld"), transaction.atomic():
        change_openings(session.workshop, {}, session.date, end_placements=True, by=None)
    assert session.workshop.openings.get().end_date is None


def test_effects_are_numbers_and_people_per_day_part(session, coach, django_assert_num_queries):
    workshop = session.workshop
    PlacementFactory(workshop=workshop, trajectory=VolunteerFactory())
    mark_attendance(session.attendances.first(), "PRESENT", by=coach)
    ensure_sessions(session.date + WEEK)
    changes = opening_changes(workshop, {(1, MORNING): 2}, session.date)
    with django_assert_num_queries(3):
        [change] = effects_of_openings(workshop, changes, session.date)
    assert (len(change.placements), change.at_once, change.too_many) == (4, 3, 1)
    made = change.registers
    assert (made.sessions, made.days, made.planned, made.recorded) == (2, 2, 6, 1)


def test_effects_take_as_many_queries_for_one_day_part_as_for_more(session, django_assert_num_queries):
    workshop = session.workshop
    for weekday in (2, 3):
        OpeningFactory(workshop=workshop, weekday=weekday)
        PlacementFactory.create_batch(2, workshop=workshop, weekday=weekday)
    changes = opening_changes(workshop, {}, session.date)
    assert len(changes) == 3
    with django_assert_num_queries(3):
        effects_of_openings(workshop, changes, session.date)


def test_those_who_come_in_turns_are_not_there_at_once(monday):
    even, odd = PlacementFactory(weeks=Weeks.EVEN), PlacementFactory(weeks=Weeks.ODD)
    assert most_at_once([even, odd], monday) == 1
    assert most_at_once([even, odd, PlacementFactory()], monday) == 2
    follows = PlacementFactory(start_date=monday + WEEK)
    leaves = PlacementFactory(end_date=monday)
    assert most_at_once([follows, leaves], monday) == 1


# --- a session that is kept while nothing is open ---------------------------------------------------------------------


def test_a_kept_session_without_anybody_recorded_offers_no_places(session, coach):
    workshop, row = session.workshop, session.attendances.first()
    mark_attendance(row, "PRESENT", by=coach)
    change_openings(workshop, {}, session.date, by=None)
    session.refresh_from_db()
    assert session.state == Session.State.PLANNED  # somebody was there
    row.refresh_from_db()
    mark_attendance(row, "OPEN", by=coach)
    change_openings(workshop, {(1, MORNING): 8}, session.date, by=None)
    change_openings(workshop, {}, session.date, by=None)
    session.refresh_from_db()
    assert session.state == Session.State.CLOSED
    change_openings(workshop, {(1, MORNING): 5}, session.date, by=None)
    session.refresh_from_db()
    assert (session.state, session.capacity) == (Session.State.PLANNED, 5)


# --- the page -------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(signed_in, coordinator, session):
    client = signed_in(coordinator)
    return client, client.get(reverse("opening_edit", args=[session.workshop_id]))


def test_the_page_shows_who_is_touched_asks_and_then_changes(page, session):
    client, form = page
    person = session.attendances.first().participant
    shown = press(client, form, "Bekijk", places_1_MORNING="", places_2_AFTERNOON="5", start="2026-03-09")
    assert "Maandag ochtend: 8 → dicht" in shown.text
    assert "Dinsdag middag: dicht → 5 plekken" in shown.text
    assert person.full_name in shown.text
    assert AccessSubject.objects.filter(object_id=person.pk, event__data="naam, plaatsingen").exists()
    again = press(client, shown, "Wijzig openingstijden")
    assert "Kies wat er met hun plaatsing gebeurt" in again.text
    answer = press(client, again, "Wijzig openingstijden", placed="end")
    assert answer.url == reverse("workshop_detail", args=[session.workshop_id])
    assert places_on(session.workshop, date(2026, 3, 9)) == {(2, AFTERNOON): 5}
    assert set(session.workshop.placements.values_list("end_date", flat=True)) == {date(2026, 3, 8)}


def test_what_changed_since_it_was_shown_is_shown_again(page, session):
    client, form = page
    shown = press(client, form, "Bekijk", places_1_MORNING="2")
    assert "1 te veel" in shown.text
    PlacementFactory(workshop=session.workshop)
    again = press(client, shown, "Wijzig openingstijden")
    assert "2 te veel" in again.text
    assert press(client, again, "Wijzig openingstijden").status_code == 302


def test_a_day_that_has_been_is_said_to_change_figures(page, session):
    client, form = page
    said = "daarmee de bezetting in de cijfers"
    assert said not in press(client, form, "Bekijk", places_1_MORNING="5").text
    assert said in press(client, form, "Bekijk", places_1_MORNING="5", start="2026-02-23").text
    set_supervision(session.workshop, supervision="COACH", places_per_supervisor=4, places_without=8)
    followed = press(client, form, "Bekijk", places_1_MORNING="5", start="2026-02-23").text
    assert "blijven de plekken zoals ze waren" in followed


def test_back_keeps_what_was_typed(page):
    client, form = page
    shown = press(client, form, "Bekijk", places_1_MORNING="2")
    back = press(client, shown, "Terug")
    assert 'name="places_1_MORNING" value="2"' in back.text


def test_the_grid_shows_what_holds_on_the_day_that_is_chosen(page, session):
    client, form = page
    change_openings(session.workshop, {(1, MORNING): 3}, date(2026, 4, 6), by=None)
    assert 'name="places_1_MORNING" value="8"' in form.text
    assert 'name="places_1_MORNING" value="3"' in press(client, form, "Toon", start="2026-04-06").text


def test_a_refusal_is_said_on_the_form(page):
    client, form = page
    assert "Er verandert niets" in press(client, form, "Bekijk").text
    assert "Vul een getal in tot en met 500" in press(client, form, "Bekijk", places_1_MORNING="501").text


def test_checking_keeps_nothing(session):
    check_openings(session.workshop, {}, session.date, by=None)
    assert openings(session.workshop) == [(LONG_AGO, None, 8)]


# --- any sequence of changes ------------------------------------------------------------------------------------------

SLOTS = [(1, MORNING), (1, AFTERNOON), (3, MORNING)]
CHANGES = st.lists(
    st.tuples(
        st.integers(-3, 5),
        st.dictionaries(st.sampled_from(SLOTS), st.integers(1, 3)),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_a_slot_has_one_version_a_day_and_what_was_recorded_stays(monday, changes):
    with transaction.atomic():
        workshop = WorkshopFactory()
        for weekday, part in SLOTS:
            OpeningFactory(workshop=workshop, weekday=weekday, day_part=part)
        PlacementFactory(workshop=workshop)
        PlacementFactory(workshop=workshop, weekday=3)
        ensure_sessions(monday + 3 * WEEK)
        coach = UserFactory()
        for row in workshop.attendances.filter(date__in=[monday - WEEK, monday]):
            mark_attendance(row, "PRESENT", by=coach)
        recorded = Attendance.objects.recorded().order_by("pk")
        before = list(recorded.values())
        for weeks, places, end in changes:
            start = monday + weeks * WEEK
            held = places_on(workshop, start - DAY)
            try:
                with transaction.atomic():
                    change_openings(workshop, places, start, end_placements=end, by=None)
            except ValidationError:
                continue
            assert places_on(workshop, start) == places
            assert places_on(workshop, start - DAY) == held
        assert list(recorded.values()) == before
        for weekday, part in SLOTS:
            versions = list(workshop.openings.filter(weekday=weekday, day_part=part).order_by("start_date"))
            for one, following in pairwise(versions):
                assert one.end_date is not None
                assert one.end_date < following.start_date
        is_open = {(s.date, s.day_part) for s in workshop.sessions.filter(state=Session.State.PLANNED, date__gt=monday)}
        for n in range(1, 22):
            day = monday + n * DAY
            open_parts = {part for weekday, part in places_on(workshop, day) if weekday == day.isoweekday()}
            assert {part for when, part in is_open if when == day} == open_parts
        transaction.set_rollback(True)


@given(
    starts=st.lists(st.integers(0, 30), min_size=1, max_size=5, unique=True),
    capacities=st.lists(st.integers(1, 3), min_size=5, max_size=5),
    day=st.integers(-2, 32),
    capacity=st.none() | st.integers(1, 3),
)
def test_a_revision_changes_no_other_day_than_it_should(starts, capacities, day, capacity):
    days = [LONG_AGO + n * DAY for n in sorted(starts)]
    ends = [following - DAY for following in days[1:]] + [None]
    versions = [Version(*each) for each in zip(days, ends, capacities, strict=False)]
    start = LONG_AGO + day * DAY

    def at(found, moment):
        here = [version.capacity for version in found if version.runs_on(moment)]
        assert len(here) <= 1
        return here[0] if here else None

    new = revised(versions, start, capacity)
    if at(versions, start) == capacity:
        assert new == versions
        return
    following = next((each for each in days if each > start), date.max)
    for n in range(-5, 40):
        moment = LONG_AGO + n * DAY
        assert at(new, moment) == (capacity if start <= moment < following else at(versions, moment))
