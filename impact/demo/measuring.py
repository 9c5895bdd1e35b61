"""Who takes part in measuring, what two years of measuring gave, the participatieladder, and one that was begun."""

from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

from accounts.models import User
from impact.models import (
    Answer,
    LadderPosition,
    Measurement,
    MeasurementChoice,
    MicroMeasurement,
    Rater,
    Score,
    Statement,
)
from impact.services.measuring import scores_of
from participants.models import ConsentPurpose, ConsentText, Participant, Trajectory

EVERY = timedelta(days=182)
FIRST_AFTER = timedelta(weeks=3)
# So long before today the house began to ask.
BEGAN_BEFORE = timedelta(days=2 * 365)


def add_measuring(today: date, chance: Random) -> None:
    """Nine in ten take part; most were measured every half year, some are due or late, one is in the middle of it."""
    coach = User.objects.filter(role=User.Role.COACH).order_by("pk").first()
    began = today - BEGAN_BEFORE
    paths = _paths(today)
    _add_choices(paths, began, coach)
    taking_part = [path for number, path in enumerate(paths) if number % 10 != 9]
    for path in taking_part:
        _add_measurements(path, max(path.start_date + FIRST_AFTER, began), today, coach, chance)
    _add_answers(chance)
    for participant in Participant.objects.filter(scores__isnull=False).distinct():
        participant.scores.write_growth()
    _add_ladder(paths, today, coach, chance)
    _begin_one(taking_part, today, coach)


def _paths(today: date) -> list[Trajectory]:
    """The last path of every participant who was here in the last two years."""
    here = Trajectory.objects.overlapping(today - BEGAN_BEFORE, today)
    paths = here.exclude(target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER).order_by("start_date", "pk")
    return list({path.participant_id: path for path in paths}.values())


def _add_choices(paths: list[Trajectory], began: date, coach: User) -> None:
    text = ConsentText.objects.newest(ConsentPurpose.MEASURE, timezone.localdate())
    MeasurementChoice.objects.bulk_create(
        MeasurementChoice(
            participant_id=path.participant_id,
            takes_part=number % 10 != 9,
            text=text,
            decided_on=max(path.start_date, began),
            recorded_by=coach,
        )
        for number, path in enumerate(paths)
    )


def _add_measurements(path: Trajectory, first: date, today: date, coach: User, chance: Random) -> None:
    """One every half year by both raters; now and then one was forgotten, so that somebody is due."""
    last = min(path.end_date or today, today - timedelta(days=1))
    days = []
    day = first
    while day <= last:
        days.append(day)
        day += EVERY + timedelta(days=chance.randrange(-20, 20))
    if chance.random() < 0.2:
        days = days[:-1]
    moments = [Measurement.Moment.BASELINE, *[Measurement.Moment.PERIODIC] * len(days)]
    Measurement.objects.bulk_create(
        Measurement(
            trajectory=path,
            participant_id=path.participant_id,
            moment=moment,
            rater=rater,
            taken_on=day,
            taken_by=coach,
            started_at=_noon(day),
            finished_at=_noon(day),
        )
        for day, moment in zip(days, moments, strict=False)
        for rater in Rater.values
    )


def _add_answers(chance: Random) -> None:
    """Who began low goes up a little each time, more or less; now and then somebody would rather not say."""
    statements = list(Statement.objects.filter(valid_to__isnull=True))
    level: dict[tuple[int, str], float] = {}
    answers, scores = [], []
    for measurement in Measurement.objects.order_by("taken_on", "pk"):
        key = measurement.participant_id, measurement.rater
        level[key] = min(5, level.get(key, chance.uniform(1.8, 3.8)) + chance.uniform(-0.25, 0.5))
        values = {
            each.pk: None if chance.random() < 0.06 else max(1, min(5, round(level[key] + chance.uniform(-0.9, 0.9))))
            for each in statements
        }
        answers += [Answer(measurement=measurement, statement_id=pk, value=value) for pk, value in values.items()]
        scores += scores_of(measurement, statements, values)
    Answer.objects.bulk_create(answers, batch_size=500)
    Score.objects.bulk_create(scores, batch_size=500)


def _add_ladder(paths: list[Trajectory], today: date, coach: User, chance: Random) -> None:
    """A rung per half year that was begun in the last two years; some go up one, a few down."""
    rows = []
    for path in paths:
        rung = chance.choice([1, 2, 2, 3, 3, 3, 4])
        for year, half in [(today.year - 1, 1), (today.year - 1, 2), (today.year, 1), (today.year, 2)]:
            first, last = date(year, 1 if half == 1 else 7, 1), date(year, 6 if half == 1 else 12, 30)
            is_here = path.start_date <= last and (path.end_date is None or path.end_date >= first)
            if first <= today and is_here:
                rung = max(1, min(6, rung + chance.choice([0, 0, 0, 1, -1, 1])))
                on = min(last, today)
                about = {"participant_id": path.participant_id, "recorded_by": coach, "recorded_on": on}
                rows.append(LadderPosition(year=year, half=half, rung=rung, **about))
    LadderPosition.objects.bulk_create(rows)


def _begin_one(paths: list[Trajectory], today: date, coach: User) -> None:
    """One of the coach's own people is in the middle of a measurement, and filled in a card last week."""
    own = Trajectory.objects.on(today).filter(pk__in=[path.pk for path in paths], placements__workshop__coaches=coach)
    path = own.order_by("pk").first()
    if path is None:
        return
    about = {"participant": path.participant, "taken_by": coach}
    draft = Measurement.objects.create(trajectory=path, moment="PERIODIC", rater=Rater.SELF, taken_on=today, **about)
    statements = Statement.objects.filter(valid_to__isnull=True)
    Answer.objects.bulk_create(Answer(measurement=draft, statement=each, value=4) for each in statements[:3])
    card = {"statement": statements[0], "taken_on": today - timedelta(days=6)}
    MicroMeasurement.objects.create(value=4, key="00000000-0000-4000-8000-000000000001", **card, **about)


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))
