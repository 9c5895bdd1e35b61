"""What the house means for the city: which outputs feed which indicator, what a factor makes of them, and stories."""

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils import timezone
from simple_history.models import HistoricalRecords

from impact.models.indicators import Indicator
from participants.models import Consent, ConsentPurpose, Participant
from partners.models import Organisation, Theme
from pluspunt.periods import NoOverlap, PeriodModel
from workshops.models import OutputType, Workshop


class Contribution(models.Model):
    """An output type feeds an indicator of the city: once, so that no entry counts twice in it."""

    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="contributions", verbose_name="indicator"
    )
    output_type = models.ForeignKey(
        OutputType, on_delete=models.PROTECT, related_name="contributions", verbose_name="opbrengst"
    )

    class Meta:
        verbose_name = "bijdrage"
        verbose_name_plural = "bijdragen"
        ordering = ["indicator", "output_type"]
        constraints = [
            models.UniqueConstraint(
                name="impact_contribution_once",
                fields=["indicator", "output_type"],
                violation_error_message="Deze opbrengst telt al mee voor deze indicator.",
            )
        ]

    def __str__(self):
        return f"{self.output_type} → {self.indicator}"

    def clean(self):
        if self.indicator_id and self.indicator.scope != Indicator.Scope.SOCIETY:
            raise ValidationError("Een opbrengst telt alleen mee voor een indicator over de stad.")


