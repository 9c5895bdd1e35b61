"""What may be claimed of a closed month, as it was set down; a later correction makes a new version."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from participants.models import Indication, Participant
from workshops.models.months import ClosedMonth


class MonthStatement(models.Model):
    """One version of the overview of a closed month. Never changed."""

    month = models.ForeignKey(ClosedMonth, on_delete=models.PROTECT, related_name="statements", verbose_name="maand")
    version = models.PositiveSmallIntegerField("versie")
    made_at = models.DateTimeField("gemaakt om", default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="gemaakt door"
    )
    # Of all its lines, so that one can see that a document belongs to this version.
    fingerprint = models.CharField("kenmerk", max_length=64)

    class Meta:
        verbose_name = "maandoverzicht"
        verbose_name_plural = "maandoverzichten"
        ordering = ["-month__month", "-version"]
        constraints = [
            models.UniqueConstraint(
                name="workshops_monthstatement_version",
                fields=["month", "version"],
                violation_error_message="Deze versie bestaat al.",
            )
        ]

    def __str__(self):
        return f"{self.month} versie {self.version}"


class StatementLine(models.Model):
    """What one indication gave in the month, in the words of that moment: names and codes as they were."""

    class CutReason(models.TextChoices):
        CAP = "CAP", "meer dan de maand toelaat"
        WHOLE = "WHOLE", "de hele indicatie is op"
        OVERLAP = "OVERLAP", "telt bij een andere indicatie"
        NONE = "NONE", "geen indicatie op die dagen"

    statement = models.ForeignKey(
        MonthStatement, on_delete=models.PROTECT, related_name="lines", verbose_name="maandoverzicht"
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="statement_lines", verbose_name="deelnemer"
    )
    indication = models.ForeignKey(
        Indication,
        on_delete=models.PROTECT,
        null=True,
        related_name="statement_lines",
        verbose_name="indicatie",
    )
    name = models.CharField("naam", max_length=170)
    number = models.PositiveIntegerField("nummer", null=True)
    scheme = models.CharField("regeling", max_length=40, blank=True)
    municipality_code = models.CharField("gemeente", max_length=4, blank=True)
    product_category = models.CharField("productcategorie", max_length=2, blank=True)
    product_code = models.CharField("productcode", max_length=5, blank=True)
    allocation_number = models.PositiveIntegerField("toewijzingsnummer", null=True)
    amount = models.CharField("toegewezen", max_length=60, blank=True)
    start_date = models.DateField("van", null=True)
    end_date = models.DateField("tot en met", null=True)
    delivered = models.PositiveIntegerField("geleverd")
    cap = models.PositiveIntegerField("hoogstens")
    claimable = models.PositiveIntegerField("te declareren")
    cut_reason = models.CharField("waarom minder", max_length=10, choices=CutReason, blank=True)

    class Meta:
        verbose_name = "regel van een maandoverzicht"
        verbose_name_plural = "regels van een maandoverzicht"
        ordering = ["statement", "municipality_code", "product_category", "product_code", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="workshops_statementline_within",
                condition=Q(claimable__lte=F("delivered")) & Q(claimable__lte=F("cap")),
                violation_error_message="Te declareren is nooit meer dan geleverd of dan hoogstens kan.",
            ),
            models.CheckConstraint(
                name="workshops_statementline_cut_has_reason",
                condition=Q(claimable=F("delivered"), cut_reason="")
                | Q(claimable__lt=F("delivered"), cut_reason__gt=""),
                violation_error_message="Bij minder declareren hoort waarom.",
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.claimable}"
