from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models


class AccessEvent(models.Model):
    """One page or action in which somebody saw or changed facts about people (NEN 7513). Never values, only names."""

    class Action(models.TextChoices):
        VIEW = "VIEW", "bekeken"
        SEARCH = "SEARCH", "gezocht"
        ADD = "ADD", "toegevoegd"
        CHANGE = "CHANGE", "gewijzigd"
        PRINT = "PRINT", "afgedrukt"
        EXPORT = "EXPORT", "geëxporteerd"

    at = models.DateTimeField("wanneer", auto_now_add=True, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="access_events", verbose_name="wie"
    )
    role = models.CharField("rol", max_length=20)
    action = models.CharField("wat", max_length=10, choices=Action)
    data = models.CharField("welke gegevens", max_length=200)
    address = models.GenericIPAddressField("vanaf", null=True)

    class Meta:
        verbose_name = "regel in het logboek"
        verbose_name_plural = "logboek"
        ordering = ["-at"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.data}"


class AccessSubject(models.Model):
    """A person whose facts one access event was about, known by type and key only."""

    event = models.ForeignKey(AccessEvent, on_delete=models.PROTECT, related_name="subjects")
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.PositiveBigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id"], name="privacy_subject_of_person")]

    def __str__(self):
        return f"{self.content_type_id}:{self.object_id}"
