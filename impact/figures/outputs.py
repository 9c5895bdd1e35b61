"""What the house brought forth (§7): so much of each type, and how that is known. Database sums, exact to a tenth.

An entry counts on its day, an entry over a period on its last day. What follows from other facts (jobs, events,
heads that were counted, hours of volunteers) counts there and nowhere else: what somebody typed of such a type before
that was refused is told apart (`typed_as_well`) and never added.

Whose it is: an entry belongs to the partner that it names, else to those of its collaboration, else to the host of its
workshop; to the themes of its collaboration, else to those of the collaborations in which its workshop takes part. So
nothing counts twice for one partner or theme, but partners and themes do not add up to the house.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Aggregate, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum

from participants.models import Trajectory
from partners.models import Event
from pluspunt.periods import Period
from workshops.models import Attendance, Job, Output, OutputType, Session, Workshop
from workshops.services.sessions import house_registered_from
from workshops.services.volunteers import HOURS_PER_DAY_PART

Source = Output.Source
DerivedFrom = OutputType.DerivedFrom
_TENTH = Decimal("0.1")
NOTHING = Decimal(0)


@dataclass(frozen=True)
class OutputTotal:
    """So much of one type in a period, per way in which it is known; `entries` are the rows behind it.

    `counted_from` is the day of the first entry ever: a period before it has no quantity (`None`), which is not zero.
    """

    type: OutputType
    period: Period
    by_source: dict[str, Decimal] = field(default_factory=dict)
    entries: int = 0
    counted_from: date | None = None
    typed_as_well: Decimal = NOTHING

    @property
    def is_counted(self) -> bool:
        """Whether anybody counted this before the end of the period."""
        return self.counted_from is not None and self.counted_from <= self.period.end

    @property
    def quantity(self) -> Decimal | None:
        return sum(self.by_source.values(), NOTHING) if self.is_counted else None

    @property
    def estimated(self) -> Decimal:
        return self.by_source.get(Source.ESTIMATED, NOTHING)

    @property
    def is_partly_estimated(self) -> bool:
        return self.estimated > 0


@dataclass(frozen=True)
class DerivedFacts:
    """Rows of which a type of output consists: the day on which they count, what is added, and whose they are."""

    rows: QuerySet
    day: str
    amount: Aggregate
    workshop: str = ""
    partner: str = ""
    collaboration: str = ""
    times: int = 1


def output_totals(period: Period) -> list[OutputTotal]:
    """The total of every type in use, and of those that are not but have entries; in the order of lists."""
    by_type, entries, typed = defaultdict(dict), defaultdict(int), {}
    for key, source, _, quantity, rows in _typed(period, "type"):
        by_type[key][source] = quantity
        entries[key] += rows
    totals = []
    for kind in _types_with_first_day():
        sources, rows = by_type.get(kind.pk, {}), entries[kind.pk]
        if kind.derived_from:
            typed = sum(sources.values(), NOTHING)
            amount, rows = _derived_total(kind.derived_from, period)
            sources = {Source.DERIVED: amount} if amount else {}
            totals.append(OutputTotal(kind, period, sources, rows, _began(kind), typed))
        elif kind.is_active or sources:
            totals.append(OutputTotal(kind, period, sources, rows, _began(kind)))
    return totals


def outputs_by(key: str, period: Period) -> dict[int, dict[object, Decimal]]:
    """Per type (by primary key) the quantity per `key`: "workshop", "location", "collaboration", "partner" or "theme".

    The inner keys are primary keys; a type, and a key, without anything is left out. Derived types are in it where what
    they follow from has such a key: an event has no workshop.
    """
    found: dict[int, dict[object, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for kind, _, value, quantity, _ in _typed(period, key):
        found[kind][value] += quantity
    derived = OutputType.objects.exclude(derived_from="")
    stale = set(derived.values_list("pk", flat=True))
    found = {kind: dict(values) for kind, values in found.items() if kind not in stale}
    for kind in derived:
        values: dict[object, Decimal] = defaultdict(Decimal)
        for facts in derived_facts(kind.derived_from, period):
            for (value,), quantity, _ in _grouped(facts, key):
                values[value] += quantity
        if any(values.values()):
            found[kind.pk] = {value: quantity for value, quantity in values.items() if quantity}
    return found


def outputs_by_month(period: Period) -> dict[int, dict[tuple[int, int], Decimal]]:
    """Per type (by primary key) the quantity per (year, month), for every month that the period touches.

    Grouped per day in the database and folded into months here: grouping by month is slow on SQLite.
    """
    months = {(day.year, day.month): NOTHING for day in period.days}
    folded = {}
    for kind, by_day in outputs_by("date", period).items():
        folded[kind] = dict(months)
        for day, quantity in by_day.items():
            folded[kind][day.year, day.month] += quantity
    return folded


def output_entries(kind: OutputType, period: Period) -> QuerySet[Output]:
    """The typed entries behind the total of a type, for who may see the facts; the newest first."""
    rows = Output.objects.filter(type=kind, date__range=(period.start, period.end))
    return rows.select_related("workshop", "partner", "collaboration", "job").order_by("-date", "-pk")


# --- What somebody typed ------------------------------------------------------------------------------------------


def _typed(period: Period, key: str) -> Iterator[tuple[int, str, object, Decimal, int]]:
    """(type, source, key, quantity, entries) of what was typed."""
    rows = Output.objects.filter(date__range=(period.start, period.end)).order_by()
    facts = DerivedFacts(rows, "date", Sum("quantity"), "workshop", "partner", "collaboration")
    for (kind, source, value), quantity, entries in _grouped(facts, key, "type", "source"):
        yield kind, source, value, quantity, entries


def _types_with_first_day() -> QuerySet[OutputType]:
    """Every type with the day of its first entry: looked up in an index, however many years there are."""
    first = Output.objects.filter(type=OuterRef("pk")).order_by("date").values("date")[:1]
    return OutputType.objects.annotate(first_day=Subquery(first))


# --- What follows from other facts --------------------------------------------------------------------------------


def derived_facts(source: str, period: Period) -> list[DerivedFacts]:
    """The rows from which a derived type follows: each row, or the number in it, counts `times`."""
    days = (period.start, period.end)
    sessions = Session.objects.filter(date__range=days, state=Session.State.PLANNED).order_by()
    events = Event.objects.filter(date__range=days).order_by()
    if source == DerivedFrom.JOBS:
        done = Job.objects.filter(state=Job.State.DONE, finished_on__range=days).order_by()
        return [DerivedFacts(done, "finished_on", Count("pk"), "workshop", "partner")]
    if source == DerivedFrom.EVENTS:
        return [DerivedFacts(events, "date", Count("pk"), collaboration="collaboration")]
    if source == DerivedFrom.VISITORS:
        # Who came to an event in the workshop was counted there.
        event = Event.objects.filter(date=OuterRef("date"), collaboration__workshops=OuterRef("workshop"))
        others = sessions.filter(~Exists(event), visitors__gt=0)
        at_events = DerivedFacts(events.filter(visitors__gt=0), "date", Sum("visitors"), collaboration="collaboration")
        return [at_events, DerivedFacts(others, "date", Sum("visitors"), "workshop")]
    if source == DerivedFrom.NEIGHBOURS:
        return [DerivedFacts(sessions.filter(neighbours__gt=0), "date", Sum("neighbours"), "workshop")]
    attended = Attendance.objects.filter(
        date__range=days,
        session__date__range=days,
        status=Attendance.Status.PRESENT,
        session__state=Session.State.PLANNED,
        trajectory__target_group=Trajectory.TargetGroup.SKILLED_VOLUNTEER,
    ).order_by()
    return [DerivedFacts(attended, "date", Count("*"), "workshop", times=HOURS_PER_DAY_PART)]


def _derived_total(source: str, period: Period) -> tuple[Decimal, int]:
    """How much, and from how many rows."""
    quantity, entries = NOTHING, 0
    for facts in derived_facts(source, period):
        found = facts.rows.aggregate(quantity=facts.amount, entries=Count("*"))
        quantity += exact(found["quantity"]) * facts.times
        entries += found["entries"]
    return quantity, entries


def _began(kind: OutputType) -> date | None:
    """Since when a type is counted: its first entry, or the first fact from which it follows."""
    if not kind.derived_from:
        return kind.first_day
    if kind.derived_from == DerivedFrom.JOBS:
        return Job.objects.aggregate(first=Min("finished_on"))["first"]
    if kind.derived_from == DerivedFrom.EVENTS:
        return Event.objects.aggregate(first=Min("date"))["first"]
    if kind.derived_from == DerivedFrom.VISITORS:
        at_event = Event.objects.filter(visitors__gt=0).aggregate(first=Min("date"))["first"]
        return min(filter(None, (at_event, _first_session(visitors__gt=0))), default=None)
    if kind.derived_from == DerivedFrom.NEIGHBOURS:
        return _first_session(neighbours__gt=0)
    return house_registered_from()


def _first_session(**counted) -> date | None:
    """The day of the first session that went on in which somebody was counted; a small index knows those."""
    went_on = Session.objects.filter(state=Session.State.PLANNED, **counted)
    return went_on.order_by("date").values_list("date", flat=True).first()


# --- Whose it is --------------------------------------------------------------------------------------------------


def _grouped(facts: DerivedFacts, key: str, *also: str) -> Iterator[tuple[tuple, Decimal, int]]:
    """((…also, key), quantity, entries) of the facts that have such a key."""
    themes = themes_of_workshops() if key == "theme" else {}
    for condition, path in _routes(facts, key):
        rows = facts.rows.filter(condition).annotate(whose=F(path)).values_list(*also, "whose")
        for *first, value, quantity, entries in rows.annotate(quantity_=facts.amount, entries_=Count("*")):
            by_workshop = key == "theme" and path == facts.workshop
            for each in themes.get(value, ()) if by_workshop else filter(None, [value]):
                yield (*first, each), exact(quantity) * facts.times, entries


def _routes(facts: DerivedFacts, key: str) -> list[tuple[Q, str]]:
    """Where the `key` of a row stands: conditions that exclude each other, so that no row counts twice for one key."""
    if key in ("type", "date"):
        return [(Q(), facts.day if key == "date" else key)]
    if key in ("workshop", "location"):
        path = facts.workshop if key == "workshop" else f"{facts.workshop}__location"
        return [(Q(), path)] if facts.workshop else []
    ways = {
        "collaboration": [(facts.collaboration, "")],
        "theme": [(facts.collaboration, "__themes"), (facts.workshop, "")],
        "partner": [(facts.partner, ""), (facts.collaboration, "__organisations"), (facts.workshop, "__host")],
    }
    routes, rest = [], Q()
    for path, to in ways[key]:
        if path:
            routes.append((rest & Q(**{f"{path}__isnull": False}), f"{path}{to}"))
            rest &= Q(**{f"{path}__isnull": True})
    return routes


def exact(quantity: Decimal | float | None) -> Decimal:
    """SQLite adds up in floating point: every entry has one decimal, and so has their sum."""
    return Decimal(str(quantity or 0)).quantize(_TENTH)


def themes_of_workshops() -> dict[int, set[int]]:
    """Per workshop (by primary key) the themes of the collaborations in which it takes part."""
    found = defaultdict(set)
    pairs = Workshop.objects.filter(collaborations__themes__isnull=False).order_by()
    for workshop, theme in pairs.values_list("pk", "collaborations__themes"):
        found[workshop].add(theme)
    return dict(found)
