"""One figure of the catalogue: its name, its value and what is needed to show it without telling about few people."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

Value = int | float | Decimal | None


class Kind(Enum):
    """What a figure is a number of; the value is how it is called in a spreadsheet."""

    PEOPLE = "aantal mensen"
    SLOTS = "aantal dagdelen"
    RATE = "percentage"
    DAYS = "aantal dagen"
    HOURS = "aantal uren"
    SCORE = "score"
    QUANTITY = "hoeveelheid"


@dataclass(frozen=True)
class Figure:
    """A figure: `value` is `None` where nothing is known or nothing can be divided; a rate is between 0 and 1.

    `key` never changes its meaning between versions. `about` names the figure that counts the people whom it is about,
    and `least` how many those must be to publish it. `parts` are the two figures that a rate divides. `traits` are what
    people are told apart by, the period aside.
    """

    key: str
    group: str
    label: str
    value: Value
    unit: str
    kind: Kind
    definition: str
    about: str = ""
    least: int = 5
    parts: tuple[str, str] | None = None
    traits: tuple[str, ...] = ()
