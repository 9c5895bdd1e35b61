from django.db import models


class Organisation(models.Model):
    """A partner around the centre: it hosts a workshop, refers or treats people, or makes something together."""

    class Kind(models.TextChoices):
        CARE_PROVIDER = "CARE_PROVIDER", "zorgaanbieder"
        ENTREPRENEUR = "ENTREPRENEUR", "ondernemer"
        CULTURAL = "CULTURAL", "culturele instelling"
        KNOWLEDGE = "KNOWLEDGE", "kennisinstelling"
        MUNICIPALITY = "MUNICIPALITY", "gemeente"
        FOUNDATION = "FOUNDATION", "stichting"
        FOOD = "FOOD", "voedsel"
        OTHER = "OTHER", "anders"

    name = models.CharField("naam", max_length=120, unique=True)
    kind = models.CharField("soort", max_length=20, choices=Kind, default=Kind.OTHER)
    place = models.CharField("plaats", max_length=80, blank=True)

    class Meta:
        verbose_name = "organisatie"
        verbose_name_plural = "organisaties"
        ordering = ["name"]

    def __str__(self):
        return self.name


class ContactPerson(models.Model):
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="contact_people", verbose_name="organisatie"
    )
    name = models.CharField("naam", max_length=120)
    position = models.CharField("functie", max_length=120, blank=True)
    phone = models.CharField("telefoon", max_length=20, blank=True)
    email = models.EmailField("e-mailadres", blank=True)

    class Meta:
        verbose_name = "contactpersoon"
        verbose_name_plural = "contactpersonen"
        ordering = ["name"]

    def __str__(self):
        return self.name
