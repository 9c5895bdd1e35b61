"""A reader of the files of a version: what stands in each cell, by the key of its line."""

import csv
from decimal import Decimal
from io import StringIO

from impact.report.balances import BEFORE
from impact.report.frozen import Content, frozen_figures
from impact.report.guarding import Guarded, ShownFigure
from impact.report.spreadsheet import figures_csv
from impact.report.tables import CHAPTERS
from impact.suppression import FEW, LEFT_OUT
from pluspunt.periods import Period

YEAR = Period.of_year(2026)


def content_of(version: Guarded) -> Content:
    """A content with these figures and nothing else."""
    return {"year": 2026, "figures": frozen_figures(version)} | {
        name: [] for name in ("targets", "indicators", "factors", "statements")
    }


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";"))


def cells_of(files: dict[str, bytes]) -> dict[str, str]:
    """Key → what stands there, of the files of figures."""
    cells = {}
    for name, content in files.items():
        if name[3:-4] in {chapter.lower() for chapter in CHAPTERS}:
            for *_, now, before, _, _, key in csv_rows(content)[1:]:
                cells |= {key: now, f"{BEFORE}{key}": before}
    return cells


def read_back(version: Guarded) -> Guarded:
    """The same figures, kept back only where the files do so; every number in them is the one of the version."""
    cells = cells_of({file.name: file.content for file in figures_csv(content_of(version), YEAR)})
    read = {}
    for key, shown in version.items():
        cell = cells[key]
        read[key] = ShownFigure(shown.figure, cell if cell in (FEW, LEFT_OUT) else "")
        if shown.figure.kind.value in ("aantal mensen", "aantal dagdelen") and cell[:1].isdigit():
            assert round(Decimal(cell.replace(",", "."))) == round(shown.figure.value)
    return Guarded(read)
