from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
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
    date_joined = models.DateTimeField("aangemaakt", auto_now_add=True)

    objects = UserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

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
