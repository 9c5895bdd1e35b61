"""What somebody works on: goals in their own words with small steps, and notes of what happened."""

import secrets
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from participants.models.people import Participant
from participants.models.trajectories import Trajectory
from pluspunt.encryption import SealedField, Unreadable, sealed_property


class PeopleIndicator(models.TextChoices):
    """The six People indicators of the 4P (fixed); goals name one, the figures describe them."""

    SELF_CONFIDENCE = "SELF_CONFIDENCE", "zelfvertrouwen"
    SELF_RELIANCE = "SELF_RELIANCE", "zelfredzaamheid"
    PARTICIPATION = "PARTICIPATION", "meedoen in samenleving en werk"
    LIFE_SKILLS = "LIFE_SKILLS", "sterkere leefvaardigheden"
    LIVING_CONDITIONS = "LIVING_CONDITIONS", "betere leefomstandigheden"
    QUALITY_OF_LIFE = "QUALITY_OF_LIFE", "kwaliteit van leven"


class GoalQuerySet(models.QuerySet):
    def running(self):
        return self.filter(result="")

    def due_by(self, day: date):
        """Running goals of which the next review is on `day` or before it."""
        return self.running().filter(review_on__lte=day)

    def of_enrolled(self, day: date):
        """Goals of people with a trajectory that runs on `day`: after the last one nobody reviews anything."""
        return self.filter(Exists(Trajectory.objects.on(day).filter(participant=OuterRef("participant"))))

    def visible_to(self, user):
        return self.filter(participant__in=Participant.objects.visible_to(user))


class Goal(models.Model):
    """What somebody wants to reach, in their own words."""

    class Field(models.TextChoices):
        CARE = "CARE", "zorg"
        WORK = "WORK", "werk"
        WELFARE = "WELFARE", "welzijn"
        ART = "ART", "kunst"
        CULTURE = "CULTURE", "cultuur"
        EDUCATION = "EDUCATION", "educatie"
        SUSTAINABLE_ENTERPRISE = "SUSTAINABLE_ENTERPRISE", "duurzaam ondernemen"

    class Result(models.TextChoices):
        REACHED = "REACHED", "gehaald"
        PARTLY = "PARTLY", "deels gehaald"
        NOT = "NOT", "niet gehaald"

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="goals", verbose_name="deelnemer"
    )
    text = models.TextField("doel, in eigen woorden", max_length=500)
    field = models.CharField("gebied", max_length=25, choices=Field)
    indicator = models.CharField("waar het aan bijdraagt", max_length=20, choices=PeopleIndicator)
    start_date = models.DateField("vanaf", default=timezone.localdate)
    review_on = models.DateField("volgende evaluatie")
    result = models.CharField("resultaat", max_length=10, choices=Result, blank=True)
    result_text = models.CharField("hoe het ging", max_length=500, blank=True)
    closed_on = models.DateField("afgesloten op", null=True, blank=True)

    objects = GoalQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "doel"
        verbose_name_plural = "doelen"
        ordering = ["result", "review_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="participants_goal_review_after_start",
                condition=Q(review_on__gte=F("start_date")),
                violation_error_message="De evaluatie ligt voor het begin van het doel.",
            ),
            models.CheckConstraint(
                name="participants_goal_result_complete",
                condition=Q(result="", closed_on__isnull=True, result_text="")
                | Q(result__gt="", closed_on__isnull=False, result_text__gt=""),
                violation_error_message="Bij een resultaat horen een dag en een zin over hoe het ging.",
            ),
        ]

    def __str__(self):
        return self.text[:60]

    @property
    def is_running(self) -> bool:
        return not self.result

    @property
    def is_overdue(self) -> bool:
        return self.is_running and self.review_on < timezone.localdate()


