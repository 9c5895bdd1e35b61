from django.conf import settings
from django.db import models
from django.utils import timezone


class ReviewOfMonth(models.Model):
    """That somebody went through the log of a month, and what they thought of what stood out. It stays as it is."""

    month = models.DateField("maand")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="nagekeken door"
    )
    reviewed_at = models.DateTimeField("nagekeken op", default=timezone.now)
    findings = models.PositiveIntegerField("signalen")
    remark = models.TextField("opmerking", max_length=2000, blank=True)

    class Meta:
        verbose_name = "nagekeken maand van het logboek"
        verbose_name_plural = "nagekeken maanden van het logboek"
        ordering = ["-month", "-reviewed_at"]
        constraints = [
            models.CheckConstraint(
                name="privacy_review_is_of_a_month",
                condition=models.Q(month__day=1),
                violation_error_message="Een maand begint op de eerste dag.",
            )
        ]

    def __str__(self):
        return f"{self.month:%Y-%m}"
