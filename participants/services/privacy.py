"""What `privacy` may know of participants (`privacy.registry`)."""

from participants.models import Participant


def label_participants(keys: set[int]) -> dict[int, str]:
    """Key → full name, for a page whose reader may see names."""
    return {person.pk: person.full_name for person in Participant.objects.filter(pk__in=keys)}


def find_participant(public_key: str) -> Participant | None:
    """Who has this key in their address; also who is not visible to the one that asks."""
    return Participant.objects.filter(key=public_key).first()


LABELS = {"participants.participant": label_participants}
FINDERS = {"participant": find_participant}