class GoalStep(models.Model):
    """A small step towards a goal."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="steps", verbose_name="doel")
    text = models.CharField("kleine stap", max_length=200)
    done_on = models.DateField("gelukt op", null=True, blank=True)

    class Meta:
        verbose_name = "kleine stap"
        verbose_name_plural = "kleine stappen"
        ordering = ["pk"]

    def __str__(self):
        return self.text


class Review(models.Model):
    """A moment on which a goal was looked at together, and what was said."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="reviews", verbose_name="doel")
    held_on = models.DateField("gehouden op", default=timezone.localdate)
    text = models.CharField("wat we bespraken", max_length=500)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="door"
    )

    class Meta:
        verbose_name = "evaluatie"
        verbose_name_plural = "evaluaties"
        ordering = ["-held_on", "-pk"]

    def __str__(self):
        return f"evaluatie van {self.held_on:%d-%m-%Y}"

    def clean(self):
        if self.held_on and self.held_on > timezone.localdate():
            raise ValidationError({"held_on": "Deze dag moet nog komen."})
        if self.held_on and self.goal_id and self.held_on < self.goal.start_date:
            raise ValidationError({"held_on": "Deze dag ligt voor het begin van het doel."})


def _new_key() -> str:
    return secrets.token_hex(16)


class SealedText(models.Model):
    """A text that stands sealed in the database and is read as `text`; `key` binds it to its row."""

    key = models.CharField(max_length=32, unique=True, default=_new_key, editable=False)
    sealed_text = SealedField("tekst", bound_to=("participants.note", "key"))
    # Raises `pluspunt.encryption.Unreadable` when it was changed outside the application.
    text = sealed_property("sealed_text")

    class Meta:
        abstract = True

    @property
    def text_or_none(self) -> str | None:
        """The text, or `None` when it cannot be read any more: one spoiled row does not take a page down."""
        try:
            return self.text
        except Unreadable:
            return None


class NoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Restricted notes are for coordinators only."""
        return self if user.role == user.Role.COORDINATOR else self.filter(is_restricted=False)

    def with_is_corrected(self):
        corrections = self.model.history.model.objects.filter(id=OuterRef("pk"), history_type="~")
        return self.annotate(is_corrected=Exists(corrections))


class NoteKind(models.TextChoices):
    PROGRESS = "PROGRESS", "voortgang"
    CONTACT = "CONTACT", "contact"
    AGREEMENT = "AGREEMENT", "afspraak"
    INCIDENT = "INCIDENT", "incident"


class Note(SealedText):
    """What happened or was agreed. All notes are sealed; `is_restricted` says who may read."""

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="notes", verbose_name="deelnemer"
    )
    kind = models.CharField("soort", max_length=10, choices=NoteKind, default=NoteKind.PROGRESS)
    date = models.DateField("datum", default=timezone.localdate)
    is_restricted = models.BooleanField("alleen voor coördinatoren", default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes", verbose_name="door"
    )
    written_at = models.DateTimeField("geschreven om", auto_now_add=True)

    objects = NoteQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "notitie"
        verbose_name_plural = "notities"
        ordering = ["-date", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.date:%d-%m-%Y}"

    def clean(self):
        if self.date and self.date > timezone.localdate():
            raise ValidationError({"date": "Deze dag moet nog komen."})


class NoteDraftQuerySet(models.QuerySet):
    def of(self, user, participant: Participant):
        """What `user` was writing about `participant`; restricted words stay with coordinators."""
        drafts = self.filter(author=user, participant=participant)
        return drafts if user.role == user.Role.COORDINATOR else drafts.filter(is_restricted=False)


class NoteDraft(SealedText):
    """A note that somebody is still writing: one per writer and participant, gone when the note is kept."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="note_drafts", verbose_name="door"
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="note_drafts", verbose_name="deelnemer"
    )
    kind = models.CharField("soort", max_length=10, choices=NoteKind, default=NoteKind.PROGRESS)
    is_restricted = models.BooleanField("alleen voor coördinatoren", default=False)
    saved_at = models.DateTimeField("bewaard om", auto_now=True)

    objects = NoteDraftQuerySet.as_manager()

    class Meta:
        verbose_name = "kladnotitie"
        verbose_name_plural = "kladnotities"
        constraints = [
            models.UniqueConstraint(
                name="participants_notedraft_one_per_author",
                fields=["author", "participant"],
                violation_error_message="Er is al een klad.",
            )
        ]

    def __str__(self):
        return f"klad van {self.author_id}"

    @property
    def saved_on(self) -> date:
        return timezone.localdate(self.saved_at)
