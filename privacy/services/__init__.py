from privacy.services.log import Action, Ground, address_of, log_access, origin_of, record_access

__all__ = ["Action", "Ground", "address_of", "log_access", "origin_of", "record_access"]
