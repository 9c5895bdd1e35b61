"""Notes, who may read them, and the draft that the server keeps while somebody types."""

import logging
import re
from contextlib import suppress
from datetime import date
from threading import Thread

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.urls import reverse

from accounts.models import User
from participants.models import Note, NoteDraft
from participants.services.notes import NOTE_LENGTH, add_note, correct_note, new_note_key, save_draft
from pluspunt.tests.factories import NoteFactory, PlacementFactory, UserFactory
from privacy.models import AccessEvent
from workshops.tests.pages import forms_on, press

pytestmark = pytest.mark.django_db
SECRET = "Wil niet dat de buurman dit hoort"
CITIZEN_NUMBER = "111222333"


@pytest.fixture
def person(monday, workshop):
    """Somebody in the workshop of the coach."""
    return PlacementFactory(workshop=workshop).participant


@pytest.fixture
def client_of_coach(signed_in, coach):
    return signed_in(coach)


def url(name, person, *args):
    return reverse(name, args=[person.key, *args])


def tab(person):
    return url("participant_guidance", person)


def write(client, person, button="Bewaar notitie", **typed):
    """Fill in the page of a new note and press a button."""
    page = client.get(url("note_add", person))
    if button == "Bewaar als klad":
        return client.post(url("note_draft_save", person), note_form(page).fields | typed)
    return press(client, page, button, **typed)


def note_form(page):
    return next(form for form in forms_on(page) if form.attributes.get("id") == "note")


def autosave(client, person, page, **typed):
    """What htmx sends while somebody types on `page`."""
    data = note_form(page).fields | typed
    return client.post(url("note_draft_save", person), data, headers={"HX-Request": "true"})


def draft_on(client, person) -> str:
    return note_form(client.get(url("note_add", person))).fields["text"]


def note_of(person, by, text, **facts) -> Note:
    note = Note(participant=person, author=by, **facts)
    note.text = text
    return add_note(note, by=by)


# --- notes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PROGRESS", "CONTACT", "AGREEMENT", "INCIDENT"])
def test_a_coach_writes_a_note(client_of_coach, coach, person, kind):
    answer = write(client_of_coach, person, kind=kind, date="2026-02-27", text="Eerste regel\r\nTweede regel")
    assert answer.url == tab(person)
    note = Note.objects.get()
    assert (note.participant, note.author, note.kind, note.date) == (person, coach, kind, date(2026, 2, 27))
    assert (note.text, note.is_restricted) == ("Eerste regel\nTweede regel", False)
    assert note.history.get().history_user == coach
    text = client_of_coach.get(tab(person)).text
    assert "Eerste regel<br>Tweede regel" in text
    assert note.get_kind_display().capitalize() in text
    assert "Coach Carla" in text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"text": ""}, "Vul dit in."),
        ({"text": "  \n "}, "Vul dit in."),
        ({"text": "x" * 5001}, "Dit is te lang: hoogstens 5000 tekens."),
        ({"text": "a\x00b"}, "Hier staat een teken dat niet mag."),
        ({"text": f"nummer {CITIZEN_NUMBER}"}, "burgerservicenummer"),
        ({"text": "=1+1"}, "Begin de tekst met een letter of een cijfer"),
        ({"date": "2026-03-03"}, "Deze dag moet nog komen."),
        ({"date": "30 februari"}, "Schrijf een datum als 23-11-2026."),
        ({"kind": "GOSSIP"}, "Kies iets uit de lijst."),
    ],
)
def test_a_note_that_must_not_be_is_refused_and_nothing_typed_is_lost(client_of_coach, person, typed, sentence):
    answer = write(client_of_coach, person, **{"text": "Ging goed", **typed})
    assert sentence in answer.text
    if "text" not in typed:
        assert "Ging goed" in answer.text
    assert not Note.objects.exists()


def test_five_thousand_characters_on_many_lines_fit(client_of_coach, person):
    text = "x" * 49 + "\n"
    typed = (text * 100).removesuffix("\n") + "y"
    assert len(typed) == NOTE_LENGTH
    write(client_of_coach, person, text=typed.replace("\n", "\r\n"))
    assert Note.objects.get().text == typed


