"""The people around a participant, what may be shared with them, and with whom somebody is never planned."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from participants.models.people import Participant
from partners.models import Organisation
from pluspunt.periods import RelationModel
from pluspunt.validators import phone_validator


class Practitioner(RelationModel):
    """Somebody outside the centre who treats or guides a participant."""

    class Kind(models.TextChoices):
        PRACTITIONER = "PRACTITIONER", "behandelaar"
        GUIDE = "GUIDE", "begeleider"

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="practitioners", verbose_name="deelnemer"
    )
    kind = models.CharField("soort", max_length=12, choices=Kind, default=Kind.GUIDE, db_default=Kind.GUIDE)
    name = models.CharField("naam", max_length=120)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="practitioners",
        verbose_name="organisatie",
    )
    phone = models.CharField("telefoon", max_length=20, blank=True, validators=[phone_validator])
    email = models.EmailField("e-mailadres", blank=True)
    end_reason = models.CharField("waarom het stopte", max_length=120, blank=True, default="", db_default="")
    history = HistoricalRecords()

    class Meta:
        verbose_name = "externe behandelaar of begeleider"
        verbose_name_plural = "externe behandelaars en begeleiders"
        ordering = ["name"]
        constraints = [*RelationModel.Meta.constraints]

    def __str__(self):
        return self.name

    def clean(self):
        _check_end(self)


class LegalRepresentative(RelationModel):
    """Who decides with or for a participant."""

    class Kind(models.TextChoices):
        MENTOR = "MENTOR", "mentor"
        ADMINISTRATOR = "ADMINISTRATOR", "bewindvoerder"
        CURATOR = "CURATOR", "curator"
        PARENT = "PARENT", "ouder of voogd"
        PROXY = "PROXY", "gemachtigde"

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="legal_representatives", verbose_name="deelnemer"
    )
    kind = models.CharField("soort", max_length=15, choices=Kind)
    name = models.CharField("naam", max_length=120)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="legal_representatives",
        verbose_name="organisatie",
    )
    phone = models.CharField("telefoon", max_length=20, blank=True, validators=[phone_validator])
    email = models.EmailField("e-mailadres", blank=True)
    end_reason = models.CharField("waarom het stopte", max_length=120, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "wettelijk vertegenwoordiger"
        verbose_name_plural = "wettelijk vertegenwoordigers"
        ordering = ["name"]
        constraints = [*RelationModel.Meta.constraints]

    def __str__(self):
        return self.name

    def clean(self):
        _check_end(self)


def _check_end(row: Practitioner | LegalRepresentative) -> None:
    if row.end_date and not row.end_reason:
        raise ValidationError({"end_reason": "Schrijf kort waarom het stopte."})


class ConsentPurpose(models.TextChoices):
    SHARE = "SHARE", "gegevens delen"
    PHOTO = "PHOTO", "foto"
    STORY = "STORY", "verhaal"
    MEASURE = "MEASURE", "meten hoe het gaat"


class ConsentTextQuerySet(models.QuerySet):
    def newest(self, purpose: str, day: date) -> "ConsentText | None":
        """The text for `purpose` that somebody reads on `day`: the last version that is valid by then."""
        return self.filter(purpose=purpose, valid_from__lte=day).order_by("-version").first()


class ConsentText(models.Model):
    """The words that somebody agrees with. A version is never changed: a new one is added."""

    purpose = models.CharField("waarvoor", max_length=10, choices=ConsentPurpose)
    version = models.PositiveSmallIntegerField("versie")
    text = models.TextField("tekst", max_length=2000)
    valid_from = models.DateField("geldig vanaf", default=timezone.localdate)

    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        verbose_name = "toestemmingstekst"
        verbose_name_plural = "toestemmingsteksten"
        ordering = ["purpose", "-version"]
        constraints = [
            models.UniqueConstraint(
                name="participants_consenttext_unique",
                fields=["purpose", "version"],
                violation_error_message="Deze versie bestaat al.",
            )
        ]

    def __str__(self):
        return f"{self.get_purpose_display()}, versie {self.version}"


class ConsentQuerySet(models.QuerySet):
    def running(self):
        return self.filter(withdrawn_on__isnull=True)

    def withdrawn(self):
        return self.filter(withdrawn_on__isnull=False)


def _one_running(field: str, condition: Q | None = None) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        name=f"participants_consent_one_per_{field}",
        fields=["participant", field],
        condition=Q(withdrawn_on__isnull=True) & (condition or Q()),
        violation_error_message="Deze toestemming is er al.",
    )


class Consent(models.Model):
    """A participant agreed: to a photo, to a story, or to sharing facts with one person or organisation."""

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="consents", verbose_name="deelnemer"
    )
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="consents", verbose_name="tekst")
    # Repeats text.purpose, so that the database itself can refuse a second running consent.
    purpose = models.CharField("waarvoor", max_length=10, choices=ConsentPurpose, editable=False)
    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, null=True, blank=True, related_name="consents", verbose_name="met"
    )
    representative = models.ForeignKey(
        LegalRepresentative,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consents",
        verbose_name="met",
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="consents", verbose_name="met"
    )
    given_on = models.DateField("gegeven op", default=timezone.localdate)
    withdrawn_on = models.DateField("ingetrokken op", null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="vastgelegd door"
    )

    objects = ConsentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "toestemming"
        verbose_name_plural = "toestemmingen"
        ordering = ["-given_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="participants_consent_withdrawn_after_given",
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on")),
                violation_error_message="Intrekken kan niet voor de dag waarop de toestemming is gegeven.",
            ),
            models.CheckConstraint(
                name="participants_consent_share_has_one_recipient",
                condition=(
                    ~Q(purpose="SHARE")
                    & Q(practitioner__isnull=True, representative__isnull=True, organisation__isnull=True)
                )
                | Q(
                    purpose="SHARE",
                    practitioner__isnull=False,
                    representative__isnull=True,
                    organisation__isnull=True,
                )
                | Q(
                    purpose="SHARE",
                    practitioner__isnull=True,
                    representative__isnull=False,
                    organisation__isnull=True,
                )
                | Q(
                    purpose="SHARE",
                    practitioner__isnull=True,
                    representative__isnull=True,
                    organisation__isnull=False,
                ),
                violation_error_message="Kies met wie er gedeeld mag worden.",
            ),
            # A null differs from every other null, so each kind of recipient has a rule of its own.
            _one_running("purpose", Q(practitioner=None, representative=None, organisation=None)),
            _one_running("practitioner"),
            _one_running("representative"),
            _one_running("organisation"),
        ]

    def __str__(self):
        return f"{self.get_purpose_display()} vanaf {self.given_on:%d-%m-%Y}"

    def clean(self):
        if self.given_on and self.given_on > timezone.localdate():
            raise ValidationError({"given_on": "Toestemming ligt niet in de toekomst."})
        if self.text_id and self.purpose != self.text.purpose:
            raise ValidationError("De tekst hoort bij iets anders.")
        for recipient in (self.practitioner, self.representative):
            if recipient and recipient.participant_id != self.participant_id:
                raise ValidationError("Deze persoon hoort bij iemand anders.")

    @property
    def recipient(self) -> "Practitioner | LegalRepresentative | Organisation | None":
        """With whom facts may be shared; `None` for a photo or a story."""
        return self.practitioner or self.representative or self.organisation

    @property
    def is_running(self) -> bool:
        return self.withdrawn_on is None


class NotTogetherQuerySet(models.QuerySet):
    def of(self, participant: Participant):
        return self.filter(Q(first=participant) | Q(second=participant))


class NotTogether(models.Model):
    """Two people who are never planned in one session. The reason is not kept."""

    first = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+", verbose_name="deelnemer")
    second = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+", verbose_name="niet samen met")
    recorded_on = models.DateField("vastgelegd op", default=timezone.localdate)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="vastgelegd door"
    )

    objects = NotTogetherQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "niet samen"
        verbose_name_plural = "niet samen"
        constraints = [
            models.CheckConstraint(
                name="participants_nottogether_in_order",
                condition=Q(first__lt=F("second")),
                violation_error_message="Kies twee verschillende mensen.",
            ),
            models.UniqueConstraint(
                name="participants_nottogether_unique",
                fields=["first", "second"],
                violation_error_message="Deze twee staan al als niet samen.",
            ),
        ]

    def __str__(self):
        return f"{self.first_id} niet samen met {self.second_id}"

    def other(self, participant: Participant) -> Participant:
        return self.second if self.first_id == participant.pk else self.first
