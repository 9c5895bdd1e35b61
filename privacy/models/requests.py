"""What people ask about their own facts (AVG art. 12 to 22), and the copies that are made of those."""

import base64
import json
import secrets
from calendar import monthrange
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from pluspunt.encryption import SealedField, Unreadable

# AVG art. 12 lid 3: an answer within a month, and when it is much work within two months more.
MONTHS, MONTHS_EXTENDED = 1, 3
# A copy is made again when somebody needs it later: so long it stays.
COPY_KEPT = timedelta(days=30)
# A worker that takes longer than this is gone.
COPY_TAKES = timedelta(minutes=15)


def add_months(day: date, count: int) -> date:
    """The same day `count` months later, or the last one of a month that has no such day."""
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


class RightsRequestQuerySet(models.QuerySet):
    def about(self, person: models.Model):
        return self.filter(content_type=ContentType.objects.get_for_model(person), object_id=person.pk)

    def open(self):
        return self.filter(state=RightsRequest.State.OPEN)


class RightsRequest(models.Model):
    """Somebody asked for a copy of their facts, or to correct one; it must be answered in time.

    The person is known by type and key only: `privacy` does not know who the people are.
    """

    class Kind(models.TextChoices):
        ACCESS = "ACCESS", "inzage"
        CORRECTION = "CORRECTION", "correctie"

    class AskedBy(models.TextChoices):
        SELF = "SELF", "de persoon zelf"
        REPRESENTATIVE = "REPRESENTATIVE", "de wettelijk vertegenwoordiger"

    class Identity(models.TextChoices):
        KNOWN = "KNOWN", "we kennen deze persoon"
        DOCUMENT = "DOCUMENT", "identiteitsbewijs bekeken, geen kopie gemaakt"

    class State(models.TextChoices):
        OPEN = "OPEN", "open"
        DONE = "DONE", "gedaan"
        REFUSED = "REFUSED", "geweigerd"
        WITHDRAWN = "WITHDRAWN", "ingetrokken"

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, editable=False)
    object_id = models.PositiveBigIntegerField(editable=False)
    kind = models.CharField("wat", max_length=10, choices=Kind, editable=False)
    asked_on = models.DateField("gevraagd op", default=timezone.localdate)
    asked_by = models.CharField("wie vroeg het", max_length=15, choices=AskedBy, default=AskedBy.SELF)
    asked_by_name = models.CharField("naam van de vertegenwoordiger", max_length=120, blank=True)
    identity = models.CharField("hoe weet je wie het is", max_length=10, choices=Identity)
    what = models.TextField("wat is de vraag", max_length=1000, blank=True)
    # Of a copy only: whether it names staff, and which words of other people are taken out of it.
    names_staff = models.BooleanField("noem medewerkers bij naam", default=True)
    masked_words = models.TextField("namen van anderen die eruit moeten", max_length=2000, blank=True)
    extended_on = models.DateField("uitgesteld op", null=True, blank=True, editable=False)
    extended_because = models.CharField("waarom uitgesteld", max_length=250, blank=True, editable=False)
    state = models.CharField("stand", max_length=10, choices=State, default=State.OPEN, editable=False)
    decided_on = models.DateField("besloten op", null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="besloten door",
        editable=False,
    )
    answer = models.TextField("wat is er gedaan, of waarom niet", max_length=1000, blank=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="vastgelegd door",
        editable=False,
    )
    recorded_at = models.DateTimeField("vastgelegd om", default=timezone.now, editable=False)

    objects = RightsRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "verzoek"
        verbose_name_plural = "verzoeken"
        ordering = ["-asked_on", "-pk"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="privacy_request_of_person")]
        constraints = [
            models.CheckConstraint(
                name="privacy_rightsrequest_state_is_known",
                condition=Q(state__in=["OPEN", "DONE", "REFUSED", "WITHDRAWN"], kind__in=["ACCESS", "CORRECTION"]),
                violation_error_message="Een verzoek is open, gedaan, geweigerd of ingetrokken.",
            ),
            models.CheckConstraint(
                name="privacy_rightsrequest_decision_complete",
                condition=Q(state="OPEN", decided_on__isnull=True, decided_by__isnull=True, answer="")
                | Q(state__in=["DONE", "REFUSED", "WITHDRAWN"], decided_on__isnull=False, decided_by__isnull=False)
                & Q(answer__gt=""),
                violation_error_message="Bij een besluit horen een dag, wie besloot en een zin erover.",
            ),
            models.CheckConstraint(
                name="privacy_rightsrequest_decided_after_asked",
                condition=Q(decided_on__isnull=True) | Q(decided_on__gte=F("asked_on")),
                violation_error_message="Het besluit ligt voor de vraag.",
            ),
            models.CheckConstraint(
                name="privacy_rightsrequest_extended_with_reason",
                condition=Q(extended_on__isnull=True, extended_because="")
                | Q(extended_on__gte=F("asked_on"), extended_because__gt=""),
                violation_error_message="Bij uitstel hoort een reden.",
            ),
            models.CheckConstraint(
                name="privacy_rightsrequest_correction_says_what",
                condition=~Q(kind="CORRECTION") | Q(what__gt=""),
                violation_error_message="Schrijf op wat er niet klopt en wat er moet staan.",
            ),
        ]

    def __str__(self):
        return f"verzoek om {self.get_kind_display()} van {self.asked_on:%d-%m-%Y}"

    def clean(self):
        if self.asked_on and self.asked_on > timezone.localdate():
            raise ValidationError({"asked_on": "Deze dag moet nog komen."})
        if self.asked_by == self.AskedBy.REPRESENTATIVE and not self.asked_by_name:
            raise ValidationError({"asked_by_name": "Schrijf op hoe de vertegenwoordiger heet."})
        if self.kind == self.Kind.CORRECTION and not self.what:
            raise ValidationError({"what": "Schrijf op wat er niet klopt en wat er moet staan."})

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def first_due_on(self) -> date:
        """By when somebody must have an answer, or hear that it takes longer."""
        return add_months(self.asked_on, MONTHS)

    @property
    def due_on(self) -> date:
        """The last day of the term: a month after the question, three when it was extended."""
        return add_months(self.asked_on, MONTHS_EXTENDED) if self.extended_on else self.first_due_on

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()

    @property
    def was_late(self) -> bool:
        return self.decided_on is not None and self.decided_on > self.due_on

    @property
    def days_left(self) -> int:
        return (self.due_on - timezone.localdate()).days

    @property
    def may_extend(self) -> bool:
        """Only within the first month, and once (AVG art. 12 lid 3)."""
        return self.is_open and self.extended_on is None and timezone.localdate() <= self.first_due_on


