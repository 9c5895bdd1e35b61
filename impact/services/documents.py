"""Documents that the worker makes outside the request.

The row of a `Document` is the truth; a task in the queue only carries its key. Whoever takes the row makes the
document: a task that comes twice, or too late, finds nothing to do.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from threading import Event, Thread
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from impact.models import Document
from impact.report.making import DOCUMENT_KINDS, CannotBeMadeError, Made
from pluspunt.middleware import is_database_away
from pluspunt.pdf import DocumentTooHeavy
from pluspunt.replica import reading_replica_after
from privacy.services.upkeep import record_sign_of_life

logger = logging.getLogger(__name__)

# Seconds between two signs of life of a worker; after `LEASE` without any it is taken to be gone.
BEAT = 5
# So often a document is tried that goes wrong by our own doing, and one whose worker vanished.
MOST_ATTEMPTS = 3
MOST_LOST = 6
# So many one person can have waiting.
MOST_WAITING = 25
KEPT = timedelta(days=30)
# Longer than this nothing should wait while nothing is being made.
PATIENCE = timedelta(minutes=2)

WENT_WRONG = "Het maken ging drie keer mis. Probeer het later opnieuw, of meld het bij de beheerder."
WORKER_VANISHED = "Het maken werd steeds afgebroken. Meld het bij de beheerder voordat je het opnieuw probeert."


class DocumentTakenError(Exception):
    """The document was cancelled, or is in other hands: what was made of it here is worth nothing."""


# --- Asked for on a page ------------------------------------------------------------------------------------------


@transaction.atomic
def request_document(kind: str, parameters: dict[str, Any], *, by: User) -> Document:
    """A document that waits for the worker; the same one when somebody asks again for what is not ready yet.

    Raises `ValidationError` for a kind that we do not know, and when too much is waiting already.
    """
    if kind not in DOCUMENT_KINDS:
        raise ValidationError("Dit soort document bestaat niet.")
    User.objects.select_for_update().get(pk=by.pk)
    going_on = Document.objects.visible_to(by).going_on()
    parameters = dict(sorted(parameters.items()))
    if same := going_on.filter(kind=kind, parameters=parameters).first():
        return same
    if going_on.count() >= MOST_WAITING:
        raise ValidationError(f"Er wachten al {MOST_WAITING} documenten. Wacht tot er een paar klaar zijn.")
    title = DOCUMENT_KINDS[kind].title(parameters)[:120]
    document = Document(kind=kind, title=title, parameters=parameters, requested_by=by)
    document.full_clean()
    document.save()
    make_requested.enqueue(document.pk)
    return document


@transaction.atomic
def retry_document(document: Document) -> None:
    """Put a document that failed at the end of the queue; what is going on or ready already stays as it is."""
    again = {"state": Document.State.WAITING, "requested_at": timezone.now(), "seen_at": None}
    failed = Document.objects.filter(pk=document.pk, state=Document.State.FAILED)
    if failed.update(attempts=0, progress=0, step="", error="", **again):
        make_requested.enqueue(document.pk)


def cancel_document(document: Document) -> bool:
    """Forget a document that is not ready; whether there was still something to cancel."""
    return bool(Document.objects.going_on().filter(pk=document.pk).delete()[0])


def see_documents(by: User) -> None:
    """Somebody looked at the list: what is ready or failed is no news any more."""
    Document.objects.visible_to(by).unseen().update(seen_at=timezone.now())


def is_worker_away() -> bool:
    """Whether something waits longer than it should while nothing is being made."""
    now = timezone.now()
    waits = Document.objects.filter(state=Document.State.WAITING, requested_at__lt=now - PATIENCE)
    busy = Document.objects.filter(state=Document.State.BUSY)
    return waits.exists() and not (busy.exists() and not busy.lost(now).exists())


# --- Done by the worker -------------------------------------------------------------------------------------------


@task()
def make_requested(pk: int) -> None:
    """What stands in the queue: make this document, and give signs of life meanwhile."""
    with _signs_of_life(pk):
        make_document(pk)


def make_document(pk: int) -> bool:
    """Make a document that waits; whether it is ready now. What goes wrong is tried at most twice again.

    The bytes are written in one statement at the end. Raises what says that the database is away, and what tells the
    worker to stop: after the last the document waits again.
    """
    document = _take(pk)
    if document is None:
        return False
    try:
        with reading_replica_after(document, attempts=document.attempts):
            made = DOCUMENT_KINDS[document.kind].make(document.parameters, partial(_report_progress, document))
        _finish(document, made)
        return True
    except DocumentTakenError:
        return False
    except (CannotBeMadeError, DocumentTooHeavy) as refusal:
        _fail(document, str(refusal))
    except Exception as error:
        if is_database_away(error):
            raise
        logger.exception("document %s (%s) went wrong, attempt %s", pk, document.kind, document.attempts)
        _put_back(document, MOST_ATTEMPTS, WENT_WRONG)
    except BaseException:
        _put_back(document, MOST_LOST, WORKER_VANISHED)
        raise
    return False


def put_back_lost_documents() -> int:
    """Let documents wait again whose worker vanished, or whose task did; how many there were."""
    lost = list(Document.objects.lost(timezone.now()).defer("content"))
    for document in lost:
        logger.warning("document %s lost its worker", document.pk)
        _put_back(document, MOST_LOST, WORKER_VANISHED)
    waiting = Document.objects.filter(state=Document.State.WAITING).in_order().values_list("pk", flat=True)
    if waiting := list(waiting):
        tasks = DBTaskResult.objects.ready().filter(task_path=make_requested.module_path)
        queued = {task.args_kwargs["args"][0] for task in tasks}
        for pk in waiting:
            if pk not in queued:
                make_requested.enqueue(pk)
    return len(lost)


def delete_expired_documents() -> None:
    """Forget what was asked for a month ago, and the tasks of that time. Published files are kept elsewhere."""
    before = timezone.now() - KEPT
    Document.objects.exclude(pk__in=Document.objects.going_on()).filter(requested_at__lt=before).delete()
    DBTaskResult.objects.finished().filter(finished_at__lt=before).delete()
    # Of workers that vanished.
    DBTaskResult.objects.running().filter(started_at__lt=before).delete()


def _mine(document: Document):
    """The row, as long as it is in the hands of this attempt."""
    return Document.objects.filter(pk=document.pk, state=Document.State.BUSY, attempts=document.attempts)


@transaction.atomic
def _take(pk: int) -> Document | None:
    waiting = Document.objects.filter(state=Document.State.WAITING, pk=pk).defer("content")
    document = waiting.select_for_update().first()
    if document is None or document.kind not in DOCUMENT_KINDS:
        return None
    document.state = Document.State.BUSY
    document.attempts += 1
    document.progress, document.step, document.beat_at = 0, "Het maken begint", timezone.now()
    document.save(update_fields=["state", "attempts", "progress", "step", "beat_at"])
    return document


def _report_progress(document: Document, percent: int, step: str) -> None:
    told = {"progress": max(0, min(percent, 99)), "step": step[:120], "beat_at": timezone.now()}
    if not _mine(document).update(**told):
        raise DocumentTakenError


def _finish(document: Document, made: Made) -> None:
    file = {"name": made.name[:120], "content_type": made.content_type, "content": made.content}
    ready = {"state": Document.State.READY, "progress": 100, "step": "", "error": "", "ready_at": timezone.now()}
    if not _mine(document).update(**file, **ready):
        raise DocumentTakenError


def _fail(document: Document, sentence: str) -> None:
    _mine(document).update(state=Document.State.FAILED, error=sentence[:250], step="", ready_at=timezone.now())


@transaction.atomic
def _put_back(document: Document, most: int, sentence: str) -> None:
    """Let it wait again, or fail with `sentence` when it was tried `most` times."""
    if document.attempts >= most:
        _fail(document, sentence)
    elif _mine(document).update(state=Document.State.WAITING, progress=0, step=""):
        make_requested.enqueue(document.pk)


@contextmanager
def _signs_of_life(pk: int) -> Iterator[None]:
    done = Event()

    def beat() -> None:
        while not done.wait(BEAT):
            try:
                Document.objects.filter(pk=pk, state=Document.State.BUSY).update(beat_at=timezone.now())
                record_sign_of_life()
            except Exception as error:
                # The next one may arrive again.
                logger.warning("no sign of life for document %s: %s", pk, error)
                connection.close()
        connection.close()

    thread = Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
