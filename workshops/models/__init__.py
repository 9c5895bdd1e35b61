from workshops.models.days import MORNING_ENDS_AT, DayPart, Weekday
from workshops.models.imports import ImportDraft
from workshops.models.placements import Placement
from workshops.models.places import Closure, Location, Opening, Workshop
from workshops.models.registers import COACH_CORRECTS_FOR, AbsenceReason, Attendance, AttendanceChange, Session

__all__ = [
    "COACH_CORRECTS_FOR",
    "MORNING_ENDS_AT",
    "AbsenceReason",
    "Attendance",
    "AttendanceChange",
    "Closure",
    "DayPart",
    "ImportDraft",
    "Location",
    "Opening",
    "Placement",
    "Session",
    "Weekday",
    "Workshop",
]
