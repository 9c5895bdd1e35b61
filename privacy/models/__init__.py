from privacy.models.breaches import Breach, BreachUpdate
from privacy.models.erasure import (
    AboutSomebody,
    ErasedKey,
    ErasureProof,
    ErasureRequest,
    Part,
    Postponement,
    RetentionNotice,
    Term,
)
from privacy.models.log import AccessEvent, AccessSubject
from privacy.models.requests import COPY_KEPT, PersonalCopy, RightsRequest, add_months
from privacy.models.reviews import ReviewOfMonth
from privacy.models.seals import Seal
from privacy.models.upkeep import UpkeepRun

__all__ = [
    "COPY_KEPT",
    "AboutSomebody",
    "AccessEvent",
    "AccessSubject",
    "Breach",
    "BreachUpdate",
    "ErasedKey",
    "ErasureProof",
    "ErasureRequest",
    "Part",
    "PersonalCopy",
    "Postponement",
    "RetentionNotice",
    "ReviewOfMonth",
    "RightsRequest",
    "Seal",
    "Term",
    "UpkeepRun",
    "add_months",
]
