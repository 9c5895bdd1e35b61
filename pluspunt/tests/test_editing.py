"""Two people editing one record: the second hears what the first changed, and nothing is silently lost."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.conf import settings
from django.core import signing
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from participants.forms.people import ParticipantForm
from participants.models import District, Participant, Trajectory
from pluspunt.editing import Meeting, as_text, meet
from pluspunt.tests.factories import IndicationFactory, ParticipantFactory, TrajectoryFactory, UserFactory
from workshops.tests.pages import press
from workshops.tests.test_concurrency import WRITERS, at_once

VALUES = st.sampled_from(["", "a", "b", "c"])
NAMES = ["phone", "email", "wish"]
VERSIONS = st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES))


# --- comparing ------------------------------------------------------------------------------------------------------


@given(VERSIONS, VERSIONS, VERSIONS)
def test_what_anybody_changed_is_kept_or_asked(base, theirs, mine):
    meeting = meet(base, theirs, mine)
    result = mine | {name: theirs[name] for name in meeting.taken}
    for name in NAMES:
        versions = {theirs[name], mine[name]} - {base[name]}
        assert (name in meeting.conflicts) == (len(versions) == 2)
        if name not in meeting.conflicts:
            assert result[name] == (versions.pop() if versions else base[name])


@given(VERSIONS, VERSIONS)
def test_without_knowing_what_was_shown_every_difference_is_asked(theirs, mine):
    assert meet(None, theirs, mine) == Meeting([], [name for name in theirs if theirs[name] != mine[name]])


@given(VERSIONS, VERSIONS)
def test_a_field_that_was_not_shown_stays_as_it_is(theirs, mine):
    assert meet({}, theirs, mine) == Meeting([name for name in theirs if theirs[name] != mine[name]], [])


# --- the pages ------------------------------------------------------------------------------------------------------


@pytest.fixture
def person(db, monday):
    return ParticipantFactory(nickname="Hülya", surname="Öztürk", phone="010 111 11 11", attention="geen slijptol")


@pytest.fixture
def said(db):
    return UserFactory(name="Said", role="COORDINATOR")


@pytest.fixture
def clients(coordinator, said):
    """Two coordinators, Cor and Said, each at their own computer."""
    clients = Client(), Client()
    for client, user in zip(clients, (coordinator, said), strict=True):
        client.force_login(user, settings.AUTHENTICATION_BACKENDS[1])
    return clients


def edit(person):
    return reverse("participant_edit", args=[person.key])


def stored(person) -> tuple[str, str]:
    person = Participant.objects.get(pk=person.pk)
    return person.phone, person.attention


def test_different_fields_are_both_kept_and_it_is_said(person, clients):
    cor, said = clients
    page = cor.get(edit(person))
    press(said, said.get(edit(person)), "Bewaar", phone="010 222 22 22")
    answer = press(cor, page, "Bewaar", attention="bril op")
    assert answer.status_code == 302
    assert stored(person) == ("010 222 22 22", "bril op")
    assert "Said wijzigde intussen ook: telefoon. Dat is gebleven." in cor.get(answer.url).text


def test_the_same_change_gives_no_fuss(person, clients):
    cor, said = clients
    page = cor.get(edit(person))
    press(said, said.get(edit(person)), "Bewaar", phone="010 222 22 22")
    answer = press(cor, page, "Bewaar", phone="010 222 22 22")
    assert "wijzigde intussen" not in cor.get(answer.url).text
    assert stored(person) == ("010 222 22 22", "geen slijptol")


@pytest.fixture
def conflict(person, clients):
    """Cor and Said both changed the telephone number; Cor changed the attention line as well. Cor's page."""
    cor, said = clients
    page = cor.get(edit(person))
    press(said, said.get(edit(person)), "Bewaar", phone="010 222 22 22")
    return press(cor, page, "Bewaar", phone="010 333 33 33", attention="bril op")


def test_the_second_gets_both_versions_and_nothing_is_saved(person, conflict):
    assert stored(person) == ("010 222 22 22", "geen slijptol")
    [asked] = conflict.context["form"].conflicts
    assert (asked.label, asked.theirs, asked.mine) == ("Telefoon", "010 222 22 22", "010 333 33 33")
    assert asked.change == "gewijzigd door Said om 09:10"
    assert 'href="#id_keuze_phone_theirs"' in conflict.text
    assert 'id="id_keuze_phone_theirs"' in conflict.text
    assert 'value="bril op"' in conflict.text


