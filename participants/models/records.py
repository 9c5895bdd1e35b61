"""What is kept of acts that leave no row of their own: a document that was sent, two records that became one."""

from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from participants.models.around import Consent
from participants.models.people import Participant


class SentDocument(models.Model):
    """A document about somebody that was given to another person or organisation, with the consent for it."""

    class Kind(models.TextChoices):
        SUPPORT_PLAN = "SUPPORT_PLAN", "begeleidingsplan"
        PROGRESS_REPORT = "PROGRESS_REPORT", "voortgangsverslag"

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="sent_documents", verbose_name="deelnemer"
    )
    kind = models.CharField("document", max_length=20, choices=Kind)
    consent = models.ForeignKey(
        Consent, on_delete=models.PROTECT, related_name="sent_documents", verbose_name="toestemming"
    )
    period_start = models.DateField("over de periode van")
    period_end = models.DateField("tot en met")
    sent_on = models.DateField("verstuurd op", default=timezone.localdate)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="door"
    )
    # What was given, to the byte, and its SHA-256: so that it can be shown later and cannot change unseen.
    content = models.BinaryField(editable=False)
    fingerprint = models.CharField("vingerafdruk", max_length=64, editable=False)

    class Meta:
        verbose_name = "verstuurd document"
        verbose_name_plural = "verstuurde documenten"
        ordering = ["-sent_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="participants_sentdocument_end_after_start",
                condition=Q(period_end__gte=models.F("period_start")),
                violation_error_message="De einddatum ligt voor de begindatum.",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.sent_on:%d-%m-%Y}"

    @property
    def is_unchanged(self) -> bool:
        return sha256(self.content).hexdigest() == self.fingerprint


class MergedParticipant(models.Model):
    """The trace of a record that turned out to be somebody who was there already; its address leads to that person."""

    kept = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="merged_records", verbose_name="samengevoegd met"
    )
    former_pk = models.PositiveBigIntegerField(unique=True)
    former_key = models.CharField(max_length=24, unique=True)
    facts = models.JSONField("wat er stond")
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="door"
    )
    merged_at = models.DateTimeField("samengevoegd om", auto_now_add=True)

    class Meta:
        verbose_name = "samengevoegde deelnemer"
        verbose_name_plural = "samengevoegde deelnemers"
        ordering = ["-merged_at"]

    def __str__(self):
        return f"{self.former_key} → {self.kept_id}"
