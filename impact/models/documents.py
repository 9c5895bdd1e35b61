"""Files that are made outside the request: asked for on a page, made by the worker, taken home when ready."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

# A worker gives a sign of life every few seconds; without one for so long it is gone, and somebody else may go on.
LEASE = timedelta(seconds=30)


class DocumentQuerySet(models.QuerySet):
    def going_on(self):
        return self.filter(state__in=[Document.State.WAITING, Document.State.BUSY])

    def visible_to(self, user):
        """What somebody asked for; without the bytes, which may be many."""
        return self.filter(requested_by=user).defer("content")

    def unseen(self):
        """Ready or failed since somebody last looked."""
        return self.filter(state__in=[Document.State.READY, Document.State.FAILED], seen_at=None)

    def lost(self, now: datetime):
        """Being made by a worker that gives no sign of life any more."""
        return self.filter(state=Document.State.BUSY, beat_at__lt=now - LEASE)

    def in_order(self):
        """First asked, first made."""
        return self.order_by("requested_at", "pk")


class Document(models.Model):
    """A file that somebody asked for, how far it is, and in the end what is in it."""

    class State(models.TextChoices):
        WAITING = "WAITING", "wacht"
        BUSY = "BUSY", "wordt gemaakt"
        READY = "READY", "klaar"
        FAILED = "FAILED", "mislukt"

    kind = models.CharField("soort", max_length=30)
    title = models.CharField("wat", max_length=120)
    parameters = models.JSONField("waarvan", default=dict)
    state = models.CharField("toestand", max_length=10, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField("voortgang in procenten", default=0)
    step = models.CharField("waar het mee bezig is", max_length=120, blank=True)
    attempts = models.PositiveSmallIntegerField("pogingen", default=0)
    error = models.CharField("wat er misging", max_length=250, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="gevraagd door"
    )
    requested_at = models.DateTimeField("gevraagd om", default=timezone.now)
    # The last sign of life of the worker that makes it.
    beat_at = models.DateTimeField("laatst bezig om", null=True, blank=True)
    ready_at = models.DateTimeField("klaar om", null=True, blank=True)
    seen_at = models.DateTimeField("gezien om", null=True, blank=True)
    name = models.CharField("bestand", max_length=120, blank=True)
    content_type = models.CharField("soort bestand", max_length=100, blank=True)
    content = models.BinaryField("inhoud", null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        verbose_name_plural = "documenten"
        ordering = ["-requested_at", "-pk"]
        indexes = [models.Index(fields=["state", "requested_at"], name="document_queue")]
        constraints = [
            models.CheckConstraint(
                name="impact_document_state_is_known",
                condition=Q(state__in=["WAITING", "BUSY", "READY", "FAILED"]),
                violation_error_message="Een document wacht, wordt gemaakt, is klaar of is mislukt.",
            ),
            models.CheckConstraint(
                name="impact_document_ready_has_content",
                condition=~Q(state="READY") | Q(content__isnull=False, ready_at__isnull=False),
                violation_error_message="Een document dat klaar is, heeft een inhoud.",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def requested_on(self) -> date:
        return timezone.localdate(self.requested_at)

    @property
    def is_going_on(self) -> bool:
        return self.state in (self.State.WAITING, self.State.BUSY)
