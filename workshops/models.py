from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from participants.models import Participant, Trajectory
from partners.models import Organisation
from pluspunt.periods import NoOverlap, PeriodModel, PeriodQuerySet

MORNING_ENDS_AT = time(12, 30)
# How long after the day a coach may still correct a register of their own workshop.
COACH_CORRECTS_FOR = timedelta(days=7)


class DayPart(models.TextChoices):
    MORNING = "MORNING", "ochtend"
    AFTERNOON = "AFTERNOON", "middag"

    @classmethod
    def at(cls, moment: datetime) -> "DayPart":
        return cls.MORNING if timezone.localtime(moment).time() < MORNING_ENDS_AT else cls.AFTERNOON

    @property
    def order(self) -> int:
        return list(DayPart).index(self)


class Weekday(models.IntegerChoices):
    """ISO weekdays: 1 is Monday."""

    MONDAY = 1, "maandag"
    TUESDAY = 2, "dinsdag"
    WEDNESDAY = 3, "woensdag"
    THURSDAY = 4, "donderdag"
    FRIDAY = 5, "vrijdag"
    SATURDAY = 6, "zaterdag"
    SUNDAY = 7, "zondag"


def _day_part_is_known(model: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"workshops_{model}_day_part_is_known",
        condition=Q(day_part__in=["MORNING", "AFTERNOON"]),
        violation_error_message="Kies ochtend of middag.",
    )


def _weekday_is_known(model: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"workshops_{model}_weekday_is_known",
        condition=Q(weekday__range=(1, 7)),
        violation_error_message="Kies een dag van de week.",
    )


class Location(models.Model):
    name = models.CharField("locatie", max_length=60, unique=True)

    class Meta:
        verbose_name = "locatie"
        verbose_name_plural = "locaties"
        ordering = ["name"]

    def __str__(self):
        return self.name


class WorkshopQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.role == user.Role.COORDINATOR:
            return self
        if user.role == user.Role.COACH:
            return self.filter(coaches=user)
        return self.none()

    def open_on(self, day: date):
        return self.filter(openings__in=Opening.objects.on(day).filter(weekday=day.isoweekday())).distinct()


class Workshop(models.Model):
    """A place to work with its own coach; with a host it is a community workshop at a partner."""

    class Discipline(models.TextChoices):
        BIKE = "BIKE", "fiets"
        WOOD = "WOOD", "hout"
        STEEL = "STEEL", "staal"
        KITCHEN = "KITCHEN", "keuken"
        ART = "ART", "kunst"
        FOOD = "FOOD", "voedsel"
        OTHER = "OTHER", "overig"

    name = models.CharField("werkplaats", max_length=80, unique=True)
    discipline = models.CharField("discipline", max_length=10, choices=Discipline, default=Discipline.OTHER)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="workshops", verbose_name="locatie")
    host = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="workshops",
        verbose_name="bij partner",
    )
    registered_from = models.DateField("registratie vanaf", null=True, blank=True)
    sessions_until = models.DateField("sessies gemaakt tot en met", null=True, blank=True, editable=False)
    coaches = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="workshops",
        limit_choices_to={"role": "COACH"},
        verbose_name="coaches",
    )

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        verbose_name = "werkplaats"
        verbose_name_plural = "werkplaatsen"
        ordering = ["location__name", "name"]

    def __str__(self):
        return self.name


class Opening(PeriodModel):
    """On this weekday and day part the workshop is open, with so many places."""

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="openings", verbose_name="werkplaats")
    weekday = models.PositiveSmallIntegerField("dag", choices=Weekday)
    day_part = models.CharField("dagdeel", max_length=10, choices=DayPart)
    capacity = models.PositiveSmallIntegerField("plaatsen", validators=[MinValueValidator(1), MaxValueValidator(500)])

    class Meta:
        verbose_name = "openingstijd"
        verbose_name_plural = "openingstijden"
        ordering = ["workshop", "weekday", "-day_part", "start_date"]
        constraints = [
            *PeriodModel.Meta.constraints,
            _day_part_is_known("opening"),
            _weekday_is_known("opening"),
            NoOverlap(
                name="workshops_opening_one_at_a_time",
                fields=("workshop", "weekday", "day_part"),
                violation_error_message="De werkplaats is op dit dagdeel in die tijd al open.",
            ),
            models.CheckConstraint(
                name="workshops_opening_has_places",
                condition=Q(capacity__gte=1),
                violation_error_message="Een open dagdeel heeft minstens één plaats.",
            ),
        ]

    def __str__(self):
        return f"{self.workshop} {self.get_weekday_display()} {self.get_day_part_display()}"


