from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from simple_history.models import HistoricalRecords


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def administrators(self):
        return self.filter(role=User.Role.ADMINISTRATOR)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def create_user(self, email: str, *, name: str, role: str, password: str | None = None) -> "User":
        user = self.model(email=email.lower(), name=name, role=role)
        user.set_password(password)
        user.full_clean()
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A staff account. It has exactly one role, and the role decides what it may do (`accounts.permissions`)."""

    class Role(models.TextChoices):
        COACH = "COACH", "coach"
        COORDINATOR = "COORDINATOR", "coördinator"
        MANAGEMENT = "MANAGEMENT", "management"
        ADMINISTRATOR = "ADMINISTRATOR", "beheerder"

    email = models.EmailField(
        "e-mailadres", unique=True, error_messages={"unique": "Dit e-mailadres heeft al een account."}
    )
    name = models.CharField("naam", max_length=120)
    role = models.CharField("rol", max_length=20, choices=Role)
    is_active = models.BooleanField("mag inloggen", default=True)
    # Opens the locked screen of a tablet of the house: hashed, with the wrong tries since a full sign-in.
    pin = models.CharField("pincode", max_length=128, blank=True, default="", db_default="", editable=False)
    pin_failures = models.PositiveSmallIntegerField("pincode fout", default=0, db_default=0, editable=False)
    date_joined = models.DateTimeField("aangemaakt", auto_now_add=True)

    objects = UserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login", "pin", "pin_failures"])

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        verbose_name = "account"
        verbose_name_plural = "accounts"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_unique_in_any_case",
                violation_error_message="Dit e-mailadres heeft al een account.",
            ),
            models.CheckConstraint(
                name="accounts_user_role_is_known",
                condition=models.Q(role__in=["COACH", "COORDINATOR", "MANAGEMENT", "ADMINISTRATOR"]),
                violation_error_message="Kies een rol.",
            ),
        ]

    def __str__(self):
        return self.name

    def _get_session_auth_hash(self, secret=None):
        """Part of every session: with another role or password, those from before are over."""
        return salted_hmac("accounts.session", f"{self.role} {self.password}", secret, algorithm="sha256").hexdigest()

    @property
    def has_pin(self) -> bool:
        return bool(self.pin)

    @property
    def is_coach(self) -> bool:
        return self.role == self.Role.COACH

    @property
    def is_staff(self) -> bool:
        """Whether the pages with reference lists open: those are Django's admin, and the administrator's."""
        return self.role == self.Role.ADMINISTRATOR


class RecoveryCode(models.Model):
    """A code for who has no phone or key at hand: it opens the door once. What it is, nobody can read here."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes", verbose_name="van")
    hashed = models.CharField("versleutelde code", max_length=128)
    used_at = models.DateTimeField("gebruikt op", null=True, blank=True)

    class Meta:
        verbose_name = "reservecode"
        verbose_name_plural = "reservecodes"
        ordering = ["pk"]

    def __str__(self):
        return f"reservecode van {self.user_id}"


class TabletQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(revoked_at=None)


class Tablet(models.Model):
    """A device of the house, on which somebody opens their own locked screen with a PIN."""

    name = models.CharField("naam", max_length=60, help_text="Bijvoorbeeld: Tablet fietsenwerkplaats.")
    key_digest = models.CharField("sleutel", max_length=64, unique=True, editable=False)
    enrolled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="ingeschreven door")
    enrolled_at = models.DateTimeField("ingeschreven", default=timezone.now)
    last_used_on = models.DateField("laatst gebruikt", null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="ingetrokken door", null=True, blank=True
    )
    revoked_at = models.DateTimeField("ingetrokken", null=True, blank=True)

    objects = TabletQuerySet.as_manager()

    class Meta:
        verbose_name = "tablet"
        verbose_name_plural = "tablets"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                name="accounts_tablet_name_in_use_once",
                fields=["name"],
                condition=models.Q(revoked_at=None),
                violation_error_message="Er is al een tablet met deze naam.",
            ),
            models.CheckConstraint(
                name="accounts_tablet_revoked_by_somebody",
                condition=models.Q(revoked_at=None, revoked_by=None)
                | models.Q(revoked_at__isnull=False, revoked_by__isnull=False),
                violation_error_message="Wie trok de tablet in?",
            ),
        ]

    def __str__(self):
        return self.name
