"""The annual report: a draft in sections, and published versions that never change (invariant 8)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.utils import timezone
from django.utils.text import capfirst
from simple_history.models import HistoricalRecords

from impact.models.indicators import FIRST_YEAR, LAST_YEAR
from impact.models.society import Story
from workshops.models import Workshop


class Report(models.Model):
    """The report of one year, as it is being written."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", "concept"
        REVIEW = "REVIEW", "ter controle"
        PUBLISHED = "PUBLISHED", "gepubliceerd"

    year = models.PositiveSmallIntegerField(
        "jaar", unique=True, validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    title = models.CharField("titel", max_length=80)
    subtitle = models.CharField("ondertitel", max_length=120, blank=True)
    state = models.CharField("toestand", max_length=10, choices=State, default=State.DRAFT)
    remark = models.CharField("opmerking", max_length=500, blank=True)
    has_english = models.BooleanField("ook in het Engels", default=False)
    legal_name = models.CharField(
        "naam van de stichting",
        max_length=120,
        default="Stichting Pluspunt Rotterdam",
        db_default="Stichting Pluspunt Rotterdam",
    )
    rsin = models.CharField("RSIN", max_length=9, blank=True, default="", db_default="")
    chamber_number = models.CharField("KvK-nummer", max_length=8, blank=True, default="", db_default="")
    address = models.CharField("adres", max_length=120, blank=True, default="", db_default="")
    contact = models.CharField(
        "telefoon en e-mail", max_length=120, blank=True, default="", db_default="", help_text="Van de stichting."
    )
    website = models.CharField("website", max_length=120, blank=True, default="", db_default="")
    purpose = models.TextField("doelstelling", max_length=1000, blank=True, default="", db_default="")
    board = models.TextField("bestuur", max_length=1000, blank=True, default="", db_default="")
    pay_policy = models.TextField("beloningsbeleid", max_length=1000, blank=True, default="", db_default="")
    accounts = models.CharField(
        "waar de jaarrekening staat", max_length=200, blank=True, default="", db_default="", help_text="Een webadres."
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = "jaarverslag"
        verbose_name_plural = "jaarverslagen"
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                name="impact_report_state_is_known",
                condition=Q(state__in=["DRAFT", "REVIEW", "PUBLISHED"]),
                violation_error_message="Kies concept, ter controle of gepubliceerd.",
            )
        ]

    def __str__(self):
        return f"{self.title} {self.year}"

    @property
    def is_draft(self) -> bool:
        return self.state == Report.State.DRAFT

    @property
    def in_review(self) -> bool:
        return self.state == Report.State.REVIEW

    @property
    def is_published(self) -> bool:
        return self.state == Report.State.PUBLISHED


class ReportSectionQuerySet(models.QuerySet):
    def without_pictures(self):
        """Leaves the pictures in the database, and adds whether there is one (`has_picture`)."""
        there = ExpressionWrapper(Q(picture__isnull=False), output_field=models.BooleanField())
        return self.defer("picture").annotate(has_picture=there)


