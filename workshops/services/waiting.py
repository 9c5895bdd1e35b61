"""The waiting list: asking for a place, changing that, saying no, and giving a place that is free."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from participants.models import Trajectory
from participants.services.people import lock_participant, save_row
from pluspunt.templatetags.words import full_day
from workshops.models import OneOff, Placement, Session, WaitingEntry, Weeks, Workshop
from workshops.models.waiting import wish_in_words
from workshops.services.free_places import Kind, free_places
from workshops.services.locks import lock_workshops
from workshops.services.not_together import lock_pairs, would_meet
from workshops.services.placements import place
from workshops.services.sessions import reconcile_sessions
from workshops.services.waiting_matches import Fit, matches
from workshops.services.waiting_outcomes import close_entry

State = WaitingEntry.State


@transaction.atomic
def add_entries(entry: WaitingEntry, wishes: Iterable[tuple[int, str]], *, by: User) -> list[WaitingEntry]:
    """Put somebody on the list for each of `wishes` (weekday, day part), all with the facts of `entry` (not saved).

    Raises `ValidationError` for no wish at all, for somebody without a trajectory or an application that waits, for a
    day part on which the workshop is never open or on which they work there already, and for what they wait for.
    """
    lock_participant(entry.participant_id)
    # A workshop that stops declines who waits for it: nobody comes on its list after that.
    lock_workshops([entry.workshop_id])
    wishes = list(dict.fromkeys(wishes))
    if not wishes:
        raise ValidationError({"wishes": "Kies minstens één dagdeel."})
    entries = []
    for weekday, day_part in wishes:
        row = WaitingEntry(
            participant=entry.participant,
            workshop=entry.workshop,
            weekday=weekday,
            day_part=day_part,
            asked_on=entry.asked_on,
            asked_by=entry.asked_by,
            wish=entry.wish,
            urgency=entry.urgency,
            recorded_by=by,
        )
        _check(row)
        try:
            save_row(row, by=by)
        except ValidationError as error:
            raise ValidationError([f"{wish_in_words(weekday, day_part)}: {m}" for m in error.messages]) from error
        entries.append(row)
    return entries


@transaction.atomic
def change_entry(entry: WaitingEntry, *, by: User) -> None:
    """Save a change of somebody who still waits.

    Raises `ValidationError` when it was decided on meanwhile, and for whatever `add_entries` refuses.
    """
    lock_participant(entry.participant_id)
    lock_workshops([entry.workshop_id])
    _still_waiting(entry)
    _check(entry)
    save_row(entry, by=by)


def decline_entry(entry: WaitingEntry, *, on: date, reason: str, by: User) -> WaitingEntry:
    """Say no: this place will not come. Raises `ValidationError` as `_decide` does."""
    return _decide(entry, State.DECLINED, on, reason, by)


def withdraw_entry(entry: WaitingEntry, *, on: date, reason: str, by: User) -> WaitingEntry:
    """Somebody does not want this place any more. Raises `ValidationError` as `_decide` does."""
    return _decide(entry, State.WITHDRAWN, on, reason, by)


@transaction.atomic
def place_from_list(entry: WaitingEntry, key: str, *, by: User) -> Placement | OneOff:
    """Give somebody who waits the free place that `FreePlace.key` names, and close what they waited for.

    A place for a while gives a placement with a last day. A place for one time gives a `OneOff`, and the person goes on
    waiting: one visit is not what they asked for. Raises `ValidationError` when the entry was decided on, when the
    place went meanwhile, and when the person does not fit any more; then nothing is saved. Of two coordinators who give
    one place at once the second one waits here, and hears that it went.
    """
    participant = lock_participant(entry.participant_id)
    lock_pairs(participant.pk)
    lock_workshops([entry.workshop_id])
    entry = _still_waiting(entry)
    found = next((m for m in matches(WaitingEntry.objects.filter(pk=entry.pk)) if m.place.key == key), None)
    if found is None:
        if key in {each.key for each in free_places([entry.workshop])}:
            raise ValidationError(f"Deze plek is er nog, maar past niet meer bij {participant.nickname}.")
        raise ValidationError("Deze plek is intussen weg of anders. Kijk wie er nu past.")
    [fit] = found.fits
    if fit.trajectory is None:
        raise ValidationError(f"{participant.nickname} heeft nog geen traject. Begin dat eerst.")
    if found.place.kind == Kind.ONCE:
        return _visit(fit, Session.objects.get(pk=found.place.session_id), by)
    ends = [day for day in (found.place.until, fit.trajectory.end_date) if day]
    [placement] = place(
        fit.trajectory,
        [found.place.slot],
        start=fit.start,
        end=min(ends, default=None),
        weeks=Weeks(found.place.weeks),
        by=by,
    )
    return placement


def _visit(fit: Fit, session: Session, by: User) -> OneOff:
    trajectory: Trajectory = fit.trajectory
    if would_meet(session, fit.entry.participant):
        raise ValidationError("In dit register staat iemand met wie deze persoon niet samen werkt.")
    visit = OneOff(trajectory=trajectory, participant_id=trajectory.participant_id, comes_to=session, made_by=by)
    visit.full_clean()
    visit.save()
    reconcile_sessions(Workshop.objects.filter(pk=session.workshop_id), session.date, session.date)
    return visit


@transaction.atomic
def _decide(entry: WaitingEntry, state: str, on: date, reason: str, by: User) -> WaitingEntry:
    """Close an entry without a place.

    Raises `ValidationError` without a reason, when it was decided on already, before it was asked or in the future.
    """
    lock_participant(entry.participant_id)
    entry = _still_waiting(entry)
    if not reason.strip():
        raise ValidationError({"reason": "Vul een reden in."})
    if on > timezone.localdate():
        raise ValidationError({"on": "Een besluit ligt niet in de toekomst."})
    if on < entry.asked_on:
        raise ValidationError({"on": "Het besluit ligt voor de vraag."})
    return close_entry(entry, state, on=on, reason=reason.strip(), by=by)


def _still_waiting(entry: WaitingEntry) -> WaitingEntry:
    """The entry as it is now, locked, when nobody decided on it meanwhile; call it with the participant locked."""
    entries = WaitingEntry.objects.select_for_update(of=("self",)).select_related("participant", "workshop")
    current = entries.get(pk=entry.pk)
    if not current.is_waiting:
        decided = f"{current.get_state_display()} op {full_day(current.decided_on)}"
        raise ValidationError(f"Dit wacht niet meer: {decided}.")
    return current


def _check(entry: WaitingEntry) -> None:
    today, person = timezone.localdate(), entry.participant
    wish = entry.day_in_words
    if not (person.trajectories.overlapping(today, None).exists() or person.applications.waiting().exists()):
        raise ValidationError(
            f"{person.nickname} heeft geen traject en geen aanmelding die wacht. Noteer eerst een aanmelding."
        )
    openings = entry.workshop.openings.overlapping(today, None)
    if not any(entry.wants(opening.weekday, opening.day_part) for opening in openings):
        raise ValidationError(f"{wish.capitalize()}: {entry.workshop.name} is dan niet open.")
    if entry.weekday and entry.day_part:
        placed = person.placements.overlapping(today, None).filter(weekday=entry.weekday, day_part=entry.day_part)
        if placed.filter(workshop=entry.workshop, end_date__isnull=True).exists():
            raise ValidationError(f"{wish.capitalize()}: {person.nickname} werkt dan al in {entry.workshop.name}.")
