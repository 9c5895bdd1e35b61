"""Stories and quotes, and for what each may be used: agreed per use, taken back at any moment."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from impact.models import Story, StoryUse
from participants.models import ConsentPurpose, Participant
from participants.services.people import lock_participant
from pluspunt.templatetags.words import short_date

Use = StoryUse.Use
# What the teller agreed to: changed, it is asked again.
_AGREED_WORDS = ("kind", "title", "text", "shown_as", "picture")


@transaction.atomic
def save_story(story: Story, *, by: User) -> int:
    """Save a story, new or known. Returns how many agreements ended because what was agreed to changed.

    Raises `ValidationError` for a participant whom `by` does not see, and for whatever the model refuses.
    """
    _lock_people(story)
    if story.participant and not Participant.objects.visible_to(by).filter(pk=story.participant_id).exists():
        raise ValidationError({"participant": "Kies iemand die je begeleidt."})
    before = Story.objects.select_for_update(of=("self",)).order_by().filter(pk=story.pk).first()
    if before is None:
        story.recorded_by = by
    story._history_user = by
    story.full_clean()
    story.save()
    if before is None or not _is_changed(before, story):
        return 0
    running = list(story.uses.filter(withdrawn_on__isnull=True))
    for use in running:
        _end(use, timezone.localdate(), by)
    return len(running)


@transaction.atomic
def agree_to_use(use: StoryUse, *, by: User) -> StoryUse:
    """Keep that the teller agreed to one use of a story, with its picture or without.

    Raises `ValidationError` when a participant's own consent to tell a story (or to a photo) does not run, when there
    is no picture, when it was agreed before the story was told, when the same agreement runs, and for whatever the
    model refuses.
    """
    story = use.story
    _lock_people(story)
    story = Story.objects.select_for_update(of=("self",)).select_related("participant").order_by().get(pk=use.story_id)
    _check_consents(story, use)
    if use.with_picture and not story.picture:
        raise ValidationError({"with_picture": "Bij dit verhaal staat geen foto."})
    if use.agreed_on and use.agreed_on < story.told_on:
        raise ValidationError({"agreed_on": f"Het verhaal is verteld op {short_date(story.told_on)}."})
    use.recorded_by = use._history_user = by
    use.full_clean()
    use.save()
    return use


@transaction.atomic
def withdraw_use(use: StoryUse, *, withdrawn_on: date, by: User) -> StoryUse:
    """Take an agreement back: from now on the story is in no draft of that use. What was published stays as it is.

    Raises `ValidationError` when it was taken back already, for a day to come and for a day before it was given.
    """
    use = StoryUse.objects.select_for_update(of=("self",)).select_related("story").order_by().get(pk=use.pk)
    if use.withdrawn_on:
        raise ValidationError(f"Dit akkoord is al ingetrokken op {short_date(use.withdrawn_on)}.")
    if withdrawn_on > timezone.localdate():
        raise ValidationError({"withdrawn_on": "Intrekken gaat vandaag in of op een dag die voorbij is."})
    _end(use, withdrawn_on, by)
    return use


def what_is_missing(story: Story) -> list[str]:
    """Which consents of the participant a use waits for, in words; nothing for somebody who is no participant."""
    person = story.participant
    if person is None:
        return []
    missing = [] if person.has_story_consent else ["een verhaal"]
    return missing if person.has_photo_consent or not story.picture else [*missing, "een foto"]


def _check_consents(story: Story, use: StoryUse) -> None:
    person = story.participant
    if person is None:
        return
    running = set(person.consents.running().values_list("purpose", flat=True))
    if ConsentPurpose.STORY not in running:
        raise ValidationError(
            f"{person.nickname} gaf geen toestemming voor een verhaal, of trok die in. Leg die eerst vast bij Mensen."
        )
    if use.with_picture and ConsentPurpose.PHOTO not in running:
        raise ValidationError(
            {"with_picture": f"{person.nickname} gaf geen toestemming voor een foto. Leg die eerst vast bij Mensen."}
        )


def _end(use: StoryUse, day: date, by: User) -> None:
    use.withdrawn_on, use._history_user = max(day, use.agreed_on), by
    use.full_clean()
    use.save()
    if use.use == Use.ANNUAL_REPORT:
        # Versions that were published keep what they said; no draft does.
        use.story.sections.clear()


def _lock_people(story: Story) -> None:
    """Held, so that no consent is taken back between the question and the writing."""
    if story.participant_id:
        lock_participant(story.participant_id)


def _is_changed(before: Story, after: Story) -> bool:
    """Whether what was agreed to is something else now; a database may give bytes as a view of memory."""

    def said(story: Story) -> list:
        return [
            bytes(value) if isinstance(value, memoryview) else value for value in map(story.__dict__.get, _AGREED_WORDS)
        ]

    return said(before) != said(after)