def test_words_that_look_like_a_script_are_shown_as_they_are(client_of_coach, person):
    write(client_of_coach, person, "Bewaar als klad", text="<script>alert(1)</script></textarea>")
    page = client_of_coach.get(url("note_add", person))
    assert "<script>alert" not in page.text
    press(client_of_coach, page, "Bewaar notitie")
    text = client_of_coach.get(tab(person)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text


def test_notes_are_chosen_by_kind_and_shown_twenty_at_a_time(client_of_coach, person, coach):
    for number in range(22):
        NoteFactory(
            participant=person, author=coach, text=f"nr {number:02}.", kind="CONTACT" if number < 21 else "INCIDENT"
        )
    text = client_of_coach.get(tab(person)).text
    assert re.findall(r"nr (\d\d)\.", text) == [f"{number:02}" for number in range(21, 1, -1)]
    text = client_of_coach.get(tab(person), {"soort": "CONTACT", "page": "2"}).text
    assert re.findall(r"nr (\d\d)\.", text) == ["00"]
    assert re.findall(r"nr (\d\d)\.", client_of_coach.get(tab(person), {"soort": "INCIDENT"}).text) == ["21"]
    assert client_of_coach.get(tab(person), {"soort": "x", "page": "x"}).status_code == 200


def test_two_hundred_notes_take_as_many_queries_as_one(client_of_coach, person, coach, django_assert_max_num_queries):
    NoteFactory(participant=person, author=coach)
    client_of_coach.get(tab(person))
    with django_assert_max_num_queries(30) as first:
        client_of_coach.get(tab(person))
    NoteFactory.create_batch(200, participant=person)
    with django_assert_max_num_queries(30) as second:
        client_of_coach.get(tab(person))
    assert len(first) == len(second)


def test_a_note_changed_outside_the_application_does_not_take_the_page_down(client_of_coach, person, coach):
    one, other = (NoteFactory(participant=person, author=coach, text=text) for text in ("links", "rechts"))
    Note.objects.filter(pk=one.pk).update(sealed_text=other.sealed_text)
    text = client_of_coach.get(tab(person)).text
    assert "Deze notitie is niet te lezen." in text
    assert text.count("rechts") == 1


# --- correcting -----------------------------------------------------------------------------------------------------


def test_the_author_corrects_a_note_and_the_history_keeps_what_was_there(client_of_coach, coach, person):
    note = note_of(person, coach, "Kwam te laat")
    press(
        client_of_coach, client_of_coach.get(url("note_edit", person, note.pk)), "Bewaar notitie", text="Kwam op tijd"
    )
    note.refresh_from_db()
    assert note.text == "Kwam op tijd"
    now, before = note.history.all()
    assert now.history_user == coach
    note.sealed_text = before.sealed_text
    assert note.text == "Kwam te laat"
    text = client_of_coach.get(tab(person)).text
    assert "later gewijzigd" in text
    assert "Kwam te laat" not in text


def test_a_colleague_reads_a_note_but_does_not_change_it(client_of_coach, person):
    note = note_of(person, UserFactory(), "Werkte goed door")
    assert "Werkte goed door" in client_of_coach.get(tab(person)).text
    assert url("note_edit", person, note.pk) not in client_of_coach.get(tab(person)).text
    for answer in (
        client_of_coach.get(url("note_edit", person, note.pk)),
        client_of_coach.post(url("note_edit", person, note.pk), {"text": "Anders"}),
    ):
        assert answer.status_code == 403
    assert Note.objects.get().text == "Werkte goed door"


def test_two_people_who_correct_one_note_hear_of_each_other(client_of_coach, coach, coordinator, person):
    note = note_of(person, coach, "Eerste woorden")
    page = client_of_coach.get(url("note_edit", person, note.pk))
    note.text = "Woorden van de coördinator"
    correct_note(note, by=coordinator)
    answer = press(client_of_coach, page, "Bewaar notitie", text="Woorden van de coach")
    assert "Woorden van de coördinator" in answer.text
    assert "Woorden van de coach" in answer.text
    assert Note.objects.get().text == "Woorden van de coördinator"


# --- restricted -----------------------------------------------------------------------------------------------------


@pytest.fixture
def restricted(person, coordinator):
    return note_of(person, coordinator, SECRET, is_restricted=True, kind="INCIDENT")


def test_a_coordinator_writes_what_only_coordinators_read(signed_in, coordinator, person):
    write(signed_in(coordinator), person, text=SECRET, is_restricted="on")
    assert Note.objects.get().is_restricted
    text = signed_in(UserFactory(role=User.Role.COORDINATOR)).get(tab(person)).text
    assert SECRET in text
    assert "alleen coördinatoren" in text


def test_a_restricted_note_does_not_exist_for_a_coach(client_of_coach, person, restricted):
    pages = [client_of_coach.get(tab(person), query) for query in ({}, {"soort": "INCIDENT"}, {"page": "2"})]
    pages += [client_of_coach.get(url("participant_detail", person)), client_of_coach.get(url("note_add", person))]
    for page in pages:
        assert SECRET not in page.text
    assert "Incident" not in pages[0].text
    assert client_of_coach.get(url("note_edit", person, restricted.pk)).status_code == 404
    assert client_of_coach.post(url("note_edit", person, restricted.pk), {"text": "x"}).status_code == 404


def test_a_coach_cannot_restrict(client_of_coach, person):
    page = client_of_coach.get(url("note_add", person))
    assert "is_restricted" not in page.text
    write(client_of_coach, person, text="Ging goed", is_restricted="on")
    assert not Note.objects.get().is_restricted
    write(client_of_coach, person, "Bewaar als klad", text="Ging best", is_restricted="on")
    assert not NoteDraft.objects.get().is_restricted


def test_an_author_does_not_undo_that_a_note_was_restricted_meanwhile(coach, coordinator, person):
    note = note_of(person, coach, "Ging goed")
    stale = Note.objects.get()
    note.is_restricted = True
    correct_note(note, by=coordinator)
    stale.text = "Ging best"
    with pytest.raises(ValidationError, match="niet meer wijzigen"):
        correct_note(stale, by=coach)
    now = Note.objects.get()
    assert (now.is_restricted, now.text) == (True, "Ging goed")


def test_no_text_is_readable_in_the_database_or_the_log(signed_in, coordinator, person, caplog):
    client = signed_in(coordinator)
    with caplog.at_level(logging.DEBUG):
        page = client.get(url("note_add", person))
        autosave(client, person, page, text=SECRET, is_restricted="on")
        stored = all_of("participants_notedraft")
        press(client, page, "Bewaar notitie", text=SECRET, is_restricted="on")
        note = Note.objects.get()
        press(client, client.get(url("note_edit", person, note.pk)), "Bewaar notitie", text=f"{SECRET}, en ik ook")
        client.get(tab(person))
    stored += all_of("participants_note") + all_of("participants_historicalnote")
    stored += all_of("privacy_accessevent") + all_of("django_session")
    assert note.key in stored  # the rows were looked at
    assert "buurman" not in stored
    assert "buurman" not in caplog.text


def all_of(table: str) -> str:
    """Everything that stands in a table, as the database keeps it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 (our own names)
        return str(cursor.fetchall())


# --- drafts ---------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_while_typing(client_of_coach, coach, person):
    page = client_of_coach.get(url("note_add", person))
    answer = autosave(client_of_coach, person, page, text="Vandaag was", kind="CONTACT")
    assert "Klad bewaard om 09:10" in answer.text
    assert "<html" not in answer.text
    draft = NoteDraft.objects.get()
    assert (draft.author, draft.participant, draft.text, draft.kind) == (coach, person, "Vandaag was", "CONTACT")
    autosave(client_of_coach, person, page, text="Vandaag was het druk", kind="CONTACT")
    assert NoteDraft.objects.get().text == "Vandaag was het druk"
    assert AccessEvent.objects.filter(data="klad van een notitie").count() == 1


def test_a_draft_is_there_after_a_closed_tab_and_a_new_sign_in(client_of_coach, signed_in, coach, person):
    autosave(client_of_coach, person, client_of_coach.get(url("note_add", person)), text="Half\naf", kind="AGREEMENT")
    client_of_coach.logout()
    with time_machine.travel("2026-03-03T11:00:00+01:00", tick=False):
        client = signed_in(coach)
        page = client.get(url("note_add", person))
        assert "Je klad van gisteren 09:10 staat er nog." in page.text
        assert note_form(page).fields["text"] == "Half\naf"
        assert note_form(page).fields["kind"] == "AGREEMENT"
        assert "Verder met je klad" in client.get(tab(person)).text


def test_who_was_signed_out_is_sent_to_sign_in_and_the_draft_stays(client_of_coach, person):
    page = client_of_coach.get(url("note_add", person))
    autosave(client_of_coach, person, page, text="Half af")
    client_of_coach.logout()
    answer = autosave(client_of_coach, person, page, text="Half af en verder")
    assert answer.url.startswith(reverse("account_login"))
    assert NoteDraft.objects.get().text == "Half af"


def test_keeping_the_note_ends_the_draft(client_of_coach, person):
    write(client_of_coach, person, "Bewaar als klad", text="Half af")
    write(client_of_coach, person, text="Helemaal af")
    assert (Note.objects.get().text, NoteDraft.objects.count()) == ("Helemaal af", 0)
    assert draft_on(client_of_coach, person) == ""


def test_a_draft_is_kept_by_a_button_and_thrown_away(client_of_coach, person):
    answer = write(client_of_coach, person, "Bewaar als klad", text="Half af")
    page = client_of_coach.get(answer.url)
    assert "Je klad is bewaard." in page.text
    press(client_of_coach, page, "Gooi klad weg")
    assert not NoteDraft.objects.exists()
    page = client_of_coach.get(url("note_add", person))
    assert "Je klad is weggegooid." in page.text
    assert "Half af" not in page.text


def test_no_words_are_no_draft(client_of_coach, person):
    page = client_of_coach.get(url("note_add", person))
    assert autosave(client_of_coach, person, page, text=" ").text.strip() == ""
    autosave(client_of_coach, person, page, text="Half af")
    autosave(client_of_coach, person, page, text="")
    assert not NoteDraft.objects.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("x" * 5001, "te lang"), (f"nummer {CITIZEN_NUMBER}", "burgerservicenummer"), ("a\x00b", "teken dat niet mag")],
)
def test_a_draft_that_must_not_be_says_that_it_is_not_kept(client_of_coach, person, text, sentence):
    page = client_of_coach.get(url("note_add", person))
    autosave(client_of_coach, person, page, text="Half af")
    answer = autosave(client_of_coach, person, page, text=text)
    assert "Je klad is niet bewaard." in answer.text
    assert sentence in answer.text
    assert NoteDraft.objects.get().text == "Half af"
    answer = write(client_of_coach, person, "Bewaar als klad", text=text)
    assert sentence in answer.text
    assert "Bewaar notitie" in answer.text


def test_a_draft_is_of_its_writer_alone(client_of_coach, signed_in, coordinator, coach, person):
    write(client_of_coach, person, "Bewaar als klad", text="Half af")
    client = signed_in(coordinator)
    assert "Half af" not in client.get(tab(person)).text
    assert draft_on(client, person) == ""
    write(client, person, "Bewaar als klad", text=SECRET, is_restricted="on")
    client.post(url("note_draft_discard", PlacementFactory().participant))
    assert {(draft.author, draft.is_restricted) for draft in NoteDraft.objects.all()} == {
        (coach, False),
        (coordinator, True),
    }
    assert "is_restricted" in note_form(client.get(url("note_add", person))).fields  # ticked
    assert draft_on(signed_in(coach), person) == "Half af"


def test_restricted_words_of_a_former_coordinator_are_not_shown(signed_in, coordinator, person, workshop):
    write(signed_in(coordinator), person, "Bewaar als klad", text=SECRET, is_restricted="on")
    coordinator.role = User.Role.COACH
    coordinator.save()
    workshop.coaches.add(coordinator)
    assert draft_on(signed_in(coordinator), person) == ""


@pytest.mark.parametrize("name", ["note_add", "note_draft_save", "note_draft_discard"])
def test_who_does_not_see_the_person_any_more_gets_nothing(client_of_coach, person, workshop, coach, name):
    write(client_of_coach, person, "Bewaar als klad", text="Half af")
    workshop.coaches.remove(coach)
    assert client_of_coach.post(url(name, person), {"text": "Half af en verder"}).status_code == 404
    assert NoteDraft.objects.get().text == "Half af"


# --- two at once ----------------------------------------------------------------------------------------------------


def test_a_save_that_comes_late_does_not_bring_a_kept_note_back(client_of_coach, person):
    page = client_of_coach.get(url("note_add", person))
    press(client_of_coach, page, "Bewaar notitie", text="Af")
    answer = autosave(client_of_coach, person, page, text="Af")
    assert "Deze notitie heb je al bewaard." in answer.text
    assert (Note.objects.count(), NoteDraft.objects.count()) == (1, 0)


def test_a_note_that_is_sent_twice_is_kept_once(client_of_coach, person):
    page = client_of_coach.get(url("note_add", person))
    for _ in range(2):
        assert press(client_of_coach, page, "Bewaar notitie", text="Af").url == tab(person)
    assert [note.text for note in Note.objects.all()] == ["Af"]


def test_of_two_tabs_the_last_save_wins_and_every_kept_note_stays(client_of_coach, person):
    one, other = (client_of_coach.get(url("note_add", person)) for _ in range(2))
    autosave(client_of_coach, person, one, text="Links")
    autosave(client_of_coach, person, other, text="Rechts")
    assert NoteDraft.objects.get().text == "Rechts"
    press(client_of_coach, one, "Bewaar notitie", text="Links")
    assert draft_on(client_of_coach, person) == "Rechts"  # the draft of the other tab stays
    press(client_of_coach, other, "Bewaar notitie", text="Rechts")
    assert sorted(note.text for note in Note.objects.all()) == ["Links", "Rechts"]
    assert not NoteDraft.objects.exists()


def test_two_tabs_that_show_one_draft_may_both_be_kept(client_of_coach, person):
    write(client_of_coach, person, "Bewaar als klad", text="Half")
    one, other = (client_of_coach.get(url("note_add", person)) for _ in range(2))
    press(client_of_coach, one, "Bewaar notitie", text="Links")
    press(client_of_coach, other, "Bewaar notitie", text="Rechts")
    assert sorted(note.text for note in Note.objects.all()) == ["Links", "Rechts"]


def test_a_key_that_looks_like_a_citizen_number_is_no_problem(client_of_coach, person):
    key = f"{CITIZEN_NUMBER}{'a' * 23}"
    write(client_of_coach, person, "Bewaar als klad", text="Half af", key=key)
    assert NoteDraft.objects.get().key == key


@pytest.mark.parametrize("key", ["", "x" * 32, "../../etc", "a" * 5000])
def test_a_key_that_somebody_made_up_becomes_a_good_one(client_of_coach, person, key):
    write(client_of_coach, person, "Bewaar als klad", text="Half af", key=key)
    assert re.fullmatch(r"[0-9a-f]{32}", NoteDraft.objects.get().key)


def test_the_key_of_somebody_else_opens_and_replaces_nothing(client_of_coach, person, restricted):
    page = client_of_coach.get(url("note_add", person))
    answer = press(client_of_coach, page, "Bewaar notitie", text=SECRET, key=restricted.key)
    assert answer.status_code == 200  # refused, and the page says why
    assert [note.pk for note in Note.objects.all()] == [restricted.pk]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_drafts_and_the_note_at_the_same_moment_leave_one_note_and_no_draft(coach, person):
    failures = []
    for _ in range(5):
        key = new_note_key()
        note = Note(participant=person, author=coach, key=key)
        note.text = "Af"

        def keep(note=note):
            add_note(note, by=coach)

        def draft(key=key):
            with suppress(ValidationError):  # the note may be kept already
                save_draft(person, by=coach, key=key, text="Bijna af", kind="PROGRESS")

        run_at_once([draft, keep, draft, draft], failures)
        assert not NoteDraft.objects.filter(key=key).exists()
    assert failures == []
    assert Note.objects.count() == 5


def run_at_once(tasks, failures: list) -> None:
    def run(task):
        try:
            task()
        except Exception as error:  # a thread must not swallow what went wrong
            failures.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
