"""Taking back what was planned for one time only, as long as nothing came of it."""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from participants.models import NotTogether, Participant, Trajectory
from workshops.models import Attendance, OneOff, Placement, Session, Weeks, Workshop
from workshops.services.absence_rows import filled_to_come
from workshops.services.locks import lock_people, lock_workshops
from workshops.services.not_together import lock_pairs
from workshops.services.sessions import reconcile_sessions

_RELATED = ("participant", "away_from__workshop", "comes_to__workshop")


def one_offs_of(session: Session) -> list[OneOff]:
    """What stands for one time in this session: who comes, and who goes elsewhere or stays home; by name."""
    found = OneOff.objects.standing().filter(Q(away_from=session) | Q(comes_to=session)).select_related(*_RELATED)
    return list(found.order_by("participant__sort_name", "pk"))


def one_offs_to_come(participant: Participant) -> list[OneOff]:
    """What stands for one time for somebody from today on, in order of day."""
    today = timezone.localdate()
    to_come = Q(away_from__date__gte=today) | Q(comes_to__date__gte=today)
    found = list(participant.one_offs.standing().filter(to_come).select_related(*_RELATED))
    return sorted(found, key=lambda each: min(session.date for session in _sessions(each)))


@transaction.atomic
def withdraw_one_off(one_off: OneOff, *, by: User) -> None:
    """Take back what was planned for one time: somebody is expected again where the weekly pattern says.

    Raises `ValidationError` when it was taken back already, when something was recorded in the other session or that
    day is over, when somebody was sent on from there, and when they cannot be where they were planned any more.
    """
    lock_people([one_off.participant_id])
    lock_pairs(one_off.participant_id)
    one_off = OneOff.objects.select_related(*_RELATED).get(pk=one_off.pk)
    lock_workshops({session.workshop_id for session in _sessions(one_off)})
    if one_off.withdrawn_at is not None:
        raise ValidationError("Dit is al teruggedraaid.")
    if problem := _why_not(one_off):
        raise ValidationError(problem)
    _withdraw([one_off], by)


def withdraw_after(trajectory: Trajectory, last_day: date, *, by: User | None) -> None:
    """Take back what was planned for one time after `last_day`, on which somebody leaves.

    Who calls it holds the lock of the person, and brings the registers in line.
    """
    after = Q(comes_to__date__gt=last_day) | Q(comes_to__isnull=True, away_from__date__gt=last_day)
    trajectory.one_offs.standing().filter(after).update(withdrawn_by=by, withdrawn_at=timezone.now())


def chains_from(session: Session) -> list[list[OneOff]]:
    """Per person who went elsewhere from `session`: that, and where they were sent on to from there."""
    return _chains(OneOff.objects.standing().filter(away_from=session))


def chains_instead_of(placement: Placement, last_day: date) -> list[list[OneOff]]:
    """What somebody does for one time instead of coming by `placement` after `last_day`, where nothing is recorded."""
    instead = placement.trajectory.one_offs.standing().filter(
        away_from__workshop=placement.workshop_id,
        away_from__day_part=placement.day_part,
        away_from__date__iso_week_day=placement.weekday,
        away_from__date__gt=last_day,
    )
    chains = _chains(instead)
    return [chain for chain in chains if not any(each.comes_to and _is_recorded(each.comes_to, each) for each in chain)]


def _chains(firsts: QuerySet[OneOff]) -> list[list[OneOff]]:
    chains = [[first] for first in firsts.select_related(*_RELATED).order_by("pk")]
    for chain in chains:
        while chain[-1].comes_to_id and (onwards := _onwards(chain[-1])):
            chain.append(onwards)
    return chains


def workshops_of(chains: list[list[OneOff]]) -> set[int]:
    """The workshops from which and to which these lead."""
    return {session.workshop_id for chain in chains for each in chain for session in _sessions(each)}


def may_take_back(chains: list[list[OneOff]]) -> tuple[list[list[OneOff]], list[list[OneOff]]]:
    """Those of `chains` of which nothing was recorded, so that people can come back; and those that stay."""
    back = [chain for chain in chains if not any(_why_not(each, also=chain) for each in chain)]
    return back, [chain for chain in chains if chain not in back]


