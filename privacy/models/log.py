import uuid
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone


class AccessEventQuerySet(models.QuerySet):
    def about(self, model: type[models.Model], keys):
        """What was done with facts about these rows of `model`."""
        subjects = AccessSubject.objects.filter(
            content_type=ContentType.objects.get_for_model(model), object_id__in=list(keys)
        )
        return self.filter(pk__in=subjects.values("event"))

    def in_days(self, first: date | None, last: date | None):
        """From the first to the last of these days, both included; either may be open."""
        if first:
            self = self.filter(at__gte=start_of(first))
        return self.filter(at__lt=start_of(last + timedelta(days=1))) if last else self

    def with_people(self):
        """Annotates `people`: how many people each event was about."""
        count = AccessSubject.objects.filter(event=models.OuterRef("pk")).order_by().values("event")
        return self.annotate(
            people=Coalesce(models.Subquery(count.annotate(n=models.Count("pk")).values("n")), 0),
        )


def start_of(day: date) -> datetime:
    """The moment at which a day begins here."""
    return timezone.make_aware(datetime.combine(day, time.min))


class AccessEvent(models.Model):
    """One page or action in which somebody saw or changed facts about people (NEN 7513). Never values, only names."""

    class Action(models.TextChoices):
        VIEW = "VIEW", "bekeken"
        SEARCH = "SEARCH", "gezocht"
        ADD = "ADD", "toegevoegd"
        CHANGE = "CHANGE", "gewijzigd"
        PRINT = "PRINT", "afgedrukt"
        EXPORT = "EXPORT", "geëxporteerd"
        REVEAL = "REVEAL", "ingezien, afgeschermd gegeven"
        ERASE = "ERASE", "vernietigd"
        REFUSED = "REFUSED", "geweigerd"
        RIGHTS = "RIGHTS", "rechten gewijzigd"
        SIGN_IN = "SIGN_IN", "ingelogd"
        LOG = "LOG", "logboek bekeken"

    class Ground(models.TextChoices):
        GUIDANCE = "GUIDANCE", "begeleiding"
        STAND_IN = "STAND_IN", "invalwerk"
        WALK_IN = "WALK_IN", "inloop"
        COORDINATION = "COORDINATION", "coördinatie"
        REQUEST = "REQUEST", "verzoek van de betrokkene"
        LEGAL = "LEGAL", "wettelijke plicht"
        ACCOUNTING = "ACCOUNTING", "sturing en verantwoording"
        MANAGEMENT = "MANAGEMENT", "beheer"
        NONE = "", "niet vastgesteld"

    at = models.DateTimeField("wanneer", default=timezone.now, db_index=True)
    # No two rows have one: a copy of a row that was signed is refused.
    key = models.UUIDField("kenmerk", default=uuid.uuid4, unique=True, null=True)
    # Nobody, when somebody without an account tried to come in.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="access_events", verbose_name="wie", null=True
    )
    role = models.CharField("rol", max_length=20, blank=True)
    action = models.CharField("wat", max_length=10, choices=Action)
    data = models.CharField("welke gegevens", max_length=200)
    ground = models.CharField("waarom", max_length=20, choices=Ground, blank=True, default="", db_default="")
    allowed = models.BooleanField("toegestaan", default=True, db_default=True)
    address = models.GenericIPAddressField("vanaf", null=True)
    # Says that two events are of one sign-in, and nothing about it.
    session = models.CharField("aanmelding", max_length=16, blank=True, default="", db_default="")
    agent = models.CharField("apparaat", max_length=40, blank=True, default="", db_default="")
    request_id = models.CharField("verzoek", max_length=32, blank=True, default="", db_default="")
    # By `privacy.services.signing`; what was written before rows were signed has none, and stands in the first seal.
    signed_with = models.CharField("sleutel", max_length=40, blank=True, default="", db_default="")
    mac = models.CharField("handtekening", max_length=64, blank=True, default="", db_default="")

    objects = AccessEventQuerySet.as_manager()

    class Meta:
        verbose_name = "regel in het logboek"
        verbose_name_plural = "logboek"
        ordering = ["-at"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.data}"


class AccessSubject(models.Model):
    """A person whose facts one access event was about, known by type and key only."""

    event = models.ForeignKey(AccessEvent, on_delete=models.PROTECT, related_name="subjects")
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.PositiveBigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id"], name="privacy_subject_of_person")]

    def __str__(self):
        return f"{self.content_type_id}:{self.object_id}"
