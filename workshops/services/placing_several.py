"""Several people into one slot at once: for each of them what warns and what is refused."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from participants.models import Participant, Trajectory
from workshops.models import Placement, Weeks, Workshop
from workshops.services.advice import Slot, people_to_keep_apart, placement_warnings, weeks_of
from workshops.services.locks import lock_people, lock_workshops
from workshops.services.not_together import lock_pairs
from workshops.services.placements import UnseenWarnings, make_placements
from workshops.services.sessions import reconcile_sessions


@dataclass(frozen=True)
class Outcome:
    """What placing one person came to: `problems` refuse it, `warnings` may be agreed to. Placed or not."""

    trajectory: Trajectory
    placement: Placement | None
    warnings: list[str]
    problems: list[str]

    @property
    def participant(self) -> Participant:
        return self.trajectory.participant

    @property
    def is_clear(self) -> bool:
        """Whether nobody needs to be asked anything."""
        return not self.warnings and not self.problems


@transaction.atomic
def place_several(
    trajectories: Collection[Trajectory],
    slot: Slot,
    *,
    start: date,
    end: date | None = None,
    every_other_week: bool = False,
    trial_until: date | None = None,
    agreed: Mapping[int, Collection[str]],
    by: User | None,
) -> list[Outcome]:
    """Place these people in `slot`, one after the other in the order given; each of them wholly or not at all.

    `agreed` maps a trajectory to the warnings that somebody saw and said yes to; who has any other is not placed, and
    neither is who would be refused by `place()`. Who stands further on in the list sees the places that those before
    took. Raises `ValidationError` when somebody was merged meanwhile.
    """
    _lock(trajectories)
    lock_workshops([slot.workshop.pk])
    how = {"start": start, "end": end, "weeks": weeks_of([slot], start, every_other_week), "trial_until": trial_until}
    outcomes = [_place_one(each, slot, agreed=agreed.get(each.pk, ()), by=by, **how) for each in trajectories]
    if any(outcome.placement for outcome in outcomes):
        reconcile_sessions(Workshop.objects.filter(pk=slot.workshop.pk), start)
    return outcomes


def preview_several(
    trajectories: Collection[Trajectory],
    slot: Slot,
    *,
    start: date,
    end: date | None = None,
    every_other_week: bool = False,
    trial_until: date | None = None,
) -> list[Outcome]:
    """What `place_several()` would come to when everybody who is not refused is placed; nothing is kept."""
    how = {"start": start, "end": end, "weeks": weeks_of([slot], start, every_other_week), "trial_until": trial_until}
    with transaction.atomic():
        _lock(trajectories)
        outcomes = [_place_one(each, slot, agreed=None, by=None, **how) for each in trajectories]
        transaction.set_rollback(True)
    return outcomes


def _place_one(trajectory: Trajectory, slot: Slot, *, start: date, end: date | None, weeks: Weeks, **how) -> Outcome:
    warnings = placement_warnings(trajectory, [slot], start, end, weeks=weeks)
    try:
        with transaction.atomic():
            [placement] = make_placements(trajectory, [slot], start=start, end=end, weeks=weeks, **how)
    except UnseenWarnings as unseen:
        return Outcome(trajectory, None, unseen.messages, [])
    except ValidationError as error:
        return Outcome(trajectory, None, [], error.messages)
    return Outcome(trajectory, placement, warnings, [])


def kept_apart(trajectories: Collection[Trajectory], slot: Slot, start: date, end: date | None) -> list[Participant]:
    """Whom the refusals of these people name, because of invariant 7: for the access log."""
    found = {}
    for trajectory in trajectories:
        found |= dict.fromkeys(people_to_keep_apart(trajectory, [slot], start, end))
    return list(found)


def _lock(trajectories: Collection[Trajectory]) -> None:
    """Raises `ValidationError` when one of these people is gone: somebody merged that record."""
    keys = {trajectory.participant_id for trajectory in trajectories}
    if lock_people(keys) != keys:
        raise ValidationError("Iemand anders heeft intussen twee mensen samengevoegd. Kies opnieuw.")
    lock_pairs(*keys)
