"""A version of the overview of a month as a spreadsheet: the same version is the same file, to the byte."""

from collections.abc import Iterable, Sequence
from io import BytesIO

import xlsxwriter
from django.utils import timezone
from django.utils.formats import date_format
from xlsxwriter.worksheet import Worksheet

from workshops.models import MonthStatement, StatementLine
from workshops.services.statement_figures import Total, cut_per_reason, total_of, totals_per_product

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LINES = (
    ("Naam", 28),
    ("Nummer", 9),
    ("Financiering", 18),
    ("Gemeente", 9),
    ("Productcategorie", 9),
    ("Productcode", 12),
    ("Toewijzingsnummer", 12),
    ("Toegewezen", 26),
    ("Van", 12),
    ("Tot en met", 12),
    ("Geleverd", 10),
    ("Hoogstens", 10),
    ("Te declareren", 10),
    ("Niet te declareren", 10),
    ("Waarom niet", 36),
)
_TOTALS = (
    ("Gemeente", 26),
    ("Product", 14),
    ("Financiering", 18),
    ("Regels", 9),
    ("Geleverd", 10),
    ("Te declareren", 10),
    ("Niet te declareren", 10),
)
WITHOUT = "zonder indicatie"
EXPLANATION = (
    "Een dagdeel telt als geleverd als iemand er was, gepland of niet, in een sessie die doorging. Wie er als"
    " vakvrijwilliger was, telt niet mee. Afwezigheid telt nooit.",
    "Hoogstens per week: het aantal per week keer de kalenderweken die de maand binnen de indicatie raakt. Alle maanden"
    " samen zijn nooit meer dan het aantal keer de weken die de hele indicatie raakt.",
    "Hoogstens per maand: het aantal per maand, ook als de indicatie maar een deel van de maand loopt.",
    "Hoogstens in totaal: het aantal min wat eerdere maanden al te declareren was, sinds het eerste register.",
    "Vallen twee indicaties over één dag? Dan telt elk dagdeel één keer: bij de indicatie die het eerst afloopt en die"
    " maand nog ruimte heeft. Bij de andere staat een regel die in geen totaal meetelt.",
    "Indicaties in uren, etmalen, stuks of euro's en indicaties voor vervoer staan niet in dit overzicht: het register"
    " telt dagdelen.",
)


def statement_xlsx(statement: MonthStatement) -> bytes:
    """Three sheets: every line, the totals per municipality and product, and how it was counted."""
    lines = list(statement.lines_in_order())
    output = BytesIO()
    with xlsxwriter.Workbook(output, _OPTIONS) as book:
        made_at = timezone.localtime(statement.made_at)
        # Without this the file would say when it was asked for.
        book.set_properties({"title": title_of(statement), "created": made_at.replace(tzinfo=None, microsecond=0)})
        bold, days = book.add_format({"bold": True}), book.add_format({"num_format": "dd-mm-yyyy"})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        sheet = _sheet(book.add_worksheet("Regels"), _LINES, head)
        _write(sheet, [_of_line(line) for line in lines], days)
        total = total_of(lines)
        sums = ["Totaal", *[None] * 9, total.delivered, None, total.claimable, total.cut, "wat elders telt één keer"]
        sheet.write_row(len(lines) + 1, 0, sums, bold)
        if lines:
            sheet.autofilter(0, 0, len(lines), len(_LINES) - 1)
        totals = totals_per_product(lines)
        sheet = _sheet(book.add_worksheet("Per gemeente en product"), _TOTALS, head)
        _write(sheet, [_of_total(each) for each in totals], days)
        last = ["Totaal", None, None, total.lines, total.delivered, total.claimable, total.cut]
        sheet.write_row(len(totals) + 1, 0, last, bold)
        _explain(book.add_worksheet("Uitleg"), statement, lines, bold, book.add_format({"text_wrap": True}))
    return output.getvalue()


def title_of(statement: MonthStatement) -> str:
    """ "Maandoverzicht februari 2026, versie 1"."""
    return f"Maandoverzicht {date_format(statement.month.month, 'F Y')}, versie {statement.version}"


def _sheet(sheet: Worksheet, columns: Sequence[tuple[str, int]], head) -> Worksheet:
    for place, (label, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, label, head)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    return sheet


def _write(sheet: Worksheet, rows: Iterable[list], days) -> None:
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                sheet.write_string(number, place, value)
            elif isinstance(value, int):
                sheet.write_number(number, place, value)
            else:
                sheet.write_datetime(number, place, value, days)


def _of_line(line: StatementLine) -> list:
    granted = [line.scheme, line.municipality_code, line.product_category, line.product_code]
    granted += [line.allocation_number, line.amount, line.start_date, line.end_date]
    counts = [line.delivered, line.cap if line.has_cap else None, line.claimable, line.cut]
    return [line.name, line.number, *granted, *counts, line.get_cut_reason_display()]


def _of_total(total: Total) -> list:
    where = [total.first.municipality or WITHOUT, total.first.product, total.first.scheme]
    return [*where, total.lines, total.delivered, total.claimable, total.cut]


def _explain(sheet: Worksheet, statement: MonthStatement, lines: list[StatementLine], bold, wrapped) -> None:
    sheet.set_column(0, 0, 100)
    made_at = timezone.localtime(statement.made_at)
    sheet.write_string(0, 0, title_of(statement), bold)
    facts = [
        f"Vastgelegd op {date_format(made_at, 'j F Y')} om {date_format(made_at, 'H:i')}.",
        f"Kenmerk: {statement.fingerprint}",
        *(f"Niet te declareren, {why}: {count}." for why, count in cut_per_reason(lines)),
        *EXPLANATION,
    ]
    for number, text in enumerate(facts, start=1):
        sheet.write_string(number, 0, text, wrapped)
