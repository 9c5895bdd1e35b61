"""People in the files who may be there already, under another number: shown first, before anything is taken in."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from participants.models import Participant
from pluspunt.text import are_similar_names
from workshops.services.year_import.report import Similar
from workshops.services.year_import.rows import PersonRow, YearRows


def find_similar(rows: YearRows, new: Collection[int]) -> list[Similar]:
    """Of the people with the numbers `new`: each known person, and each row before it, who may be the same person.

    That is: the same birth date and a similar name. One query, however many rows.
    """
    added = [row for row in rows.people if row.number in new]
    known = _by_birth_date({row.birth_date for row in added})
    before: dict[date, list[PersonRow]] = defaultdict(list)
    found = []
    for row in added:
        own = f"{row.nickname} {row.surname}"
        for key, nickname, surname in known[row.birth_date]:
            if are_similar_names(own, f"{nickname} {surname}"):
                found.append(Similar(rows.names["people"], row.line, row.number, key=key))
        for other in before[row.birth_date]:
            if are_similar_names(own, f"{other.nickname} {other.surname}"):
                found.append(Similar(rows.names["people"], row.line, row.number, other_line=other.line))
        before[row.birth_date].append(row)
    return found


def _by_birth_date(days: set[date]) -> dict[date, list[tuple[str, str, str]]]:
    """Birth date → (key, nickname, surname) of the people who were born then."""
    found = defaultdict(list)
    people = Participant.objects.order_by("sort_name", "pk").values_list("birth_date", "key", "nickname", "surname")
    for day, *person in people.iterator() if days else ():
        if day in days:
            found[day].append(tuple(person))
    return found
