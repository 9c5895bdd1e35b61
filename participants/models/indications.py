from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from participants.models.trajectories import EndReason
from pluspunt.periods import NoOverlap, PeriodModel

# From how long before its end an indication is said to expire.
EXPIRES_SOON = timedelta(weeks=8)
# A morning and an afternoon on seven days.
MAX_DAY_PARTS_PER_WEEK = 14


class ProductCode(models.Model):
    """A product in a contract with a municipality; the codes differ per contract."""

    category = models.CharField(
        "productcategorie", max_length=2, validators=[RegexValidator(r"^[0-9]{2}$", "Twee cijfers.")]
    )
    code = models.CharField(
        "productcode",
        max_length=5,
        validators=[RegexValidator(r"^[0-9A-Za-z]{1,5}$", "Hoogstens vijf letters en cijfers.")],
    )
    description = models.CharField("omschrijving", max_length=120)

    class Meta:
        verbose_name = "productcode"
        verbose_name_plural = "productcodes"
        ordering = ["category", "code"]
        constraints = [
            models.UniqueConstraint(
                name="participants_productcode_unique",
                fields=["category", "code"],
                violation_error_message="Deze productcode staat al in de lijst.",
            )
        ]

    def __str__(self):
        return f"{self.category} {self.code} {self.description}"


