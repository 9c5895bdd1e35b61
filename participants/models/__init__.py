from participants.models.applications import Application
from participants.models.around import (
    Consent,
    ConsentPurpose,
    ConsentText,
    LegalRepresentative,
    NotTogether,
    Practitioner,
)
from participants.models.citizen_numbers import CitizenNumber
from participants.models.guidance import Goal, GoalStep, Note, NoteDraft, NoteKind, PeopleIndicator, Review, SealedText
from participants.models.indications import EXPIRES_SOON, RUNS_OUT_WITHIN, Indication, ProductCode, RenewalStep
from participants.models.people import COACH_SEES_AFTER_END, District, Participant, new_key
from participants.models.records import MergedParticipant, SentDocument
from participants.models.trajectories import RESTART_WITHIN, EndReason, Pause, Trajectory
from participants.models.volunteers import VOG_WARNS_BEFORE, Allowance, AllowanceLimit, VolunteerProfile

__all__ = [
    "COACH_SEES_AFTER_END",
    "EXPIRES_SOON",
    "RESTART_WITHIN",
    "RUNS_OUT_WITHIN",
    "VOG_WARNS_BEFORE",
    "Allowance",
    "AllowanceLimit",
    "Application",
    "CitizenNumber",
    "Consent",
    "ConsentPurpose",
    "ConsentText",
    "District",
    "EndReason",
    "Goal",
    "GoalStep",
    "Indication",
    "LegalRepresentative",
    "MergedParticipant",
    "NotTogether",
    "Note",
    "NoteDraft",
    "NoteKind",
    "Participant",
    "Pause",
    "PeopleIndicator",
    "Practitioner",
    "ProductCode",
    "RenewalStep",
    "Review",
    "SealedText",
    "SentDocument",
    "Trajectory",
    "VolunteerProfile",
    "new_key",
]
