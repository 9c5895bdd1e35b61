"""Merging what stands around two records: each relation has its own rule for rows that both have."""

from collections.abc import Callable, Iterable
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from participants.models import (
    Allowance,
    Application,
    Consent,
    Goal,
    Indication,
    LegalRepresentative,
    MergedParticipant,
    Note,
    NoteDraft,
    NotTogether,
    Participant,
    Practitioner,
    RenewalStep,
    SentDocument,
    VolunteerProfile,
)
from participants.services.citizen_numbers import move_citizen_number
from pluspunt.templatetags.words import day as in_words
from workshops.models import (
    AbilityGrant,
    Absence,
    Attendance,
    CalendarFeed,
    EventVisit,
    LadderStep,
    OneOff,
    StatementLine,
    WaitingEntry,
)

_WHY = "samengevoegd"
# What two records of one indication must agree on to be one.
_INDICATION = ("start_date", "end_date", "volume", "unit", "frequency", "scheme", "municipality_code")
_OF_INDICATION = (
    "allocation_number",
    "decision_number",
    "decision_date",
    "remarks",
    "end_reason",
    "start_notice_on",
    "stop_notice_on",
)


class Trace:
    """What a merge did: the numbers of the rows that moved, and the facts of those that became part of another."""

    def __init__(self, kept: Participant, merged: Participant, by: User):
        self.kept, self.merged, self.by = kept, merged, by
        self.moved: dict[str, list[int]] = {}
        self.dissolved: list[dict] = []

    def note_moved(self, label: str, keys: Iterable[int]) -> None:
        if keys := list(keys):
            self.moved.setdefault(label, []).extend(keys)

    def change(self, row: models.Model, **values) -> None:
        """Give `row` these values, and its history a line; nothing when it has them already."""
        if all(getattr(row, name) == value for name, value in values.items()):
            return
        if getattr(row, "participant_id", None) == self.merged.pk:
            self.note_moved(row._meta.label, [row.pk])
        for name, value in values.items():
            setattr(row, name, value)
        row._history_user, row._change_reason = self.by, _WHY
        row.validate_constraints()
        row.save()

    def dissolve(self, row: models.Model) -> None:
        """Take away a row that became part of another one; its facts are kept."""
        facts = {
            field.name: None if (value := field.value_from_object(row)) is None else str(value)
            for field in row._meta.concrete_fields
            if not isinstance(field, models.BinaryField)
        }
        self.dissolved.append({"model": row._meta.label, **facts})
        row._history_user, row._change_reason = self.by, _WHY
        row.delete()

    def move(self, rows: models.QuerySet, field: str = "participant") -> None:
        """Let `rows` be of the person who is kept, with a line in the history of each where there is one."""
        if hasattr(rows.model, "history"):
            for row in rows:
                self.change(row, **{f"{field}_id": self.kept.pk})
        else:
            self.note_moved(rows.model._meta.label, rows.values_list("pk", flat=True))
            rows.update(**{field: self.kept})


def _move(model: type[models.Model]) -> Callable[[Trace], None]:
    """Of these somebody may have any number."""
    return lambda trace: trace.move(model.objects.filter(participant=trace.merged))


# --- Indications --------------------------------------------------------------------------------------------------


def indications_in_the_way(kept: Participant, merged: Participant) -> list[str]:
    """A sentence for each two indications for one product that overlap and are not the same."""
    return [
        f"Voor hetzelfde product overlappen twee indicaties: vanaf {in_words(mine.start_date)} en vanaf"
        f" {in_words(other.start_date)}. Maak ze eerst gelijk, of laat de ene stoppen voor de andere begint."
        for mine, other in _overlapping_indications(kept, merged)
        if not _is_same_indication(mine, other)
    ]


def _overlapping_indications(kept: Participant, merged: Participant) -> list[tuple[Indication, Indication]]:
    return [
        (mine, other)
        for mine in kept.indications.all()
        for other in merged.indications.all()
        if (mine.product_category, mine.product_code_id) == (other.product_category, other.product_code_id)
        and mine.start_date <= (other.end_date or date.max)
        and other.start_date <= (mine.end_date or date.max)
    ]


def _is_same_indication(mine: Indication, other: Indication) -> bool:
    same = all(getattr(mine, name) == getattr(other, name) for name in _INDICATION)
    return same and not any(
        getattr(mine, name) and getattr(other, name) and getattr(mine, name) != getattr(other, name)
        for name in _OF_INDICATION
    )


