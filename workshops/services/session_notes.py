"""A note for the next coach: left at one session, read at the next one of the same workshop."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from pluspunt.validators import no_null_characters, validate_plain_text
from workshops.models import DayPart, Session, SessionNote

NOTE_LENGTH = 500
# After this a note is no news any more.
READ_FOR = timedelta(days=14)


@transaction.atomic
def write_note(session: Session, text: str, *, by: User) -> SessionNote | None:
    """Leave `text` at this session, instead of what stood there; without text the note goes, and `None` comes back.

    Raises `ValidationError` for more than `NOTE_LENGTH` characters and for what no text may hold.
    """
    session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    text = text.replace("\r\n", "\n").strip()
    if not text:
        SessionNote.objects.filter(session=session).delete()
        return None
    no_null_characters(text)
    validate_plain_text(text)
    if len(text) > NOTE_LENGTH:
        raise ValidationError({"text": f"Een briefje heeft hoogstens {NOTE_LENGTH} tekens."})
    note = SessionNote.objects.filter(session=session).first() or SessionNote(session=session)
    if note.text_or_none != text:
        note.text, note.author, note.written_at = text, by, timezone.now()
        note.save()
    return note


def note_before(session: Session) -> dict[str, SessionNote | None]:
    """The note left `before` in this workshop that is still news here, and this session's `own`; in one query."""
    earlier = Q(session__date__lt=session.date, session__date__gte=session.date - READ_FOR)
    if session.day_part == DayPart.AFTERNOON:
        earlier |= Q(session__date=session.date, session__day_part=DayPart.MORNING)
    notes = SessionNote.objects.filter(earlier | Q(session=session), session__workshop=session.workshop_id)
    # The afternoon comes before the morning in the alphabet: so the last comes first.
    notes = notes.select_related("session", "author").order_by("-session__date", "session__day_part")
    last = list(notes[:2])
    own = next((note for note in last if note.session_id == session.pk), None)
    return {"before": next((note for note in last if note != own), None), "own": own}
