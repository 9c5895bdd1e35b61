"""A workshop stops or moves, a location closes: what ends with it, what stays, and what is shown before."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from pluspunt.tests.factories import (
    DutyFactory,
    LocationFactory,
    OneOffFactory,
    OpeningFactory,
    PlacementFactory,
    WaitingEntryFactory,
    WorkshopFactory,
)
from workshops.models import Attendance, ClosedMonth, Closure, Placement, Session, WaitingEntry, Workshop
from workshops.services.attendance import mark_attendance
from workshops.services.closures import add_closures, effect_of_closing
from workshops.services.effects import effects_on_path, effects_on_workshops
from workshops.services.sessions import continue_schedule, ensure_sessions, openings_end_on, reconcile_sessions
from workshops.services.stopping import close_location, move_workshop, running_workshops, stop_workshop
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
def to_come(session):
    ensure_sessions(session.date + 2 * WEEK)
    return session.workshop


def last_session(workshop):
    return workshop.sessions.latest("date").date


# --- stopping -------------------------------------------------------------------------------------------------------


def test_everything_ends_after_the_last_day(monday, to_come, coach, coordinator):
    mark_attendance(to_come.attendances.filter(date=monday).first(), "PRESENT", by=coach)
    recorded = list(Attendance.objects.recorded().order_by("pk").values())
    OpeningFactory(workshop=to_come, weekday=2, start_date=monday + WEEK)
    late = PlacementFactory(workshop=to_come, weekday=2, start_date=monday + WEEK)
    DutyFactory(workshop=to_come, user=coach)
    DutyFactory(workshop=to_come, user=coach, weekday=2, start_date=monday + WEEK)
    waits = WaitingEntryFactory(workshop=to_come)
    stop_workshop(to_come, last_day=monday, reason="De huur stopt", by=coordinator)
    assert list(to_come.openings.values_list("end_date", flat=True)) == [monday]
    assert set(to_come.placements.values_list("end_date", "end_reason")) == {(monday, "STOPPED")}
    assert not Placement.objects.filter(pk=late.pk).exists()
    assert list(to_come.duties.values_list("end_date", flat=True)) == [monday]
    waits.refresh_from_db()
    assert (waits.state, waits.reason, waits.decided_on) == (WaitingEntry.State.DECLINED, "De huur stopt", monday)
    assert last_session(to_come) == monday
    assert list(Attendance.objects.recorded().order_by("pk").values()) == recorded


def test_who_would_come_for_one_time_comes_where_they_always_come(monday, to_come, coordinator):
    own = PlacementFactory()
    OpeningFactory(workshop=own.workshop)
    ensure_sessions(monday + 2 * WEEK)
    there, here = (workshop.sessions.get(date=monday + WEEK) for workshop in (to_come, own.workshop))
    once = OneOffFactory(trajectory=own.trajectory, comes_to=there, away_from=here)
    stop_workshop(to_come, last_day=monday, reason="De huur stopt", by=coordinator)
    once.refresh_from_db()
    assert once.withdrawn_at is not None
    assert here.attendances.filter(participant=own.participant, planned=True).exists()


@pytest.mark.parametrize(
    ("last_day", "reason", "sentence"),
    [
        (date(2026, 3, 1), "klaar", "Op ma 2 mrt is al aanwezigheid ingevuld"),
        (date(2026, 1, 30), "klaar", "Tot en met za 31 jan is de maand gesloten"),
        (date(2026, 3, 2), " ", "Vul een reden in"),
        (date(2027, 3, 4), "klaar", "meer dan een jaar vooruit"),
    ],
)
def test_a_stop_is_refused_and_nothing_changes(session, coach, last_day, reason, sentence):
    ClosedMonth.objects.create(month=date(2026, 1, 1), closed_by=coach)
    mark_attendance(session.attendances.first(), "PRESENT", by=coach)
    with pytest.raises(ValidationError, match=sentence), transaction.atomic():
        stop_workshop(session.workshop, last_day=last_day, reason=reason, by=None)
    assert session.workshop.openings.get().end_date is None
    assert set(session.workshop.placements.values_list("end_date", flat=True)) == {None}


def test_a_workshop_stops_once(monday, to_come):
    stop_workshop(to_come, last_day=monday, reason="klaar", by=None)
    with pytest.raises(ValidationError, match="al dicht"):
        stop_workshop(to_come, last_day=monday, reason="klaar", by=None)


def test_a_location_closes_with_all_its_workshops(monday, to_come):
    beside = WorkshopFactory(location=to_come.location)
    elsewhere = WorkshopFactory(location=LocationFactory(name="Noord"))
    for workshop in (beside, elsewhere):
        OpeningFactory(workshop=workshop)
    ensure_sessions(monday + 2 * WEEK)
    close_location(to_come.location, last_day=monday, reason="verkocht", by=None)
    assert [last_session(w) for w in (to_come, beside, elsewhere)] == [monday, monday, monday + 2 * WEEK]
    assert not running_workshops(to_come.location, monday + DAY).exists()


# --- moving ---------------------------------------------------------------------------------------------------------


def test_from_today_on_it_is_elsewhere_and_what_was_stays(monday, to_come, coach):
    old, north = to_come.location, LocationFactory(name="Noord")
    add = Closure.objects.create(start_date=monday + WEEK, end_date=monday + WEEK, reason="schilders", location=north)
    before = list(Attendance.objects.filter(date__lt=monday).order_by("pk").values())
    move_workshop(to_come, north, by=None)
    past, coming = to_come.sessions.filter(date__lt=monday), to_come.sessions.filter(date__gte=monday)
    assert set(past.values_list("location", flat=True)) == {old.pk}
    assert set(coming.values_list("location", flat=True)) == {north.pk}
    assert list(Attendance.objects.filter(date__lt=monday).order_by("pk").values()) == before
    assert not to_come.sessions.filter(date=add.start_date, state=Session.State.PLANNED).exists()


def test_a_move_to_where_it_is_or_where_it_is_closed_today_is_refused(session, coach):
    workshop, north = session.workshop, LocationFactory(name="Noord")
    with pytest.raises(ValidationError, match="Daar is de werkplaats al"):
        move_workshop(workshop, workshop.location, by=None)
    Closure.objects.create(start_date=session.date, end_date=session.date, reason="schilders", location=north)
    mark_attendance(session.attendances.first(), "PRESENT", by=coach)
    with pytest.raises(ValidationError, match="op ma 2 mrt staat er al iemand op aanwezig"):
        move_workshop(workshop, north, by=None)


# --- effects --------------------------------------------------------------------------------------------------------


def test_effects_say_who_and_how_much(monday, to_come, coach):
    DutyFactory(workshop=to_come)
    WaitingEntryFactory(workshop=to_come)
    mark_attendance(to_come.attendances.filter(date=monday).first(), "PRESENT", by=coach)
    [effect] = effects_on_workshops([to_come], monday)
    assert (len(effect.placements), len(effect.people), effect.duties, effect.waiting) == (3, 3, 1, 1)
    made = effect.registers
    assert (made.sessions, made.first, made.last) == (3, monday, monday + 2 * WEEK)
    assert (made.planned, made.people, made.recorded) == (8, 3, 1)


def test_effects_take_as_many_queries_for_one_workshop_as_for_three(monday, to_come, django_assert_num_queries):
    with django_assert_num_queries(5):
        effects_on_workshops([to_come], monday)
    others = [WorkshopFactory(), WorkshopFactory()]
    for workshop in others:
        OpeningFactory(workshop=workshop)
        PlacementFactory.create_batch(2, workshop=workshop)
    with django_assert_num_queries(5):
        assert [len(effect.people) for effect in effects_on_workshops([to_come, *others], monday)] == [3, 2, 2]


def test_effects_on_one_path(monday, to_come, django_assert_num_queries):
    placement = to_come.placements.first()
    PlacementFactory(workshop=to_come, trajectory=placement.trajectory, weekday=2)
    with django_assert_num_queries(2):
        [effect] = effects_on_path(placement.trajectory, monday + DAY)
    assert (effect.workshop, len(effect.placements)) == (to_come, 2)
    assert (effect.registers.sessions, effect.registers.planned) == (2, 2)
    [first] = effects_on_path(placement.trajectory, monday, monday)
    assert first.registers.sessions == 1


# --- the pages ------------------------------------------------------------------------------------------------------


def test_a_workshop_is_stopped_after_everything_is_shown(signed_in, coordinator, monday, to_come):
    client = signed_in(coordinator)
    page = client.get(reverse("workshop_stop", args=[to_come.pk]))
    shown = press(client, page, "Bekijk", reason="De huur stopt")
    for placement in to_come.placements.all():
        assert placement.participant.full_name in shown.text
    assert to_come.openings.get().end_date is None
    press(client, shown, "Ja, laat")
    assert to_come.openings.get().end_date == monday
    detail = client.get(reverse("workshop_detail", args=[to_come.pk]))
    assert "stopt na maandag 2 maart 2026" in detail.text


def test_who_was_placed_since_it_was_shown_is_shown_first(signed_in, coordinator, monday, to_come):
    client = signed_in(coordinator)
    shown = press(client, client.get(reverse("workshop_stop", args=[to_come.pk])), "Bekijk", reason="klaar")
    late = PlacementFactory(workshop=to_come)
    again = press(client, shown, "Ja, laat")
    assert late.participant.full_name in again.text
    assert to_come.openings.get().end_date is None


def test_a_location_is_closed_on_its_page(signed_in, coordinator, monday, to_come):
    client = signed_in(coordinator)
    page = client.get(reverse("location_close", args=[to_come.location_id]))
    refused = press(client, page, "Bekijk", reason="verkocht", last_day="2028-01-01")
    assert "meer dan een jaar vooruit" in refused.text
    shown = press(client, refused, "Bekijk", last_day="2026-03-09")
    assert press(client, shown, "Ja, sluit").url == reverse("closure_list")
    assert to_come.openings.get().end_date == monday + WEEK


def test_a_workshop_moves_on_its_page_and_not_by_changing_it(signed_in, coordinator, monday, to_come):
    north = LocationFactory(name="Noord")
    client = signed_in(coordinator)
    edit = client.get(reverse("workshop_edit", args=[to_come.pk]))
    press(client, edit, "Bewaar werkplaats", location=north.pk)
    to_come.refresh_from_db()
    assert to_come.location != north
    page = client.get(reverse("workshop_move", args=[to_come.pk]))
    shown = press(client, page, "Bekijk", location=north.pk)
    assert "3</strong> plaatsingen" in shown.text
    press(client, shown, "Laat de werkplaats verhuizen")
    to_come.refresh_from_db()
    assert to_come.location == north


def test_a_path_that_stops_on_another_day_than_was_shown_is_shown_again(signed_in, coordinator, monday, to_come):
    placement = to_come.placements.first()
    ends = reverse("trajectory_end", args=[placement.participant.key, placement.trajectory_id])
    client = signed_in(coordinator)
    page = client.get(ends)
    assert "Uit <strong>2</strong> registers die al klaarstaan (ma 9 mrt t/m ma 16 mrt)" in page.text
    typed = {"reason": "19", "destination": "EDUCATION"}
    again = press(client, page, "Stop traject", last_day="2026-03-09", **typed)
    assert "Uit <strong>1</strong> register dat al klaarstaat (ma 16 mrt)" in again.text
    assert "Druk dan nog een keer op de knop" in again.text
    press(client, again, "Stop traject")
    placement.refresh_from_db()
    assert placement.end_date == monday + WEEK


def test_a_pause_says_which_places_it_keeps_and_from_which_registers(signed_in, coordinator, monday, to_come):
    placement = to_come.placements.first()
    client = signed_in(coordinator)
    page = client.get(reverse("pause_add", args=[placement.participant.key, placement.trajectory_id]))
    assert "Uit <strong>3</strong> registers" in page.text
    typed = {"start_date": "2026-03-03", "end_date": "2026-03-10", "reason": "langer weg"}
    again = press(client, page, "Onderbreek", **typed)
    assert "Uit <strong>1</strong> register dat" in again.text
    assert press(client, again, "Onderbreek").status_code == 302
    assert not to_come.attendances.filter(participant=placement.participant, date=monday + WEEK).exists()


def test_a_closure_of_where_it_is_now_changes_no_day_when_it_was_elsewhere(monday, to_come, coach):
    """And one of where it was, still closes the days of then."""
    old, north = to_come.location, LocationFactory(name="Noord")
    for days_ago, place in ((7, north), (14, old)):
        day = monday - timedelta(days=days_ago)
        Closure.objects.create(start_date=day, end_date=day, reason="schilders", location=place)
    reconcile_sessions(Workshop.objects.all(), monday - 3 * WEEK)
    assert not to_come.sessions.filter(date=monday - 2 * WEEK).exists()
    before = list(to_come.attendances.filter(date__lt=monday).order_by("pk").values())
    move_workshop(to_come, north, by=None)
    reconcile_sessions(Workshop.objects.all(), monday - 3 * WEEK)
    assert list(to_come.attendances.filter(date__lt=monday).order_by("pk").values()) == before
    assert to_come.sessions.get(date=monday - WEEK).state == Session.State.PLANNED
    assert not to_come.sessions.filter(date=monday - 2 * WEEK).exists()


def test_days_of_then_close_where_it_was_also_after_it_came_back(monday, to_come):
    """First in the old place, then a week in the north, and back; a closure touches only the days there."""
    old, north = to_come.location, LocationFactory(name="Noord")
    first, away, back, last = (monday - n * WEEK for n in (4, 3, 2, 1))
    to_come.sessions.filter(date=away).update(location=north)

    def closes(place, *days):
        add_closures([Closure(start_date=day, end_date=day, reason="achteraf", location=place) for day in days])

    effect = effect_of_closing(Closure(start_date=first, end_date=last, reason="achteraf", location=old))
    assert (effect.registers.sessions, effect.registers.first, effect.registers.last) == (3, first, last)
    closes(old, away, last)
    move_workshop(to_come, north, by=None)
    closes(old, first)
    closes(north, back)
    reconcile_sessions(Workshop.objects.all(), first)
    there = to_come.sessions.filter(date__range=(first, last))
    assert list(there.values_list("date", "location")) == [(away, north.pk), (back, old.pk)]


def test_a_workshop_that_stopped_does_not_go_on_with_the_schedule_of_the_house(monday, to_come):
    other = WorkshopFactory()
    for weekday in (1, 2):
        OpeningFactory(workshop=other, weekday=weekday)
    stop_workshop(to_come, last_day=monday, reason="klaar", by=None)
    assert openings_end_on() is None
    assert continue_schedule(monday + WEEK) == 0
