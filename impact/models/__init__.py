from impact.models.indicators import Indicator

__all__ = ["Indicator"]