class Factor(PeriodModel):
    """What one unit of an output weighs, or how much CO2e a kilo of it avoids; its results are estimates."""

    class Kind(models.TextChoices):
        WEIGHT = "WEIGHT", "kg per stuk"
        CO2E = "CO2E", "kg CO2e per kg"

    output_type = models.ForeignKey(
        OutputType, on_delete=models.PROTECT, related_name="factors", verbose_name="opbrengst"
    )
    kind = models.CharField("soort", max_length=10, choices=Kind)
    value = models.DecimalField("waarde", max_digits=9, decimal_places=3, validators=[MinValueValidator(Decimal(0))])
    source = models.CharField("bron", max_length=200)
    source_year = models.PositiveSmallIntegerField("jaar van de bron", null=True, blank=True)
    is_weak = models.BooleanField("zwakke bron", default=False)
    remark = models.CharField("toelichting", max_length=250, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "rekenfactor"
        verbose_name_plural = "rekenfactoren"
        ordering = ["output_type", "kind", "-start_date"]
        constraints = [
            *PeriodModel.Meta.constraints,
            models.CheckConstraint(
                name="impact_factor_not_negative",
                condition=Q(value__gte=0),
                violation_error_message="Een factor is niet kleiner dan nul.",
            ),
            NoOverlap(
                name="impact_factor_no_overlap",
                fields=("output_type", "kind"),
                violation_error_message="In deze tijd geldt al een andere factor van deze soort.",
            ),
        ]

    def __str__(self):
        return f"{self.output_type}: {self.value} {self.get_kind_display()}"


class StoryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A coordinator sees all; a coach those of people they see, of their workshops, and what they wrote down."""
        if user.role == user.Role.COORDINATOR:
            return self
        if user.role != user.Role.COACH:
            return self.none()
        own_people = Q(participant__in=Participant.objects.visible_to(user))
        others = Q(recorded_by=user) | Q(workshop__in=Workshop.objects.visible_to(user))
        return self.filter(own_people | Q(participant__isnull=True) & others)

    def usable_for(self, use: str):
        """Stories that may be told for `use` today, with whether the picture may be shown (`may_show_picture`).

        The teller agreed to this use and did not take it back; for a participant the consent to tell a story (and for
        the picture that to a photo) must run as well. Ask it anew each time something is shown.
        """
        agreed = StoryUse.objects.filter(story=OuterRef("pk"), use=use, withdrawn_on__isnull=True).order_by()
        no_person = Q(participant__isnull=True)
        with_photo = no_person | Exists(_running_consents(ConsentPurpose.PHOTO))
        return self.filter(Exists(agreed), no_person | Exists(_running_consents(ConsentPurpose.STORY))).annotate(
            may_show_picture=Case(
                When(Exists(agreed.filter(with_picture=True)) & with_photo & Q(picture__isnull=False), then=True),
                default=False,
                output_field=models.BooleanField(),
            )
        )


def _running_consents(purpose: str) -> models.QuerySet:
    """The consents of the teller of a story that run, for one purpose."""
    return Consent.objects.running().filter(participant=OuterRef("participant"), purpose=purpose).order_by()


class Story(models.Model):
    """A story or a quote; `shown_as` is the name under which it is told, which may be an invented one."""

    class Kind(models.TextChoices):
        STORY = "STORY", "verhaal"
        QUOTE = "QUOTE", "citaat"

    kind = models.CharField("soort", max_length=5, choices=Kind, default=Kind.STORY)
    title = models.CharField("titel", max_length=80, blank=True)
    text = models.TextField("tekst", max_length=3000)
    shown_as = models.CharField("verteld door", max_length=60, help_text="Zo staat het erbij; een andere naam mag.")
    participant = models.ForeignKey(
        Participant,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stories",
        verbose_name="deelnemer",
        help_text="Leeg als het van een buur, een partner of iemand anders is.",
    )
    workshop = models.ForeignKey(
        Workshop, on_delete=models.PROTECT, null=True, blank=True, related_name="stories", verbose_name="werkplaats"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="stories", verbose_name="partner"
    )
    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="stories", verbose_name="thema"
    )
    told_on = models.DateField("verteld op", default=timezone.localdate)
    picture = models.BinaryField("foto", null=True, blank=True, editable=True)
    picture_text = models.CharField("wat staat erop", max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="opgeschreven door"
    )
    history = HistoricalRecords(excluded_fields=["picture"])

    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = "verhaal"
        verbose_name_plural = "verhalen"
        ordering = ["-told_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="impact_story_picture_has_text",
                condition=Q(picture__isnull=True) | Q(picture_text__gt=""),
                violation_error_message="Beschrijf wat er op de foto staat.",
            )
        ]

    def __str__(self):
        return self.title or self.text[:60]

    def clean(self):
        if self.told_on and self.told_on > timezone.localdate():
            raise ValidationError({"told_on": "Deze dag komt nog."})


class StoryUse(models.Model):
    """The teller agreed that a story is used for one thing, with or without its picture."""

    class Use(models.TextChoices):
        ANNUAL_REPORT = "ANNUAL_REPORT", "jaarverslag"
        WEBSITE = "WEBSITE", "website"
        SOCIAL_MEDIA = "SOCIAL_MEDIA", "sociale media"
        FUNDING = "FUNDING", "aanvraag bij een fonds"

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="uses", verbose_name="verhaal")
    use = models.CharField("waarvoor", max_length=15, choices=Use)
    with_picture = models.BooleanField("ook de foto", default=False)
    agreed_on = models.DateField("akkoord op", default=timezone.localdate)
    withdrawn_on = models.DateField("ingetrokken op", null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="vastgelegd door"
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = "akkoord voor gebruik"
        verbose_name_plural = "akkoorden voor gebruik"
        ordering = ["use", "-agreed_on"]
        constraints = [
            models.UniqueConstraint(
                name="impact_storyuse_one_running",
                fields=["story", "use"],
                condition=Q(withdrawn_on__isnull=True),
                violation_error_message="Hiervoor is er al een akkoord.",
            ),
            models.CheckConstraint(
                name="impact_storyuse_withdrawn_after_agreed",
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("agreed_on")),
                violation_error_message="Intrekken kan niet voor de dag van het akkoord.",
            ),
        ]

    def __str__(self):
        return self.get_use_display()

    def clean(self):
        if self.agreed_on and self.agreed_on > timezone.localdate():
            raise ValidationError({"agreed_on": "Een akkoord ligt niet in de toekomst."})
