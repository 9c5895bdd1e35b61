"""What is planned for one time only, beside the weekly pattern."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from participants.models import Participant, Trajectory
from workshops.models.registers import Session
from workshops.models.withdrawing import Withdrawable, WithdrawableQuerySet


class OneOff(Withdrawable):
    """For one time somebody goes elsewhere (both sessions), comes extra (`comes_to`) or stays home (`away_from`)."""

    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.PROTECT, related_name="one_offs", verbose_name="traject"
    )
    # Repeats trajectory.participant, so that the database itself can refuse two for one session.
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="one_offs", verbose_name="deelnemer", editable=False
    )
    away_from = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="left_by", verbose_name="niet bij"
    )
    comes_to = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="joined_by", verbose_name="wel bij"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="gepland door"
    )
    made_at = models.DateTimeField("gepland om", default=timezone.now)

    objects = WithdrawableQuerySet.as_manager()

    class Meta:
        verbose_name = "wijziging voor één keer"
        verbose_name_plural = "wijzigingen voor één keer"
        ordering = ["made_at", "pk"]
        constraints = [
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                name="workshops_oneoff_is_about_a_session",
                condition=Q(away_from__isnull=False) | Q(comes_to__isnull=False),
                violation_error_message="Kies waar iemand wel of niet komt.",
            ),
            *(
                models.UniqueConstraint(
                    name=f"workshops_oneoff_one_{field}",
                    fields=["participant", field],
                    condition=Q(withdrawn_at__isnull=True),
                    violation_error_message="Voor deze persoon is die dag al iets anders gepland.",
                )
                for field in ("away_from", "comes_to")
            ),
        ]

    def __str__(self):
        return f"eenmalig {self.trajectory_id}"

    def clean(self):
        if self.trajectory_id and self.participant_id and self.trajectory.participant_id != self.participant_id:
            raise ValidationError("Het traject is van iemand anders.")
        for session in (self.away_from, self.comes_to):
            if self.trajectory_id and session and not self.trajectory.runs_on(session.date):
                raise ValidationError("Deze dag valt buiten het traject.")