def coming_back(session: Session) -> tuple[int, int]:
    """How many people come back when `session` goes on after all, and how many stay where they are: one query.

    Whoever is recorded elsewhere stays there.
    """
    recorded = Attendance.objects.recorded().exclude(filled_to_come())
    there = recorded.filter(session=OuterRef("comes_to"), participant=OuterRef("participant"))
    gone = OneOff.objects.standing().filter(away_from=session).annotate(stays=Exists(there)).order_by()
    stays = list(gone.values_list("stays", flat=True))
    return stays.count(False), stays.count(True)


def take_back(chains: list[list[OneOff]], *, by: User | None) -> None:
    """Take all of these back; the people and their workshops are locked."""
    _withdraw([each for chain in chains for each in chain], by)


def _withdraw(one_offs: list[OneOff], by: User | None) -> None:
    for each in one_offs:
        each.withdrawn_by, each.withdrawn_at = by, timezone.now()
        each.save(update_fields=["withdrawn_by", "withdrawn_at"])
    sessions = [session for each in one_offs for session in _sessions(each)]
    if sessions:
        days = [session.date for session in sessions]
        workshops = Workshop.objects.filter(pk__in={session.workshop_id for session in sessions})
        reconcile_sessions(workshops, min(days), max(days))


def _why_not(one_off: OneOff, *, also: Collection[OneOff] = ()) -> str:
    """Why somebody cannot come back, as a sentence; empty when they can. `also` are taken back at the same time."""
    together = {one_off.pk, *(each.pk for each in also)}
    name = one_off.participant.nickname
    if one_off.comes_to and _is_recorded(one_off.comes_to, one_off):
        return f"Bij {one_off.comes_to.workshop} is voor {name} al iets ingevuld. Dat blijft staan."
    if not also and one_off.comes_to and _onwards(one_off):
        return f"{name} gaat van daar weer ergens anders heen. Draai dat eerst terug."
    if one_off.away_from is None:
        return ""
    if one_off.away_from.takes_marks and one_off.away_from.is_over:
        return "Dit dagdeel is voorbij. Dat verandert niet meer."
    if _is_elsewhere(one_off, together):
        return f"{name} is op dat dagdeel intussen ergens anders gepland. Draai dat eerst terug."
    if _would_meet(one_off):
        return f"{name} kan daar niet meer terug: er is intussen iemand gepland met wie dat niet samen gaat."
    return ""


def _is_recorded(session: Session, one_off: OneOff) -> bool:
    rows = session.attendances.filter(participant=one_off.participant_id)
    return rows.recorded().exclude(filled_to_come()).exists()


def _onwards(one_off: OneOff) -> OneOff | None:
    found = OneOff.objects.standing().filter(participant=one_off.participant_id, away_from=one_off.comes_to_id)
    return found.select_related(*_RELATED).first()


def _is_elsewhere(one_off: OneOff, together: set[int]) -> bool:
    away = one_off.away_from
    others = OneOff.objects.standing().exclude(pk__in=together).filter(participant=one_off.participant_id)
    return others.exclude(comes_to=away).filter(comes_to__date=away.date, comes_to__day_part=away.day_part).exists()


def _would_meet(one_off: OneOff) -> bool:
    """Whether somebody stands there by now with whom this person is not together."""
    pairs = NotTogether.objects.of(one_off.participant_id).values_list("first", "second")
    others = {pk for pair in pairs for pk in pair} - {one_off.participant_id}
    return bool(others & people_planned(one_off.away_from, others))


def people_planned(session: Session, among: Collection[int]) -> set[int]:
    """Which of `among` stand in this register, or are placed here then; a pause or an absence changes nothing."""
    rows = Attendance.objects.listed().filter(session=session, participant__in=among).order_by()
    placed = Placement.objects.on(session.date).filter(
        workshop=session.workshop_id,
        weekday=session.date.isoweekday(),
        day_part=session.day_part,
        weeks__in=Weeks.holding_on(session.date),
        participant__in=among,
    )
    return {*rows.values_list("participant", flat=True), *placed.values_list("participant", flat=True)}


def _sessions(one_off: OneOff) -> list[Session]:
    return [session for session in (one_off.away_from, one_off.comes_to) if session]
