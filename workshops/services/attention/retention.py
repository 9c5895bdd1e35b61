"""Records of which the term is over, and which are erased when nobody objects."""

from datetime import timedelta

from participants.models import Participant
from pluspunt.templatetags.words import day as in_words
from privacy.services.retention import notices_about
from workshops.services.attention.items import WEEK, Action, Asked, Item, Kind, Urgency


def records_to_erase(asked: Asked) -> list[Item]:
    """Who has a warning that was not postponed; in the last week it is for now. Three queries."""
    notices = {notice.object_id: notice for notice in notices_about(Participant).filter(postponed_until__isnull=True)}
    return [
        Item(
            kind=Kind.RETENTION,
            pk=person.pk,
            urgency=Urgency.THIS_WEEK if notice.erase_on < asked.today + WEEK else Urgency.LATER,
            day=notice.erase_on,
            what=f"Gestopt op {in_words(notice.ended_on)}. Wordt gewist op {in_words(notice.erase_on)}. Klopt dat?",
            action=Action("Bekijk", "retention_list"),
            participant=person,
            state=notice.erase_on,
            last_day=notice.erase_on - timedelta(days=1),
        )
        for person in Participant.objects.visible_to(asked.user).filter(pk__in=notices)
        if (notice := notices[person.pk])
    ]
