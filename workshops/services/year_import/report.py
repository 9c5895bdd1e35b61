"""What came of an import, for the page and the command alike."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

# Passes rows on while it shows, under a label, how far they are.
Progress = Callable[[Iterable, str], Iterable]


@dataclass(frozen=True)
class Remark:
    """Something about one row: where it stands and what is the matter. Never the content of a cell."""

    file: str
    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class Similar:
    """A row about somebody who may be there already: the known person by `key`, or the row on `other_line`."""

    file: str
    line: int
    number: int
    key: str = ""
    other_line: int | None = None


@dataclass(frozen=True)
class FileReport:
    """Counts of the rows of one file: `read` = `new` + `same` + `differing` + `refused`."""

    name: str
    read: int
    new: int
    same: int
    differing: int
    refused: int


@dataclass(frozen=True)
class ImportReport:
    """The counts per file, who may be there already, every refused row, every row that differs, what was left out."""

    year: int
    files: tuple[FileReport, ...]
    refusals: tuple[Remark, ...] = ()
    differences: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    similar: tuple[Similar, ...] = ()

    @property
    def total(self) -> FileReport:
        counts = ("read", "new", "same", "differing", "refused")
        return FileReport("Samen", **{name: sum(getattr(file, name) for file in self.files) for name in counts})

    @property
    def has_news(self) -> bool:
        return self.total.new > 0

    def as_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict) -> "ImportReport":
        remarks = {name: tuple(Remark(**row) for row in values[name]) for name in ("refusals", "differences", "notes")}
        similar = tuple(Similar(**row) for row in values.get("similar", []))
        files = tuple(FileReport(**row) for row in values["files"])
        return cls(year=values["year"], files=files, similar=similar, **remarks)
