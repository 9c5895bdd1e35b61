"""What `privacy` may know of participants (`privacy.registry`)."""

from django.apps import apps

from participants.models import MergedParticipant, Participant


def label_participants(keys: set[int]) -> dict[int, str]:
    """Key → full name, for a page whose reader may see names."""
    return {person.pk: person.full_name for person in Participant.objects.filter(pk__in=keys)}


def find_participant(public_key: str) -> Participant | None:
    """Who has this key in their address; also who is not visible to the one that asks."""
    return Participant.objects.filter(key=public_key).first()


def keys_of_participant(key: int) -> set[int]:
    """The keys of the records that became part of this one."""
    return set(MergedParticipant.objects.filter(kept=key).values_list("former_pk", flat=True))


def names_of_other_participants(key: int) -> tuple[set[str], set[str]]:
    """Names that point at one person ("Jan de Vries", "Jan Vries", "Jan V."), and first names, of everybody else.

    What the person is called as well is left out: in their own file it is theirs.
    """
    own = Participant.objects.get(pk=key)
    whole, first = set(), set()
    for other in Participant.objects.exclude(pk=key):
        whole |= {other.full_name, f"{other.nickname} {other.surname}", other.floor_name}
        first.add(other.nickname)
    return whole - {own.full_name, f"{own.nickname} {own.surname}", own.floor_name}, first - {own.nickname}


def field_names() -> dict[str, str]:
    """The fields of this app, as they are called on the screen."""
    models = apps.get_app_config("participants").get_models()
    return {
        field.name: str(field.verbose_name)
        for model in models
        for field in model._meta.fields
        if field.name != field.verbose_name
    }


LABELS = {"participants.participant": label_participants}
FINDERS = {"participant": find_participant}
FIELD_NAMES = field_names()
KEYS = {"participants.participant": keys_of_participant}
OTHERS = {"participants.participant": names_of_other_participants}
