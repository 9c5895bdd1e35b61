"""The figures of the imported year of 2025 are exactly the expected ones, which were computed apart from this code."""

import json

import pytest
from django.db import transaction

from impact.figures import period_figures
from impact.management.commands.figures import as_json
from pluspunt.periods import Period
from workshops.services.year_import.cleaning import read_year
from workshops.services.year_import.writing import import_year
from workshops.tests.spreadsheets import REAL_DIRECTORY, real_files

EXPECTED = json.loads((REAL_DIRECTORY / "verwacht-2025.json").read_text())
OF_THE_FILES = {"people_rows", "people_good", "people_rejected", "placements", "attendance_rows"}


@pytest.fixture(scope="module")
def report(django_db_setup, django_db_blocker):
    """The report of the import into an empty database."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield import_year(read_year(real_files()), by=None).report()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_files_hold_what_is_expected(report):
    rows = {file.name: file for file in report.files}
    people = rows["deelnemers.csv"]
    assert {
        "people_rows": people.read,
        "people_good": people.new,
        "people_rejected": people.refused,
        "placements": rows["plaatsingen.csv"].new,
        "attendance_rows": rows["aanwezigheid-2025.csv"].new,
    } == {name: EXPECTED[name] for name in OF_THE_FILES}


@pytest.mark.django_db
@pytest.mark.parametrize("part", [name for name in EXPECTED if name not in OF_THE_FILES])
def test_the_figures_are_exactly_those_expected(report, part):
    assert as_json(period_figures(Period.of_year(2025)))[part] == EXPECTED[part]
