"""The path of somebody: applying, being taken on or not, the first (trial) day, and all of it as one line of time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from participants.models import RESTART_WITHIN, Application, Pause, Trajectory
from participants.services.people import lock_participant, save_row
from pluspunt.templatetags.words import day as in_words
from pluspunt.templatetags.words import full_day

DAY = timedelta(days=1)
# What is written down about the days between a stop and a restart that goes on with the old trajectory.
GAP_REASON = "tussentijds gestopt"
STRANDS = ("strand_social", "strand_educational", "strand_work")


# --- Applications ---------------------------------------------------------------------------------------------------


@transaction.atomic
def save_application(application: Application, *, by: User | None) -> None:
    """Keep a new application, or a change of one that still waits.

    Raises `ValidationError` when it was decided on meanwhile, and for whatever the model refuses (one waits at a time).
    """
    lock_participant(application.participant_id)
    if application.pk:
        _waiting(application)
    save_row(application, by=by)


def decline_application(application: Application, *, on: date, reason: str, by: User | None) -> Application:
    """Say no to somebody who waits; raises `ValidationError` as `_decide` does."""
    return _decide(application, Application.State.DECLINED, on, reason, by)


def withdraw_application(application: Application, *, on: date, reason: str, by: User | None) -> Application:
    """Somebody who waits does not want to any more; raises `ValidationError` as `_decide` does."""
    return _decide(application, Application.State.WITHDRAWN, on, reason, by)


@transaction.atomic
def _decide(application: Application, state: str, on: date, reason: str, by: User | None) -> Application:
    """Close an application without a trajectory.

    Raises `ValidationError` without a reason, when it was decided on already, before the application or in the future.
    """
    lock_participant(application.participant_id)
    application = _waiting(application)
    if not reason.strip():
        raise ValidationError({"reason": "Vul een reden in."})
    if on > timezone.localdate():
        raise ValidationError({"on": "Een besluit ligt niet in de toekomst."})
    application.state, application.decided_on, application.reason = state, on, reason.strip()
    save_row(application, by=by)
    return application


def _waiting(application: Application) -> Application:
    """The application as it is now, when nobody decided on it meanwhile; call it with the participant locked."""
    current = Application.objects.get(pk=application.pk)
    if not current.is_waiting:
        raise ValidationError(
            f"Over deze aanmelding is al besloten: {current.get_state_display()} op {full_day(current.decided_on)}."
        )
    return current


# --- The first day --------------------------------------------------------------------------------------------------


@transaction.atomic
def start_trajectory(trajectory: Trajectory, *, application: Application | None = None, by: User | None) -> Trajectory:
    """Begin `trajectory` (not saved yet), and close the application that it comes from.

    Within 28 days after the last trajectory of this kind ended, that one goes on instead (§6): it is returned, its end
    is taken away, and the days between become a pause, so that they stay out of registers and denominators. Not when
    it was left for a next trajectory. Raises `ValidationError` for a first day before the application, an application
    that was decided on, and whatever the models refuse.
    """
    lock_participant(trajectory.participant_id)
    if application:
        application = _waiting(application)
        if trajectory.start_date < application.applied_on:
            raise ValidationError({"start_date": "De eerste dag ligt voor de aanmelding."})
    old = trajectory_to_continue(trajectory.participant_id, trajectory.target_group, trajectory.start_date)
    if old:
        started = _continue(old, trajectory, by)
    else:
        save_row(trajectory, by=by)
        started = trajectory
    if application:
        application.set_started(started, trajectory.start_date)
        save_row(application, by=by)
    return started


def trajectory_to_continue(participant_id: int, target_group: str, start: date) -> Trajectory | None:
    """The trajectory that a start on `start` goes on with; `None` when that begins a new one."""
    same_kind = Trajectory.objects.filter(participant=participant_id, target_group=target_group, end_date__lt=start)
    last = same_kind.order_by("-end_date", "-pk").first()
    if last is None or start - last.end_date > RESTART_WITHIN or hasattr(last, "moved_to"):
        return None
    return last


def trajectories_to_continue(participant_id: int, day: date) -> list[Trajectory]:
    """Per kind the ended trajectory that goes on when somebody begins again on `day`."""
    found = (trajectory_to_continue(participant_id, group, day) for group in Trajectory.TargetGroup.values)
    return [trajectory for trajectory in found if trajectory]


def _continue(old: Trajectory, again: Trajectory, by: User | None) -> Trajectory:
    """Let `old` go on from the start of `again`, with what was chosen there."""
    last_day, was_on_trial = old.end_date, old.trial_until is not None and old.trial_until >= old.end_date
    old.end_date, old.destination, old.end_reason = None, "", ""
    if again.trial_until and not was_on_trial:
        sentence = "Dit traject gaat door waar het was gebleven; er is geen nieuwe proef. Laat dit leeg."
        raise ValidationError({"trial_until": sentence})
    old.trial_until = again.trial_until or old.trial_until
    if any(getattr(again, name) for name in STRANDS):
        for name in STRANDS:
            setattr(old, name, getattr(again, name))
    save_row(old, by=by)
    if last_day + DAY < again.start_date:
        gap = Pause(trajectory=old, start_date=last_day + DAY, end_date=again.start_date - DAY, reason=GAP_REASON)
        gap._history_user = by
        gap.full_clean()
        gap.save()
    return old


# --- The trial ------------------------------------------------------------------------------------------------------


@transaction.atomic
def confirm_trial(trajectory: Trajectory, *, on: date, by: User | None) -> Trajectory:
    """The trial went well: from `on` somebody takes part for real.

    Raises `ValidationError` when there is no trial that still runs, or `on` lies outside it (the day after its last
    day may be).
    """
    trajectory = _on_trial(trajectory)
    if not trajectory.start_date <= on <= trajectory.trial_until + DAY:
        begin, end = in_words(trajectory.start_date), in_words(trajectory.trial_until)
        raise ValidationError({"on": f"De proef loopt van {begin} tot en met {end}. Kies een dag daarin."})
    if trajectory.end_date and on > trajectory.end_date:
        raise ValidationError({"on": f"Dit traject stopt op {in_words(trajectory.end_date)}."})
    trajectory.trial_until = on - DAY if on > trajectory.start_date else None
    save_row(trajectory, by=by)
    return trajectory


@transaction.atomic
def extend_trial(trajectory: Trajectory, *, until: date, by: User | None) -> Trajectory:
    """Let the trial last up to and including `until`.

    Raises `ValidationError` when there is no trial that still runs, when `until` does not make it longer, or lies after
    the trajectory.
    """
    trajectory = _on_trial(trajectory)
    if until <= trajectory.trial_until:
        raise ValidationError({"until": f"De proef loopt al tot en met {in_words(trajectory.trial_until)}."})
    if trajectory.end_date and until > trajectory.end_date:
        raise ValidationError({"until": f"Dit traject stopt op {in_words(trajectory.end_date)}."})
    trajectory.trial_until = until
    save_row(trajectory, by=by)
    return trajectory


def _on_trial(trajectory: Trajectory) -> Trajectory:
    """The trajectory as it is now, with a trial that has not ended."""
    lock_participant(trajectory.participant_id)
    trajectory = Trajectory.objects.get(pk=trajectory.pk)
    today = timezone.localdate()
    if trajectory.trial_until is None or trajectory.trial_until < today:
        raise ValidationError("Er loopt geen proef in dit traject.")
    if trajectory.end_date and trajectory.end_date < today:
        raise ValidationError(f"Dit traject is al gestopt op {full_day(trajectory.end_date)}.")
    return trajectory


# --- The line of time -----------------------------------------------------------------------------------------------


class EventKind(StrEnum):
    """What happened; in the order in which things of one day are told."""

    APPLIED = "applied"
    INTAKE = "intake"
    REFUSED = "refused"
    STARTED = "started"
    MOVED = "moved"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True)
class PathEvent:
    """Something that happened on somebody's path on a day (`until`: up to and including), in words.

    `details` are shorter facts about it; the row that it comes from is one of `application`, `trajectory` and `pause`.
    `is_coming` says that it lies after the day on which the line was drawn.
    """

    on: date
    kind: EventKind
    words: str
    details: tuple[str, ...] = ()
    until: date | None = None
    is_coming: bool = False
    application: Application | None = None
    trajectory: Trajectory | None = None
    pause: Pause | None = None


def line_of_time(
    applications: Iterable[Application], trajectories: Iterable[Trajectory], *, today: date, with_referrer: bool
) -> list[PathEvent]:
    """Everything that happened on one person's path, the newest first.

    `with_referrer` also names the person who referred somebody: only for who may know (coordinators). The queries of
    `trajectories` are the caller's: `pauses` prefetched, `moved_from` and `moved_to` selected.
    """
    events = [event for each in applications for event in _of_application(each, today, with_referrer)]
    events += [event for each in trajectories for event in _of_trajectory(each, today)]
    order = list(EventKind)
    return sorted(events, key=lambda event: (event.on, order.index(event.kind)), reverse=True)


def _of_application(application: Application, today: date, with_referrer: bool) -> list[PathEvent]:
    referrer = [application.referrer_organisation.name] if application.referrer_organisation else []
    if with_referrer and application.referrer_name:
        referrer.append(application.referrer_name)
    details = [", ".join(referrer), f"voor {application.get_target_group_display()}"]
    details.append(f"wens: {application.wish}" if application.wish else "")
    by = application.Referrer(application.referrer)
    words = "Zelf aangemeld" if by == by.SELF else f"Aangemeld door {by.label}"
    if by == by.OTHER:
        words = "Aangemeld"
    events = [PathEvent(application.applied_on, EventKind.APPLIED, words, _told(details), application=application)]
    if application.intake_on:
        on = application.intake_on
        events.append(PathEvent(on, EventKind.INTAKE, "Intake", is_coming=on > today, application=application))
    if application.reason:
        words = f"Aanmelding {application.get_state_display()}"
        on, details = application.decided_on, _told([application.reason])
        events.append(PathEvent(on, EventKind.REFUSED, words, details, application=application))
    return events


def _of_trajectory(trajectory: Trajectory, today: date) -> list[PathEvent]:
    group, events = trajectory.get_target_group_display(), [_first_day(trajectory, today)]

    def add(on: date, kind: EventKind, words: str, details: Iterable[str] = (), **more) -> None:
        events.append(PathEvent(on, kind, words, _told(details), is_coming=on > today, trajectory=trajectory, **more))

    trial_over = trajectory.trial_until and trajectory.trial_until + DAY
    if trial_over and trajectory.runs_on(trial_over):
        add(trial_over, EventKind.ACTIVE, f"Proef voorbij: actief in {group}")
    for pause in trajectory.pauses.all():
        add(pause.start_date, EventKind.PAUSED, "Onderbroken", [pause.reason], until=pause.end_date, pause=pause)
    if trajectory.end_date and not hasattr(trajectory, "moved_to"):
        reason = f"reden: {trajectory.get_end_reason_display()}" if trajectory.end_reason else ""
        going = f"daarna: {trajectory.get_destination_display()}" if trajectory.destination else ""
        add(trajectory.end_date, EventKind.ENDED, f"Gestopt met {group}", [reason, going])
    return events


def _first_day(trajectory: Trajectory, today: date) -> PathEvent:
    group, kind = trajectory.get_target_group_display(), EventKind.STARTED
    words = f"Eerste proefdag: {group}" if trajectory.trial_until else f"Eerste dag: {group}"
    if trajectory.moved_from:
        words, kind = f"Doorstroom van {trajectory.moved_from.get_target_group_display()} naar {group}", EventKind.MOVED
    trial = f"op proef tot en met {in_words(trajectory.trial_until)}" if trajectory.trial_until else ""
    on, details = trajectory.start_date, _told([", ".join(trajectory.strands), trial])
    return PathEvent(on, kind, words, details, is_coming=on > today, trajectory=trajectory)


def _told(details: Iterable[str]) -> tuple[str, ...]:
    return tuple(filter(None, details))
