"""What collaborations are made of here: milestones with a picture, and who took part in an event."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from participants.models import Participant
from partners.models import Collaboration, Event
from workshops.models.places import Workshop


class MilestoneQuerySet(models.QuerySet):
    def without_pictures(self):
        """Leaves the pictures in the database, and adds whether there is one (`has_picture`)."""
        there = ExpressionWrapper(Q(picture__isnull=False), output_field=BooleanField())
        return self.defer("picture").annotate(has_picture=there)


class Milestone(models.Model):
    """A part of a collaboration that is finished some day, for example one of thirteen rebuilt workshops."""

    class State(models.TextChoices):
        PLANNED = "PLANNED", "nog niet begonnen"
        BUSY = "BUSY", "mee bezig"
        DONE = "DONE", "klaar"

    collaboration = models.ForeignKey(
        Collaboration, on_delete=models.PROTECT, related_name="milestones", verbose_name="samenwerking"
    )
    position = models.PositiveSmallIntegerField("volgorde", default=1)
    name = models.CharField("naam", max_length=120)
    workshop = models.ForeignKey(
        Workshop, on_delete=models.PROTECT, null=True, blank=True, related_name="milestones", verbose_name="werkplaats"
    )
    state = models.CharField("stand", max_length=10, choices=State, default=State.PLANNED)
    done_on = models.DateField("klaar op", null=True, blank=True)
    # A JPEG that the application made itself of what was uploaded; never the file as it came.
    picture = models.BinaryField("foto", null=True, blank=True)
    picture_text = models.CharField("wat er op de foto staat", max_length=250, blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = "mijlpaal"
        verbose_name_plural = "mijlpalen"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="workshops_milestone_unique",
                fields=["collaboration", "name"],
                violation_error_message="Deze mijlpaal staat er al.",
            ),
            models.CheckConstraint(
                name="workshops_milestone_done_has_day",
                condition=Q(state="DONE", done_on__isnull=False) | (~Q(state="DONE") & Q(done_on__isnull=True)),
                violation_error_message="Klaar heeft een dag; wat nog niet klaar is, niet.",
            ),
            models.CheckConstraint(
                name="workshops_milestone_picture_is_described",
                condition=Q(picture__isnull=True) | Q(picture_text__gt=""),
                violation_error_message="Schrijf op wat er op de foto staat.",
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        is_done = self.state == self.State.DONE
        if is_done and not self.done_on:
            raise ValidationError({"done_on": "Schrijf erbij op welke dag het klaar was."})
        if self.done_on and not is_done:
            raise ValidationError({"done_on": "Haal deze dag weg, of kies bij de stand: klaar."})
        if self.done_on and self.done_on > timezone.localdate():
            raise ValidationError({"done_on": "Deze dag is nog niet geweest."})


class EventVisit(models.Model):
    """A participant who took part in an event."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="visits", verbose_name="evenement")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="event_visits", verbose_name="deelnemer"
    )

    class Meta:
        verbose_name = "deelname aan evenement"
        verbose_name_plural = "deelname aan evenementen"
        ordering = ["participant__sort_name"]
        constraints = [
            models.UniqueConstraint(
                name="workshops_eventvisit_once",
                fields=["event", "participant"],
                violation_error_message="Deze persoon staat er al bij.",
            )
        ]

    def __str__(self):
        return f"{self.participant_id} bij {self.event_id}"
