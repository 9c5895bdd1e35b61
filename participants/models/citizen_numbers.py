"""The citizen service number (BSN): only for the Wmo and the Wlz, sealed, apart from everything else about somebody."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from participants.models.people import Participant
from pluspunt.encryption import SealedField, Unreadable, sealed_property

DIGITS_SHOWN = 3


class CitizenNumber(models.Model):
    """The number of one person. It has no history: what was corrected or removed is gone, the access log knows who did.

    Sealed for this person, so that a number that is moved to somebody else cannot be read.
    """

    participant = models.OneToOneField(
        Participant, on_delete=models.PROTECT, related_name="citizen_number", verbose_name="deelnemer"
    )
    sealed_number = SealedField("nummer", bound_to=("participants.citizennumber", "participant_id"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="ingevuld door"
    )
    entered_on = models.DateField("ingevuld op", default=timezone.localdate)
    # Nine digits. Raises `pluspunt.encryption.Unreadable` when it was changed outside the application.
    number = sealed_property("sealed_number")

    class Meta:
        verbose_name = "burgerservicenummer"
        verbose_name_plural = "burgerservicenummers"
        constraints = [
            models.CheckConstraint(
                name="participants_citizennumber_is_sealed",
                condition=Q(sealed_number__contains=":"),
                violation_error_message="Een burgerservicenummer staat alleen verzegeld in de database.",
            )
        ]

    def __str__(self):
        return f"burgerservicenummer van {self.participant_id}"

    @property
    def masked(self) -> str | None:
        """The number with its last digits only, or `None` when it cannot be read any more."""
        try:
            number = self.number
        except Unreadable:
            return None
        return "•" * (len(number) - DIGITS_SHOWN) + number[-DIGITS_SHOWN:]
