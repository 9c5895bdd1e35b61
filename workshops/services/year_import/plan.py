"""What an import would do: unsaved instances in the order in which they can be saved, and a verdict on every row."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from participants.models import Indication, Participant, Practitioner, Trajectory
from partners.models import Organisation
from workshops.models import AbsenceReason, Closure, Location, Opening, Placement, Workshop
from workshops.services.year_import.report import FileReport, ImportReport, Remark, Similar
from workshops.services.year_import.rows import ROW_TYPES, AttendanceRow, CancellationRow, YearRows

NEW, SAME, DIFFERING, REFUSED = "new", "same", "differing", "refused"


class RowRefused(Exception):
    """A row cannot be taken in: the column and a Dutch sentence."""

    def __init__(self, column: str, reason: str):
        self.column, self.reason = column, reason
        super().__init__(reason)


class RowDiffers(Exception):
    """A row differs from what is in the database, in these columns."""

    def __init__(self, *columns: str):
        self.columns = columns
        super().__init__()


def refuse_differing(columns: list[str]) -> None:
    """Raises `RowDiffers` when there are any."""
    if columns:
        raise RowDiffers(*columns)


@dataclass(frozen=True)
class PlannedMark:
    """What is recorded of one person in one session."""

    row: AttendanceRow
    trajectory: Trajectory
    is_planned: bool
    reason: AbsenceReason | None


@dataclass
class YearPlan:
    """Unsaved instances, in the order in which they can be saved, and the report about every row."""

    rows: YearRows
    organisations: dict[str, Organisation] = field(default_factory=dict)
    locations: dict[str, Location] = field(default_factory=dict)
    workshops: list[Workshop] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    registers: list[Workshop] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    people: list[Participant] = field(default_factory=list)
    trajectories: list[Trajectory] = field(default_factory=list)
    indications: list[Indication] = field(default_factory=list)
    practitioners: list[Practitioner] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)
    cancellations: list[tuple[Workshop, CancellationRow]] = field(default_factory=list)
    marks: list[PlannedMark] = field(default_factory=list)
    touched: dict[int, Participant] = field(default_factory=dict)
    counts: dict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))
    refusals: list[Remark] = field(default_factory=list)
    differences: list[Remark] = field(default_factory=list)
    similar: list[Similar] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether everything was there already."""
        return not any(counts[NEW] for counts in self.counts.values())

    def report(self) -> ImportReport:
        refusals = sorted([*self.rows.refusals, *self.refusals], key=self._place)
        return ImportReport(
            year=self.rows.year,
            files=tuple(self._file_report(kind) for kind in ROW_TYPES),
            refusals=tuple(refusals),
            differences=tuple(self.differences),
            notes=tuple(self.rows.notes),
            similar=tuple(self.similar),
        )

    def _place(self, remark: Remark) -> tuple[int, int]:
        return list(self.rows.names.values()).index(remark.file), remark.line

    def _file_report(self, kind: str) -> FileReport:
        name, counts = self.rows.names[kind], self.counts[kind]
        refused = counts[REFUSED] + sum(remark.file == name for remark in self.rows.refusals)
        return FileReport(name, self.rows.read[kind], counts[NEW], counts[SAME], counts[DIFFERING], refused)
