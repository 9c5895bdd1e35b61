"""What somebody learned in a workshop: a step on its ladder, and abilities by name."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from participants.models import Participant
from workshops.models.places import Workshop


class Ability(models.Model):
    """Something that one can learn in a workshop by name; a machine permission is one too."""

    workshop = models.ForeignKey(
        Workshop, on_delete=models.PROTECT, related_name="abilities", verbose_name="werkplaats"
    )
    name = models.CharField("vaardigheid", max_length=80)
    is_machine_permission = models.BooleanField("toestemming voor een machine", default=False)
    is_wanted_before = models.BooleanField(
        "vooraf gewenst",
        default=False,
        db_default=False,
        help_text="Bij het plaatsen staat erbij of iemand dit al heeft.",
    )
    is_active = models.BooleanField("in gebruik", default=True)

    class Meta:
        verbose_name = "vaardigheid"
        verbose_name_plural = "vaardigheden"
        ordering = ["workshop__name", "is_machine_permission", "name"]
        constraints = [
            models.UniqueConstraint(
                name="workshops_ability_unique",
                fields=["workshop", "name"],
                violation_error_message="Deze vaardigheid staat al bij deze werkplaats.",
            )
        ]

    def __str__(self):
        return self.name


class Grant(models.Model):
    """Somebody may or can something: who said so and since when."""

    granted_on = models.DateField("toegekend op", default=timezone.localdate)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="toegekend door"
    )

    class Meta:
        abstract = True

    def clean(self):
        if self.granted_on and self.granted_on > timezone.localdate():
            raise ValidationError({"granted_on": "Toekennen kan niet in de toekomst."})


class AbilityGrant(Grant):
    """An ability that somebody has; withdrawn when they may not any more, for example on a machine."""

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="ability_grants", verbose_name="deelnemer"
    )
    ability = models.ForeignKey(Ability, on_delete=models.PROTECT, related_name="grants", verbose_name="vaardigheid")
    withdrawn_on = models.DateField("ingetrokken op", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="door"
    )

    class Meta:
        verbose_name = "toegekende vaardigheid"
        verbose_name_plural = "toegekende vaardigheden"
        ordering = ["granted_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="workshops_abilitygrant_one_running",
                fields=["participant", "ability"],
                condition=Q(withdrawn_on__isnull=True),
                violation_error_message="Deze vaardigheid is al toegekend.",
            ),
            models.CheckConstraint(
                name="workshops_abilitygrant_withdrawn_after_granted",
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("granted_on")),
                violation_error_message="Intrekken kan niet voor de dag van toekennen.",
            ),
        ]

    def __str__(self):
        return f"{self.ability} {self.granted_on:%d-%m-%Y}"

    def clean(self):
        super().clean()
        if self.withdrawn_on and self.withdrawn_on > timezone.localdate():
            raise ValidationError({"withdrawn_on": "Intrekken kan niet in de toekomst."})


class LadderStepQuerySet(models.QuerySet):
    def recorded_since(self, moment: datetime):
        """Steps that were written down at `moment` or later, whichever day they were granted on."""
        written = self.model.history.filter(id=OuterRef("pk"), history_type="+", history_date__gte=moment)
        return self.filter(Exists(written))


class LadderStep(Grant):
    """The step that somebody reached in a workshop: maker, gezel, meester. One taken back stays in the history."""

    class Step(models.IntegerChoices):
        MAKER = 1, "maker"
        GEZEL = 2, "gezel"
        MEESTER = 3, "meester"

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="ladder_steps", verbose_name="deelnemer"
    )
    workshop = models.ForeignKey(
        Workshop, on_delete=models.PROTECT, related_name="ladder_steps", verbose_name="werkplaats"
    )
    step = models.PositiveSmallIntegerField("trede", choices=Step)

    objects = LadderStepQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "trede"
        verbose_name_plural = "treden"
        ordering = ["workshop__name", "step"]
        constraints = [
            models.UniqueConstraint(
                name="workshops_ladderstep_once",
                fields=["participant", "workshop", "step"],
                violation_error_message="Deze trede is al behaald.",
            ),
            models.CheckConstraint(
                name="workshops_ladderstep_is_known",
                condition=Q(step__range=(1, 3)),
                violation_error_message="Kies maker, gezel of meester.",
            ),
        ]

    def __str__(self):
        return f"{self.get_step_display()} {self.workshop}"
