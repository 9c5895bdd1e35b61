"""What stands on a certificate, and how large, so that it always fits on one page."""

from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import ceil

from participants.models import Participant
from workshops.models import LadderStep
from workshops.services.skills import WorkshopSkills

# What fits: more lines are left out, and the page says how many. In the smallest letters a line has so many signs.
_MOST_LINES = 30
_LINE = 52
# More names do not fit on the line under the date; whoever granted the step comes first.
_MOST_GRANTERS = 3
# Up to how many signs a text has letters of which size; every line costs room as well, however short it is.
_NAME_SIZES = ((22, "large"), (34, "medium"), (80, "small"))
_WORKSHOP_SIZES = ((40, "large"),)
_LIST_SIZES = ((250, "large"), (440, "medium"))
_SHORTEST_LINE = 26


@dataclass(frozen=True)
class Certificate:
    """What one person reached in one workshop, up to `date`, the day on which the last of it was granted."""

    name: str
    workshop: str
    step: LadderStep | None
    abilities: list[str]
    permissions: list[str]
    left_out: int
    granted_by: list[str]
    date: date

    @property
    def name_size(self) -> str:
        return _size(len(self.name), _NAME_SIZES)

    @property
    def workshop_size(self) -> str:
        return _size(len(self.workshop), _WORKSHOP_SIZES)

    @property
    def list_size(self) -> str:
        """The lists get what the name and the workshop leave them."""
        signs = sum(max(len(line), _SHORTEST_LINE) for line in self.abilities + self.permissions)
        above = max(0, len(self.name) - 40) + max(0, len(self.workshop) - 40)
        return _size(signs + 2 * above, _LIST_SIZES)


def certificate_of(participant: Participant, skills: WorkshopSkills) -> Certificate:
    """The certificate for `skills`, which has something on it. The same skills give the same certificate on any day."""
    grants = skills.permissions + skills.abilities
    lines = accumulate(ceil(len(row.ability.name) / _LINE) for row in grants)
    shown = [row for row, total in zip(grants, lines, strict=True) if total <= _MOST_LINES]
    granted = [*([skills.last_step] if skills.steps else []), *grants]
    return Certificate(
        name=participant.full_name,
        workshop=skills.workshop.name,
        step=skills.last_step,
        abilities=[row.ability.name for row in shown if not row.ability.is_machine_permission],
        permissions=[row.ability.name for row in shown if row.ability.is_machine_permission],
        left_out=len(grants) - len(shown),
        granted_by=list(dict.fromkeys(row.granted_by.name for row in granted))[:_MOST_GRANTERS],
        date=max(row.granted_on for row in granted),
    )


def _size(length: int, sizes: tuple[tuple[int, str], ...]) -> str:
    return next((name for most, name in sizes if length <= most), "tiny")
