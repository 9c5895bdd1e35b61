"""The figures as a spreadsheet: the numbers of the report, what they mean, and nothing that the report keeps back."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from impact.models import Document, Target
from impact.report.frozen import measured
from impact.report.spreadsheet import figures_csv, figures_workbook, figures_zip
from impact.services.documents import make_document
from impact.tests.reader import cells_of, csv_rows
from pluspunt.periods import Period
from pluspunt.spreadsheets import XLSX
from pluspunt.tests.factories import PlacementFactory
from workshops.models import Attendance
from workshops.services.sessions import ensure_sessions

pytestmark = pytest.mark.django_db
YEAR, DAY = Period.of_year(2026), date(2026, 2, 12)


@pytest.fixture
def house(monday, workshop, coach):
    """Twelve people who came, in a workshop with a name like a formula."""
    workshop.name, workshop.registered_from = "=1+1", date(2026, 1, 1)
    workshop.save()
    PlacementFactory.create_batch(12, workshop=workshop, start_date="2026-01-05")
    ensure_sessions(monday)
    Attendance.objects.update(status="PRESENT", recorded_by=coach, recorded_at="2026-02-12T10:00Z")
    Target.objects.create(year=2026, figure="ATTENDANCE_RATE", value=80)
    return workshop


def files_of(content) -> dict[str, bytes]:
    return {file.name: file.content for file in figures_csv(content, YEAR)}


def test_every_figure_has_a_line_with_the_target_and_a_meaning(house):
    content = measured(YEAR)
    book = load_workbook(BytesIO(figures_workbook(content, YEAR, DAY)))
    lines = {row[6].value: row for name in ("Mensen", "Meten", "Meedoen", "Opbrengsten") for row in book[name].rows}
    meanings = {row[0].value: row for row in book["Definities"].rows}
    for figure in content["figures"]:
        if "/" not in figure["key"]:
            assert all(cell.value for cell in meanings[figure["key"]])
            assert figure["key"] in lines
    row = lines["attendance.attendance_rate"]
    assert [cell.value for cell in row[1:6]] == ["opkomst", 1, "–", 0.8, "%"]
    assert row[2].number_format == "0.0%"
    assert lines["attendance.people"][2].value == 12
    assert [cell.value for cell in meanings["attendance.attendance_rate"][5:]] == [
        "aanwezig, gedeeld door gepland",
        "Register per dagdeel",
    ]
    assert book["Rekenfactoren"].max_row > 2


def test_the_spreadsheet_and_the_csv_say_the_same(house):
    content = measured(YEAR)
    cells = cells_of(files_of(content))
    book = load_workbook(BytesIO(figures_workbook(content, YEAR, DAY)))
    assert [sheet.max_row for sheet in book] == [len(csv_rows(file)) for file in files_of(content).values()]
    for row in book["Meedoen"].iter_rows(min_row=2, values_only=True):
        said = row[2] * 100 if row[5] == "%" and not isinstance(row[2], str) else row[2]
        assert cells[row[6]] == (said if isinstance(said, str) else f"{round(said, 1):g}".replace(".", ","))


def test_a_name_like_a_formula_stays_a_text(house):
    content = measured(YEAR)
    book = load_workbook(BytesIO(figures_workbook(content, YEAR, DAY)))
    names = [cell for cell in book["Meedoen"]["B"] if str(cell.value).startswith("=1+1")]
    assert names
    assert {cell.data_type for cell in names} == {"s"}
    assert b"'=1+1: gepland" in files_of(content)["04-meedoen.csv"]
    assert b";=1+1" not in b"".join(files_of(content).values())


def test_the_same_content_gives_the_same_bytes(house):
    content = measured(YEAR)
    for make in (figures_workbook, figures_zip):
        assert make(content, YEAR, DAY) == make(content, YEAR, DAY)
    with ZipFile(BytesIO(figures_zip(content, YEAR, DAY))) as archive:
        assert {member.filename: archive.read(member) for member in archive.infolist()} == files_of(content)


def test_management_asks_for_the_spreadsheet_and_the_report_has_the_tables_in_it(house, signed_in, manager):
    desk = signed_in(manager)
    assert "Cijfers als spreadsheet" in desk.get(reverse("document_list")).text
    for kind in ("spreadsheet", "annual_report"):
        desk.post(reverse("document_request"), {"kind": kind, "year": "2026"})
    sheet, report = Document.objects.order_by("pk")
    assert make_document(sheet.pk)
    assert make_document(report.pk)
    sheet.refresh_from_db()
    report.refresh_from_db()
    assert (sheet.name, sheet.content_type) == ("Cijfers 2026.xlsx", XLSX)
    book = load_workbook(BytesIO(bytes(sheet.content)))
    assert book["Mensen"]["C1"].value == "2026, tot en met 1 maart 2026"
    inside = PdfReader(BytesIO(bytes(report.content))).attachments
    assert cells_of({name: files[0] for name, files in inside.items()})["attendance.people"] == "12"
