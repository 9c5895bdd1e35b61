"""The real year of 2025 through the command, once for all tests here."""

import io
import logging
import shutil

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from participants.models import Participant
from workshops.models import Attendance, Placement, Session
from workshops.tests.spreadsheets import ATTENDANCE, REAL_DIRECTORY, SmallYear, whole_database

CITIZEN_NUMBER = "999990639"
TABLE = """\
                          gelezen    nieuw  stond er   anders  geweigerd
werkplaatsen.csv               11       11         0        0          0
sluitingen.csv                 10       10         0        0          0
uitval.csv                     30       30         0        0          0
deelnemers.csv                138      130         0        0          8
plaatsingen.csv               580      580         0        0          0
aanwezigheid-2025.csv       20658    20658         0        0          0
Samen                       21427    21419         0        0          8
"""
REFUSED = """\
Geweigerd:
  deelnemers.csv, regel 22, kolom Doelgroep: Dit woord ken ik niet. Kies uit: dagbesteding, activering, vakvrijwilliger.
  deelnemers.csv, regel 28, kolom Eind: De einddatum ligt voor de begindatum.
  deelnemers.csv, regel 39, kolom Geboortedatum: De geboortedatum ligt in de toekomst.
  deelnemers.csv, regel 62, kolom Telefoon, Opmerking: Telefoon: Hier staat een formule. Zet er gewone tekst neer. \
Opmerking: Hier staat een burgerservicenummer. Dat mag niet in dit bestand: haal het weg.
  deelnemers.csv, regel 100, kolom Geboortedatum: Deze datum bestaat niet.
  deelnemers.csv, regel 104, kolom Achternaam: Dit mag niet leeg zijn.
  deelnemers.csv, regel 115, kolom Nr: Deze staat ook al op regel 23; de eerste blijft.
  deelnemers.csv, regel 125, kolom Dagdelen per week: Hier hoort een heel getal, in cijfers.
"""


def run(directory, **options) -> str:
    output = io.StringIO()
    call_command("import_year", directory, stdout=output, **options)
    return output.getvalue()


@pytest.fixture(scope="module")
def imported(django_db_setup, django_db_blocker):
    """What the command said; the year stays in the database until the last test here."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield run(REAL_DIRECTORY)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_dry_run_tells_the_same_and_writes_nothing():
    before = whole_database()
    assert run(REAL_DIRECTORY, dry_run=True) == f"{TABLE}{REFUSED}Er is niets opgeslagen (--dry-run).\n"
    assert whole_database() == before


@pytest.mark.django_db
def test_the_command_counts_every_row_and_names_every_refused_one(imported):
    assert imported == f"{TABLE}{REFUSED}Klaar.\n"
    assert Participant.objects.count() == 130
    assert Placement.objects.count() == 580
    assert Attendance.objects.recorded().count() == 20658
    assert set(Session.objects.values_list("date__year", flat=True)) == {2025}


@pytest.mark.django_db
def test_the_citizen_number_and_the_formula_are_nowhere(imported):
    kept = str(whole_database()) + imported
    assert CITIZEN_NUMBER not in kept
    assert "HYPERLINK" not in kept


@pytest.mark.django_db
def test_running_it_again_changes_nothing(imported, caplog, capsys):
    before = whole_database()
    with caplog.at_level(logging.DEBUG):
        output = run(REAL_DIRECTORY)
    assert "Samen                       21427        0     21419        0          8\n" in output
    assert whole_database() == before
    told = caplog.text + "".join(capsys.readouterr())
    assert "deelnemers.csv" in told  # the progress bar
    assert CITIZEN_NUMBER not in told


@pytest.mark.django_db
def test_a_bad_file_is_an_error_and_nothing_is_written(tmp_path):
    for name, data in SmallYear().files().items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / ATTENDANCE).write_bytes(b"")
    before = whole_database()
    with pytest.raises(CommandError, match=r"het bestand is leeg\. Er is niets ingelezen\."):
        run(tmp_path)
    assert whole_database() == before


def test_a_directory_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="Deze map bestaat niet"):
        run(tmp_path / "weg")


def test_a_directory_without_the_files_says_which_are_missing(tmp_path):
    shutil.copy(REAL_DIRECTORY / "uitval.csv", tmp_path)
    with pytest.raises(CommandError, match="Er ontbreken bestanden: werkplaatsen"):
        run(tmp_path)


@pytest.mark.django_db
def test_a_register_of_another_year_is_refused_and_nothing_is_made(tmp_path):
    for name, data in SmallYear().files().items():
        (tmp_path / name.replace("2025", "2024")).write_bytes(data)
    before = whole_database()
    with pytest.raises(CommandError) as refusal:
        run(tmp_path)
    assert str(refusal.value) == (
        "aanwezigheid-2024.csv: geen enkele rij heeft een datum in 2024. Klopt het jaar in de naam? "
        "Er is niets ingelezen."
    )
    assert whole_database() == before


@pytest.mark.django_db
def test_a_file_too_many_is_mentioned_by_the_command(tmp_path):
    for name, data in {**SmallYear().files(), "oud.csv": b""}.items():
        (tmp_path / name).write_bytes(data)
    assert "1 bestand overgeslagen: oud.csv.\n" in run(tmp_path, dry_run=True)
