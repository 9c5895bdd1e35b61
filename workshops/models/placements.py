from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from participants.models import Participant, Trajectory
from pluspunt.periods import NoOverlap, PeriodModel, PeriodQuerySet
from workshops.models.days import DayPart, Weekday, day_part_is_known, weekday_is_known
from workshops.models.places import Workshop


class PlacementQuerySet(PeriodQuerySet):
    def taking_places(self):
        """Placements of participants: volunteers take no place."""
        return self.exclude(trajectory__target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER)


class Placement(PeriodModel):
    """A weekly pattern: on this weekday and day part this person works here, within the trajectory."""

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
            NoOverlap(
                name="workshops_placement_no_double_booking",
                fields=("participant", "weekday", "day_part"),
                violation_error_message="Deze persoon is op dit dagdeel in die tijd al geplaatst.",
            ),
        ]

    def __str__(self):
        return f"{self.workshop} {self.get_weekday_display()} {self.get_day_part_display()}"

    def clean(self):
        if self.trajectory_id and self.participant_id and self.trajectory.participant_id != self.participant_id:
            raise ValidationError("Het traject is van iemand anders.")
        if self.trajectory_id and self.start_date:
            path = self.trajectory
            ends_later = path.end_date and (self.end_date is None or self.end_date > path.end_date)
            if self.start_date < path.start_date or ends_later:
                raise ValidationError("De plaatsing valt buiten het traject.")
