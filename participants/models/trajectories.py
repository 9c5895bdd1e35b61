from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from pluspunt.periods import NoOverlap, PeriodModel, PeriodQuerySet

# Further ahead the year is mistyped.
LONGEST_AHEAD = timedelta(days=366)
# A restart of the same kind within so many days is the same trajectory (domain reference §6).
RESTART_WITHIN = timedelta(days=28)


class EndReason(models.TextChoices):
    """Why care ended, with the codes of the stop notice (iWmo, WMO588)."""

    DECEASED = "02", "overleden"
    AS_PLANNED = "19", "volgens plan"
    FOR_A_WHILE = "20", "tijdelijk beëindigd"
    BY_PARTICIPANT = "21", "deelnemer wilde stoppen"
    BY_PROVIDER = "22", "Pluspunt stopte"
    IN_AGREEMENT = "23", "samen besloten"
    MOVED = "31", "verhuisd"
    BY_MUNICIPALITY = "36", "gemeente stopte"
    CHANGE_REQUEST = "37", "nieuwe indicatie aangevraagd"
    OTHER_PROVIDER = "38", "naar een andere aanbieder"
    OTHER_DOMAIN = "39", "naar een ander domein (Wlz, Zvw)"


class TrajectoryQuerySet(PeriodQuerySet):
    def in_status(self, status: str, day: date):
        paused = Exists(Pause.objects.on(day).filter(trajectory=OuterRef("pk")))
        if status == Trajectory.Status.ENDED:
            return self.filter(end_date__lt=day)
        if status == Trajectory.Status.UPCOMING:
            return self.filter(start_date__gt=day)
        running = self.on(day)
        if status == Trajectory.Status.PAUSED:
            return running.filter(paused)
        on_trial = Q(trial_until__isnull=False, trial_until__gte=day)
        if status == Trajectory.Status.TRIAL:
            return running.filter(on_trial).exclude(paused)
        return running.exclude(on_trial).exclude(paused)


