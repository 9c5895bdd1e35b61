from workshops.models.absences import Absence
from workshops.models.attendance import Attendance, AttendanceChange, ReceivedMark, Value
from workshops.models.collaborations import EventVisit, Milestone
from workshops.models.days import MORNING_ENDS_AT, DayPart, Weekday, Weeks
from workshops.models.imports import ImportDraft
from workshops.models.jobs import Job, Output, OutputType
from workshops.models.months import ClosedMonth, CorrectionRequest
from workshops.models.one_offs import OneOff
from workshops.models.placements import Placement
from workshops.models.places import Closure, Location, Opening, Workshop
from workshops.models.planning import CalendarFeed, Snooze
from workshops.models.registers import (
    COACH_CORRECTS_FOR,
    AbsenceReason,
    Session,
    SessionChange,
    SessionNote,
    StandIn,
)
from workshops.models.rota import Duty, Leave
from workshops.models.skills import Ability, AbilityGrant, LadderStep
from workshops.models.statements import MonthStatement, StatementLine
from workshops.models.waiting import ANY_DAY, WaitingEntry
from workshops.models.walk_ins import Call, CallRule, WalkIn

__all__ = [
    "ANY_DAY",
    "COACH_CORRECTS_FOR",
    "MORNING_ENDS_AT",
    "Ability",
    "AbilityGrant",
    "Absence",
    "AbsenceReason",
    "Attendance",
    "AttendanceChange",
    "CalendarFeed",
    "Call",
    "CallRule",
    "ClosedMonth",
    "Closure",
    "CorrectionRequest",
    "DayPart",
    "Duty",
    "EventVisit",
    "ImportDraft",
    "Job",
    "LadderStep",
    "Leave",
    "Location",
    "Milestone",
    "MonthStatement",
    "OneOff",
    "Opening",
    "Output",
    "OutputType",
    "Placement",
    "ReceivedMark",
    "Session",
    "SessionChange",
    "SessionNote",
    "Snooze",
    "StandIn",
    "StatementLine",
    "Value",
    "WaitingEntry",
    "WalkIn",
    "Weekday",
    "Weeks",
    "Workshop",
]
