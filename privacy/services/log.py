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
    keys = [person.pk for person in people]
    record_access(request.user, action, type(people[0]) if people else None, keys, data, address=address_of(request))


def address_of(request: HttpRequest) -> str | None:
    """From where a request came, as the installation says that this can be known."""
    return request.META.get(settings.CLIENT_ADDRESS_KEY) or None


def record_access(
    user: models.Model,
    action: Action,
    model: type[models.Model] | None,
    keys: Iterable[int],
    data: str,
    *,
    address: str | None,
) -> None:
    """What `log_access` does, for somebody who is not signed in at this moment; `keys` are those of rows of `model`."""
    with transaction.atomic(savepoint=False):
        event = AccessEvent.objects.create(user=user, role=user.role, action=action, data=data, address=address)
        if model:
            content_type = ContentType.objects.get_for_model(model)
            AccessSubject.objects.bulk_create(
                AccessSubject(event=event, content_type=content_type, object_id=key) for key in keys
            )
