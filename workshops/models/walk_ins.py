"""What a coordinator should hear of the floor: visitors to settle, and people to call."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from participants.models import Trajectory
from workshops.models.attendance import Attendance


class WalkIn(models.Model):
    """Somebody came who was not planned, and what a coordinator should look at; never why two are not together."""

    attendance = models.OneToOneField(
        Attendance, on_delete=models.PROTECT, related_name="walk_in", verbose_name="aanwezigheid"
    )
    is_over_capacity = models.BooleanField("meer mensen dan plaatsen", default=False)
    is_without_indication = models.BooleanField("geen indicatie die nu loopt", default=False)
    is_not_together = models.BooleanField("niet samen met iemand in de groep", default=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="afgehandeld door",
    )
    settled_at = models.DateTimeField("afgehandeld om", null=True, blank=True)

    class Meta:
        verbose_name = "inloper"
        verbose_name_plural = "inlopers"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="workshops_walkin_settled_by_somebody",
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                violation_error_message="Afhandelen doet iemand op een moment.",
            )
        ]

    def __str__(self):
        return f"inloper {self.attendance_id}"


class CallRule(models.Model):
    """After how many day parts in a row without a word we call somebody of this target group."""

    target_group = models.CharField("doelgroep", max_length=20, choices=Trajectory.TargetGroup, unique=True)
    no_shows = models.PositiveSmallIntegerField("keer niet afgemeld, achter elkaar", default=2)
    is_active = models.BooleanField("in gebruik", default=True)

    class Meta:
        verbose_name = "belregel"
        verbose_name_plural = "belregels"
        ordering = ["target_group"]
        constraints = [
            models.CheckConstraint(
                name="workshops_callrule_at_least_once",
                condition=Q(no_shows__gte=1),
                violation_error_message="Bellen kan op zijn vroegst na één keer.",
            )
        ]

    def __str__(self):
        return self.get_target_group_display()


class Call(models.Model):
    """Somebody was called because they stayed away without a word; `about` is the last time that they did."""

    class Outcome(models.TextChoices):
        REACHED = "REACHED", "gesproken"
        MESSAGE = "MESSAGE", "bericht achtergelaten"
        NO_ANSWER = "NO_ANSWER", "geen gehoor"

    about = models.ForeignKey(
        Attendance, on_delete=models.PROTECT, related_name="calls", verbose_name="niet afgemeld op"
    )
    outcome = models.CharField("uitkomst", max_length=10, choices=Outcome)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="door")
    at = models.DateTimeField("gebeld om", default=timezone.now)

    class Meta:
        verbose_name = "telefoontje"
        verbose_name_plural = "telefoontjes"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="workshops_call_outcome_is_known",
                condition=Q(outcome__in=["REACHED", "MESSAGE", "NO_ANSWER"]),
                violation_error_message="Kies gesproken, bericht achtergelaten of geen gehoor.",
            )
        ]

    def __str__(self):
        return self.get_outcome_display()