def _move_indications(trace: Trace) -> None:
    for mine, other in _overlapping_indications(trace.kept, trace.merged):
        RenewalStep.objects.filter(indication=other).update(indication=mine)
        StatementLine.objects.filter(indication=other).update(indication=mine)
        trace.dissolve(other)
        trace.change(mine, **{name: getattr(mine, name) or getattr(other, name) for name in _OF_INDICATION})
    trace.move(Indication.objects.filter(participant=trace.merged))


# --- Everything else ----------------------------------------------------------------------------------------------


def _move_applications(trace: Trace) -> None:
    """Of two that wait the older one goes on waiting; the other ends, and says why."""
    both = Application.objects.filter(participant__in=[trace.kept, trace.merged])
    for newer in both.waiting().order_by("applied_on", "pk")[1:]:
        trace.change(
            newer,
            state=Application.State.WITHDRAWN,
            decided_on=timezone.localdate(),
            reason="Dubbel: dezelfde persoon stond twee keer in de lijst.",
        )
    trace.move(both.filter(participant=trace.merged))


def _move_consents(trace: Trace) -> None:
    """Of two that run for the same thing the newer one stands; the older one ends on the day it was given again."""
    running = Consent.objects.running().filter(participant__in=[trace.kept, trace.merged])
    latest: dict[tuple, Consent] = {}
    for consent in running.order_by("given_on", "pk"):
        key = (consent.purpose, consent.practitioner_id, consent.representative_id, consent.organisation_id)
        if older := latest.get(key):
            trace.change(older, withdrawn_on=consent.given_on)
        latest[key] = consent
    trace.move(Consent.objects.filter(participant=trace.merged))


def _move_drafts(trace: Trace) -> None:
    """Two drafts of one writer become one text: what was being written stays, but for what cannot be read any more."""
    mine = {draft.author_id: draft for draft in NoteDraft.objects.filter(participant=trace.kept)}
    for draft in NoteDraft.objects.filter(participant=trace.merged):
        if draft.author_id not in mine:
            continue
        kept = mine[draft.author_id]
        kept.text = "\n\n".join(filter(None, (kept.text_or_none, draft.text_or_none)))
        kept.is_restricted = kept.is_restricted or draft.is_restricted
        kept.save()
        draft.delete()
    trace.move(NoteDraft.objects.filter(participant=trace.merged))


def _move_profile(trace: Trace) -> None:
    """One profile: both crafts, both availabilities, and the certificate that was seen last."""
    profiles = {
        p.participant_id: p for p in VolunteerProfile.objects.filter(participant__in=[trace.kept, trace.merged])
    }
    if len(profiles) < 2:
        trace.move(VolunteerProfile.objects.filter(participant=trace.merged))
        return
    mine, other = profiles[trace.kept.pk], profiles[trace.merged.pk]
    newest = max((mine, other), key=lambda p: (p.vog_seen_on or date.min, p.vog_renew_on or date.min))
    requested = max(filter(None, (mine.vog_requested_on, other.vog_requested_on)), default=None)
    trace.dissolve(other)
    trace.change(
        mine,
        craft=_both(mine.craft, other.craft, 120),
        availability=_both(mine.availability, other.availability, 250),
        vog_requested_on=requested,
        vog_seen_on=newest.vog_seen_on,
        vog_renew_on=newest.vog_renew_on,
    )


def _both(mine: str, other: str, room: int) -> str:
    """Both texts where there is room for them; what does not fit is kept with the trace."""
    together = "; ".join(dict.fromkeys(text for text in (mine, other) if text))
    return together if len(together) <= room else mine


def _move_once(model: type[models.Model], *same: str, running: Q | None = None, oldest_by: str = "pk") -> Callable:
    """Of these somebody has one with the same `same` (among those that are `running`): the oldest stays."""

    def move(trace: Trace) -> None:
        both = model.objects.filter(running or Q(), participant__in=[trace.kept, trace.merged])
        stays: dict[tuple, models.Model] = {}
        for row in both.order_by(oldest_by, "pk"):
            key = tuple(row.serializable_value(name) for name in same)
            if key in stays:
                trace.dissolve(row)
            else:
                stays[key] = row
        trace.move(model.objects.filter(participant=trace.merged))

    return move


def _move_pairs(trace: Trace) -> None:
    """With whom the one is not together, the other is not either; each pair stands there once, in its own order."""
    known = {pair.other(trace.kept).pk for pair in NotTogether.objects.of(trace.kept)}
    for pair in NotTogether.objects.of(trace.merged):
        other = pair.other(trace.merged).pk
        if other in known:
            trace.dissolve(pair)
        else:
            first, second = sorted((trace.kept.pk, other))
            trace.note_moved(pair._meta.label, [pair.pk])
            trace.change(pair, first_id=first, second_id=second)


