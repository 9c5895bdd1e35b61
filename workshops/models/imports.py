from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone


class ImportDraftQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(made_by=user)

    def expired(self):
        return self.filter(made_at__lt=timezone.now() - ImportDraft.MAX_AGE)


class ImportDraft(models.Model):
    """The good rows of uploaded spreadsheets, waiting at most an hour for somebody to confirm them.

    Never the files themselves: a refused cell may hold a citizen service number, which must not be kept anywhere.
    """

    MAX_AGE = timedelta(hours=1)

    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    rows = models.JSONField()

    objects = ImportDraftQuerySet.as_manager()

    def __str__(self):
        return f"inlezen van {self.made_at:%Y-%m-%d %H:%M}"

    @property
    def is_expired(self) -> bool:
        return self.made_at < timezone.now() - self.MAX_AGE
