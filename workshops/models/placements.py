from datetime import date, timedelta
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from participants.models import Participant, Trajectory
from pluspunt.periods import NoOverlap, PeriodModel, PeriodQuerySet
from workshops.models.days import DayPart, Weekday, Weeks, day_part_is_known, weekday_is_known, weeks_are_known
from workshops.models.places import Workshop


class PlacementQuerySet(PeriodQuerySet):
    def taking_places(self):
        """Placements of participants: volunteers take no place."""
        return self.exclude(trajectory__target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)

    def per_week(self) -> Fraction:
        """How many day parts these are in an average week: what comes every other week counts for half."""
        every = Q(weeks=Weeks.EVERY)
        counts = self.order_by().aggregate(every=Count("pk", filter=every), other=Count("pk", filter=~every))
        return counts["every"] + Fraction(counts["other"], 2)

    def trial_over(self, day: date):
        """Placements on trial that somebody should decide about by `day`, as long as they run.

        Of who stops after the trial it was decided, also when the last day is still to come.
        """
        undecided = self.filter(trial_until__lte=day).exclude(end_reason=Placement.EndReason.TRIAL)
        return undecided.filter(Q(end_date__isnull=True) | Q(end_date__gte=day))


class Placement(PeriodModel):
    """A weekly pattern: on this weekday and day part this person works here, within the trajectory."""

    class EndReason(models.TextChoices):
        """Why somebody stopped here; nothing about health."""

        WISH = "WISH", "eigen wens"
        MOVED = "MOVED", "naar een ander dagdeel of een andere werkplaats"
        LEARNED = "LEARNED", "geleerd wat hier te leren was"
        DID_NOT_FIT = "DID_NOT_FIT", "het paste niet"
        TRIAL = "TRIAL", "op proef, en niet doorgegaan"
        INDICATION = "INDICATION", "minder dagdelen in de indicatie"
        WORKSHOP_STOPPED = "STOPPED", "de werkplaats stopte of ging dicht"
        PATH_ENDED = "PATH_ENDED", "het traject stopte"

    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.PROTECT, related_name="placements", verbose_name="traject"
    )
    # Repeats trajectory.participant, so that the database itself can refuse a double booking.
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="placements", verbose_name="deelnemer", editable=False
    )
    workshop = models.ForeignKey(
        Workshop, on_delete=models.PROTECT, related_name="placements", verbose_name="werkplaats"
    )
    weekday = models.PositiveSmallIntegerField("dag", choices=Weekday)
    day_part = models.CharField("dagdeel", max_length=10, choices=DayPart)
    weeks = models.PositiveSmallIntegerField(
        "welke weken", choices=Weeks, default=Weeks.EVERY, db_default=Weeks.EVERY.value
    )
    # Until then it is a trial; empty when it never was one, or when somebody decided that it goes on.
    trial_until = models.DateField("op proef tot en met", null=True, blank=True)
    end_reason = models.CharField(
        "waarom het stopte", max_length=12, choices=EndReason, blank=True, default="", db_default=""
    )

    objects = PlacementQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "plaatsing"
        verbose_name_plural = "plaatsingen"
        ordering = ["weekday", "-day_part", "start_date"]
        indexes = [models.Index(fields=["workshop", "weekday", "day_part"], name="placement_slot")]
        constraints = [
            *PeriodModel.Meta.constraints,
            day_part_is_known("placement"),
            weekday_is_known("placement"),
            weeks_are_known("placement"),
            # Two that come every other week, in turns, share no day.
            *(
                NoOverlap(
                    name=name,
                    fields=("participant", "weekday", "day_part"),
                    among=("weeks", (weeks.value, Weeks.EVERY.value)),
                    violation_error_message="Deze persoon is op dit dagdeel in die tijd al geplaatst.",
                )
                for name, weeks in (
                    ("workshops_placement_no_double_booking", Weeks.EVEN),
                    ("workshops_placement_no_double_booking_odd", Weeks.ODD),
                )
            ),
            models.CheckConstraint(
                name="workshops_placement_trial_after_start",
                condition=Q(trial_until__isnull=True) | Q(trial_until__gte=F("start_date")),
                violation_error_message="De proef eindigt voor de eerste dag.",
            ),
        ]

    def __str__(self):
        return f"{self.workshop} {self.get_weekday_display()} {self.get_day_part_display()}"

    def validate_constraints(self, exclude=None):
        """Says once what is in the way in weeks of both kinds."""
        try:
            super().validate_constraints(exclude=exclude)
        except ValidationError as error:
            raise ValidationError({name: list(dict.fromkeys(m)) for name, m in error.message_dict.items()}) from None

    def comes_on(self, day: date) -> bool:
        """Whether somebody is planned here on `day`, by this pattern."""
        return self.weekday == day.isoweekday() and self.runs_on(day) and Weeks(self.weeks).hold_on(day)

    @property
    def is_every_other_week(self) -> bool:
        return self.weeks != Weeks.EVERY

    @property
    def is_on_trial(self) -> bool:
        """Whether it is a trial about which nobody decided yet, also when the last day of it is over."""
        return self.trial_until is not None and self.end_reason != self.EndReason.TRIAL

    @property
    def asks_decision(self) -> bool:
        """Whether the trial is over and somebody should decide (`trial_over`)."""
        today = timezone.localdate()
        runs = self.end_date is None or self.end_date >= today
        return self.is_on_trial and runs and self.trial_until <= today

    @property
    def next_day(self) -> date | None:
        """The first day from today on that somebody comes by this pattern; `None` when that is over."""
        return self.first_day_from(timezone.localdate())

    def first_day_from(self, day: date) -> date | None:
        """The first day from `day` on that somebody comes by this pattern; `None` when that is over."""
        day = max(day, self.start_date)
        day += timedelta(days=(self.weekday - day.isoweekday()) % 7)
        if not Weeks(self.weeks).hold_on(day):
            day += timedelta(weeks=1)
        return day if self.end_date is None or day <= self.end_date else None

    def meets(self, other: "Placement") -> bool:
        """Whether the two have a week in common; days and day parts are not compared."""
        return bool(self.weeks & other.weeks)

    def clean(self):
        if self.trajectory_id and self.participant_id and self.trajectory.participant_id != self.participant_id:
            raise ValidationError("Het traject is van iemand anders.")
        if self.trajectory_id and self.start_date:
            path = self.trajectory
            ends_later = path.end_date and (self.end_date is None or self.end_date > path.end_date)
            if self.start_date < path.start_date or ends_later:
                raise ValidationError("De plaatsing valt buiten het traject.")
