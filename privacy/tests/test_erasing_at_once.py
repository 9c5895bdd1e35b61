"""Erasing while others write about the same person: nothing is half erased, and nothing is left behind."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, connection
from django.utils import timezone

from participants.models import Goal, Note, NoteDraft, Participant, Trajectory
from participants.services.notes import add_note, save_draft
from participants.services.people import save_row
from pluspunt.tests.factories import PlacementFactory
from privacy.models import ErasureProof
from privacy.services.erasures import Asked, erase_on_request
from workshops.models import Attendance, CorrectionRequest
from workshops.services.attendance import Mark
from workshops.services.corrections import request_correction
from workshops.services.sessions import ensure_sessions

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
ASKED = Asked(date(2026, 3, 1), "SELF")


def at_once(*works) -> list[str]:
    """What each of these did, begun at the same moment, each with a connection of its own."""
    barrier = Barrier(len(works))

    def one(work):
        barrier.wait()
        try:
            work()
            return "done"
        except (ValidationError, ObjectDoesNotExist, IntegrityError):
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


@pytest.fixture
def gone(monday, workshop):
    """Somebody who stopped yesterday, with registers of weeks."""
    days = {"start_date": date(2026, 1, 5), "end_date": date(2026, 3, 1)}
    path = {f"trajectory__{name}": day for name, day in days.items()}
    person = PlacementFactory(workshop=workshop, **days, **path).participant
    ensure_sessions(monday)
    return person


def test_nothing_that_others_write_stays_behind(gone, coach, coordinator):
    row = gone.attendances.order_by("date").first()
    wanted = Mark(Attendance.Status.PRESENT)
    goal = {"field": "WORK", "indicator": "SELF_RELIANCE", "review_on": date(2026, 4, 1)}
    answers = at_once(
        lambda: erase_on_request(gone, ASKED, "NOT_NEEDED", by=coordinator),
        lambda: add_note(Note(participant=gone, author=coach, date=timezone.localdate(), text="zag hem"), by=coach),
        lambda: save_draft(gone, by=coach, key="a" * 32, text="ik zag hem", kind="PROGRESS"),
        lambda: save_row(Goal(participant=gone, text="fietsen", start_date=date(2026, 3, 2), **goal), by=coach),
        lambda: request_correction(row, wanted, why="hij was er", by=coach),
        lambda: NoteDraft.objects.create(participant=gone, author=coordinator, text="zonder slot"),
    )
    assert answers[0] == "done"
    assert not Participant.objects.filter(pk=gone.pk).exists()
    for model in (Note, NoteDraft, Goal, CorrectionRequest):
        assert model.objects.count() == 0, model
    for model in (Note, Goal):
        assert model.history.count() == 0, model
    assert Participant.objects.get(anonymised_on__isnull=False).attendances.count() == 8
    connection.check_constraints()


def test_two_who_erase_at_once_make_one_proof(gone, coordinator):
    def erase():
        erase_on_request(gone, ASKED, "NOT_NEEDED", by=coordinator)

    assert sorted(at_once(*[erase] * 4)) == ["done", *["refused"] * 3]
    assert ErasureProof.objects.count() == 1
    assert Participant.objects.filter(anonymised_on__isnull=False).count() == 1


def test_who_begins_again_at_that_moment_is_kept_or_gone_and_never_both(gone, coordinator):
    again = Trajectory(participant=gone, target_group="SKILLED_VOLUNTEER", start_date=date(2026, 3, 2))
    answers = at_once(
        lambda: erase_on_request(gone, ASKED, "NOT_NEEDED", by=coordinator),
        lambda: save_row(again, by=coordinator),
    )
    assert sorted(answers) == ["done", "refused"]
    is_there = Participant.objects.filter(pk=gone.pk).exists()
    assert (Trajectory.objects.count(), is_there) == ((2, True) if answers[1] == "done" else (1, False))