def _new_key() -> str:
    return secrets.token_hex(16)


class PersonalCopyQuerySet(models.QuerySet):
    def without_content(self):
        return self.defer("sealed_pdf", "sealed_json", "sealed_names")

    def with_content(self, now: datetime):
        """Made, and not yet forgotten."""
        return self.filter(made_at__isnull=False, asked_at__gte=now - COPY_KEPT).exclude(sealed_pdf="")

    def to_forget(self, now: datetime):
        return self.filter(asked_at__lt=now - COPY_KEPT).exclude(sealed_pdf="", sealed_json="", sealed_names="")


class PersonalCopy(models.Model):
    """Everything that is kept about somebody, as one PDF and one file for machines; sealed, and gone after a month.

    The worker makes it. What stays is when it was made, how large it was and its fingerprints.
    """

    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="copies", verbose_name="verzoek")
    key = models.CharField(max_length=32, unique=True, default=_new_key, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="gevraagd door"
    )
    asked_at = models.DateTimeField("gevraagd om", default=timezone.now)
    made_at = models.DateTimeField("gemaakt om", null=True, blank=True)
    error = models.CharField("wat er misging", max_length=250, blank=True)
    rows = models.PositiveIntegerField("aantal gegevens", default=0)
    sealed_pdf = SealedField("pdf", blank=True, bound_to=("privacy.personalcopy.pdf", "key"))
    sealed_json = SealedField("bestand", blank=True, bound_to=("privacy.personalcopy.json", "key"))
    # First names of other people that occur in its texts: to be read before it is handed over.
    sealed_names = SealedField("na te kijken namen", blank=True, bound_to=("privacy.personalcopy.names", "key"))
    pdf_fingerprint = models.CharField("vingerafdruk van de pdf", max_length=64, blank=True)
    json_fingerprint = models.CharField("vingerafdruk van het bestand", max_length=64, blank=True)

    objects = PersonalCopyQuerySet.as_manager()

    class Meta:
        verbose_name = "afschrift"
        verbose_name_plural = "afschriften"
        ordering = ["-asked_at", "-pk"]

    def __str__(self):
        return f"afschrift van {self.asked_at:%d-%m-%Y}"

    @property
    def is_waiting(self) -> bool:
        return self.made_at is None and not self.error and not self.is_lost

    @property
    def is_lost(self) -> bool:
        """Nobody made it in the time that it takes: it is to be asked for again."""
        return self.made_at is None and not self.error and self.asked_at < timezone.now() - COPY_TAKES

    @property
    def has_content(self) -> bool:
        """Whether the files are still there: known without reading them."""
        return self.made_at is not None and self.asked_at >= timezone.now() - COPY_KEPT

    @property
    def forgotten_on(self) -> date:
        return timezone.localdate(self.asked_at + COPY_KEPT)

    @property
    def names_to_read(self) -> list[tuple[str, int]]:
        """First names of others in its texts, and how often each occurs; nothing when that cannot be read any more."""
        try:
            return [tuple(each) for each in json.loads(self.read_bytes("names") or b"[]")]
        except Unreadable:
            return []

    def seal_bytes(self, name: str, content: bytes) -> None:
        """Keep `content` in the sealed field of `name` (pdf, json or names)."""
        self._meta.get_field(f"sealed_{name}").write(self, base64.b64encode(content).decode())

    def read_bytes(self, name: str) -> bytes:
        """What `seal_bytes` was given; raises `pluspunt.encryption.Unreadable` when it was changed outside."""
        return base64.b64decode(self._meta.get_field(f"sealed_{name}").read(self))
