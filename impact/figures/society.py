"""What the house means for the city (§7): indicators fed by outputs, kilos with a second life and what that avoids.

No kilo counts twice: an entry is of one type, a type has at most one factor of a kind on a day, the kilos of a type are
added once however many indicators it feeds, and a type whose kilos were counted before under another one (food handed
out was harvested or saved) has no factor and feeds no indicator of Planet. What factors make of it is an estimate.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, Sum

from impact.figures.outputs import NOTHING, OutputTotal, exact, output_totals
from impact.models import Contribution, Factor, Indicator, Target
from pluspunt.periods import Period
from workshops.models import Output, OutputType

DAY = timedelta(days=1)
Kind = Factor.Kind


@dataclass(frozen=True)
class OutputLine:
    """One output under an indicator, beside the same days a year earlier and the target of the year.

    `before` has no quantity, and says nothing, when it was not counted from the first of those days on.
    """

    total: OutputTotal
    before: OutputTotal
    target: Decimal | None = None
    expected: Decimal | None = None

    @property
    def is_comparable(self) -> bool:
        """Whether the year before was counted as long as this one."""
        began = self.before.counted_from
        return began is not None and began <= self.before.period.start

    @property
    def share_of_target(self) -> float | None:
        quantity = self.total.quantity
        return float(quantity / self.target) if self.target and quantity is not None else None

    @property
    def is_behind(self) -> bool:
        """Whether there is less than belongs to this part of the year."""
        return self.expected is not None and self.total.quantity is not None and self.total.quantity < self.expected


@dataclass(frozen=True)
class IndicatorFigures:
    """An indicator of the city with the outputs that feed it."""

    indicator: Indicator
    lines: list[OutputLine] = field(default_factory=list)


@dataclass(frozen=True)
class ReuseLine:
    """So much of one type while the same factors held; `kilos` and `avoided` are `None` without a factor.

    What is in kilos needs no `weight`. With `is_reuse` the kilos got a second life: the type feeds Planet.
    """

    type: OutputType
    period: Period
    quantity: Decimal
    weight: Factor | None
    co2e: Factor | None
    is_reuse: bool

    @property
    def kilos(self) -> Decimal | None:
        if self.type.is_in_kilos:
            return self.quantity
        return self.quantity * self.weight.value if self.weight else None

    @property
    def avoided(self) -> Decimal | None:
        """Kg CO2e, an estimate."""
        return self.kilos * self.co2e.value if self.co2e and self.kilos is not None else None

    @property
    def factors(self) -> list[Factor]:
        """The factors that were used, with their value, source and year."""
        return [each for each in (self.weight, self.co2e) if each]

    @property
    def is_weak(self) -> bool:
        return any(each.is_weak for each in self.factors)


@dataclass(frozen=True)
class ReuseFigures:
    """Kilos with a second life, and the CO2e that this avoids: an estimate. `None` before anything was counted."""

    period: Period
    is_counted: bool
    lines: list[ReuseLine] = field(default_factory=list)

    @property
    def kilos(self) -> Decimal | None:
        known = (line.kilos for line in self.lines if line.is_reuse and line.kilos is not None)
        return sum(known, NOTHING) if self.is_counted else None

    @property
    def avoided(self) -> Decimal | None:
        known = (line.avoided for line in self.lines if line.avoided is not None)
        return sum(known, NOTHING) if self.is_counted else None

    @property
    def avoided_weakly(self) -> Decimal:
        """The part that rests on a weak source."""
        return sum((line.avoided for line in self.lines if line.is_weak and line.avoided), NOTHING)

    @property
    def without_factor(self) -> list[ReuseLine]:
        """What should count, and does not: no factor held on those days."""
        return [line for line in self.lines if line.is_reuse and line.avoided is None]

    @property
    def factors(self) -> list[Factor]:
        """Every factor that was used, once."""
        return list({each.pk: each for line in self.lines for each in line.factors}.values())


@dataclass(frozen=True)
class FactorRemark:
    """Something about a factor that makes the estimate less sure, for the quality of the data."""

    factor: Factor
    sentence: str
    is_out_of_date: bool = False


def indicator_figures(period: Period) -> list[IndicatorFigures]:
    """Every indicator of the city in use, with what feeds it; targets only when the period lies in one year."""
    totals = {total.type.pk: total for total in output_totals(period)}
    before = {total.type.pk: total for total in output_totals(period.year_before)}
    targets = _targets(period)
    lines = defaultdict(list)
    for indicator, kind in _contributions():
        if kind in totals and kind in before:
            target = targets.get(kind)
            expected = target and _so_far(target, period)
            lines[indicator].append(OutputLine(totals[kind], before[kind], target, expected))
    society = Indicator.objects.filter(scope=Indicator.Scope.SOCIETY, is_active=True)
    return [IndicatorFigures(each, lines.get(each.pk, [])) for each in society]


def reuse_figures(period: Period) -> ReuseFigures:
    """Kilos and CO2e per type and per set of factors that held, from the entries on those days."""
    factors = list(Factor.objects.overlapping(period.start, period.end).select_related("output_type"))
    planet = set(
        Contribution.objects.filter(indicator__pillar=Indicator.Pillar.PLANET, indicator__is_active=True)
        .order_by()
        .values_list("output_type", flat=True)
    )
    keys = planet | {factor.output_type_id for factor in factors}
    types = OutputType.objects.filter(pk__in=keys, derived_from="", is_counted_before=False)
    parts = _parts(period, factors)
    sums = _sums(parts)
    lines = [
        ReuseLine(kind, part, quantity, weight, co2e, kind.pk in planet)
        for kind in types
        for part, quantity, weight, co2e in _join(kind, parts, sums.get(kind.pk, []), factors)
    ]
    is_counted = Output.objects.filter(type__in=types, date__lte=period.end).exists()
    return ReuseFigures(period, is_counted, lines)


def factor_remarks(day: date) -> list[FactorRemark]:
    """What is to be mended about factors on `day`: none holds any more, a weak source, a source without its year."""
    latest = {}
    for factor in Factor.objects.filter(start_date__lte=day).select_related("output_type").order_by("start_date"):
        latest[factor.output_type_id, factor.kind] = factor
    remarks = []
    for factor in latest.values():
        name = f"{factor.output_type} ({factor.get_kind_display()})"
        if not factor.runs_on(day):
            remarks.append(FactorRemark(factor, f"De factor voor {name} is verlopen.", is_out_of_date=True))
        elif factor.is_weak:
            remarks.append(FactorRemark(factor, f"De factor voor {name} heeft een zwakke bron."))
        elif factor.source_year is None and factor.value and factor.kind == Kind.CO2E:
            remarks.append(FactorRemark(factor, f"Bij de factor voor {name} staat geen jaar van de bron."))
    return remarks


def _contributions() -> list[tuple[int, int]]:
    rows = Contribution.objects.order_by("indicator__position", "output_type__position", "output_type__name")
    return list(rows.values_list("indicator", "output_type"))


def _targets(period: Period) -> dict[int, Decimal]:
    """Per type of output its target: one, however many indicators it feeds."""
    if period.start.year != period.end.year:
        return {}
    rows = Target.objects.filter(year=period.end.year, output_type__isnull=False).order_by("-pk")
    return dict(rows.values_list("output_type", "value"))


def _so_far(target: Decimal, period: Period) -> Decimal:
    """The part of a year's target that belongs to the days of the period."""
    year = Period.of_year(period.end.year)
    return target * len(period.days) / len(year.days)


