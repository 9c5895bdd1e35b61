import re
import uuid
from collections.abc import Iterable
from ipaddress import ip_address

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, models, transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from pluspunt.middleware import is_database_away
from privacy.models import AccessEvent, AccessSubject
from privacy.services.signing import mac_of_event, signing_key

Action = AccessEvent.Action
Ground = AccessEvent.Ground

# Why a role looks at people, when the page knows nothing more precise.
GROUND_OF_ROLE = {
    "COACH": Ground.GUIDANCE,
    "COORDINATOR": Ground.COORDINATION,
    "MANAGEMENT": Ground.ACCOUNTING,
    "ADMINISTRATOR": Ground.MANAGEMENT,
}
# The first that is found: the others name these as well.
_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung", "Firefox": "Firefox", "Chrome": "Chrome"}
_BROWSERS |= {"CriOS": "Chrome", "FxiOS": "Firefox", "Safari": "Safari"}
_SYSTEMS = {"iPad": "iPad", "iPhone": "iPhone", "Android": "Android", "Windows": "Windows", "Macintosh": "macOS"}
_SYSTEMS |= {"CrOS": "ChromeOS", "Linux": "Linux"}
_LONGEST = AccessEvent._meta.get_field("data").max_length


class LogUnavailableError(Exception):
    """The access log could not be written, so nothing may be shown (`privacy.middleware`)."""


def log_access(
    request: HttpRequest, action: Action, people: Iterable[models.Model], data: str, *, ground: Ground | None = None
) -> None:
    """Record that the signed-in user did `action` with the facts named by `data` of each of `people`.

    `people` are rows of one model, or none (a search without a hit is recorded as well); `data` names fields or a
    page, never values; `ground` is why, when the role alone does not say it. Call it before the answer leaves: if the
    record cannot be written, nothing is shown.
    """
    # Asked of the database first, so that SQLite's one write lock is not held for reading.
    people = list(people)
    keys = [person.pk for person in people]
    user = request.user if request.user.is_authenticated else None
    model = type(people[0]) if people else None
    record_access(user, action, model, keys, data, ground=ground, **origin_of(request))


def origin_of(request: HttpRequest) -> dict[str, str | None]:
    """From where a request came: what `record_access` keeps of it."""
    if not hasattr(request, "request_id"):
        request.request_id = uuid.uuid4().hex
    session = getattr(request, "session", None)
    return {
        "address": address_of(request),
        "session": _trace_of(session.session_key) if session and session.session_key else "",
        "agent": family_of(request.headers.get("User-Agent", "")),
        "request_id": request.request_id,
    }


def address_of(request: HttpRequest) -> str | None:
    """From where a request came, as the installation says that this can be known."""
    return request.META.get(settings.CLIENT_ADDRESS_KEY) or None


def family_of(agent: str) -> str:
    """Which browser on which system, as "Chrome op Android": no version, which would point at one machine."""
    names = [
        next((name for sign, name in known.items() if re.search(rf"\b{sign}\b", agent)), "")
        for known in (_BROWSERS, _SYSTEMS)
    ]
    return " op ".join(filter(None, names))


def _trace_of(session_key: str) -> str:
    """The same for all events of one sign-in; nobody makes a session of it."""
    return salted_hmac("privacy.session", session_key).hexdigest()[:16]


def record_access(
    user: models.Model | None,
    action: Action,
    model: type[models.Model] | None,
    keys: Iterable[int],
    data: str,
    *,
    address: str | None,
    ground: Ground | None = None,
    session: str = "",
    agent: str = "",
    request_id: str = "",
    allowed: bool = True,
) -> None:
    """What `log_access` does, for somebody who is not signed in at this moment; `keys` are those of rows of `model`.

    `user` is `None` for who has no account: a sign-in that was refused. Raises `LogUnavailableError` when the record
    cannot be written.
    """
    role = user.role if user else ""
    event = AccessEvent(
        user=user,
        role=role,
        action=action,
        data=data[:_LONGEST],
        ground=GROUND_OF_ROLE.get(role, Ground.NONE) if ground is None else ground,
        allowed=allowed and action != Action.REFUSED,
        address=_as_kept(address),
        session=session,
        agent=agent,
        request_id=request_id,
    )
    write_event(event, model, keys)


def write_event(event: AccessEvent, model: type[models.Model] | None, keys: Iterable[int]) -> None:
    """Sign and write an event that is about these rows of `model`. Raises `LogUnavailableError`."""
    content_type = ContentType.objects.get_for_model(model) if model else None
    subjects = [AccessSubject(event=event, content_type=content_type, object_id=key) for key in keys if model]
    event.signed_with = signing_key()
    event.mac = mac_of_event(event, subjects, event.signed_with)
    try:
        with transaction.atomic(savepoint=False):
            event.save(force_insert=True)
            AccessSubject.objects.bulk_create(subjects)
    except DatabaseError as error:
        # A database that is away for a moment says so itself, and shows as little.
        if is_database_away(error):
            raise
        raise LogUnavailableError(str(error)) from error


def _as_kept(address: str | None) -> str | None:
    """An address as both databases give it back; what is none is not kept."""
    try:
        return str(ip_address((address or "").partition("%")[0]))
    except ValueError:
        return None
