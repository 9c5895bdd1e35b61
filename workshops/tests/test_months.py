"""Closing a month: in order, once, only when it is over; and what is frozen stays as it is."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pluspunt.tests.factories import (
    CorrectionRequestFactory,
    OpeningFactory,
    PlacementFactory,
    TrajectoryFactory,
    UserFactory,
    WorkshopFactory,
)
from workshops.models import Attendance, ClosedMonth, Closure, Opening, Session, Workshop
from workshops.services.attendance import MonthIsClosed, mark_all_present, mark_attendance, undo_last_change
from workshops.services.cancelling import cancel_session
from workshops.services.months import (
    MonthOverview,
    close_month,
    is_frozen,
    months_of_house,
    months_to_close,
    open_registers,
    overview_of_months,
)
from workshops.services.sessions import ensure_sessions, make_sessions_of_year, reconcile_sessions
from workshops.services.trajectories import end_trajectory
from workshops.services.visitors import add_visitor
from workshops.tests.pages import press
from workshops.tests.test_concurrency import WRITERS, assert_history_is_whole, at_once, locks_in, on_postgresql

pytestmark = pytest.mark.django_db
Status = Attendance.Status
JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
CLOSED = "Deze maand is gesloten. Vraag een correctie."


@pytest.fixture
def february(session) -> Session:
    """Last Monday's session, in a month that is over: three people, nobody recorded."""
    return session.workshop.sessions.get(date=date(2026, 2, 23))


def facts() -> list[tuple]:
    """All that is frozen with a month."""
    rows = Attendance.objects.filter(date__lt=MARCH).order_by("pk")
    sessions = Session.objects.filter(date__lt=MARCH).order_by("pk")
    return [*rows.values_list("pk", "status", "planned", "version"), *sessions.values_list("pk", "capacity", "state")]


# --- Closing ----------------------------------------------------------------------------------------------------


def test_closing_a_month_closes_those_before_it_and_keeps_what_was_left_open(february, coach, coordinator):
    mark_all_present(february, by=coach)
    closed = close_month(date(2026, 2, 14), coordinator)
    assert (closed.month, closed.closed_by) == (FEBRUARY, coordinator)
    # Mondays: 5, 12, 19 and 26 January; 2, 9, 16 and 23 February.
    assert list(ClosedMonth.objects.values_list("month", "left_open")) == [(FEBRUARY, 9), (JANUARY, 12)]


def test_a_month_closes_alone_when_those_before_it_are_closed(february, coordinator):
    close_month(JANUARY, coordinator)
    other = UserFactory(role="COORDINATOR")
    assert close_month(FEBRUARY, other).closed_by == other
    assert ClosedMonth.objects.get(month=JANUARY).closed_by == coordinator


def test_cancelled_sessions_and_visitors_taken_away_are_not_left_open(february, coach, coordinator):
    undo_last_change(add_visitor(february, TrajectoryFactory().participant, by=coach), by=coach)
    cancel_session(Session.objects.get(date=date(2026, 2, 2)), reason="teamdag", by=coordinator)
    assert close_month(FEBRUARY, coordinator).left_open == 9


def test_closing_twice_is_closing_once(february, coordinator):
    first = close_month(FEBRUARY, coordinator)
    assert close_month(FEBRUARY, UserFactory(role="COORDINATOR")) == first
    assert close_month(date(2026, 2, 14), coordinator) == first
    assert close_month(JANUARY, coordinator).month == JANUARY
    assert ClosedMonth.objects.count() == 2


@pytest.mark.parametrize(
    ("month", "reason"),
    [
        (MARCH, "Deze maand is nog niet voorbij."),
        (date(2026, 4, 1), "Deze maand is nog niet voorbij."),
        (date(2025, 12, 1), "Van deze maand is er geen register."),
    ],
)
def test_only_a_month_that_is_over_and_has_registers_is_closed(session, coordinator, month, reason):
    with pytest.raises(ValidationError, match=reason):
        close_month(month, coordinator)
    assert not ClosedMonth.objects.exists()


