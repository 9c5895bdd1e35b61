"""What a coach should know of the people in one register, beside whether they came."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q, prefetch_related_objects

from participants.models import EXPIRES_SOON, EndReason, Indication, Trajectory
from pluspunt.templatetags.words import time_span
from workshops.models import Ability, AbilityGrant, Attendance, Session

Status = Attendance.Status
Scheme = Indication.Scheme
# From so many days on it is said that somebody was not seen.
LONG_UNSEEN = 14
# More machines than this are counted, not named.
MACHINES_NAMED = 2
# What is paid in one of these ways needs no decision about one person.
WITHOUT_DECISION = {Scheme.WMO_GENERAL, Scheme.SUBSIDY, Scheme.VOLUNTEER, Scheme.NONE}
# "veilig werken met de lintzaag" is said as "lintzaag": that it is about working safely stands before it.
_SAID_ALREADY = re.compile(r"^(veilig )?werken (met|aan) (de |het |een )?", re.IGNORECASE)


@dataclass(frozen=True)
class RowFacts:
    """The facts of one row, each empty when there is nothing to say.

    `missing_machines` are those of this workshop that the person may not use yet; `has_no_machine` says that these are
    all there are, and more than one. `indication` is how it stands in words, never what was granted. `planned_at` and
    `present_at` name another workshop on this day part. `days_unseen` counts the days since somebody was last seen
    anywhere in the house, from `LONG_UNSEEN` on and only when they were expected meanwhile.
    """

    may_be_photographed: bool
    missing_machines: tuple[str, ...] = ()
    has_no_machine: bool = False
    indication: str = ""
    planned_at: str = ""
    present_at: str = ""
    days_unseen: int | None = None
    is_first_time: bool = False

    @property
    def named_machines(self) -> tuple[str, ...]:
        return self.missing_machines[:MACHINES_NAMED]

    @property
    def more_machines(self) -> int:
        return len(self.missing_machines[MACHINES_NAMED:])


def row_facts(session: Session, rows: Iterable[Attendance], today: date) -> dict[int, RowFacts]:
    """Row → its facts; six queries, whatever the number of rows.

    `session` comes with its workshop, `rows` with their people and trajectories. A skilled volunteer needs neither an
    indication nor a permission for a machine.
    """
    rows = list(rows)
    prefetch_related_objects(rows, "trajectory", "participant__consents")
    people = [row.participant_id for row in rows]
    machines = _machines_of(session)
    granted = _granted(machines, people)
    indications = _indications_of(people)
    elsewhere = _elsewhere(session, people)
    last_seen = _last_seen(session, people, today)
    facts = {}
    for row in rows:
        person, path = row.participant_id, row.trajectory
        there = elsewhere[person]
        facts[row.pk] = RowFacts(
            may_be_photographed=row.participant.has_photo_consent,
            **_machine_facts(machines, granted[person], path),
            indication=_indication_in_words(indications[person], path, today),
            planned_at=next((name for name, status in there if status != Status.PRESENT), ""),
            present_at=next((name for name, status in there if status == Status.PRESENT), ""),
            **_seen_facts(session, last_seen.get(person, {}), path, today),
        )
    return facts


# --- Machines ---------------------------------------------------------------------------------------------------


def _machines_of(session: Session) -> dict[int, str]:
    """Machine → its short name, of those in use in the workshop for which one needs a permission."""
    machines = Ability.objects.filter(workshop=session.workshop_id, is_active=True, is_machine_permission=True)
    return {pk: _SAID_ALREADY.sub("", name) for pk, name in machines.order_by("name").values_list("pk", "name")}


def _granted(machines: Collection[int], people: list[int]) -> dict[int, set[int]]:
    """Person → the machines that they may use."""
    granted = defaultdict(set)
    running = AbilityGrant.objects.filter(participant__in=people, ability__in=machines, withdrawn_on__isnull=True)
    for person, machine in running.order_by().values_list("participant", "ability"):
        granted[person].add(machine)
    return granted


def _machine_facts(machines: dict[int, str], granted: set[int], path: Trajectory) -> dict:
    if path.is_volunteer:
        return {}
    missing = tuple(name for pk, name in machines.items() if pk not in granted)
    return {"missing_machines": missing, "has_no_machine": len(missing) == len(machines) > 1}


# --- Indication -------------------------------------------------------------------------------------------------


def _indications_of(people: list[int]) -> dict[int, list[Indication]]:
    """Person → the indications that are about coming here, the first one first."""
    found = defaultdict(list)
    for indication in (
        Indication.objects.filter(participant__in=people)
        .exclude(product_category=Indication.Category.TRANSPORT)
        .only("participant", "scheme", "start_date", "end_date", "end_reason")
        .order_by("start_date", "pk")
    ):
        found[indication.participant_id].append(indication)
    return found


def _indication_in_words(indications: list[Indication], path: Trajectory, today: date) -> str:
    """ "indicatie: nog 5 weken", "indicatie verlopen", "geen indicatie", or nothing while all is well.

    Nobody asks for an indication that was never there, except in day care (as placing somebody does).
    """
    begun = [each for each in indications if each.start_date <= today]
    if path.is_volunteer or (begun and begun[-1].scheme in WITHOUT_DECISION):
        return ""
    if running := [each for each in begun if each.runs_on(today)]:
        return _runs_out_in_words(max(each.end_date or date.max for each in running), indications, today)
    if any(each.end_reason in ("", EndReason.CHANGE_REQUEST) for each in begun):
        return "indicatie verlopen"
    is_needed = begun or path.target_group == Trajectory.TargetGroup.SOCIAL_DAY_CARE
    return "geen indicatie" if is_needed else ""


def _runs_out_in_words(last_day: date, indications: list[Indication], today: date) -> str:
    has_successor = any((each.end_date or date.max) > last_day for each in indications)
    if last_day > today + EXPIRES_SOON or has_successor:
        return ""
    left = (last_day - today).days
    soon = {0: "indicatie loopt vandaag af", 1: "indicatie loopt morgen af"}
    return soon.get(left) or f"indicatie: nog {time_span(left)}"


# --- Elsewhere, and last seen -----------------------------------------------------------------------------------


def _elsewhere(session: Session, people: list[int]) -> dict[int, list[tuple[str, str]]]:
    """Person → (workshop, status) of where else they stand in the register on this day part."""
    found = defaultdict(list)
    others = Attendance.objects.listed().filter(
        participant__in=people, date=session.date, day_part=session.day_part, session__state=Session.State.PLANNED
    )
    others = others.exclude(session=session).order_by("workshop__name")
    for person, name, status in others.values_list("participant", "workshop__name", "status"):
        found[person].append((name, status))
    return found


def _last_seen(session: Session, people: list[int], today: date) -> dict[int, dict]:
    """Person → the last days before this session on which they were seen, were expected in vain, or nobody knows.

    A row that nobody recorded says nothing (invariant 4): they may have been there.
    """
    before, same_day = Q(date__lt=session.date), Q(date=session.date) & ~Q(day_part=session.day_part)
    expected = before & Q(planned=True, session__state=Session.State.PLANNED)
    seen = Q(status=Status.PRESENT) & (before | same_day)
    here = Q(workshop=session.workshop_id)
    rows = Attendance.objects.filter(participant__in=people, date__lte=min(session.date, today)).order_by()
    found = rows.values("participant").annotate(
        seen=Max("date", filter=seen),
        unknown=Max("date", filter=expected & Q(status=Status.OPEN)),
        stayed_away=Max("date", filter=expected & Q(status__in=[Status.EXCUSED, Status.NO_SHOW])),
        seen_here=Max("date", filter=seen & here),
        unknown_here=Max("date", filter=expected & Q(status=Status.OPEN) & here),
    )
    return {each["participant"]: each for each in found}


def _seen_facts(session: Session, last: dict, path: Trajectory, today: date) -> dict:
    if not (last.get("seen_here") or last.get("unknown_here")):
        # Of the time before the register began nothing is known.
        began = session.workshop.registered_from
        if session.date <= today and began is not None and began <= path.start_date:
            return {"is_first_time": True}
    if last.get("seen") is None or last["stayed_away"] is None:
        return {}
    perhaps_seen = max(last["seen"], last["unknown"] or last["seen"])
    days = (min(session.date, today) - perhaps_seen) / timedelta(days=1)
    return {"days_unseen": int(days)} if days >= LONG_UNSEEN and last["stayed_away"] > perhaps_seen else {}
