"""Merging the paths of two records: trajectories, pauses, placements and attendance, in which a day is once a day."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from itertools import combinations, groupby

from django.utils import timezone

from participants.models import Participant, Trajectory
from pluspunt.periods import PeriodModel
from pluspunt.templatetags.words import day as in_words
from workshops.models import Attendance, ClosedMonth, DayPart, OneOff, Placement, Session
from workshops.services.merging_attendance import differ, join_rows
from workshops.services.merging_rows import Trace

Status = Attendance.Status
_DAYS_NAMED = 5


class MergingPaths:
    """How the paths of two records come together: which rows become one, and what is in the way of that."""

    def __init__(self, kept: Participant, merged: Participant, *, lock: bool = False):
        both = [kept.pk, merged.pk]
        self.kept, self.merged = kept, merged
        paths = Trajectory.objects.filter(participant__in=both).order_by("start_date", "pk")
        self.groups = _groups(paths, kept, lambda path: path.target_group)
        # Each trajectory → the one that it becomes part of.
        self.becomes = {path.pk: group[0] for group in self.groups for path in group}
        placements = Placement.objects.filter(participant__in=both).select_related("workshop")
        self.places = _groups(placements.order_by("start_date", "pk"), kept, self._place)
        self.rows = _attendance(both, lock)
        theirs = {row.session_id: row for row in self.rows if row.participant_id == merged.pk}
        ours = {row.session_id: row for row in self.rows if row.participant_id == kept.pk}
        self.twice = [(ours[session], theirs[session]) for session in ours.keys() & theirs.keys()]

    @property
    def obstacles(self) -> list[tuple[str, str]]:
        """What must be mended first, and on which page about a person."""
        paths = [sentence for group in self.groups for sentence in self._trajectory_obstacles(group)]
        return [
            *((sentence, "participant_path") for sentence in (*paths, *self._move_obstacles())),
            *(
                (sentence, "participant_detail")
                for sentence in (
                    *self._placement_obstacles(),
                    *self._presence_obstacles(),
                    *self._frozen_obstacles(),
                )
            ),
        ]

    @property
    def changes(self) -> list[str]:
        """What becomes of the rows that both have, in sentences."""
        joined = [
            f"Twee trajecten {group[0].get_target_group_display()} worden één traject, vanaf"
            f" {in_words(min(path.start_date for path in group))}."
            for group in self.groups
            if len(group) > 1
        ]
        differing = [mine for mine, other in self.twice if differ(mine, other)]
        if differing:
            joined.append(
                f"Op {_named(differing)} staat er twee keer iets anders in hetzelfde register. Aanwezig gaat voor"
                " afgemeld, en afgemeld voor niet afgemeld. Het andere blijft bewaard als wijziging."
            )
        if frozen := [mine for mine, _ in self._twice_frozen()]:
            joined.append(
                f"In een gesloten maand staat deze persoon dubbel, op {_named(frozen)}. Daar blijft één regel over. De"
                " cijfers van die maand tellen deze persoon dan één keer."
            )
        return joined

    def apply(self, trace: Trace) -> date:
        """Move and join everything; return from which day on the registers must be brought in line."""
        self._join_attendance(trace)
        self._join_placements(trace)
        since = self._join_pauses(trace)
        self._join_trajectories(trace)
        return since

    # --- What is in the way -------------------------------------------------------------------------------------

    def _trajectory_obstacles(self, group: list[Trajectory]) -> Iterable[str]:
        kind = group[0].get_target_group_display()
        last = _last_day(group)
        if last is not None:
            ends = {(path.destination, path.end_reason) for path in group if path.end_date == last}
            if len(ends) > 1:
                yield f"Twee trajecten {kind} stoppen op {in_words(last)}, maar anders. Maak de reden eerst gelijk."
        if len({self._origin(path) for path in group if path.moved_from_id}) > 1:
            yield f"Twee trajecten {kind} komen uit een ander traject. Verbeter eerst één van de twee."

    def _move_obstacles(self) -> Iterable[str]:
        """Moving on within the house must still be one after the other, and from one trajectory to one other."""
        origins = defaultdict(set)
        for group in self.groups:
            for path in group:
                if path.moved_from_id:
                    origins[self._origin(path)].add(group[0].pk)
        by_pk = {group[0].pk: group for group in self.groups}
        for origin, following in origins.items():
            last = _last_day(by_pk[origin])
            starts = [min(path.start_date for path in by_pk[pk]) for pk in following]
            if len(following) > 1 or last is None or any(start <= last for start in starts):
                yield "Een traject waaruit iemand doorstroomde, loopt dan door. Verbeter eerst de trajecten."

    def _origin(self, path: Trajectory) -> int:
        return self.becomes[path.moved_from_id].pk

    def _place(self, placement: Placement) -> tuple:
        """What placements of which the days overlap must have in common to become one."""
        path = self.becomes[placement.trajectory_id]
        return placement.weekday, placement.day_part, placement.workshop_id, path.pk, placement.weeks

    def _placement_obstacles(self) -> Iterable[str]:
        """Two places at one time; who comes to them in turns, every other week, is nowhere twice."""
        double: dict[str, set[str]] = defaultdict(set)
        for group, other in combinations(self.places, 2):
            one, two = group[0], other[0]
            is_one_slot = (one.weekday, one.day_part) == (two.weekday, two.day_part)
            if is_one_slot and one.weeks & two.weeks and len(_overlapping(_by_start([*group, *other]))) == 1:
                slot = f"{one.get_weekday_display()} {one.get_day_part_display()}"
                double[slot] |= {one.workshop.name, two.workshop.name}
        for slot, names in double.items():
            yield (
                f"Op {slot} is deze persoon dubbel geplaatst ({' en '.join(sorted(names))})."
                " Stop of wijzig eerst één van de twee."
            )

    def _presence_obstacles(self) -> Iterable[str]:
        seen = defaultdict(dict)
        for row in self.rows:
            if row.status == Status.PRESENT:
                seen[row.date, row.day_part][row.session_id] = row
        double = [next(iter(rows.values())) for rows in seen.values() if len(rows) > 1]
        if double:
            yield f"Op {_named(double)} staat deze persoon op twee plekken als aanwezig. Verbeter eerst één register."

    def _frozen_obstacles(self) -> Iterable[str]:
        """What was recorded in a closed month changes only by a correction (invariant 6)."""
        if differing := [mine for mine, other in self._twice_frozen() if differ(mine, other)]:
            yield (
                f"Op {_named(differing)} staat er twee keer iets anders in hetzelfde register, in een gesloten maand."
                " Vraag eerst een correctie, zodat er hetzelfde staat."
            )

    def _twice_frozen(self) -> list[tuple[Attendance, Attendance]]:
        """The rows of both in one register of a closed month that took place; asked after locking the rows."""
        frozen_until = ClosedMonth.objects.last_day() or date.min
        return [
            (mine, other)
            for mine, other in self.twice
            if mine.date <= frozen_until and mine.session.state == Session.State.PLANNED
        ]

    # --- Joining ------------------------------------------------------------------------------------------------

    def _join_attendance(self, trace: Trace) -> None:
        for mine, other in self.twice:
            join_rows(mine, other, trace)
        for path, becomes in self.becomes.items():
            rows = Attendance.objects.filter(trajectory=path)
            theirs = rows.filter(participant=self.merged)
            trace.note_moved("workshops.Attendance", theirs.values_list("pk", flat=True))
            rows.update(participant=self.kept, trajectory=becomes)
            OneOff.objects.filter(trajectory=path).update(trajectory=becomes)

    def _join_placements(self, trace: Trace) -> None:
        for group in self.places:
            keeper, end = group[0], _last_day(group)
            # How it ends, and whether a trial still asks for a decision, is what those that go on longest say.
            last = [placement for placement in group if placement.end_date == end]
            values = {
                "participant_id": self.kept.pk,
                "trajectory_id": self.becomes[keeper.trajectory_id].pk,
                "start_date": min(placement.start_date for placement in group),
                "end_date": end,
                "end_reason": next((each.end_reason for each in last if each.end_reason), ""),
                "trial_until": max((each.trial_until for each in last if each.trial_until), default=None),
            }
            for other in group[1:]:
                for entry in other.waiting_entries.all():
                    trace.change(entry, placement_id=keeper.pk)
                trace.dissolve(other)
            trace.change(keeper, **values)

    def _join_pauses(self, trace: Trace) -> date:
        since = timezone.localdate()
        for group in self.groups:
            pauses = _by_start(pause for path in group for pause in path.pauses.all())
            for joined in _overlapping(pauses):
                keeper, others = joined[0], joined[1:]
                for other in others:
                    trace.dissolve(other)
                reasons = list(dict.fromkeys(pause.reason for pause in joined if pause.reason))
                expected = [pause.expected_until for pause in joined if pause.end_date == _last_day(joined)]
                trace.change(
                    keeper,
                    trajectory_id=group[0].pk,
                    start_date=keeper.start_date,
                    end_date=_last_day(joined),
                    expected_until=max(filter(None, expected), default=None),
                    reason="; ".join(reasons)[:120],
                )
            if len(group) > 1 and pauses:
                since = min(since, pauses[0].start_date)
        return since

    def _join_trajectories(self, trace: Trace) -> None:
        for group in self.groups:
            origin = next((self._origin(path) for path in group if path.moved_from_id), None)
            ends_last = next((path for path in group if path.end_date == _last_day(group)), group[0])
            keeper = group[0]
            values = {
                "participant_id": self.kept.pk,
                "start_date": min(path.start_date for path in group),
                "end_date": _last_day(group),
                "destination": ends_last.destination,
                "end_reason": ends_last.end_reason,
                "trial_until": max((path.trial_until for path in group if path.trial_until), default=None),
                "moved_from_id": origin,
                **{name: any(getattr(path, name) for path in group) for name in _STRANDS},
            }
            for other in group[1:]:
                for row in (*other.applications.all(), *other.measurements.all()):
                    trace.change(row, trajectory_id=keeper.pk)
                for following in Trajectory.objects.filter(moved_from=other):
                    trace.change(following, moved_from_id=keeper.pk)
                trace.dissolve(other)
            trace.change(keeper, **values)


_STRANDS = ("strand_social", "strand_educational", "strand_work")


def _groups(rows: Iterable[PeriodModel], kept: Participant, key: Callable) -> list[list]:
    """`rows` with the same key that overlap, together; first in each group the one that the others become part of."""
    rows = sorted(rows, key=lambda row: str(key(row)))
    found = []
    for _, same in groupby(rows, key=key):
        for group in _overlapping(_by_start(same)):
            found.append(sorted(group, key=lambda row: row.participant_id != kept.pk))
    return found


def _by_start(rows: Iterable[PeriodModel]) -> list[PeriodModel]:
    return sorted(rows, key=lambda row: (row.start_date, row.pk))


def _overlapping(rows: list[PeriodModel]) -> list[list]:
    """`rows`, sorted by their first day, in groups that hang together by days that they share."""
    groups = []
    for row in rows:
        last = _last_day(groups[-1]) if groups else date.min
        if last is None or row.start_date <= last:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _last_day(group: list[PeriodModel]) -> date | None:
    ends = [row.end_date for row in group]
    return None if None in ends else max(ends)


def _attendance(both: list[int], lock: bool) -> list[Attendance]:
    rows = Attendance.objects.filter(participant__in=both).select_related("session").order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True) if lock else rows)


def _named(rows: list[Attendance]) -> str:
    """ "ma 2 mrt ochtend, di 3 mrt middag en nog 4 dagdelen"."""
    rows = sorted(rows, key=lambda row: (row.date, DayPart(row.day_part).order))
    named = ", ".join(f"{in_words(row.date)} {row.get_day_part_display()}" for row in rows[:_DAYS_NAMED])
    more = len(rows) - _DAYS_NAMED
    return f"{named} en nog {more} dagdelen" if more > 0 else named