@pytest.mark.parametrize(("choice", "phone"), [("mine", "010 333 33 33"), ("theirs", "010 222 22 22")])
def test_what_is_chosen_is_saved_with_the_rest(person, clients, conflict, choice, phone):
    assert press(clients[0], conflict, "Bewaar", keuze_phone=choice).status_code == 302
    assert stored(person) == (phone, "bril op")


def test_without_a_choice_it_is_asked_again(person, clients, conflict):
    again = press(clients[0], conflict, "Bewaar")
    assert [asked.label for asked in again.context["form"].conflicts] == ["Telefoon"]
    assert stored(person) == ("010 222 22 22", "geen slijptol")


def test_a_third_change_is_noticed_as_well(person, clients, conflict):
    cor, said = clients
    press(said, said.get(edit(person)), "Bewaar", phone="010 444 44 44")
    again = press(cor, conflict, "Bewaar", keuze_phone="mine")
    assert [asked.theirs for asked in again.context["form"].conflicts] == ["010 444 44 44"]
    assert press(cor, again, "Bewaar", keuze_phone="mine").status_code == 302
    assert stored(person) == ("010 333 33 33", "bril op")


def test_a_mistake_elsewhere_loses_neither_version(person, clients):
    cor, said = clients
    page = cor.get(edit(person))
    press(said, said.get(edit(person)), "Bewaar", phone="010 222 22 22")
    page = press(cor, page, "Bewaar", nickname="", attention="bril op")
    assert "Said wijzigde intussen ook: telefoon. Dat is gebleven." in page.text
    assert press(cor, page, "Bewaar", nickname="Hulya").status_code == 302
    assert stored(person) == ("010 222 22 22", "bril op")


@pytest.mark.parametrize("seen", [None, "", "verzonnen", "WzFd:ab:cd"])
def test_without_knowing_what_was_shown_it_asks_first(person, clients, seen):
    cor, _ = clients
    typed = {"seen": seen} if seen is not None else {}
    data = {"nickname": "Hülya", "surname": "Öztürk", "birth_date": "1980-05-17", "gender": "UNKNOWN"}
    page = cor.post(edit(person), {**data, **typed, "phone": "010 333 33 33"})
    assert [asked.label for asked in page.context["form"].conflicts] == ["Telefoon"]
    press(cor, page, "Bewaar", keuze_phone="mine")
    # What was not posted at all is not taken for emptied.
    assert stored(person) == ("010 333 33 33", "geen slijptol")


def test_an_old_page_never_saves_at_once(person, clients):
    page = clients[0].post(edit(person), {})
    assert "Deze bladzijde was verouderd." in page.text
    assert press(clients[0], page, "Bewaar").status_code == 302
    assert stored(person) == ("010 111 11 11", "geen slijptol")


def test_the_fingerprints_of_one_person_say_nothing_of_another(person, clients):
    other = ParticipantFactory(phone="010 111 11 11")
    seen = ParticipantForm(instance=other)["seen"].value()
    page = press(clients[0], clients[0].get(edit(person)), "Bewaar", seen=seen, phone="010 333 33 33")
    assert [asked.label for asked in page.context["form"].conflicts] == ["Telefoon"]


def test_the_fingerprints_hold_nothing_that_can_be_read(person):
    seen = ParticipantForm(instance=person)["seen"].value()
    prints, asked = signing.loads(seen, salt=f"participants.Participant:{person.pk}")
    assert asked == []
    assert {len(each) for each in prints.values()} == {20}
    assert prints["prefix"] != prints["email"]  # both empty


def test_a_list_a_day_and_an_emptied_text(person, clients):
    cor, said = clients
    noord, west = District.objects.get(name="Noord"), District.objects.get(name="Delfshaven")
    page = cor.get(edit(person))
    press(said, said.get(edit(person)), "Bewaar", district=noord.pk, birth_date="1981-01-01", attention="")
    page = press(cor, page, "Bewaar", district=west.pk, birth_date="1982-02-02", attention="bril op")
    asked = [(each.theirs, each.mine) for each in page.context["form"].conflicts]
    assert asked == [
        ("1 januari 1981", "2 februari 1982"),
        ("Noord", "Delfshaven"),
        ("niets", "bril op"),
    ]
    choices = {"keuze_district": "theirs", "keuze_birth_date": "mine", "keuze_attention": "theirs"}
    press(cor, page, "Bewaar", **choices)
    person.refresh_from_db()
    assert (person.district, person.birth_date, person.attention) == (noord, date(1982, 2, 2), "")


