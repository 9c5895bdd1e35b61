from privacy.models.log import AccessEvent, AccessSubject
from privacy.models.requests import COPY_KEPT, PersonalCopy, RightsRequest, add_months
from privacy.models.seals import Seal
from privacy.models.upkeep import UpkeepRun

__all__ = [
    "COPY_KEPT",
    "AccessEvent",
    "AccessSubject",
    "PersonalCopy",
    "RightsRequest",
    "Seal",
    "UpkeepRun",
    "add_months",
]
