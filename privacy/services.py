from collections.abc import Iterable

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.http import HttpRequest

from privacy.models import AccessEvent, AccessSubject

Action = AccessEvent.Action


def log_access(request: HttpRequest, action: Action, people: Iterable[models.Model], data: str) -> None:
    """Record that the signed-in user did `action` with the facts named by `data` of each of `people`.

    `people` are rows of one model, or none (a search without a hit is recorded as well); `data` names fields or a
    page, never values. Call it before the answer leaves: if the record cannot be written, nothing is shown.
    """
    # Asked of the database first, so that SQLite's one write lock is not held for reading.
    people = list(people)
    address = request.META.get(settings.CLIENT_ADDRESS_KEY) or None
    with transaction.atomic(savepoint=False):
        event = AccessEvent.objects.create(
            user=request.user, role=request.user.role, action=action, data=data, address=address
        )
        if people:
            content_type = ContentType.objects.get_for_model(people[0])
            AccessSubject.objects.bulk_create(
                AccessSubject(event=event, content_type=content_type, object_id=person.pk) for person in people
            )
