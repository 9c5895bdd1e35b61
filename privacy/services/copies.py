"""A copy for somebody of everything that is kept about them: asked for on a page, made by the worker, kept a month."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django_tasks import task

from pluspunt.middleware import is_database_away
from pluspunt.pdf import AttachedFile, render_pdf
from privacy.models import AccessEvent, PersonalCopy, RightsRequest
from privacy.processing import Processing, Record, all_processings
from privacy.registry import labels_of, names_of_others
from privacy.services.copying import Chapter, Reader
from privacy.services.masking import Mask, words_of

logger = logging.getLogger(__name__)

WENT_WRONG = "Het maken ging mis. Probeer het opnieuw, of meld het bij de beheerder."
TEMPLATE = "privacy/print/personal_copy.html"
# The form of the file for machines; it changes when a program that reads it would have to.
FORMAT = "pluspunt-inzage-1"


@dataclass(frozen=True)
class Look:
    """What one member of staff did on one day with somebody's facts, and why."""

    day: date
    who: str
    actions: str
    data: str
    why: str
    times: int


@dataclass(frozen=True)
class Everything:
    """What is kept about somebody: per processing, who looked, and what is left out and why."""

    name: str
    made_on: date
    processings: list[tuple[Processing, list[Chapter]]]
    events: list[dict[str, Any]]
    looks: list[Look]
    withheld: list[Record]

    @property
    def rows(self) -> int:
        return sum(len(chapter.rows) for _, chapters in self.processings for chapter in chapters)

    @property
    def found(self) -> list[tuple[Processing, list[Chapter]]]:
        """The processings that keep anything about this person, with those chapters."""
        kept = [(each, [chapter for chapter in chapters if chapter.rows]) for each, chapters in self.processings]
        return [(each, chapters) for each, chapters in kept if chapters]

    @property
    def empty(self) -> list[str]:
        """The titles of what is not kept about this person."""
        return [chapter.record.title for _, chapters in self.processings for chapter in chapters if not chapter.rows]


# --- Asked for on a page ----------------------------------------------------------------------------------------------


@transaction.atomic
def request_copy(asked: RightsRequest, *, by: models.Model) -> PersonalCopy:
    """A copy that waits for the worker; the same one when one is waiting already.

    Raises `ValidationError` for a request that is no longer open, or for something else than a copy.
    """
    asked = RightsRequest.objects.select_for_update().get(pk=asked.pk)
    if not asked.is_open or asked.kind != RightsRequest.Kind.ACCESS:
        raise ValidationError("Dit verzoek is al afgehandeld.")
    waiting = next((copy for copy in asked.copies.without_content() if copy.is_waiting), None)
    if waiting:
        return waiting
    copy = PersonalCopy.objects.create(request=asked, asked_by=by)
    make_requested_copy.enqueue(copy.pk)
    return copy


def forget_copies() -> int:
    """Take the contents out of the copies of more than a month ago; how many there were. What stays is their trace."""
    nothing = {"sealed_pdf": "", "sealed_json": "", "sealed_names": ""}
    return PersonalCopy.objects.to_forget(timezone.now()).update(**nothing)


# --- Done by the worker -----------------------------------------------------------------------------------------------


@task()
def make_requested_copy(pk: int) -> None:
    """What stands in the queue."""
    make_copy(pk)


def make_copy(pk: int) -> bool:
    """Make a copy that waits; whether it is ready now. It is written in one statement at the end.

    Raises what says that the database is away: then it waits on, and is to be asked for again.
    """
    copy = PersonalCopy.objects.without_content().select_related("request").filter(pk=pk, made_at=None).first()
    if copy is None:
        return False
    try:
        everything, mask = read_everything(person_of(copy.request), copy.request, timezone.localdate())
        _keep(copy, everything, mask)
        return True
    except Exception as error:
        if is_database_away(error):
            raise
        logger.exception("copy %s went wrong", pk)
        PersonalCopy.objects.filter(pk=pk, made_at=None).update(error=WENT_WRONG)
        return False


def _keep(copy: PersonalCopy, everything: Everything, mask: Mask) -> None:
    data = copy_json(everything)
    pdf = copy_pdf(everything, copy.request, data)
    copy.seal_bytes("pdf", pdf)
    copy.seal_bytes("json", data)
    copy.seal_bytes("names", json.dumps(mask.seen.most_common()).encode())
    made = {
        "made_at": timezone.now(),
        "error": "",
        "rows": everything.rows,
        "sealed_pdf": copy.sealed_pdf,
        "sealed_json": copy.sealed_json,
        "sealed_names": copy.sealed_names,
        "pdf_fingerprint": sha256(pdf).hexdigest(),
        "json_fingerprint": sha256(data).hexdigest(),
    }
    PersonalCopy.objects.filter(pk=copy.pk, made_at=None).update(**made)


