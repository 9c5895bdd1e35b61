"""What the centre did with its partners in a period, as the annual report and the reports per theme tell it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from impact.report.words import named
from partners.models import Collaboration, Event
from pluspunt.periods import Period
from pluspunt.templatetags.words import number, say
from workshops.models import Milestone


@dataclass(frozen=True)
class Together:
    """One collaboration: with whom, on which themes, and what came of it in the period."""

    name: str
    purpose: str
    partners: str
    themes: str
    result: str


def collaborations_of(period: Period, themes: Sequence[int] = ()) -> list[Together]:
    """The collaborations that ran in the period, on any of `themes` when some are given; a fixed number of queries."""
    rows = Collaboration.objects.overlapping(period.start, period.end)
    if themes:
        rows = rows.filter(themes__in=themes).distinct()
    events = Event.objects.filter(date__range=(period.start, period.end)).order_by("date")
    done = Milestone.objects.defer("picture").filter(done_on__range=(period.start, period.end))
    rows = rows.prefetch_related(
        "organisations",
        "themes",
        Prefetch("events", events, to_attr="events_of_period"),
        Prefetch("milestones", done, to_attr="milestones_of_period"),
    )
    return [_together(row) for row in rows]


def _together(row: Collaboration) -> Together:
    return Together(
        name=row.name,
        purpose=row.purpose,
        partners=", ".join(partner.name for partner in row.organisations.all()),
        themes=", ".join(named(theme.name) for theme in row.themes.all()),
        result=" ".join(filter(None, [_milestones(row.milestones_of_period), _events(row.events_of_period)])),
    )


def _milestones(done: Sequence[Milestone]) -> str:
    names = ", ".join(milestone.name for milestone in done)
    return say(f"Bereikt: {names}.", f"Reached: {names}.") if done else ""


def _events(events: Sequence[Event]) -> str:
    """ "3 evenementen met 240 bezoekers: Oogstfeest, …"."""
    if not events:
        return ""
    visitors, names = sum(event.visitors or 0 for event in events), ", ".join(event.name for event in events)
    dutch = "1 evenement" if len(events) == 1 else f"{number(len(events))} evenementen"
    english = "1 event" if len(events) == 1 else f"{number(len(events))} events"
    if visitors:
        dutch += f" met {number(visitors)} {'bezoeker' if visitors == 1 else 'bezoekers'}"
        english += f" with {number(visitors)} {'visitor' if visitors == 1 else 'visitors'}"
    return say(f"{dutch}: {names}.", f"{english}: {names}.")
