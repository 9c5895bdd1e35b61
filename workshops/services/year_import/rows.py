"""The rows of a year as they are once cleaned: plain values, so that they can wait as JSON."""

from dataclasses import dataclass, field, fields
from datetime import date

from workshops.services.year_import.report import Remark


@dataclass(frozen=True)
class WorkshopRow:
    """`places` holds (weekday, day part, places) of every day part on which it is open."""

    line: int
    name: str
    discipline: str
    location: str
    host: str
    places: list


@dataclass(frozen=True)
class ClosureRow:
    line: int
    start: date
    end: date
    reason: str


@dataclass(frozen=True)
class CancellationRow:
    line: int
    date: date
    day_part: str
    workshop: str
    reason: str


@dataclass(frozen=True)
class PersonRow:
    """One person with one trajectory; without an indication `volume` is `None`."""

    line: int
    number: int
    nickname: str
    prefix: str
    surname: str
    birth_date: date
    gender: str
    postcode: str
    district: str
    phone: str
    target_group: str
    start: date
    end: date | None
    destination: str
    practitioner: str
    allocation_number: int | None
    granted_from: date | None
    granted_until: date | None
    volume: int | None


@dataclass(frozen=True)
class PlacementRow:
    line: int
    number: int
    workshop: str
    weekday: int
    day_part: str
    start: date
    end: date | None
    is_volunteer: bool


@dataclass(frozen=True)
class AttendanceRow:
    line: int
    date: date
    day_part: str
    workshop: str
    number: int
    status: str
    reason: str


ROW_TYPES = {
    "workshops": WorkshopRow,
    "closures": ClosureRow,
    "cancellations": CancellationRow,
    "people": PersonRow,
    "placements": PlacementRow,
    "attendances": AttendanceRow,
}


@dataclass
class YearRows:
    """The good rows of six files, and what was refused in them.

    `names` are the files' names by kind of row, `read` how many rows each had. `refused_slots` are the (number,
    workshop, weekday, day part) of refused placements: attendance that belongs to one is refused as well.
    """

    year: int
    names: dict[str, str]
    read: dict[str, int] = field(default_factory=dict)
    workshops: list[WorkshopRow] = field(default_factory=list)
    closures: list[ClosureRow] = field(default_factory=list)
    cancellations: list[CancellationRow] = field(default_factory=list)
    people: list[PersonRow] = field(default_factory=list)
    placements: list[PlacementRow] = field(default_factory=list)
    attendances: list[AttendanceRow] = field(default_factory=list)
    refused_slots: set[tuple] = field(default_factory=set)
    refusals: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)

    def as_json(self) -> dict:
        """Plain values, dates as text; rows as lists, since there may be tens of thousands."""
        return {
            "year": self.year,
            "names": self.names,
            "read": self.read,
            **{kind: [_pack(row) for row in getattr(self, kind)] for kind in ROW_TYPES},
            "refused_slots": [list(slot) for slot in self.refused_slots],
            "refusals": [_pack(remark) for remark in self.refusals],
            "notes": [_pack(remark) for remark in self.notes],
        }

    @classmethod
    def from_json(cls, values: dict) -> "YearRows":
        return cls(
            year=values["year"],
            names=values["names"],
            read=values["read"],
            **{kind: [_unpack(row_type, row) for row in values[kind]] for kind, row_type in ROW_TYPES.items()},
            refused_slots={tuple(slot) for slot in values["refused_slots"]},
            refusals=[Remark(*remark) for remark in values["refusals"]],
            notes=[Remark(*remark) for remark in values["notes"]],
        )


def _pack(row) -> list:
    values = (getattr(row, column.name) for column in fields(row))
    return [value.isoformat() if isinstance(value, date) else value for value in values]


def _unpack(row_type: type, values: list):
    is_day = [column.type in (date, date | None) for column in fields(row_type)]
    return row_type(
        *(date.fromisoformat(value) if day and value else value for day, value in zip(is_day, values, strict=True))
    )
