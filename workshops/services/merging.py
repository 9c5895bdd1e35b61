"""Two records of one person become one: every fact goes along, and what no rule can settle is refused beforehand.

The rows keep their numbers, so their history stays with them. The history and the access log of the record itself stay
under its former number (`MergedParticipant.former_pk`).
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from participants.models import MergedParticipant, NotTogether, Participant
from participants.services.citizen_numbers import numbers_in_the_way
from participants.services.people import lock_participant, save_participant
from workshops.models import Workshop
from workshops.services.merging_measured import MEASURED_MOVERS
from workshops.services.merging_paths import MergingPaths
from workshops.services.merging_rows import ROW_MOVERS, Trace, indications_in_the_way
from workshops.services.not_together import lock_pairs, people_in_the_way
from workshops.services.sessions import reconcile_sessions

# The facts of a record of which one is kept when two differ.
FACTS = (
    "nickname",
    "prefix",
    "surname",
    "birth_date",
    "gender",
    "number",
    "phone",
    "email",
    "postcode",
    "district",
    "emergency_contact",
    "attention",
)
# What `MergingPaths` moves; the other relations have a mover.
PATH_RELATIONS = {"participants.Trajectory.participant", "workshops.Placement.participant"}
PATH_RELATIONS |= {"workshops.Attendance.participant"}
MOVERS = {**ROW_MOVERS, **MEASURED_MOVERS}


@dataclass(frozen=True)
class MergePreview:
    """What merging would do: `moves` are (what, how many), `changes` what becomes of rows that both have.

    `obstacles` are (what to mend first, on which page about a person).
    """

    moves: list[tuple[str, int]]
    changes: list[str]
    obstacles: list[tuple[str, str]]


def relations() -> dict[str, models.ForeignObjectRel]:
    """Every relation to a participant, by "app.Model.field"; the history of a row is no relation of its own."""
    found = (field for field in Participant._meta.get_fields(include_hidden=True) if field.auto_created)
    return {
        f"{relation.related_model._meta.label}.{relation.field.name}": relation
        for relation in found
        if relation.is_relation and not hasattr(relation.related_model, "history_object")
    }


def differing_facts(kept: Participant, merged: Participant) -> list[str]:
    """The facts that both records have, and that are not the same: one of the two has to be chosen."""
    return [name for name in FACTS if _is_known(kept, name) and _is_known(merged, name) and _differ(kept, merged, name)]


def preview_merge(kept: Participant, merged: Participant) -> MergePreview:
    """What `merge_participants` would move and change, and why it would refuse; nothing is changed."""
    paths = MergingPaths(kept, merged)
    moves = [
        (_in_words(relation.related_model, count), count)
        for relation in relations().values()
        if (count := relation.related_model._base_manager.filter(**{relation.field.name: merged}).count())
    ]
    return MergePreview(moves, paths.changes, _obstacles(kept, merged, paths))


def _in_words(model: type[models.Model], count: int) -> str:
    return str(model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural)


@transaction.atomic
def merge_participants(
    kept: Participant, merged: Participant, *, facts: Collection[str], by: User
) -> MergedParticipant:
    """Let everything of `merged` become part of `kept`; `merged` goes away and leaves a trace.

    Of the facts that differ, those named in `facts` become as `merged` had them; an empty fact of `kept` is filled.
    Trajectories of one kind that overlap become one, and so do placements in the same slot; of two rows in one register
    one stays, and a recorded value that differs becomes a change of it. Raises `ValidationError` with a sentence for
    each thing to mend first, and when one of the two is gone; then nothing is changed.
    """
    kept, merged = _lock(kept, merged)
    paths = MergingPaths(kept, merged, lock=True)
    if obstacles := _obstacles(kept, merged, paths):
        raise ValidationError([sentence for sentence, _ in obstacles])
    trace = Trace(kept, merged, by)
    since = paths.apply(trace)
    for move in MOVERS.values():
        move(trace)
    record = _leave_trace(trace, _choose(kept, merged, facts))
    save_participant(kept, by=by)
    touched = kept.placements.overlapping(timezone.localdate(), None).values("workshop")
    reconcile_sessions(Workshop.objects.filter(pk__in=touched), since)
    return record


def _lock(kept: Participant, merged: Participant) -> tuple[Participant, Participant]:
    if kept.pk == merged.pk:
        raise ValidationError("Kies iemand anders: dit is dezelfde persoon.")
    try:
        locked = {pk: lock_participant(pk, to_remove=True) for pk in sorted((kept.pk, merged.pk))}
    except Participant.DoesNotExist:
        raise ValidationError("Iemand anders heeft deze twee intussen samengevoegd.") from None
    for pk in sorted(locked):
        lock_pairs(pk)
    return locked[kept.pk], locked[merged.pk]


def _obstacles(kept: Participant, merged: Participant, paths: MergingPaths) -> list[tuple[str, str]]:
    first, second = sorted((kept.pk, merged.pk))
    if NotTogether.objects.filter(first=first, second=second).exists():
        sentence = (
            "Deze twee worden niet samen gepland. Het zijn dus twee mensen. Klopt dat niet, haal dat dan eerst weg."
        )
        return [(sentence, "participant_around")]
    return [
        *paths.obstacles,
        *((sentence, "participant_indications") for sentence in indications_in_the_way(kept, merged)),
        *((sentence, "citizen_number_detail") for sentence in numbers_in_the_way(kept, merged)),
        *((sentence, "participant_detail") for sentence in _meetings(kept, merged)),
    ]


def _meetings(kept: Participant, merged: Participant) -> list[str]:
    """Placements from today on that would put somebody together with whom the other record may not be."""
    today = timezone.localdate()
    both = [(kept, merged), (merged, kept)]
    meetings = {
        placement
        for one, other in both
        for placement, _ in people_in_the_way(one.pk, other.placements.overlapping(today, None), since=today)
    }
    return [
        f"{placement}: daar werkt iemand met wie deze persoon niet samen gepland wordt. Stop eerst een van de twee."
        for placement in sorted(meetings, key=lambda placement: placement.pk)
    ]


def _is_known(participant: Participant, name: str) -> bool:
    return getattr(participant, name) not in (None, "", Participant.Gender.UNKNOWN)


def _differ(kept: Participant, merged: Participant, name: str) -> bool:
    return getattr(kept, name) != getattr(merged, name)


def _choose(kept: Participant, merged: Participant, facts: Collection[str]) -> dict[str, str]:
    """Give `kept` the chosen facts of `merged`, and those it lacks; what it loses by that, for the trace."""
    replaced = {}
    for name in FACTS:
        if not _is_known(merged, name) or not _differ(kept, merged, name):
            continue
        if not _is_known(kept, name):
            setattr(kept, name, getattr(merged, name))
        elif name in facts:
            replaced[name] = _as_json(kept, name)
            setattr(kept, name, getattr(merged, name))
    return replaced


def _as_json(participant: Participant, name: str) -> int | str | None:
    value = getattr(participant, name)
    return value if value is None or isinstance(value, int) else str(value)


def _leave_trace(trace: Trace, replaced: dict[str, str]) -> MergedParticipant:
    merged = trace.merged
    record = MergedParticipant(
        kept=trace.kept,
        former_pk=merged.pk,
        former_key=merged.key,
        facts={
            **{name: _as_json(merged, name) for name in FACTS},
            "replaced": replaced,
            "moved": trace.moved,
            "dissolved": trace.dissolved,
        },
        merged_by=trace.by,
    )
    merged._history_user = trace.by
    merged.delete()
    record.save()
    return record
