"""Data breaches (AVG art. 33 and 34): what happened, who was told in time, and everything that was written about it.

No names of participants stand in it: it is sent to the authority, and administrators read it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

# The clocks run from the discovery, through nights and weekends: the agreement with the municipality, and the law.
MUNICIPALITY_WITHIN = timedelta(hours=24)
AUTHORITY_WITHIN = timedelta(hours=72)


@dataclass(frozen=True)
class Clock:
    """Until when somebody must be told, and how it stands at `now`."""

    to: str
    deadline: datetime
    told_at: datetime | None
    not_needed: str
    now: datetime

    @property
    def state(self) -> str:
        """TOLD, LATE (told, but after the deadline), NOT_NEEDED, RUNNING or OVER."""
        if self.told_at:
            return "TOLD" if self.told_at <= self.deadline else "LATE"
        if self.not_needed:
            return "NOT_NEEDED"
        return "RUNNING" if self.now <= self.deadline else "OVER"

    @property
    def is_running(self) -> bool:
        return self.state in ("RUNNING", "OVER")

    @property
    def hours(self) -> int:
        """Whole hours that are left, or that it is over time already."""
        return int(abs(self.deadline - (self.told_at or self.now)) / timedelta(hours=1))

    @property
    def minutes(self) -> int:
        """What is left besides the whole hours."""
        return int(abs(self.deadline - (self.told_at or self.now)) / timedelta(minutes=1)) % 60


class BreachQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at__isnull=True)


class Breach(models.Model):
    """Facts about people that were lost, or that somebody saw or changed who may not (AVG art. 4 onder 12)."""

    class Cause(models.TextChoices):
        LOST = "LOST", "tablet, telefoon of laptop kwijt of gestolen"
        PAPER = "PAPER", "papier kwijt of in verkeerde handen"
        SENT = "SENT", "naar de verkeerde gestuurd of gegeven"
        SEEN = "SEEN", "iemand keek zonder dat het mocht"
        PUBLISHED = "PUBLISHED", "per ongeluk openbaar"
        ATTACK = "ATTACK", "hack, virus of oplichting"
        GONE = "GONE", "gegevens weg of beschadigd"
        OTHER = "OTHER", "anders"

    class People(models.TextChoices):
        NOBODY = "0", "nog onbekend"
        ONE = "1", "1"
        FEW = "2-10", "2 tot en met 10"
        TENS = "11-50", "11 tot en met 50"
        MORE = "51-100", "51 tot en met 100"
        MANY = "101+", "meer dan 100"

    class Risk(models.TextChoices):
        UNKNOWN = "UNKNOWN", "nog niet duidelijk"
        NONE = "NONE", "waarschijnlijk geen risico"
        RISK = "RISK", "risico voor de mensen om wie het gaat"
        HIGH = "HIGH", "hoog risico voor de mensen om wie het gaat"

    # What happened.
    discovered_at = models.DateTimeField("ontdekt op", help_text="Vanaf dit moment lopen de termijnen.")
    happened_at = models.DateTimeField("gebeurd op, of vanaf", null=True, blank=True)
    happened_until = models.DateTimeField("tot", null=True, blank=True)
    cause = models.CharField("wat voor datalek", max_length=10, choices=Cause)
    what = models.TextField("wat is er gebeurd", max_length=3000)
    # Whom and what it is about.
    people = models.CharField("om hoeveel mensen gaat het", max_length=6, choices=People, default=People.NOBODY)
    who = models.CharField("welke mensen", max_length=200, help_text="Bijvoorbeeld: deelnemers, medewerkers.")
    data = models.TextField(
        "welke gegevens", max_length=1000, help_text="Soorten, zoals naam, telefoon, aanwezigheid, notities, bsn."
    )
    is_sensitive = models.BooleanField("er zijn gevoelige gegevens bij: gezondheid, bsn, notities", default=False)
    was_unreadable = models.BooleanField("de gegevens waren versleuteld of op slot", default=False)
    # What it may do, and what is done about it.
    risk = models.CharField("hoe groot is het risico", max_length=10, choices=Risk, default=Risk.UNKNOWN)
    consequences = models.TextField("mogelijke gevolgen voor de mensen", max_length=2000, blank=True)
    measures = models.TextField("wat is er gedaan om de schade te beperken", max_length=2000, blank=True)
    prevention = models.TextField("wat doen we zodat het niet weer gebeurt", max_length=2000, blank=True)
    # Who was told.
    municipality_told_at = models.DateTimeField("gemeente verteld op", null=True, blank=True)
    municipality_told = models.CharField("aan wie, en hoe", max_length=200, blank=True)
    municipality_not_needed = models.CharField("niet nodig, omdat", max_length=250, blank=True)
    authority_told_at = models.DateTimeField("gemeld bij de Autoriteit Persoonsgegevens op", null=True, blank=True)
    authority_number = models.CharField("nummer van de melding", max_length=60, blank=True)
    authority_not_needed = models.CharField("melden is niet nodig, omdat", max_length=250, blank=True)
    late_because = models.CharField("waarom te laat", max_length=250, blank=True)
    people_told_at = models.DateTimeField("de mensen zelf verteld op", null=True, blank=True)
    people_told = models.CharField("hoe, of waarom niet", max_length=250, blank=True)
    contact = models.CharField("wie weet er meer van", max_length=160, help_text="Naam van een medewerker en telefoon.")
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="vastgelegd door",
        editable=False,
    )
    reported_at = models.DateTimeField("vastgelegd op", default=timezone.now, editable=False)
    closed_at = models.DateTimeField("afgesloten op", null=True, blank=True, editable=False)

    objects = BreachQuerySet.as_manager()

    class Meta:
        verbose_name = "datalek"
        verbose_name_plural = "datalekken"
        ordering = ["-discovered_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="privacy_breach_happened_before_discovery",
                condition=Q(happened_at__isnull=True) | Q(happened_at__lte=F("discovered_at")),
                violation_error_message="Het is gebeurd voordat het werd ontdekt.",
            ),
            models.CheckConstraint(
                name="privacy_breach_until_after_happened",
                condition=Q(happened_until__isnull=True) | Q(happened_until__gte=F("happened_at")),
                violation_error_message="Het einde ligt na het begin.",
            ),
            models.CheckConstraint(
                name="privacy_breach_told_after_discovery",
                condition=(Q(municipality_told_at__isnull=True) | Q(municipality_told_at__gte=F("discovered_at")))
                & (Q(authority_told_at__isnull=True) | Q(authority_told_at__gte=F("discovered_at")))
                & (Q(people_told_at__isnull=True) | Q(people_told_at__gte=F("discovered_at"))),
                violation_error_message="Iemand het vertellen komt na het ontdekken.",
            ),
        ]

    def __str__(self):
        return f"datalek van {timezone.localtime(self.discovered_at):%d-%m-%Y}"

    def clean(self):
        now = timezone.now()
        for name in ("discovered_at", "happened_at", "municipality_told_at", "authority_told_at", "people_told_at"):
            moment = getattr(self, name)
            if moment and moment > now:
                raise ValidationError({name: "Dit moment moet nog komen."})
        if self.authority_not_needed and self.risk in (self.Risk.RISK, self.Risk.HIGH):
            raise ValidationError({"authority_not_needed": "Bij een risico moet je het melden (AVG art. 33)."})

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def municipality_clock(self) -> Clock:
        return self.clocks_at(timezone.now())[0]

    @property
    def authority_clock(self) -> Clock:
        return self.clocks_at(timezone.now())[1]

    def clocks_at(self, now: datetime) -> tuple[Clock, Clock]:
        """That of the municipality and that of the authority."""
        # In universal time: on the clock of the wall a night in March has an hour less.
        begin = self.discovered_at.astimezone(UTC)
        return (
            Clock(
                "de gemeente", begin + MUNICIPALITY_WITHIN, self.municipality_told_at, self.municipality_not_needed, now
            ),
            Clock(
                "de Autoriteit Persoonsgegevens",
                begin + AUTHORITY_WITHIN,
                self.authority_told_at,
                self.authority_not_needed,
                now,
            ),
        )

    @property
    def asks_to_tell_people(self) -> bool:
        """At a high risk the people themselves must be told (AVG art. 34)."""
        return self.risk == self.Risk.HIGH and self.people_told_at is None and not self.people_told


class BreachUpdate(models.Model):
    """What somebody wrote about a breach, or changed in it. The database lets nobody change or take away one."""

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="updates", verbose_name="datalek")
    at = models.DateTimeField("wanneer", default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="wie")
    text = models.TextField("wat", max_length=4000)

    class Meta:
        verbose_name = "regel over een datalek"
        verbose_name_plural = "regels over een datalek"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.text[:60]}"
