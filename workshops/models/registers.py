from datetime import date, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from participants.models import COACH_SEES_AFTER_END, SealedText
from workshops.models.days import DayPart, day_part_is_known
from workshops.models.places import Location, Workshop

# How long after the day a coach may still correct a register of their own workshop.
COACH_CORRECTS_FOR = timedelta(days=7)
MOST_HEADS = 500


class SessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The sessions of somebody's workshops, and for four weeks those in which they helped out."""
        own = Q(workshop__in=Workshop.objects.visible_to(user))
        if user.role == user.Role.COACH:
            since = timezone.localdate() - COACH_SEES_AFTER_END
            helped = StandIn.objects.filter(user=user, session__date__gte=since).order_by()
            own |= Q(pk__in=helped.values("session"))
        return self.filter(own)

    def on(self, day: date):
        return self.filter(date=day)

    def untouched(self):
        """Sessions of which nothing is kept: nobody's row, no note, no count, no output, nothing that was said."""
        kept = ("attendances", "changes", "note", "stand_ins", "outputs", "left_by", "joined_by")
        return self.filter(**{f"{name}__isnull": True for name in kept}, neighbours=0, visitors=0)

    def with_counts(self):
        """Adds how many people stand in the register (`people`) and how many of those are recorded (`recorded`)."""
        recorded = ~Q(attendances__status="OPEN")
        return self.annotate(
            people=Count("attendances", filter=Q(attendances__planned=True) | recorded),
            recorded=Count("attendances", filter=recorded),
        )


class Session(models.Model):
    """One workshop on one date and day part, with its places as they were that day."""

    class State(models.TextChoices):
        PLANNED = "PLANNED", "gaat door"
        CANCELLED = "CANCELLED", "uitgevallen"
        CLOSED = "CLOSED", "gesloten"

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="sessions", verbose_name="werkplaats")
    # Where the workshop was that day: it may have moved since.
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name="locatie"
    )
    date = models.DateField("datum")
    day_part = models.CharField("dagdeel", max_length=10, choices=DayPart)
    capacity = models.PositiveSmallIntegerField("plaatsen")
    state = models.CharField("toestand", max_length=10, choices=State, default=State.PLANNED)
    cancel_reason = models.CharField("reden van uitval", max_length=120, blank=True)
    # People who are nobody's row in the register: counted, never named.
    neighbours = models.PositiveSmallIntegerField(
        "buren", default=0, db_default=0, validators=[MaxValueValidator(MOST_HEADS)]
    )
    visitors = models.PositiveSmallIntegerField(
        "bezoekers", default=0, db_default=0, validators=[MaxValueValidator(MOST_HEADS)]
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "sessie"
        verbose_name_plural = "sessies"
        ordering = ["date", "-day_part", "workshop__name"]
        constraints = [
            models.UniqueConstraint(
                name="workshops_session_unique",
                fields=["workshop", "date", "day_part"],
                violation_error_message="Deze sessie bestaat al.",
            ),
            day_part_is_known("session"),
            models.CheckConstraint(
                name="workshops_session_reason_when_cancelled",
                condition=Q(state="CANCELLED", cancel_reason__gt="") | (~Q(state="CANCELLED") & Q(cancel_reason="")),
                violation_error_message="Geef een reden als een sessie uitvalt.",
            ),
        ]
        indexes = [
            models.Index(fields=["date", "workshop", "state", "capacity"], name="session_capacity"),
            # In few sessions heads are counted: what follows from those is found without reading the others.
            models.Index(fields=["date"], name="session_neighbours", condition=Q(neighbours__gt=0)),
            models.Index(fields=["date"], name="session_visitors", condition=Q(visitors__gt=0)),
        ]

    def __str__(self):
        return f"{self.workshop} {self.date:%d-%m-%Y} {self.get_day_part_display()}"

    @property
    def is_future(self) -> bool:
        """Whether the day part has yet to begin; the afternoon begins when the morning ends."""
        now = timezone.localtime()
        return (self.date, DayPart(self.day_part).order) > (now.date(), DayPart.at(now).order)

    @property
    def is_over(self) -> bool:
        """Whether the day part lies behind us."""
        now = timezone.localtime()
        return (self.date, DayPart(self.day_part).order) < (now.date(), DayPart.at(now).order)

    @property
    def takes_marks(self) -> bool:
        return self.state == self.State.PLANNED


class SessionChange(models.Model):
    """A session was cancelled or goes on after all: who, when, and why. Written by services, never changed."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="changes", verbose_name="sessie")
    at = models.DateTimeField("wanneer", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="door"
    )
    old_state = models.CharField("was", max_length=10, choices=Session.State)
    new_state = models.CharField("werd", max_length=10, choices=Session.State)
    reason = models.CharField("reden", max_length=120)

    class Meta:
        verbose_name = "wijziging van een sessie"
        verbose_name_plural = "wijzigingen van sessies"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.old_state} → {self.new_state}"


class SessionNote(SealedText):
    """What the coach of one session leaves for the next one in the same workshop; sealed, as every note."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="note", verbose_name="sessie")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="door"
    )
    written_at = models.DateTimeField("geschreven om", default=timezone.now)

    class Meta:
        verbose_name = "briefje voor de volgende coach"
        verbose_name_plural = "briefjes voor de volgende coach"

    def __str__(self):
        return f"briefje {self.session_id}"


class StandIn(models.Model):
    """A coach helps out in one session of a workshop that is not theirs (§8); said once, and kept."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="stand_ins", verbose_name="sessie")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="stand_ins", verbose_name="coach"
    )
    since = models.DateTimeField("sinds", default=timezone.now)

    class Meta:
        verbose_name = "invaller"
        verbose_name_plural = "invallers"
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="workshops_standin_once",
                fields=["session", "user"],
                violation_error_message="Je valt hier al in.",
            )
        ]

    def __str__(self):
        return f"{self.user} bij {self.session}"


class AbsenceReason(models.Model):
    """Why somebody was excused. A reason leaves the house only as "excused"; never a cause or an illness."""

    name = models.CharField("reden", max_length=40, unique=True)
    position = models.PositiveSmallIntegerField("volgorde", default=0)
    is_active = models.BooleanField("in gebruik", default=True)

    class Meta:
        verbose_name = "reden van afmelding"
        verbose_name_plural = "redenen van afmelding"
        ordering = ["position", "name"]

    def __str__(self):
        return self.name
