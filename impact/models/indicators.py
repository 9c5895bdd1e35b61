from django.db import models
from django.db.models import Q


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
    position = models.PositiveSmallIntegerField("volgorde", default=0)

    class Meta:
        verbose_name = "indicator"
        verbose_name_plural = "indicatoren"
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                name="impact_indicator_people_are_individual",
                condition=Q(pillar="PEOPLE", scope="INDIVIDUAL") | (~Q(pillar="PEOPLE") & Q(scope="SOCIETY")),
                violation_error_message="People gaat over een deelnemer, de andere drie over de stad.",
            )
        ]

    def __str__(self):
        return self.name
