"""How long people's records are kept, who asked to be forgotten, and the proof of it that says nothing about them."""

import secrets

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Term(models.TextChoices):
    """By which law a record is kept after somebody left; the years stand where the people are known."""

    CARE = "CARE", "Wmo-dossier"
    MONEY = "MONEY", "administratie van geld"
    OTHER = "OTHER", "ander dossier"


class AboutSomebody(models.Model):
    """A row about a person, who is known by type and key only."""

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()

    class Meta:
        abstract = True


class RetentionNotice(AboutSomebody):
    """The term of somebody's record is over: from `warned_on` a coordinator may object, on `erase_on` it is erased."""

    term = models.CharField("soort dossier", max_length=10, choices=Term)
    ended_on = models.DateField("gestopt op")
    due_on = models.DateField("bewaard tot en met")
    warned_on = models.DateField("gewaarschuwd op", default=timezone.localdate)
    erase_on = models.DateField("wordt anoniem op")
    # Not before this day, because of the newest postponement; then the warning begins anew.
    postponed_until = models.DateField("uitgesteld tot", null=True, blank=True)

    class Meta:
        verbose_name = "waarschuwing over een bewaartermijn"
        verbose_name_plural = "waarschuwingen over bewaartermijnen"
        ordering = ["erase_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="privacy_retentionnotice_one_each",
                fields=["content_type", "object_id"],
                violation_error_message="Voor deze persoon is er al een waarschuwing.",
            ),
            models.CheckConstraint(
                name="privacy_retentionnotice_in_order",
                condition=Q(due_on__gte=F("ended_on"), erase_on__gt=F("warned_on")),
                violation_error_message="Wissen komt na waarschuwen, en bewaren duurt tot na het einde.",
            ),
        ]

    def __str__(self):
        return f"{self.get_term_display()}, {self.erase_on:%d-%m-%Y}"

    @property
    def days_left(self) -> int:
        return (self.erase_on - timezone.localdate()).days


class Postponement(models.Model):
    """A coordinator kept a record longer, and why; never changed."""

    notice = models.ForeignKey(
        RetentionNotice, on_delete=models.CASCADE, related_name="postponements", verbose_name="waarschuwing"
    )
    until = models.DateField("tot")
    reason = models.CharField("waarom langer", max_length=250, validators=[MinLengthValidator(5)])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="door")
    at = models.DateTimeField("wanneer", default=timezone.now)

    class Meta:
        verbose_name = "uitstel van wissen"
        verbose_name_plural = "uitstel van wissen"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"tot {self.until:%d-%m-%Y}"


class Part(models.TextChoices):
    """What may go by itself, because somebody agreed to it and may take that back."""

    STORIES = "STORIES", "verhalen en foto’s"
    MEASUREMENTS = "MEASUREMENTS", "metingen en antwoorden"


def new_number() -> str:
    """A random name for a proof, which says nothing about how many there are."""
    return secrets.token_hex(8)


class ErasureProof(models.Model):
    """That something was erased: who decided, when, why, and how many rows of what. Nothing about whom.

    Never changed; `digest` is of everything in it, with the hashes of the keys (`ErasedKey`).
    """

    class Why(models.TextChoices):
        TERM_OVER = "TERM_OVER", "de bewaartermijn is voorbij"
        NOT_NEEDED = "NOT_NEEDED", "op verzoek: de gegevens zijn niet meer nodig (artikel 17 lid 1 onder a AVG)"
        CONSENT_WITHDRAWN = (
            "CONSENT_WITHDRAWN",
            "op verzoek: de toestemming is ingetrokken (artikel 17 lid 1 onder b AVG)",
        )
        OBJECTED = "OBJECTED", "op verzoek: iemand maakt bezwaar (artikel 17 lid 1 onder c AVG)"
        UNLAWFUL = "UNLAWFUL", "op verzoek: de gegevens mochten er niet staan (artikel 17 lid 1 onder d AVG)"

    number = models.CharField("nummer", max_length=16, unique=True, default=new_number, editable=False)
    why = models.CharField("waarom", max_length=20, choices=Why)
    # Empty: everything.
    parts = models.JSONField("alleen", default=list, blank=True)
    asked_on = models.DateField("gevraagd op", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="besloten door",
    )
    erased_at = models.DateTimeField("gewist om", default=timezone.now)
    counts = models.JSONField("hoeveel regels")
    digest = models.CharField("kenmerk", max_length=64)

    class Meta:
        verbose_name = "bewijs van wissen"
        verbose_name_plural = "bewijzen van wissen"
        ordering = ["-erased_at", "-pk"]

    def __str__(self):
        return self.number

    @property
    def is_whole(self) -> bool:
        return not self.parts

    @property
    def parts_in_words(self) -> str:
        return " en ".join(Part(part).label for part in self.parts)


class ErasedKey(models.Model):
    """The hash of a random key that stood in addresses: by this, and by nothing else, whoever comes back with an old
    backup is found and erased again, and who still has the page open hears why it is gone."""

    proof = models.ForeignKey(ErasureProof, on_delete=models.CASCADE, related_name="keys", verbose_name="bewijs")
    hash = models.CharField("vingerafdruk", max_length=64, db_index=True)

    class Meta:
        verbose_name = "vingerafdruk van een gewiste sleutel"
        verbose_name_plural = "vingerafdrukken van gewiste sleutels"
        ordering = ["hash"]

    def __str__(self):
        return self.hash[:8]


class ErasureRequest(AboutSomebody):
    """Somebody asked us to erase (AVG art. 17), and what was decided. When everything is erased, this goes too."""

    class AskedBy(models.TextChoices):
        SELF = "SELF", "de persoon zelf"
        REPRESENTATIVE = "REPRESENTATIVE", "een wettelijk vertegenwoordiger"

    class Decision(models.TextChoices):
        WHOLE = "WHOLE", "alles wissen"
        PARTLY = "PARTLY", "een deel wissen"
        REFUSED = "REFUSED", "niet wissen"

    asked_on = models.DateField("gevraagd op", default=timezone.localdate)
    asked_by = models.CharField("wie vroeg het", max_length=15, choices=AskedBy, default=AskedBy.SELF)
    decision = models.CharField("besluit", max_length=10, choices=Decision)
    reason = models.TextField("uitleg voor de persoon", max_length=1000)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="besloten door"
    )
    decided_at = models.DateTimeField("besloten om", default=timezone.now)
    # Of what was erased; none when it was refused.
    proof = models.ForeignKey(
        ErasureProof, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="bewijs"
    )

    class Meta:
        verbose_name = "verzoek om te wissen"
        verbose_name_plural = "verzoeken om te wissen"
        ordering = ["-decided_at", "-pk"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="erasure_of_person")]
        constraints = [
            models.CheckConstraint(
                name="privacy_erasurerequest_proof_of_part",
                condition=Q(decision="REFUSED", proof__isnull=True) | Q(decision="PARTLY", proof__isnull=False),
                violation_error_message="Bij een deel wissen hoort een bewijs, bij weigeren niet.",
            )
        ]

    def __str__(self):
        return f"verzoek van {self.asked_on:%d-%m-%Y}"

    def clean(self):
        if self.asked_on and self.asked_on > timezone.localdate():
            raise ValidationError({"asked_on": "Deze dag moet nog komen."})
