"""Taking a list on paper over: many rows at once, each as if it were tapped, and nothing of a colleague overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from workshops.services.attendance import Collision, Mark, change_attendance


@dataclass
class TakenOver:
    """What became of each row, by its number: how many were saved, and why the others were not."""

    saved: int = 0
    refused: dict[int, ValidationError] = field(default_factory=dict)


def take_over(marks: Mapping[int, Mark], *, by: User) -> TakenOver:
    """Set each row to its mark; those that cannot be are left as they are and come back with the reason.

    Every row is a transaction of its own, in the order of their numbers: a row that is refused keeps no other back, and
    two lists that are taken over at once do not wait for each other in a circle.
    """
    result = TakenOver()
    for row, mark in sorted(marks.items()):
        try:
            change_attendance(row, mark, by=by)
        except ValidationError as error:  # also `Collision`: a colleague was first
            result.refused[row] = error
        else:
            result.saved += 1
    return result


def was_meanwhile(error: ValidationError) -> str:
    """What a colleague made of a row, for who typed something else; empty when it was refused for another reason."""
    if not isinstance(error, Collision):
        return ""
    who = f" door {error.last.by}" if error.last and error.last.by else ""
    when = f"Om {timezone.localtime(error.last.at):%H:%M}" if error.last else "Intussen"
    return f"{when} op {error.row.get_status_display()} gezet{who}."
