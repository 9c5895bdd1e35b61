"""A document is asked for, made by the worker, and taken home; whatever stops the worker, it is made once."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from impact.models import Document
from impact.report.making import DOCUMENT_KINDS, CannotBeMadeError, DocumentKind, Made
from impact.services import documents
from impact.services.documents import (
    MOST_LOST,
    MOST_WAITING,
    cancel_document,
    delete_expired_documents,
    is_worker_away,
    make_document,
    put_back_lost_documents,
    request_document,
    retry_document,
)
from pluspunt.tests.factories import DocumentFactory, UserFactory
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
WAITING, BUSY, READY, FAILED = Document.State.values


@pytest.fixture
def make(monkeypatch):
    """`make(function)`: a kind of document "proef" that is made by it."""

    def register(function=lambda asked, progress: Made(b"bytes", "proef.pdf")):
        kind = DocumentKind("Proef", lambda asked: f"Proef {asked.get('number', '')}".strip(), ("number",), function)
        monkeypatch.setitem(DOCUMENT_KINDS, "proef", kind)

    register()
    return register


def ask(by, number=1) -> Document:
    return request_document("proef", {"number": number}, by=by)


def seen(document: Document) -> Document:
    return Document.objects.get(pk=document.pk)


def lose(document: Document) -> None:
    """Its worker was killed a minute ago."""
    long_ago = timezone.now() - timedelta(minutes=1)
    Document.objects.filter(pk=document.pk).update(state=BUSY, attempts=document.attempts + 1, beat_at=long_ago)
    DBTaskResult.objects.update(status="RUNNING", started_at=long_ago)


def test_what_is_asked_waits_and_is_made(make, manager):
    document = ask(manager)
    assert (document.title, document.state) == ("Proef 1", WAITING)
    assert make_document(document.pk)
    document = seen(document)
    assert (document.state, document.progress, bytes(document.content), document.name) == (
        READY,
        100,
        b"bytes",
        "proef.pdf",
    )


def test_the_same_request_that_is_not_ready_is_not_made_twice(make, manager):
    first = request_document("proef", {"number": 1, "what": "a"}, by=manager)
    assert request_document("proef", {"what": "a", "number": 1}, by=manager) == first
    assert DBTaskResult.objects.count() == 1
    assert ask(manager, number=2) != first
    assert ask(UserFactory(role=User.Role.MANAGEMENT)) != first
    make_document(first.pk)
    assert request_document("proef", {"number": 1, "what": "a"}, by=manager) != first


def test_an_unknown_kind_and_too_much_at_once_are_refused(make, manager):
    with pytest.raises(ValidationError, match="bestaat niet"):
        request_document("geheim", {}, by=manager)
    for number in range(MOST_WAITING):
        ask(manager, number)
    with pytest.raises(ValidationError, match=f"Er wachten al {MOST_WAITING} documenten"):
        ask(manager, MOST_WAITING)


def test_a_task_that_comes_twice_finds_nothing_to_do(make, manager):
    document = ask(manager)
    assert make_document(document.pk)
    ready_at = seen(document).ready_at
    assert not make_document(document.pk)
    assert not make_document(document.pk + 1)
    assert seen(document).ready_at == ready_at


def test_progress_is_told_in_words(make, manager):
    told = []

    def in_steps(asked, progress):
        progress(40, "De cijfers worden geteld")
        told.append(seen(document))
        progress(400, "Bijna klaar")
        told.append(seen(document))
        return Made(b"", "leeg.pdf")

    make(in_steps)
    document = ask(manager)
    make_document(document.pk)
    assert [(each.progress, each.step) for each in told] == [(40, "De cijfers worden geteld"), (99, "Bijna klaar")]


def test_what_goes_wrong_is_tried_twice_more_and_then_said(make, manager, caplog):
    make(lambda asked, progress: 1 / 0)
    document = ask(manager)
    for attempt in (1, 2, 3):
        assert not make_document(document.pk)
        assert DBTaskResult.objects.count() == min(attempt + 1, 3)
    assert not make_document(document.pk)
    document = seen(document)
    assert (document.state, document.error, document.attempts) == (FAILED, documents.WENT_WRONG, 3)
    assert caplog.text.count("ZeroDivisionError") == 3
    make()
    retry_document(document)
    assert make_document(document.pk)
    assert (seen(document).state, seen(document).error) == (READY, "")


def test_what_cannot_be_made_fails_at_once_with_its_sentence(make, manager):
    def refuse(asked, progress):
        raise CannotBeMadeError("Van dit jaar is er geen register.")

    make(refuse)
    document = ask(manager)
    make_document(document.pk)
    assert (seen(document).state, seen(document).error) == (FAILED, "Van dit jaar is er geen register.")


def test_a_document_without_a_sign_of_life_is_put_back(make, manager):
    document = ask(manager)
    lose(document)
    assert put_back_lost_documents() == 1
    assert seen(document).state == WAITING
    assert DBTaskResult.objects.ready().count() == 1
    assert make_document(document.pk)
    assert put_back_lost_documents() == 0


def test_a_document_with_a_sign_of_life_stays_with_its_worker(make, manager):
    document = ask(manager)
    lose(document)
    Document.objects.update(beat_at=timezone.now())
    assert put_back_lost_documents() == 0
    assert seen(document).state == BUSY


def test_a_document_whose_task_vanished_gets_a_new_one(make, manager):
    ask(manager)
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
    put_back_lost_documents()
    put_back_lost_documents()
    assert DBTaskResult.objects.ready().count() == 1


def test_a_document_that_kills_every_worker_stops_in_the_end(make, manager):
    document = ask(manager)
    Document.objects.update(attempts=MOST_LOST - 1)
    lose(seen(document))
    put_back_lost_documents()
    assert (seen(document).state, seen(document).error) == (FAILED, documents.WORKER_VANISHED)


def test_what_another_worker_took_over_is_written_once(make, manager):
    def too_late(asked, progress):
        lose(document)
        put_back_lost_documents()
        make()
        make_document(document.pk)
        return Made(b"the same, later", "laat.pdf")

    make(too_late)
    document = ask(manager)
    assert not make_document(document.pk)
    assert bytes(seen(document).content) == b"bytes"


def test_a_cancelled_document_is_not_made(make, manager):
    def cancelled(asked, progress):
        assert cancel_document(document)
        progress(50, "Te laat")
        raise AssertionError

    make(cancelled)
    document = ask(manager)
    assert not make_document(document.pk)
    assert not Document.objects.exists()
    assert not cancel_document(DocumentFactory())


def test_told_to_stop_a_worker_lets_its_document_wait(make, manager):
    make(lambda asked, progress: sys.exit(1))
    document = ask(manager)
    with pytest.raises(SystemExit):
        make_document(document.pk)
    assert seen(document).state == WAITING
    assert DBTaskResult.objects.ready().count() == 2


def test_the_database_that_is_away_is_nobodys_mistake(make, manager):
    def away(asked, progress):
        raise OperationalError("server closed the connection")

    make(away)
    document = ask(manager)
    with pytest.raises(OperationalError):
        make_document(document.pk)
    assert seen(document).state == BUSY


def test_old_documents_are_deleted_at_night_but_not_what_still_waits(make, manager):
    old = timezone.now() - timedelta(days=31)
    waiting = ask(manager)
    kept = DocumentFactory()
    DocumentFactory(requested_at=old)
    Document.objects.filter(pk=waiting.pk).update(requested_at=old)
    DBTaskResult.objects.create(task_path="x", args_kwargs={}, status="SUCCESSFUL", finished_at=old)
    delete_expired_documents()
    assert set(Document.objects.values_list("pk", flat=True)) == {waiting.pk, kept.pk}
    assert DBTaskResult.objects.count() == 1


def test_waiting_without_a_worker_is_noticed(make, manager):
    document = ask(manager)
    assert not is_worker_away()
    Document.objects.update(requested_at=timezone.now() - timedelta(minutes=3))
    assert is_worker_away()
    other = ask(manager, number=2)
    Document.objects.filter(pk=other.pk).update(state=BUSY, beat_at=timezone.now())
    assert not is_worker_away()
    make_document(document.pk)
    assert not is_worker_away()


# --- Pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def list_page(signed_in, manager):
    client = signed_in(manager)

    def get(**headers):
        return client.get(reverse("document_list"), headers=headers).text

    return get


def test_the_list_says_how_far_it_is(make, manager, list_page):
    for number in (1, 2, 3):
        ask(manager, number)
    Document.objects.filter(title="Proef 1").update(state=BUSY, progress=40, step="De cijfers worden geteld")
    page = list_page()
    assert "De cijfers worden geteld" in page
    assert '<progress id="progress-' in page
    assert 'max="100" value="40"' in page
    assert "nog 1 document ervoor" in page
    assert "nog 2 documenten ervoor" in page


def test_the_list_looks_again_only_while_something_is_going_on(make, manager, list_page):
    document = ask(manager)
    assert 'data-hx-trigger="every 2s"' in list_page(hx_request="true")
    make_document(document.pk)
    page = list_page(hx_request="true")
    assert "every 2s" not in page
    assert "Download" in page
    assert "<html" not in page


def test_what_became_ready_is_told_until_somebody_looked(make, signed_in, manager, list_page):
    def told() -> str:
        return signed_in(manager).get(reverse("document_news")).text

    document = ask(manager)
    assert "every 10s" in told()
    make_document(document.pk)
    assert "Klaar: Proef 1." in told()
    assert "every" not in told()
    assert "nieuw</span>" in list_page()
    assert "Klaar" not in told()
    assert "nieuw</span>" not in list_page()


def test_a_failed_document_is_tried_again_by_a_button(make, signed_in, manager):
    DocumentFactory(requested_by=manager, state=FAILED, content=None, error="Het maken ging drie keer mis.")
    client = signed_in(manager)
    page = client.get(reverse("document_list"))
    assert "Het maken ging drie keer mis." in page.text
    press(client, page, "Probeer opnieuw: Jaarverslag impact 2026")
    assert Document.objects.get().state == WAITING


def test_what_waits_is_cancelled_by_a_button(make, signed_in, manager):
    ask(manager)
    client = signed_in(manager)
    press(client, client.get(reverse("document_list")), "Toch niet maken: Proef 1")
    assert not Document.objects.exists()


def test_somebody_elses_document_is_not_found(signed_in, manager):
    other = DocumentFactory()
    client = signed_in(manager)
    assert client.get(reverse("document_download", args=[other.pk])).status_code == 404
    for name in ("document_retry", "document_cancel"):
        assert client.post(reverse(name, args=[other.pk])).status_code == 404
    assert other.title not in client.get(reverse("document_list")).text


def test_what_is_not_ready_cannot_be_taken_home(make, signed_in, manager):
    document = ask(manager)
    assert signed_in(manager).get(reverse("document_download", args=[document.pk])).status_code == 404


def test_a_document_is_asked_for_on_the_page(session, signed_in, manager):
    client = signed_in(manager)
    page = client.get(reverse("document_list"))
    press(client, page, "Maak 2026: Jaarverslag")
    document = Document.objects.get()
    assert (document.kind, document.parameters) == ("annual_report", {"year": 2026})


def test_a_document_about_a_workshop_asks_which(monkeypatch, session, signed_in, manager):
    kind = DocumentKind("Werkplaats", lambda asked: f"Werkplaats {asked['workshop']}", ("year", "workshop"), None)
    monkeypatch.setitem(DOCUMENT_KINDS, "workshop", kind)
    client = signed_in(manager)
    page = client.get(reverse("document_list"))
    answer = press(client, page, "Maak 2026: Werkplaats")
    assert "Dit document kan niet." in client.get(answer.url).text
    press(client, page, "Maak 2026: Werkplaats", workshop=str(session.workshop_id))
    assert Document.objects.get().parameters == {"workshop": session.workshop_id, "year": 2026}


@pytest.mark.parametrize("asked", [{}, {"kind": "geheim", "year": "2026"}, {"kind": "annual_report", "year": "1999"}])
def test_a_document_that_cannot_be_is_refused_with_a_sentence(session, signed_in, manager, asked):
    answer = signed_in(manager).post(reverse("document_request"), asked, follow=True)
    assert "Dit document kan niet." in answer.text
    assert not Document.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three(
    count, session, signed_in, manager, django_assert_num_queries
):
    DocumentFactory.create_batch(count, requested_by=manager)
    client = signed_in(manager)
    client.get(reverse("document_list"))
    with django_assert_num_queries(16):
        client.get(reverse("document_list"))


# --- The worker itself --------------------------------------------------------------------------------------------


def worker(*arguments: str) -> subprocess.Popen:
    name = connection.settings_dict["NAME"]
    url = f"sqlite:///{name}" if connection.vendor == "sqlite" else f"postgres://postgres@/{name}"
    code = f"import django; django.setup(); from impact.tests.test_documents import run_worker; run_worker({arguments})"
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "pluspunt.settings"}
    return subprocess.Popen([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=env)


def run_worker(arguments: list[str]) -> None:
    """The real command in a process of its own, with a kind of document that takes as long as it is told."""

    def slow(asked, progress):
        progress(50, "Halverwege")
        time.sleep(asked["number"] if Document.objects.get(title__startswith="Proef").attempts == 1 else 0)
        return Made(b"bytes", "proef.pdf")

    DOCUMENT_KINDS["proef"] = DocumentKind("Proef", str, ("number",), slow)
    call_command("worker", *arguments)


def wait_until(is_so) -> None:
    for _ in range(200):
        if is_so():
            return
        time.sleep(0.1)
    raise AssertionError


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_that_is_killed_halfway_leaves_its_document_to_the_next(make, manager):
    document = ask(manager, number=60)
    first = worker()
    try:
        wait_until(lambda: seen(document).step == "Halverwege")
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert seen(document).state == BUSY
    # The half minute is over.
    Document.objects.update(beat_at=timezone.now() - timedelta(minutes=1))
    assert worker("--batch").wait(30) == 0
    document = seen(document)
    assert (document.state, document.attempts, bytes(document.content)) == (READY, 2, b"bytes")
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["RUNNING", "SUCCESSFUL"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_that_is_told_to_stop_finishes_and_told_twice_lets_go(make, manager):
    document = ask(manager, number=2)
    process = worker()
    wait_until(lambda: seen(document).state == BUSY)
    process.terminate()
    assert process.wait(10) == 0
    assert seen(document).state == READY
    document = ask(manager, number=61)
    Document.objects.exclude(pk=document.pk).delete()
    process = worker()
    wait_until(lambda: seen(document).step == "Halverwege")
    process.terminate()
    time.sleep(0.5)
    process.terminate()
    process.wait(10)
    assert seen(document).state == WAITING