def test_a_month_is_over_from_the_first_of_the_next(workshop, coordinator):
    with time_machine.travel("2026-02-28T23:59:00+01:00"), pytest.raises(ValidationError):
        close_month(FEBRUARY, coordinator)
    with time_machine.travel("2026-03-01T00:01:00+01:00"):
        assert close_month(FEBRUARY, coordinator).month == FEBRUARY


def test_a_month_of_which_only_the_last_day_has_registers_is_a_month_of_the_house(monday, coordinator):
    WorkshopFactory(registered_from=date(2026, 2, 28))
    assert months_of_house(date(2026, 2, 27)) == []
    assert months_of_house(date(2026, 2, 28)) == [FEBRUARY]
    assert months_to_close(JANUARY) == []
    assert months_to_close(FEBRUARY) == [FEBRUARY]
    assert close_month(FEBRUARY, coordinator).month == FEBRUARY


@pytest.mark.parametrize(("today", "is_over"), [("2026-02-28", False), ("2026-03-01", True)])
def test_an_overview_says_from_when_its_month_is_over(today, is_over):
    with time_machine.travel(f"{today}T12:00:00+01:00"):
        assert MonthOverview(FEBRUARY, None, 0, 0, 0).is_over == is_over


def test_registers_that_were_not_made_yet_are_made_before_they_freeze(monday, workshop, coordinator):
    PlacementFactory(workshop=workshop)
    assert close_month(FEBRUARY, coordinator).left_open == 4
    assert Session.objects.filter(date__lt=MARCH).count() == 8


# --- Frozen -----------------------------------------------------------------------------------------------------


def test_nothing_that_the_floor_does_changes_a_closed_month(february, coach, coordinator):
    marked = mark_attendance(february.attendances.first(), Status.NO_SHOW, by=coach)
    close_month(FEBRUARY, coordinator)
    before = facts()
    person = TrajectoryFactory().participant
    for change in (
        lambda: mark_attendance(marked, Status.PRESENT, by=coordinator),
        lambda: undo_last_change(marked, by=coach),
        lambda: mark_all_present(february, by=coordinator),
        lambda: add_visitor(february, person, by=coordinator),
    ):
        with pytest.raises(MonthIsClosed, match=CLOSED):
            change()
    assert facts() == before
    assert is_frozen(february)


def test_the_first_day_after_a_closed_month_is_free(session, coach, coordinator):
    close_month(FEBRUARY, coordinator)
    assert not is_frozen(session)
    assert len(mark_all_present(session, by=coach)) == 3


def test_a_closed_month_is_frozen_up_to_and_including_its_last_day(february, coordinator):
    close_month(FEBRUARY, coordinator)
    assert is_frozen(Session(date=date(2026, 2, 28)))
    assert not is_frozen(Session(date=MARCH))


def test_open_registers_are_those_that_went_on_and_miss_somebody_who_was_planned(february, coach, coordinator):
    mark_all_present(february, by=coach)
    undo_last_change(add_visitor(february, TrajectoryFactory().participant, by=coach), by=coach)
    cancel_session(Session.objects.get(date=date(2026, 2, 2)), reason="teamdag", by=coordinator)
    registers = open_registers([FEBRUARY])
    assert [(each.date.day, each.left) for each in registers] == [(9, 3), (16, 3)]
    assert not open_registers([]).exists()


def test_planning_leaves_a_closed_month_alone(february, coordinator):
    close_month(FEBRUARY, coordinator)
    before = facts()
    workshop = february.workshop
    PlacementFactory(workshop=workshop)
    Closure.objects.create(start_date=date(2026, 2, 9), end_date=date(2026, 3, 2), reason="verbouwing")
    Opening.objects.update(capacity=2)
    reconcile_sessions(Workshop.objects.all(), JANUARY)
    ensure_sessions(date(2026, 3, 30))
    assert facts() == before
    after = workshop.sessions.filter(date__gte=MARCH).order_by("date")
    assert list(after.values_list("date", "capacity")) == [(date(2026, 3, day), 2) for day in (9, 16, 23, 30)]
    assert after.last().attendances.count() == 4


