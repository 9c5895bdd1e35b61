"""Jobs (klussen) that a workshop takes on, and what a day brings forth."""

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from partners.models import Collaboration, Organisation
from workshops.models.places import Workshop
from workshops.models.registers import Session


class JobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The jobs of somebody's workshops."""
        return self.filter(workshop__in=Workshop.objects.visible_to(user))

    def going_on(self):
        """Jobs on which somebody can work today."""
        return self.filter(state__in=[Job.State.WAITING, Job.State.BUSY])

    def with_people_on(self, day):
        """Adds how many people work on it on `day` (`people_today`)."""
        here = Q(attendances__date=day, attendances__status="PRESENT")
        return self.annotate(people_today=Count("attendances__participant", filter=here, distinct=True))


class Job(models.Model):
    """Work that a workshop does for a customer or for the house; who worked on it, attendance says."""

    class State(models.TextChoices):
        WAITING = "WAITING", "te doen"
        BUSY = "BUSY", "bezig"
        DONE = "DONE", "klaar"
        DROPPED = "DROPPED", "vervallen"

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="jobs", verbose_name="werkplaats")
    title = models.CharField("wat", max_length=80)
    customer = models.CharField("voor wie", max_length=80, blank=True, help_text="Leeg is voor eigen gebruik.")
    partner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="jobs", verbose_name="partner"
    )
    due_on = models.DateField("klaar op", null=True, blank=True)
    people_wanted = models.PositiveSmallIntegerField(
        "mensen nodig", default=1, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    state = models.CharField("toestand", max_length=10, choices=State, default=State.WAITING)
    result = models.CharField("resultaat", max_length=200, blank=True)
    finished_on = models.DateField("klaar sinds", null=True, blank=True)

    objects = JobQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "klus"
        verbose_name_plural = "klussen"
        ordering = [F("due_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                name="workshops_job_state_is_known",
                condition=Q(state__in=["WAITING", "BUSY", "DONE", "DROPPED"]),
                violation_error_message="Kies te doen, bezig, klaar of vervallen.",
            ),
            models.CheckConstraint(
                name="workshops_job_finished_has_day",
                condition=Q(state="DONE", finished_on__isnull=False) | (~Q(state="DONE") & Q(finished_on__isnull=True)),
                violation_error_message="Een klus die klaar is, heeft een dag waarop.",
            ),
            models.CheckConstraint(
                name="workshops_job_wants_somebody",
                condition=Q(people_wanted__gte=1),
                violation_error_message="Een klus heeft minstens één mens nodig.",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_going_on(self) -> bool:
        return self.state in (self.State.WAITING, self.State.BUSY)

    @property
    def is_overdue(self) -> bool:
        return self.is_going_on and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def for_whom(self) -> str:
        return self.customer or (self.partner.name if self.partner_id else "eigen gebruik")


class OutputTypeQuerySet(models.QuerySet):
    def by_hand(self):
        """Types in use that somebody fills in: what follows from other facts is not typed as well."""
        return self.filter(is_active=True, derived_from="")


class OutputType(models.Model):
    """Something that the house brings forth and counts (§7): bikes repaired, kilos harvested, neighbours helped."""

    class DerivedFrom(models.TextChoices):
        JOBS = "JOBS", "klussen die klaar zijn"
        EVENTS = "EVENTS", "evenementen van samenwerkingen"
        VISITORS = "VISITORS", "bezoekers van evenementen en registers"
        NEIGHBOURS = "NEIGHBOURS", "buren die in het register zijn geteld"
        VOLUNTEER_HOURS = "VOLUNTEER_HOURS", "aanwezigheid van vakvrijwilligers"

    name = models.CharField("opbrengst", max_length=60, unique=True)
    unit = models.CharField("eenheid", max_length=20, help_text="Bijvoorbeeld: stuks, kg, m².")
    # In which disciplines a coach sees it first; all the others stand below.
    disciplines = models.CharField(
        "vooral in", max_length=80, blank=True, help_text="Codes met een komma ertussen, bijvoorbeeld: BIKE,STEEL."
    )
    is_whole = models.BooleanField("alleen hele aantallen", default=True)
    counting_rule = models.CharField(
        "zo tel je het",
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="Wat telt mee en wat niet, zodat niets twee keer telt.",
    )
    # Kilos that were weighed before under another type: no factor makes them kilos saved again.
    is_counted_before = models.BooleanField(
        "is al eerder geteld",
        default=False,
        db_default=False,
        help_text="Bijvoorbeeld voedsel uitdelen: die kilo's telden al bij oogsten of redden.",
    )
    # What follows from other facts is not typed as well: it would count twice.
    derived_from = models.CharField(
        "volgt uit", max_length=15, choices=DerivedFrom, blank=True, default="", db_default="", editable=False
    )
    position = models.PositiveSmallIntegerField("volgorde", default=0)
    is_active = models.BooleanField("in gebruik", default=True)

    objects = OutputTypeQuerySet.as_manager()

    class Meta:
        verbose_name = "soort opbrengst"
        verbose_name_plural = "soorten opbrengst"
        ordering = ["position", "name"]

    def __str__(self):
        return self.name

    def clean(self):
        self.disciplines = ",".join(filter(None, (code.strip().upper() for code in self.disciplines.split(","))))
        if unknown := set(self.disciplines.split(",")) - {"", *Workshop.Discipline.values}:
            known = ", ".join(Workshop.Discipline.values)
            raise ValidationError({"disciplines": f"{', '.join(sorted(unknown))} bestaat niet. Kies uit: {known}."})

    @property
    def is_in_kilos(self) -> bool:
        return self.unit == "kg"

    def belongs_to(self, discipline: str) -> bool:
        return discipline in self.disciplines.split(",")

    @property
    def usual_source(self) -> str:
        """What is measured in kilos, somebody weighed."""
        return Output.Source.WEIGHED if self.is_in_kilos else Output.Source.COUNTED

    @property
    def says_unit(self) -> bool:
        """Whether the unit says more than the name: kilos and hours do, pieces and people do not."""
        return self.unit not in ("stuks", "mensen")


class OutputQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The outputs of somebody's workshops."""
        return self.filter(workshop__in=Workshop.objects.visible_to(user))

    def counting(self):
        """Those that count: of a type that follows from other facts nothing typed counts beside them."""
        return self.filter(type__derived_from="")


class Output(models.Model):
    """So much of something on one day in one workshop, and how it was measured; the history keeps what was mended."""

    class Source(models.TextChoices):
        COUNTED = "COUNTED", "geteld"
        WEIGHED = "WEIGHED", "gewogen"
        ESTIMATED = "ESTIMATED", "geschat"
        DERIVED = "DERIVED", "afgeleid"

    type = models.ForeignKey(OutputType, on_delete=models.PROTECT, related_name="outputs", verbose_name="opbrengst")
    quantity = models.DecimalField(
        "hoeveel",
        max_digits=9,
        decimal_places=1,
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal(100_000))],
    )
    source = models.CharField("hoe bekend", max_length=10, choices=Source, default=Source.COUNTED)
    date = models.DateField("datum", help_text="De dag, of de laatste dag van de periode: op die dag telt het mee.")
    start_date = models.DateField("vanaf", null=True, blank=True, help_text="Alleen bij een periode.")
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="outputs", verbose_name="werkplaats")
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="outputs", verbose_name="sessie"
    )
    job = models.ForeignKey(
        Job, on_delete=models.PROTECT, null=True, blank=True, related_name="outputs", verbose_name="klus"
    )
    partner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="outputs", verbose_name="partner"
    )
    collaboration = models.ForeignKey(
        Collaboration,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outputs",
        verbose_name="samenwerking",
    )
    # A form that is sent twice counts once.
    key = models.UUIDField(unique=True, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="door"
    )
    recorded_at = models.DateTimeField("ingevuld om", default=timezone.now)

    objects = OutputQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "opbrengst"
        verbose_name_plural = "opbrengsten"
        ordering = ["-date", "-pk"]
        indexes = [
            models.Index(fields=["date", "workshop", "type"], name="output_figures"),
            # Since when a type is counted: one look, however many years there are.
            models.Index(fields=["type", "date"], name="output_first"),
        ]
        constraints = [
            models.CheckConstraint(
                name="workshops_output_is_something",
                condition=Q(quantity__gt=0),
                violation_error_message="Vul een aantal in dat groter is dan nul.",
            ),
            models.CheckConstraint(
                name="workshops_output_source_is_known",
                condition=Q(source__in=["COUNTED", "WEIGHED", "ESTIMATED", "DERIVED"]),
                violation_error_message="Kies geteld, gewogen, geschat of afgeleid.",
            ),
            models.CheckConstraint(
                name="workshops_output_end_after_start",
                condition=Q(start_date__isnull=True) | Q(start_date__lte=F("date")),
                violation_error_message="De einddatum ligt voor de begindatum.",
            ),
        ]

    def __str__(self):
        return f"{self.quantity} {self.type}"

    @property
    def is_estimate(self) -> bool:
        return self.source == self.Source.ESTIMATED

    @property
    def counts(self) -> bool:
        """Whether it counts: what follows from other facts counts there, and not as it was typed."""
        return not self.type.derived_from
