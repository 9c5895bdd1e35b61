"""Two rows of one person in one register become one: being seen counts most, and nothing that stood there is lost."""

from dataclasses import replace

from django.utils import timezone

from workshops.models import Attendance, AttendanceChange, Call, CorrectionRequest, Value, WalkIn
from workshops.services.merging_rows import Trace

Status = Attendance.Status
# Of two recorded values of one session this one stands: somebody was seen, somebody called, nobody heard anything.
_STRENGTH = {Status.OPEN: 0, Status.NO_SHOW: 1, Status.EXCUSED: 2, Status.PRESENT: 3}
_DETAILS = ("reason", "arrived_at", "left_at", "job")
_WALK_IN_FACTS = ("is_over_capacity", "is_without_indication", "is_not_together")
# What else points at a row and goes along to the one that stays, beside its changes and its walk-in.
_FOLLOWERS = ((Call, "about"), (CorrectionRequest, "attendance"))


def differ(mine: Attendance, other: Attendance) -> bool:
    """Whether both rows were recorded, and not the same."""
    return _is_recorded(mine) and _is_recorded(other) and mine.value != other.value


def join_rows(mine: Attendance, other: Attendance, trace: Trace) -> None:
    """Let `other` become part of `mine`, with everything that points at it; what is replaced becomes a change.

    The version is higher than either row had: a mark that was made for one of them is then asked about.
    """
    winner, loser = (other, mine) if _is_stronger(other, mine) else (mine, other)
    joined, version = joined_value(winner, loser), max(mine.version, other.version) + 1
    replaced = [row.value for row in (loser, winner) if row.value != joined] if differ(mine, other) else []
    changes = [_change(mine, old, joined, version, trace) for old in replaced]
    AttendanceChange.objects.filter(attendance=other).update(attendance=mine)
    for model, field in _FOLLOWERS:
        rows = model.objects.filter(**{field: other})
        trace.note_moved(model._meta.label, rows.values_list("pk", flat=True))
        rows.update(**{field: mine})
    mine.planned = mine.planned or other.planned
    _join_walk_ins(mine, other, trace)
    absence = winner.absence_id if loser.status != winner.status or loser.absence_id else None
    recorded = winner.recorded_by_id, winner.recorded_at
    trace.dissolve(other)
    mine.status, mine.reason_id, mine.job_id = joined.status, joined.reason, joined.job
    mine.arrived_at, mine.left_at = joined.arrived_at, joined.left_at
    mine.absence_id, mine.version = absence, version
    mine.recorded_by_id, mine.recorded_at = recorded
    mine.save()
    AttendanceChange.objects.bulk_create(changes)


def joined_value(winner: Attendance, loser: Attendance) -> Value:
    """The value of `winner`, with the details that only `loser` has when both say the same of that person."""
    value, other = winner.value, loser.value
    if value.status != other.status:
        return value
    missing = {name: getattr(other, name) for name in _DETAILS if getattr(value, name) is None}
    joined = replace(value, **missing)
    if joined.arrived_at and joined.left_at and joined.left_at <= joined.arrived_at:
        return replace(joined, arrived_at=value.arrived_at, left_at=value.left_at)
    return joined


def _join_walk_ins(mine: Attendance, other: Attendance, trace: Trace) -> None:
    """Of two one stays, to be settled when one of them still is; who was planned after all did not walk in."""
    found = list(WalkIn.objects.filter(attendance__in=[mine, other]).order_by("pk"))
    found.sort(key=lambda walk_in: walk_in.settled_at is not None)
    facts = {name: any(getattr(each, name) for each in found) for name in _WALK_IN_FACTS}
    staying = [] if mine.planned else found[:1]
    for walk_in in found[len(staying) :]:
        trace.dissolve(walk_in)
    for walk_in in staying:
        if walk_in.attendance_id == other.pk:
            trace.note_moved(walk_in._meta.label, [walk_in.pk])
        WalkIn.objects.filter(pk=walk_in.pk).update(attendance=mine, **facts)


def _is_recorded(row: Attendance) -> bool:
    return row.status != Status.OPEN


def _is_stronger(row: Attendance, than: Attendance) -> bool:
    if row.status == than.status:
        return than.reason_id is None and row.reason_id is not None
    return _STRENGTH[row.status] > _STRENGTH[than.status]


def _change(row: Attendance, old: Value, new: Value, version: int, trace: Trace) -> AttendanceChange:
    change = AttendanceChange(attendance=row, at=timezone.now(), by=trace.by, version=version)
    for name, before, after in (("status", old.status, new.status), *_details(old, new)):
        setattr(change, f"old_{name}", before)
        setattr(change, f"new_{name}", after)
    return change


def _details(old: Value, new: Value) -> list[tuple]:
    fields = {"reason": "reason_id", "arrived_at": "arrived_at", "left_at": "left_at", "job": "job_id"}
    return [(field, getattr(old, name), getattr(new, name)) for name, field in fields.items()]
