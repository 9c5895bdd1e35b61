"""Who may be the same person: the same birth date, and a name that was written a little differently."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participants.models import Participant
from pluspunt.tests.factories import ParticipantFactory
from pluspunt.text import are_similar_names

BORN = date(1980, 5, 17)
NAMES = st.text(alphabet="abdeijnr Ö-'.", max_size=12)


@pytest.fixture
def jan(db):
    return ParticipantFactory(nickname="Jan", prefix="de", surname="Vries", birth_date=BORN)


def similar_to(**name):
    return list(Participant.objects.similar_to(Participant(birth_date=BORN, **name)))


@pytest.mark.parametrize(
    ("nickname", "prefix", "surname"),
    [
        ("Jan", "de", "Vries"),
        ("Jan", "", "d. Vries"),
        ("J.", "de", "Vries"),
        ("Jan", "de", "Vrries"),
        ("Jan", "", "V."),
        ("Vries", "de", "Jan"),
        ("Jan", "", "Vries-Bakker"),
        ("Jan", "", "DeVries"),
        ("Jan-Willem", "de", "Bruin"),
    ],
)
def test_the_same_birth_date_and_a_similar_name(jan, nickname, prefix, surname):
    assert similar_to(nickname=nickname, prefix=prefix, surname=surname) == [jan]


@pytest.mark.parametrize("name", [("Piet", "de", "Bruin"), ("J.", "van de", "Berg"), ("Jans", "", "Friesema")])
def test_another_name_is_somebody_else(jan, name):
    assert similar_to(nickname=name[0], prefix=name[1], surname=name[2]) == []


def test_another_birth_date_is_somebody_else(jan):
    other = Participant(nickname="Jan", prefix="de", surname="Vries", birth_date=date(1980, 5, 18))
    assert not Participant.objects.similar_to(other).exists()


def test_nobody_is_similar_to_themselves(jan):
    twin = ParticipantFactory(nickname="Piet", prefix="de", surname="Vries", birth_date=BORN)
    assert list(Participant.objects.similar_to(jan)) == [twin]


def test_without_a_birth_date_nobody_is_found(jan):
    assert not Participant.objects.similar_to(Participant(nickname="Jan", surname="Vries")).exists()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Hülya Öztürk", "Hulya Ozturk"),
        ("Mohamed El Idrissi", "Mohammed Bouzid"),
        ("Łukasz Wójcik", "Lukas Kowalski"),
        ("Şazime Yılmaz", "S. Yilmas"),
        ("Bo Li", "Li B."),
    ],
)
def test_spelling_and_accents_do_not_count(first, second):
    assert are_similar_names(first, second)


@pytest.mark.parametrize(
    ("first", "second"), [("Fatima el Amrani", "Naima el Bakkali"), ("Gerrit van der Wal", "Carla van der Meer")]
)
def test_articles_and_prefixes_do_not_make_names_similar(first, second):
    assert not are_similar_names(first, second)


@given(NAMES, NAMES)
def test_similar_goes_both_ways(first, second):
    assert are_similar_names(first, second) == are_similar_names(second, first)


def test_two_questions_however_many_people(jan, django_assert_num_queries):
    for count in (1, 3):
        ParticipantFactory.create_batch(count, surname="Vries", birth_date=BORN)
        with django_assert_num_queries(2):
            assert list(Participant.objects.similar_to(jan))
