"""What may be claimed of a closed month, as it was set down; a later correction makes a new version."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from participants.models import Indication, Participant
from workshops.models.months import ClosedMonth

# Of Rotterdam and around it (CBS); of another municipality the code alone says which one it is.
MUNICIPALITIES = {
    "0489": "Barendrecht",
    "0502": "Capelle aan den IJssel",
    "0542": "Krimpen aan den IJssel",
    "0556": "Maassluis",
    "0597": "Ridderkerk",
    "0599": "Rotterdam",
    "0606": "Schiedam",
    "0613": "Albrandswaard",
    "0622": "Vlaardingen",
    "1621": "Lansingerland",
    "1930": "Nissewaard",
}


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

    def lines_in_order(self):
        """The lines as they were written: in an order that no database or later name changes."""
        return self.lines.order_by("pk")


class StatementLine(models.Model):
    """What one indication gave in the month, in the words of that moment: names and codes as they were."""

    class CutReason(models.TextChoices):
        CAP = "CAP", "meer dan de maand toelaat"
        WHOLE = "WHOLE", "de hele indicatie is op"
        OVERLAP = "OVERLAP", "telt bij een andere indicatie"
        NONE = "NONE", "geen indicatie in dagdelen op die dagen"

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

    @property
    def cut(self) -> int:
        """Delivered, and not to be claimed on this line."""
        return self.delivered - self.claimable

    @property
    def municipality(self) -> str:
        """ "Rotterdam (0599)"."""
        name = MUNICIPALITIES.get(self.municipality_code)
        return f"{name} ({self.municipality_code})" if name else self.municipality_code

    @property
    def product(self) -> str:
        """ "07 07A01", "07" when it has no code of its own."""
        return f"{self.product_category} {self.product_code}".strip()

    @property
    def has_cap(self) -> bool:
        """Whether `cap` says something: what counts elsewhere or without an indication has none."""
        return self.cut_reason not in (self.CutReason.OVERLAP, self.CutReason.NONE)
