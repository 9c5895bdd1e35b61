"""The figures of a version, or of a draft, as files for a spreadsheet program and as data inside the PDF."""

from datetime import date, datetime, time

from django.utils.text import slugify

from impact.report.frozen import Content
from impact.report.tables import Table, tables_of, title_of
from pluspunt.archives import zip_file
from pluspunt.pdf import AttachedFile
from pluspunt.periods import Period
from pluspunt.spreadsheets import Sheet, csv_file, workbook


def figures_workbook(content: Content, period: Period, day: date) -> bytes:
    """All tables of `content` as one XLSX that says it was made on `day`; the same content gives the same bytes."""
    sheets = [Sheet(table.name, table.heads, table.rows, wraps=table.texts) for table in tables_of(content, period)]
    return workbook(sheets, title=title_of(content, period), created=datetime.combine(day, time.min))


def figures_csv(content: Content, period: Period) -> list[AttachedFile]:
    """The same tables, each a CSV."""
    title = title_of(content, period)
    return [
        AttachedFile(_name(number, table), f"{title}: {table.name}", csv_file(table.heads, table.rows))
        for number, table in enumerate(tables_of(content, period), start=1)
    ]


def figures_zip(content: Content, period: Period, day: date) -> bytes:
    """Those files together in one that is dated `day`."""
    return zip_file([(file.name, file.content) for file in figures_csv(content, period)], day)


def _name(number: int, table: Table) -> str:
    return f"{number:02}-{slugify(table.name)}.csv"
