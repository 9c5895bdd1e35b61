"""A new key for everything that stands sealed, while people go on writing."""

import base64
import itertools
from io import StringIO
from threading import Event, Thread

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connections

from accounts.services.factors import SEALED_SECRETS, seal_totp_secret
from participants.models import CitizenNumber, Note, NoteDraft
from participants.services.notes import add_note, correct_note
from pluspunt import resealing
from pluspunt.encryption import seal, unseal
from pluspunt.resealing import reseal, sealed_columns, texts_by_key
from pluspunt.tests.factories import CitizenNumberFactory, NoteFactory, ParticipantFactory, UserFactory
from workshops.models import SessionNote
from workshops.tests.pages import press


def key(name: str) -> str:
    return f"{name}:{base64.b64encode(name.encode() * 32).decode()}"


OLD, NEW = key("a"), key("b")


@pytest.fixture
def old_key(settings):
    settings.FIELD_KEYS = [OLD]


def run(**options) -> str:
    output = StringIO()
    call_command("reseal", stdout=output, **options)
    return output.getvalue()


def test_everything_sealed_is_found_the_history_too():
    found = {field.model for field in sealed_columns()}
    assert {Note, Note.history.model, NoteDraft, SessionNote, CitizenNumber} <= found


@pytest.mark.django_db
def test_every_text_gets_the_new_key_and_reads_the_same(old_key, settings, monkeypatch):
    monkeypatch.setattr(resealing, "BATCH", 2)
    author = UserFactory()
    for number in range(5):
        note = NoteFactory(author=author, text=f"nr {number}")
        note.text = f"nr {number}, verbeterd"
        correct_note(note, by=author)
    CitizenNumberFactory()
    settings.FIELD_KEYS = [NEW, OLD]
    assert run(count=True) == "  sleutel a: 16\n"
    assert run() == "16 teksten opnieuw verzegeld.\n  sleutel b: 16\n"
    assert run() == "0 teksten opnieuw verzegeld.\n  sleutel b: 16\n"
    settings.FIELD_KEYS = [NEW]
    assert [note.text for note in Note.objects.order_by("pk")] == [f"nr {number}, verbeterd" for number in range(5)]
    assert CitizenNumber.objects.get().number == "999993653"
    now, before = Note.objects.earliest("pk").history.all()
    assert (now.history_type, before.history_type) == ("~", "+")


@pytest.mark.django_db
def test_what_nobody_can_read_stays_as_it_is_and_is_told(old_key, settings):
    note, lost = NoteFactory(text="leesbaar"), NoteFactory(text="weg")
    for rows in (Note.objects, Note.history):
        rows.filter(key=lost.key).update(sealed_text="kwijt:AAAA")
    settings.FIELD_KEYS = [NEW, OLD]
    with pytest.raises(CommandError, match="2 teksten staan nog onder een andere sleutel"):
        run()
    assert texts_by_key() == {"b": 2, "kwijt": 2}
    assert Note.objects.get(pk=note.pk).text == "leesbaar"
    assert Note.objects.get(pk=lost.pk).sealed_text == "kwijt:AAAA"


@pytest.mark.django_db
def test_words_written_after_the_text_was_read_are_not_overwritten(old_key, settings, monkeypatch):
    """Somebody corrects the note between the reading and the writing of the command."""
    note = NoteFactory(text="eerst")
    Note.history.all().delete()
    settings.FIELD_KEYS = [NEW, OLD]

    def seal_late(text: str, name: str) -> str:
        fresh = Note.objects.get(pk=note.pk)
        if fresh.text == "eerst":
            fresh.text = "later"
            fresh.save()
        return seal(text, name)

    monkeypatch.setattr(resealing, "seal", seal_late)
    result = reseal()
    assert Note.objects.get(pk=note.pk).text == "later"
    assert (result.passed_by, result.unreadable) == (1, 0)


@pytest.mark.django_db
def test_who_has_a_note_open_meanwhile_saves_it_without_a_question(old_key, settings, signed_in, coordinator, monday):
    note = NoteFactory(author=coordinator, text="eerst")
    client = signed_in(coordinator)
    address = f"/deelnemers/{note.participant.key}/notities/{note.pk}/"
    page = client.get(address)
    settings.FIELD_KEYS = [NEW, OLD]
    reseal()
    assert press(client, page, "Bewaar notitie", text="daarna").status_code == 302
    assert Note.objects.get().text == "daarna"


@pytest.mark.django_db
def test_the_secret_of_an_app_with_codes_gets_the_new_key_and_goes_on_working(old_key, settings):
    user = UserFactory()
    Authenticator.objects.create(
        user=user, type="totp", data={"secret": seal_totp_secret("GEHEIM", user), "used_counter": 7}
    )
    settings.FIELD_KEYS = [NEW, OLD]
    assert reseal().done == 1
    assert texts_by_key() == {"b": 1}
    data = Authenticator.objects.get().data
    assert unseal(data.pop("secret"), f"accounts.totp:{user.pk}") == "GEHEIM"
    assert data == {"used_counter": 7}
    assert not SEALED_SECRETS.replace(Authenticator.objects.get().pk, "b:AAAA", "b:BBBB")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_writers_go_on_while_everything_is_sealed_again(old_key, settings):
    """Two writers correct notes and add others all the time; no word of theirs is lost, and nothing stays behind."""
    author, people = UserFactory(), ParticipantFactory.create_batch(2)
    for person in people:
        NoteFactory.create_batch(30, participant=person, author=author)
    settings.FIELD_KEYS = [NEW, OLD]
    expected, errors, stop = {}, [], Event()

    def write(person):
        try:
            for number in itertools.count():
                if stop.is_set():
                    return
                note = person.notes.order_by("pk")[number % 30]
                note.text = f"{person.pk} {number}"
                correct_note(note, by=author)
                expected[note.pk] = note.text
                new = Note(participant=person, author=author)
                new.text = f"nieuw {number}"
                expected[add_note(new, by=author).pk] = new.text
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=write, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    results = [reseal() for _ in range(3)]
    stop.set()
    for thread in threads:
        thread.join()
    reseal()
    assert errors == []
    assert results[0].done > 0
    assert set(texts_by_key()) == {"b"}
    settings.FIELD_KEYS = [NEW]
    assert {note.pk: note.text for note in Note.objects.filter(pk__in=expected)} == expected
