"""Goals with their small steps and reviews."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from participants.models import Goal, GoalStep, Review
from participants.services.people import lock_participant, save_row

# A goal is looked at every three months, unless people choose another day.
REVIEW_AFTER = timedelta(weeks=13)
LATEST_REVIEW = timedelta(days=366)
# Opened again by mistake or on purpose: it is soon looked at.
REOPENED_REVIEW_AFTER = timedelta(weeks=4)


@transaction.atomic
def add_goal(goal: Goal, steps: Iterable[str], *, by: User) -> Goal:
    """Add a goal with its first small steps.

    Raises `ValidationError` when the first review is not after today or more than a year away.
    """
    lock_participant(goal.participant_id)
    _check_next_review(goal.review_on)
    save_row(goal, by=by)
    for text in steps:
        _save_step(GoalStep(goal=goal, text=text))
    return goal


@transaction.atomic
def edit_goal(goal: Goal, *, by: User) -> None:
    """Save the words of a running goal; raises `ValidationError` when it was closed, or for a new review date."""
    before = _lock_running(goal)
    if goal.review_on != before.review_on:
        _check_next_review(goal.review_on)
    save_row(goal, by=by)


@transaction.atomic
def add_step(step: GoalStep) -> None:
    """Add a small step to a running goal; raises `ValidationError` when it was closed."""
    step.goal = _lock_running(step.goal)
    _save_step(step)


@transaction.atomic
def mark_step(step: GoalStep, *, is_done: bool) -> None:
    """Say that a step was done today, or that it was not; saying it twice changes nothing.

    Raises `ValidationError` when the goal was closed.
    """
    _lock_running(step.goal)
    step.refresh_from_db()
    if is_done != (step.done_on is not None):
        step.done_on = timezone.localdate() if is_done else None
        _save_step(step)


@transaction.atomic
def review_goal(
    review: Review, *, by: User, next_review: date | None = None, result: str = "", result_text: str = ""
) -> Goal:
    """Keep what was said about a goal; it goes on until `next_review`, or is closed with `result` and a sentence.

    Raises `ValidationError` for a day before the goal began or to come, for a result without a sentence, and for a
    next review that is not after today.
    """
    goal = review.goal = _lock_running(review.goal)
    review.recorded_by = by
    review.full_clean()
    review.save()
    if result:
        goal.result, goal.result_text, goal.closed_on = result, result_text, review.held_on
    else:
        _check_next_review(next_review)
        goal.review_on = next_review
    save_row(goal, by=by)
    return goal


@transaction.atomic
def reopen_goal(goal: Goal, *, by: User) -> Goal:
    """Let a closed goal run again, with a review in four weeks; the history keeps the result.

    Raises `ValidationError` when it runs already.
    """
    lock_participant(goal.participant_id)
    goal = Goal.objects.get(pk=goal.pk)
    if goal.is_running:
        raise ValidationError("Dit doel loopt nog.")
    goal.result, goal.result_text, goal.closed_on = "", "", None
    goal.review_on = timezone.localdate() + REOPENED_REVIEW_AFTER
    save_row(goal, by=by)
    return goal


def _lock_running(goal: Goal) -> Goal:
    """The goal as it is now, held until the transaction ends."""
    lock_participant(goal.participant_id)
    goal = Goal.objects.get(pk=goal.pk)
    if not goal.is_running:
        raise ValidationError("Dit doel is al afgesloten. Open het eerst opnieuw.")
    return goal


def _save_step(step: GoalStep) -> None:
    step.full_clean()
    step.save()


def _check_next_review(day: date | None) -> None:
    today = timezone.localdate()
    if day is None or day <= today:
        raise ValidationError({"review_on": "Kies een dag na vandaag."})
    if day > today + LATEST_REVIEW:
        raise ValidationError({"review_on": "Kies een dag binnen een jaar."})