class ReportSection(models.Model):
    """A part of a report: its words and picture; the figures come from the registration."""

    class Kind(models.TextChoices):
        FOREWORD = "FOREWORD", "voorwoord"
        GLANCE = "GLANCE", "het jaar in één oogopslag"
        ABOUT = "ABOUT", "wie we zijn en de vier P’s"
        PARTICIPANTS = "PARTICIPANTS", "wie deden mee"
        FLOW = "FLOW", "wie kwamen en wie gingen"
        TAKING_PART = "TAKING_PART", "meedoen"
        PEOPLE = "PEOPLE", "People"
        PLACE = "PLACE", "Place"
        PROSPERITY = "PROSPERITY", "Prosperity"
        PLANET = "PLANET", "Planet"
        WORKSHOPS = "WORKSHOPS", "de werkplaatsen"
        VOLUNTEERS = "VOLUNTEERS", "vakvrijwilligers"
        PARTNERS = "PARTNERS", "partners en samenwerkingen"
        STORIES = "STORIES", "verhalen"
        OUTLOOK = "OUTLOOK", "vooruitblik"
        METHOD = "METHOD", "hoe is dit gemeten"
        ORGANISATION = "ORGANISATION", "organisatie en ANBI-gegevens"

    ONLY_WORDS = (Kind.FOREWORD, Kind.ABOUT, Kind.OUTLOOK, Kind.METHOD)
    WITHOUT_STORIES = (Kind.GLANCE, Kind.METHOD, Kind.ORGANISATION)

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="sections", verbose_name="jaarverslag")
    kind = models.CharField("onderdeel", max_length=15, choices=Kind)
    # One section of the workshops has a part of its own per workshop.
    workshop = models.ForeignKey(
        Workshop, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="werkplaats"
    )
    position = models.PositiveSmallIntegerField("volgorde")
    is_on = models.BooleanField("in het verslag", default=True)
    title = models.CharField("kop", max_length=80, blank=True, help_text="Leeg is de gewone kop.")
    text = models.TextField("tekst", max_length=8000, blank=True)
    english_text = models.TextField("tekst in het Engels", max_length=8000, blank=True)
    picture = models.BinaryField("foto", null=True, blank=True, editable=True)
    picture_text = models.CharField("wat staat erop", max_length=200, blank=True)
    picture_consent = models.CharField(
        "van wie en met welk akkoord", max_length=200, blank=True, help_text="Wie maakte de foto, en wie vond het goed?"
    )
    stories = models.ManyToManyField(Story, blank=True, related_name="sections", verbose_name="verhalen en citaten")
    history = HistoricalRecords(excluded_fields=["picture"])

    objects = ReportSectionQuerySet.as_manager()

    class Meta:
        verbose_name = "onderdeel"
        verbose_name_plural = "onderdelen"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="impact_reportsection_kind_once",
                fields=["report", "kind"],
                condition=Q(workshop__isnull=True),
                violation_error_message="Dit onderdeel is er al.",
            ),
            models.UniqueConstraint(
                name="impact_reportsection_workshop_once",
                fields=["report", "kind", "workshop"],
                condition=Q(workshop__isnull=False),
                violation_error_message="Deze werkplaats is er al.",
            ),
            models.CheckConstraint(
                name="impact_reportsection_picture_is_accounted_for",
                condition=Q(picture__isnull=True) | Q(picture_text__gt="", picture_consent__gt=""),
                violation_error_message="Bij een foto hoort wat erop staat, en van wie die is met welk akkoord.",
            ),
        ]

    def __str__(self):
        return self.title or (self.workshop.name if self.workshop_id else capfirst(self.get_kind_display()))

    @property
    def needs_text(self) -> bool:
        """Whether there is nothing to show in it without words of somebody."""
        return self.kind in ReportSection.ONLY_WORDS

    @property
    def takes_stories(self) -> bool:
        return self.kind not in ReportSection.WITHOUT_STORIES


class ReportVersion(models.Model):
    """A published report: figures, texts, definitions and factors as they were. It never changes."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="versions", verbose_name="jaarverslag")
    number = models.PositiveSmallIntegerField("versie")
    published_at = models.DateTimeField("gepubliceerd om", default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="door"
    )
    content = models.JSONField("inhoud")
    fingerprint = models.CharField("vingerafdruk", max_length=64)
    changes = models.JSONField("wat er veranderde", default=list)

    class Meta:
        verbose_name = "gepubliceerde versie"
        verbose_name_plural = "gepubliceerde versies"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="impact_reportversion_number_once",
                fields=["report", "number"],
                violation_error_message="Deze versie is er al.",
            )
        ]

    def __str__(self):
        return f"{self.report}, versie {self.number}"


class ReportFile(models.Model):
    """One file of a published version, kept to the byte."""

    version = models.ForeignKey(ReportVersion, on_delete=models.PROTECT, related_name="files", verbose_name="versie")
    name = models.CharField("bestand", max_length=120)
    title = models.CharField("titel", max_length=120)
    position = models.PositiveSmallIntegerField("volgorde", default=0)
    content_type = models.CharField("soort", max_length=100)
    content = models.BinaryField("inhoud")
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = "bestand van een versie"
        verbose_name_plural = "bestanden van een versie"
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                name="impact_reportfile_name_once",
                fields=["version", "name"],
                violation_error_message="Dit bestand is er al.",
            )
        ]

    def __str__(self):
        return self.name
