from privacy.models.log import AccessEvent, AccessSubject
from privacy.models.seals import Seal

__all__ = ["AccessEvent", "AccessSubject", "Seal"]
