"""What a coordinator puts off, and the addresses by which a calendar reads somebody's week."""

from datetime import date

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from participants.models import Participant, Trajectory


class Snooze(models.Model):
    """Something on the list of today is put off until a day, with a reason; never changed, the newest one holds."""

    # What it is about, as the list names it: "indicatie-12".
    item = models.CharField("waarover", max_length=60, db_index=True)
    until = models.DateField("tot")
    reason = models.CharField("waarom later", max_length=200, validators=[MinLengthValidator(3)])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="door")
    at = models.DateTimeField("wanneer", default=timezone.now)

    class Meta:
        verbose_name = "uitstel"
        verbose_name_plural = "uitstel"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.item} tot {self.until:%d-%m-%Y}"


class CalendarFeedQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not revoked."""
        return self.filter(revoked_at__isnull=True)

    def readable(self, day: date):
        """Those that answer on `day`: not revoked, of a coach with an account or of somebody whose path goes on."""
        goes_on = Trajectory.objects.overlapping(day, None).filter(participant=OuterRef("participant"))
        return self.standing().filter(Q(user__is_active=True, user__role="COACH") | Exists(goes_on))


class CalendarFeed(models.Model):
    """A secret address by which a calendar reads the week of one person or one coach. Only its hash is kept."""

    participant = models.ForeignKey(
        Participant,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="calendar_feeds",
        verbose_name="deelnemer",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="calendar_feeds",
        verbose_name="medewerker",
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="gemaakt door"
    )
    made_at = models.DateTimeField("gemaakt om", default=timezone.now)
    last_read_on = models.DateField("laatst gelezen op", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="ingetrokken door",
    )
    revoked_at = models.DateTimeField("ingetrokken om", null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = "agenda-adres"
        verbose_name_plural = "agenda-adressen"
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                name="workshops_calendarfeed_of_one",
                condition=Q(participant__isnull=True, user__isnull=False)
                | Q(participant__isnull=False, user__isnull=True),
                violation_error_message="Een agenda-adres is van één persoon.",
            ),
            *(
                models.UniqueConstraint(
                    name=f"workshops_calendarfeed_one_per_{field}",
                    fields=[field],
                    condition=Q(revoked_at__isnull=True),
                    violation_error_message="Er is al een agenda-adres.",
                )
                for field in ("participant", "user")
            ),
            models.CheckConstraint(
                name="workshops_calendarfeed_revoked_after_made",
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("made_at")),
                violation_error_message="Intrekken komt na maken.",
            ),
        ]

    def __str__(self):
        return f"agenda-adres van {self.made_at:%d-%m-%Y}"
