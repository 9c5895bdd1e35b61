"""The copy of everything that is kept about somebody: complete, without other people, sealed, kept for a month."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from participants.models import Note, NoteKind, NotTogether, Participant
from pluspunt.tests.factories import (
    NoteFactory,
    NotTogetherFactory,
    ParticipantFactory,
    PersonalCopyFactory,
    RightsRequestFactory,
)
from privacy.models import AccessEvent, PersonalCopy, RightsRequest
from privacy.processing import all_records
from privacy.services import Action
from privacy.services.copies import copy_json, forget_copies, make_copy, read_everything, request_copy
from privacy.services.copying import Chapter, Fact
from privacy.services.log import record_access

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monday, coordinator) -> RightsRequest:
    """Gerrit asks for a copy."""
    person = ParticipantFactory(nickname="Gerrit", prefix="van der", surname="Wal", phone="010 123 45 67")
    return RightsRequestFactory(person=person, recorded_by=coordinator)


def person_of(asked: RightsRequest) -> Participant:
    return Participant.objects.get(pk=asked.object_id)


def content_of(asked: RightsRequest) -> dict:
    everything, _ = read_everything(person_of(asked), asked, timezone.localdate())
    return json.loads(copy_json(everything))


def rows_of(content: dict, record: str) -> list[dict]:
    records = [each for processing in content["processings"] for each in processing["records"]]
    return next(each["rows"] for each in records if each["record"] == record)


def note_about(person: Participant, text: str, **facts) -> Note:
    note = NoteFactory.build(participant=person, kind=NoteKind.PROGRESS, **facts)
    note.text = text
    note.save()
    return note


def test_every_record_and_every_field_is_in_it(world):
    """Whoever adds a model with a way to a person, or a field, must put it in the copy or say why not."""
    person = Participant.objects.get(key=world["key"])
    content = content_of(RightsRequestFactory(person=person))
    records = {each["record"]: each["rows"] for every in content["processings"] for each in every["records"]}
    assert set(records) == {record.label for record in all_records() if record.is_copied}
    left_out = {(each["record"], each.get("field")) for each in content["left_out"]}
    for record in all_records():
        if record.of and not record.is_copied:
            assert record.elsewhere or (record.label, None) in left_out
        for row in records.get(record.label, []):
            fields = {f.name for f in record.model._meta.concrete_fields}
            assert fields - set(row) == set(record.left_out), record.label
            assert {(record.label, name) for name in record.left_out} <= left_out
    filled = {label for label, rows in records.items() if rows}
    assert len(filled) >= 25


def test_sealed_notes_are_read_also_those_for_coordinators_only(asked, coach):
    note_about(person_of(asked), "Het gaat steeds beter", author=coach, is_restricted=True)
    (row,) = rows_of(content_of(asked), "participants.Note")
    assert row["sealed_text"] == "Het gaat steeds beter"
    assert row["is_restricted"] is True
    assert row["author"] == {"key": None, "label": "Coach Carla (coach)"}


def test_names_of_other_participants_are_taken_out_of_what_was_typed(asked, coach):
    ParticipantFactory(nickname="Fatma", surname="Öztürk")
    asked.masked_words = "buurvrouw Truus"
    note_about(person_of(asked), "Ruzie met fatma öztürk en buurvrouw Truus. Fatma Ö. gaat naar huis.", author=coach)
    (row,) = rows_of(content_of(asked), "participants.Note")
    somebody = "[naam van een ander]"
    assert row["sealed_text"] == f"Ruzie met {somebody} en {somebody}. {somebody} gaat naar huis."


def test_first_names_of_others_are_counted_to_be_read(asked, coach):
    ParticipantFactory(nickname="Bas", surname="Bos")
    ParticipantFactory(nickname="Gerrit", surname="Pot")
    note_about(person_of(asked), "Bas en Gerrit wachten. De bas is luid.", author=coach)
    _, mask = read_everything(person_of(asked), asked, timezone.localdate())
    assert mask.seen == {"Bas": 1}


def test_nothing_says_with_whom_somebody_is_not_planned(asked):
    pair = NotTogetherFactory(first=person_of(asked))
    content = content_of(asked)
    assert pair.second.surname not in json.dumps(content)
    assert NotTogether._meta.label in {each["record"] for each in content["left_out"]}
    # The same is said of everybody, so that it gives nothing away.
    assert content["left_out"] == content_of(RightsRequestFactory())["left_out"]


def test_what_stood_there_before_is_in_it(asked, coordinator):
    person = person_of(asked)
    person.phone = "010 765 43 21"
    person._history_user = coordinator
    person.save()
    everything, _ = read_everything(person, asked, timezone.localdate())
    (chapter,) = [c for _, found in everything.processings for c in found if c.record.model is Participant]
    (change,) = chapter.changes
    assert (change.by, change.what) == ("Coördinator Cor (coördinator)", "gewijzigd")
    assert change.facts == [("telefoon", "010 123 45 67", "010 765 43 21")]


def test_who_looked_is_named_with_role_or_by_role_alone(asked, coach):
    record_access(coach, Action.VIEW, Participant, [asked.object_id], "naam, telefoon", address=None)
    record_access(coach, Action.CHANGE, Participant, [asked.object_id], "telefoon", address=None)
    record_access(coach, Action.VIEW, Participant, [ParticipantFactory().pk], "naam", address=None)
    everything, _ = read_everything(person_of(asked), asked, timezone.localdate())
    (look,) = everything.looks
    assert (look.who, look.actions, look.data) == ("Coach Carla (coach)", "bekeken, gewijzigd", "naam, telefoon")
    assert (look.why, look.times, len(everything.events)) == ("begeleiding", 2, 2)
    asked.names_staff = False
    everything, _ = read_everything(person_of(asked), asked, timezone.localdate())
    assert everything.looks[0].who == "een medewerker (coach)"
    assert "Carla" not in json.dumps(json.loads(copy_json(everything)))


def test_a_relation_takes_as_many_queries_for_one_row_as_for_three(asked, coach):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            read_everything(person_of(asked), asked, timezone.localdate())
        return len(caught)

    note_about(person_of(asked), "een", author=coach)
    one = queries()
    for text in ("twee", "drie"):
        note_about(person_of(asked), text, author=coach)
    assert queries() == one


@pytest.mark.parametrize(("columns", "length", "is_table"), [(5, 200, True), (6, 20, True), (6, 21, False)])
def test_a_few_facts_or_short_ones_stand_beside_one_another(columns, length, is_table):
    row = [Fact(f"feit {number}", "x" * length) for number in range(columns)]
    assert Chapter(None, [row, row], [], [], []).is_table is is_table
    assert not Chapter(None, [row], [], [], []).is_table


def test_the_worker_makes_it_sealed_and_it_is_taken_home(asked, coordinator, coach, signed_in):
    note_about(person_of(asked), "Zelden zo gelachen", author=coach)
    copy = request_copy(asked, by=coordinator)
    assert request_copy(asked, by=coordinator) == copy
    assert make_copy(copy.pk)
    assert not make_copy(copy.pk)
    copy = PersonalCopy.objects.get(pk=copy.pk)
    assert copy.read_bytes("pdf").startswith(b"%PDF-")
    stored = [copy.sealed_pdf, copy.sealed_json, copy.sealed_names]
    assert all(text and "Zelden" not in text for text in stored)
    url = reverse("rights_copy_download", args=[person_of(asked).key, asked.pk, copy.pk])
    answer = signed_in(coordinator).get(url)
    assert b"Zelden zo gelachen" in answer.content
    assert "attachment" in answer["Content-Disposition"]
    event = AccessEvent.objects.latest("pk")
    assert (event.action, event.ground, event.subjects.get().object_id) == ("EXPORT", "REQUEST", asked.object_id)


def test_after_a_month_its_contents_are_gone_and_its_trace_stays(asked):
    copy = PersonalCopyFactory(request=asked, asked_at=timezone.now() - timedelta(days=31), pdf_fingerprint="1" * 64)
    young = PersonalCopyFactory(request=asked)
    assert forget_copies() == 1
    copy.refresh_from_db()
    assert (copy.sealed_pdf, copy.sealed_json, copy.sealed_names) == ("", "", "")
    assert copy.pdf_fingerprint == "1" * 64
    young.refresh_from_db()
    assert young.read_bytes("pdf") == b"%PDF-"


def test_what_a_worker_lost_can_be_asked_for_again(asked, coordinator):
    with time_machine.travel(timezone.now() - timedelta(hours=1), tick=False):
        lost = request_copy(asked, by=coordinator)
    assert lost.is_lost
    assert request_copy(asked, by=coordinator) != lost
