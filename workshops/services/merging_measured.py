"""Merging what two records say about how somebody is doing; the models stand a floor higher, so by name of relation."""

from collections.abc import Callable

from django.db import models

from participants.models import Participant
from workshops.services.merging_rows import Trace


def _move_all(name: str) -> Callable[[Trace], None]:
    """Of these somebody may have any number."""
    return lambda trace: trace.move(getattr(trace.merged, name).all())


def _move_measurements(trace: Trace) -> None:
    """Of two by one rater on one day, and of two drafts, one stays: a finished one goes before a draft."""
    for other in trace.merged.measurements.order_by("pk"):
        same = trace.kept.measurements.filter(rater=other.rater)
        for mine in same.filter(models.Q(taken_on=other.taken_on) | models.Q(finished_at=None)):
            if mine.taken_on != other.taken_on and other.is_finished:
                continue
            stays, goes = (mine, other) if mine.is_finished or not other.is_finished else (other, mine)
            _dissolve_measurement(trace, stays, goes)
            if goes is other:
                break
    trace.move(trace.merged.measurements.all())


def _dissolve_measurement(trace: Trace, stays: models.Model, goes: models.Model) -> None:
    """What was answered in a draft that goes helps a draft that stays; all of it is kept with the trace."""
    known = set(stays.answers.values_list("statement", flat=True))
    for answer in goes.answers.all():
        if stays.is_finished or answer.statement_id in known:
            trace.dissolve(answer)
        else:
            trace.change(answer, measurement_id=stays.pk)
    for score in goes.scores.all():
        trace.dissolve(score)
    trace.dissolve(goes)


def _move_scores(trace: Trace) -> None:
    """After their measurements; what was the first score, and so what growth is counted from, may be another now."""
    trace.move(trace.merged.scores.all())
    trace.kept.scores.all().write_growth()


def _move_ladder(trace: Trace) -> None:
    """Of two steps for one half year the one that was recorded last stays."""
    for other in _positions(trace.merged):
        mine = trace.kept.ladder_positions.filter(year=other.year, half=other.half).first()
        if mine:
            trace.dissolve(min(mine, other, key=lambda row: (row.recorded_on, row.pk)))
    trace.move(_positions(trace.merged))


def _positions(person: Participant) -> models.QuerySet:
    return person.ladder_positions.order_by("pk")


MEASURED_MOVERS: dict[str, Callable[[Trace], None]] = {
    "impact.MeasurementChoice.participant": _move_all("measurement_choices"),
    "impact.Measurement.participant": _move_measurements,
    "impact.Score.participant": _move_scores,
    "impact.MicroMeasurement.participant": _move_all("micro_measurements"),
    "impact.LadderPosition.participant": _move_ladder,
    "impact.Story.participant": _move_all("stories"),
}
