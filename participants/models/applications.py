from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from participants.models.people import Participant
from participants.models.trajectories import Trajectory
from partners.models import Organisation

# Who waits longer is marked in the list.
WAITS_LONG = timedelta(weeks=6)


class ApplicationQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=Application.State.WAITING)


class Application(models.Model):
    """Somebody asks for a place: who referred them, when and what they would like. It comes before a trajectory."""

    class State(models.TextChoices):
        WAITING = "WAITING", "wacht"
        STARTED = "STARTED", "begonnen"
        DECLINED = "DECLINED", "afgewezen"
        WITHDRAWN = "WITHDRAWN", "ingetrokken"

    class Referrer(models.TextChoices):
        NEIGHBOURHOOD_TEAM = "NEIGHBOURHOOD_TEAM", "wijkteam"
        VRAAGWIJZER = "VRAAGWIJZER", "VraagWijzer"
        CARE_PROVIDER = "CARE_PROVIDER", "zorgaanbieder"
        MENTAL_HEALTH = "MENTAL_HEALTH", "ggz"
        ADDICTION_CARE = "ADDICTION_CARE", "verslavingszorg"
        PROBATION = "PROBATION", "reclassering"
        WORK_AND_INCOME = "WORK_AND_INCOME", "Werk & Inkomen"
        UWV = "UWV", "UWV"
        GP = "GP", "huisarts"
        SELF = "SELF", "zelf"
        NETWORK = "NETWORK", "familie of netwerk"
        PARTNER = "PARTNER", "partner van Pluspunt"
        OTHER = "OTHER", "anders"

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="applications", verbose_name="deelnemer"
    )
    applied_on = models.DateField("aangemeld op", default=timezone.localdate)
    referrer = models.CharField("aangemeld door", max_length=20, choices=Referrer)
    referrer_organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name="organisatie van de verwijzer",
    )
    referrer_name = models.CharField("naam van de verwijzer", max_length=120, blank=True)
    target_group = models.CharField("doelgroep", max_length=20, choices=Trajectory.TargetGroup)
    wish = models.TextField(
        "wens", max_length=500, blank=True, help_text="Wat wil iemand graag doen, en wanneer? Nooit iets medisch."
    )
    intake_on = models.DateField("intake op", null=True, blank=True)
    state = models.CharField("stand", max_length=10, choices=State, default=State.WAITING)
    decided_on = models.DateField("besloten op", null=True, blank=True)
    reason = models.CharField("reden", max_length=250, blank=True)
    # Several applications may lead to one trajectory: a restart within 28 days goes on with the old one.
    trajectory = models.ForeignKey(
        Trajectory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name="traject",
    )

    objects = ApplicationQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "aanmelding"
        verbose_name_plural = "aanmeldingen"
        ordering = ["applied_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="participants_application_one_waiting",
                fields=["participant"],
                condition=Q(state="WAITING"),
                violation_error_message="Deze persoon heeft al een aanmelding die wacht.",
            ),
            models.CheckConstraint(
                name="participants_application_intake_after_applied",
                condition=Q(intake_on__isnull=True) | Q(intake_on__gte=F("applied_on")),
                violation_error_message="De intake ligt voor de aanmelding.",
            ),
            models.CheckConstraint(
                name="participants_application_decided_after_applied",
                condition=Q(decided_on__isnull=True) | Q(decided_on__gte=F("applied_on")),
                violation_error_message="Het besluit ligt voor de aanmelding.",
            ),
            models.CheckConstraint(
                name="participants_application_decision_complete",
                condition=Q(state="WAITING", decided_on__isnull=True, trajectory__isnull=True, reason="")
                | Q(state="STARTED", decided_on__isnull=False, trajectory__isnull=False)
                | Q(
                    state__in=["DECLINED", "WITHDRAWN"],
                    decided_on__isnull=False,
                    trajectory__isnull=True,
                    reason__gt="",
                ),
                violation_error_message="Bij een besluit hoort een dag; bij afwijzen of intrekken ook een reden.",
            ),
        ]

    def __str__(self):
        return f"aanmelding van {self.applied_on:%d-%m-%Y}"

    def clean(self):
        if self.applied_on and self.applied_on > timezone.localdate():
            raise ValidationError({"applied_on": "Een aanmelding ligt niet in de toekomst."})
        if self.trajectory_id and self.trajectory.participant_id != self.participant_id:
            raise ValidationError("Het traject is van iemand anders.")

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def waiting_days(self) -> int:
        """From applying to the decision, or to today."""
        return ((self.decided_on or timezone.localdate()) - self.applied_on).days

    @property
    def waited(self) -> str:
        """How long, as people say it: "3 dagen", "5 weken"."""
        weeks = self.waiting_days // 7
        if weeks < 2:
            return "1 dag" if self.waiting_days == 1 else f"{self.waiting_days} dagen"
        return f"{weeks} weken"

    @property
    def waits_long(self) -> bool:
        return self.is_waiting and self.waiting_days > WAITS_LONG.days

    def set_started(self, trajectory: Trajectory, first_day: date) -> None:
        """It led to `trajectory`, with a first day in it; the decision was taken that day, or before it."""
        self.state, self.trajectory = self.State.STARTED, trajectory
        self.decided_on = max(self.applied_on, min(first_day, timezone.localdate()))
