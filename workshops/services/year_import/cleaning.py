"""What can be said of each row without looking into the database: it is good, or refused with a reason."""

from collections.abc import Callable, Mapping
from datetime import date

from participants.models import District, Participant, Practitioner, Trajectory
from partners.models import Organisation
from pluspunt.validators import phone_validator
from workshops.models import AbsenceReason, Attendance, Closure, DayPart, Location, Session, Workshop
from workshops.services.year_import import cells, files
from workshops.services.year_import.cells import CellError
from workshops.services.year_import.files import Line
from workshops.services.year_import.report import Progress, Remark
from workshops.services.year_import.rows import (
    ROW_TYPES,
    AttendanceRow,
    CancellationRow,
    ClosureRow,
    PersonRow,
    PlacementRow,
    WorkshopRow,
    YearRows,
)

TargetGroup, Destination, Gender = Trajectory.TargetGroup, Trajectory.Destination, Participant.Gender
PART_WORDS = {part.label: part.value for part in DayPart}
WEEKDAY_WORDS = {word: number for number, word in enumerate(files.WEEKDAYS, start=1)}
DISCIPLINE_WORDS = {discipline.label: discipline.value for discipline in Workshop.Discipline}
GENDER_WORDS = {
    **{"": Gender.UNKNOWN, "m": Gender.MAN, "man": Gender.MAN, "v": Gender.WOMAN, "vrouw": Gender.WOMAN},
    **{"x": Gender.OTHER, "anders": Gender.OTHER, "onbekend": Gender.UNKNOWN},
}
GROUP_WORDS = {
    "dagbesteding": TargetGroup.SOCIAL_DAY_CARE,
    "activering": TargetGroup.ACTIVATION,
    "vakvrijwilliger": TargetGroup.SKILLED_VOLUNTEER,
}
DESTINATION_WORDS = {
    "": "",
    **{destination.label.split(" (")[0].casefold(): destination.value for destination in Destination},
    "beschut werk": Destination.SUPPORTED_WORK,
}
ROLE_WORDS = {"deelnemer": False, "vrijwilliger": True}
STATUS_WORDS = {
    "aanwezig": Attendance.Status.PRESENT,
    "afgemeld": Attendance.Status.EXCUSED,
    "niet afgemeld": Attendance.Status.NO_SHOW,
}
REASON_WORDS = {"afspraak": "afspraak instantie", "familie": "familie/mantelzorg"}
MAX_NUMBER = 999_999_999
MAX_PLACES = 500
# Seven days of two day parts.
MAX_DAY_PARTS_PER_WEEK = 14
# The kinds of rows in the order in which they refer to each other, each with its file.
FILES = {
    "workshops": files.WORKSHOPS,
    "closures": files.CLOSURES,
    "cancellations": files.CANCELLATIONS,
    "people": files.PEOPLE,
    "placements": files.PLACEMENTS,
    "attendances": files.ATTENDANCE,
}
# The column that is named when a row says again what an earlier one said.
KEY_COLUMNS = {
    "workshops": "Werkplaats",
    "closures": "Van",
    "cancellations": "Datum",
    "people": "Nr",
    "placements": "Nr",
    "attendances": "Nr",
}


def read_year(uploads: Mapping[str, bytes], progress: Progress = lambda rows, label: rows) -> YearRows:
    """Read and clean six files by name. `progress` is called with the rows of a file and its name.

    Raises `FileError` when one of them is not what it should be; a bad row only refuses itself and what refers to it.
    """
    year, found = files.recognise(uploads)
    names = {kind: name.replace("JJJJ", str(year)) for kind, name in FILES.items()}
    lines = {kind: files.read_lines(name, found[name]) for kind, name in FILES.items()}
    _check_year(year, names["attendances"], lines["attendances"])
    return _Cleaning(year, names).clean(lines, progress)


def _check_year(year: int, name: str, lines: list[Line]) -> None:
    """A register without one day of its year would only make a year of days that nobody filled in."""
    if not any(_year_of(line) == year for line in lines):
        raise files.FileError(name, f"geen enkele rij heeft een datum in {year}. Klopt het jaar in de naam?")


def _year_of(line: Line) -> int | None:
    try:
        return cells.day(line.cells.get("Datum", "")).year
    except CellError:
        return None


