import secrets
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from partners.models import Organisation
from pluspunt.periods import NoOverlap, PeriodModel, PeriodQuerySet
from pluspunt.text import FoldedField, fold
from pluspunt.validators import phone_validator, postcode_validator

# A coach keeps seeing somebody for so long after the last placement in their workshop ended.
COACH_SEES_AFTER_END = timedelta(days=28)
EARLIEST_BIRTH = date(1900, 1, 1)
# From how long before its end an indication is said to expire.
EXPIRES_SOON = timedelta(weeks=8)


def new_key() -> str:
    """A random public key for addresses: 16 characters that say nothing about how many people there are."""
    return secrets.token_urlsafe(12)


class District(models.Model):
    name = models.CharField("gebied", max_length=60, unique=True)

    class Meta:
        verbose_name = "gebied"
        verbose_name_plural = "gebieden"
        ordering = ["name"]

    def __str__(self):
        return self.name


class ParticipantQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A coordinator sees everybody; a coach the people placed in an attached workshop, until 28 days after."""
        if user.role == user.Role.COORDINATOR:
            return self
        if user.role != user.Role.COACH:
            return self.none()
        Placement = self.model._meta.get_field("placements").related_model
        since = timezone.localdate() - COACH_SEES_AFTER_END
        here = Placement.objects.filter(participant=OuterRef("pk"), workshop__coaches=user)
        return self.filter(Exists(here.filter(Q(end_date__isnull=True) | Q(end_date__gte=since))))

    def search(self, text: str):
        """People of whom every word in `text` is part of the name or is the own number."""
        people = self
        for word in fold(text).split():
            found = Q(search_name__contains=word)
            if word.isdecimal() and len(word) < 10:
                found |= Q(number=int(word))
            people = people.filter(found)
        return people

    def needing(self, what: str, day: date):
        """People who need something: "indicatie" expires within `EXPIRES_SOON`, or "plek": placed nowhere yet."""
        running = Trajectory.objects.on(day).filter(participant=OuterRef("pk"))
        if what == "indicatie":
            expiring = Indication.objects.on(day).filter(end_date__lte=day + EXPIRES_SOON)
            later = Indication.objects.filter(
                participant=OuterRef("participant"), product_category=OuterRef("product_category")
            ).filter(Q(end_date__isnull=True) | Q(end_date__gt=OuterRef("end_date")))
            expiring = expiring.filter(~Exists(later), participant=OuterRef("pk"))
            return self.filter(Exists(running), Exists(expiring))
        if what == "plek":
            Placement = self.model._meta.get_field("placements").related_model
            placed = Placement.objects.overlapping(day, None).filter(participant=OuterRef("pk"))
            return self.filter(Exists(running), ~Exists(placed))
        return self

    def in_status(self, status: str, day: date):
        """People with a trajectory that is in `status` (`Trajectory.Status`) on `day`; ended: with nothing running."""
        if status == Trajectory.Status.ENDED:
            return self.filter(trajectories__isnull=False).exclude(
                trajectories__in=Trajectory.objects.filter(Q(end_date__isnull=True) | Q(end_date__gte=day))
            )
        return self.filter(Exists(Trajectory.objects.in_status(status, day).filter(participant=OuterRef("pk"))))


class Participant(models.Model):
    """Somebody who takes part: in day care, in activation or as a skilled volunteer."""

    class Gender(models.TextChoices):
        WOMAN = "WOMAN", "vrouw"
        MAN = "MAN", "man"
        OTHER = "OTHER", "anders"
        UNKNOWN = "UNKNOWN", "onbekend"

    key = models.CharField(max_length=24, unique=True, default=new_key, editable=False)
    number = models.PositiveIntegerField(
        "nummer",
        unique=True,
        null=True,
        blank=True,
        validators=[MaxValueValidator(999_999_999)],
        help_text="Het nummer uit de eigen administratie, als dat er is.",
        error_messages={"unique": "Dit nummer is al van iemand anders."},
    )
    nickname = models.CharField("roepnaam", max_length=60)
    prefix = models.CharField("tussenvoegsel", max_length=20, blank=True)
    surname = models.CharField("achternaam", max_length=80)
    birth_date = models.DateField("geboortedatum")
    gender = models.CharField("gender", max_length=10, choices=Gender, default=Gender.UNKNOWN)
    postcode = models.CharField("postcode", max_length=7, blank=True, validators=[postcode_validator])
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, blank=True, verbose_name="gebied")
    phone = models.CharField("telefoon", max_length=20, blank=True, validators=[phone_validator])
    email = models.EmailField("e-mailadres", blank=True)
    emergency_contact = models.CharField(
        "contact bij nood",
        max_length=120,
        blank=True,
        help_text="Naam en telefoonnummer van wie we bellen als er iets is.",
    )
    attention = models.CharField(
        "let op",
        max_length=120,
        blank=True,
        help_text="Eén regel voor de werkvloer, bijvoorbeeld: geen slijptol. Nooit iets medisch.",
    )
    search_name = FoldedField(sources=("nickname", "prefix", "surname"))
    sort_name = FoldedField(sources=("surname", "nickname"), db_index=True)

    objects = ParticipantQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["search_name", "sort_name"])

    class Meta:
        verbose_name = "deelnemer"
        verbose_name_plural = "deelnemers"
        ordering = ["sort_name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="participants_participant_gender_is_known",
                condition=Q(gender__in=["WOMAN", "MAN", "OTHER", "UNKNOWN"]),
                violation_error_message="Kies een gender uit de lijst.",
            ),
        ]

    def __str__(self):
        return self.full_name

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.nickname, self.prefix, self.surname) if part)

    @property
    def list_name(self) -> str:
        """The name as lists sort it: "Wal, Gerrit van der"."""
        return f"{self.surname}, {' '.join(part for part in (self.nickname, self.prefix) if part)}"

    @property
    def floor_name(self) -> str:
        """The name on the work floor: roepnaam and the initial of the surname, "Gerrit d. W." with a prefix."""
        initials = [next(filter(str.isalpha, part), part[0]) + "." for part in (self.prefix, self.surname) if part]
        return " ".join([self.nickname, *initials])

    @property
    def age(self) -> int:
        return self.age_on(timezone.localdate())

    @property
    def main_trajectory(self) -> "Trajectory | None":
        """The trajectory that says where somebody stands: the running one, else the next, else the last."""
        today = timezone.localdate()
        paths = sorted(self.trajectories.all(), key=lambda path: path.start_date)
        running = [path for path in paths if path.runs_on(today)]
        coming = [path for path in paths if path.start_date > today]
        return (running or coming[:1] or paths or [None])[-1]

    @property
    def current_indication(self) -> "Indication | None":
        """The indication that holds longest of those that have begun."""
        begun = [each for each in self.indications.all() if each.start_date <= timezone.localdate()]
        return max(begun, key=lambda each: each.end_date or date.max, default=None)

    def clean(self):
        if self.birth_date and not EARLIEST_BIRTH <= self.birth_date <= timezone.localdate():
            raise ValidationError({"birth_date": "Een geboortedatum ligt tussen 1900 en vandaag."})

    def age_on(self, day: date) -> int:
        had_birthday = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (0 if had_birthday else 1)


class TrajectoryQuerySet(PeriodQuerySet):
    def in_status(self, status: str, day: date):
        paused = Exists(Pause.objects.on(day).filter(trajectory=OuterRef("pk")))
        if status == Trajectory.Status.ENDED:
            return self.filter(end_date__lt=day)
        if status == Trajectory.Status.UPCOMING:
            return self.filter(start_date__gt=day)
        running = self.on(day)
        if status == Trajectory.Status.PAUSED:
            return running.filter(paused)
        on_trial = Q(trial_until__isnull=False, trial_until__gte=day)
        if status == Trajectory.Status.TRIAL:
            return running.filter(on_trial).exclude(paused)
        return running.exclude(on_trial).exclude(paused)


class Trajectory(PeriodModel):
    """The path of one person in one target group, from the first (trial) day to the exit."""

    class TargetGroup(models.TextChoices):
        SOCIAL_DAY_CARE = "SOCIAL_DAY_CARE", "sociale dagbesteding"
        ACTIVATION = "ACTIVATION", "activering"
        SKILLED_VOLUNTEER = "SKILLED_VOLUNTEER", "vakvrijwilliger"

    class Status(models.TextChoices):
        ACTIVE = "ACTIVE", "actief"
        TRIAL = "TRIAL", "op proef"
        PAUSED = "PAUSED", "onderbroken"
        ENDED = "ENDED", "gestopt"
        UPCOMING = "UPCOMING", "begint nog"

    class Destination(models.TextChoices):
        PAID_WORK = "PAID_WORK", "betaald werk"
        SUPPORTED_WORK = "SUPPORTED_WORK", "beschut werk of werk met ondersteuning"
        EDUCATION = "EDUCATION", "opleiding"
        VOLUNTEERING_ELSEWHERE = "VOLUNTEERING_ELSEWHERE", "vrijwilligerswerk elders"
        VOLUNTEERING_HERE = "VOLUNTEERING_HERE", "vrijwilligerswerk bij Pluspunt"
        OTHER_PROVIDER = "OTHER_PROVIDER", "andere aanbieder"
        OTHER_DOMAIN = "OTHER_DOMAIN", "ander domein (Wlz, Zvw)"
        TREATMENT = "TREATMENT", "behandeling"
        DETENTION = "DETENTION", "detentie"
        MOVED = "MOVED", "verhuisd"
        RETIRED = "RETIRED", "met pensioen"
        DECEASED = "DECEASED", "overleden"
        GOALS_REACHED = "GOALS_REACHED", "doelen gehaald"
        NO_FOLLOW_UP = "NO_FOLLOW_UP", "geen vervolg"
        UNKNOWN = "UNKNOWN", "onbekend"

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="trajectories", verbose_name="deelnemer"
    )
    target_group = models.CharField("doelgroep", max_length=20, choices=TargetGroup)
    strand_social = models.BooleanField("sociaal", default=False)
    strand_educational = models.BooleanField("educatief", default=False)
    strand_work = models.BooleanField("arbeidsmatig", default=False)
    trial_until = models.DateField("op proef tot en met", null=True, blank=True)
    destination = models.CharField("waarheen", max_length=25, choices=Destination, blank=True)

    objects = TrajectoryQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "traject"
        verbose_name_plural = "trajecten"
        ordering = ["-start_date", "-pk"]
        indexes = [models.Index(fields=["target_group", "start_date", "end_date"], name="trajectory_stock")]
        constraints = [
            *PeriodModel.Meta.constraints,
            NoOverlap(
                name="participants_trajectory_one_at_a_time",
                fields=("participant", "target_group"),
                violation_error_message="Deze persoon heeft in die tijd al een traject in deze doelgroep.",
            ),
            models.UniqueConstraint(
                name="participants_trajectory_one_running",
                fields=["participant", "target_group"],
                condition=Q(end_date__isnull=True),
                violation_error_message="Deze persoon heeft al een lopend traject in deze doelgroep.",
            ),
            models.CheckConstraint(
                name="participants_trajectory_trial_after_start",
                condition=Q(trial_until__isnull=True) | Q(trial_until__gte=F("start_date")),
                violation_error_message="De proefperiode eindigt voor het traject begint.",
            ),
            models.CheckConstraint(
                name="participants_trajectory_destination_at_end",
                condition=Q(destination="") | Q(end_date__isnull=False),
                violation_error_message="Waarheen iemand gaat, hoort bij een traject met een einddatum.",
            ),
            models.CheckConstraint(
                name="participants_trajectory_strands_of_activation",
                condition=Q(target_group="ACTIVATION")
                | Q(strand_social=False, strand_educational=False, strand_work=False),
                violation_error_message="Sociaal, educatief en arbeidsmatig horen bij activering.",
            ),
        ]

    def __str__(self):
        return f"{self.get_target_group_display()} vanaf {self.start_date:%d-%m-%Y}"

    @property
    def is_volunteer(self) -> bool:
        return self.target_group == self.TargetGroup.SKILLED_VOLUNTEER

    @property
    def strands(self) -> list[str]:
        return [
            self._meta.get_field(name).verbose_name
            for name in ("strand_social", "strand_educational", "strand_work")
            if getattr(self, name)
        ]

    @property
    def status(self) -> "Trajectory.Status":
        return self.status_on(timezone.localdate())

    def status_on(self, day: date) -> "Trajectory.Status":
        if self.start_date > day:
            return self.Status.UPCOMING
        if self.end_date and self.end_date < day:
            return self.Status.ENDED
        if any(pause.runs_on(day) for pause in self.pauses.all()):
            return self.Status.PAUSED
        if self.trial_until and self.trial_until >= day:
            return self.Status.TRIAL
        return self.Status.ACTIVE


class Pause(PeriodModel):
    """A longer absence: the person keeps the places but leaves the schedule and the denominators."""

    trajectory = models.ForeignKey(Trajectory, on_delete=models.PROTECT, related_name="pauses", verbose_name="traject")
    reason = models.CharField(
        "reden", max_length=120, blank=True, help_text="Kort en zonder ziekte of diagnose, bijvoorbeeld: langer weg."
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = "onderbreking"
        verbose_name_plural = "onderbrekingen"
        ordering = ["-start_date"]
        constraints = [
            *PeriodModel.Meta.constraints,
            NoOverlap(
                name="participants_pause_one_at_a_time",
                fields=("trajectory",),
                violation_error_message="Dit traject is in die tijd al onderbroken.",
            ),
        ]

    def __str__(self):
        return f"onderbreking vanaf {self.start_date:%d-%m-%Y}"

    @property
    def has_not_ended(self) -> bool:
        return self.end_date is None or self.end_date >= timezone.localdate()


class ProductCode(models.Model):
    """A product in a contract with a municipality; the codes differ per contract."""

    category = models.CharField(
        "productcategorie", max_length=2, validators=[RegexValidator(r"^[0-9]{2}$", "Twee cijfers.")]
    )
    code = models.CharField(
        "productcode",
        max_length=5,
        validators=[RegexValidator(r"^[0-9A-Za-z]{1,5}$", "Hoogstens vijf letters en cijfers.")],
    )
    description = models.CharField("omschrijving", max_length=120)

    class Meta:
        verbose_name = "productcode"
        verbose_name_plural = "productcodes"
        ordering = ["category", "code"]
        constraints = [
            models.UniqueConstraint(
                name="participants_productcode_unique",
                fields=["category", "code"],
                violation_error_message="Deze productcode staat al in de lijst.",
            )
        ]

    def __str__(self):
        return f"{self.category} {self.code} {self.description}"


class Indication(PeriodModel):
    """What a municipality granted: so many day parts per week, per month or in total (iWmo 3.2 codes)."""

    class Scheme(models.TextChoices):
        WMO = "WMO", "Wmo"
        WMO_GENERAL = "WMO_GENERAL", "Wmo algemene voorziening"
        PGB = "PGB", "pgb"
        WLZ = "WLZ", "Wlz"
        PARTICIPATION_ACT = "PARTICIPATION_ACT", "Participatiewet"
        UWV = "UWV", "UWV"
        FORENSIC = "FORENSIC", "forensische zorg"
        SUBSIDY = "SUBSIDY", "subsidie"
        SUBCONTRACT = "SUBCONTRACT", "onderaanneming"
        VOLUNTEER = "VOLUNTEER", "vrijwilliger"
        NONE = "NONE", "geen"

    class Category(models.TextChoices):
        DAY_CARE = "07", "07 dagbesteding"
        TRANSPORT = "08", "08 vervoerdiensten"
        OTHER = "99", "anders"

    class Unit(models.TextChoices):
        DAY_PART = "16", "dagdeel (4 uur)"
        MINUTE = "01", "minuut"
        HOUR = "04", "uur"
        DAY_AND_NIGHT = "14", "etmaal"
        PIECE = "82", "stuks (inspanning)"
        PIECE_OUTPUT = "84", "stuks (resultaat)"
        EURO = "83", "euro"

    class Frequency(models.TextChoices):
        WEEK = "2", "per week"
        MONTH = "4", "per maand"
        TOTAL = "6", "totaal in de periode"

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="indications", verbose_name="deelnemer"
    )
    scheme = models.CharField("financiering", max_length=20, choices=Scheme, default=Scheme.WMO)
    allocation_number = models.PositiveIntegerField(
        "toewijzingsnummer",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(999_999_999)],
    )
    municipality_code = models.CharField(
        "gemeentecode", max_length=4, default="0599", validators=[RegexValidator(r"^[0-9]{4}$", "Vier cijfers.")]
    )
    product_category = models.CharField("productcategorie", max_length=2, choices=Category, default=Category.DAY_CARE)
    product_code = models.ForeignKey(
        ProductCode, on_delete=models.PROTECT, null=True, blank=True, verbose_name="productcode"
    )
    volume = models.PositiveIntegerField("aantal", validators=[MinValueValidator(1), MaxValueValidator(99_999_999)])
    unit = models.CharField("eenheid", max_length=2, choices=Unit, default=Unit.DAY_PART)
    frequency = models.CharField("per", max_length=1, choices=Frequency, default=Frequency.WEEK)
    decision_number = models.CharField("besluitnummer", max_length=20, blank=True)
    decision_date = models.DateField("besluitdatum", null=True, blank=True)
    remarks = models.CharField("opmerking", max_length=250, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "indicatie"
        verbose_name_plural = "indicaties"
        ordering = ["-start_date", "-pk"]
        constraints = [
            *PeriodModel.Meta.constraints,
            NoOverlap(
                name="participants_indication_one_at_a_time",
                fields=("participant", "product_category", "product_code"),
                violation_error_message="Voor dit product loopt in die tijd al een indicatie.",
            ),
            models.UniqueConstraint(
                name="participants_indication_allocation_unique",
                fields=["municipality_code", "allocation_number"],
                violation_error_message="Dit toewijzingsnummer is al in gebruik bij deze gemeente.",
            ),
            models.CheckConstraint(
                name="participants_indication_end_when_per_week",
                condition=~Q(frequency="2") | Q(end_date__isnull=False),
                violation_error_message="Een indicatie per week heeft een einddatum.",
            ),
            models.CheckConstraint(
                name="participants_indication_volume_positive",
                condition=Q(volume__gte=1),
                violation_error_message="Het aantal is minstens 1.",
            ),
            models.CheckConstraint(
                name="participants_indication_allocation_nine_digits",
                condition=Q(allocation_number__isnull=True) | Q(allocation_number__range=(1, 999_999_999)),
                violation_error_message="Een toewijzingsnummer heeft hoogstens 9 cijfers.",
            ),
        ]

    def __str__(self):
        return f"{self.volume} {self.get_unit_display()} {self.get_frequency_display()}"

    @property
    def is_in_day_parts_per_week(self) -> bool:
        return self.unit == self.Unit.DAY_PART and self.frequency == self.Frequency.WEEK

    @property
    def amount(self) -> str:
        """ "4 dagdelen per week"."""
        if self.unit == self.Unit.DAY_PART:
            unit = "dagdeel" if self.volume == 1 else "dagdelen"
        else:
            unit = self.get_unit_display()
        return f"{self.volume} {unit} {self.get_frequency_display()}"

    @property
    def is_expired(self) -> bool:
        return self.end_date is not None and self.end_date < timezone.localdate()

    @property
    def is_expiring(self) -> bool:
        """Whether it still runs and ends within `EXPIRES_SOON`."""
        today = timezone.localdate()
        return self.runs_on(today) and self.end_date is not None and self.end_date <= today + EXPIRES_SOON

    @property
    def weeks_left(self) -> int | None:
        """Whole weeks up to its end, `None` without one."""
        return None if self.end_date is None else (self.end_date - timezone.localdate()).days // 7


class Practitioner(models.Model):
    """Somebody outside the centre who treats or guides a participant."""

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="practitioners", verbose_name="deelnemer"
    )
    name = models.CharField("naam", max_length=120)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="practitioners",
        verbose_name="organisatie",
    )
    phone = models.CharField("telefoon", max_length=20, blank=True, validators=[phone_validator])
    email = models.EmailField("e-mailadres", blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = "externe behandelaar of begeleider"
        verbose_name_plural = "externe behandelaars en begeleiders"
        ordering = ["name"]

    def __str__(self):
        return self.name