def test_a_path_that_ended_in_a_closed_month_keeps_its_rows_there(february, coordinator):
    close_month(JANUARY, coordinator)
    row = february.attendances.first()
    end_trajectory(row.trajectory, last_day=date(2026, 1, 14), reason="23", destination="UNKNOWN", by=coordinator)
    kept = Attendance.objects.filter(participant=row.participant).order_by("date")
    assert [row.date for row in kept] == [date(2026, 1, day) for day in (5, 12, 19, 26)]


def test_a_workshop_that_began_earlier_than_it_was_made_has_no_registers_in_a_closed_month(february, coordinator):
    close_month(FEBRUARY, coordinator)
    late = OpeningFactory(workshop=WorkshopFactory(registered_from=JANUARY)).workshop
    ensure_sessions(date(2026, 3, 9))
    assert list(late.sessions.values_list("date", flat=True)) == [date(2026, 3, 2), date(2026, 3, 9)]


def test_a_year_with_a_closed_month_cannot_be_taken_in_any_more(february, coordinator):
    make_sessions_of_year([february.workshop], 2026)
    close_month(JANUARY, coordinator)
    for year in (2025, 2026):
        with pytest.raises(ValidationError, match=f"In {year} zijn al maanden gesloten"):
            make_sessions_of_year([february.workshop], year)
    make_sessions_of_year([february.workshop], 2027)
    assert Session.objects.filter(date__year=2027).count() == 52


# --- Pages ------------------------------------------------------------------------------------------------------


def test_the_list_shows_the_newest_month_first_with_its_state(february, coach, coordinator, signed_in):
    CorrectionRequestFactory(attendance=february.attendances.first())
    mark_all_present(february, by=coach)
    close_month(JANUARY, coordinator)
    page = signed_in(coordinator).get(reverse("month_list"))
    assert [(each.month, each.rows, each.open, each.corrections) for each in page.context["months"]] == [
        (MARCH, 3, 3, 0),
        (FEBRUARY, 12, 9, 1),
        (JANUARY, 12, 12, 0),
    ]
    for words in ("loopt", "kan gesloten", "gesloten door Coördinator Cor, 2 mrt 2026"):
        assert words in page.text
    assert reverse("month_close", args=[FEBRUARY]) in page.text
    assert reverse("month_close", args=[JANUARY]) not in page.text
    assert reverse("month_close", args=[MARCH]) not in page.text


def test_an_overview_counts_only_requests_that_wait(february, coordinator):
    for is_approved in (None, True, False):
        decided = {} if is_approved is None else {"decided_by": coordinator, "decided_at": timezone.now()}
        CorrectionRequestFactory(
            attendance=february.attendances.all()[0], is_approved=is_approved, answer="Nee", **decided
        )
    assert [each.corrections for each in overview_of_months([FEBRUARY, JANUARY])] == [1, 0]
    assert overview_of_months([]) == []


def test_without_registers_there_are_no_months(monday, coordinator, signed_in):
    assert "Er zijn nog geen registers" in signed_in(coordinator).get(reverse("month_list")).text


def test_before_closing_one_sees_what_is_still_open_and_what_is_closed_with_it(february, coach, coordinator, signed_in):
    mark_attendance(february.attendances.first(), Status.PRESENT, by=coach)
    desk = signed_in(coordinator)
    page = desk.get(reverse("month_close", args=[FEBRUARY]))
    assert (page.context["rows_open"], page.context["page_obj"].paginator.count) == (23, 8)
    assert [register.left for register in page.context["page_obj"]] == [3] * 7 + [2]
    assert "Je sluit ook wat ervoor ligt: januari 2026." in page.text
    assert reverse("register_detail", args=[february.workshop_id, february.date, "MORNING"]) in page.text
    assert not ClosedMonth.objects.exists()
    answer = press(desk, page, "Sluit februari 2026 en wat ervoor ligt")
    assert answer.url == reverse("month_statement", args=[FEBRUARY])
    assert "De maand februari 2026 is gesloten." in desk.get(answer.url).text
    assert ClosedMonth.objects.count() == 2