def test_a_ticked_box_of_somebody_else_stays_ticked(person, clients):
    cor, said = clients
    path = TrajectoryFactory(participant=person, target_group=Trajectory.TargetGroup.ACTIVATION)
    address = reverse("trajectory_edit", args=[person.key, path.pk])
    page = cor.get(address)
    press(said, said.get(address), "Bewaar", strand_work="on")
    press(cor, page, "Bewaar", strand_social="on")
    path.refresh_from_db()
    assert (path.strand_work, path.strand_social) == (True, True)


def test_a_row_of_a_person_is_asked_about_too(person, clients):
    cor, said = clients
    indication = IndicationFactory(participant=person, volume=4)
    address = reverse("indication_edit", args=[person.key, indication.pk])
    page = cor.get(address)
    press(said, said.get(address), "Bewaar", volume="6")
    page = press(cor, page, "Bewaar", volume="8", remarks="even gebeld")
    assert [(each.theirs, each.mine) for each in page.context["form"].conflicts] == [("6", "8")]
    press(cor, page, "Bewaar", keuze_volume="mine")
    indication.refresh_from_db()
    assert (indication.volume, indication.remarks) == (8, "even gebeld")


def test_a_question_that_is_gone_is_said(person, clients):
    """A trajectory that ended loses its last day again: what was typed about it has no place any more."""
    cor, _ = clients
    path = TrajectoryFactory(participant=person, end_date=date(2026, 2, 27), destination="EDUCATION")
    address = reverse("trajectory_edit", args=[person.key, path.pk])
    page = cor.get(address)
    Trajectory.objects.update(end_date=None, destination="")
    page = press(cor, page, "Bewaar", end_date="2026-02-20")
    assert "zo gewijzigd dat een deel van je vragen niet meer geldt" in page.text


def test_a_row_that_is_gone_is_said(person, clients):
    cor, _ = clients
    indication = IndicationFactory(participant=person)
    page = cor.get(reverse("indication_edit", args=[person.key, indication.pk]))
    indication.delete()
    answer = press(cor, page, "Bewaar", volume="8")
    assert answer.status_code == 404
    assert "Wat je typte is niet bewaard." in answer.text


@pytest.mark.parametrize(
    ("field", "stored", "typed"),
    [
        (forms.CharField(), "een\ntwee", " een\r\ntwee "),
        (forms.DecimalField(), Decimal("12.50"), "12.5"),
        (forms.IntegerField(), 3, "3"),
        (forms.DateField(), date(2026, 3, 2), "02-03-2026"),
        (forms.BooleanField(required=False), False, None),
        (forms.MultipleChoiceField(choices=[(1, "een"), (2, "twee")]), [2, 1], ["1", "2"]),
        (forms.CharField(), None, ""),
    ],
)
def test_another_way_of_writing_is_no_change(field, stored, typed):
    assert as_text(field, stored) == as_text(field, typed)


# --- at the same moment ---------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_eight_people_at_once_lose_nothing(monday):
    """Each opens the page, each changes their own field, all save at the same moment."""
    person = ParticipantFactory(nickname="Hülya", surname="Öztürk", number=1)
    tablets = [Client() for _ in range(WRITERS)]
    for tablet in tablets:
        tablet.force_login(UserFactory(role="COORDINATOR"), settings.AUTHENTICATION_BACKENDS[1])
    changes = [
        {"nickname": "Hulya"},
        {"prefix": "van"},
        {"surname": "Ozturk"},
        {"phone": "010 333 33 33"},
        {"email": "h@voorbeeld.nl"},
        {"postcode": "3011 AA"},
        {"emergency_contact": "Ali"},
        {"attention": "bril op"},
    ]
    pages = [tablet.get(edit(person)) for tablet in tablets]
    answers = at_once(lambda n: press(tablets[n], pages[n], "Bewaar", **changes[n]).status_code)
    assert answers == [302] * WRITERS
    person.refresh_from_db()
    for change in changes:
        for name, value in change.items():
            assert getattr(person, name) == value


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_eight_who_change_the_same_one_is_saved_and_the_others_are_asked(monday):
    person = ParticipantFactory(nickname="Hülya", surname="Öztürk")
    tablets = [Client() for _ in range(WRITERS)]
    for tablet in tablets:
        tablet.force_login(UserFactory(role="COORDINATOR"), settings.AUTHENTICATION_BACKENDS[1])
    pages = [tablet.get(edit(person)) for tablet in tablets]
    answers = at_once(lambda n: press(tablets[n], pages[n], "Bewaar", attention=f"regel {n}"))
    assert sorted(answer.status_code for answer in answers) == [200] * (WRITERS - 1) + [302]
    [saved] = [n for n, answer in enumerate(answers) if answer.status_code == 302]
    person.refresh_from_db()
    assert person.attention == f"regel {saved}"
    assert person.history.count() == 2
