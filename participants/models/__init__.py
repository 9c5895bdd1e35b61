from participants.models.indications import EXPIRES_SOON, Indication, ProductCode
from participants.models.people import COACH_SEES_AFTER_END, District, Participant, Practitioner, new_key
from participants.models.trajectories import Pause, Trajectory

__all__ = [
    "COACH_SEES_AFTER_END",
    "EXPIRES_SOON",
    "District",
    "Indication",
    "Participant",
    "Pause",
    "Practitioner",
    "ProductCode",
    "Trajectory",
    "new_key",
]
