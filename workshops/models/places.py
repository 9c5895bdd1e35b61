from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Sum

from participants.models import District
from partners.models import Collaboration, ContactPerson, Organisation
from pluspunt.periods import NoOverlap, PeriodModel
from workshops.models.days import DayPart, Weekday, day_part_is_known, weekday_is_known


class Location(models.Model):
    name = models.CharField("locatie", max_length=60, unique=True)
    address = models.CharField("adres", max_length=120, blank=True, default="", db_default="")
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, blank=True, related_name="locations", verbose_name="gebied"
    )

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

    def with_use_on(self, day: date):
        """Adds what there is on `day` in a week: `places`, `parts_open`, and how many `people` work there."""
        running = Q(placements__start_date__lte=day)
        running &= Q(placements__end_date__isnull=True) | Q(placements__end_date__gte=day)
        week = Opening.objects.on(day).filter(workshop=OuterRef("pk")).order_by().values("workshop")
        return self.annotate(
            people=Count("placements__participant", filter=running, distinct=True),
            places=Subquery(week.annotate(total=Sum("capacity")).values("total")),
            parts_open=Subquery(week.annotate(total=Count("pk")).values("total")),
        )


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

    class Supervision(models.TextChoices):
        """Who must be there for the places of a session."""

        COACH = "COACH", "coaches"
        VOLUNTEER = "VOLUNTEER", "vakvrijwilligers"
        EITHER = "EITHER", "coaches en vakvrijwilligers"

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
    site_contact = models.ForeignKey(
        ContactPerson,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="workshops",
        verbose_name="contact ter plaatse",
    )
    guidance_nearby = models.CharField(
        "begeleiding in de buurt",
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text="Wie van ons is te bereiken, en hoe snel.",
    )
    collaborations = models.ManyToManyField(
        Collaboration, blank=True, related_name="workshops", verbose_name="samenwerkingen"
    )
    # Without a rule the places of a session are those of its opening, whoever is there.
    supervision = models.CharField(
        "wie tellen mee", max_length=10, choices=Supervision, blank=True, default="", db_default=""
    )
    places_per_supervisor = models.PositiveSmallIntegerField(
        "plaatsen per begeleider", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    places_without = models.PositiveSmallIntegerField(
        "plaatsen zonder begeleider", default=0, db_default=0, validators=[MaxValueValidator(500)]
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
        constraints = [
            models.CheckConstraint(
                name="workshops_workshop_supervision_complete",
                condition=Q(supervision="", places_per_supervisor__isnull=True, places_without=0)
                # An empty number would make the check unknown, which lets a row pass.
                | Q(
                    supervision__in=["COACH", "VOLUNTEER", "EITHER"],
                    places_per_supervisor__isnull=False,
                    places_per_supervisor__gte=1,
                ),
                violation_error_message="Bij een regel horen plaatsen per begeleider; zonder regel niet.",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def counts_volunteers(self) -> bool:
        """Whether its places depend on which skilled volunteers are there."""
        return self.supervision in (self.Supervision.VOLUNTEER, self.Supervision.EITHER)

    def places_with(self, capacity: int, coaches: int, volunteers: int) -> int:
        """The places of a session of which the opening has `capacity`, when so many people are there to supervise."""
        if not self.supervision:
            return capacity
        counted = {
            self.Supervision.COACH: coaches,
            self.Supervision.VOLUNTEER: volunteers,
            self.Supervision.EITHER: coaches + volunteers,
        }[self.supervision]
        return min(capacity, self.places_without + self.places_per_supervisor * counted)

    def clean(self):
        if self.site_contact_id and self.site_contact.organisation_id != self.host_id:
            raise ValidationError({"site_contact": "Deze persoon hoort niet bij de partner waar de werkplaats is."})


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
            day_part_is_known("opening"),
            weekday_is_known("opening"),
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

    @property
    def where(self) -> str:
        """What it closes, in words."""
        if self.workshop:
            return self.workshop.name
        return f"locatie {self.location.name}" if self.location else "het hele huis"

    def closes(self, workshop: Workshop, day: date, location_id: int | None = None) -> bool:
        """Whether `workshop` is closed on `day`; `location_id` is where it was then, when that is not where it is."""
        is_here = (self.workshop_id is None or self.workshop_id == workshop.pk) and (
            self.location_id is None or self.location_id == (location_id or workshop.location_id)
        )
        return is_here and self.runs_on(day)
