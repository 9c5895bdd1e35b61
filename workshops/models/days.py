from datetime import date, datetime, time

from django.db import models
from django.db.models import Q
from django.utils import timezone

# A day part is four hours (§5).
MORNING_STARTS_AT = time(8, 30)
MORNING_ENDS_AT = time(12, 30)
AFTERNOON_ENDS_AT = time(16, 30)


class DayPart(models.TextChoices):
    MORNING = "MORNING", "ochtend"
    AFTERNOON = "AFTERNOON", "middag"

    @classmethod
    def at(cls, moment: datetime) -> "DayPart":
        return cls.MORNING if timezone.localtime(moment).time() < MORNING_ENDS_AT else cls.AFTERNOON

    @property
    def order(self) -> int:
        return list(DayPart).index(self)

    @property
    def starts_at(self) -> time:
        return MORNING_STARTS_AT if self is DayPart.MORNING else MORNING_ENDS_AT

    @property
    def ends_at(self) -> time:
        return MORNING_ENDS_AT if self is DayPart.MORNING else AFTERNOON_ENDS_AT


class Weekday(models.IntegerChoices):
    """ISO weekdays: 1 is Monday."""

    MONDAY = 1, "maandag"
    TUESDAY = 2, "dinsdag"
    WEDNESDAY = 3, "woensdag"
    THURSDAY = 4, "donderdag"
    FRIDAY = 5, "vrijdag"
    SATURDAY = 6, "zaterdag"
    SUNDAY = 7, "zondag"


class Weeks(models.IntegerChoices):
    """In which weeks a weekly pattern holds: all, or every other one.

    Weeks are counted on from a fixed Monday and not by their number in the year: after week 53 comes week 1.
    """

    EVEN = 1, "om de week"
    ODD = 2, "om de week (andere week)"
    EVERY = 3, "elke week"

    @classmethod
    def of(cls, day: date) -> "Weeks":
        """EVEN or ODD: the kind of week in which `day` lies."""
        return cls.ODD if (day.toordinal() - 1) // 7 % 2 else cls.EVEN

    @classmethod
    def holding_on(cls, day: date) -> tuple["Weeks", "Weeks"]:
        """The kinds of pattern that hold in the week of `day`."""
        return cls.EVERY, cls.of(day)

    def hold_on(self, day: date) -> bool:
        return bool(self & Weeks.of(day))


def day_part_is_known(model: str) -> models.CheckConstraint:
    """The constraint for a table with a `day_part`; `model` is the model's name in lower case."""
    return models.CheckConstraint(
        name=f"workshops_{model}_day_part_is_known",
        condition=Q(day_part__in=["MORNING", "AFTERNOON"]),
        violation_error_message="Kies ochtend of middag.",
    )


def weeks_are_known(model: str) -> models.CheckConstraint:
    """The constraint for a table with `weeks`; `model` is the model's name in lower case."""
    return models.CheckConstraint(
        name=f"workshops_{model}_weeks_are_known",
        condition=Q(weeks__range=(1, 3)),
        violation_error_message="Kies elke week of om de week.",
    )


def weekday_is_known(model: str) -> models.CheckConstraint:
    """The constraint for a table with a `weekday`; `model` is the model's name in lower case."""
    return models.CheckConstraint(
        name=f"workshops_{model}_weekday_is_known",
        condition=Q(weekday__range=(1, 7)),
        violation_error_message="Kies een dag van de week.",
    )
