from privacy.models.log import AccessEvent, AccessSubject
from privacy.models.seals import Seal
from privacy.models.upkeep import UpkeepRun

__all__ = ["AccessEvent", "AccessSubject", "Seal", "UpkeepRun"]
