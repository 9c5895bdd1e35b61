"""The access log as people read it: per day, who did what, and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import models
from django.utils import timezone

from privacy.models import AccessEvent
from privacy.registry import registered


@dataclass
class Look:
    """The same thing that somebody did once or more on a day; `others` is with how many people at most."""

    action: str
    data: str
    ground: str
    allowed: bool
    first_at: datetime
    last_at: datetime
    times: int = 1
    others: int = 0


@dataclass
class Visit:
    """What one person did on a day; `user` is nobody for who had no account."""

    user: models.Model | None
    role: str
    looks: dict[tuple, Look] = field(default_factory=dict)

    @property
    def lines(self) -> list[Look]:
        return sorted(self.looks.values(), key=lambda look: look.first_at)


@dataclass
class Day:
    day: date
    visits: dict[tuple, Visit] = field(default_factory=dict)

    @property
    def people(self) -> list[Visit]:
        return list(self.visits.values())


def days_of(events: Iterable[AccessEvent]) -> list[Day]:
    """Events (`with_people`, the newest first) by day and by who; what somebody did more than once is one line."""
    days: dict[date, Day] = {}
    for event in events:
        on = timezone.localtime(event.at).date()
        day = days.setdefault(on, Day(on))
        visit = day.visits.setdefault((event.user_id, event.role), Visit(event.user, role_name(event)))
        which = (event.action, event.data, event.ground, event.allowed)
        look = visit.looks.get(which)
        if look is None:
            ground = event.get_ground_display()
            look = Look(event.get_action_display(), said(event), ground, event.allowed, event.at, event.at)
            visit.looks[which] = look
        else:
            look.times += 1
            look.first_at = min(look.first_at, event.at)
        look.others = max(look.others, event.people - 1)
    return list(days.values())


def role_name(event: AccessEvent) -> str:
    """The role as people call it; of who had no account there is none."""
    roles = dict(AccessEvent._meta.get_field("user").related_model._meta.get_field("role").choices)
    return roles.get(event.role, event.role)


def said(event: AccessEvent) -> str:
    """The facts that an event names, as people call them; of what was refused it is the address of the page."""
    if event.action == AccessEvent.Action.REFUSED:
        return f"een bladzijde die niet mocht ({event.data})"
    names = {name: words for each in registered("FIELD_NAMES") for name, words in each.items()}
    return ", ".join(names.get(part, part) for part in event.data.split(", "))
