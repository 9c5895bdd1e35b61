"""How somebody is doing, in their own words and those of the coach (domain reference §7, People)."""

from datetime import timedelta
from itertools import groupby

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from participants.models import ConsentPurpose, ConsentText, Participant, PeopleIndicator, Trajectory

# Two scores of one rater say something about growth when so much time lies between them (§6).
GROWTH_AFTER = timedelta(days=90)


class Rater(models.TextChoices):
    """Who answers; the two are never averaged together."""

    SELF = "SELF", "deelnemer zelf"
    COACH = "COACH", "coach"


class StatementQuerySet(models.QuerySet):
    def asked_on(self, day):
        """The versions that are asked on `day`."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)


class Statement(models.Model):
    """One version of a short statement about an indicator; a version that was answered never changes."""

    number = models.PositiveSmallIntegerField("nummer")
    version = models.PositiveSmallIntegerField("versie", default=1)
    indicator = models.CharField("indicator", max_length=20, choices=PeopleIndicator)
    text = models.CharField("stelling", max_length=120, help_text="In de ik-vorm, kort en gewoon.")
    coach_text = models.CharField("stelling voor de coach", max_length=120)
    pictogram = models.CharField("pictogram", max_length=30, blank=True)
    position = models.PositiveSmallIntegerField("volgorde", default=0)
    valid_from = models.DateField("gevraagd vanaf", default=timezone.localdate)
    valid_to = models.DateField("gevraagd tot en met", null=True, blank=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = "stelling"
        verbose_name_plural = "stellingen"
        ordering = ["position", "number", "version"]
        constraints = [
            models.UniqueConstraint(
                name="impact_statement_version_once",
                fields=["number", "version"],
                violation_error_message="Deze versie bestaat al.",
            ),
            models.UniqueConstraint(
                name="impact_statement_one_without_end",
                fields=["number"],
                condition=Q(valid_to__isnull=True),
                violation_error_message="Van deze stelling loopt al een versie.",
            ),
            models.CheckConstraint(
                name="impact_statement_end_after_start",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="De einddatum ligt voor de begindatum.",
            ),
        ]

    def __str__(self):
        return self.text

    def text_for(self, rater: str) -> str:
        return self.text if rater == Rater.SELF else self.coach_text


class MeasurementChoice(models.Model):
    """Whether somebody takes part in measuring; the newest row counts, and nothing else depends on it."""

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="measurement_choices", verbose_name="deelnemer"
    )
    takes_part = models.BooleanField("doet mee")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+", verbose_name="tekst")
    decided_on = models.DateField("besloten op", default=timezone.localdate)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="vastgelegd door"
    )
    recorded_at = models.DateTimeField("vastgelegd om", default=timezone.now)

    class Meta:
        verbose_name = "keuze over meten"
        verbose_name_plural = "keuzes over meten"
        ordering = ["-recorded_at", "-pk"]
        indexes = [models.Index(fields=["participant", "-recorded_at"], name="measurement_choice")]

    def __str__(self):
        return "doet mee" if self.takes_part else "doet niet mee"

    def clean(self):
        if self.decided_on and self.decided_on > timezone.localdate():
            raise ValidationError({"decided_on": "Deze dag moet nog komen."})
        if self.text_id and self.text.purpose != ConsentPurpose.MEASURE:
            raise ValidationError("De tekst hoort bij iets anders.")


class Measurement(models.Model):
    """The statements of one moment, answered by one rater; a draft until it is finished."""

    class Moment(models.TextChoices):
        BASELINE = "BASELINE", "start"
        PERIODIC = "PERIODIC", "tussen"
        EXIT = "EXIT", "eind"

    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.PROTECT, related_name="measurements", verbose_name="traject"
    )
    # Repeats the trajectory's, so that growth reads one table.
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="measurements", verbose_name="deelnemer", editable=False
    )
    moment = models.CharField("moment", max_length=10, choices=Moment)
    rater = models.CharField("wie antwoordt", max_length=5, choices=Rater)
    taken_on = models.DateField("datum", default=timezone.localdate)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="afgenomen door"
    )
    started_at = models.DateTimeField("begonnen om", default=timezone.now)
    finished_at = models.DateTimeField("klaar om", null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "meting"
        verbose_name_plural = "metingen"
        ordering = ["-taken_on", "-pk"]
        indexes = [models.Index(fields=["participant", "rater", "taken_on"], name="measurement_of_person")]
        constraints = [
            models.UniqueConstraint(
                name="impact_measurement_one_draft",
                fields=["participant", "rater"],
                condition=Q(finished_at__isnull=True),
                violation_error_message="Er is al een meting begonnen. Ga daarmee verder.",
            ),
            models.UniqueConstraint(
                name="impact_measurement_one_a_day",
                fields=["participant", "rater", "taken_on"],
                violation_error_message="Op deze dag is er al een meting.",
            ),
        ]

    def __str__(self):
        return f"{self.get_moment_display()}meting {self.taken_on:%d-%m-%Y}"

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def answered_in_words(self) -> str:
        """ "13 van 15": fetch the answers along."""
        values = [answer.value for answer in self.answers.all()]
        return f"{sum(value is not None for value in values)} van {len(values)}"


class Answer(models.Model):
    """What somebody answered to one statement: 1 to 5, or nothing (weet ik niet, zeg ik liever niet)."""

    measurement = models.ForeignKey(
        Measurement, on_delete=models.CASCADE, related_name="answers", verbose_name="meting"
    )
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="answers", verbose_name="stelling")
    value = models.PositiveSmallIntegerField(
        "antwoord", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )

    class Meta:
        verbose_name = "antwoord"
        verbose_name_plural = "antwoorden"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="impact_answer_once",
                fields=["measurement", "statement"],
                violation_error_message="Deze stelling is al beantwoord.",
            ),
            models.CheckConstraint(
                name="impact_answer_one_to_five",
                condition=Q(value__isnull=True) | Q(value__gte=1, value__lte=5),
                violation_error_message="Kies een van de vijf antwoorden.",
            ),
        ]

    def __str__(self):
        return str(self.value or "–")


class ScoreQuerySet(models.QuerySet):
    def write_growth(self) -> None:
        """Write with each score what growth reads: when the next one was, and how far this one is from the first.

        For all scores of one person, after whatever changed which there are. It stands here, and not in a service, so
        that the floor below can ask it of a person whose records were merged.
        """
        scores = list(self.order_by("rater", "indicator", "taken_on", "pk"))
        for _, same in groupby(scores, key=lambda score: (score.rater, score.indicator)):
            row = list(same)
            for score, following in zip(row, [*row[1:], None], strict=True):
                score.next_on = following and following.taken_on
                score.grown, score.grown_of = score.growth_since(row[0])
        self.bulk_update(scores, ["next_on", "grown", "grown_of"])


class Score(models.Model):
    """What one finished measurement says about one indicator: `points` / `answered`, kept whole so that sums are exact.

    There is none when fewer than half of the statements that were asked were answered. `grown` / `grown_of` is this
    score less the first of the same rater about the same indicator, nothing within 90 days of it; `next_on` is the day
    of the following one. With these the growth of any period is read from the rows of that period alone.
    """

    measurement = models.ForeignKey(Measurement, on_delete=models.CASCADE, related_name="scores", verbose_name="meting")
    # These repeat what the measurement says, so that growth reads one table with one index.
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="scores", verbose_name="deelnemer"
    )
    rater = models.CharField("wie antwoordde", max_length=5, choices=Rater)
    taken_on = models.DateField("datum")
    indicator = models.CharField("indicator", max_length=20, choices=PeopleIndicator)
    points = models.PositiveSmallIntegerField("punten")
    answered = models.PositiveSmallIntegerField("beantwoord")
    asked = models.PositiveSmallIntegerField("gevraagd")
    next_on = models.DateField("volgende op", null=True, editable=False)
    grown = models.SmallIntegerField("gegroeid", null=True, editable=False)
    grown_of = models.PositiveSmallIntegerField("gegroeid, gedeeld door", null=True, editable=False)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = "score"
        verbose_name_plural = "scores"
        ordering = ["taken_on", "indicator"]
        indexes = [
            models.Index(
                fields=["participant", "rater", "indicator", "taken_on", "points", "answered"], name="score_growth"
            ),
            models.Index(
                fields=["taken_on", "rater", "indicator", "next_on", "grown_of", "grown", "participant"],
                name="score_of_period",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="impact_score_growth_is_whole",
                condition=Q(grown__isnull=True, grown_of__isnull=True) | Q(grown__isnull=False, grown_of__gte=1),
                violation_error_message="Groei hoort bij een deler.",
            ),
            models.UniqueConstraint(
                name="impact_score_once",
                fields=["measurement", "indicator"],
                violation_error_message="Deze score is er al.",
            ),
            models.CheckConstraint(
                name="impact_score_half_is_answered",
                condition=Q(answered__gte=1, asked__gte=F("answered"), asked__lte=F("answered") * 2),
                violation_error_message="Een score is er pas als minstens de helft is beantwoord.",
            ),
            models.CheckConstraint(
                name="impact_score_points_possible",
                condition=Q(points__gte=F("answered"), points__lte=F("answered") * 5),
                violation_error_message="De punten passen niet bij het aantal antwoorden.",
            ),
        ]

    def __str__(self):
        return f"{self.indicator} {self.points}/{self.answered}"

    def growth_since(self, first: "Score") -> tuple[int | None, int | None]:
        """This score less `first` as a whole number and what it is divided by; nothing when that is too soon to say."""
        if self.taken_on - first.taken_on < GROWTH_AFTER:
            return None, None
        return self.points * first.answered - first.points * self.answered, self.answered * first.answered


class MicroMeasurement(models.Model):
    """One card: one statement, answered in passing. Never part of growth."""

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="micro_measurements", verbose_name="deelnemer"
    )
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="+", verbose_name="stelling")
    value = models.PositiveSmallIntegerField(
        "antwoord", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    taken_on = models.DateField("datum", default=timezone.localdate)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="door"
    )
    # A card that is sent twice counts once.
    key = models.UUIDField(unique=True, editable=False)

    class Meta:
        verbose_name = "kaartje"
        verbose_name_plural = "kaartjes"
        ordering = ["-taken_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="impact_micromeasurement_one_to_five",
                condition=Q(value__isnull=True) | Q(value__gte=1, value__lte=5),
                violation_error_message="Kies een van de vijf antwoorden.",
            )
        ]

    def __str__(self):
        return f"{self.statement_id}: {self.value or '–'}"