def _parts(period: Period, factors: list[Factor]) -> list[Period]:
    """The period cut at every day on which a factor begins or has ended."""
    cuts = {factor.start_date for factor in factors}
    cuts |= {factor.end_date + DAY for factor in factors if factor.end_date}
    starts = sorted({period.start} | {cut for cut in cuts if period.start < cut <= period.end})
    ends = [start - DAY for start in starts[1:]] + [period.end]
    return [Period(start, end) for start, end in zip(starts, ends, strict=True)]


def _sums(parts: list[Period]) -> dict[int, list[Decimal]]:
    """Per type the quantity in each part; one query."""
    whole = (parts[0].start, parts[-1].end)
    sums = {
        f"part_{number}": Sum("quantity", filter=Q(date__range=(part.start, part.end)))
        for number, part in enumerate(parts)
    }
    rows = Output.objects.filter(date__range=whole).order_by().values("type").annotate(**sums)
    return {row["type"]: [exact(row[name]) for name in sums] for row in rows}


def _join(kind: OutputType, parts: list[Period], quantities: list[Decimal], factors: list[Factor]) -> list[tuple]:
    """(period, quantity, weight, CO2e) of one type; parts that follow each other with the same factors are one."""
    own = [factor for factor in factors if factor.output_type_id == kind.pk]
    joined: list[tuple] = []
    for part, quantity in zip(parts, quantities, strict=False):
        weight, co2e = (
            next((each for each in own if each.kind == wanted and each.runs_on(part.start)), None)
            for wanted in (Kind.WEIGHT, Kind.CO2E)
        )
        if joined and joined[-1][2:] == (weight, co2e):
            before = joined.pop()
            part, quantity = Period(before[0].start, part.end), before[1] + quantity
        joined.append((part, quantity, weight, co2e))
    return [each for each in joined if each[1]]
