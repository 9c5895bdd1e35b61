from workshops.models.collaborations import EventVisit, Milestone
from workshops.models.days import MORNING_ENDS_AT, DayPart, Weekday
from workshops.models.imports import ImportDraft
from workshops.models.placements import Placement
from workshops.models.places import Closure, Location, Opening, Workshop
from workshops.models.registers import COACH_CORRECTS_FOR, AbsenceReason, Attendance, AttendanceChange, Session
from workshops.models.skills import Ability, AbilityGrant, LadderStep

__all__ = [
    "COACH_CORRECTS_FOR",
    "MORNING_ENDS_AT",
    "Ability",
    "AbilityGrant",
    "AbsenceReason",
    "Attendance",
    "AttendanceChange",
    "Closure",
    "DayPart",
    "EventVisit",
    "ImportDraft",
    "LadderStep",
    "Location",
    "Milestone",
    "Opening",
    "Placement",
    "Session",
    "Weekday",
    "Workshop",
]
