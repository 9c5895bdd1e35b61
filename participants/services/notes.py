"""Notes of what happened, and the draft that the server keeps of a note that somebody is writing.

A note carries from its first letter the key that the page was given. The draft has it too, and the kept note: so a
save that comes late never brings a kept note back as a draft, and a note that is sent twice is kept once.
"""

import re
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from participants.models import Note, NoteDraft, Participant
from participants.services.people import lock_participant, save_row
from pluspunt.validators import no_null_characters

NOTE_LENGTH = 5000
_KEY = re.compile(r"[0-9a-f]{32}")


def new_note_key() -> str:
    """A random key for a note that is being written: saving it twice stores it once."""
    return secrets.token_hex(16)


def is_note_key(text: str) -> bool:
    """Whether `new_note_key` could have made `text`."""
    return _KEY.fullmatch(text) is not None


def can_restrict(user: User) -> bool:
    """Whether `user` sees and sets "alleen voor coördinatoren"."""
    return user.role == User.Role.COORDINATOR


def can_correct(user: User, note: Note) -> bool:
    """Who wrote a note corrects it, or a coordinator."""
    return can_restrict(user) or note.author_id == user.pk


@transaction.atomic
def add_note(note: Note, *, by: User) -> Note:
    """Keep a note and throw away the draft that it was.

    The same note sent twice is kept once. Other words under the key of a kept note (a second tab) become a note of
    their own. Raises `ValidationError` for a day to come, no text or too much of it.
    """
    lock_participant(note.participant_id)
    key, text = note.key, _checked(note.text)
    kept = Note.objects.filter(key=key, participant=note.participant_id, author=by).first()
    if kept is None or kept.text_or_none != text:
        if kept is not None:
            note.key = new_note_key()
            note.text = text
        note.author = by
        note.is_restricted = note.is_restricted and can_restrict(by)
        save_row(note, by=by)
        kept = note
    NoteDraft.objects.filter(author=by, participant=note.participant_id, key=key).delete()
    return kept


@transaction.atomic
def correct_note(note: Note, *, by: User) -> None:
    """Save other words for a note; its history keeps what was there.

    Raises `ValidationError` when `by` may not read it any more, and for what `add_note` refuses.
    """
    lock_participant(note.participant_id)
    _checked(note.text)
    now = Note.objects.visible_to(by).filter(pk=note.pk).first()
    if now is None or not can_correct(by, now):
        raise ValidationError("Deze notitie kun je niet meer wijzigen.")
    if not can_restrict(by):
        note.is_restricted = now.is_restricted
    save_row(note, by=by)


@transaction.atomic
def save_draft(
    participant: Participant, *, by: User, key: str, text: str, kind: str, is_restricted: bool = False
) -> NoteDraft | None:
    """Keep what `by` has typed up to now, in place of what was kept before; no text is no draft.

    Raises `ValidationError` for too much text, and when the note with this `key` was kept already.
    """
    lock_participant(participant.pk)
    drafts = NoteDraft.objects.filter(author=by, participant=participant)
    if not text:
        drafts.filter(key=key).delete()
        return None
    if Note.objects.filter(key=key).exists():
        raise ValidationError("Deze notitie heb je al bewaard.")
    draft = drafts.first() or NoteDraft(author=by, participant=participant)
    draft.key, draft.kind, draft.is_restricted = key, kind, is_restricted and can_restrict(by)
    draft.text = _checked(text)
    draft.full_clean()
    draft.save()
    return draft


@transaction.atomic
def discard_draft(participant: Participant, *, by: User) -> bool:
    """Throw away the draft of `by`; says whether there was one."""
    lock_participant(participant.pk)
    deleted, _ = NoteDraft.objects.filter(author=by, participant=participant).delete()
    return deleted > 0


def _checked(text: str) -> str:
    """`text`, of which the database sees only the sealed form and can refuse nothing."""
    if not text.strip():
        raise ValidationError({"text": "Vul dit in."})
    if len(text) > NOTE_LENGTH:
        raise ValidationError({"text": f"Dit is te lang: hoogstens {NOTE_LENGTH} tekens."})
    no_null_characters(text)
    return text
