"""Somebody asks to be forgotten: what the law allows is done at once, what it forbids is refused with a sentence."""

from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from participants.models import Note, Participant
from pluspunt.tests.factories import (
    ConsentFactory,
    IndicationFactory,
    NoteFactory,
    ScoreFactory,
    StoryFactory,
    TrajectoryFactory,
    UserFactory,
)
from privacy.models import AccessEvent, ErasedKey, ErasureProof, ErasureRequest
from privacy.services.erasures import Asked, checks_of, erase_on_request
from privacy.services.proofs import hash_of, is_erased_key, is_unchanged, proofs_as_lines, reapply

pytestmark = pytest.mark.django_db
ASKED = Asked(date(2026, 3, 1), "SELF")


@pytest.fixture
def gone(monday):
    """Somebody in activation, without the Wmo, who stopped a month ago."""
    return TrajectoryFactory(end_date=date(2026, 2, 1)).participant


@pytest.fixture
def care(gone):
    """The same, with a Wmo file."""
    IndicationFactory(participant=gone, end_date=date(2026, 2, 1))
    return gone


def problems(person) -> list[str]:
    return [check.problem for check in checks_of(person) if check.problem]


def send(browser, person, **data):
    return browser.post(
        reverse("erasure_add", args=[person.key]), {"asked_on": "2026-03-01", "asked_by": "SELF", **data}, follow=True
    )


def test_the_law_is_asked_first(gone):
    assert problems(gone) == []
    IndicationFactory(participant=gone, end_date=date(2026, 2, 1))
    [sentence] = problems(gone)
    assert "15 jaar" in sentence
    assert "vr 1 feb 2041" in sentence
    TrajectoryFactory(participant=gone, target_group="SKILLED_VOLUNTEER")
    [sentence] = problems(gone)
    assert sentence.startswith("Je doet nu nog mee bij Pluspunt.")


def test_everything_goes_and_a_proof_stays(gone, signed_in, coordinator):
    note = NoteFactory(participant=gone)
    answer = send(signed_in(coordinator), gone, decision="WHOLE", why="NOT_NEEDED", sure="on")
    assert not Participant.objects.filter(pk=gone.pk).exists()
    assert not Note.objects.filter(pk=note.pk).exists()
    proof = ErasureProof.objects.get()
    assert (proof.decided_by, proof.asked_on, proof.why) == (coordinator, date(2026, 3, 1), "NOT_NEEDED")
    assert is_unchanged(proof)
    page = answer.content.decode()
    assert proof.number in page
    assert "notities" in page
    event = AccessEvent.objects.get(action="ERASE")
    assert (event.user, event.ground, event.subjects.get().object_id) == (coordinator, "REQUEST", gone.pk)
    # The next page says nothing of anybody.
    assert (
        gone.surname not in signed_in(coordinator).get(reverse("erasure_detail", args=[proof.number])).content.decode()
    )


def test_what_the_law_forbids_cannot_be_chosen(care, signed_in, coordinator):
    page = send(signed_in(coordinator), care, decision="WHOLE", why="NOT_NEEDED", sure="on").content.decode()
    assert "Kies iets uit de lijst." in page
    with pytest.raises(ValidationError, match="15 jaar"):
        erase_on_request(care, ASKED, "NOT_NEEDED", by=coordinator)
    assert Participant.objects.filter(pk=care.pk).exists()
    assert not ErasureProof.objects.exists()


def test_a_refusal_keeps_the_words_for_the_person(care, signed_in, coordinator):
    browser = signed_in(coordinator)
    assert "Schrijf wat je tegen de persoon zegt." in send(browser, care, decision="REFUSED").content.decode()
    page = send(browser, care, decision="REFUSED", reason="Wij moeten je dossier bewaren.").content.decode()
    assert "Wij moeten je dossier bewaren." in page
    request = ErasureRequest.objects.get()
    assert (request.object_id, request.proof, request.decided_by) == (care.pk, None, coordinator)


def test_what_somebody_agreed_to_may_always_go(care, signed_in, coordinator):
    StoryFactory(participant=care)
    ScoreFactory(measurement__trajectory=care.trajectories.get())
    note = NoteFactory(participant=care)
    refused = send(signed_in(coordinator), care, decision="PARTLY", reason="Dat mag", sure="on")
    assert "Kies wat er gewist wordt." in refused.content.decode()
    data = {"decision": "PARTLY", "reason": "Je verhaal is weg.", "sure": "on", "parts": ["STORIES", "MEASUREMENTS"]}
    send(signed_in(coordinator), care, **data)
    assert not care.stories.exists()
    assert not care.scores.exists()
    assert Note.objects.filter(pk=note.pk).exists()
    proof = ErasureRequest.objects.get(object_id=care.pk).proof
    assert (proof.why, proof.parts) == ("CONSENT_WITHDRAWN", ["STORIES", "MEASUREMENTS"])
    assert not is_erased_key(care.key)


def test_erasing_asks_to_be_sure(gone, signed_in, coordinator):
    page = send(signed_in(coordinator), gone, decision="WHOLE", why="NOT_NEEDED").content.decode()
    assert "Wissen kan niet terug." in page
    assert Participant.objects.filter(pk=gone.pk).exists()


