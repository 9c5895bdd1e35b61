"""Months that are closed, and what is asked to be mended after that."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Max, Q
from django.utils import timezone

from pluspunt.periods import last_day_of_month
from workshops.models.attendance import Attendance, Value
from workshops.models.jobs import Job
from workshops.models.registers import AbsenceReason


class ClosedMonthQuerySet(models.QuerySet):
    def last_day(self) -> date | None:
        """The last frozen day; months are closed in order, so everything before it is frozen too."""
        last = self.aggregate(Max("month"))["month__max"]
        return last and last_day_of_month(last)


class ClosedMonth(models.Model):
    """A month whose attendance is frozen (invariant 6): after this only a correction changes it."""

    month = models.DateField("maand", unique=True, help_text="De eerste dag van de maand.")
    closed_at = models.DateTimeField("gesloten om", default=timezone.now)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="door"
    )
    left_open = models.PositiveIntegerField("niet ingevuld gebleven", default=0)

    objects = ClosedMonthQuerySet.as_manager()

    class Meta:
        verbose_name = "gesloten maand"
        verbose_name_plural = "gesloten maanden"
        ordering = ["-month"]

    def __str__(self):
        return f"{self.month:%m-%Y}"

    def clean(self):
        if self.month and self.month.day != 1:
            raise ValidationError({"month": "Een maand begint op de eerste."})


class CorrectionRequest(models.Model):
    """Somebody asks to change a row that they may not change themselves; a coordinator, and another one, decides."""

    class Origin(models.TextChoices):
        ASKED = "ASKED", "gevraagd"
        LATE = "LATE", "kwam te laat binnen van een tablet"

    attendance = models.ForeignKey(
        Attendance, on_delete=models.PROTECT, related_name="correction_requests", verbose_name="regel"
    )
    status = models.CharField("moet worden", max_length=10, choices=Attendance.Status)
    reason = models.ForeignKey(
        AbsenceReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="reden"
    )
    arrived_at = models.TimeField("te laat, om", null=True, blank=True)
    left_at = models.TimeField("eerder weg, om", null=True, blank=True)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="klus")
    origin = models.CharField("hoe", max_length=10, choices=Origin, default=Origin.ASKED)
    why = models.CharField("waarom", max_length=200)
    # When it happened, for a mark that came late.
    marked_at = models.DateTimeField("getikt om", null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="gevraagd door"
    )
    asked_at = models.DateTimeField("gevraagd om", default=timezone.now)
    is_approved = models.BooleanField("goedgekeurd", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="besloten door",
    )
    decided_at = models.DateTimeField("besloten om", null=True, blank=True)
    answer = models.CharField("toelichting", max_length=200, blank=True)

    class Meta:
        verbose_name = "verzoek om correctie"
        verbose_name_plural = "verzoeken om correctie"
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="workshops_correctionrequest_not_own",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                violation_error_message="Je kunt niet beslissen over je eigen verzoek. Vraag een collega.",
            ),
            models.CheckConstraint(
                name="workshops_correctionrequest_decided_whole",
                condition=Q(is_approved__isnull=True, decided_by__isnull=True, decided_at__isnull=True)
                | Q(is_approved__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                violation_error_message="Een besluit heeft iemand die het nam en een moment.",
            ),
        ]

    def __str__(self):
        return f"{self.attendance_id}: {self.get_status_display()}"

    @property
    def value(self) -> Value:
        return Value(self.status, self.reason_id, self.arrived_at, self.left_at, self.job_id)

    @property
    def is_open(self) -> bool:
        return self.is_approved is None
