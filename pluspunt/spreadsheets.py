"""Tables as files for spreadsheet programs: a text stays a text, whatever it begins with."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
# Spreadsheet programs read a cell that begins so as a formula; some take the wide signs of Asian keyboards as well.
_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# The widest column, in pixels; longer texts go on over several lines.
_WIDEST = 420


@dataclass(frozen=True)
class Amount:
    """A number with the way in which a spreadsheet shows it: "#,##0", or "0.0%" for a part of one."""

    value: Decimal
    pattern: str

    @property
    def plain(self) -> Decimal:
        """The number as it is said, without needless noughts: 78.1 for 0.781 in percents."""
        said = self.value * 100 if self.pattern.endswith("%") else self.value
        return Decimal(f"{said.normalize():f}")


Cell = str | int | float | Decimal | date | Amount | None


@dataclass(frozen=True)
class Sheet:
    """A table with the name of its sheet; with `wraps` long texts go on over several lines."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    wraps: bool = False


def workbook(sheets: Sequence[Sheet], *, title: str = "", created: datetime | None = None) -> bytes:
    """The sheets as one XLSX; byte-identical for the same sheets when it says when it was `created`."""
    output = BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True, **_AS_TEXT, "default_date_format": "dd-mm-yyyy"}) as book:
        if created:
            book.set_properties({"title": title, "author": "Stichting Pluspunt Rotterdam", "created": created})
        formats: dict[str, Any] = {"head": book.add_format({"bold": True, "bottom": 1})}
        for sheet in sheets:
            _add_sheet(book, sheet, formats)
    return output.getvalue()


def csv_file(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """Semicolons and a byte order mark: so Dutch spreadsheet programs open it as it is meant."""
    output = StringIO()
    writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
    writer.writerow([_plain(head) for head in heads])
    writer.writerows([_plain(value) for value in row] for row in rows)
    return output.getvalue().encode("utf-8-sig")


def _add_sheet(book: xlsxwriter.Workbook, sheet: Sheet, formats: dict[str, Any]) -> None:
    page = book.add_worksheet(sheet.title[:31].translate(str.maketrans("[]:*?/\\", "       ")))
    page.write_row(0, 0, sheet.heads, formats["head"])
    wrapped = {"text_wrap": True, "valign": "top"} if sheet.wraps else {}
    for number, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row):
            is_amount = isinstance(value, Amount)
            pattern = value.pattern if is_amount else "dd-mm-yyyy" if isinstance(value, date) else ""
            style = ({"num_format": pattern} if pattern else {"align": "left"} if wrapped else {}) | wrapped
            if style and str(style) not in formats:
                formats[str(style)] = book.add_format(style)
            shown = value.value if is_amount else "" if value is None else value
            page.write(number, column, shown, *([formats[str(style)]] if style else []))
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.heads) - 1)
    page.autofit(_WIDEST) if sheet.wraps else page.autofit()


def _plain(value: Cell) -> str | int:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.strftime("%d-%m-%Y")
    if isinstance(value, Amount):
        value = value.plain
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_BEGINS) else value
