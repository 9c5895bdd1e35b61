from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from simple_history.models import HistoricalRecords

from participants.models.trajectories import EndReason, Trajectory
from pluspunt.periods import NoOverlap, PeriodModel, PeriodQuerySet
from pluspunt.templatetags.words import day as in_words
from pluspunt.templatetags.words import near_day, time_span

# From how long before its end an indication is said to expire.
EXPIRES_SOON = timedelta(weeks=8)
# Within how many weeks an indication runs out, as the work-list groups them.
RUNS_OUT_WITHIN = (4, 8, 12)
# A morning and an afternoon on every day.
MAX_DAY_PARTS_PER_WEEK, MAX_DAY_PARTS_PER_MONTH = 14, 62


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


class IndicationQuerySet(PeriodQuerySet):
    def running_out_by(self, day: date):
        """Of which the last day is `day` or an earlier one."""
        return self.filter(end_date__lte=day)

    def with_successor(self):
        """Adds whether another one of this person in the same product category holds longer (`has_successor`)."""
        later = Q(end_date__isnull=True) | Q(end_date__gt=OuterRef("end_date"))
        same = Q(participant=OuterRef("participant"), product_category=OuterRef("product_category"))
        return self.annotate(has_successor=Exists(Indication.objects.filter(same, later)))

    def without_successor(self):
        return self.with_successor().filter(has_successor=False)

    def to_renew(self, day: date):
        """What runs out within 12 weeks or ran out, without a successor, of people whose path has not ended."""
        here = Trajectory.objects.overlapping(day, None).filter(participant=OuterRef("participant"))
        last = day + timedelta(weeks=RUNS_OUT_WITHIN[-1])
        # Somebody stopped the others; after a request for a change the next one must still come.
        goes_on = ["", EndReason.CHANGE_REQUEST]
        begun = self.filter(Exists(here), start_date__lte=day, end_reason__in=goes_on)
        return begun.running_out_by(last).without_successor()._with_last_step(day)

    def _with_last_step(self, day: date):
        """Adds the latest step (`step_text`, `step_on`) and who must act (`actor`), see `RenewalStep.Actor`.

        Without a step the practitioner asks for a renewal; from 8 weeks before the end it is for us to ring them.
        """
        steps = RenewalStep.objects.filter(indication=OuterRef("pk"))
        Actor = RenewalStep.Actor
        nobody_acted = Case(
            When(end_date__gt=day + EXPIRES_SOON, then=Value(Actor.PRACTITIONER.value)), default=Value(Actor.US.value)
        )
        return self.annotate(
            step_text=Subquery(steps.values("text")[:1]),
            step_on=Subquery(steps.values("done_on")[:1]),
            actor=Coalesce(Subquery(steps.values("next_actor")[:1]), nobody_acted),
        )


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

    objects = IndicationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "indicatie"
        verbose_name_plural = "indicaties"
        ordering = ["-start_date", "-pk"]
        indexes = [models.Index(fields=["participant", "start_date", "end_date"], name="indication_of_person")]
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
        """Say at the field what the constraints refuse without naming one."""
        checks = [self._check_volume, self._check_product, self._check_number, self._check_overlap]
        errors = {}
        for check in checks:
            errors |= {name: sentence for name, sentence in check().items() if name not in errors}
        if errors:
            raise ValidationError(errors)

    def _check_volume(self) -> dict[str, str]:
        limits = {self.Frequency.WEEK: MAX_DAY_PARTS_PER_WEEK, self.Frequency.MONTH: MAX_DAY_PARTS_PER_MONTH}
        limit = limits.get(self.frequency) if self.unit == self.Unit.DAY_PART else None
        if limit and self.volume is not None and self.volume > limit:
            return {"volume": f"Vul een getal in van 1 tot en met {limit}."}
        return {}

    def _check_product(self) -> dict[str, str]:
        code = self.product_code
        kinds = {self.Category.DAY_CARE, self.Category.TRANSPORT}
        is_other = self.product_category == self.Category.OTHER and code is not None and code.category not in kinds
        if code is None or code.category == self.product_category or is_other:
            return {}
        kind = self.get_product_category_display()
        return {"product_code": f"Deze productcode hoort niet bij {kind}. Kies een andere code of categorie."}

    def _check_number(self) -> dict[str, str]:
        same = Indication.objects.filter(
            municipality_code=self.municipality_code, allocation_number=self.allocation_number
        )
        if self.allocation_number is None or not same.exclude(pk=self.pk).exists():
            return {}
        return {"allocation_number": "Dit toewijzingsnummer is al in gebruik bij deze gemeente. Kijk het na."}

    def _check_overlap(self) -> dict[str, str]:
        """Which other indication for this product is in the way, and what to do about it."""
        if self.participant_id is None or self.start_date is None or (self.end_date or date.max) < self.start_date:
            return {}
        others = Indication.objects.filter(participant=self.participant_id, product_category=self.product_category)
        others = others.filter(product_code=self.product_code_id).exclude(pk=self.pk)
        in_the_way = list(others.overlapping(self.start_date, self.end_date).order_by("start_date"))
        if not in_the_way:
            return {}
        other, last = in_the_way[0], in_the_way[-1]
        there = f"Voor dit product is er al een indicatie {other.days_in_words} ({other.amount})."
        day = timedelta(days=1)
        if other.start_date > self.start_date:
            return {"end_date": f"{there} Laat deze uiterlijk eindigen op {in_words(other.start_date - day)}."}
        begin = f", of begin op {in_words(last.end_date + day)}" if last.end_date else ""
        return {"start_date": f"{there} Kort die eerst in{begin}."}

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
    def runs_out_within(self) -> int | None:
        """The group of the work-list: 4, 8 or 12 weeks, 0 when it is over, `None` when it holds longer."""
        if self.is_expired:
            return 0
        left = timedelta.max if self.end_date is None else self.end_date - timezone.localdate()
        return next((weeks for weeks in RUNS_OUT_WITHIN if left <= timedelta(weeks=weeks)), None)

    @property
    def days_in_words(self) -> str:
        """ "van do 1 jan tot en met do 31 dec", "vanaf do 1 jan"."""
        if self.end_date is None:
            return f"vanaf {in_words(self.start_date)}"
        return f"van {in_words(self.start_date)} tot en met {in_words(self.end_date)}"

    @property
    def state_in_words(self) -> str:
        """ "nog 7 weken", "loopt vandaag af", "verlopen sinds 3 maanden", "begint op ma 30 nov", "zonder einddatum"."""
        today = timezone.localdate()
        if self.start_date > today:
            on = "" if self.start_date == today + timedelta(days=1) else "op "
            return f"begint {on}{near_day(self.start_date)}"
        if self.end_date is None:
            return "zonder einddatum"
        left = (self.end_date - today).days
        if left > 1:
            return f"nog {time_span(left)}"
        if left >= 0:
            return f"loopt {near_day(self.end_date)} af"
        if self.end_reason:
            return f"gestopt op {in_words(self.end_date)}: {self.get_end_reason_display()}"
        return f"verlopen sinds {'gisteren' if left == -1 else time_span(-left)}"


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
