from dataclasses import dataclass
from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from participants.models import Participant, Trajectory
from workshops.models.absences import Absence
from workshops.models.days import DayPart, day_part_is_known
from workshops.models.jobs import Job
from workshops.models.places import Workshop
from workshops.models.registers import AbsenceReason, Session


@dataclass(frozen=True)
class Value:
    """All that a mark can say about one person in one session; `reason` and `job` are keys."""

    status: str
    reason: int | None = None
    arrived_at: time | None = None
    left_at: time | None = None
    job: int | None = None

    @property
    def label(self) -> str:
        return Attendance.Status(self.status).label


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
    # Without an index of its own: it begins the one on which somebody's first day is found.
    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.PROTECT, related_name="attendances", verbose_name="traject", db_index=False
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
    arrived_at = models.TimeField("te laat, om", null=True, blank=True)
    left_at = models.TimeField("eerder weg, om", null=True, blank=True)
    job = models.ForeignKey(
        Job, on_delete=models.PROTECT, null=True, blank=True, related_name="attendances", verbose_name="klus"
    )
    # What was said beforehand, when that filled this row.
    absence = models.ForeignKey(
        Absence,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
        verbose_name="vooraf gemeld",
    )
    # Counts the changes: who changes a row says which version they saw.
    version = models.PositiveIntegerField("versie", default=0, db_default=0, editable=False)
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
            models.Index(fields=["trajectory", "date", "-day_part"], name="attendance_of_path"),
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
                name="workshops_attendance_facts_of_who_is_present",
                condition=Q(status="PRESENT") | Q(arrived_at__isnull=True, left_at__isnull=True, job__isnull=True),
                violation_error_message="Tijden en een klus horen bij aanwezig.",
            ),
            models.CheckConstraint(
                name="workshops_attendance_leaves_after_arriving",
                condition=Q(arrived_at__isnull=True) | Q(left_at__isnull=True) | Q(left_at__gt=F("arrived_at")),
                violation_error_message="Weggaan komt na binnenkomen. Kijk de tijden na.",
            ),
            models.CheckConstraint(
                name="workshops_attendance_absence_when_excused",
                condition=Q(absence__isnull=True) | Q(status="EXCUSED"),
                violation_error_message="Vooraf gemeld hoort bij afgemeld.",
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
    def value(self) -> "Value":
        return Value(self.status, self.reason_id, self.arrived_at, self.left_at, self.job_id)

    @property
    def is_listed(self) -> bool:
        """Whether the row stands in its register: everybody planned, and visitors who came (as `listed()`)."""
        return self.planned or self.status != self.Status.OPEN


class AttendanceChange(models.Model):
    """One change of one attendance row: who, when, the old and the new value. Written by services, never changed."""

    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField("wanneer")
    # When it reached us: a tablet without a line keeps marks for later.
    received_at = models.DateTimeField("binnengekomen om", default=timezone.now, null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="door"
    )
    old_status = models.CharField("was", max_length=10, choices=Attendance.Status)
    new_status = models.CharField("werd", max_length=10, choices=Attendance.Status)
    old_reason = models.ForeignKey(AbsenceReason, on_delete=models.PROTECT, null=True, related_name="+")
    new_reason = models.ForeignKey(AbsenceReason, on_delete=models.PROTECT, null=True, related_name="+")
    old_arrived_at = models.TimeField(null=True)
    new_arrived_at = models.TimeField(null=True)
    old_left_at = models.TimeField(null=True)
    new_left_at = models.TimeField(null=True)
    old_job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    new_job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    # The version that the row became.
    version = models.PositiveIntegerField("versie", default=0, db_default=0)
    # Changes that were one act, such as everyone present, and are undone as one.
    batch = models.UUIDField(null=True, db_index=True)
    correction = models.ForeignKey(
        "workshops.CorrectionRequest", on_delete=models.PROTECT, null=True, related_name="changes"
    )

    class Meta:
        verbose_name = "wijziging van aanwezigheid"
        verbose_name_plural = "wijzigingen van aanwezigheid"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.old_status} → {self.new_status}"

    @property
    def old(self) -> Value:
        return Value(self.old_status, self.old_reason_id, self.old_arrived_at, self.old_left_at, self.old_job_id)

    @property
    def new(self) -> Value:
        return Value(self.new_status, self.new_reason_id, self.new_arrived_at, self.new_left_at, self.new_job_id)


class ReceivedMark(models.Model):
    """A mark that a tablet sent, by the key that it gave it: taken once, and answered the same every time."""

    class Outcome(models.TextChoices):
        SAVED = "SAVED", "bewaard"
        KEPT = "KEPT", "gelaten zoals het was"
        COLLISION = "COLLISION", "anders dan wat een collega intussen invulde"
        PARKED = "PARKED", "wacht op de coördinator"
        REFUSED = "REFUSED", "niet bewaard"

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="door")
    received_at = models.DateTimeField("binnengekomen om", default=timezone.now, db_index=True)
    outcome = models.CharField("uitkomst", max_length=10, choices=Outcome, default=Outcome.SAVED)
    version = models.PositiveIntegerField("versie van de regel", default=0)
    sentence = models.CharField("uitleg", max_length=300, blank=True)

    class Meta:
        verbose_name = "ontvangen registratie"
        verbose_name_plural = "ontvangen registraties"
        ordering = ["received_at"]

    def __str__(self):
        return f"{self.key} {self.outcome}"