def test_who_has_the_page_open_hears_that_it_is_gone(gone, signed_in, coordinator):
    browser = signed_in(coordinator)
    addresses = [reverse(name, args=[gone.key]) for name in ("participant_detail", "participant_edit", "note_add")]
    erase_on_request(gone, ASKED, "NOT_NEEDED", by=coordinator)
    for address in addresses:
        answer = browser.get(address)
        assert answer.status_code == 410
        assert "Dit dossier is gewist" in answer.content.decode()
    sent = browser.post(addresses[2], {"text": "ging goed", "kind": "PROGRESS", "date": "2026-03-02"})
    assert "Wat je net invulde, is niet bewaard." in sent.content.decode()
    typed = browser.post(reverse("note_draft_save", args=[gone.key]), {"text": "klad"}, headers={"HX-Request": "true"})
    assert (typed.status_code, typed.content.decode()[:23]) == (410, "Dit dossier is gewist. ")
    assert browser.get(reverse("participant_detail", args=["nobody-has-this"])).status_code == 404


def test_who_was_merged_is_found_under_both_keys(gone, coordinator):
    gone.merged_records.create(former_pk=999_999, former_key="vroeger", facts={}, merged_by=coordinator)
    erase_on_request(gone, ASKED, "NOT_NEEDED", by=coordinator)
    assert is_erased_key(gone.key)
    assert is_erased_key("vroeger")
    assert ErasedKey.objects.count() == 2


def test_a_proof_that_was_changed_is_found_out(gone, coordinator, signed_in):
    proof = erase_on_request(gone, ASKED, "NOT_NEEDED", by=coordinator)
    ErasureProof.objects.update(counts={"participants.Note": 99})
    proof.refresh_from_db()
    assert not is_unchanged(proof)
    page = signed_in(coordinator).get(reverse("erasure_detail", args=[proof.number]))
    assert "buiten het programma veranderd" in page.content.decode()


def test_the_proof_on_paper(gone, coordinator, signed_in):
    proof = erase_on_request(gone, ASKED, "NOT_NEEDED", by=coordinator)
    answer = signed_in(coordinator).get(reverse("erasure_proof_pdf", args=[proof.number]))
    assert answer.content.startswith(b"%PDF-")


def restored(key: str) -> Participant:
    """Somebody as an old backup brings them back."""
    person = TrajectoryFactory(participant__key=key, end_date=date(2026, 2, 1)).participant
    NoteFactory(participant=person)
    StoryFactory(participant=person)
    return person


def test_a_backup_that_is_put_back_brings_nobody_back(gone, coordinator, tmp_path):
    whole = erase_on_request(gone, ASKED, "NOT_NEEDED", by=coordinator)
    out = StringIO()
    call_command("export_erasures", stdout=out)
    kept = tmp_path / "gewist.jsonl"
    kept.write_text(out.getvalue())
    assert gone.surname not in out.getvalue()
    # An older backup knows nothing of the proof.
    ErasureProof.objects.all().delete()
    person, other = restored(gone.key), restored("somebody-else")
    for times in (1, 0):
        said = StringIO()
        call_command("reapply_erasures", str(kept), stdout=said)
        assert said.getvalue() == f"Opnieuw gewist: {times}.\n"
    assert not Participant.objects.filter(pk=person.pk).exists()
    assert other.notes.exists()
    again = ErasureProof.objects.get()
    assert (again.number, again.digest, again.counts) == (whole.number, whole.digest, whole.counts)
    assert is_unchanged(again)


def test_a_newer_backup_has_the_proof_itself(gone, coordinator):
    erase_on_request(gone, ASKED, "NOT_NEEDED", by=coordinator)
    person = restored(gone.key)
    assert reapply() == 1
    assert not Participant.objects.filter(pk=person.pk).exists()


def test_a_list_that_was_changed_erases_nobody(gone, coordinator, tmp_path):
    proof = erase_on_request(gone, ASKED, "NOT_NEEDED", by=coordinator)
    other = restored("somebody-else")
    [line] = proofs_as_lines()
    kept = tmp_path / "gewist.jsonl"
    kept.write_text(line.replace(hash_of(gone.key), hash_of(other.key)))
    proof.delete()
    with pytest.raises(CommandError, match="is veranderd"):
        call_command("reapply_erasures", str(kept))
    assert Participant.objects.filter(pk=other.pk).exists()


def test_an_administrator_sees_proofs_and_no_names(gone, coordinator, administrator, signed_in):
    proof = erase_on_request(gone, ASKED, "NOT_NEEDED", by=coordinator)
    assert proof.number in signed_in(administrator).get(reverse("erasure_list")).content.decode()
    assert signed_in(UserFactory(role="MANAGEMENT")).get(reverse("erasure_list")).status_code == 403


def test_a_consent_that_stays_names_nobody(gone, coordinator):
    consent = ConsentFactory(participant=gone)
    erase_on_request(gone, ASKED, "NOT_NEEDED", by=coordinator)
    consent.refresh_from_db()
    assert consent.participant.full_name == "Anoniem"
