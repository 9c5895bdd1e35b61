"""What lists remember, and what leaves with them as a spreadsheet."""

import csv
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from pluspunt.lists import Column, export_response, export_wanted, remember_filters

COLUMNS = [Column("Wat", lambda row: row)]
FORMULAS = ["=1+1", "+31 6 12345678", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1+1", "＝1+1", "{=1+1}"]
TEXTS = ["Öztürk, Hülya", 'Jan "de; Wit"', "twee\nregels", "https://pluspunt.nl", "007", "1e5", "TRUE"]


def sheet_of(rows, columns=COLUMNS, title="Een lijst"):
    answer = export_response("xlsx", title, columns, rows)
    return load_workbook(BytesIO(answer.content)).active


def csv_of(rows, columns=COLUMNS) -> list[list[str]]:
    text = export_response("csv", "Een lijst", columns, rows).content.decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline=""), delimiter=";"))


# --- spreadsheets ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [*FORMULAS, *TEXTS])
def test_a_text_in_a_workbook_stays_that_text(text):
    cell = sheet_of([text])["A2"]
    assert (cell.data_type, unescape(cell.value)) == ("s", text)
    assert cell.hyperlink is None


def test_a_workbook_keeps_dates_numbers_and_nothing():
    columns = [
        Column("Dag", lambda row: row[0]),
        Column("Aantal", lambda row: row[1]),
        Column("Deel", lambda row: row[2]),
        Column("Leeg", lambda row: row[3]),
    ]
    sheet = sheet_of([(date(2026, 11, 23), 7, Decimal("2.5"), None)], columns)
    assert [cell.value for cell in sheet[1]] == ["Dag", "Aantal", "Deel", "Leeg"]
    day, count, part, nothing = sheet[2]
    assert (day.is_date, day.value, day.number_format) == (True, datetime(2026, 11, 23), "dd-mm-yyyy")
    assert (count.value, part.value, nothing.value) == (7, 2.5, None)


def test_a_workbook_of_nothing_has_its_headings():
    assert [[cell.value for cell in row] for row in sheet_of([])] == [["Wat"]]


def test_a_long_or_strange_title_is_a_good_name_for_a_sheet():
    assert sheet_of([], title="Wie: wat? [2026] en nog veel meer woorden").title == "Wie  wat   2026  en nog veel me"


@pytest.mark.parametrize("text", [text for text in FORMULAS if text != "{=1+1}"])
def test_a_formula_in_a_csv_becomes_a_text(text):
    assert csv_of([text])[1] == [f"'{text}"]


@pytest.mark.parametrize("text", TEXTS)
def test_an_ordinary_text_in_a_csv_stays_as_it_is(text):
    assert csv_of([text])[1] == [text]


def test_a_csv_opens_in_a_dutch_spreadsheet_program():
    answer = export_response("csv", "Mensen hier", [*COLUMNS, Column("Aantal", lambda row: 2.5)], [date(2026, 3, 2)])
    assert answer.content == b"\xef\xbb\xbfWat;Aantal\r\n02-03-2026;2,5\r\n"
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


def test_the_file_is_named_after_the_list_and_the_day(monday):
    answer = export_response("xlsx", "Indicaties (lopend)", COLUMNS, [])
    assert answer["Content-Disposition"] == 'attachment; filename="indicaties-lopend-2026-03-02.xlsx"'


@pytest.mark.parametrize(("asked", "wanted"), [("xlsx", "xlsx"), ("csv", "csv"), ("exe", None), ("", None)])
def test_only_known_kinds_of_files_are_given(rf, asked, wanted):
    assert export_wanted(rf.get("/", {"als": asked})) == wanted


# --- what is remembered ---------------------------------------------------------------------------------------------


@pytest.fixture
def open_list():
    """Opens a list as one visitor: gives where it leads, `None` when it stays."""
    session = {}

    def open_it(query="", name="people") -> str | None:
        request = RequestFactory().get(f"/{name}/{query}")
        request.session = session
        answer: HttpResponse | None = remember_filters(request, name)
        return answer and answer.url

    return open_it


def test_filters_and_order_come_back(open_list):
    assert open_list() is None
    assert open_list("?status=PAUSED&group=&sort=start&page=3&als=csv") is None
    assert open_list() == "/people/?status=PAUSED&sort=start"


def test_a_name_is_never_remembered(open_list):
    open_list("?q=Jansen&status=PAUSED")
    assert open_list() == "/people/?status=PAUSED"
    open_list("?q=Jansen")
    assert open_list() is None


def test_several_values_of_one_filter_come_back(open_list):
    open_list("?theme=1&theme=2")
    assert open_list() == "/people/?theme=1&theme=2"


def test_filters_are_forgotten_when_asked(open_list):
    open_list("?status=PAUSED")
    assert open_list("?wis=1") == "/people/"
    assert open_list() is None


def test_filters_that_are_emptied_are_forgotten(open_list):
    open_list("?status=PAUSED")
    open_list("?status=")
    assert open_list() is None


def test_two_lists_are_remembered_apart(open_list):
    open_list("?status=PAUSED")
    open_list("?weeks=4", name="indications")
    assert open_list() == "/people/?status=PAUSED"
    open_list("?wis=1", name="indications")
    assert open_list() == "/people/?status=PAUSED"


def test_a_way_into_the_list_from_elsewhere_changes_nothing(open_list):
    open_list("?status=PAUSED")
    assert open_list("?q=Jansen&status=ALL&eenmalig=1") is None
    assert open_list() == "/people/?status=PAUSED"


# --- whatever is typed ----------------------------------------------------------------------------------------------

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TYPED = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["", " ", "  "]), st.sampled_from(DANGEROUS), TYPED)
def test_no_cell_of_a_csv_begins_as_a_formula(spaces, sign, rest):
    [cell] = csv_of([f"{spaces}{sign}{rest}"])[1]
    assert cell.startswith("'")
    assert not cell.lstrip(" ").startswith(DANGEROUS)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([*DANGEROUS, "http://", "mailto:", "internal:", "{="]),
    st.from_regex(r"[ -~]{0,9}", fullmatch=True),
)
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(sign, rest):
    cell = sheet_of([f"{sign}{rest}"])["A2"]
    assert (cell.data_type, cell.hyperlink) == ("s", None)
