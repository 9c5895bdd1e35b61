from privacy.models.log import AccessEvent, AccessSubject

__all__ = ["AccessEvent", "AccessSubject"]
