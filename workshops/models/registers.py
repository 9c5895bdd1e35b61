from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from participants.models import Participant, Trajectory
from workshops.models.days import DayPart, day_part_is_known
from workshops.models.places import Workshop

# How long after the day a coach may still correct a register of their own workshop.
COACH_CORRECTS_FOR = timedelta(days=7)


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
            day_part_is_known("session"),
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
        """Whether the day part has yet to begin; the afternoon begins when the morning ends."""
        now = timezone.localtime()
        return (self.date, DayPart(self.day_part).order) > (now.date(), DayPart.at(now).order)

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
            day_part_is_known("attendance"),
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
