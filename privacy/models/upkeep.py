"""When what keeps the house running last happened: the worker, the night, a backup, trying to put one back."""

from django.db import models
from django.utils import timezone


class UpkeepRunQuerySet(models.QuerySet):
    def good(self):
        return self.filter(succeeded=True)

    def last(self, kind: str) -> "UpkeepRun | None":
        return self.filter(kind=kind).order_by("-at", "-pk").first()


class UpkeepRun(models.Model):
    """One time that something was done to keep the house running; the worker has one row, which it touches."""

    class Kind(models.TextChoices):
        WORKER = "WORKER", "werker"
        NIGHTLY = "NIGHTLY", "nachtelijk werk"
        BACKUP = "BACKUP", "reservekopie"
        DRILL = "DRILL", "proef met terugzetten"

    kind = models.CharField("wat", max_length=10, choices=Kind)
    at = models.DateTimeField("wanneer", default=timezone.now)
    succeeded = models.BooleanField("gelukt")
    # Of a backup, when its contents were as they are: the drill says about which moment it speaks.
    about_at = models.DateTimeField("over welk moment", null=True, blank=True)
    message = models.CharField("wat er te zeggen is", max_length=250, blank=True)

    objects = UpkeepRunQuerySet.as_manager()

    class Meta:
        verbose_name = "onderhoud"
        verbose_name_plural = "onderhoud"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["kind", "-at"], name="privacy_upkeep_last")]
        constraints = [
            models.CheckConstraint(
                name="privacy_upkeep_kind_is_known",
                condition=models.Q(kind__in=["WORKER", "NIGHTLY", "BACKUP", "DRILL"]),
                violation_error_message="Dit soort onderhoud kennen we niet.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"