class Closure(PeriodModel):
    """Days on which a workshop, a location, or (with neither) the whole house is closed."""

    reason = models.CharField("reden", max_length=120)
    workshop = models.ForeignKey(
        Workshop, on_delete=models.PROTECT, null=True, blank=True, related_name="closures", verbose_name="werkplaats"
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="closures", verbose_name="locatie"
    )

    class Meta:
        verbose_name = "sluiting"
        verbose_name_plural = "sluitingen"
        ordering = ["-start_date"]
        constraints = [
            *PeriodModel.Meta.constraints,
            models.CheckConstraint(
                name="workshops_closure_has_end",
                condition=Q(end_date__isnull=False),
                violation_error_message="Een sluiting heeft een einddatum.",
            ),
            models.CheckConstraint(
                name="workshops_closure_workshop_or_location",
                condition=Q(workshop__isnull=True) | Q(location__isnull=True),
                violation_error_message="Kies een werkplaats of een locatie, niet allebei.",
            ),
        ]

    def __str__(self):
        return f"{self.reason} {self.start_date:%d-%m-%Y}"

    def closes(self, workshop: Workshop, day: date) -> bool:
        is_here = (self.workshop_id is None or self.workshop_id == workshop.pk) and (
            self.location_id is None or self.location_id == workshop.location_id
        )
        return is_here and self.runs_on(day)


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
            _day_part_is_known("placement"),
            _weekday_is_known("placement"),
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


class SessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(workshop__in=Workshop.objects.visible_to(user))

    def on(self, day: date):
        return self.filter(date=day)

    def with_counts(self):
        """Adds how many people stand in the register (`people`) and how many of those are recorded (`recorded`)."""
        listed = Q(attendances__planned=True) | ~Q(attendances__status=Attendance.Status.OPEN)
        return self.annotate(
            people=Count("attendances", filter=listed),
            recorded=Count("attendances", filter=~Q(attendances__status=Attendance.Status.OPEN)),
        )