class Indication(PeriodModel):
    """What a municipality granted: so many day parts per week, per month or in total (iWmo 3.2 codes)."""

    class Scheme(models.TextChoices):
        WMO = "WMO", "Wmo"
        WMO_GENERAL = "WMO_GENERAL", "Wmo algemene voorziening"
        PGB = "PGB", "pgb"
        WLZ = "WLZ", "Wlz"
        PARTICIPATION_ACT = "PARTICIPATION_ACT", "Participatiewet"
        UWV = "UWV", "UWV"
        FORENSIC = "FORENSIC", "forensische zorg"
        SUBSIDY = "SUBSIDY", "subsidie"
        SUBCONTRACT = "SUBCONTRACT", "onderaanneming"
        VOLUNTEER = "VOLUNTEER", "vrijwilliger"
        NONE = "NONE", "geen"

    class Category(models.TextChoices):
        DAY_CARE = "07", "07 dagbesteding"
        TRANSPORT = "08", "08 vervoerdiensten"
        OTHER = "99", "anders"

    class Unit(models.TextChoices):
        DAY_PART = "16", "dagdeel (4 uur)"
        MINUTE = "01", "minuut"
        HOUR = "04", "uur"
        DAY_AND_NIGHT = "14", "etmaal"
        PIECE = "82", "stuks (inspanning)"
        PIECE_OUTPUT = "84", "stuks (resultaat)"
        EURO = "83", "euro"

    class Frequency(models.TextChoices):
        WEEK = "2", "per week"
        MONTH = "4", "per maand"
        TOTAL = "6", "totaal in de periode"

    participant = models.ForeignKey(
        "Participant", on_delete=models.PROTECT, related_name="indications", verbose_name="deelnemer"
    )
    scheme = models.CharField("financiering", max_length=20, choices=Scheme, default=Scheme.WMO)
    allocation_number = models.PositiveIntegerField(
        "toewijzingsnummer",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(999_999_999)],
    )
    municipality_code = models.CharField(
        "gemeentecode", max_length=4, default="0599", validators=[RegexValidator(r"^[0-9]{4}$", "Vier cijfers.")]
    )
    product_category = models.CharField("productcategorie", max_length=2, choices=Category, default=Category.DAY_CARE)
    product_code = models.ForeignKey(
        ProductCode, on_delete=models.PROTECT, null=True, blank=True, verbose_name="productcode"
    )
    volume = models.PositiveIntegerField("aantal", validators=[MinValueValidator(1), MaxValueValidator(99_999_999)])
    unit = models.CharField("eenheid", max_length=2, choices=Unit, default=Unit.DAY_PART)
    frequency = models.CharField("per", max_length=1, choices=Frequency, default=Frequency.WEEK)
    decision_number = models.CharField("besluitnummer", max_length=20, blank=True)
    decision_date = models.DateField("besluitdatum", null=True, blank=True)
    remarks = models.CharField("opmerking", max_length=250, blank=True)
    end_reason = models.CharField(
        "reden van stoppen", max_length=2, choices=EndReason, blank=True, default="", db_default=""
    )
    start_notice_on = models.DateField("startbericht verstuurd op", null=True, blank=True)
    stop_notice_on = models.DateField("stopbericht verstuurd op", null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "indicatie"
        verbose_name_plural = "indicaties"
        ordering = ["-start_date", "-pk"]
        constraints = [
            *PeriodModel.Meta.constraints,
            NoOverlap(
                name="participants_indication_one_at_a_time",
                fields=("participant", "product_category", "product_code"),
                violation_error_message="Voor dit product loopt in die tijd al een indicatie.",
            ),
            models.UniqueConstraint(
                name="participants_indication_allocation_unique",
                fields=["municipality_code", "allocation_number"],
                violation_error_message="Dit toewijzingsnummer is al in gebruik bij deze gemeente.",
            ),
            models.CheckConstraint(
                name="participants_indication_end_when_per_week",
                condition=~Q(frequency="2") | Q(end_date__isnull=False),
                violation_error_message="Een indicatie per week heeft een einddatum.",
            ),
            models.CheckConstraint(
                name="participants_indication_volume_positive",
                condition=Q(volume__gte=1),
                violation_error_message="Het aantal is minstens 1.",
            ),
            models.CheckConstraint(
                name="participants_indication_allocation_nine_digits",
                condition=Q(allocation_number__isnull=True) | Q(allocation_number__range=(1, 999_999_999)),
                violation_error_message="Een toewijzingsnummer heeft hoogstens 9 cijfers.",
            ),
        ]

    def __str__(self):
        return f"{self.volume} {self.get_unit_display()} {self.get_frequency_display()}"

    def clean(self):
        too_many = self.volume is not None and self.volume > MAX_DAY_PARTS_PER_WEEK
        if too_many and self.is_in_day_parts_per_week:
            raise ValidationError({"volume": f"Vul een getal in van 1 tot en met {MAX_DAY_PARTS_PER_WEEK}."})

    @property
    def is_in_day_parts_per_week(self) -> bool:
        return self.unit == self.Unit.DAY_PART and self.frequency == self.Frequency.WEEK

    @property
    def amount(self) -> str:
        """ "4 dagdelen per week"."""
        if self.unit == self.Unit.DAY_PART:
            unit = "dagdeel" if self.volume == 1 else "dagdelen"
        else:
            unit = self.get_unit_display()
        return f"{self.volume} {unit} {self.get_frequency_display()}"

    @property
    def is_expired(self) -> bool:
        return self.end_date is not None and self.end_date < timezone.localdate()

    @property
    def is_expiring(self) -> bool:
        """Whether it still runs and ends within `EXPIRES_SOON`."""
        today = timezone.localdate()
        return self.runs_on(today) and self.end_date is not None and self.end_date <= today + EXPIRES_SOON

    @property
    def weeks_left(self) -> int | None:
        """Whole weeks up to its end, `None` without one."""
        return None if self.end_date is None else (self.end_date - timezone.localdate()).days // 7


class RenewalStep(models.Model):
    """What was done about an indication that runs out, and who must act next."""

    class Actor(models.TextChoices):
        PRACTITIONER = "PRACTITIONER", "behandelaar"
        MUNICIPALITY = "MUNICIPALITY", "gemeente"
        US = "US", "wij"

    indication = models.ForeignKey(
        Indication, on_delete=models.PROTECT, related_name="renewal_steps", verbose_name="indicatie"
    )
    done_on = models.DateField("gedaan op", default=timezone.localdate)
    text = models.CharField("wat is er gedaan", max_length=250)
    next_actor = models.CharField("wie is nu aan zet", max_length=12, choices=Actor)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="door"
    )

    class Meta:
        verbose_name = "stap naar verlenging"
        verbose_name_plural = "stappen naar verlenging"
        ordering = ["-done_on", "-pk"]

    def __str__(self):
        return f"{self.text} ({self.done_on:%d-%m-%Y})"
