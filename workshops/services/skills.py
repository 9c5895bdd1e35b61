"""What somebody learns in a workshop: the steps maker, gezel and meester in that order, and abilities by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from participants.models import Participant
from participants.services.people import lock_participant
from pluspunt.templatetags.words import day as in_words
from workshops.models import Ability, AbilityGrant, LadderStep, Placement, Workshop

Step = LadderStep.Step


@dataclass(frozen=True)
class WorkshopSkills:
    """Where one person stands in one workshop."""

    workshop: Workshop
    steps: list[LadderStep]
    grants: list[AbilityGrant]
    grantable: list[Ability]

    @property
    def ladder(self) -> list[tuple[Step, LadderStep | None]]:
        """All three steps from low to high, each with when it was reached, if it was."""
        reached = {row.step: row for row in self.steps}
        return [(step, reached.get(step)) for step in Step]

    @property
    def last_step(self) -> LadderStep | None:
        return self.steps[-1] if self.steps else None

    @property
    def next_step(self) -> Step | None:
        return next((step for step, row in self.ladder if row is None), None)

    @property
    def abilities(self) -> list[AbilityGrant]:
        return [row for row in self.grants if row.withdrawn_on is None and not row.ability.is_machine_permission]

    @property
    def permissions(self) -> list[AbilityGrant]:
        return [row for row in self.grants if row.withdrawn_on is None and row.ability.is_machine_permission]

    @property
    def withdrawn(self) -> list[AbilityGrant]:
        return [row for row in self.grants if row.withdrawn_on]

    @property
    def has_something(self) -> bool:
        """Whether there is something to put on a certificate."""
        return bool(self.steps or self.abilities or self.permissions)


def workshops_of(participant: Participant) -> QuerySet[Workshop]:
    """The workshops where somebody is or was placed, or has something granted."""
    rows = [
        Exists(model.objects.filter(participant=participant, **{path: OuterRef("pk")}).order_by())
        for model, path in ((Placement, "workshop"), (LadderStep, "workshop"), (AbilityGrant, "ability__workshop"))
    ]
    return Workshop.objects.filter(Q(rows[0]) | Q(rows[1]) | Q(rows[2])).order_by("name")


def skills_of(participant: Participant, workshops: Iterable[Workshop]) -> list[WorkshopSkills]:
    """Where somebody stands in each of `workshops`; three queries, whatever their number."""
    workshops = list(workshops)
    steps = participant.ladder_steps.filter(workshop__in=workshops).order_by("step").select_related("granted_by")
    grants = participant.ability_grants.filter(ability__workshop__in=workshops).order_by("ability__name", "pk")
    grants = grants.select_related("ability", "granted_by", "withdrawn_by")
    has = {row.ability_id for row in grants if row.withdrawn_on is None}
    abilities = Ability.objects.filter(workshop__in=workshops, is_active=True).order_by("is_machine_permission", "name")
    return [
        WorkshopSkills(
            workshop=workshop,
            steps=[row for row in steps if row.workshop_id == workshop.pk],
            grants=[row for row in grants if row.ability.workshop_id == workshop.pk],
            grantable=[each for each in abilities if each.workshop_id == workshop.pk and each.pk not in has],
        )
        for workshop in workshops
    ]


def steps_recorded_today(participant: Participant) -> QuerySet[LadderStep]:
    """The steps that were written down since midnight: those can still be taken back."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    return participant.ladder_steps.recorded_since(midnight)


@transaction.atomic
def add_step(participant: Participant, workshop: Workshop, step: int, *, granted_on: date, by: User) -> LadderStep:
    """Let somebody reach the next step in a workshop; `by` is who granted it.

    Raises `ValidationError` when it is not the next one, and when `granted_on` lies in the future or before the day of
    the step below it.
    """
    lock_participant(participant.pk)
    row = LadderStep(participant=participant, workshop=workshop, step=step, granted_on=granted_on, granted_by=by)
    row._history_user = by
    row.full_clean()
    below = participant.ladder_steps.filter(workshop=workshop).order_by("step").last()
    if step != (below.step + 1 if below else Step.MAKER):
        missing = Step(below.step + 1 if below else Step.MAKER).label
        raise ValidationError(f"Eerst komt {missing}. De treden gaan op volgorde: maker, gezel, meester.")
    if below and granted_on < below.granted_on:
        sentence = f"Kies {in_words(below.granted_on)} of later: toen werd de trede {below.get_step_display()} behaald."
        raise ValidationError({"granted_on": sentence})
    row.save()
    return row


@transaction.atomic
def take_back_step(row: LadderStep, *, by: User) -> None:
    """Take back a step that was granted by mistake; its history stays.

    Raises `ValidationError` for a step that was not written down today, and for one with a higher step above it.
    """
    lock_participant(row.participant_id)
    if not steps_recorded_today(row.participant).filter(pk=row.pk).exists():
        raise ValidationError("Een trede neem je alleen terug op de dag waarop die is ingevuld.")
    if row.participant.ladder_steps.filter(workshop=row.workshop_id, step__gt=row.step).exists():
        raise ValidationError("Er is al een hogere trede behaald. Neem eerst die terug.")
    row._history_user = by
    row.delete()


@transaction.atomic
def grant_abilities(
    participant: Participant, abilities: Iterable[Ability], *, granted_on: date, by: User
) -> list[AbilityGrant]:
    """Write down that somebody can or may all of `abilities` from `granted_on` on; all of them or none.

    Raises `ValidationError` for an ability that is no longer in use, that somebody has already, or that was withdrawn
    after `granted_on`, and for a day in the future.
    """
    lock_participant(participant.pk)
    rows = [
        AbilityGrant(participant=participant, ability=each, granted_on=granted_on, granted_by=by) for each in abilities
    ]
    for row in rows:
        if not row.ability.is_active:
            raise ValidationError(f"{row.ability} is niet meer in gebruik.")
        row.full_clean()
        later = participant.ability_grants.filter(ability=row.ability, withdrawn_on__gt=granted_on)
        if until := later.order_by("withdrawn_on").values_list("withdrawn_on", flat=True).last():
            sentence = f"{row.ability} is op {in_words(until)} ingetrokken. Kies die dag of later."
            raise ValidationError({"granted_on": sentence})
        row.save()
    return rows


@transaction.atomic
def withdraw_ability(grant: AbilityGrant, *, withdrawn_on: date, by: User) -> AbilityGrant:
    """Take an ability back, for example because somebody may not work on a machine any more; it stays as history.

    Raises `ValidationError` when it was withdrawn already, and for a day before it was granted or in the future.
    """
    lock_participant(grant.participant_id)
    grant = AbilityGrant.objects.select_related("ability").get(pk=grant.pk)
    if grant.withdrawn_on:
        raise ValidationError(f"{grant.ability} is al ingetrokken op {in_words(grant.withdrawn_on)}.")
    grant.withdrawn_on, grant.withdrawn_by = withdrawn_on, by
    grant.full_clean()
    grant.save()
    return grant
