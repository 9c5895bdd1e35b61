import secrets
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from simple_history.models import HistoricalRecords

from participants.models.indications import EXPIRES_SOON, Indication
from participants.models.trajectories import Trajectory
from pluspunt.text import FoldedField, are_similar_names, fold, fold_to_sort, split_surname
from pluspunt.validators import phone_validator, postcode_validator

# A coach keeps seeing somebody for so long after the last placement in their workshop ended.
COACH_SEES_AFTER_END = timedelta(days=28)
EARLIEST_BIRTH = date(1900, 1, 1)


def new_key() -> str:
    """A random public key for addresses: 16 characters that say nothing about how many people there are."""
    return secrets.token_urlsafe(12)


def _initial(text: str) -> str:
    return next(filter(str.isalpha, text), text[0]) + "." if text else ""


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
        """A coordinator sees everybody; a coach the people placed in an attached workshop, until 28 days after.

        Who was made anonymous is nobody any more, for anyone.
        """
        if user.role == user.Role.COORDINATOR:
            return self.filter(anonymised_on__isnull=True)
        if user.role != user.Role.COACH:
            return self.none()
        Placement = self.model._meta.get_field("placements").related_model
        since = timezone.localdate() - COACH_SEES_AFTER_END
        here = Placement.objects.filter(workshop__coaches=user)
        here = here.filter(Q(end_date__isnull=True) | Q(end_date__gte=since))
        return self.filter(anonymised_on__isnull=True, pk__in=here.values("participant"))

    def same_as(self, participant: "Participant"):
        """People with the name and the birth date of `participant`."""
        return self.filter(birth_date=participant.birth_date, search_name=fold(participant.full_name))

    def similar_to(self, participant: "Participant"):
        """People with the birth date of `participant` and a similar name, who may be the same person.

        The database looks for the birth date, Python compares the few names (`are_similar_names`); one query, and one
        more when the answer is used. The person themselves is never among them.
        """
        born_then = self.filter(birth_date=participant.birth_date).exclude(pk=participant.pk)
        names = born_then.order_by().values_list("pk", "nickname", "surname")
        own = f"{participant.nickname} {participant.surname}"
        alike = [pk for pk, nickname, surname in names if are_similar_names(own, f"{nickname} {surname}")]
        return self.filter(pk__in=alike)

    def with_consents(self):
        """Fetches the consents along: `has_photo_consent` and `has_story_consent` of each then ask nothing more."""
        return self.prefetch_related("consents")

    def search(self, text: str):
        """People of whom every word in `text` is part of the name or is the own number."""
        people = self
        for word in fold(text).split():
            found = Q(search_name__contains=word)
            if word.isdecimal() and len(word) < 10:
                found |= Q(number=int(word))
            people = people.filter(found)
        return people

    def best_first(self, text: str):
        """In the order in which people look for `text`: the own number, names that begin with it, the others."""
        folded = fold(text)
        begins = Q(search_name__startswith=folded) | Q(sort_name__startswith=folded)
        ranks = [When(begins, then=Value(1))]
        if folded.isdecimal() and len(folded) < 10:
            ranks.insert(0, When(number=int(folded), then=Value(0)))
        rank = Case(*ranks, default=Value(2), output_field=models.SmallIntegerField())
        return self.order_by(rank, "sort_name", "pk")

    # The questions below ask for keys (`pk__in`) where `Exists` would read as well: the database then goes through a
    # table once for everybody instead of once for each person, and a long list stays as quick as a short one.

    def needing(self, what: str, day: date):
        """People who need something: "indicatie" expires within `EXPIRES_SOON`, or "plek": placed nowhere yet."""
        running = self.filter(pk__in=Trajectory.objects.on(day).values("participant"))
        if what == "indicatie":
            expiring = Indication.objects.on(day).running_out_by(day + EXPIRES_SOON).without_successor()
            return running.filter(pk__in=expiring.values("participant"))
        if what == "plek":
            Placement = self.model._meta.get_field("placements").related_model
            return running.exclude(pk__in=Placement.objects.overlapping(day, None).values("participant"))
        return self

    def in_status(self, status: str, day: date):
        """People with a trajectory that is in `status` (`Trajectory.Status`) on `day`; ended: with nothing ahead."""
        if status == Trajectory.Status.ENDED:
            return self.exclude(self._is_current(day))
        return self.filter(pk__in=Trajectory.objects.in_status(status, day).values("participant"))

    def current(self, day: date):
        """Everybody but `in_status(ENDED)`: with a path that has not ended, waiting for a place, or just added."""
        return self.filter(self._is_current(day))

    def waiting(self):
        """People with an application that waits for a place; they may have another path."""
        Application = self.model._meta.get_field("applications").related_model
        return self.filter(pk__in=Application.objects.waiting().values("participant"))

    def _is_current(self, day: date) -> Q:
        Application = self.model._meta.get_field("applications").related_model
        going_on = Q(pk__in=Trajectory.objects.overlapping(day, None).values("participant"))
        waits = Q(pk__in=Application.objects.waiting().order_by().values("participant"))
        had_path = Q(pk__in=Trajectory.objects.order_by().values("participant"))
        had_answer = Q(pk__in=Application.objects.order_by().values("participant"))
        return going_on | waits | ~(had_path | had_answer)


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
    # Of who left long ago only this row is left, for the figures; it has no name.
    anonymised_on = models.DateField("anoniem sinds", null=True, blank=True, editable=False)
    search_name = FoldedField(sources=("nickname", "prefix", "surname"))
    sort_name = FoldedField(sources=("surname", "nickname"), folded_by=fold_to_sort, db_index=True)

    objects = ParticipantQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["search_name", "sort_name", "anonymised_on"])

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
    def is_anonymous(self) -> bool:
        return self.anonymised_on is not None

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.nickname, self.prefix, self.surname) if part)

    @property
    def list_name(self) -> str:
        """The name as lists sort it: "Wal, Gerrit van der"."""
        if self.is_anonymous:
            return self.nickname
        return f"{self.surname}, {' '.join(part for part in (self.nickname, self.prefix) if part)}"

    @property
    def floor_name(self) -> str:
        """The name on the work floor: roepnaam and initials, "Gerrit d. W." and "Dave v. 't E." with a prefix."""
        article, surname = split_surname(self.surname)
        prefix, initial = [_initial(part) for part in (self.prefix, surname or self.surname)]
        return " ".join(part for part in (self.nickname, prefix, article.strip("'‘’") and article, initial) if part)

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
    def has_volunteered(self) -> bool:
        """Whether this is, was or will be a skilled volunteer, beside whatever else."""
        return any(path.is_volunteer for path in self.trajectories.all())

    @property
    def standing(self) -> str:
        """How somebody stands, for lists: the status of the main trajectory, "WAITING" for a place, or ""."""
        path = self.main_trajectory
        goes_on = path is not None and path.status != Trajectory.Status.ENDED
        if not goes_on and any(application.is_waiting for application in self.applications.all()):
            return "WAITING"
        return path.status.value if path else ""

    @property
    def current_indication(self) -> "Indication | None":
        """The indication that holds longest of those that have begun."""
        begun = [each for each in self.indications.all() if each.start_date <= timezone.localdate()]
        return max(begun, key=lambda each: each.end_date or date.max, default=None)

    @property
    def has_photo_consent(self) -> bool:
        """Whether a photo may be used today: no consent, or one that was withdrawn, is no (see `with_consents`)."""
        return self._has_consent("PHOTO")

    @property
    def has_story_consent(self) -> bool:
        """Whether the story may be told today, as `has_photo_consent`."""
        return self._has_consent("STORY")

    def _has_consent(self, purpose: str) -> bool:
        return any(consent.purpose == purpose and consent.is_running for consent in self.consents.all())

    def clean(self):
        if self.birth_date and not EARLIEST_BIRTH <= self.birth_date < timezone.localdate():
            raise ValidationError({"birth_date": "Een geboortedatum ligt tussen 1900 en vandaag."})

    def age_on(self, day: date) -> int:
        had_birthday = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (0 if had_birthday else 1)
