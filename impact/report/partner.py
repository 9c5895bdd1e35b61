"""What a partner and the centre did together in a year, for a reader outside the house."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch
from django.utils.formats import date_format

from impact.figures.attendance import WorkshopFigures, figures_by_workshop
from impact.report.document import make_report
from impact.report.guarding import Guarded
from impact.suppression import FEW, SMALL
from partners.models import Collaboration, Event, Organisation
from pluspunt.pdf import render_pdf
from pluspunt.periods import Period
from pluspunt.templatetags.words import number
from workshops.models import Milestone


@dataclass(frozen=True)
class EventRow:
    """An event with its visitors and how many participants took part, as it may be shown."""

    event: Event
    participants: str


@dataclass(frozen=True)
class CollaborationRow:
    """A collaboration of the year: what was reached in it up to the end of the year, and its events."""

    collaboration: Collaboration
    partners: list[str]
    events: list[EventRow]
    milestones: int
    milestones_done: int
    done_this_year: list[Milestone]


@dataclass(frozen=True)
class HostedRow:
    """A workshop at the partner's: people and day parts, or what stands in their place."""

    name: str
    people: str
    delivered: str


@dataclass(frozen=True)
class PartnerYear:
    """Everything in the document about one partner and one period."""

    organisation: Organisation
    period: Period
    collaborations: list[CollaborationRow]
    hosted: list[HostedRow]

    @property
    def is_empty(self) -> bool:
        return not self.collaborations and not self.hosted

    @property
    def events(self) -> int:
        return sum(len(row.events) for row in self.collaborations)

    @property
    def visitors(self) -> int:
        return sum(row.event.visitors for collaboration in self.collaborations for row in collaboration.events)


def partner_pdf(organisation: Organisation, period: Period) -> bytes:
    """What a partner and the centre did together; it keeps back what the report of that period keeps back."""
    published = make_report(period, leaves_house=True).published
    return pdf_of_partner(partner_year_context(organisation, period, published))


def pdf_of_partner(context: dict[str, Any]) -> bytes:
    """The document of which all is counted already."""
    return render_pdf("impact/print/partner_year.html", context)


def partner_year(organisation: Organisation, period: Period, published: Guarded) -> PartnerYear:
    """What was done together in `period`, in a number of queries that does not depend on how much that is.

    People and day parts of workshops are as `published`, the figures of a report, tells them. Numbers of participants
    at an event from one to four are "< 5" (§6); nothing in the document adds them up.
    """
    return PartnerYear(
        organisation=organisation,
        period=period,
        collaborations=_collaborations(organisation, period),
        hosted=[_hosted(row, published) for row in figures_by_workshop(period) if _is_here(row, organisation)],
    )


def partner_year_context(organisation: Organisation, period: Period, published: Guarded) -> dict[str, Any]:
    """What the document about a partner shows."""
    year = str(period.start.year)
    label = year if period.is_year else f"{year} tot en met {date_format(period.end, 'j F')}"
    return {"year": partner_year(organisation, period, published), "label": label, "document_date": period.end}


def years_together(organisation: Organisation, today_year: int) -> list[int]:
    """The years of which there is something to tell, the newest first."""
    first = [
        organisation.start_date,
        organisation.collaborations.order_by("start_date").values_list("start_date", flat=True).first(),
        organisation.workshops.filter(registered_from__isnull=False)
        .order_by("registered_from")
        .values_list("registered_from", flat=True)
        .first(),
    ]
    years = [day.year for day in first if day is not None]
    return list(range(today_year, min(years) - 1, -1)) if years else []


def _collaborations(organisation: Organisation, period: Period) -> list[CollaborationRow]:
    events = Event.objects.filter(date__range=(period.start, period.end)).annotate(took_part=Count("visits"))
    milestones = Milestone.objects.defer("picture")
    rows = organisation.collaborations.overlapping(period.start, period.end).prefetch_related(
        "organisations",
        "themes",
        Prefetch("events", events.order_by("date"), to_attr="events_of_year"),
        Prefetch("milestones", milestones, to_attr="all_milestones"),
    )
    return [_collaboration(row, organisation, period) for row in rows]


def _collaboration(row: Collaboration, organisation: Organisation, period: Period) -> CollaborationRow:
    done = [each for each in row.all_milestones if each.done_on and each.done_on <= period.end]
    return CollaborationRow(
        collaboration=row,
        partners=[partner.name for partner in row.organisations.all() if partner != organisation],
        events=[EventRow(event, _people(event.took_part)) for event in row.events_of_year],
        milestones=len(row.all_milestones),
        milestones_done=len(done),
        done_this_year=[each for each in done if each.done_on >= period.start],
    )


def _hosted(row: WorkshopFigures, published: Guarded) -> HostedRow:
    line = f"workshop.{row.workshop.pk}"
    return HostedRow(row.workshop.name, published[f"{line}.people"].text, published[f"{line}.delivered"].text)


def _is_here(row: WorkshopFigures, organisation: Organisation) -> bool:
    return row.workshop.host_id == organisation.pk and row.figures is not None


def _people(count: int) -> str:
    return FEW if count in SMALL else number(count)
