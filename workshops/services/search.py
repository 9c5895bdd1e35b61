"""What somebody may find by its name: people, partners and workshops."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from partners.models import Collaboration, ContactPerson, Organisation
from pluspunt.text import fold
from workshops.models import Workshop

# So many of each kind are shown; the lists show them all.
SHOWN = 8


@dataclass(frozen=True)
class Hits:
    """The best of one kind, and how many there are."""

    rows: list
    total: int

    @property
    def has_more(self) -> bool:
        return self.total > len(self.rows)


def find_people(text: str, people: Any) -> Hits:
    """Of `people` (a queryset) those of whom every word of `text` is in the name or is the own number; two queries."""
    found = people.search(text)
    rows = list(found.best_first(text)[:SHOWN])
    return Hits(rows, found.count() if len(rows) == SHOWN else len(rows))


def find_partners(text: str) -> dict[str, Hits]:
    """Partners, the people there and what is done together, by name; one query each."""
    contacts = ContactPerson.objects.select_related("organisation").order_by("name")
    return {
        "organisations": _named(text, Organisation.objects.all(), lambda partner: [partner.name, partner.place]),
        "contacts": _named(text, contacts, lambda contact: [contact.name, contact.position]),
        "collaborations": _named(text, Collaboration.objects.all(), lambda together: [together.name]),
    }


def find_workshops(text: str, user: User) -> Hits:
    """The workshops that `user` works with, by name, craft, location or host; management knows them all by name."""
    workshops = Workshop.objects.all() if user.role == user.Role.MANAGEMENT else Workshop.objects.visible_to(user)
    return _named(
        text,
        workshops.select_related("location", "host"),
        lambda workshop: [
            workshop.name,
            workshop.get_discipline_display(),
            workshop.location.name,
            workshop.host.name if workshop.host else "",
        ],
    )


def _named(text: str, rows: Iterable, words_of: Callable[[Any], list[str]]) -> Hits:
    """The rows with every word of `text` in their words, what begins with it first.

    Compared in Python: there are some hundreds of partners at most, and most of their names have no folded column.
    """
    folded = fold(text)
    named = [(fold(" ".join(words_of(row))), row) for row in rows]
    found = [(name, row) for name, row in named if all(word in name for word in folded.split())]
    found.sort(key=lambda each: (not each[0].startswith(folded), each[0]))
    return Hits([row for _, row in found[:SHOWN]], len(found))
