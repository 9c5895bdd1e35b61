"""Several people recording at the same moment: nothing is lost and nothing is raised, on both databases."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pluspunt.tests.factories import OpeningFactory, PlacementFactory, TrajectoryFactory, UserFactory
from workshops.models import Attendance, AttendanceChange, ReceivedMark, Workshop
from workshops.services.advice import Slot
from workshops.services.attendance import mark_all_present, undo_batch
from workshops.services.cancelling import cancel_session
from workshops.services.placements import place
from workshops.services.sessions import ensure_sessions, reconcile_sessions
from workshops.services.tablets import issue_pass
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


on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time")


def locks_in(queries: CaptureQueriesContext) -> list[tuple[str, str]]:
    """Table → how its rows were locked (`UPDATE`, `NO KEY UPDATE OF ...`), in the order in which that was asked."""
    found = [re.search(r'FROM "(\w+)".* FOR (.*)', query["sql"]) for query in queries]
    return [match.groups() for match in found if match]


@pytest.fixture
def register(monday, workshop):
    """A register of eight people."""
    PlacementFactory.create_batch(WRITERS, workshop=workshop)
    ensure_sessions(monday)
    return workshop.sessions.get(date=monday)


@pytest.fixture
def coaches(workshop):
    coaches = [UserFactory() for _ in range(WRITERS)]
    workshop.coaches.add(*coaches)
    return coaches


@pytest.fixture
def tickets(register, coaches):
    """A pass of each coach: what their tablets need to send marks."""
    return [issue_pass(coach, register) for coach in coaches]


def tap(row: Attendance, status: str, ticket: str, **about) -> dict:
    """A mark as a tablet keeps it."""
    now = int(timezone.now().timestamp() * 1000)
    mark = {"key": str(uuid4()), "ticket": ticket, "person": row.participant.key, "at": now, "seen": row.version}
    return mark | {"status": status, **about}


def send(*marks: dict) -> list[dict]:
    """What a tablet without a cookie is answered, each mark with its answer."""
    answer = Client().post(reverse("marks_receive"), json.dumps({"marks": marks}), content_type="application/json")
    assert answer.status_code == 200, answer.content
    return [mark | answer for mark, answer in zip(marks, answer.json()["answers"], strict=True)]


def insist(row: Attendance, status: str, ticket: str) -> list[dict]:
    """Send a mark, and choose to change it each time that a colleague turns out to be first; all the answers."""
    [answer] = send(tap(row, status, ticket))
    answers = [answer]
    while answers[-1]["outcome"] == "COLLISION":
        answers += send(tap(row, status, ticket, seen=answers[-1]["version"]))
    return answers


def rows_of(register) -> list[Attendance]:
    return list(register.attendances.select_related("participant").order_by("pk"))


def assert_history_is_whole(row: Attendance) -> None:
    changes = list(AttendanceChange.objects.filter(attendance=row).order_by("pk"))
    chain = ["OPEN", *(change.new_status for change in changes)]
    assert [change.old_status for change in changes] == chain[:-1]
    assert [change.version for change in changes] == list(range(1, row.version + 1))
    assert row.status == chain[-1]


def assert_nothing_lost(register, answers: list[dict]) -> None:
    """Every mark that was saved made its version of the row, or found it made; and nothing else made any."""
    rows = {row.participant.key: row for row in rows_of(register)}
    for row in rows.values():
        assert_history_is_whole(row)
    changes = AttendanceChange.objects.filter(attendance__in=rows.values())
    made = {(change.attendance_id, change.version): change.new_status for change in changes}
    saved = {(rows[a["person"]].pk, a["version"]): a["status"] for a in answers if a["outcome"] == "SAVED"}
    assert saved == made
    kept = ReceivedMark.objects.in_bulk([answer["key"] for answer in answers])
    assert {str(key): mark.outcome for key, mark in kept.items()} == {a["key"]: a["outcome"] for a in answers}


def flat(lists: list[list]) -> list:
    return [item for each in lists for item in each]


def test_eight_writers_of_a_row_each_lose_nothing(register, tickets):
    def work(number: int) -> list[dict]:
        row = rows_of(register)[number]
        answers = []
        for status in STATUSES:
            answers += send(tap(row, status, tickets[number], seen=len(answers)))
        return answers

    answers = at_once(work)
    assert [[(a["outcome"], a["version"]) for a in each] for each in answers] == [
        [("SAVED", version) for version in range(1, len(STATUSES) + 1)]
    ] * WRITERS
    assert_nothing_lost(register, flat(answers))
    assert {row.status for row in rows_of(register)} == {"PRESENT"}


def test_eight_writers_of_the_same_rows_lose_nothing(register, tickets):
    rows = rows_of(register)[:3]
    answers = at_once(lambda n: flat([insist(row, STATUSES[n % 3], tickets[n]) for row in rows for _ in range(2)]))
    assert {answer["outcome"] for answer in flat(answers)} == {"SAVED", "COLLISION"}
    assert_nothing_lost(register, flat(answers))


def test_the_same_key_four_times_at_once_is_taken_once(register, tickets):
    rows = rows_of(register)
    for turn, status in enumerate(STATUSES):
        marks = [tap(rows[n], status, tickets[n], seen=turn) for n in range(2)]
        answers = at_once(lambda n, marks=marks: send(marks[n % 2])[0])
        assert [answers[n::2] for n in range(2)] == [[answers[n]] * 4 for n in range(2)]
        assert [(answer["outcome"], answer["version"]) for answer in answers] == [("SAVED", turn + 1)] * WRITERS
    assert [row.changes.count() for row in rows] == [len(STATUSES)] * 2 + [0] * (WRITERS - 2)


def test_the_same_key_is_answered_the_same_whoever_wins(register, tickets):
    """One key four times at once with what collides: one of the two is taken, and all four hear the same."""
    row = rows_of(register)[0]
    marks = [tap(row, status, tickets[n]) for n, status in enumerate(["PRESENT", "NO_SHOW"])]
    answers = at_once(lambda n: send(marks[n % 2])[0])
    assert [answers[n::2] for n in range(2)] == [[answers[n]] * 4 for n in range(2)]
    assert {answers[0]["outcome"], answers[1]["outcome"]} == {"SAVED", "COLLISION"}
    assert_nothing_lost(register, answers)


def test_everybody_present_on_eight_tablets_fills_each_row_once(register, tickets):
    rows = rows_of(register)
    answers = at_once(lambda n: send(*(tap(row, "PRESENT", tickets[n], polite=True) for row in rows)))
    assert {(answer["outcome"], answer["version"]) for answer in flat(answers)} == {("SAVED", 1)}
    assert_nothing_lost(register, flat(answers))


def test_everybody_present_on_a_tablet_leaves_the_taps_of_others(register, tickets):
    rows = rows_of(register)
    everybody = [tap(row, "PRESENT", tickets[0], polite=True) for row in rows]
    answers = flat(at_once(lambda n: insist(rows[n], "NO_SHOW", tickets[n]) if n else send(*everybody)))
    assert {a["outcome"] for a in answers if a.get("polite")} <= {"SAVED", "KEPT"}
    assert_nothing_lost(register, answers)
    assert [row.status for row in rows_of(register)] == ["PRESENT"] + ["NO_SHOW"] * (WRITERS - 1)


def test_marks_go_together_with_cancelling_the_session(register, tickets, coach):
    rows = rows_of(register)

    def work(number: int) -> list[dict]:
        if number == 0:
            cancel_session(register, reason="Geen begeleiding", by=coach)
            return []
        return flat([insist(row, STATUSES[number % 3], tickets[number]) for row in rows])

    answers = flat(at_once(work))
    assert {answer["outcome"] for answer in answers} <= {"SAVED", "COLLISION", "REFUSED"}
    assert_nothing_lost(register, answers)
    register.refresh_from_db()
    assert register.state == "CANCELLED"
    [row, *_] = rows_of(register)
    [after] = send(tap(row, "OPEN" if row.status == "EXCUSED" else "EXCUSED", tickets[0]))
    assert after["outcome"] == "REFUSED"


def test_everybody_present_at_once_fills_each_row_once(register, coach):
    filled = at_once(lambda n: len(mark_all_present(register, by=coach)))
    assert sum(filled) == WRITERS
    assert [row.changes.count() for row in rows_of(register)] == [1] * WRITERS


def test_everybody_present_goes_together_with_taps(register, tickets, coach):
    rows = rows_of(register)

    def work(number: int) -> list:
        return insist(rows[number], "NO_SHOW", tickets[number]) if number else mark_all_present(register, by=coach)

    at_once(work)
    for row in rows_of(register):
        assert_history_is_whole(row)
    assert {row.status for row in rows_of(register)[1:]} == {"NO_SHOW"}


def test_everybody_present_is_undone_while_others_tap(register, tickets, coach):
    rows = rows_of(register)
    batch = uuid4()
    mark_all_present(register, by=coach, batch=batch)

    def work(number: int) -> list:
        return insist(rows[number], "NO_SHOW", tickets[number]) if number else undo_batch(register, batch, by=coach)

    at_once(work)
    for row in rows_of(register):
        assert_history_is_whole(row)
    assert [row.status for row in rows_of(register)] == ["OPEN"] + ["NO_SHOW"] * (WRITERS - 1)


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
