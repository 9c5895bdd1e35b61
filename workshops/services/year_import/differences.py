"""In which columns a row differs from what the database says: an empty list when it says the same."""

from collections.abc import Iterable

from participants.models import Indication, Participant, Trajectory
from pluspunt.periods import Period
from workshops.models import Attendance, Opening, Placement, Workshop
from workshops.services.year_import.cleaning import PART_WORDS, WEEKDAY_WORDS
from workshops.services.year_import.files import OPENING_COLUMNS
from workshops.services.year_import.rows import AttendanceRow, PersonRow, PlacementRow, WorkshopRow

PERSON_COLUMNS = {
    "Roepnaam": "nickname",
    "Tussenvoegsel": "prefix",
    "Achternaam": "surname",
    "Geslacht": "gender",
    "Postcode": "postcode",
    "Telefoon": "phone",
}
_SLOTS = {column: (WEEKDAY_WORDS[column[:2]], PART_WORDS[column[3:]]) for column in OPENING_COLUMNS}


def _differing(pairs: dict[str, tuple]) -> list[str]:
    return [column for column, (here, there) in pairs.items() if here != there]


def of_workshop(workshop: Workshop, openings: list[Opening], row: WorkshopRow, period: Period) -> list[str]:
    """`openings` are those of the year; without any, the row's are simply new."""
    host = workshop.host.name if workshop.host else ""
    columns = _differing(
        {
            "Discipline": (workshop.discipline, row.discipline),
            "Locatie": (workshop.location.name, row.location),
            "Bij partner": (host, row.host),
        }
    )
    wanted = {(weekday, part): count for weekday, part, count in row.places}
    for column, slot in _SLOTS.items() if openings else ():
        here = [opening for opening in openings if (opening.weekday, opening.day_part) == slot]
        if not _is_open_all_year(here, wanted.get(slot), period):
            columns.append(column)
    return columns


def _is_open_all_year(here: list[Opening], places: int | None, period: Period) -> bool:
    if places is None or len(here) != 1:
        return places is None and not here
    runs_all_year = here[0].runs_on(period.start) and here[0].runs_on(period.end)
    return runs_all_year and here[0].capacity == places


def of_person(person: Participant, row: PersonRow) -> list[str]:
    """Compares the person, the trajectory, and the indication and practitioner when the row names them."""
    columns = _differing({column: (getattr(person, at), getattr(row, at)) for column, at in PERSON_COLUMNS.items()})
    columns += _differing({"Gebied": (person.district.name if person.district else "", row.district)})
    columns += _of_trajectory(list(person.trajectories.all()), row)
    if row.volume:
        columns += _of_indication(list(person.indications.all()), row)
    practitioners = [practitioner.name for practitioner in person.practitioners.all()]
    if row.practitioner and practitioners and row.practitioner not in practitioners:
        columns.append("Behandelaar")
    return columns


def _of_trajectory(trajectories: list[Trajectory], row: PersonRow) -> list[str]:
    if not trajectories:
        return []
    same = [t for t in trajectories if (t.target_group, t.start_date) == (row.target_group, row.start)]
    trajectory = (same or trajectories)[0]
    return _differing(
        {
            "Doelgroep": (trajectory.target_group, row.target_group),
            "Start": (trajectory.start_date, row.start),
            "Eind": (trajectory.end_date, row.end),
            "Waarheen": (trajectory.destination, row.destination),
        }
    )


def same_indication(indications: Iterable[Indication], row: PersonRow) -> Indication | None:
    """The indication that the row is about: the one with its number, or without a number the one that starts then."""
    for indication in indications:
        if row.allocation_number and indication.allocation_number == row.allocation_number:
            return indication
        if not row.allocation_number and indication.start_date == row.granted_from:
            return indication
    return None


def _of_indication(indications: list[Indication], row: PersonRow) -> list[str]:
    indication = same_indication(indications, row)
    if indication is None:
        overlaps = any(_is_same_product_in_that_time(other, row) for other in indications)
        return ["Indicatie van"] if overlaps else []
    per_week = indication.volume if indication.is_in_day_parts_per_week else None
    return _differing(
        {
            "Indicatie van": (indication.start_date, row.granted_from),
            "Indicatie tot": (indication.end_date, row.granted_until),
            "Dagdelen per week": (per_week, row.volume),
        }
    )


def _is_same_product_in_that_time(other: Indication, row: PersonRow) -> bool:
    is_same = other.product_category == Indication.Category.DAY_CARE and other.product_code_id is None
    ends_later = other.end_date is None or other.end_date >= row.granted_from
    return is_same and ends_later and other.start_date <= row.granted_until


def of_placement(placement: Placement, row: PlacementRow) -> list[str]:
    """`placement` is the one with the row's person, workshop, slot and first day."""
    is_volunteer = placement.trajectory.is_volunteer
    return _differing({"Tot": (placement.end_date, row.end), "Rol": (is_volunteer, row.is_volunteer)})


def of_attendance(recorded: tuple[str, str], row: AttendanceRow) -> list[str]:
    """`recorded` is the status and the reason in small letters."""
    status, reason = recorded
    return _differing({"Status": (Attendance.Status(status), row.status), "Reden": (reason, row.reason)})
