"""What the centre wants to change, how that is measured, and how much of it is aimed at in a year."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from participants.models import PeopleIndicator
from workshops.models import OutputType

FIRST_YEAR, LAST_YEAR = 2020, 2100


class Indicator(models.Model):
    """What the centre wants to change, for one person or for the city, in one of the four P's."""

    class Pillar(models.TextChoices):
        PEOPLE = "PEOPLE", "People"
        PLANET = "PLANET", "Planet"
        PLACE = "PLACE", "Place"
        PROSPERITY = "PROSPERITY", "Prosperity"

    class Scope(models.TextChoices):
        INDIVIDUAL = "INDIVIDUAL", "voor een deelnemer"
        SOCIETY = "SOCIETY", "voor de stad"

    pillar = models.CharField("pijler", max_length=10, choices=Pillar)
    scope = models.CharField("voor wie", max_length=10, choices=Scope)
    name = models.CharField("indicator", max_length=60, unique=True)
    explanation = models.CharField("uitleg", max_length=250)
    how_measured = models.CharField("hoe we het meten", max_length=500, blank=True, default="", db_default="")
    # Which of the six fixed People indicators this describes; empty for those of the city.
    key = models.CharField(
        "vast kenmerk", max_length=20, choices=PeopleIndicator, blank=True, default="", db_default="", editable=False
    )
    is_active = models.BooleanField("in gebruik", default=True, db_default=True)
    position = models.PositiveSmallIntegerField("volgorde", default=0)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "indicator"
        verbose_name_plural = "indicatoren"
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                name="impact_indicator_people_are_individual",
                condition=Q(pillar="PEOPLE", scope="INDIVIDUAL") | (~Q(pillar="PEOPLE") & Q(scope="SOCIETY")),
                violation_error_message="People gaat over een deelnemer, de andere drie over de stad.",
            ),
            models.UniqueConstraint(
                name="impact_indicator_key_once",
                fields=["key"],
                condition=~Q(key=""),
                violation_error_message="Deze indicator van People is er al.",
            ),
        ]

    def __str__(self):
        return self.name


class Target(models.Model):
    """What is aimed at in a year: for one of the house's own figures, or for an indicator.

    For an indicator of People it is the share of people who grow; for one of the city the amount of an output type.
    Rates and shares are percentages (0 to 100), waiting time is in days, everything else in its own unit.
    """

    class Figure(models.TextChoices):
        REACHED = "REACHED", "mensen bereikt"
        DELIVERED = "DELIVERED", "geleverde dagdelen"
        ATTENDANCE_RATE = "ATTENDANCE_RATE", "opkomst (%)"
        OCCUPANCY = "OCCUPANCY", "bezetting (%)"
        COMPLETENESS = "COMPLETENESS", "registratiegraad (%)"
        POSITIVE_OUTFLOW = "POSITIVE_OUTFLOW", "positieve uitstroom (%)"
        FLOW_THROUGH = "FLOW_THROUGH", "doorstroom (%)"
        WAITING_TIME = "WAITING_TIME", "wachttijd in dagen (hoogstens)"
        COVERAGE = "COVERAGE", "deelnemers gemeten (%)"
        VOLUNTEER_HOURS = "VOLUNTEER_HOURS", "uren van vakvrijwilligers"
        CO2_AVOIDED = "CO2_AVOIDED", "kg CO2e bespaard (schatting)"

    year = models.PositiveSmallIntegerField(
        "jaar", validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    figure = models.CharField("cijfer", max_length=20, choices=Figure, blank=True)
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, null=True, blank=True, related_name="targets", verbose_name="indicator"
    )
    output_type = models.ForeignKey(
        OutputType, on_delete=models.PROTECT, null=True, blank=True, related_name="targets", verbose_name="opbrengst"
    )
    value = models.DecimalField("doel", max_digits=11, decimal_places=1, validators=[MinValueValidator(Decimal(0))])
    history = HistoricalRecords()

    class Meta:
        verbose_name = "doel"
        verbose_name_plural = "doelen"
        ordering = ["-year", "figure", "indicator", "output_type"]
        constraints = [
            models.CheckConstraint(
                name="impact_target_of_one_thing",
                condition=Q(indicator__isnull=True, output_type__isnull=True, figure__gt="")
                | Q(indicator__isnull=False, figure=""),
                violation_error_message="Een doel hoort bij een cijfer van het huis, of bij een indicator.",
            ),
            models.CheckConstraint(
                name="impact_target_not_negative",
                condition=Q(value__gte=0),
                violation_error_message="Een doel is niet kleiner dan nul.",
            ),
            models.UniqueConstraint(
                name="impact_target_figure_once",
                fields=["year", "figure"],
                condition=Q(indicator__isnull=True),
                violation_error_message="Voor dit jaar is er al een doel voor dit cijfer.",
            ),
            models.UniqueConstraint(
                name="impact_target_indicator_once",
                fields=["year", "indicator"],
                condition=Q(indicator__isnull=False, output_type__isnull=True),
                violation_error_message="Voor dit jaar is er al een doel voor deze indicator.",
            ),
            models.UniqueConstraint(
                name="impact_target_output_once",
                fields=["year", "indicator", "output_type"],
                condition=Q(indicator__isnull=False, output_type__isnull=False),
                violation_error_message="Voor dit jaar is er al een doel voor deze opbrengst.",
            ),
        ]

    def __str__(self):
        return f"{self.get_figure_display() or self.indicator} {self.year}"

    def clean(self):
        if self.indicator_id and self.indicator.scope == Indicator.Scope.INDIVIDUAL and self.output_type_id:
            raise ValidationError({"output_type": "Een indicator van People heeft geen opbrengst."})
