"""Which coach is where in a week, and when one is away; volunteers have placements for that."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from pluspunt.periods import NoOverlap, PeriodModel
from workshops.models.days import DayPart, Weekday, day_part_is_known, weekday_is_known
from workshops.models.places import Workshop


class Duty(PeriodModel):
    """On this weekday and day part this coach is in this workshop."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="duties",
        limit_choices_to={"role": "COACH"},
        verbose_name="coach",
    )
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="duties", verbose_name="werkplaats")
    weekday = models.PositiveSmallIntegerField("dag", choices=Weekday)
    day_part = models.CharField("dagdeel", max_length=10, choices=DayPart)

    class Meta:
        verbose_name = "dienst"
        verbose_name_plural = "diensten"
        ordering = ["weekday", "-day_part", "start_date"]
        indexes = [models.Index(fields=["workshop", "weekday", "day_part"], name="duty_slot")]
        constraints = [
            *PeriodModel.Meta.constraints,
            day_part_is_known("duty"),
            weekday_is_known("duty"),
            NoOverlap(
                name="workshops_duty_one_at_a_time",
                fields=("user", "weekday", "day_part"),
                violation_error_message="Deze coach staat op dit dagdeel in die tijd al ergens ingeroosterd.",
            ),
        ]

    def __str__(self):
        return f"{self.workshop} {self.get_weekday_display()} {self.get_day_part_display()}"

    def comes_on(self, day: date) -> bool:
        return self.weekday == day.isoweekday() and self.runs_on(day)


class Leave(PeriodModel):
    """A coach is away: whole days, or one day part of each. Why is nobody's business here."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="leaves",
        limit_choices_to={"role": "COACH"},
        verbose_name="coach",
    )
    day_part = models.CharField("dagdeel", max_length=10, choices=DayPart, blank=True, help_text="Leeg is de hele dag.")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="ingevoerd door"
    )
    taken_at = models.DateTimeField("ingevoerd om", default=timezone.now)

    class Meta:
        verbose_name = "vrij van een coach"
        verbose_name_plural = "vrij van coaches"
        ordering = ["-start_date", "-pk"]
        constraints = [
            *PeriodModel.Meta.constraints,
            models.CheckConstraint(
                name="workshops_leave_has_end",
                condition=Q(end_date__isnull=False),
                violation_error_message="Geef de laatste dag.",
            ),
            models.CheckConstraint(
                name="workshops_leave_day_part_is_known",
                condition=Q(day_part__in=["", "MORNING", "AFTERNOON"]),
                violation_error_message="Kies ochtend, middag of de hele dag.",
            ),
        ]

    def __str__(self):
        return f"vrij {self.start_date:%d-%m-%Y} t/m {self.end_date:%d-%m-%Y}"

    def covers(self, day: date, day_part: str) -> bool:
        return self.runs_on(day) and self.day_part in ("", day_part)
