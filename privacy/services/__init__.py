from privacy.services.log import Action, address_of, log_access, record_access

__all__ = ["Action", "address_of", "log_access", "record_access"]
