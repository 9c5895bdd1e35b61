"""Measuring with one person: the choice to take part, the answers one by one, and the scores at the end (§7)."""

from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from impact.models import Answer, Measurement, MeasurementChoice, Rater, Score, Statement
from impact.services.due import Moment, measured_paths, next_due, stay_on, stays_of
from participants.models import ConsentPurpose, ConsentText, Participant, Trajectory
from participants.services.people import lock_participant


@transaction.atomic
def record_choice(participant: Participant, takes_part: bool, *, by: User) -> MeasurementChoice | None:
    """Keep whether somebody takes part in measuring, with the words that were read to them; `None` when that stood.

    Nothing else depends on it. What was measured before stays; a draft of who stops goes on when they take part again.
    """
    lock_participant(participant.pk)
    text = ConsentText.objects.newest(ConsentPurpose.MEASURE, timezone.localdate())
    last = choice_of(participant)
    if text is None:
        raise ValidationError("Er is nog geen tekst om voor te lezen. Vraag de beheerder om er een te maken.")
    if last and (last.takes_part, last.text_id) == (takes_part, text.pk):
        return None
    choice = MeasurementChoice(participant=participant, takes_part=takes_part, text=text, recorded_by=by)
    choice.full_clean()
    choice.save()
    return choice


def choice_of(participant: Participant) -> MeasurementChoice | None:
    """The choice that holds: the last one; one query."""
    return participant.measurement_choices.select_related("text", "recorded_by").first()


def check_takes_part(participant: Participant) -> None:
    """Raises `ValidationError` unless somebody agreed to be measured."""
    choice = choice_of(participant)
    if choice is None:
        raise ValidationError("Vraag eerst of deze persoon mee wil doen.")
    if not choice.takes_part:
        raise ValidationError("Deze persoon doet niet mee aan meten.")


def statements_of(measurement: Measurement) -> list[Statement]:
    """What is asked in it, in order: the versions of the day on which it began, also when it is finished later."""
    day = timezone.localdate(measurement.started_at)
    return list(Statement.objects.asked_on(day).order_by("position", "number"))


@dataclass(frozen=True)
class Step:
    """One screen of the form: a statement, and what was answered to it so far."""

    number: int
    statement: Statement
    is_answered: bool
    value: int | None


def steps_of(measurement: Measurement) -> list[Step]:
    """The screens of a measurement in order; two queries."""
    values = dict(measurement.answers.values_list("statement", "value"))
    return [
        Step(number, statement, statement.pk in values, values.get(statement.pk))
        for number, statement in enumerate(statements_of(measurement), start=1)
    ]


@transaction.atomic
def start_measurement(participant: Participant, rater: Rater, *, by: User) -> Measurement:
    """The draft of this rater: the one that was begun, or a new one for the moment that it is now.

    Raises `ValidationError` for who did not agree, who never took part, and when this rater finished one today.
    """
    lock_participant(participant.pk)
    check_takes_part(participant)
    draft = Measurement.objects.filter(participant=participant, rater=rater, finished_at__isnull=True).first()
    if draft:
        return draft
    path, moment = _path_and_moment(participant, rater)
    draft = Measurement(participant=participant, trajectory=path, moment=moment, rater=rater, taken_by=by)
    draft._history_user = by
    draft.full_clean()
    draft.save()
    return draft


@transaction.atomic
def answer_statement(measurement: Measurement, statement: Statement, value: int | None) -> bool:
    """Keep one answer (`None`: weet ik niet, zeg ik liever niet); whether it is new. A second tap changes nothing.

    Raises `ValidationError` when the measurement is finished or does not ask this statement.
    """
    measurement = _lock_draft(measurement)
    if statement not in statements_of(measurement):
        raise ValidationError("Deze stelling hoort niet bij deze meting.")
    answer = Answer.objects.filter(measurement=measurement, statement=statement).first()
    is_new = answer is None
    answer = answer or Answer(measurement=measurement, statement=statement)
    answer.value = value
    answer.full_clean()
    answer.save()
    return is_new


