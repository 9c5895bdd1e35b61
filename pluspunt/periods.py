"""Periods of whole days, of which both the first and the last day belong to it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import F, Func, Q, Value
from django.utils import timezone


@dataclass(frozen=True)
class Period:
    """A closed range of days; raises `ValueError` when it ends before it starts."""

    start: date
    end: date

    def __post_init__(self):
        if self.end < self.start:
            raise ValueError("a period ends before it starts")

    @classmethod
    def of_year(cls, year: int) -> "Period":
        return cls(date(year, 1, 1), date(year, 12, 31))

    @property
    def days(self) -> list[date]:
        return [self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1)]

    @property
    def year_before(self) -> "Period":
        """The same days one year earlier (29 February becomes the 28th)."""

        def back(day: date) -> date:
            is_leap_day = (day.month, day.day) == (2, 29)
            return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)

        return Period(back(self.start), back(self.end))

    @property
    def is_year(self) -> bool:
        return self == Period.of_year(self.start.year)


def last_day_of_month(day: date) -> date:
    """The last day of the month in which `day` lies."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def add_working_days(day: date, count: int) -> date:
    """The last day of a term of `count` working days that starts after `day`.

    Working days are Monday to Friday without the Dutch public holidays. With 0 it is `day` itself, whatever that is;
    raises `ValueError` below 0.
    """
    if count < 0:
        raise ValueError("a term has no negative length")
    while count:
        day += timedelta(days=1)
        if day.isoweekday() <= 5 and day not in _public_holidays(day.year):
            count -= 1
    return day


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NL", years=year))


class PeriodQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.overlapping(day, day)

    def overlapping(self, start: date, end: date | None):
        """Rows that share at least one day with `start` to `end` (`None`: without an end)."""
        rows = self.filter(Q(end_date__isnull=True) | Q(end_date__gte=start))
        return rows if end is None else rows.filter(start_date__lte=end)


class PeriodModel(models.Model):
    """Something that is valid from `start_date` to `end_date`; no end date means that it still runs."""

    start_date = models.DateField("van")
    end_date = models.DateField("tot en met", null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_end_after_start",
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                violation_error_message="De einddatum ligt voor de begindatum.",
            )
        ]

    def runs_on(self, day: date) -> bool:
        return self.start_date <= day and (self.end_date is None or day <= self.end_date)


class RelationModel(models.Model):
    """Somebody or something that belongs with us for a while; the first day may be unknown."""

    start_date = models.DateField("sinds", null=True, blank=True)
    end_date = models.DateField("tot en met", null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_end_after_start",
                condition=Q(start_date__isnull=True) | Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                violation_error_message="De einddatum ligt voor de begindatum.",
            )
        ]

    @property
    def is_current(self) -> bool:
        """Whether it has not ended yet."""
        return self.end_date is None or self.end_date >= timezone.localdate()


class NoOverlap(models.BaseConstraint):
    """Rows with the same values in `fields` never share a day.

    On PostgreSQL an exclusion constraint; elsewhere only `validate()` knows the rule, so that services lock and
    call `full_clean()`. Null in `fields` is a value like any other there. `among` (field, values) leaves out the rows
    with another value in that field.
    """

    def __init__(
        self,
        *,
        fields: tuple[str, ...],
        name: str,
        among: tuple[str, tuple] | None = None,
        violation_error_message: str | None = None,
    ):
        self.fields = tuple(fields)
        self.among = among and (among[0], tuple(among[1]))
        super().__init__(name=name, violation_error_message=violation_error_message)

    def _exclusion(self) -> ExclusionConstraint:
        days = Func(F("start_date"), F("end_date"), Value("[]"), function="daterange")
        return ExclusionConstraint(
            name=self.name,
            expressions=[*((field, RangeOperators.EQUAL) for field in self.fields), (days, RangeOperators.OVERLAPS)],
            condition=self._only,
        )

    @property
    def _only(self) -> Q | None:
        return self.among and Q(**{f"{self.among[0]}__in": self.among[1]})

    def constraint_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().constraint_sql(model, schema_editor)
        return None

    def create_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().create_sql(model, schema_editor)
        return None

    def remove_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().remove_sql(model, schema_editor)
        return None

    def validate(self, model, instance, exclude=None, using=DEFAULT_DB_ALIAS):
        if exclude and {*self.fields, "start_date", "end_date"} & set(exclude):
            return
        start, end = instance.start_date, instance.end_date
        if start is None or (end is not None and end < start):
            return
        if self.among and getattr(instance, self.among[0]) not in self.among[1]:
            return
        same = {}
        for field in self.fields:
            attname = model._meta.get_field(field).attname
            value = getattr(instance, attname)
            same[field + "__isnull" if value is None else attname] = True if value is None else value
        others = model._base_manager.using(using).filter(self._only or Q(), **same).exclude(pk=instance.pk)
        others = others.filter(Q(end_date__isnull=True) | Q(end_date__gte=start))
        if end is not None:
            others = others.filter(start_date__lte=end)
        if others.exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        among = {"among": self.among} if self.among else {}
        return path, args, {**kwargs, "fields": self.fields, **among}

    def __eq__(self, other):
        return isinstance(other, NoOverlap) and self.deconstruct() == other.deconstruct()

    __hash__ = models.BaseConstraint.__hash__