def _move_absences(trace: Trace) -> None:
    """What was said beforehand for both alike stands there once, with the rows that either filled."""
    mine = {_said(absence): absence for absence in trace.kept.absences.standing().order_by("pk")}
    for absence in trace.merged.absences.standing():
        if kept := mine.get(_said(absence)):
            Attendance.objects.filter(absence=absence).update(absence=kept)
            trace.dissolve(absence)
    trace.move(Absence.objects.filter(participant=trace.merged))


def _said(absence: Absence) -> tuple:
    return absence.start_date, absence.end_date, absence.day_part, absence.reason_id


def _move_feeds(trace: Trace) -> None:
    """Both addresses showed half a week: of two that work the older one stops."""
    feeds = CalendarFeed.objects.filter(participant__in=[trace.kept, trace.merged])
    for older in feeds.filter(revoked_at__isnull=True).order_by("-made_at", "-pk")[1:]:
        trace.change(older, revoked_at=timezone.now(), revoked_by=trace.by)
    trace.move(feeds.filter(participant=trace.merged))


def _move_waiting(trace: Trace) -> None:
    """Of two that wait for the same the older one goes on waiting; the other ends, and says why."""
    both = WaitingEntry.objects.filter(participant__in=[trace.kept, trace.merged])
    waits = set()
    for entry in both.waiting().order_by("asked_on", "pk"):
        wanted = (entry.workshop_id, entry.weekday, entry.day_part)
        if wanted in waits:
            trace.change(
                entry,
                state=WaitingEntry.State.WITHDRAWN,
                decided_on=timezone.localdate(),
                reason="Dubbel: dezelfde persoon stond twee keer in de lijst.",
            )
        waits.add(wanted)
    trace.move(both.filter(participant=trace.merged))


def _move_one_offs(trace: Trace) -> None:
    """Of two about the same session the first one holds; the other is taken back."""
    both = OneOff.objects.filter(participant__in=[trace.kept, trace.merged])
    for name in ("away_from_id", "comes_to_id"):
        seen = set()
        for one_off in both.standing().filter(**{f"{name}__isnull": False}).order_by("made_at", "pk"):
            if getattr(one_off, name) in seen:
                trace.change(one_off, withdrawn_at=timezone.now(), withdrawn_by=trace.by)
            seen.add(getattr(one_off, name))
    trace.move(both.filter(participant=trace.merged))


def _move_number(trace: Trace) -> None:
    moved = move_citizen_number(trace.kept, trace.merged)
    trace.note_moved("participants.CitizenNumber", [moved] if moved else [])


def _nothing_left(trace: Trace) -> None:
    """The other half of a relation that was moved already."""


ROW_MOVERS: dict[str, Callable[[Trace], None]] = {
    "participants.Application.participant": _move_applications,
    "participants.Indication.participant": _move_indications,
    "participants.CitizenNumber.participant": _move_number,
    "participants.Practitioner.participant": _move(Practitioner),
    "participants.LegalRepresentative.participant": _move(LegalRepresentative),
    "participants.Consent.participant": _move_consents,
    "participants.SentDocument.participant": _move(SentDocument),
    "participants.NotTogether.first": _move_pairs,
    "participants.NotTogether.second": _nothing_left,
    "participants.Goal.participant": _move(Goal),
    "participants.Note.participant": _move(Note),
    "participants.NoteDraft.participant": _move_drafts,
    "participants.VolunteerProfile.participant": _move_profile,
    "participants.Allowance.participant": _move(Allowance),
    "participants.MergedParticipant.kept": lambda trace: trace.move(
        MergedParticipant.objects.filter(kept=trace.merged), "kept"
    ),
    "workshops.Absence.participant": _move_absences,
    "workshops.CalendarFeed.participant": _move_feeds,
    "workshops.OneOff.participant": _move_one_offs,
    "workshops.StatementLine.participant": _move(StatementLine),
    "workshops.WaitingEntry.participant": _move_waiting,
    "workshops.EventVisit.participant": _move_once(EventVisit, "event"),
    "workshops.AbilityGrant.participant": _move_once(
        AbilityGrant, "ability", running=Q(withdrawn_on__isnull=True), oldest_by="granted_on"
    ),
    # Of a floor above: followed by its name.
    "impact.Story.participant": lambda trace: trace.move(trace.merged.stories.all()),
    "workshops.LadderStep.participant": _move_once(LadderStep, "workshop", "step", oldest_by="granted_on"),
}