@transaction.atomic
def finish_measurement(measurement: Measurement, *, by: User) -> Measurement:
    """Close a draft of today and write its scores; one that is finished stays as it is.

    Raises `ValidationError` when statements were passed over: weet ik niet is an answer too.
    """
    lock_participant(measurement.participant_id)
    measurement = Measurement.objects.select_for_update(of=("self",)).get(pk=measurement.pk)
    if measurement.is_finished:
        return measurement
    check_takes_part(measurement.participant)
    statements = statements_of(measurement)
    values = dict(measurement.answers.values_list("statement", "value"))
    if any(statement.pk not in values for statement in statements):
        raise ValidationError("Nog niet alle stellingen zijn geweest.")
    measurement.finished_at, measurement.taken_on = timezone.now(), timezone.localdate()
    measurement.taken_by = measurement._history_user = by
    measurement.full_clean()
    measurement.save()
    Score.objects.bulk_create(scores_of(measurement, statements, values))
    measurement.participant.scores.write_growth()
    return measurement


@transaction.atomic
def discard_measurement(measurement: Measurement, *, by: User) -> bool:
    """Throw a draft away, to begin again or not at all; whether it was still there. A finished one stays."""
    lock_participant(measurement.participant_id)
    draft = Measurement.objects.filter(pk=measurement.pk, finished_at__isnull=True).first()
    if draft is None:
        return False
    draft._history_user = by
    draft.delete()
    return True


@transaction.atomic
def withdraw_measurement(measurement: Measurement, *, reason: str, by: User) -> bool:
    """Take back a finished measurement that never should have been: of somebody else, or with the wrong answers.

    Its answers and scores go, and what grew is reckoned anew; the history keeps that there was one, who took it back
    and why. A published report stays as it is. Whether it was still there.
    """
    lock_participant(measurement.participant_id)
    finished = Measurement.objects.filter(pk=measurement.pk, finished_at__isnull=False).first()
    if finished is None:
        return False
    finished._history_user, finished._change_reason = by, reason
    finished.delete()
    finished.participant.scores.write_growth()
    return True


def _path_and_moment(participant: Participant, rater: Rater) -> tuple[Trajectory, Moment]:
    """In which trajectory somebody is measured now, and what for."""
    today = timezone.localdate()
    paths = measured_paths().filter(participant=participant, start_date__lte=today).order_by("start_date", "pk")
    paths = list(paths)
    if not paths:
        raise ValidationError("Deze persoon heeft nog geen traject. Meten kan vanaf de eerste dag.")
    stay = stay_on(stays_of((path.start_date, path.end_date) for path in paths), today)
    measured = Measurement.objects.filter(participant=participant, rater=rater, finished_at__isnull=False)
    due = next_due(stay, measured.values_list("taken_on", "moment"), today)
    if due is None:
        raise ValidationError("Het traject is afgelopen: er wordt niet meer gemeten.")
    return paths[-1], due.moment


def _lock_draft(measurement: Measurement) -> Measurement:
    lock_participant(measurement.participant_id)
    draft = Measurement.objects.select_for_update(of=("self",)).filter(pk=measurement.pk).first()
    if draft is None or draft.is_finished:
        raise ValidationError("Deze meting is al klaar.")
    check_takes_part(draft.participant)
    return draft


def scores_of(measurement: Measurement, statements: list[Statement], values: dict[int, int | None]) -> list[Score]:
    """One per indicator of which at least half was answered."""
    by_indicator = defaultdict(list)
    for statement in statements:
        by_indicator[statement.indicator].append(values[statement.pk])
    return [
        Score(
            measurement=measurement,
            participant_id=measurement.participant_id,
            rater=measurement.rater,
            taken_on=measurement.taken_on,
            indicator=indicator,
            points=sum(known),
            answered=len(known),
            asked=len(asked),
        )
        for indicator, asked in by_indicator.items()
        if (known := [value for value in asked if value is not None]) and 2 * len(known) >= len(asked)
    ]