def person_of(asked: RightsRequest) -> models.Model:
    """Whom a request is about. Raises `ObjectDoesNotExist` for who is gone."""
    return asked.content_type.get_object_for_this_type(pk=asked.object_id)


def read_everything(person: models.Model, asked: RightsRequest, day: date) -> tuple[Everything, Mask]:
    """All that is kept about `person` on `day`, as `asked` wants it, and the mask with what it saw."""
    whole, first = names_of_others(person)
    mask = Mask(whole, first, words_of(asked.masked_words))
    reader = Reader(person, mask, names_staff=asked.names_staff)
    processings = list(reader.chapters())
    events = list(_events(person, reader.keys))
    everything = Everything(
        name=labels_of(type(person), [person.pk]).get(person.pk, str(person)),
        made_on=day,
        processings=processings,
        events=[_event(each, reader) for each in events],
        looks=list(_looks(events, reader)),
        withheld=[record for each in all_processings() for record in each.records if record.of and record.withheld],
    )
    return everything, mask


def _events(person: models.Model, keys: set[int]) -> models.QuerySet:
    about = {"subjects__content_type": ContentType.objects.get_for_model(person), "subjects__object_id__in": keys}
    return AccessEvent.objects.filter(**about).select_related("user").distinct().order_by("at", "pk")


def _event(event: AccessEvent, reader: Reader) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        "by": reader.person_of_staff(event.user),
        "action": {"code": event.action, "label": event.get_action_display()},
        "data": event.data,
        "ground": {"code": event.ground, "label": event.get_ground_display()},
        "allowed": event.allowed,
    }


def _looks(events: list[AccessEvent], reader: Reader) -> Iterator[Look]:
    """The events of one person of staff on one day together, the first day first."""

    def of(event: AccessEvent) -> tuple:
        return timezone.localdate(event.at), event.user_id or 0, event.ground

    for (day, _, _), same in groupby(sorted(events, key=of), key=of):
        same = list(same)
        yield Look(
            day=day,
            who=reader.person_of_staff(same[0].user),
            actions=", ".join(dict.fromkeys(event.get_action_display() for event in same)),
            data=", ".join(dict.fromkeys(word for event in same for word in event.data.split(", ") if word)),
            why=same[0].get_ground_display(),
            times=len(same),
        )


# --- The two files ----------------------------------------------------------------------------------------------------


def copy_pdf(everything: Everything, asked: RightsRequest, data: bytes) -> bytes:
    """The copy for people: plain words, with what was kept as files inside it, and the file for machines."""
    files = [file for _, chapters in everything.processings for chapter in chapters for file in chapter.files]
    attached = [AttachedFile(file.name, file.description, file.content) for file in files]
    attached.append(AttachedFile("gegevens.json", "Dezelfde gegevens voor een computer", data))
    context = {"everything": everything, "asked": asked, "document_date": everything.made_on}
    return render_pdf(TEMPLATE, context, attachments=attached)


def copy_json(everything: Everything) -> bytes:
    """The copy for machines: the same facts, complete, under the names of the database."""
    content = {
        "format": FORMAT,
        "about": everything.name,
        "made_on": everything.made_on.isoformat(),
        "processings": [_processing(each, chapters) for each, chapters in everything.processings],
        "access_log": everything.events,
        "left_out": [
            *({"record": record.label, "because": record.withheld} for record in everything.withheld),
            *(
                {"record": chapter.record.label, "field": name, "because": why}
                for _, chapters in everything.processings
                for chapter in chapters
                for name, why in chapter.record.left_out.items()
            ),
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, default=_text).encode()


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _processing(processing: Processing, chapters: list[Chapter]) -> dict[str, Any]:
    return {
        "name": processing.name,
        "purpose": processing.purpose,
        "ground": processing.ground.value,
        "recipients": processing.recipients,
        "retention": [f"{each} ({each.because})" for each in processing.retention],
        "records": [
            {
                "record": chapter.record.label,
                "title": chapter.record.title,
                "rows": chapter.rows,
                "history": chapter.history,
            }
            for chapter in chapters
        ],
    }
