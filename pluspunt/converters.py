"""Parts of addresses: a day as 2026-11-23, a day part as it is spoken, a number that the database can hold."""

from datetime import date


class DayConverter:
    """A day of this century; one that does not exist gives no page."""

    regex = "20[0-9]{2}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


class NumberConverter:
    """A whole number of at most nine digits: a larger one does not fit every database, and gives no page."""

    regex = "[0-9]{1,9}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class YearConverter(NumberConverter):
    """A year of this century."""

    regex = "20[0-9]{2}"


class DayPartConverter:
    """ "ochtend" and "middag" for the stored MORNING and AFTERNOON."""

    regex = "ochtend|middag"

    def to_python(self, value: str) -> str:
        return {"ochtend": "MORNING", "middag": "AFTERNOON"}[value]

    def to_url(self, value: str) -> str:
        return {"MORNING": "ochtend", "AFTERNOON": "middag"}[value]
