from datetime import date

from django.db import models
from django.db.models import Count, Q

from pluspunt.periods import PeriodModel, PeriodQuerySet, RelationModel
from pluspunt.text import FoldedField, fold
from pluspunt.validators import phone_validator


class Theme(models.Model):
    """One of the themes on which the centre works together with others."""

    name = models.CharField("thema", max_length=60, unique=True)
    position = models.PositiveSmallIntegerField("volgorde", default=0)

    class Meta:
        verbose_name = "thema"
        verbose_name_plural = "thema's"
        ordering = ["position", "name"]

    def __str__(self):
        return self.name


class OrganisationQuerySet(models.QuerySet):
    def current(self, day: date):
        """Partners with whom the relation has not ended before `day`."""
        return self.filter(Q(end_date__isnull=True) | Q(end_date__gte=day))

    def search(self, text: str):
        """Partners of whom every word in `text` is part of the name or the place."""
        partners = self
        for word in fold(text).split():
            partners = partners.filter(search_name__contains=word)
        return partners

    def with_running_collaborations(self, day: date):
        """Adds how many collaborations run on `day` (`running_collaborations`)."""
        begun = Q(collaborations__start_date__lte=day)
        not_over = Q(collaborations__end_date__isnull=True) | Q(collaborations__end_date__gte=day)
        return self.annotate(running_collaborations=Count("collaborations", filter=begun & not_over, distinct=True))


class Organisation(RelationModel):
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
    place = models.CharField("gebied of plaats", max_length=80, blank=True)
    themes = models.ManyToManyField(Theme, blank=True, related_name="organisations", verbose_name="thema's")
    notes = models.TextField("notities", max_length=2000, blank=True, default="", db_default="")
    # Searched and sorted on: the name comes first.
    search_name = FoldedField(sources=("name", "place"), db_default="", db_index=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "partner"
        verbose_name_plural = "partners"
        ordering = ["search_name", "pk"]
        constraints = [*RelationModel.Meta.constraints]

    def __str__(self):
        return self.name


class ContactPerson(models.Model):
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="contact_people", verbose_name="organisatie"
    )
    name = models.CharField("naam", max_length=120)
    position = models.CharField("functie", max_length=120, blank=True)
    phone = models.CharField("telefoon", max_length=20, blank=True, validators=[phone_validator])
    email = models.EmailField("e-mailadres", blank=True)

    class Meta:
        verbose_name = "contactpersoon"
        verbose_name_plural = "contactpersonen"
        ordering = ["name"]

    def __str__(self):
        return self.name


class CollaborationQuerySet(PeriodQuerySet):
    def with_counts(self):
        """Adds `event_count`, `milestone_count` and, of those, how many are finished (`milestones_done`)."""
        return self.annotate(
            event_count=Count("events", distinct=True),
            milestone_count=Count("milestones", distinct=True),
            milestones_done=Count("milestones", filter=Q(milestones__state="DONE"), distinct=True),
        )


class Collaboration(PeriodModel):
    """Something that the centre and its partners do together for a while."""

    name = models.CharField("naam", max_length=120, unique=True)
    purpose = models.TextField("doel", max_length=1000)
    themes = models.ManyToManyField(Theme, related_name="collaborations", verbose_name="thema's")
    organisations = models.ManyToManyField(
        Organisation, blank=True, related_name="collaborations", verbose_name="partners"
    )

    objects = CollaborationQuerySet.as_manager()

    class Meta:
        verbose_name = "samenwerking"
        verbose_name_plural = "samenwerkingen"
        ordering = ["name"]
        constraints = [*PeriodModel.Meta.constraints]

    def __str__(self):
        return self.name


class Event(models.Model):
    """A day on which a collaboration was shown or done, with who came to see it."""

    collaboration = models.ForeignKey(
        Collaboration, on_delete=models.PROTECT, related_name="events", verbose_name="samenwerking"
    )
    name = models.CharField("naam", max_length=120)
    date = models.DateField("datum")
    visitors = models.PositiveIntegerField("bezoekers", default=0)
    remark = models.CharField("bijzonderheden", max_length=250, blank=True)

    class Meta:
        verbose_name = "evenement"
        verbose_name_plural = "evenementen"
        ordering = ["-date", "name"]
        constraints = [
            models.UniqueConstraint(
                name="partners_event_unique",
                fields=["collaboration", "name", "date"],
                violation_error_message="Dit evenement staat er al.",
            ),
            models.CheckConstraint(
                name="partners_event_visitors_possible",
                condition=Q(visitors__lte=1_000_000),
                violation_error_message="Kijk het aantal bezoekers na.",
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.date:%d-%m-%Y}"
