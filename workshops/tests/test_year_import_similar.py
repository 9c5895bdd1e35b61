"""Who in the files may be there already stands first, before anything is taken in; taking in stays possible."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from participants.models import Participant
from pluspunt.tests.factories import ParticipantFactory
from workshops.services.year_import.cleaning import read_year
from workshops.services.year_import.planning import plan_import
from workshops.services.year_import.writing import import_year
from workshops.tests.pages import press
from workshops.tests.spreadsheets import SmallYear

pytestmark = pytest.mark.django_db
PEOPLE = "deelnemers.csv"


@pytest.fixture
def year():
    return SmallYear()


@pytest.fixture
def known(db):
    """Who stands in the file as number 1, taken in before with another number and another spelling."""
    return ParticipantFactory(nickname="Hulya", surname="Ozturk", birth_date=date(1980, 2, 1), number=77)


def similar(year) -> list[tuple]:
    report = plan_import(read_year(year.files())).report()
    return [(each.file, each.line, each.number, each.key, each.other_line) for each in report.similar]


def test_somebody_with_another_number_is_said_to_be_alike(year, known):
    assert similar(year) == [(PEOPLE, 2, 1, known.key, None)]


def test_two_rows_that_are_alike_are_said(year):
    year.rows[PEOPLE][1] |= {"Roepnaam": "Hulya", "Achternaam": "Özturk"}
    assert similar(year) == [(PEOPLE, 3, 2, "", 2)]


def test_another_birth_date_another_name_and_the_same_number_are_not_said(year, known):
    Participant.objects.filter(pk=known.pk).update(birth_date=date(1980, 2, 2))
    ParticipantFactory(nickname="Piet", surname="Visser", birth_date=date(1980, 2, 1))
    assert similar(year) == []
    import_year(read_year(year.files()), by=None)
    assert similar(year) == []


def test_the_page_says_it_first_and_goes_on_saying_it(signed_in, coordinator, year, known):
    client = signed_in(coordinator)
    chosen = [SimpleUploadedFile(name, data, "text/csv") for name, data in year.files().items()]
    page = client.post(reverse("year_import"), {"files": chosen}, follow=True)
    link = f'<a href="{reverse("participant_detail", args=[known.key])}">Hulya Ozturk</a>'
    assert 0 < page.text.index(link) < page.text.index("Er is nog niets opgeslagen")
    answer = press(client, page, "Lees 2025 in")
    assert link in client.get(answer.url).text
    assert Participant.objects.filter(birth_date=known.birth_date, surname__startswith="Ö").exists()


def test_the_command_says_it_without_a_name(year, known, tmp_path, capsys):
    for name, data in year.files().items():
        (tmp_path / name).write_bytes(data)
    call_command("import_year", str(tmp_path), dry_run=True)
    assert f"{PEOPLE}, regel 2: nummer 1 lijkt op /deelnemers/{known.key}/" in (said := capsys.readouterr().out)
    assert "Ozturk" not in said


def test_the_questions_are_as_many_for_one_as_for_three(year, known):
    asked = []
    for count in (1, 3):
        ParticipantFactory.create_batch(count, surname="Öztürk", birth_date=date(1980, 2, 1))
        with CaptureQueriesContext(connection) as questions:
            assert len(similar(year)) > count
        asked.append(len(questions))
    assert asked[0] == asked[1]
