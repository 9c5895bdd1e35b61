from workshops.models.absences import Absence
from workshops.models.attendance import Attendance, AttendanceChange, ReceivedMark, Value
from workshops.models.collaborations import EventVisit, Milestone
from workshops.models.days import MORNING_ENDS_AT, DayPart, Weekday
from workshops.models.imports import ImportDraft
from workshops.models.jobs import Job, Output, OutputType
from workshops.models.months import ClosedMonth, CorrectionRequest
from workshops.models.placements import Placement
from workshops.models.places import Closure, Location, Opening, Workshop
from workshops.models.registers import (
    COACH_CORRECTS_FOR,
    AbsenceReason,
    Session,
    SessionChange,
    SessionNote,
    StandIn,
)
from workshops.models.skills import Ability, AbilityGrant, LadderStep
from workshops.models.walk_ins import Call, CallRule, WalkIn

__all__ = [
    "COACH_CORRECTS_FOR",
    "MORNING_ENDS_AT",
    "Ability",
    "AbilityGrant",
    "Absence",
    "AbsenceReason",
    "Attendance",
    "AttendanceChange",
    "Call",
    "CallRule",
    "ClosedMonth",
    "Closure",
    "CorrectionRequest",
    "DayPart",
    "EventVisit",
    "ImportDraft",
    "Job",
    "LadderStep",
    "Location",
    "Milestone",
    "Opening",
    "Output",
    "OutputType",
    "Placement",
    "ReceivedMark",
    "Session",
    "SessionChange",
    "SessionNote",
    "StandIn",
    "Value",
    "WalkIn",
    "Weekday",
    "Workshop",
]