class _Cells:
    """The cells of one line on their way to values; keeps what is wrong with them."""

    def __init__(self, line: Line):
        self.line = line
        self.problems = list(line.problems)

    def get(self, column: str, parse: Callable, *args):
        """The value of a cell, or `None` when it is refused."""
        if column not in self.line.cells or any(column == bad for bad, _ in self.line.problems):
            return None
        try:
            return parse(self.line.cells[column], *args)
        except CellError as error:
            self.refuse(column, str(error))
            return None

    def refuse(self, column: str, reason: str) -> None:
        self.problems.append((column, reason))

    def text(self, column: str, model: type, name: str, *, required: bool = False) -> str:
        parse = cells.required_text if required else cells.text
        return self.get(column, parse, model._meta.get_field(name).max_length)

    def check_order(self, start: date | None, end: date | None, column: str) -> None:
        if start and end and end < start:
            self.refuse(column, "De einddatum ligt voor de begindatum.")


class _Cleaning:
    def __init__(self, year: int, names: dict[str, str]):
        self.rows = YearRows(year, names)
        self.known: dict[str, dict] = {kind: {} for kind in ROW_TYPES}
        self.good: dict[str, set] = {kind: set() for kind in ROW_TYPES}
        self.refused: dict[str, set] = {kind: set() for kind in ROW_TYPES}

    def clean(self, lines: dict[str, list[Line]], progress: Progress) -> YearRows:
        for kind in ROW_TYPES:
            self.rows.read[kind] = len(lines[kind])
            for line in progress(lines[kind], self.rows.names[kind]):
                self._clean_line(kind, _Cells(line))
        return self.rows

    def _clean_line(self, kind: str, found: _Cells) -> None:
        row, key = getattr(self, f"_clean_{kind}")(found)
        if key in self.known[kind]:
            found.refuse(KEY_COLUMNS[kind], f"Deze staat ook al op regel {self.known[kind][key]}; de eerste blijft.")
        elif key is not None and (not found.problems or kind == "people"):
            # A number in a refused row is taken as well: nobody can tell whom the other rows mean.
            self.known[kind][key] = found.line.number
        if not found.problems:
            getattr(self.rows, kind).append(row)
            self.good[kind].add(key)
            return
        self.refused[kind].add(key)
        self.rows.refusals.append(_refusal(self.rows.names[kind], found))

    def _clean_workshops(self, found: _Cells):
        places = []
        for column in files.OPENING_COLUMNS:
            count = found.get(column, cells.optional_number, 1, MAX_PLACES)
            if count:
                weekday, part = column.split()
                places.append([WEEKDAY_WORDS[weekday], PART_WORDS[part], count])
        row = WorkshopRow(
            line=found.line.number,
            name=found.text("Werkplaats", Workshop, "name", required=True),
            discipline=found.get("Discipline", cells.word, DISCIPLINE_WORDS),
            location=found.text("Locatie", Location, "name", required=True),
            host=found.text("Bij partner", Organisation, "name"),
            places=places,
        )
        return row, row.name

    def _clean_closures(self, found: _Cells):
        row = ClosureRow(
            line=found.line.number,
            start=found.get("Van", cells.day),
            end=found.get("Tot", cells.day),
            reason=found.text("Reden", Closure, "reason", required=True),
        )
        found.check_order(row.start, row.end, "Tot")
        if row.start and row.end and not row.start.year <= self.rows.year <= row.end.year:
            found.refuse("Van", f"Deze sluiting valt buiten {self.rows.year}.")
        return row, (row.start, row.end)

    def _clean_cancellations(self, found: _Cells):
        row = CancellationRow(
            line=found.line.number,
            date=found.get("Datum", self._day_of_year),
            day_part=found.get("Dagdeel", cells.word, PART_WORDS),
            workshop=found.get("Werkplaats", self._workshop),
            reason=found.text("Reden", Session, "cancel_reason", required=True),
        )
        return row, (row.date, row.day_part, row.workshop)

    def _clean_people(self, found: _Cells):
        volume = found.get("Dagdelen per week", cells.optional_number, 1, MAX_DAY_PARTS_PER_WEEK)
        row = PersonRow(
            line=found.line.number,
            number=found.get("Nr", cells.whole_number, 1, MAX_NUMBER),
            nickname=found.text("Roepnaam", Participant, "nickname", required=True),
            prefix=found.text("Tussenvoegsel", Participant, "prefix"),
            surname=found.text("Achternaam", Participant, "surname", required=True),
            birth_date=found.get("Geboortedatum", cells.birth_date),
            gender=found.get("Geslacht", cells.word, GENDER_WORDS),
            postcode=found.get("Postcode", cells.postcode),
            district=found.text("Gebied", District, "name"),
            phone=found.get("Telefoon", cells.checked_text, 20, phone_validator),
            target_group=found.get("Doelgroep", cells.word, GROUP_WORDS),
            start=found.get("Start", cells.day),
            end=found.get("Eind", cells.optional_day),
            destination=found.get("Waarheen", cells.word, DESTINATION_WORDS),
            practitioner=found.text("Behandelaar", Practitioner, "name"),
            allocation_number=found.get("Toewijzingsnummer", cells.optional_number, 1, MAX_NUMBER),
            granted_from=found.get("Indicatie van", cells.optional_day),
            granted_until=found.get("Indicatie tot", cells.optional_day),
            volume=volume,
        )
        found.check_order(row.start, row.end, "Eind")
        found.check_order(row.granted_from, row.granted_until, "Indicatie tot")
        if row.start and row.birth_date and row.start < row.birth_date:
            found.refuse("Start", "Het traject begint voor de geboortedatum.")
        if row.destination and found.line.cells["Eind"] == "":
            found.refuse("Waarheen", "Waarheen iemand gaat, hoort bij een traject met een einddatum.")
        self._check_indication(found)
        if not found.problems and found.line.cells["Opmerking"]:
            self.rows.notes.append(
                Remark(
                    self.rows.names["people"],
                    found.line.number,
                    "Opmerking",
                    "De opmerking is niet overgenomen. Zet wat je nodig hebt zelf op de goede plek.",
                )
            )
        return row, row.number

    def _check_indication(self, found: _Cells) -> None:
        """An indication has both days and a number of day parts, or nothing at all."""
        columns = ("Indicatie van", "Indicatie tot", "Dagdelen per week")
        filled = [column for column in (*columns, "Toewijzingsnummer") if found.line.cells.get(column)]
        if filled:
            for column in columns:
                if found.line.cells.get(column) == "":
                    found.refuse(column, "Dit hoort bij een indicatie en is leeg.")

    def _clean_placements(self, found: _Cells):
        row = PlacementRow(
            line=found.line.number,
            number=found.get("Nr", self._person),
            workshop=found.get("Werkplaats", self._workshop),
            weekday=found.get("Dag", cells.word, WEEKDAY_WORDS),
            day_part=found.get("Dagdeel", cells.word, PART_WORDS),
            start=found.get("Van", cells.day),
            end=found.get("Tot", cells.optional_day),
            is_volunteer=found.get("Rol", cells.word, ROLE_WORDS),
        )
        found.check_order(row.start, row.end, "Tot")
        slot = (row.number, row.workshop, row.weekday, row.day_part)
        if found.problems and None not in slot:
            self.rows.refused_slots.add(slot)
        return row, (*slot, row.start)

    def _clean_attendances(self, found: _Cells):
        row = AttendanceRow(
            line=found.line.number,
            date=found.get("Datum", self._day_of_year),
            day_part=found.get("Dagdeel", cells.word, PART_WORDS),
            workshop=found.get("Werkplaats", self._workshop),
            number=found.get("Nr", self._person),
            status=found.get("Status", cells.word, STATUS_WORDS),
            reason=found.get("Reden", _reason),
        )
        if row.reason and row.status and row.status != Attendance.Status.EXCUSED:
            found.refuse("Reden", "Een reden hoort bij afgemeld.")
        return row, (row.date, row.day_part, row.workshop, row.number)

    def _day_of_year(self, cell: str) -> date:
        value = cells.day(cell)
        if value.year != self.rows.year:
            raise CellError(f"Deze dag valt niet in {self.rows.year}, het jaar van de bestanden.")
        return value

    def _workshop(self, cell: str) -> str:
        return self._reference("workshops", cells.required_text(cell, 80), "Deze werkplaats")

    def _person(self, cell: str) -> int:
        return self._reference("people", cells.whole_number(cell, 1, MAX_NUMBER), "Dit nummer")

    def _reference(self, kind: str, key, what: str):
        if key in self.good[kind]:
            return key
        happened = "is geweigerd" if key in self.refused[kind] else "staat niet"
        raise CellError(f"{what} {happened} in {self.rows.names[kind]}.")


def _reason(cell: str) -> str:
    name = REASON_WORDS.get(cell.casefold(), cell.casefold())
    return cells.text(name, AbsenceReason._meta.get_field("name").max_length)


def _refusal(name: str, found: _Cells) -> Remark:
    """One remark for one row, however much is wrong with it."""
    if len(found.problems) == 1:
        column, reason = found.problems[0]
        return Remark(name, found.line.number, column, reason)
    columns = dict.fromkeys(column for column, _ in found.problems if column)
    reasons = " ".join(f"{column}: {reason}" if column else reason for column, reason in found.problems)
    return Remark(name, found.line.number, ", ".join(columns), reasons)
