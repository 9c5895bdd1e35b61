"""Where somebody stands on the participatieladder, half year by half year (domain reference §7)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from impact.models.indicators import FIRST_YEAR, LAST_YEAR
from participants.models import Participant


class LadderPosition(models.Model):
    """Where somebody stands on the participatieladder in a half year."""

    class Rung(models.IntegerChoices):
        ISOLATED = 1, "geïsoleerd"
        CONTACTS = 2, "sociale contacten buitenshuis"
        ORGANISED = 3, "deelname aan georganiseerde activiteiten"
        UNPAID_WORK = 4, "onbetaald werk"
        SUPPORTED_WORK = 5, "betaald werk met ondersteuning"
        PAID_WORK = 6, "betaald werk"

    class Half(models.IntegerChoices):
        FIRST = 1, "eerste helft"
        SECOND = 2, "tweede helft"

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="ladder_positions", verbose_name="deelnemer"
    )
    year = models.PositiveSmallIntegerField(
        "jaar", validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    half = models.PositiveSmallIntegerField("halfjaar", choices=Half)
    rung = models.PositiveSmallIntegerField("trede", choices=Rung)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="door"
    )
    recorded_on = models.DateField("vastgelegd op", default=timezone.localdate)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "plek op de participatieladder"
        verbose_name_plural = "plekken op de participatieladder"
        ordering = ["-year", "-half"]
        indexes = [models.Index(fields=["year", "half", "rung"], name="ladder_of_half_year")]
        constraints = [
            models.UniqueConstraint(
                name="impact_ladderposition_once",
                fields=["participant", "year", "half"],
                violation_error_message="Voor dit halfjaar is er al een trede.",
            ),
            models.CheckConstraint(
                name="impact_ladderposition_is_known",
                condition=Q(rung__gte=1, rung__lte=6, half__gte=1, half__lte=2),
                violation_error_message="Kies een van de zes treden.",
            ),
        ]

    def __str__(self):
        return f"{self.year}-{self.half}: {self.rung}"
