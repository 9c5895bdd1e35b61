"""How sure the figures are: what is not filled in, closed, measured or agreed yet, and who works there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q

from impact.figures.attendance import WorkshopFigures
from impact.figures.society import factor_remarks
from impact.models import Story, StoryUse
from impact.services.due import State, measurements_due
from participants.models import Participant
from workshops.models import Attendance, Placement, Session, Workshop
from workshops.services.months import months_to_close

# Without an output for so long somebody is asked whether there were none.
SILENT_FOR = timedelta(weeks=4)


@dataclass(frozen=True)
class GapLine:
    """One workshop in which something is missing, and its coaches: what is filled in, or the last day of anything."""

    name: str
    who: str = ""
    rate: float | None = None
    open: int = 0
    day: date | None = None


@dataclass(frozen=True)
class Gap:
    """One thing that makes figures unsure: how many times, since when, and where. `key` names what it is."""

    key: str
    count: int
    lines: Sequence[GapLine] = field(default_factory=tuple)
    since: date | None = None


def incomplete_registers(rows: Sequence[WorkshopFigures]) -> Gap:
    """Workshops of which fewer than 95 % of the planned slots are filled in, the worst first."""
    lacking = [row for row in rows if row.figures and row.figures.is_incomplete]
    lacking.sort(key=lambda row: (row.figures.completeness, row.workshop.name))
    names = coach_names([row.workshop.pk for row in lacking])
    lines = [
        GapLine(row.workshop.name, names[row.workshop.pk], rate=row.figures.completeness, open=row.figures.open)
        for row in lacking
    ]
    return Gap("registers", len(lines), lines)


def open_months(today: date) -> Gap:
    """Months that are over and not closed yet, the oldest first."""
    last_month = today.replace(day=1) - timedelta(days=1)
    months = months_to_close(last_month.replace(day=1))
    return Gap("months", len(months), since=months[0] if months else None)


def silent_workshops(today: date) -> Gap:
    """Workshops that entered outputs before and none in the last four weeks, although people came."""
    since = today - SILENT_FOR
    came = Attendance.objects.filter(
        workshop=OuterRef("pk"),
        date__range=(since, today),
        status=Attendance.Status.PRESENT,
        session__state=Session.State.PLANNED,
    )
    silent = Workshop.objects.annotate(last=Max("outputs__date")).filter(Exists(came.order_by()), last__lt=since)
    rows = list(silent.order_by("last", "name").values_list("pk", "name", "last"))
    names = coach_names([pk for pk, _, _ in rows])
    lines = [GapLine(name, names[pk], day=last) for pk, name, last in rows]
    return Gap("outputs", len(lines), lines)


def stories_without_consent() -> Gap:
    """Stories that may not be told in the annual report: nobody agreed, or a consent was taken back."""
    usable = Story.objects.usable_for(StoryUse.Use.ANNUAL_REPORT).order_by()
    return Gap("stories", Story.objects.exclude(pk__in=usable.values("pk")).order_by().count())


def exits_without_destination(destinations: dict[str, int] | None) -> Gap:
    """People who left in the period, and of whom nobody wrote down where they went."""
    return Gap("destinations", (destinations or {}).get("", 0))


def outdated_factors(today: date) -> Gap:
    """Factors that hold no more, so that what is entered since is not estimated. A weak source stands at the factor."""
    remarks = [remark for remark in factor_remarks(today) if remark.is_out_of_date]
    return Gap("factors", len(remarks), [GapLine(remark.sentence) for remark in remarks])


def late_measurements(today: date) -> Gap:
    """People whose measurement is too late, and in how many of them that is so per workshop where they work now."""
    late = {
        each.participant.pk for each in measurements_due(Participant.objects.all(), today) if each.state is State.LATE
    }
    places = Placement.objects.on(today).filter(trajectory__participant__in=late).order_by()
    rows = places.values_list("workshop", "workshop__name").annotate(Count("trajectory__participant", distinct=True))
    found = sorted(rows, key=lambda row: (-row[2], row[1]))
    names = coach_names([pk for pk, _, _ in found])
    return Gap("measurements", len(late), [GapLine(name, names[pk], open=people) for pk, name, people in found])


def coach_names(workshops: Sequence[int]) -> dict[int, str]:
    """The names of the coaches of each of these workshops, or an empty text; one query."""
    pairs = Workshop.coaches.through.objects.filter(Q(workshop__in=workshops), user__is_active=True)
    found: dict[int, list[str]] = {pk: [] for pk in workshops}
    for workshop, name in pairs.order_by("user__name").values_list("workshop", "user__name"):
        found[workshop].append(name)
    return {pk: ", ".join(names) for pk, names in found.items()}
