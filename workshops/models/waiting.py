"""Who waits for a place in a workshop."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from participants.models import Participant
from workshops.models.days import DayPart, Weekday
from workshops.models.placements import Placement
from workshops.models.places import Workshop

ANY_DAY = 0


def wish_in_words(weekday: int, day_part: str) -> str:
    """ "maandag ochtend", "elke middag" or "elke dag is goed"."""
    if weekday == ANY_DAY:
        return f"elke {DayPart(day_part).label}" if day_part else "elke dag is goed"
    return f"{Weekday(weekday).label} {DayPart(day_part).label if day_part else '(ochtend of middag)'}"


class WaitingEntryQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=WaitingEntry.State.WAITING)

    def in_turn(self):
        """Who comes first: the urgent ones, then who waits longest."""
        return self.order_by("-urgency", "asked_on", "pk")


class WaitingEntry(models.Model):
    """Somebody would like a place in this workshop, on a day part or on any; who asked, and what came of it."""

    class Urgency(models.IntegerChoices):
        NORMAL = 1, "gewoon"
        SOON = 2, "graag snel"
        URGENT = 3, "dringend"

    class AskedBy(models.TextChoices):
        SELF = "SELF", "deelnemer zelf"
        FAMILY = "FAMILY", "familie of mantelzorger"
        PRACTITIONER = "PRACTITIONER", "begeleider van elders"
        REFERRER = "REFERRER", "verwijzer"
        STAFF = "STAFF", "iemand van Pluspunt"

    class State(models.TextChoices):
        WAITING = "WAITING", "wacht"
        PLACED = "PLACED", "geplaatst"
        DECLINED = "DECLINED", "afgewezen"
        WITHDRAWN = "WITHDRAWN", "ingetrokken"

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="waiting_entries", verbose_name="deelnemer"
    )
    workshop = models.ForeignKey(
        Workshop, on_delete=models.PROTECT, related_name="waiting_entries", verbose_name="werkplaats"
    )
    weekday = models.PositiveSmallIntegerField(
        "dag", choices=[(ANY_DAY, "elke dag is goed"), *Weekday.choices], default=ANY_DAY
    )
    day_part = models.CharField(
        "dagdeel", max_length=10, choices=DayPart, blank=True, help_text="Leeg: ochtend en middag zijn allebei goed."
    )
    asked_on = models.DateField("gevraagd op", default=timezone.localdate)
    asked_by = models.CharField("wie vroeg het", max_length=12, choices=AskedBy, default=AskedBy.SELF)
    wish = models.CharField(
        "wens", max_length=250, blank=True, help_text="Wat wil iemand hier graag doen? Nooit iets medisch."
    )
    urgency = models.PositiveSmallIntegerField("hoe dringend", choices=Urgency, default=Urgency.NORMAL)
    state = models.CharField("stand", max_length=10, choices=State, default=State.WAITING)
    decided_on = models.DateField("besloten op", null=True, blank=True)
    reason = models.CharField("reden", max_length=250, blank=True)
    # What it led to; a placement that is taken back leaves the decision as it was.
    placement = models.ForeignKey(
        Placement,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="waiting_entries",
        verbose_name="plaatsing",
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="vastgelegd door"
    )

    objects = WaitingEntryQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "plek op de wachtlijst"
        verbose_name_plural = "plekken op de wachtlijst"
        ordering = ["asked_on", "pk"]
        indexes = [models.Index(fields=["workshop", "state"], name="waiting_workshop")]
        constraints = [
            models.UniqueConstraint(
                name="workshops_waitingentry_once",
                fields=["participant", "workshop", "weekday", "day_part"],
                condition=Q(state="WAITING"),
                violation_error_message="Deze persoon wacht hier al op.",
            ),
            models.CheckConstraint(
                name="workshops_waitingentry_day_part_is_known",
                condition=Q(day_part__in=["", "MORNING", "AFTERNOON"]),
                violation_error_message="Kies ochtend, middag of allebei.",
            ),
            models.CheckConstraint(
                name="workshops_waitingentry_weekday_is_known",
                condition=Q(weekday__range=(ANY_DAY, 7)),
                violation_error_message="Kies een dag van de week.",
            ),
            models.CheckConstraint(
                name="workshops_waitingentry_decided_after_asked",
                condition=Q(decided_on__isnull=True) | Q(decided_on__gte=F("asked_on")),
                violation_error_message="Het besluit ligt voor de vraag.",
            ),
            models.CheckConstraint(
                name="workshops_waitingentry_decision_complete",
                condition=Q(state="WAITING", decided_on__isnull=True, reason="")
                | Q(state="PLACED", decided_on__isnull=False)
                | Q(state__in=["DECLINED", "WITHDRAWN"], decided_on__isnull=False, reason__gt=""),
                violation_error_message="Bij een besluit hoort een dag; bij afwijzen of intrekken ook een reden.",
            ),
        ]

    def __str__(self):
        return f"wacht op {self.workshop}"

    def clean(self):
        if self.asked_on and self.asked_on > timezone.localdate():
            raise ValidationError({"asked_on": "Deze dag moet nog komen. Kies vandaag of een dag die is geweest."})

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def is_urgent(self) -> bool:
        return self.urgency == self.Urgency.URGENT

    @property
    def day_in_words(self) -> str:
        return wish_in_words(self.weekday, self.day_part)

    @property
    def waiting_days(self) -> int:
        """From the question to the decision, or to today."""
        return ((self.decided_on or timezone.localdate()) - self.asked_on).days

    def wants(self, weekday: int, day_part: str) -> bool:
        """Whether this day part is good for somebody."""
        return self.weekday in (ANY_DAY, weekday) and self.day_part in ("", day_part)