class Trajectory(PeriodModel):
    """The path of one person in one target group, from the first (trial) day to the exit."""

    class TargetGroup(models.TextChoices):
        SOCIAL_DAY_CARE = "SOCIAL_DAY_CARE", "sociale dagbesteding"
        ACTIVATION = "ACTIVATION", "activering"
        SKILLED_VOLUNTEER = "SKILLED_VOLUNTEER", "vakvrijwilliger"

        @property
        def next_groups(self) -> list["Trajectory.TargetGroup"]:
            """Where somebody can move on to: day care → activation → volunteer, and nothing back (§6)."""
            groups = list(type(self))
            return groups[groups.index(self) + 1 :]

    class Status(models.TextChoices):
        ACTIVE = "ACTIVE", "actief"
        TRIAL = "TRIAL", "op proef"
        PAUSED = "PAUSED", "onderbroken"
        ENDED = "ENDED", "gestopt"
        UPCOMING = "UPCOMING", "begint nog"

    class Destination(models.TextChoices):
        PAID_WORK = "PAID_WORK", "betaald werk"
        SUPPORTED_WORK = "SUPPORTED_WORK", "beschut werk of werk met ondersteuning"
        EDUCATION = "EDUCATION", "opleiding"
        VOLUNTEERING_ELSEWHERE = "VOLUNTEERING_ELSEWHERE", "vrijwilligerswerk elders"
        VOLUNTEERING_HERE = "VOLUNTEERING_HERE", "vrijwilligerswerk bij Pluspunt"
        OTHER_PROVIDER = "OTHER_PROVIDER", "andere aanbieder"
        OTHER_DOMAIN = "OTHER_DOMAIN", "ander domein (Wlz, Zvw)"
        TREATMENT = "TREATMENT", "behandeling"
        DETENTION = "DETENTION", "detentie"
        MOVED = "MOVED", "verhuisd"
        RETIRED = "RETIRED", "met pensioen"
        DECEASED = "DECEASED", "overleden"
        GOALS_REACHED = "GOALS_REACHED", "doelen gehaald"
        NO_FOLLOW_UP = "NO_FOLLOW_UP", "geen vervolg"
        UNKNOWN = "UNKNOWN", "onbekend"

    participant = models.ForeignKey(
        "Participant", on_delete=models.PROTECT, related_name="trajectories", verbose_name="deelnemer"
    )
    target_group = models.CharField("doelgroep", max_length=20, choices=TargetGroup)
    strand_social = models.BooleanField("sociaal", default=False)
    strand_educational = models.BooleanField("educatief", default=False)
    strand_work = models.BooleanField("arbeidsmatig", default=False)
    trial_until = models.DateField("op proef tot en met", null=True, blank=True)
    destination = models.CharField("waarheen", max_length=25, choices=Destination, blank=True)
    end_reason = models.CharField(
        "reden van stoppen", max_length=2, choices=EndReason, blank=True, default="", db_default=""
    )
    # Moving on within the house (day care → activation → volunteer): the trajectory that ended for this one.
    moved_from = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="moved_to",
        verbose_name="verder uit",
    )

    objects = TrajectoryQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "traject"
        verbose_name_plural = "trajecten"
        ordering = ["-start_date", "-pk"]
        indexes = [
            models.Index(fields=["target_group", "start_date", "end_date"], name="trajectory_stock"),
            # The latest of each person, on which their list sorts: without it PostgreSQL asks the one of the overlaps.
            models.Index(fields=["participant", "-start_date", "-id"], name="trajectory_latest"),
        ]
        constraints = [
            *PeriodModel.Meta.constraints,
            NoOverlap(
                name="participants_trajectory_one_at_a_time",
                fields=("participant", "target_group"),
                violation_error_message="Deze persoon heeft in die tijd al een traject in deze doelgroep.",
            ),
            models.UniqueConstraint(
                name="participants_trajectory_one_running",
                fields=["participant", "target_group"],
                condition=Q(end_date__isnull=True),
                violation_error_message="Deze persoon heeft al een lopend traject in deze doelgroep.",
            ),
            models.CheckConstraint(
                name="participants_trajectory_trial_after_start",
                condition=Q(trial_until__isnull=True) | Q(trial_until__gte=F("start_date")),
                violation_error_message="De proefperiode eindigt voor het traject begint.",
            ),
            models.CheckConstraint(
                name="participants_trajectory_destination_at_end",
                condition=Q(destination="") | Q(end_date__isnull=False),
                violation_error_message="Waarheen iemand gaat, hoort bij een traject met een einddatum.",
            ),
            models.CheckConstraint(
                name="participants_trajectory_end_reason_at_end",
                condition=Q(end_reason="") | Q(end_date__isnull=False),
                violation_error_message="Een reden van stoppen hoort bij een traject met een einddatum.",
            ),
            models.CheckConstraint(
                name="participants_trajectory_strands_of_activation",
                condition=Q(target_group="ACTIVATION")
                | Q(strand_social=False, strand_educational=False, strand_work=False),
                violation_error_message="Sociaal, educatief en arbeidsmatig horen bij activering.",
            ),
        ]

    def __str__(self):
        return f"{self.get_target_group_display()} vanaf {self.start_date:%d-%m-%Y}"

    def clean(self):
        if self.start_date and self.start_date > timezone.localdate() + LONGEST_AHEAD:
            raise ValidationError({"start_date": "Kijk het jaar na."})
        if self.target_group not in self.TargetGroup.values:
            return
        if self.moved_from_id:
            self._check_move(self.moved_from, self)
        if self.pk and (following := Trajectory.objects.filter(moved_from=self.pk).first()):
            self._check_move(self, following)

    @staticmethod
    def _check_move(before: "Trajectory", after: "Trajectory") -> None:
        if before.participant_id != after.participant_id:
            raise ValidationError("Het vorige traject is van iemand anders.")
        if after.target_group not in Trajectory.TargetGroup(before.target_group).next_groups:
            raise ValidationError("Doorstromen gaat van dagbesteding naar activering of vrijwilliger, niet terug.")
        if after.start_date and (before.end_date is None or before.end_date >= after.start_date):
            raise ValidationError("Bij doorstromen stopt het ene traject voordat het volgende begint.")

    def get_constraints(self):
        """The rules to check before saving. Two running trajectories overlap: one sentence about that is enough."""
        said_by_overlap = "participants_trajectory_one_running"
        return [
            (model, [rule for rule in rules if rule.name != said_by_overlap])
            for model, rules in super().get_constraints()
        ]

    @property
    def is_volunteer(self) -> bool:
        return self.target_group == self.TargetGroup.SKILLED_VOLUNTEER

    @property
    def strands(self) -> list[str]:
        return [
            self._meta.get_field(name).verbose_name
            for name in ("strand_social", "strand_educational", "strand_work")
            if getattr(self, name)
        ]

    @property
    def status(self) -> "Trajectory.Status":
        return self.status_on(timezone.localdate())

    def status_on(self, day: date) -> "Trajectory.Status":
        if self.start_date > day:
            return self.Status.UPCOMING
        if self.end_date and self.end_date < day:
            return self.Status.ENDED
        if any(pause.runs_on(day) for pause in self.pauses.all()):
            return self.Status.PAUSED
        if self.trial_until and self.trial_until >= day:
            return self.Status.TRIAL
        return self.Status.ACTIVE


class Pause(PeriodModel):
    """A longer absence: the person keeps the places but leaves the schedule and the denominators."""

    trajectory = models.ForeignKey(Trajectory, on_delete=models.PROTECT, related_name="pauses", verbose_name="traject")
    reason = models.CharField(
        "reden", max_length=120, blank=True, help_text="Kort en zonder ziekte of diagnose, bijvoorbeeld: langer weg."
    )
    # What is thought, when nobody knows the last day yet; then somebody asks.
    expected_until = models.DateField(
        "waarschijnlijk tot en met",
        null=True,
        blank=True,
        help_text="Weet je de laatste dag nog niet? Op deze dag vragen we het na.",
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = "onderbreking"
        verbose_name_plural = "onderbrekingen"
        ordering = ["-start_date"]
        constraints = [
            *PeriodModel.Meta.constraints,
            NoOverlap(
                name="participants_pause_one_at_a_time",
                fields=("trajectory",),
                violation_error_message="Dit traject is in die tijd al onderbroken.",
            ),
            models.CheckConstraint(
                name="participants_pause_expected_after_start",
                condition=Q(expected_until__isnull=True) | Q(expected_until__gte=F("start_date")),
                violation_error_message="De verwachte laatste dag ligt voor de eerste dag.",
            ),
        ]

    def __str__(self):
        return f"onderbreking vanaf {self.start_date:%d-%m-%Y}"

    @property
    def has_not_ended(self) -> bool:
        return self.end_date is None or self.end_date >= timezone.localdate()