class Session(models.Model):
    """One workshop on one date and day part, with its places as they were that day."""

    class State(models.TextChoices):
        PLANNED = "PLANNED", "gaat door"
        CANCELLED = "CANCELLED", "uitgevallen"
        CLOSED = "CLOSED", "gesloten"

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="sessions", verbose_name="werkplaats")
    date = models.DateField("datum")
    day_part = models.CharField("dagdeel", max_length=10, choices=DayPart)
    capacity = models.PositiveSmallIntegerField("plaatsen")
    state = models.CharField("toestand", max_length=10, choices=State, default=State.PLANNED)
    cancel_reason = models.CharField("reden van uitval", max_length=120, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "sessie"
        verbose_name_plural = "sessies"
        ordering = ["date", "-day_part", "workshop__name"]
        constraints = [
            models.UniqueConstraint(
                name="workshops_session_unique",
                fields=["workshop", "date", "day_part"],
                violation_error_message="Deze sessie bestaat al.",
            ),
            _day_part_is_known("session"),
            models.CheckConstraint(
                name="workshops_session_reason_when_cancelled",
                condition=Q(state="CANCELLED", cancel_reason__gt="") | (~Q(state="CANCELLED") & Q(cancel_reason="")),
                violation_error_message="Geef een reden als een sessie uitvalt.",
            ),
        ]
        indexes = [models.Index(fields=["date", "workshop", "state", "capacity"], name="session_capacity")]

    def __str__(self):
        return f"{self.workshop} {self.date:%d-%m-%Y} {self.get_day_part_display()}"

    @property
    def is_future(self) -> bool:
        return self.date > timezone.localdate()

    @property
    def takes_marks(self) -> bool:
        return self.state == self.State.PLANNED


class AbsenceReason(models.Model):
    """Why somebody was excused. A reason leaves the house only as "excused"; never a cause or an illness."""

    name = models.CharField("reden", max_length=40, unique=True)
    position = models.PositiveSmallIntegerField("volgorde", default=0)
    is_active = models.BooleanField("in gebruik", default=True)

    class Meta:
        verbose_name = "reden van afmelding"
        verbose_name_plural = "redenen van afmelding"
        ordering = ["position", "name"]

    def __str__(self):
        return self.name


class AttendanceQuerySet(models.QuerySet):
    def listed(self):
        """Rows that stand in a register: everybody planned, and visitors who came."""
        return self.filter(Q(planned=True) | ~Q(status=Attendance.Status.OPEN))

    def open(self):
        return self.filter(status=Attendance.Status.OPEN)

    def recorded(self):
        return self.exclude(status=Attendance.Status.OPEN)


class Attendance(models.Model):
    """What is known of one person in one session; `OPEN` means that nobody recorded it yet."""

    class Status(models.TextChoices):
        OPEN = "OPEN", "nog niet ingevuld"
        PRESENT = "PRESENT", "aanwezig"
        EXCUSED = "EXCUSED", "afgemeld"
        NO_SHOW = "NO_SHOW", "niet afgemeld"

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances", verbose_name="sessie")
    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.PROTECT, related_name="attendances", verbose_name="traject"
    )
    # These four repeat the session and the trajectory, written only where rows are made: the database can then refuse
    # being in two places at once, and a year's figures read this one table.
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="attendances", verbose_name="deelnemer"
    )
    workshop = models.ForeignKey(
        Workshop, on_delete=models.PROTECT, related_name="attendances", verbose_name="werkplaats"
    )
    date = models.DateField("datum")
    day_part = models.CharField("dagdeel", max_length=10, choices=DayPart)
    planned = models.BooleanField("gepland", default=True)
    status = models.CharField("status", max_length=10, choices=Status, default=Status.OPEN)
    reason = models.ForeignKey(
        AbsenceReason, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="reden"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="door"
    )
    recorded_at = models.DateTimeField("ingevuld om", null=True, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = "aanwezigheid"
        verbose_name_plural = "aanwezigheid"
        ordering = ["participant__sort_name", "participant_id"]
        indexes = [
            models.Index(
                fields=["date", "workshop", "status", "participant", "planned", "trajectory", "session"],
                name="attendance_figures",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="workshops_attendance_once_per_session",
                fields=["session", "participant"],
                violation_error_message="Deze persoon staat al in dit register.",
            ),
            models.UniqueConstraint(
                name="workshops_attendance_in_one_place",
                fields=["participant", "date", "day_part"],
                condition=Q(status="PRESENT"),
                violation_error_message="Deze persoon staat op dit dagdeel al ergens anders als aanwezig.",
            ),
            _day_part_is_known("attendance"),
            models.CheckConstraint(
                name="workshops_attendance_status_is_known",
                condition=Q(status__in=["OPEN", "PRESENT", "EXCUSED", "NO_SHOW"]),
                violation_error_message="Kies aanwezig, afgemeld of niet afgemeld.",
            ),
            models.CheckConstraint(
                name="workshops_attendance_reason_when_excused",
                condition=Q(reason__isnull=True) | Q(status="EXCUSED"),
                violation_error_message="Een reden hoort bij afgemeld.",
            ),
            models.CheckConstraint(
                name="workshops_attendance_recorded_or_open",
                condition=Q(status="OPEN", recorded_at__isnull=True)
                | (~Q(status="OPEN") & Q(recorded_at__isnull=False)),
                violation_error_message="Een ingevulde regel heeft een tijdstip.",
            ),
            models.CheckConstraint(
                name="workshops_attendance_visitor_is_present",
                condition=Q(planned=True) | Q(status__in=["OPEN", "PRESENT"]),
                violation_error_message="Wie niet gepland was, kan alleen aanwezig zijn.",
            ),
        ]

    def __str__(self):
        return f"{self.participant} {self.date:%d-%m-%Y} {self.get_status_display()}"

    @property
    def is_listed(self) -> bool:
        """Whether the row stands in its register: everybody planned, and visitors who came (as `listed()`)."""
        return self.planned or self.status != self.Status.OPEN


class AttendanceChange(models.Model):
    """One change of one attendance row: who, when, the old and the new value. Written by services, never changed."""

    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField("wanneer")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="door"
    )
    old_status = models.CharField("was", max_length=10, choices=Attendance.Status)
    new_status = models.CharField("werd", max_length=10, choices=Attendance.Status)
    old_reason = models.ForeignKey(AbsenceReason, on_delete=models.PROTECT, null=True, related_name="+")
    new_reason = models.ForeignKey(AbsenceReason, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "wijziging van aanwezigheid"
        verbose_name_plural = "wijzigingen van aanwezigheid"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.old_status} → {self.new_status}"


class ImportDraftQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(made_by=user)

    def expired(self):
        return self.filter(made_at__lt=timezone.now() - ImportDraft.MAX_AGE)


class ImportDraft(models.Model):
    """The good rows of uploaded spreadsheets, waiting at most an hour for somebody to confirm them.

    Never the files themselves: a refused cell may hold a citizen service number, which must not be kept anywhere.
    """

    MAX_AGE = timedelta(hours=1)

    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    rows = models.JSONField()

    objects = ImportDraftQuerySet.as_manager()

    def __str__(self):
        return f"inlezen van {self.made_at:%Y-%m-%d %H:%M}"

    @property
    def is_expired(self) -> bool:
        return self.made_at < timezone.now() - self.MAX_AGE
