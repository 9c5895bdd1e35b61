"""How it goes with somebody in a period, as it may leave the house: attendance without reasons, and goals."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch, Q

from participants.models import Goal, GoalStep, Participant, Review
from pluspunt.periods import Period
from pluspunt.text import fold
from workshops.models import Placement
from workshops.services.overview import counts_by_month, counts_of

# Words that stand in a text with a capital: names, and whatever begins a sentence.
_CAPITALISED = re.compile(r"\b[^\W\d_][\w'’-]*")


@dataclass(frozen=True)
class GoalProgress:
    """One goal with what was said and done in the period. A text that names somebody else is left out."""

    goal: Goal
    reviews: list[Review]
    steps_done: list[GoalStep]
    steps_open: list[GoalStep]


@dataclass(frozen=True)
class Progress:
    """What a report tells about one person; `left_out` are the texts that may name somebody else."""

    attendance: dict[str, int]
    by_month: dict[tuple[int, int], dict[str, int]]
    goals: list[GoalProgress] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def progress_of(participant: Participant, period: Period) -> Progress:
    """The attendance and the goals of somebody in `period`, without third parties.

    Goals that ran in the period, with the reviews held and the steps done in it. Reasons of absence, notes and the
    people around somebody are never part of it.
    """
    rows = participant.attendances.listed().filter(date__range=(period.start, period.end))
    rows = list(rows.select_related("session").order_by("date", "-day_part"))
    others = names_of_others(participant)
    goals, left_out = [], []
    for goal in _goals_in(participant, period):
        if mentions(goal.text, others):
            left_out.append(goal.text)
            continue
        goals.append(_without_others(goal, period, others, left_out))
    return Progress(counts_of(rows), counts_by_month(rows), goals, left_out)


def names_of_others(participant: Participant) -> frozenset[str]:
    """Folded names that may point at somebody else: all surnames, and nicknames from the same workshops.

    Names that are also the participant's own are no sign.
    """
    people = Participant.objects.exclude(pk=participant.pk)
    workshops = participant.placements.values("workshop")
    beside = people.filter(Q(placements__in=Placement.objects.filter(workshop__in=workshops))).order_by().distinct()
    around = [*participant.practitioners.values_list("name", flat=True)]
    around += participant.legal_representatives.values_list("name", flat=True)
    names = {word for name in around for word in _words(name)}
    surnames = people.order_by().values_list("surname", flat=True).distinct()
    names |= {word for surname in surnames for word in fold(surname).split() if len(word) > 2}
    names |= {fold(nickname) for nickname in beside.values_list("nickname", flat=True)}
    own = {fold(participant.nickname), fold(participant.surname), *_words(participant.full_name)}
    return frozenset(names - own - {""})


def mentions(text: str, names: Iterable[str]) -> bool:
    """Whether a word with a capital in `text` is one of the folded `names`."""
    return not _words(text).isdisjoint(names)


def _words(text: str) -> set[str]:
    return {fold(word) for word in _CAPITALISED.findall(text) if word[0].isupper()}


def _goals_in(participant: Participant, period: Period) -> Iterable[Goal]:
    held = Review.objects.filter(held_on__range=(period.start, period.end)).order_by("held_on", "pk")
    goals = participant.goals.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=period.start))
    goals = goals.filter(start_date__lte=period.end)
    return goals.prefetch_related("steps", Prefetch("reviews", held, to_attr="held_reviews")).order_by("start_date")


def _without_others(goal: Goal, period: Period, others: frozenset[str], left_out: list[str]) -> GoalProgress:
    """The goal with the texts that name nobody else; the others are added to `left_out`."""

    def may_stay(text: str) -> bool:
        if mentions(text, others):
            left_out.append(text)
            return False
        return True

    if goal.closed_on and goal.closed_on > period.end:
        goal.result = goal.result_text = ""  # in this period it still ran
    if goal.result_text and not may_stay(goal.result_text):
        goal.result_text = ""
    steps = [step for step in goal.steps.all() if may_stay(step.text)]
    return GoalProgress(
        goal,
        reviews=[review for review in goal.held_reviews if may_stay(review.text)],
        steps_done=[step for step in steps if step.done_on and step.done_on <= period.end],
        steps_open=[step for step in steps if not step.done_on or step.done_on > period.end],
    )
