from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from participants.models.people import Participant

# From how long before its renewal date a certificate of conduct is warned about.
VOG_WARNS_BEFORE = timedelta(days=91)


def _refuse_future(row: models.Model, name: str) -> None:
    day = getattr(row, name)
    if day and day > timezone.localdate():
        raise ValidationError({name: "Deze dag moet nog komen. Kies vandaag of een dag die is geweest."})


class VolunteerProfileQuerySet(models.QuerySet):
    def vog_needed_by(self, day: date):
        """Profiles of which the certificate was never seen, or must be renewed on `day` or before it."""
        return self.filter(Q(vog_seen_on__isnull=True) | Q(vog_renew_on__lte=day))


class VolunteerProfile(models.Model):
    """What a skilled volunteer brings, and the certificate of conduct (VOG)."""

    class VogState(models.TextChoices):
        MISSING = "MISSING", "nog niet gezien"
        REQUESTED = "REQUESTED", "aangevraagd"
        EXPIRED = "EXPIRED", "verlopen"
        EXPIRING = "EXPIRING", "vernieuwen binnen 3 maanden"
        VALID = "VALID", "gezien"

    participant = models.OneToOneField(
        Participant, on_delete=models.PROTECT, related_name="volunteer_profile", verbose_name="vakvrijwilliger"
    )
    craft = models.CharField("vak", max_length=120, help_text="Bijvoorbeeld: fietsenmaker, kok, meubelmaker.")
    availability = models.CharField("wanneer beschikbaar", max_length=250, blank=True)
    vog_requested_on = models.DateField("VOG aangevraagd op", null=True, blank=True)
    vog_seen_on = models.DateField("VOG gezien op", null=True, blank=True)
    vog_renew_on = models.DateField("VOG vernieuwen op", null=True, blank=True)

    objects = VolunteerProfileQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "gegevens van vakvrijwilliger"
        verbose_name_plural = "gegevens van vakvrijwilligers"
        ordering = ["participant__sort_name"]
        constraints = [
            models.CheckConstraint(
                name="participants_volunteerprofile_renew_after_seen",
                condition=Q(vog_renew_on__isnull=True)
                | (Q(vog_seen_on__isnull=False) & Q(vog_renew_on__gt=F("vog_seen_on"))),
                violation_error_message="Vernieuwen komt na de dag waarop de VOG is gezien.",
            ),
        ]

    def __str__(self):
        return self.craft

    def clean(self):
        for name in ("vog_requested_on", "vog_seen_on"):
            _refuse_future(self, name)
        if self.vog_renew_on and not self.vog_seen_on:
            raise ValidationError({"vog_renew_on": "Vernieuwen hoort bij een VOG die is gezien. Vul die dag ook in."})

    @property
    def vog_state(self) -> VogState:
        """How it stands with the certificate today; EXPIRING from `VOG_WARNS_BEFORE`, EXPIRED on the renewal date."""
        today = timezone.localdate()
        if self.vog_seen_on is None:
            return self.VogState.REQUESTED if self.vog_requested_on else self.VogState.MISSING
        if self.vog_renew_on and self.vog_renew_on <= today:
            return self.VogState.EXPIRED
        if self.vog_renew_on and self.vog_renew_on <= today + VOG_WARNS_BEFORE:
            return self.VogState.EXPIRING
        return self.VogState.VALID

    @property
    def vog_needs_something(self) -> bool:
        return self.vog_state != self.VogState.VALID

    @property
    def vog_requested_again(self) -> bool:
        """Whether a new certificate was asked for after the one that was seen."""
        return bool(self.vog_seen_on and self.vog_requested_on and self.vog_requested_on > self.vog_seen_on)


class AllowanceLimit(models.Model):
    """How much a volunteer may receive untaxed in a year; the tax office sets it (artikel 2 lid 6 Wet LB 1964)."""

    year = models.PositiveSmallIntegerField("jaar", unique=True, validators=[MinValueValidator(2020)])
    per_month = models.DecimalField("per maand", max_digits=7, decimal_places=2, validators=[MinValueValidator(0)])
    per_year = models.DecimalField("per jaar", max_digits=7, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = "grens vrijwilligersvergoeding"
        verbose_name_plural = "grenzen vrijwilligersvergoeding"
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                name="participants_allowancelimit_year_holds_month",
                condition=Q(per_month__gte=0) & Q(per_year__gte=F("per_month")),
                violation_error_message="De grens per jaar is minstens die per maand.",
            )
        ]

    def __str__(self):
        return str(self.year)


class Allowance(models.Model):
    """Money that a volunteer received for their effort."""

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="allowances", verbose_name="vakvrijwilliger"
    )
    paid_on = models.DateField("betaald op", default=timezone.localdate)
    amount = models.DecimalField("bedrag", max_digits=7, decimal_places=2, validators=[MinValueValidator(0.01)])
    history = HistoricalRecords()

    class Meta:
        verbose_name = "vergoeding"
        verbose_name_plural = "vergoedingen"
        ordering = ["-paid_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="participants_allowance_positive",
                condition=Q(amount__gt=0),
                violation_error_message="Een bedrag is meer dan nul.",
            )
        ]

    def __str__(self):
        return f"{self.amount} op {self.paid_on:%d-%m-%Y}"

    def clean(self):
        _refuse_future(self, "paid_on")
