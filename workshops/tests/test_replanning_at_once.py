"""Two coordinators who re-plan at the same moment: the last place goes once, and nobody is planned twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from pluspunt.tests.factories import OpeningFactory, PlacementFactory, WorkshopFactory
from workshops.models import Attendance, OneOff, Session
from workshops.services.cancelling import cancel_session, restore_session
from workshops.services.replanning import HOME, propose, replan
from workshops.services.sessions import ensure_sessions

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def at_once(*actions):
    """What each gave, begun at the same moment: "done" or the sentences with which it was refused."""
    barrier = Barrier(len(actions))

    def call(action):
        barrier.wait()
        try:
            action()
            return "done"
        except ValidationError as error:
            return " ".join(error.messages)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(call, actions))


def cancelled(monday, by, people=1):
    opening = OpeningFactory()
    placements = PlacementFactory.create_batch(people, workshop=opening.workshop)
    ensure_sessions(monday)
    session = cancel_session(Session.objects.get(workshop=opening.workshop, date=monday), reason="Storing", by=by)
    return session, [placement.participant for placement in placements]


def place_for_one(monday):
    workshop = WorkshopFactory(name="Hout")
    OpeningFactory(workshop=workshop, capacity=1)
    ensure_sessions(monday)
    return workshop.sessions.get(date=monday)


def test_the_last_place_goes_to_one_and_the_other_is_told(monday, coordinator):
    last = place_for_one(monday)
    (one, [first]), (two, [second]) = (cancelled(monday, coordinator) for _ in range(2))
    answers = at_once(
        lambda: replan(one, {first.key: str(last.pk)}, by=coordinator),
        lambda: replan(two, {second.key: str(last.pk)}, by=coordinator),
    )
    assert sorted(answers)[1] == "done"
    assert "intussen weg" in sorted(answers)[0]
    assert (OneOff.objects.count(), last.attendances.count()) == (1, 1)


def test_the_same_people_are_planned_once(monday, coordinator):
    last = place_for_one(monday)
    session, [person] = cancelled(monday, coordinator)
    assert [line.proposed for line in propose(session).lines] == [str(last.pk)]
    answers = at_once(
        lambda: replan(session, {person.key: str(last.pk)}, by=coordinator),
        lambda: replan(session, {person.key: HOME}, by=coordinator),
    )
    assert answers.count("done") == 1
    assert OneOff.objects.count() == 1


def test_restoring_goes_together_with_replanning(monday, coordinator):
    last = place_for_one(monday)
    session, [person] = cancelled(monday, coordinator)
    at_once(
        lambda: replan(session, {person.key: str(last.pk)}, by=coordinator),
        lambda: restore_session(session, reason="Toch wel", by=coordinator),
    )
    rows = Attendance.objects.filter(participant=person, date=monday, session__state="PLANNED")
    assert rows.count() == 1


@pytest.mark.parametrize("turn", range(4))
def test_a_session_that_goes_on_again_leaves_nobody_elsewhere(monday, coordinator, turn):
    place_for_one(monday)
    session, people = cancelled(monday, coordinator, people=2)
    choices = {person.key: HOME for person in people}
    at_once(
        lambda: replan(session, choices, by=coordinator),
        lambda: restore_session(session, reason="Toch wel", by=coordinator),
    )
    session.refresh_from_db()
    standing = OneOff.objects.standing().filter(away_from=session).count()
    assert (session.state, standing) in (("PLANNED", 0), ("CANCELLED", 2))
