"""Several people recording at the same moment: nothing is lost and nothing is raised, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from pluspunt.tests.factories import OpeningFactory, PlacementFactory, TrajectoryFactory, UserFactory
from workshops.models import Attendance, AttendanceChange, Workshop
from workshops.services.attendance import mark_all_present
from workshops.services.placements import Slot, place
from workshops.services.sessions import ensure_sessions, reconcile_sessions
from workshops.services.visitors import add_visitor

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
WRITERS = 8
STATUSES = ["PRESENT", "NO_SHOW", "EXCUSED", "OPEN", "PRESENT"]


def at_once(work: Callable[[int], object]) -> list:
    """What `work(0)` to `work(7)` answer, begun at the same moment, each with a connection of its own."""
    barrier = Barrier(WRITERS)

    def one(number: int):
        barrier.wait()
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(one, range(WRITERS)))


@pytest.fixture
def register(monday, workshop):
    """A register of eight people, and eight coaches who are signed in."""
    PlacementFactory.create_batch(WRITERS, workshop=workshop)
    ensure_sessions(monday)
    return workshop.sessions.get(date=monday)


@pytest.fixture
def tablets(workshop):
    coaches = [UserFactory() for _ in range(WRITERS)]
    workshop.coaches.add(*coaches)
    tablets = [Client() for _ in coaches]
    for tablet, coach in zip(tablets, coaches, strict=True):
        tablet.force_login(coach, settings.AUTHENTICATION_BACKENDS[1])
    return tablets


def tap(tablet: Client, row: Attendance, status: str) -> int:
    address = reverse("attendance_mark", args=[row.workshop_id, row.date, row.day_part, row.participant.key])
    return tablet.post(address, {"status": status}, headers={"HX-Request": "true"}).status_code


def rows_of(register) -> list[Attendance]:
    return list(register.attendances.select_related("participant").order_by("pk"))


def assert_history_is_whole(row: Attendance) -> None:
    changes = list(AttendanceChange.objects.filter(attendance=row).order_by("pk"))
    chain = ["OPEN", *(change.new_status for change in changes)]
    assert [change.old_status for change in changes] == chain[:-1]
    assert row.status == chain[-1]


def test_eight_writers_of_a_row_each_lose_nothing(register, tablets):
    rows = rows_of(register)
    answers = at_once(lambda n: [tap(tablets[n], rows[n], status) for status in STATUSES])
    assert answers == [[200] * len(STATUSES)] * WRITERS
    for row in rows_of(register):
        assert_history_is_whole(row)
        assert (row.status, row.changes.count()) == ("PRESENT", len(STATUSES))


def test_eight_writers_of_the_same_rows_lose_nothing(register, tablets):
    rows = rows_of(register)[:3]
    answers = at_once(lambda n: [tap(tablets[n], row, STATUSES[n % 3]) for row in rows for _ in range(2)])
    assert answers == [[200] * 6] * WRITERS
    for row in rows_of(register)[:3]:
        assert_history_is_whole(row)


def test_everybody_present_at_once_fills_each_row_once(register, coach):
    filled = at_once(lambda n: len(mark_all_present(register, by=coach)))
    assert sum(filled) == WRITERS
    assert [row.changes.count() for row in rows_of(register)] == [1] * WRITERS


def test_everybody_present_goes_together_with_taps(register, tablets, coach):
    rows = rows_of(register)
    answers = at_once(lambda n: tap(tablets[n], rows[n], "NO_SHOW") if n else mark_all_present(register, by=coach))
    assert answers[1:] == [200] * (WRITERS - 1)
    for row in rows_of(register):
        assert_history_is_whole(row)
    assert {row.status for row in rows_of(register)[1:]} == {"NO_SHOW"}


def test_a_visitor_added_by_eight_people_stands_there_once(register, coach):
    person = TrajectoryFactory().participant
    assert len(set(at_once(lambda n: add_visitor(register, person, by=coach).pk))) == 1
    [row] = register.attendances.filter(participant=person)
    assert_history_is_whole(row)
    assert row.changes.count() == 1


def test_visitors_planning_and_new_registers_do_not_lock_each_other_out(register, coach):
    people = [TrajectoryFactory() for _ in range(WRITERS)]
    afternoon = OpeningFactory(workshop=register.workshop, day_part="AFTERNOON")
    slot = Slot(register.workshop, afternoon.weekday, afternoon.day_part)
    reconcile_sessions(Workshop.objects.all(), register.date)

    def work(number: int):
        add_visitor(register, people[number].participant, by=coach)
        place(people[number], [slot], start=register.date, by=coach)
        add_visitor(register, people[number - 1].participant, by=coach)

    at_once(work)
    assert register.attendances.filter(planned=False).count() == WRITERS
