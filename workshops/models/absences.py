from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from participants.models import Participant
from pluspunt.periods import PeriodModel, PeriodQuerySet
from workshops.models.days import DayPart
from workshops.models.registers import AbsenceReason
from workshops.models.withdrawing import Withdrawable, WithdrawableQuerySet


class AbsenceQuerySet(WithdrawableQuerySet, PeriodQuerySet):
    """Absences of some days, and those that stand."""


class Absence(Withdrawable, PeriodModel):
    """Somebody said beforehand that they stay away: whole days, or one day part of each, and who said so."""

    class ReportedBy(models.TextChoices):
        SELF = "SELF", "deelnemer zelf"
        FAMILY = "FAMILY", "familie of mantelzorger"
        PRACTITIONER = "PRACTITIONER", "begeleider van elders"
        STAFF = "STAFF", "iemand van Pluspunt"
        OTHER = "OTHER", "iemand anders"

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="absences", verbose_name="deelnemer"
    )
    day_part = models.CharField("dagdeel", max_length=10, choices=DayPart, blank=True, help_text="Leeg is de hele dag.")
    reason = models.ForeignKey(
        AbsenceReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="reden"
    )
    reported_by = models.CharField("gemeld door", max_length=20, choices=ReportedBy, default=ReportedBy.SELF)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="aangenomen door"
    )
    taken_at = models.DateTimeField("aangenomen om", default=timezone.now)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "afwezigheid vooraf"
        verbose_name_plural = "afwezigheid vooraf"
        ordering = ["-start_date", "-pk"]
        constraints = [
            *PeriodModel.Meta.constraints,
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                name="workshops_absence_has_end",
                condition=Q(end_date__isnull=False),
                violation_error_message="Geef de laatste dag. Weet je die niet? Dan is het een onderbreking.",
            ),
            models.CheckConstraint(
                name="workshops_absence_day_part_is_known",
                condition=Q(day_part__in=["", "MORNING", "AFTERNOON"]),
                violation_error_message="Kies ochtend, middag of de hele dag.",
            ),
        ]

    def __str__(self):
        return f"afwezig {self.start_date:%d-%m-%Y} t/m {self.end_date:%d-%m-%Y}"

    def clean(self):
        if self.end_date is None:
            raise ValidationError({"end_date": "Geef de laatste dag. Weet je die niet? Dan is het een onderbreking."})

    def covers(self, day, day_part: str) -> bool:
        return self.runs_on(day) and self.day_part in ("", day_part)
