"""Six spreadsheets as lines of cells, or one sentence that says why a file cannot be read."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from workshops.services.year_import.cells import CellError, check_safe, tidy

WEEKDAYS = ("ma", "di", "wo", "do", "vr")
DAY_PARTS = ("ochtend", "middag")
OPENING_COLUMNS = tuple(f"{weekday} {part}" for weekday in WEEKDAYS for part in DAY_PARTS)

WORKSHOPS, CLOSURES, CANCELLATIONS = "werkplaatsen.csv", "sluitingen.csv", "uitval.csv"
PEOPLE, PLACEMENTS, ATTENDANCE = "deelnemers.csv", "plaatsingen.csv", "aanwezigheid-JJJJ.csv"
COLUMNS: dict[str, tuple[str, ...]] = {
    WORKSHOPS: ("Werkplaats", "Discipline", "Locatie", "Bij partner", *OPENING_COLUMNS),
    CLOSURES: ("Van", "Tot", "Reden"),
    CANCELLATIONS: ("Datum", "Dagdeel", "Werkplaats", "Reden"),
    PEOPLE: (
        *("Nr", "Roepnaam", "Tussenvoegsel", "Achternaam", "Geboortedatum", "Geslacht", "Postcode", "Gebied"),
        *("Telefoon", "Doelgroep", "Start", "Eind", "Waarheen", "Behandelaar", "Toewijzingsnummer"),
        *("Indicatie van", "Indicatie tot", "Dagdelen per week", "Opmerking"),
    ),
    PLACEMENTS: ("Nr", "Werkplaats", "Dag", "Dagdeel", "Van", "Tot", "Rol"),
    ATTENDANCE: ("Datum", "Dagdeel", "Werkplaats", "Nr", "Status", "Reden"),
}
MAX_FILE_SIZE = 10 * 1024 * 1024
FIRST_YEAR = 2000
_ATTENDANCE_NAME = re.compile(r"aanwezigheid-([0-9]{4})\.csv")
# A capital with an accent and then a sign: in text that is not UTF-8 this is nearly always UTF-8 that got damaged.
_DAMAGED_UTF_8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]")


# A name that may be said again: without a number in it that could be somebody's.
_HARMLESS_NAME = re.compile(r"(?:[A-Za-z.-]|(?<![0-9])[0-9]{1,4}(?![0-9])){1,60}")


class FileError(Exception):
    """A file cannot be read, so nothing is taken in; the message is for the user and holds nothing from the file."""

    def __init__(self, name: str, reason: str):
        super().__init__(f"{name}: {reason}")


@dataclass(frozen=True)
class Line:
    """One row of a file: its line number there, its cells by column, and what is wrong with it as (column, reason)."""

    number: int
    cells: dict[str, str]
    problems: tuple[tuple[str, str], ...] = ()


def recognise(files: Mapping[str, bytes]) -> tuple[int, dict[str, bytes]]:
    """The year, and the six files by their name in `COLUMNS`; other files are left alone.

    The year comes from the name of the attendance file. Raises `FileError` for what is missing, too large or double.
    """
    by_name = {name.casefold(): data for name, data in files.items()}
    years = [int(match[1]) for match in map(_ATTENDANCE_NAME.fullmatch, by_name) if match]
    if len(years) > 1:
        raise FileError(ATTENDANCE, "er is meer dan één bestand met aanwezigheid. Lees één jaar tegelijk in.")
    missing = [name for name in COLUMNS if name != ATTENDANCE and name not in by_name]
    if not years:
        missing.append(f"{ATTENDANCE} (met het jaar in de naam)")
    if missing:
        raise FileError("Er ontbreken bestanden", ", ".join(missing) + ".")
    this_year = timezone.localdate().year
    if not FIRST_YEAR <= years[0] <= this_year:
        raise FileError(ATTENDANCE, f"het jaar in de naam ligt niet tussen {FIRST_YEAR} en {this_year}.")
    found = {name: by_name[name] for name in COLUMNS if name != ATTENDANCE}
    found[ATTENDANCE] = by_name[f"aanwezigheid-{years[0]}.csv"]
    return years[0], found


def skipped_files(names: Iterable[str]) -> str:
    """A sentence about the files that are none of the six, by name when the name is harmless; empty without any."""
    known = {*COLUMNS} - {ATTENDANCE}
    skipped = [n for n in names if n.casefold() not in known and not _ATTENDANCE_NAME.fullmatch(n.casefold())]
    if not skipped:
        return ""
    named = f": {', '.join(skipped)}" if all(map(_HARMLESS_NAME.fullmatch, skipped)) else ""
    return f"{'1 bestand' if len(skipped) == 1 else f'{len(skipped)} bestanden'} overgeslagen{named}."


def read_lines(name: str, data: bytes) -> list[Line]:
    """The rows under the header of one file. Raises `FileError` when it is not the file that it should be."""
    reader = csv.reader(io.StringIO(_decode(name, data), newline=""), delimiter=";", strict=True)
    lines, begins = [], 1
    header = None
    try:
        for cells in reader:
            if any(tidy(cell) for cell in cells):
                if header is None:
                    header = _header(name, [tidy(cell) for cell in cells])
                else:
                    lines.append(_line(begins, header, cells))
            begins = reader.line_num + 1
    except csv.Error:
        raise FileError(name, f"de aanhalingstekens kloppen niet in de rij die begint op regel {begins}.") from None
    if header is None:
        raise FileError(name, "het bestand heeft geen regel met kolomnamen.")
    return lines


def _decode(name: str, data: bytes) -> str:
    if not data:
        raise FileError(name, "het bestand is leeg.")
    if len(data) > MAX_FILE_SIZE:
        raise FileError(name, f"het bestand is te groot: hoogstens {MAX_FILE_SIZE // 1024 // 1024} MB.")
    if b"\0" in data or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError(name, "dit is geen tekst in UTF-8 of Windows-1252. Bewaar het bestand als ‘CSV UTF-8’.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if data.startswith(b"\xef\xbb\xbf") or _DAMAGED_UTF_8.search(data):
            raise FileError(name, "sommige letters zijn beschadigd. Bewaar het bestand als ‘CSV UTF-8’.") from None
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        raise FileError(name, "de tekens zijn geen UTF-8 en geen Windows-1252. Bewaar het als ‘CSV UTF-8’.") from None


def _header(name: str, header: list[str]) -> list[str]:
    expected = COLUMNS[name]
    if len(header) == 1:
        raise FileError(name, "de kolommen zijn niet gescheiden met een puntkomma (;).")
    missing = [column for column in expected if column not in header]
    if missing:
        raise FileError(name, f"deze kolommen ontbreken: {', '.join(missing)}.")
    double = [column for column in expected if header.count(column) > 1]
    if double:
        raise FileError(name, f"deze kolommen staan er twee keer in: {', '.join(double)}.")
    unknown = [str(place) for place, column in enumerate(header, start=1) if column not in expected]
    if unknown:
        raise FileError(name, f"deze kolommen ken ik niet: nummer {', '.join(unknown)} van links.")
    return header


def _line(number: int, header: list[str], cells: list[str]) -> Line:
    if len(cells) != len(header):
        count = "1 cel" if len(cells) == 1 else f"{len(cells)} cellen"
        return Line(number, {}, (("", f"Deze rij heeft {count} in plaats van {len(header)}."),))
    problems = []
    for column, cell in zip(header, cells, strict=True):
        try:
            check_safe(column, cell)
        except CellError as error:
            problems.append((column, str(error)))
    return Line(number, dict(zip(header, map(tidy, cells), strict=True)), tuple(problems))