def test_a_second_coordinator_hears_who_closed_it(february, coordinator, signed_in):
    desk = signed_in(coordinator)
    page = desk.get(reverse("month_close", args=[FEBRUARY]))
    close_month(FEBRUARY, UserFactory(name="Coördinator Cas", role="COORDINATOR"))
    answer = press(desk, page, "Sluit februari")
    assert "Coördinator Cas sloot februari 2026 al." in desk.get(answer.url).text
    page = desk.get(reverse("month_close", args=[FEBRUARY]))
    assert "Coördinator Cas sloot deze maand al, 2 mrt 2026. Niet ingevuld gebleven: 12." in page.text
    assert '<button class="btn btn-primary">Sluit' not in page.text


def test_a_month_that_is_not_over_has_no_button(session, coordinator, signed_in):
    desk = signed_in(coordinator)
    assert "Deze maand is nog niet voorbij." in desk.get(reverse("month_close", args=[MARCH])).text
    answer = desk.post(reverse("month_close", args=[MARCH]))
    assert "Er is niets gesloten. Deze maand is nog niet voorbij." in desk.get(answer.url).text


@pytest.mark.parametrize("months", [1, 3])
def test_the_pages_take_as_many_queries_for_one_month_as_for_three(
    months, monday, coordinator, signed_in, django_assert_num_queries
):
    began = {1: FEBRUARY, 3: date(2025, 12, 1)}[months]
    for _ in range(months):
        PlacementFactory(workshop=OpeningFactory(workshop=WorkshopFactory(registered_from=began)).workshop)
    ensure_sessions(monday)
    desk = signed_in(coordinator)
    with django_assert_num_queries(9):
        desk.get(reverse("month_list"))
    with django_assert_num_queries(12):
        desk.get(reverse("month_close", args=[FEBRUARY]))


# --- At once ----------------------------------------------------------------------------------------------------


@on_postgresql
def test_closing_waits_for_who_plans_and_then_for_every_mark_of_the_month(february, coordinator):
    with CaptureQueriesContext(connection) as queries:
        close_month(FEBRUARY, coordinator)
    assert locks_in(queries)[-3:] == [
        ("workshops_workshop", "UPDATE"),
        ("workshops_session", "NO KEY UPDATE"),
        ("workshops_attendance", "NO KEY UPDATE"),
    ]
    sessions, rows = [query["sql"] for query in queries if "FOR NO KEY UPDATE" in query["sql"]][-2:]
    for question in (sessions, rows):
        assert "BETWEEN '2026-01-01'::date AND '2026-02-28'::date" in question


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_mark_is_in_before_the_month_closes_or_not_at_all(monday, workshop, coordinator):
    PlacementFactory.create_batch(WRITERS, workshop=workshop)
    ensure_sessions(monday)
    february = workshop.sessions.get(date=date(2026, 2, 23))
    rows = list(february.attendances.order_by("pk"))

    def work(number: int):
        if number == 0:
            return close_month(FEBRUARY, coordinator)
        done = []
        for row in rows[number:] + rows[:number]:
            try:
                mark_attendance(row, Status.PRESENT if number % 2 else Status.NO_SHOW, by=coordinator)
                done.append(row.pk)
            except MonthIsClosed:
                pass
        return done

    closed = at_once(work)[0]
    for row in february.attendances.all():
        assert_history_is_whole(row)
    left = Attendance.objects.open().filter(date__range=(FEBRUARY, date(2026, 2, 28))).count()
    assert closed.left_open == left
    with pytest.raises(MonthIsClosed):
        mark_attendance(rows[0], Status.EXCUSED, by=coordinator)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_eight_coordinators_close_a_month_once_while_the_schedule_is_made(monday, workshop, coordinator):
    PlacementFactory.create_batch(2, workshop=workshop)

    def work(number: int):
        if number % 2:
            return ensure_sessions(monday + timedelta(days=number))
        return close_month(FEBRUARY, coordinator).pk

    assert len(set(at_once(work)[::2])) == 1
    assert list(ClosedMonth.objects.values_list("left_open", flat=True)) == [8, 8]
